#include <algorithm>

#include "base/json.hpp"
#include "control/fan_out.hpp"
#include "control/operations.hpp"
#include "model/invocation_json.hpp"

namespace faasd::control {
namespace {

using model::OutcomeStatus;
using nlohmann::json;

constexpr std::size_t kMaxCalls = 10'000;
constexpr std::uint64_t kCallsAtOnce = 1'000;

model::Cause cause_of(const OperationCall& call) {
    model::Cause cause;
    cause.kind = model::CauseKind::invoke;
    cause.source = call.request_id.empty() ? "control" : call.function.empty() ? "function" : call.function;
    cause.trace = call.trace;
    cause.parent = call.request_id;
    return cause;
}

// A payload is JSON, as everywhere in the cloud; nothing means null.
std::string read_payload(const OperationCall& call) {
    if (call.body.empty()) return "null";
    if (!base::is_json(call.body)) call.params.refuse("the payload is not valid JSON");
    return call.body;
}

json describe(const model::Outcome& outcome) {
    return {{"request_id", outcome.request_id},
            {"status", model::to_string(outcome.status)},
            {"duration_ms", static_cast<double>(outcome.duration.count()) / 1000},
            {"cold", outcome.cold}};
}

// Who failed, for a caller: the function that was called, or the one further down whose error it did not catch.
json describe_failure(const std::string& function, const model::Outcome& outcome) {
    json detail = base::parse_json(outcome.error.detail.empty() ? "null" : outcome.error.detail);
    if (detail.is_object() && detail.contains("function") && detail.contains("request_id") &&
        detail.contains("status")) {
        json through = json::array({function});
        if (const auto before = detail.find("through"); before != detail.end() && before->is_array())
            through.insert(through.end(), before->begin(), before->end());
        detail["through"] = std::move(through);
        return detail;
    }
    json about = describe(outcome);
    about["function"] = function;
    if (!detail.is_null() && !detail.is_discarded()) about["detail"] = std::move(detail);
    return about;
}

model::OperationError failure_of(const std::string& function, const model::Outcome& outcome) {
    return {outcome.error.type.empty() ? std::string(to_string(outcome.status)) : outcome.error.type,
            outcome.error.message, base::to_text(describe_failure(function, outcome)), model::http_status_of(outcome.status)};
}

model::Invocation invocation_of(const OperationCall& call, std::string function, std::string payload) {
    model::Invocation invocation;
    invocation.function = std::move(function);
    invocation.event = model::Payload{std::move(payload)};
    invocation.cause = cause_of(call);
    invocation.depth = call.depth;
    invocation.chain = call.chain;
    invocation.deadline = call.deadline;
    return invocation;
}

void invoke(model::Invoker& invoker, OperationCall call) {
    const std::string function = call.params.text("function");
    call.params.finish();
    auto invocation = invocation_of(call, function, read_payload(call));
    invoker.invoke(std::move(invocation), [call = std::move(call), function](model::Outcome outcome) mutable {
        if (outcome.status != OutcomeStatus::success) return call.fail(failure_of(function, outcome));
        const json about = describe(outcome);
        call.succeed(about, model::payload_of(std::move(outcome)));
    });
}

struct Called {
    std::string function, payload;
};

// [{"function", "payload"}]
std::vector<Called> read_calls(OperationCall& call) {
    std::vector<Called> calls;
    const json& list = call.params.array("calls");
    if (list.empty() || list.size() > kMaxCalls)
        call.params.refuse("'calls' has " + std::to_string(list.size()) + " elements: give 1 to " +
                           std::to_string(kMaxCalls));
    for (const json& one : list) {
        const auto function = one.find("function");
        if (!one.is_object() || function == one.end() || !function->is_string())
            call.params.refuse("each element of 'calls' must be an object with a 'function'");
        for (const auto& [name, value] : one.items())
            if (name != "function" && name != "payload")
                call.params.refuse("an element of 'calls' has '" + name + "', but only 'function' and 'payload' count");
        const auto payload = one.find("payload");
        calls.push_back({function->get<std::string>(), payload == one.end() ? "null" : base::to_text(*payload)});
    }
    return calls;
}

// Whether a call of the function would wait for itself at its concurrency limit.
bool waits_for(const std::string& chain, const std::string& function) {
    constexpr std::string_view arrow = " → ";
    for (std::size_t begin = 0; begin <= chain.size();) {
        const std::size_t end = std::min(chain.find(arrow, begin), chain.size());
        if (std::string_view(chain).substr(begin, end - begin) == function) return true;
        begin = end + arrow.size();
    }
    return false;
}

std::string render(const std::vector<std::string>& functions, std::vector<model::Outcome> outcomes) {
    std::string out = R"({"results":[)";
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (i > 0) out += ',';
        model::Outcome& outcome = outcomes[i];
        if (outcome.status != OutcomeStatus::success) {
            const auto error = failure_of(functions[i], outcome);
            out += R"({"error":{"code":)" + base::to_text(json(error.code)) + R"(,"message":)" + base::to_text(json(error.message)) +
                   R"(,"detail":)" + error.detail + "}}";
        } else {
            out += R"({"request_id":)" + base::to_text(json(outcome.request_id)) + R"(,"payload":)";
            out += model::payload_of(std::move(outcome)) + '}';
        }
    }
    return out + "]}";
}

void invoke_all(model::Invoker& invoker, OperationCall call) {
    std::vector<Called> calls = read_calls(call);
    const auto at_once = call.params.optional_count("max_concurrency").value_or(kCallsAtOnce);
    if (at_once < 1) call.params.refuse("'max_concurrency' must be at least 1");
    call.params.finish();
    std::vector<std::string> functions;
    std::vector<model::Invocation> invocations;
    for (Called& one : calls) {
        functions.push_back(one.function);
        invocations.push_back(invocation_of(call, std::move(one.function), std::move(one.payload)));
        if (!waits_for(call.chain, functions.back())) invocations.back().admission = model::Admission::wait;
    }
    std::make_shared<FanOut>(
        invoker, std::move(invocations), at_once,
        [call = std::move(call), functions = std::move(functions)](std::vector<model::Outcome> outcomes) mutable {
            call.done(model::OperationResponse{render(functions, std::move(outcomes)), {}});
        })
        ->start();
}

model::OperationError no_such_function(const std::string& name) {
    return {"NoSuchFunction", "there is no function '" + name + "' in the configuration", "", 404};
}

void invoke_async(model::AsyncInvoker& async_invoker, const model::Invoker& invoker, OperationCall call) {
    model::AsyncInvocation invocation;
    invocation.function = call.params.text("function");
    call.params.finish();
    if (!invoker.has_function(invocation.function)) return call.fail(no_such_function(invocation.function));
    invocation.payload = read_payload(call);
    invocation.cause = cause_of(call);
    async_invoker.submit(std::move(invocation), [call = std::move(call)](base::Result<std::string> id) mutable {
        if (id.has_error()) return call.fail(id.error());
        call.succeed({{"request_id", *id}});
    });
}

void invoke_async_all(model::AsyncInvoker& async_invoker, const model::Invoker& invoker, OperationCall call) {
    std::vector<Called> calls = read_calls(call);
    call.params.finish();
    std::vector<model::AsyncInvocation> invocations;
    for (Called& one : calls) {
        if (!invoker.has_function(one.function)) return call.fail(no_such_function(one.function));
        invocations.push_back({std::move(one.function), cause_of(call), std::move(one.payload)});
    }
    async_invoker.submit_all(std::move(invocations),
                             [call = std::move(call)](base::Result<std::vector<std::string>> ids) mutable {
                                 if (ids.has_error()) return call.fail(ids.error());
                                 call.succeed({{"request_ids", *ids}});
                             });
}

}  // namespace

void add_function_operations(OperationTable& table, model::Invoker& invoker, model::AsyncInvoker& async_invoker) {
    table.add("function.invoke", false, [&](OperationCall call) { invoke(invoker, std::move(call)); });
    table.add("function.invoke_all", false, [&](OperationCall call) { invoke_all(invoker, std::move(call)); });
    table.add("function.invoke_async", false,
              [&](OperationCall call) { invoke_async(async_invoker, invoker, std::move(call)); });
    table.add("function.invoke_async_all", false,
              [&](OperationCall call) { invoke_async_all(async_invoker, invoker, std::move(call)); });
}

}  // namespace faasd::control
