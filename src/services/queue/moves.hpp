// The rows of moves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/queues.hpp"
#include "services/queue/work.hpp"

namespace faasd::queue {

struct StoredMove : model::Move {
    std::int64_t last = 0;  // messages with greater ids came after it began
};

[[nodiscard]] std::optional<StoredMove> find_move(storage::Connection& connection, std::string_view id);
// The last first.
[[nodiscard]] std::vector<model::Move> moves_from(storage::Connection& connection, std::string_view source,
                                                  std::size_t limit);
[[nodiscard]] std::vector<std::string> running_moves(storage::Connection& connection);

// Only for jobs.
[[nodiscard]] bool is_moving(Work& work, std::string_view source);
// And forgets the oldest of its source beyond those that are kept.
void add_move(Work& work, const StoredMove& move);
void count_moved(Work& work, std::string_view id, std::uint64_t count);
void end_move(Work& work, std::string_view id, model::Move::Status status,
              std::optional<model::QueueErrc> failure = std::nullopt);

}  // namespace faasd::queue
