// Lets each event through once in a window, however often and by however many it is sent.
#include <sstream>

#include <faasd/function.hpp>

using faasd::json;

// POST /events takes one JSON event a line: {"id": "…", "at": epoch seconds, …}
faasd::HttpResponse accept(const faasd::HttpRequest& request, faasd::Context& context) {
    std::vector<std::string> events;
    std::istringstream lines(std::string(request.body()));
    for (std::string line; std::getline(lines, line);) {
        if (line.empty()) continue;
        const json event = json::parse(line, nullptr, false);
        if (!event.is_object() || !event.contains("id") || !event["at"].is_number())
            return faasd::HttpResponse::text("an event has an id and a time: " + line + "\n", 400);
        events.push_back(event.dump());
    }
    context.queue("events").send_batch(events);
    return faasd::HttpResponse::json({{"accepted", events.size()}}, 202);
}
FAASD_FUNCTION(accept)

void deduplicate(const faasd::QueueBatch& batch, faasd::Context& context) {
    const long window = std::stol(context.environment("WINDOW_SECONDS").value_or("60"));
    auto windows = context.table("windows"), unique = context.table("unique");
    for (const faasd::QueueMessage& message : batch) {
        json event = message.json();
        const std::string id = event["id"];
        const long at = event["at"].get<long>();
        // Tables delete expired rows when they come to it, so the condition looks at the time itself; `expires` only
        // sees to it that the table does not grow for ever.
        const bool first = windows.put_if(
            {{"id", id}, {"winner", message.id}, {"window_ends", at + window}, {"expires", at + 2 * window}},
            {"attribute_not_exists(id) OR window_ends <= :at", {{":at", at}}});
        if (!first) {
            // This message itself may have won, in a run that failed before it was done.
            const auto row = windows.get(id);
            if (!row || row->at("winner") != message.id) continue;
        }
        unique.put(event);
    }
}
FAASD_FUNCTION(deduplicate)
