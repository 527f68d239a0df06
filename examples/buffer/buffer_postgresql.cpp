// The same over PostgreSQL: a connection and a statement for a hundred events.
#include <faasd/function.hpp>

#include "../postgresql.hpp"

faasd::HttpResponse accept(const faasd::HttpRequest& request, faasd::Context& context) {
    const faasd::json event = request.json();
    if (!event.is_object() || !event.contains("id") || !event["id"].is_string())
        return faasd::HttpResponse::bad_request("an event needs an id");
    context.queue("events").send(request.body());
    return faasd::HttpResponse::json({{"accepted", event["id"]}}, 202);
}
FAASD_FUNCTION(accept)

void inject(const faasd::QueueBatch& batch, faasd::Context& context) {
    faasd::json events = faasd::json::array();
    for (const faasd::QueueMessage& message : batch)
        events.push_back(message.json());
    postgresql::run(context,
                    "INSERT INTO events SELECT event->>'id', event FROM jsonb_array_elements($1::jsonb) event "
                    "ON CONFLICT DO NOTHING",
                    events.dump());
}
FAASD_FUNCTION(inject)

faasd::HttpResponse count(const faasd::HttpRequest&, faasd::Context& context) {
    return faasd::HttpResponse::text(postgresql::run(context, "SELECT count(*) FROM events"));
}
FAASD_FUNCTION(count)
