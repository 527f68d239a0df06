// The same over PostgreSQL: a connection and a statement for a hundred events.
#include <faasd/function.hpp>

#include "../postgresql.hpp"

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
