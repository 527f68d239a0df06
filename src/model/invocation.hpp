// One call of a function, whatever caused it, and the one door through which all calls go.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/http.hpp"
#include "model/transaction.hpp"

namespace faasd::model {

enum class CauseKind { http, queue, bucket, table, timer, file, invoke, async, test };
[[nodiscard]] std::string_view to_string(CauseKind kind);

// Why a function runs.
struct Cause {
    CauseKind kind = CauseKind::invoke;
    std::string source;  // "GET /products/{id}", a queue's name, "photos/cat.jpg", "nightly", ...
    std::string trace;   // of the whole chain (model/trace.hpp); empty: this call starts one
    std::string parent;  // request id of the invocation that caused it, if any
};

// An event as JSON, in the shape that AWS gives it (SQS event, S3 event, EventBridge scheduled event, DynamoDB
// stream event) or whatever a caller of `invoke` passes.
struct Payload {
    std::string json;
};
using Event = std::variant<HttpRequest, Payload>;

// What to do when the function is at its concurrency limit.
enum class Admission { reject, wait };

struct Invocation {
    std::string request_id;  // empty: the invoker makes one
    std::string function;
    Cause cause;
    Event event;
    std::uint32_t attempt = 1;
    Admission admission = Admission::reject;
    std::optional<base::TimePoint> deadline;  // of the caller; the function's own timeout applies as well
    std::uint32_t depth = 0;                  // how many calls wait for this one, each for the next
    std::string chain;                        // their functions, outermost first: "a → b"
};

enum class OutcomeStatus {
    success,
    function_error,    // the function threw or reported an error
    timeout,
    crashed,           // its process died
    throttled,         // over its concurrency limit
    no_such_function,
    unavailable,       // not loaded, or quarantined after repeated crashes: `error` says why
    shutting_down,
    invalid_response,  // what it returned is not what its caller can use
    recursive_loop,    // refused: it ran as often in this chain as one may (model/trace.hpp)
};
[[nodiscard]] std::string_view to_string(OutcomeStatus status);

struct FunctionError {
    std::string type;     // "std::out_of_range", "ValidationError"
    std::string message;
    std::string detail{};  // JSON, or empty: what a function says beyond, or what one that it called has said
};

struct Outcome {
    OutcomeStatus status = OutcomeStatus::success;
    std::variant<Payload, HttpResponse> response;  // HttpResponse where an HTTP handler answered an HTTP event
    FunctionError error;                           // where status is not success
    std::string request_id;
    base::Duration duration{};
    bool cold = false;  // the first call of a load
};

// {"errorType":…,"errorMessage":…}, as Lambda renders a failed call.
[[nodiscard]] std::string error_json(const Outcome& outcome);

struct AsyncInvocation {
    std::string function;
    Cause cause;
    std::string payload;  // JSON
};

// Thread-safe.
class Invoker {
  public:
    virtual ~Invoker() = default;
    // `done` is called exactly once, on any thread, possibly before invoke() returns (see HttpHandler::handle).
    virtual void invoke(Invocation invocation, base::UniqueFunction<void(Outcome)> done) = 0;
    [[nodiscard]] virtual bool has_function(std::string_view name) const = 0;
};

// Invocations that are accepted now and run later: durable, retried (twice, with back-off), and handed to the
// function's dead-letter queue with the cause when they fail for good. Thread-safe.
class AsyncInvoker {
  public:
    virtual ~AsyncInvoker() = default;
    // The request id, after the commit; on the store's writer thread.
    virtual void submit(AsyncInvocation invocation, base::Completion<std::string> done) = 0;
    // All of them in one commit, or none; their request ids, in the same order.
    virtual void submit_all(std::vector<AsyncInvocation> invocations,
                            base::Completion<std::vector<std::string>> done) = 0;
    // As part of a larger transaction.
    virtual base::Result<std::string> submit_in(Transaction&, AsyncInvocation invocation) = 0;
};

}  // namespace faasd::model
