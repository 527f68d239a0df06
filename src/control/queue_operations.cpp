#include <array>
#include <limits>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/units.hpp"
#include "control/operations.hpp"

namespace faasd::control {
namespace {

using nlohmann::json;

// {"name": "text"} or {"name": {"type": "Number", "value": "1"}} or {"type": "Binary", "base64": "…"}.
model::MessageAttributes read_attributes(const Params& params, const json& given) {
    model::MessageAttributes attributes;
    if (given.is_null()) return attributes;
    if (!given.is_object()) params.refuse("'attributes' must be an object");
    for (const auto& [name, value] : given.items()) {
        if (value.is_string()) {
            attributes[name] = {"String", value.get<std::string>()};
            continue;
        }
        if (!value.is_object()) params.refuse("the attribute '" + name + "' must be a string or an object");
        const auto text = [&params, &value = value, &attribute_name = name](const char* member, const char* otherwise) {
            const auto found = value.find(member);
            if (found == value.end()) return std::string(otherwise);
            if (!found->is_string())
                params.refuse("'" + std::string(member) + "' of the attribute '" + attribute_name + "' must be a string");
            return found->get<std::string>();
        };
        model::MessageAttribute attribute{text("type", "String"), text("value", "")};
        if (value.contains("base64")) {
            auto decoded = base::base64_decode(text("base64", ""));
            if (!decoded) params.refuse("the attribute '" + name + "' has no valid base64");
            attribute.value = std::move(*decoded);
        }
        attributes[name] = std::move(attribute);
    }
    return attributes;
}

model::SendRequest read_message(Params& params, std::string body, const std::string& trace) {
    model::SendRequest request;
    request.body = std::move(body);
    request.delay = params.optional_seconds("delay_seconds");
    request.group_id = params.text_or("group_id", "");
    request.deduplication_id = params.text_or("deduplication_id", "");
    request.attributes = read_attributes(params, params.value("attributes"));
    request.trace = trace;
    return request;
}

json describe(const model::SendResult& sent) {
    json out = {{"message_id", sent.message_id}, {"md5", sent.md5_of_body}};
    if (sent.sequence_number) out["sequence_number"] = *sent.sequence_number;
    return out;
}

json describe(const base::Error& error) {
    const auto known = to_operation_error(error);
    return {{"error", {{"code", known.code}, {"message", known.message}}}};
}

json describe(const model::Message& message) {
    json attributes = json::object();
    for (const auto& [name, attribute] : message.attributes) {
        const bool binary = attribute.data_type.starts_with("Binary");
        attributes[name] = {{"type", attribute.data_type},
                            {binary ? "base64" : "value",
                             binary ? base::base64_encode(attribute.value) : attribute.value}};
    }
    json out = {{"id", message.id},
                {"body", message.body},
                {"receive_count", message.receive_count},
                {"sent_at", base::format_rfc3339(message.sent_at)},
                {"attributes", std::move(attributes)}};
    if (!message.receipt_handle.empty()) out["receipt_handle"] = message.receipt_handle;
    if (!message.group_id.empty()) out["group_id"] = message.group_id;
    if (!message.sequence_number.empty()) out["sequence_number"] = message.sequence_number;
    for (const auto& [name, value] : message.system_attributes)
        out["system_attributes"][name] = value;
    return out;
}

json describe(const std::vector<model::Message>& messages) {
    json list = json::array();
    for (const model::Message& message : messages)
        list.push_back(describe(message));
    return {{"messages", std::move(list)}};
}

json describe(const model::QueueInfo& info) {
    const auto& a = info.attributes;
    json out = {{"name", info.name},
                {"visible", info.visible},
                {"in_flight", info.in_flight},
                {"delayed", info.delayed},
                {"fifo", a.fifo},
                {"visibility_timeout", base::format_duration(a.visibility_timeout)},
                {"delay", base::format_duration(a.delay)},
                {"retention", base::format_duration(a.retention)},
                {"receive_wait", base::format_duration(a.receive_wait)},
                {"max_message_size", a.max_message_size},
                {"created_at", base::format_rfc3339(info.created_at)}};
    if (a.redrive)
        out["dead_letter_queue"] = {{"queue", a.redrive->dead_letter_queue},
                                    {"max_receive_count", a.redrive->max_receive_count}};
    if (info.oldest_sent_at) out["oldest_sent_at"] = base::format_rfc3339(*info.oldest_sent_at);
    return out;
}

json describe(const model::Move& move) {
    static constexpr std::array<std::string_view, 4> statuses{"running", "completed", "cancelled", "failed"};
    json out = {{"id", move.id},
                {"status", statuses.at(static_cast<std::size_t>(move.status))},
                {"moved", move.moved},
                {"to_move", move.to_move},
                {"started_at", base::format_rfc3339(move.started_at)}};
    if (move.request.destination) out["to"] = *move.request.destination;
    if (move.request.max_per_second) out["max_per_second"] = *move.request.max_per_second;
    if (move.failure) out["failure"] = move.failure.message();
    return out;
}

void redrive(model::Queues& queues, OperationCall call) {
    model::MoveRequest request{call.params.text("queue"), call.params.optional_text("to"), std::nullopt};
    const auto rate = call.params.optional_count("max_per_second");
    call.params.finish();
    if (rate && (*rate < 1 || *rate > 500)) call.params.refuse("'max_per_second' must be 1 to 500");
    if (rate) request.max_per_second = static_cast<std::uint32_t>(*rate);
    queues.start_move(std::move(request), [call = std::move(call)](base::Result<std::string> id) mutable {
        if (id.has_error()) return call.fail(id.error());
        call.succeed({{"id", *id}});
    });
}

void send(model::Queues& queues, OperationCall call) {
    std::string queue = call.params.text("queue");
    std::vector<model::SendRequest> one;
    one.push_back(read_message(call.params, std::move(call.body), call.trace));
    call.params.finish();
    queues.send(std::move(queue), std::move(one),
                [call = std::move(call)](base::Result<model::Queues::SendResults> sent) mutable {
                    if (sent.has_error()) return call.fail(sent.error());
                    const auto& result = sent->front();
                    if (result.has_error()) return call.fail(result.error());
                    call.succeed(describe(*result));
                });
}

void send_batch(model::Queues& queues, OperationCall call) {
    std::string queue = call.params.text("queue");
    const json& entries = call.params.array("entries");
    call.params.finish();
    std::vector<model::SendRequest> requests;
    for (const json& entry : entries) {
        Params one("queue.send_batch", base::to_text(entry));
        std::string body = one.text("body");
        requests.push_back(read_message(one, std::move(body), call.trace));
        one.finish();
    }
    queues.send(std::move(queue), std::move(requests),
                [call = std::move(call)](base::Result<model::Queues::SendResults> sent) mutable {
                    if (sent.has_error()) return call.fail(sent.error());
                    json results = json::array();
                    for (const auto& result : *sent)
                        results.push_back(result ? describe(*result) : describe(result.error()));
                    call.succeed({{"results", std::move(results)}});
                });
}

void receive(model::Queues& queues, OperationCall call) {
    std::string queue = call.params.text("queue");
    model::ReceiveRequest request;
    // More than 32 bits is as wrong as any other number over 10, which the engine refuses.
    request.max_messages = static_cast<std::uint32_t>(std::min<std::uint64_t>(
        call.params.optional_count("max_messages").value_or(1), std::numeric_limits<std::uint32_t>::max()));
    request.visibility_timeout = call.params.optional_seconds("visibility_seconds");
    request.wait = call.params.optional_seconds("wait_seconds");
    call.params.finish();
    if (request.max_messages < 1 || request.max_messages > 10) call.params.refuse("'max_messages' must be 1 to 10");
    queues.receive(std::move(queue), request,
                   [call = std::move(call)](base::Result<std::vector<model::Message>> got) mutable {
                       if (got.has_error()) return call.fail(got.error());
                       call.succeed(describe(*got));
                   });
}

void remove_messages(model::Queues& queues, OperationCall call) {
    std::string queue = call.params.text("queue");
    std::vector<std::string> handles;
    for (const json& handle : call.params.array("receipt_handles")) {
        if (!handle.is_string()) call.params.refuse("'receipt_handles' must be an array of strings");
        handles.push_back(handle.get<std::string>());
    }
    call.params.finish();
    queues.remove_messages(std::move(queue), std::move(handles),
                           [call = std::move(call)](base::Result<model::Queues::Results> done) mutable {
                               if (done.has_error()) return call.fail(done.error());
                               json results = json::array();
                               for (const auto& one : *done)
                                   results.push_back(one ? json::object() : describe(one.error()));
                               call.succeed({{"results", std::move(results)}});
                           });
}

void change_visibility(model::Queues& queues, OperationCall call) {
    std::string queue = call.params.text("queue");
    std::string handle = call.params.text("receipt_handle");
    const auto timeout = call.params.optional_seconds("seconds");
    call.params.finish();
    if (!timeout) call.params.refuse("'seconds' is missing");
    queues.change_visibility(std::move(queue), {{std::move(handle), *timeout}},
                             [call = std::move(call)](base::Result<model::Queues::Results> done) mutable {
                                 if (done.has_error()) return call.fail(done.error());
                                 if (done->front().has_error()) return call.fail(done->front().error());
                                 call.succeed(json::object());
                             });
}

}  // namespace

void add_queue_operations(OperationTable& table, model::Queues& queues) {
    table.add("queue.send", false, [&](OperationCall call) { send(queues, std::move(call)); });
    table.add("queue.send_batch", false, [&](OperationCall call) { send_batch(queues, std::move(call)); });
    table.add("queue.receive", false, [&](OperationCall call) { receive(queues, std::move(call)); });
    table.add("queue.delete", false, [&](OperationCall call) { remove_messages(queues, std::move(call)); });
    table.add("queue.change_visibility", false,
              [&](OperationCall call) { change_visibility(queues, std::move(call)); });
    table.add("queue.peek", true, [&](OperationCall call) {
        const std::string queue = call.params.text("queue");
        const auto limit = std::min<std::uint64_t>(call.params.optional_count("limit").value_or(10), 1000);
        call.params.finish();
        const auto messages = queues.peek(queue, static_cast<std::uint32_t>(limit));
        if (messages.has_error()) return call.fail(messages.error());
        call.succeed(describe(*messages));
    });
    table.add("queue.purge", false, [&](OperationCall call) {
        std::string queue = call.params.text("queue");
        call.params.finish();
        queues.purge(std::move(queue), [call = std::move(call)](base::Result<> done) mutable {
            if (done.has_error()) return call.fail(done.error());
            call.succeed(json::object());
        });
    });
    table.add("queue.redrive", false, [&](OperationCall call) { redrive(queues, std::move(call)); });
    table.add("queue.redrives", true, [&](OperationCall call) {
        const std::string queue = call.params.text("queue");
        call.params.finish();
        const auto moves = queues.moves(queue, 10);
        if (moves.has_error()) return call.fail(moves.error());
        json list = json::array();
        for (const model::Move& move : *moves)
            list.push_back(describe(move));
        call.succeed({{"redrives", std::move(list)}});
    });
    table.add("queue.info", true, [&](OperationCall call) {
        const std::string queue = call.params.text("queue");
        call.params.finish();
        const auto info = queues.info(queue);
        if (info.has_error()) return call.fail(info.error());
        call.succeed(describe(*info));
    });
    table.add("queue.list", true, [&](OperationCall call) {
        call.params.finish();
        json list = json::array();
        for (const std::string& name : queues.list()) {
            if (name.starts_with('~')) continue;  // the daemon's own
            if (const auto info = queues.info(name)) list.push_back(describe(*info));
        }
        call.succeed({{"queues", std::move(list)}});
    });
}

}  // namespace faasd::control
