// How an asynchronous invocation lies in its queue: the payload is the body, all else one message attribute.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/invocation.hpp"
#include "model/queues.hpp"
#include "sources/async/retry_policy.hpp"

namespace faasd::sources {

// Where the asynchronous invocations of a function wait. The name is no valid SQS name, so no queue of the
// app's can have it.
[[nodiscard]] std::string async_queue_name(std::string_view function);

struct AsyncMessage {
    std::string request_id;  // the same for all attempts
    model::Cause cause;
    AsyncProgress progress;
    std::string payload;

    // Given up on, but its dead-letter queue could not take it: only that is tried again.
    struct Failure {
        unsigned code = 200;
        std::string condition;      // of its destination record
        std::string type, message;  // of the error
        bool ran = false;
    };
    std::optional<Failure> failed;

    [[nodiscard]] model::SendRequest to_request() const;
    // None where the message was not made by to_request().
    [[nodiscard]] static std::optional<AsyncMessage> from(const model::Message& message);

    // As Lambda hands it to a dead-letter queue: the original payload, with the attributes RequestID,
    // ErrorCode (an HTTP status) and ErrorMessage (its first KiB).
    [[nodiscard]] model::SendRequest to_dead_letter(std::string_view queue) const;
};

}  // namespace faasd::sources
