// Requests are answered as soon as their event is in the queue; a few injectors write them to the database, a hundred at a time.
#include <faasd/function.hpp>

faasd::HttpResponse accept(const faasd::HttpRequest& request, faasd::Context& context) {
    const faasd::json event = request.json();
    // What the injector could not store would come back for ever: it is refused here.
    if (!event.is_object() || !event.contains("id") || !event["id"].is_string())
        return faasd::HttpResponse::bad_request("an event needs an id");
    context.queue("events").send(request.body());
    return faasd::HttpResponse::json({{"accepted", event["id"]}}, 202);
}
FAASD_FUNCTION(accept)

// A batch may come twice: the same row is written again.
void inject(const faasd::QueueBatch& batch, faasd::Context& context) {
    std::map<std::string, faasd::json> rows;
    for (const faasd::QueueMessage& message : batch) {
        const faasd::json event = message.json();
        rows[event.at("id")] = event;
    }
    std::vector<faasd::json> items;
    for (auto& [id, event] : rows)
        items.push_back(std::move(event));
    context.table("events").put_all(items);
}
FAASD_FUNCTION(inject)

// How many rows there are.
faasd::HttpResponse count(const faasd::HttpRequest&, faasd::Context& context) {
    std::uint64_t rows = 0;
    faasd::json page, options = {{"projection", "id"}};
    do {
        page = context.table("events").scan(options);
        rows += page.at("count").get<std::uint64_t>();
        if (page.contains("last_key")) options["start_key"] = page["last_key"];
    } while (page.contains("last_key") && !page["last_key"].is_null());
    return faasd::HttpResponse::json(rows);
}
FAASD_FUNCTION(count)
