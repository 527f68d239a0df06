#include <nlohmann/json.hpp>

#include "aws/sqs/batch.hpp"
#include "aws/sqs/errors.hpp"
#include "aws/sqs/json_text.hpp"
#include "aws/sqs/message.hpp"
#include "aws/sqs/operations.hpp"
#include "aws/sqs/parameters.hpp"

namespace faasd::aws::sqs {
namespace {

using nlohmann::json;

constexpr std::size_t most_batch_bytes = 1048576;
constexpr std::string_view invalid_characters =
    "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to "
    "#x10FFFF";

// Who asked is the cause, unless the caller says that it acts for somebody else.
void add_cause(model::SendRequest& message, const Call& call) {
    message.trace = call.request_id;
    if (call.trace_header.empty()) return;
    message.system_attributes.try_emplace("AWSTraceHeader", call.trace_header);
    const std::string_view header = call.trace_header;
    if (const std::size_t root = header.find("Root="); root != std::string_view::npos)
        message.trace = header.substr(root + 5, header.find(';', root) - root - 5);
}

// {"MessageId":… and the rest of what was sent; still open.
std::string members_of(const model::SendResult& sent, bool gave_system_attributes) {
    std::string text;
    text.reserve(256);
    text += '{';
    append_plain_member(text, "MessageId", sent.message_id);
    append_plain_member(text, "MD5OfMessageBody", sent.md5_of_body);
    if (!sent.md5_of_attributes.empty()) append_plain_member(text, "MD5OfMessageAttributes", sent.md5_of_attributes);
    if (gave_system_attributes) append_plain_member(text, "MD5OfMessageSystemAttributes", sent.md5_of_system_attributes);
    if (sent.sequence_number) append_plain_member(text, "SequenceNumber", *sent.sequence_number);
    return text;
}

Error sending_error(const base::Error& error, bool in_batch) {
    if (error.code == model::QueueErrc::invalid_message_contents)
        return error_of("InvalidMessageContents", std::string(invalid_characters));
    if (error.code == model::QueueErrc::missing_deduplication_id || error.code == model::QueueErrc::no_such_queue || !in_batch)
        return from_engine(error);
    Error out = from_engine(error);
    if (error.code == model::QueueErrc::message_too_long)
        out.message.replace(0, out.message.find(" Reason"), "One or more parameters cannot be validated.");
    return out;
}

void send_message(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    std::vector<model::SendRequest> messages;
    messages.push_back(read_message(call.params, queue.is_fifo()));
    const bool gave_system_attributes = !messages.front().system_attributes.empty();
    add_cause(messages.front(), call);
    queues.send(queue.engine_name(), std::move(messages),
                [call = std::move(call), gave_system_attributes](base::Result<model::Queues::SendResults> sent) mutable {
                    if (!sent) return call.refuse(sending_error(sent.error(), false));
                    const auto& result = sent->front();
                    if (!result) return call.refuse(sending_error(result.error(), false));
                    call.succeed_text(members_of(*result, gave_system_attributes) + '}');
                });
}

// An entry on its way: what was wrong with it before it was sent, or where its result will be.
struct Entry {
    std::string id;
    std::optional<Error> error;
    bool gave_system_attributes = false;
};

void check_total(const std::vector<model::SendRequest>& messages) {
    std::size_t total = 0;
    for (const auto& message : messages)
        total += size_of(message);
    if (total > most_batch_bytes)
        throw Refusal{error_of("BatchRequestTooLong", "Batch requests cannot be longer than 1048576 bytes. You have sent " +
                                                          std::to_string(total) + " bytes.")};
}

void answer_batch(Call& call, const std::vector<Entry>& entries, const model::Queues::SendResults& results) {
    bool none_has_id = !results.empty();
    for (const auto& result : results)
        none_has_id = none_has_id && result.has_error() && result.error().code == model::QueueErrc::missing_deduplication_id;
    // Nothing of it was sent, and it is said of the whole request.
    if (none_has_id) return call.refuse(from_engine(results.front().error()));
    BatchAnswer answer;
    std::size_t next = 0;
    for (const Entry& entry : entries) {
        if (entry.error) {
            answer.add_failure(entry.id, *entry.error);
            continue;
        }
        const auto& result = results[next++];
        if (!result) {
            answer.add_failure(entry.id, sending_error(result.error(), true));
            continue;
        }
        std::string members = members_of(*result, entry.gave_system_attributes);
        members.front() = ',';
        answer.add_success(entry.id, members);
    }
    call.succeed_text(answer.text());
}

void send_message_batch(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    json& given = read_entries(call.params, "SendMessageBatchRequestEntry");
    std::vector<Entry> entries;
    std::vector<model::SendRequest> messages;
    for (json& one : given) {
        Entry entry{one["Id"].get<std::string>(), std::nullopt};
        if (queue.is_fifo() && !find(one, "MessageGroupId"))
            throw Refusal{invalid_parameter("The request must contain the parameter MessageGroupId.")};
        try {
            messages.push_back(read_message(one, queue.is_fifo()));
            entry.gave_system_attributes = !messages.back().system_attributes.empty();
            add_cause(messages.back(), call);
        } catch (const Refusal& refusal) {
            // A request that is no request at all is refused as a whole.
            if (refusal.error.code == "SerializationException") throw;
            entry.error = refusal.error;
        }
        entries.push_back(std::move(entry));
    }
    check_total(messages);
    if (messages.empty()) {
        if (const auto there = queues.attributes(queue.engine_name()); !there) return call.refuse(from_engine(there.error()));
        return answer_batch(call, entries, {});
    }
    queues.send(queue.engine_name(), std::move(messages),
                [call = std::move(call), entries = std::move(entries)](base::Result<model::Queues::SendResults> sent) mutable {
                    if (!sent) return call.refuse(sending_error(sent.error(), true));
                    answer_batch(call, entries, *sent);
                });
}

}  // namespace

void add_sending(Operations& to, model::Queues& queues) {
    to.push_back({"SendMessage", false, [&queues](Call call) { send_message(queues, std::move(call)); }});
    to.push_back({"SendMessageBatch", false, [&queues](Call call) { send_message_batch(queues, std::move(call)); }});
}

}  // namespace faasd::aws::sqs
