#include <nlohmann/json.hpp>

#include "aws/sqs/batch.hpp"
#include "aws/sqs/errors.hpp"
#include "aws/sqs/operations.hpp"
#include "aws/sqs/parameters.hpp"

namespace faasd::aws::sqs {
namespace {

using nlohmann::json;
using Results = model::Queues::Results;

constexpr std::int64_t longest_timeout = 43200;

std::string read_handle(const json& given) { return required_text(given, "ReceiptHandle"); }

model::Queues::VisibilityChange read_change(const json& given) {
    std::string handle = read_handle(given);
    const auto timeout = find_integer(given, "VisibilityTimeout");
    if (!timeout) throw Refusal{missing("VisibilityTimeout")};
    if (*timeout < 0 || *timeout > longest_timeout)
        throw Refusal{invalid_value(std::to_string(*timeout), "VisibilityTimeout",
                                    "VisibilityTimeout must be an integer between 0 and 43200.")};
    return {std::move(handle), std::chrono::seconds{*timeout}};
}

Error change_error(const base::Error& error, const model::Queues::VisibilityChange& change) {
    // The timeout is within its range: only that since the receive can be too long.
    if (error.code == model::QueueErrc::invalid_parameter) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(change.timeout).count();
        return invalid_value(std::to_string(seconds), "VisibilityTimeout",
                             "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].");
    }
    return from_engine(error, change.receipt_handle);
}

void delete_message(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    std::string handle = read_handle(call.params);
    queues.remove_messages(queue.engine_name(), {handle},
                           [call = std::move(call), handle](base::Result<Results> done) mutable {
                               if (!done) return call.refuse(from_engine(done.error()));
                               if (!done->front()) return call.refuse(from_engine(done->front().error(), handle));
                               call.succeed_text("{}");
                           });
}

void change_message_visibility(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    const auto change = read_change(call.params);
    queues.change_visibility(queue.engine_name(), {change},
                             [call = std::move(call), change](base::Result<Results> done) mutable {
                                 if (!done) return call.refuse(from_engine(done.error()));
                                 if (!done->front()) return call.refuse(change_error(done->front().error(), change));
                                 call.succeed_text("{}");
                             });
}

// A batch of what is made of an entry by `read`, and whose errors `describe` puts into words.
template <class Item, class Read, class Submit, class Describe>
void handle_batch(model::Queues& queues, Call call, std::string_view shape, Read read, Submit submit, Describe describe) {
    const QueueAddress queue = queue_of(call);
    struct HandledEntry {
        std::string id;
        std::optional<Error> error;
        std::size_t item = 0;
    };
    std::vector<HandledEntry> entries;
    std::vector<Item> items;
    for (const json& one : read_entries(call.params, shape)) {
        HandledEntry entry{one["Id"].get<std::string>(), std::nullopt, items.size()};
        try {
            items.push_back(read(one));
        } catch (const Refusal& refusal) {
            if (refusal.error.code == "SerializationException") throw;
            entry.error = refusal.error;
        }
        entries.push_back(std::move(entry));
    }
    auto answer = [entries = std::move(entries), items, describe](Call& to, const Results& results) {
        BatchAnswer batch;
        for (const HandledEntry& entry : entries) {
            if (entry.error) batch.add_failure(entry.id, *entry.error);
            else if (results[entry.item]) batch.add_success(entry.id);
            else batch.add_failure(entry.id, describe(results[entry.item].error(), items[entry.item]));
        }
        to.succeed_text(batch.text());
    };
    if (items.empty()) {
        if (const auto there = queues.attributes(queue.engine_name()); !there) return call.refuse(from_engine(there.error()));
        return answer(call, {});
    }
    submit(queue.engine_name(), std::move(items),
           [call = std::move(call), answer = std::move(answer)](base::Result<Results> done) mutable {
               if (!done) return call.refuse(from_engine(done.error()));
               answer(call, *done);
           });
}

void delete_message_batch(model::Queues& queues, Call call) {
    handle_batch<std::string>(
        queues, std::move(call), "DeleteMessageBatchRequestEntry", read_handle,
        [&queues](std::string queue, std::vector<std::string> handles, base::Completion<Results> done) {
            queues.remove_messages(std::move(queue), std::move(handles), std::move(done));
        },
        [](const base::Error& error, const std::string& handle) { return from_engine(error, handle); });
}

void change_message_visibility_batch(model::Queues& queues, Call call) {
    using Change = model::Queues::VisibilityChange;
    handle_batch<Change>(
        queues, std::move(call), "ChangeMessageVisibilityBatchRequestEntry", read_change,
        [&queues](std::string queue, std::vector<Change> changes, base::Completion<Results> done) {
            queues.change_visibility(std::move(queue), std::move(changes), std::move(done));
        },
        change_error);
}

}  // namespace

void add_handling(Operations& to, model::Queues& queues) {
    to.push_back({"DeleteMessage", false, [&queues](Call call) { delete_message(queues, std::move(call)); }});
    to.push_back({"DeleteMessageBatch", false, [&queues](Call call) { delete_message_batch(queues, std::move(call)); }});
    to.push_back({"ChangeMessageVisibility", false,
                  [&queues](Call call) { change_message_visibility(queues, std::move(call)); }});
    to.push_back({"ChangeMessageVisibilityBatch", false,
                  [&queues](Call call) { change_message_visibility_batch(queues, std::move(call)); }});
}

}  // namespace faasd::aws::sqs
