// How long a source waits before it turns to a store again that could not take what it had.
#pragma once

#include <chrono>

#include "base/clock.hpp"

namespace faasd::sources {

inline constexpr base::Duration kStoreRetry = std::chrono::seconds{1};

}  // namespace faasd::sources
