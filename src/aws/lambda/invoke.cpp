#include "aws/lambda/invoke.hpp"

#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "model/invocation_json.hpp"

namespace faasd::aws::lambda {
namespace {

using model::OutcomeStatus;

// "Lambda quotas", Developer Guide.
constexpr std::size_t kMaxEventPayload = std::size_t{1} << 20;
constexpr std::size_t kMaxTail = 4096;

model::Cause cause_of_call() { return {model::CauseKind::invoke, "Lambda API", {}, {}}; }

std::string milliseconds(base::Duration time) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f ms", static_cast<double>(time.count()) / 1000);
    return text;
}

// In the lines of Lambda's own log; base64 of the last 4 KB.
std::string tail_of(const model::LogPage& page, const model::Outcome& outcome) {
    const std::string id = "RequestId: " + outcome.request_id;
    std::string text = "START " + id + " Version: $LATEST\n";
    for (const model::LogEntry& entry : page.entries) {
        if (entry.kind != model::LogFacts::Kind::line) continue;
        text.append("[").append(base::to_lower(model::to_string(entry.level))).append("] ").append(entry.message);
        text += '\n';
    }
    const auto billed = static_cast<long>(std::ceil(static_cast<double>(outcome.duration.count()) / 1000));
    text += "END " + id + "\nREPORT " + id + "\tDuration: " + milliseconds(outcome.duration) + "\tBilled Duration: " +
            std::to_string(billed) + " ms\n";
    if (text.size() > kMaxTail) text.erase(0, text.size() - kMaxTail);
    return base::base64_encode(text);
}

void answer_outcome(const Asked& asked, const FunctionName& function, model::Outcome outcome, std::string tail) {
    switch (outcome.status) {
        case OutcomeStatus::throttled:
            return asked.refuse(429, "TooManyRequestsException", "Rate Exceeded.",
                                "ReservedFunctionConcurrentInvocationLimitExceeded");
        case OutcomeStatus::no_such_function: return asked.refuse_unknown_function(function.name);
        case OutcomeStatus::unavailable: return asked.refuse(502, "ResourceNotReadyException", outcome.error.message);
        case OutcomeStatus::shutting_down: return asked.refuse(503, "ServiceException", outcome.error.message);
        default: break;
    }
    std::vector<std::pair<std::string, std::string>> headers{{"X-Amz-Executed-Version", "$LATEST"}};
    if (!tail.empty()) headers.emplace_back("X-Amz-Log-Result", std::move(tail));
    if (outcome.status == OutcomeStatus::success)
        return asked.answer(200, model::payload_of(std::move(outcome)), std::move(headers));
    headers.emplace_back("X-Amz-Function-Error", "Unhandled");
    asked.answer(200, model::error_json(outcome), std::move(headers));
}

void run_now(const Parts& with, Asked asked, const FunctionName& function, std::string payload, bool tail) {
    model::Invocation invocation;
    invocation.request_id = asked.request_id;
    invocation.function = function.name;
    invocation.cause = cause_of_call();
    invocation.event = model::Payload{std::move(payload)};
    with.invoker.invoke(std::move(invocation), [asked = std::move(asked), function, tail,
                                                &log = with.log](model::Outcome outcome) mutable {
        if (!tail) return answer_outcome(asked, function, std::move(outcome), {});
        model::LogQuery query;
        query.request_id = outcome.request_id;
        log.read(std::move(query), base::Duration::zero(),
                 [asked = std::move(asked), function, outcome = std::move(outcome)](model::LogPage page) mutable {
                     std::string text = tail_of(page, outcome);
                     answer_outcome(asked, function, std::move(outcome), std::move(text));
                 });
    });
}

void run_later(const Parts& with, Asked asked, const FunctionName& function, std::string payload) {
    model::AsyncInvocation invocation;
    invocation.function = function.name;
    invocation.cause = cause_of_call();
    invocation.payload = std::move(payload);
    with.async.submit(std::move(invocation), [asked = std::move(asked)](base::Result<std::string> id) mutable {
        if (id.has_error()) return asked.refuse(503, "ServiceException", id.error().message);
        asked.request_id = *id;
        asked.answer(202, "");
    });
}

}  // namespace

void invoke(const Parts& with, Asked asked, const FunctionName& function, const model::HttpRequest& request) {
    const std::string type(request.header("x-amz-invocation-type").value_or("RequestResponse"));
    const std::string_view log_type = request.header("x-amz-log-type").value_or("None");
    if (type != "RequestResponse" && type != "Event" && type != "DryRun")
        return asked.refuse(400, "InvalidParameterValueException",
                            "Value '" + type + "' at 'invocationType' failed to satisfy constraint: Member must satisfy "
                            "enum value set: [Event, DryRun, RequestResponse]");
    if (function.other_scope || !with.invoker.has_function(function.name))
        return asked.refuse_unknown_function(function.name);
    if (!function.qualifier.empty() && function.qualifier != "$LATEST")
        return asked.refuse_unknown_function(function.name + ':' + function.qualifier);
    std::string payload(request.body.empty() ? std::string_view("{}") : request.body);
    if (!base::is_json(payload))
        return asked.refuse(400, "InvalidRequestContentException",
                            "Could not parse request body into json: the payload is not valid JSON");
    if (type == "DryRun") return asked.answer(204, "");
    if (type == "RequestResponse")
        return run_now(with, std::move(asked), function, std::move(payload), log_type == "Tail");
    if (payload.size() > kMaxEventPayload)
        return asked.refuse(413, "RequestTooLargeException",
                            std::to_string(payload.size()) + " byte payload is too large for the Event invocation type "
                            "(limit " + std::to_string(kMaxEventPayload) + " bytes)");
    run_later(with, std::move(asked), function, std::move(payload));
}

}  // namespace faasd::aws::lambda
