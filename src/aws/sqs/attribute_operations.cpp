#include <nlohmann/json.hpp>

#include "aws/sqs/attributes.hpp"
#include "aws/sqs/errors.hpp"
#include "aws/sqs/operations.hpp"
#include "aws/sqs/parameters.hpp"
#include "aws/sqs/refusable.hpp"

namespace faasd::aws::sqs {
namespace {

using nlohmann::json;

void get_queue_attributes(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    const auto names = texts(call.params, "AttributeNames");
    const auto info = queues.info(queue.engine_name());
    if (!info) return call.refuse(from_engine(info.error()));
    json chosen = describe_attributes(*info, queue.scope, names);
    json answer = json::object();
    if (!chosen.empty()) answer["Attributes"] = std::move(chosen);
    call.succeed(answer);
}

void set_queue_attributes(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    const json* given = find_texts_by_name(call.params, "Attributes");
    if (!given || given->empty()) throw Refusal{missing("Attribute.Name")};
    json attributes = *given;
    auto change = refusable([attributes, scope = queue.scope](model::QueueAttributes& there) {
        apply_attributes(attributes, scope, Occasion::set, there);
    });
    queues.change_attributes(
        queue.engine_name(), std::move(change),
        [call = std::move(call), attributes = std::move(attributes)](base::Result<> done) mutable {
            if (!done) return call.refuse(attributes_error(done.error(), attributes));
            call.succeed_text("{}");
        });
}

}  // namespace

void add_attributes(Operations& to, model::Queues& queues) {
    to.push_back({"GetQueueAttributes", true,
                  [&queues](Call call) { get_queue_attributes(queues, std::move(call)); }});
    to.push_back({"SetQueueAttributes", false,
                  [&queues](Call call) { set_queue_attributes(queues, std::move(call)); }});
}

}  // namespace faasd::aws::sqs
