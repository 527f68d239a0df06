// The name that DynamoDB gives to a table's stream: the moment in which it was switched on.
#pragma once

#include <string>

#include "base/clock.hpp"

namespace faasd::model {

// "2026-11-24T10:15:30.123", the last part of the stream's ARN.
[[nodiscard]] std::string stream_label(base::TimePoint since);

}  // namespace faasd::model
