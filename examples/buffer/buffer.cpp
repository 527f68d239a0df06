// A few injectors write the events of the queue to the database, a hundred at a time.
#include <faasd/function.hpp>

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
    context.table("events").scan_all({{"projection", "id"}}, [&](const faasd::json&) { ++rows; });
    return faasd::HttpResponse::json(rows);
}
FAASD_FUNCTION(count)
