// The refusals of SQS: their names in both protocols, their statuses and their words (Amazon SQS API
// Reference).
#pragma once

#include <string>
#include <string_view>

#include "aws/protocol/error.hpp"
#include "base/result.hpp"

namespace faasd::aws::sqs {

// One of the shapes of the service's description, with the code and status that belong to it.
[[nodiscard]] Error error_of(std::string_view shape, std::string message);

[[nodiscard]] Error no_such_queue();
[[nodiscard]] Error missing(std::string_view parameter);
[[nodiscard]] Error invalid_value(std::string_view value, std::string_view parameter,
                                  std::string_view reason);
[[nodiscard]] Error invalid_parameter(std::string message);
[[nodiscard]] Error not_for_this_queue_type(std::string_view value, std::string_view parameter);
// A parameter whose JSON is of another type than its shape.
[[nodiscard]] Error wrong_type(std::string_view parameter, std::string_view type);

// Carries what a change of attributes was refused with through the engine.
struct RefusalDetail final : base::ErrorDetail {
    Error error;
    explicit RefusalDetail(Error e) : error(std::move(e)) {}
};

// What the engine said of a message_too_long.
[[nodiscard]] Error message_too_long(const base::Error& error, bool in_batch);
// What the engine said. `receipt_handle`: the one that the caller gave, which some messages repeat.
[[nodiscard]] Error from_engine(const base::Error& error, std::string_view receipt_handle = {});

}  // namespace faasd::aws::sqs
