// Counts each delivery in a row of its own, so that a lost one and a repeated one can both be told afterwards.
#include <faasd/function.hpp>

namespace {

std::uint64_t count(faasd::Context& context, const std::string& id) {
    return context.table("delivered").update(id, {"ADD times :one", {{":one", 1}}, {}}).at("times");
}

}  // namespace

void deliver(const faasd::QueueBatch& batch, faasd::Context& context) {
    for (const auto& message : batch)
        count(context, message.body);
}
FAASD_FUNCTION(deliver)

// Bodies are "<group>/<number>", ascending within the group: one that comes for the first time after a later one of its
// group is out of order.
void deliver_in_order(const faasd::QueueBatch& batch, faasd::Context& context) {
    auto table = context.table("delivered");
    for (const auto& message : batch) {
        const auto slash = message.body.find('/');
        const std::string group = message.body.substr(0, slash);
        const auto number = std::stoull(message.body.substr(slash + 1));
        const auto times = count(context, message.body);
        const auto row = table.get("last/" + group);
        const std::uint64_t last = row ? row->at("number").get<std::uint64_t>() : 0;
        if (times == 1 && number < last)
            table.put({{"id", "out of order/" + message.body}, {"times", 1}, {"last", last}});
        if (number > last) table.put({{"id", "last/" + group}, {"times", 1}, {"number", number}});
    }
}
FAASD_FUNCTION(deliver_in_order)

void deliver_object(const faasd::QueueBatch& batch, faasd::Context& context) {
    for (const auto& message : batch) {
        const auto event = faasd::BlobEvent::from_message(message);
        count(context, "object/" + event.key + '/' + event.etag);
    }
}
FAASD_FUNCTION(deliver_object)

void deliver_call(const faasd::json& payload, faasd::Context& context) { count(context, payload.at("id")); }
FAASD_FUNCTION(deliver_call)
