// The named operations on an app's resources: one list, three doors (a function's Context, the control API, the
// command line).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace faasd::model {

// Small arguments as JSON, bytes (a message body, an object's content) beside them.
struct OperationRequest {
    std::string name;    // "queue.send", "bucket.get", "table.put", "function.invoke", ...
    std::string params;  // a JSON object
    std::string body;
    // The calling function and its trace, or empty for a person: what it may use is checked by the caller of
    // Operations, what it causes carries the trace.
    std::string function;
    std::string request_id;
    std::string trace;
    std::uint32_t depth = 0;  // of the calls that would wait for each other, were this one to call another
    std::string chain;        // the functions that would, outermost first: "a → b"
    std::optional<base::TimePoint> deadline;  // of the calling invocation
};
struct OperationResponse {
    std::string json;  // a JSON value
    std::string body;
};
// A failed operation, as it reaches a function or a person: a stable name and a message.
struct OperationError {
    std::string code;  // "NoSuchQueue", "ConditionalCheckFailed", ...
    std::string message;
    std::string detail;  // JSON, or empty
    unsigned http_status = 400;
};
using OperationResult = boost::system::result<OperationResponse, OperationError>;

// Thread-safe.
class Operations {
  public:
    virtual ~Operations() = default;
    // `done` on any thread, possibly before it returns; must be quick.
    virtual void run(OperationRequest request, base::UniqueFunction<void(OperationResult)> done) = 0;
};
[[noreturn]] inline void throw_exception_from_error(const OperationError& error, const boost::source_location&) {
    throw std::runtime_error(error.code + ": " + error.message);
}

}  // namespace faasd::model
