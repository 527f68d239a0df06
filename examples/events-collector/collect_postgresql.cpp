// The same over PostgreSQL: a connection a call.
#include <faasd/function.hpp>

#include "../postgresql.hpp"

faasd::HttpResponse collect(const faasd::HttpRequest& request, faasd::Context& context) {
    const faasd::json event = request.json();
    if (!event.is_object() || !event.contains("id")) return faasd::HttpResponse::bad_request("an event needs an id");
    postgresql::run(context, "INSERT INTO events VALUES ($1::jsonb->>'id', $1::jsonb) ON CONFLICT DO NOTHING", event.dump());
    return faasd::HttpResponse::json({{"stored", event["id"]}}, 201);
}
FAASD_FUNCTION(collect)

faasd::HttpResponse count(const faasd::HttpRequest&, faasd::Context& context) {
    return faasd::HttpResponse::text(postgresql::run(context, "SELECT count(*) FROM events"));
}
FAASD_FUNCTION(count)
