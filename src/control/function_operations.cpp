#include "control/operations.hpp"
#include "model/invocation_json.hpp"

namespace faasd::control {
namespace {

using nlohmann::json;

model::Cause cause_of(const OperationCall& call) {
    model::Cause cause;
    cause.kind = model::CauseKind::invoke;
    cause.source = call.request_id.empty() ? "control" : "function";
    cause.trace = call.trace;
    cause.parent = call.request_id;
    return cause;
}

// A payload is JSON, as everywhere in the cloud; nothing means null.
std::string read_payload(const OperationCall& call) {
    if (call.body.empty()) return "null";
    if (!json::accept(call.body)) call.params.refuse("the payload is not valid JSON");
    return call.body;
}

void invoke(model::Invoker& invoker, OperationCall call) {
    model::Invocation invocation;
    invocation.function = call.params.text("function");
    call.params.finish();
    invocation.event = model::Payload{read_payload(call)};
    invocation.cause = cause_of(call);
    invocation.depth = call.depth;
    invoker.invoke(std::move(invocation), [call = std::move(call)](model::Outcome outcome) mutable {
        const json about = {{"request_id", outcome.request_id},
                            {"status", model::to_string(outcome.status)},
                            {"duration_ms", static_cast<double>(outcome.duration.count()) / 1000},
                            {"cold", outcome.cold}};
        if (outcome.status != model::OutcomeStatus::success)
            return call.fail(model::OperationError{outcome.error.type.empty() ? std::string(to_string(outcome.status))
                                                                              : outcome.error.type,
                                                   outcome.error.message, about.dump(),
                                                   model::http_status_of(outcome.status)});
        call.succeed(about, model::payload_of(std::move(outcome)));
    });
}

void invoke_async(model::AsyncInvoker& async_invoker, const model::Invoker& invoker, OperationCall call) {
    model::AsyncInvocation invocation;
    invocation.function = call.params.text("function");
    call.params.finish();
    if (!invoker.has_function(invocation.function))
        return call.fail(model::OperationError{
            "NoSuchFunction", "there is no function '" + invocation.function + "' in the configuration", "", 404});
    invocation.payload = read_payload(call);
    invocation.cause = cause_of(call);
    async_invoker.submit(std::move(invocation), [call = std::move(call)](base::Result<std::string> id) mutable {
        if (id.has_error()) return call.fail(id.error());
        call.succeed({{"request_id", *id}});
    });
}

}  // namespace

void add_function_operations(OperationTable& table, model::Invoker& invoker, model::AsyncInvoker& async_invoker) {
    table.add("function.invoke", false, [&](OperationCall call) { invoke(invoker, std::move(call)); });
    table.add("function.invoke_async", false,
              [&](OperationCall call) { invoke_async(async_invoker, invoker, std::move(call)); });
}

}  // namespace faasd::control
