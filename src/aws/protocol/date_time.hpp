// Dates as they stand in requests, from their digits.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace faasd::aws {

// The number of so many digits; -1 where they are none.
[[nodiscard]] int digits(std::string_view text, std::size_t at, std::size_t size);

// UTC. Nothing where there is no such time; a second may be 60.
[[nodiscard]] std::optional<base::TimePoint> make_time(int year, int month, int day, int hour, int minute, int second);

}  // namespace faasd::aws
