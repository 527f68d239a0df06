// AWS Security Token Service (API Reference, API version 2011-06-15): who am I, and credentials that end.
#pragma once

#include "aws/protocol/operation_door.hpp"
#include "base/clock.hpp"

namespace faasd::aws::sts {

// Keep the clock as long.
[[nodiscard]] ServiceDescription describe(const base::Clock& clock);

}  // namespace faasd::aws::sts
