#include <nlohmann/json.hpp>

#include "aws/protocol/query_string.hpp"
#include "aws/protocol/xml.hpp"
#include "aws/sqs/errors.hpp"
#include "aws/sqs/form.hpp"
#include "aws/sqs/queue_address.hpp"
#include "aws/sqs/received_message.hpp"
#include "aws/sqs/sqs.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace faasd::aws::sqs {
namespace {

using nlohmann::json;

constexpr std::uint32_t most_peeked = 10'000;
constexpr std::string_view peek_path = "/_aws/sqs/messages";
// It stands where a receipt handle would: nothing can be done with it.
constexpr std::string_view no_receipt_handle = "SQS/BACKDOOR/ACCESS";

struct PeekRequest {
    std::string queue_url;
    bool show_invisible = false, show_delayed = false;
    bool as_json = false;
    Scope scope;
    Dialect dialect;
    std::string request_id = base::random_uuid();
};

bool is_yes(const std::optional<std::string>& value) {
    if (!value) return false;
    const std::string lower = base::to_lower(*value);
    return lower == "true" || lower == "1";
}

PeekRequest read_peek(const model::HttpRequest& request, const QueryForm& form) {
    PeekRequest peek;
    const auto find = [&](std::string_view name) {
        auto value = parameter(request.raw_query, name);
        if (!value && has_form(request)) value = parameter(request.body, name);
        return value;
    };
    peek.queue_url = find("QueueUrl").value_or("");
    // /_aws/sqs/messages/REGION/ACCOUNT/NAME
    if (peek.queue_url.empty() && request.raw_path.size() > peek_path.size())
        peek.queue_url = "/queue" + std::string(request.raw_path.substr(peek_path.size()));
    peek.show_invisible = is_yes(find("ShowInvisible"));
    peek.show_delayed = is_yes(find("ShowDelayed"));
    const auto accept = request.header("accept");
    peek.as_json = accept && accept->find("json") != std::string_view::npos;
    peek.scope = scope_of(find_authorization(request));
    peek.dialect.protocol = peek.as_json ? Protocol::json_1_0 : Protocol::query;
    peek.dialect.shape_prefix = "com.amazonaws.sqs#";
    peek.dialect.xml_namespace = form.xml_namespace();
    if (peek.as_json) peek.dialect.content_type = "application/json";
    return peek;
}

std::string peeked(std::vector<model::Message> messages, const PeekRequest& peek, const Scope& scope,
                   base::TimePoint now) {
    const Wanted everything = Wanted::everything();
    std::string text = "{\"Messages\":[";
    for (model::Message& message : messages) {
        const bool hidden = message.visible_at > now;
        const bool delayed = hidden && message.receive_count == 0, in_flight = hidden && !delayed;
        if ((delayed && !peek.show_delayed) || (in_flight && !peek.show_invisible)) continue;
        std::string extra;
        if (peek.show_invisible) extra.append(",\"IsVisible\":\"").append(hidden ? "false\"" : "true\"");
        if (peek.show_delayed) extra.append(",\"IsDelayed\":\"").append(delayed ? "true\"" : "false\"");
        message.receipt_handle = no_receipt_handle;
        if (text.back() == '}') text += ',';
        append_received(text, message, everything, scope, extra);
    }
    return text.append("]}");
}

model::HttpResponse answer_peek(std::string text, const PeekRequest& peek, const QueryForm& form) {
    if (peek.as_json) return model::HttpResponse::json(200, std::move(text));
    pugi::xml_document document;
    pugi::xml_node root = document.append_child("ReceiveMessageResponse");
    root.append_attribute("xmlns") = std::string(form.xml_namespace()).c_str();
    form.write("ReceiveMessage", base::parse_stored_json(text), root.append_child("ReceiveMessageResult"));
    add_text(root.append_child("ResponseMetadata"), "RequestId", peek.request_id);
    model::HttpResponse response;
    response.headers = {{"Content-Type", "text/xml"}, {"x-amzn-RequestId", peek.request_id}};
    response.body = to_text(document);
    return response;
}

model::HttpResponse run_peek(model::Queues& queues, const base::Clock& clock, const PeekRequest& peek,
                             const QueryForm& form) {
    try {
        if (peek.queue_url.empty()) throw Refusal{no_such_queue()};
        const QueueAddress queue = address_of(peek.queue_url, peek.scope);
        auto messages = queues.peek(queue.engine_name(), most_peeked);
        if (!messages) throw Refusal{from_engine(messages.error())};
        return answer_peek(peeked(std::move(*messages), peek, queue.scope, clock.now()), peek, form);
    } catch (const Refusal& refusal) {
        return render(refusal.error, peek.dialect, peek.request_id);
    }
}

}  // namespace

Peek make_peek(model::Queues& queues, std::shared_ptr<model::BlockingExecutor> executor,
               const base::Clock& clock) {
    return [&queues, &clock, executor = std::move(executor), form = make_form()](
               model::HttpRequest request, std::unique_ptr<model::HttpResponder> responder) {
        executor->post(
            [&queues, &clock, form, peek = read_peek(request, *form), responder = std::move(responder)] {
                responder->respond(run_peek(queues, clock, peek, *form));
            });
    };
}

}  // namespace faasd::aws::sqs
