// Durations of the configuration on the clock of the loop.
#pragma once

#include "base/clock.hpp"
#include "gateway/timer_wheel.hpp"

namespace faasd::gateway {

// Never shorter than the duration.
[[nodiscard]] inline Millis to_millis(base::Duration duration) {
    return std::chrono::ceil<std::chrono::milliseconds>(duration).count();
}

}  // namespace faasd::gateway
