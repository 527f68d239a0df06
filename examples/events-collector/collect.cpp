// One call a request, one row a call: right, until more websites post at once than the database takes connections.
#include <chrono>
#include <thread>

#include <faasd/function.hpp>

faasd::HttpResponse collect(const faasd::HttpRequest& request, faasd::Context& context) {
    const faasd::json event = request.json();
    if (!event.is_object() || !event.contains("id")) return faasd::HttpResponse::bad_request("an event needs an id");
    context.table("events").put(event);
    return faasd::HttpResponse::json({{"stored", event["id"]}}, 201);
}
FAASD_FUNCTION(collect)

// How many rows there are.
faasd::HttpResponse count(const faasd::HttpRequest&, faasd::Context& context) {
    std::uint64_t rows = 0;
    context.table("events").scan_all({{"projection", "id"}}, [&](const faasd::json&) { ++rows; });
    return faasd::HttpResponse::json(rows);
}
FAASD_FUNCTION(count)

// Takes its time, as reports do, and a connection for as long: ?seconds=3.
faasd::HttpResponse report(const faasd::HttpRequest& request, faasd::Context& context) {
    std::string pages;
    context.table("events").scan_all(faasd::json::object(), [&](const faasd::json& event) { pages += event.value("page", "-") + "\n"; });
    std::this_thread::sleep_for(std::chrono::seconds(std::stoi(request.query_parameter("seconds").value_or("1"))));
    return faasd::HttpResponse::text(pages);
}
FAASD_FUNCTION(report)
