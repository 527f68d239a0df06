#include <nlohmann/json.hpp>

#include "aws/sqs/batch.hpp"
#include "aws/sqs/errors.hpp"
#include "aws/sqs/flat_json.hpp"
#include "aws/sqs/operations.hpp"
#include "aws/sqs/parameters.hpp"

namespace faasd::aws::sqs {
namespace {

using nlohmann::json;
using Results = model::Queues::Results;

constexpr std::int64_t longest_timeout = 43200;

std::string read_handle(const json& given) {
    return required_text(given, "ReceiptHandle");
}

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
        const auto timeout = std::chrono::duration_cast<std::chrono::seconds>(change.timeout).count();
        return invalid_value(std::to_string(timeout), "VisibilityTimeout",
                             "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].");
    }
    return from_engine(error, change.receipt_handle);
}

void submit_delete(model::Queues& queues, Call call, const QueueAddress& queue, const std::string& handle) {
    queues.remove_messages(queue.engine_name(), {handle},
                           [call = std::move(call), handle](base::Result<Results> done) mutable {
                               if (!done) return call.refuse(from_engine(done.error()));
                               if (!done->front())
                                   return call.refuse(from_engine(done->front().error(), handle));
                               call.succeed_text("{}");
                           });
}

void delete_message(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    const std::string handle = read_handle(call.params);
    submit_delete(queues, std::move(call), queue, handle);
}

bool delete_flat_message(model::Queues& queues, Call& call, std::string_view text) {
    FlatJson reader(text);
    std::string url, handle;
    if (!reader.object_of({{"QueueUrl", &url}, {"ReceiptHandle", &handle}}) || !reader.at_end()) return false;
    if (url.empty() || handle.empty()) return false;
    const QueueAddress queue = address_of(url, call.scope);
    submit_delete(queues, std::move(call), queue, handle);
    return true;
}

void change_message_visibility(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    const auto change = read_change(call.params);
    queues.change_visibility(queue.engine_name(), {change},
                             [call = std::move(call), change](base::Result<Results> done) mutable {
                                 if (!done) return call.refuse(from_engine(done.error()));
                                 if (!done->front())
                                     return call.refuse(change_error(done->front().error(), change));
                                 call.succeed_text("{}");
                             });
}

// An entry of a batch: what is wrong with it, or which of the items it is.
struct HandledEntry {
    std::string id;
    std::optional<Error> error;
    std::size_t item = 0;
};
template <class Item>
struct HandledBatch {
    std::vector<HandledEntry> entries;
    std::vector<Item> items;
};

// Reads each entry by `read`.
template <class Item, class Read>
HandledBatch<Item> read_batch(Call& call, std::string_view shape, Read read) {
    HandledBatch<Item> batch;
    for (const json& one : read_entries(call.params, shape)) {
        HandledEntry entry{one["Id"].get<std::string>(), std::nullopt, batch.items.size()};
        try {
            batch.items.push_back(read(one));
        } catch (const Refusal& refusal) {
            if (refusal.error.code == "SerializationException") throw;
            entry.error = refusal.error;
        }
        batch.entries.push_back(std::move(entry));
    }
    return batch;
}

// `submit` hands the items to the engine; `describe` puts its errors into words.
template <class Item, class Submit, class Describe>
void submit_batch_of(model::Queues& queues, Call call, const QueueAddress& queue, HandledBatch<Item> batch,
                     Submit submit, Describe describe) {
    auto answer = [entries = std::move(batch.entries), items = batch.items, describe](
                      Call& to, const Results& results) {
        BatchAnswer answers;
        for (const HandledEntry& entry : entries) {
            if (entry.error)
                answers.add_failure(entry.id, *entry.error);
            else if (results[entry.item])
                answers.add_success(entry.id);
            else
                answers.add_failure(entry.id, describe(results[entry.item].error(), items[entry.item]));
        }
        to.succeed_text(answers.text());
    };
    if (batch.items.empty()) {
        if (const auto there = queues.attributes(queue.engine_name()); !there)
            return call.refuse(from_engine(there.error()));
        return answer(call, {});
    }
    submit(queue.engine_name(), std::move(batch.items),
           [call = std::move(call), answer = std::move(answer)](base::Result<Results> done) mutable {
               if (!done) return call.refuse(from_engine(done.error()));
               answer(call, *done);
           });
}

void submit_delete_batch(model::Queues& queues, Call call, const QueueAddress& queue,
                         HandledBatch<std::string> batch) {
    submit_batch_of(
        queues, std::move(call), queue, std::move(batch),
        [&queues](std::string name, std::vector<std::string> handles, base::Completion<Results> done) {
            queues.remove_messages(std::move(name), std::move(handles), std::move(done));
        },
        [](const base::Error& error, const std::string& handle) { return from_engine(error, handle); });
}

void delete_message_batch(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    auto batch = read_batch<std::string>(call, "DeleteMessageBatchRequestEntry", read_handle);
    submit_delete_batch(queues, std::move(call), queue, std::move(batch));
}

bool read_flat_handles(FlatJson& reader, HandledBatch<std::string>& batch) {
    if (!reader.open_array()) return false;
    while (reader.next_element()) {
        std::string id, handle;
        if (!reader.object_of({{"Id", &id}, {"ReceiptHandle", &handle}}) || !is_batch_id(id) ||
            handle.empty())
            return false;
        for (const HandledEntry& before : batch.entries)
            if (before.id == id) return false;
        batch.entries.push_back({std::move(id), std::nullopt, batch.items.size()});
        batch.items.push_back(std::move(handle));
        if (batch.items.size() > most_entries) return false;
    }
    return reader.ended() && !batch.items.empty();
}

// What is wrong with a batch as a whole is found out, and said, where it is parsed.
bool delete_flat_batch(model::Queues& queues, Call& call, std::string_view text) {
    FlatJson reader(text);
    std::string_view name;
    std::optional<std::string> url;
    HandledBatch<std::string> batch;
    if (!reader.open_object()) return false;
    while (reader.next_member(name)) {
        if (name == "QueueUrl") {
            if (!(url = reader.text())) return false;
        } else if (name != "Entries" || !batch.items.empty() || !read_flat_handles(reader, batch)) {
            return false;
        }
    }
    if (!reader.ended() || !reader.at_end() || !url || url->empty() || batch.items.empty()) return false;
    const QueueAddress queue = address_of(*url, call.scope);
    submit_delete_batch(queues, std::move(call), queue, std::move(batch));
    return true;
}

void change_message_visibility_batch(model::Queues& queues, Call call) {
    using Change = model::Queues::VisibilityChange;
    const QueueAddress queue = queue_of(call);
    auto batch = read_batch<Change>(call, "ChangeMessageVisibilityBatchRequestEntry", read_change);
    submit_batch_of(
        queues, std::move(call), queue, std::move(batch),
        [&queues](std::string name, std::vector<Change> changes, base::Completion<Results> done) {
            queues.change_visibility(std::move(name), std::move(changes), std::move(done));
        },
        change_error);
}

}  // namespace

void add_handling(Operations& to, model::Queues& queues) {
    to.push_back(
        {"DeleteMessage", false, [&queues](Call call) { delete_message(queues, std::move(call)); },
         [&queues](Call& call, std::string_view text) { return delete_flat_message(queues, call, text); }});
    to.push_back(
        {"DeleteMessageBatch", false, [&queues](Call call) { delete_message_batch(queues, std::move(call)); },
         [&queues](Call& call, std::string_view text) { return delete_flat_batch(queues, call, text); }});
    to.push_back({"ChangeMessageVisibility", false,
                  [&queues](Call call) { change_message_visibility(queues, std::move(call)); }});
    to.push_back({"ChangeMessageVisibilityBatch", false,
                  [&queues](Call call) { change_message_visibility_batch(queues, std::move(call)); }});
}

}  // namespace faasd::aws::sqs
