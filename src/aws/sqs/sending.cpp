#include <nlohmann/json.hpp>

#include "aws/sqs/batch.hpp"
#include "aws/sqs/errors.hpp"
#include "aws/sqs/flat_json.hpp"
#include "aws/sqs/json_text.hpp"
#include "aws/sqs/message.hpp"
#include "aws/sqs/operations.hpp"
#include "aws/sqs/parameters.hpp"

namespace faasd::aws::sqs {
namespace {

using nlohmann::json;

constexpr std::size_t most_batch_bytes = 1048576;
constexpr std::string_view invalid_characters =
    "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to "
    "#xFFFD | #x10000 to "
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
    if (!sent.md5_of_attributes.empty())
        append_plain_member(text, "MD5OfMessageAttributes", sent.md5_of_attributes);
    if (gave_system_attributes)
        append_plain_member(text, "MD5OfMessageSystemAttributes", sent.md5_of_system_attributes);
    if (sent.sequence_number) append_plain_member(text, "SequenceNumber", *sent.sequence_number);
    return text;
}

Error sending_error(const base::Error& error, bool in_batch) {
    if (error.code == model::QueueErrc::invalid_message_contents)
        return error_of("InvalidMessageContents", std::string(invalid_characters));
    if (error.code == model::QueueErrc::message_too_long) return message_too_long(error, in_batch);
    return from_engine(error);
}

void submit(model::Queues& queues, Call call, const QueueAddress& queue, model::SendRequest message) {
    const bool gave_system_attributes = !message.system_attributes.empty();
    add_cause(message, call);
    std::vector<model::SendRequest> messages;
    messages.push_back(std::move(message));
    queues.send(queue.engine_name(), std::move(messages),
                [call = std::move(call),
                 gave_system_attributes](base::Result<model::Queues::SendResults> sent) mutable {
                    if (!sent) return call.refuse(sending_error(sent.error(), false));
                    const auto& result = sent->front();
                    if (!result) return call.refuse(sending_error(result.error(), false));
                    call.succeed_text(members_of(*result, gave_system_attributes) + '}');
                });
}

void send_message(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    model::SendRequest message = read_message(call.params, queue.is_fifo());
    submit(queues, std::move(call), queue, std::move(message));
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
        throw Refusal{error_of("BatchRequestTooLong",
                               "Batch requests cannot be longer than 1048576 bytes. You have sent " +
                                   std::to_string(total) + " bytes.")};
}

void answer_batch(Call& call, const std::vector<Entry>& entries, const model::Queues::SendResults& results) {
    bool none_has_id = !results.empty();
    for (const auto& result : results)
        none_has_id = none_has_id && result.has_error() &&
                      result.error().code == model::QueueErrc::missing_deduplication_id;
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

struct Outgoing {
    std::vector<Entry> entries;
    std::vector<model::SendRequest> messages;

    // `make` makes the message, or throws what is wrong with it.
    template <class Make>
    void add(const Call& call, std::string id, Make make) {
        Entry entry{std::move(id), std::nullopt};
        try {
            messages.push_back(make());
            entry.gave_system_attributes = !messages.back().system_attributes.empty();
            add_cause(messages.back(), call);
        } catch (const Refusal& refusal) {
            // A request that is no request at all is refused as a whole.
            if (refusal.error.code == "SerializationException") throw;
            entry.error = refusal.error;
        }
        entries.push_back(std::move(entry));
    }
};

void submit_batch(model::Queues& queues, Call call, const QueueAddress& queue, Outgoing batch) {
    check_total(batch.messages);
    if (batch.messages.empty()) {
        if (const auto there = queues.attributes(queue.engine_name()); !there)
            return call.refuse(from_engine(there.error()));
        return answer_batch(call, batch.entries, {});
    }
    queues.send(queue.engine_name(), std::move(batch.messages),
                [call = std::move(call),
                 entries = std::move(batch.entries)](base::Result<model::Queues::SendResults> sent) mutable {
                    if (!sent) return call.refuse(sending_error(sent.error(), true));
                    answer_batch(call, entries, *sent);
                });
}

void send_message_batch(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    Outgoing batch;
    for (json& one : read_entries(call.params, "SendMessageBatchRequestEntry")) {
        if (queue.is_fifo() && !find(one, "MessageGroupId"))
            throw Refusal{invalid_parameter("The request must contain the parameter MessageGroupId.")};
        batch.add(call, one["Id"].get<std::string>(), [&] { return read_message(one, queue.is_fifo()); });
    }
    submit_batch(queues, std::move(call), queue, std::move(batch));
}

// One object of what most messages are sent with. False: it is to be parsed. `other`: the member that is no
// part of a message, and where it goes.
bool read_flat(FlatJson& reader, std::string_view other, std::string& into, GivenMessage& given) {
    std::string_view name;
    if (!reader.open_object()) return false;
    while (reader.next_member(name)) {
        if (name == "DelaySeconds") {
            if (!(given.delay = reader.integer())) return false;
            continue;
        }
        std::optional<std::string> text = reader.text();
        if (!text) return false;
        if (name == "MessageBody")
            given.body = std::move(*text);
        else if (name == "MessageGroupId")
            given.group_id = std::move(text);
        else if (name == "MessageDeduplicationId")
            given.deduplication_id = std::move(text);
        else if (name == other)
            into = std::move(*text);
        else
            return false;
    }
    return reader.ended();
}

bool send_flat_message(model::Queues& queues, Call& call, std::string_view text) {
    FlatJson reader(text);
    GivenMessage given;
    std::string url;
    if (!read_flat(reader, "QueueUrl", url, given) || !reader.at_end() || url.empty()) return false;
    const QueueAddress queue = address_of(url, call.scope);
    model::SendRequest message = checked(std::move(given), queue.is_fifo());
    submit(queues, std::move(call), queue, std::move(message));
    return true;
}

struct FlatEntry {
    std::string id;
    GivenMessage given;
};

bool read_flat_entries(FlatJson& reader, std::vector<FlatEntry>& entries) {
    if (!reader.open_array()) return false;
    while (reader.next_element()) {
        FlatEntry& entry = entries.emplace_back();
        if (!read_flat(reader, "Id", entry.id, entry.given) || !is_batch_id(entry.id)) return false;
    }
    return reader.ended();
}

bool are_distinct(const std::vector<FlatEntry>& entries) {
    for (std::size_t i = 0; i < entries.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (entries[i].id == entries[j].id) return false;
    return true;
}

bool send_flat_batch(model::Queues& queues, Call& call, std::string_view text) {
    FlatJson reader(text);
    std::string_view name;
    std::optional<std::string> url;
    std::vector<FlatEntry> entries;
    if (!reader.open_object()) return false;
    while (reader.next_member(name)) {
        if (name == "QueueUrl") {
            if (!(url = reader.text())) return false;
        } else if (name != "Entries" || !entries.empty() || !read_flat_entries(reader, entries)) {
            return false;
        }
    }
    // What is wrong with a batch as a whole is found out, and said, where it is parsed.
    if (!reader.ended() || !reader.at_end() || !url || url->empty()) return false;
    if (entries.empty() || entries.size() > most_entries || !are_distinct(entries)) return false;
    const QueueAddress queue = address_of(*url, call.scope);
    if (queue.is_fifo()) {
        for (const FlatEntry& entry : entries)
            if (!entry.given.group_id) return false;
    }
    Outgoing batch;
    for (FlatEntry& entry : entries)
        batch.add(call, std::move(entry.id),
                  [&] { return checked(std::move(entry.given), queue.is_fifo()); });
    submit_batch(queues, std::move(call), queue, std::move(batch));
    return true;
}

}  // namespace

void add_sending(Operations& to, model::Queues& queues) {
    to.push_back(
        {"SendMessage", false, [&queues](Call call) { send_message(queues, std::move(call)); },
         [&queues](Call& call, std::string_view text) { return send_flat_message(queues, call, text); }});
    to.push_back(
        {"SendMessageBatch", false, [&queues](Call call) { send_message_batch(queues, std::move(call)); },
         [&queues](Call& call, std::string_view text) { return send_flat_batch(queues, call, text); }});
}

}  // namespace faasd::aws::sqs
