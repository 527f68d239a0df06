// Time to live: when an item counts as gone.
// Source: Developer Guide, "Using time to live (TTL) in DynamoDB".
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "model/tables.hpp"

namespace faasd::table {

// Seconds since 1970 from which on the item is gone. nullopt: never, since the attribute is missing, is not a
// number, or lay more than five years in the past when the item was written.
[[nodiscard]] std::optional<std::int64_t> expiry_of(const model::TableDefinition& table, const model::Item& item,
                                                    base::TimePoint now);

[[nodiscard]] inline std::int64_t seconds_of(base::TimePoint time) {
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}
// The time of an expiry, for a timer; clamped, since an attribute may hold any number.
[[nodiscard]] base::TimePoint due_time(std::int64_t expires_at);

// Other than DynamoDB, which takes up to days to delete an expired item and shows it meanwhile, faasd never shows it.
[[nodiscard]] inline bool is_expired(std::optional<std::int64_t> expires_at, base::TimePoint now) {
    return expires_at && *expires_at <= seconds_of(now);
}

}  // namespace faasd::table
