// Message groups of FIFO queues: which of them may be received from.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "storage/statement.hpp"

namespace faasd::queue {

// The group's number; made, available from `visible_at` on, if it is not there.
[[nodiscard]] std::int64_t find_or_add_group(storage::Connection& connection, std::int64_t queue,
                                             std::string_view name, base::TimePoint visible_at);

// Groups with a message to deliver, longest available first, so that they take turns.
[[nodiscard]] std::vector<std::int64_t> available_groups(storage::Connection& connection, std::int64_t queue,
                                                         base::TimePoint now, std::size_t limit);
// Those of them whose first message has an id of at most `last`.
[[nodiscard]] std::vector<std::int64_t> available_groups_until(storage::Connection& connection,
                                                               std::int64_t queue, base::TimePoint now,
                                                               std::int64_t last, std::size_t limit);

// Finds out anew from the group's messages when it is available: not while one of them is in flight, and not
// before its first is visible. A group without messages goes.
void refresh_group(storage::Connection& connection, std::int64_t group, base::TimePoint now);

[[nodiscard]] std::optional<base::TimePoint> next_available_group(storage::Connection& connection,
                                                                  std::int64_t queue, base::TimePoint after);

}  // namespace faasd::queue
