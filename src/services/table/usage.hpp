// What a write costs.
// Source: Developer Guide, "Capacity unit consumption for write operations", "Provisioned throughput considerations
// for Global Secondary Indexes".
#pragma once

#include "base/clock.hpp"
#include "model/tables.hpp"
#include "services/table/item_writer.hpp"

namespace faasd::table {

// Of a checked write, before it is applied.
[[nodiscard]] model::WriteUsage usage_of(const PlannedWrite& write, base::TimePoint now);

}  // namespace faasd::table
