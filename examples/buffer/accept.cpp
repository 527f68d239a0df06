// Requests are answered as soon as their event is in the queue, whatever database it goes to.
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
