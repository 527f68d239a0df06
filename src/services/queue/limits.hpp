// The quotas of Amazon SQS (Developer Guide, "Amazon SQS quotas") that the engine holds.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.hpp"

namespace faasd::queue {

inline constexpr std::size_t max_name_length = 80;
inline constexpr std::size_t api_batch = 10;      // what the SQS protocol allows; its door refuses more
inline constexpr std::size_t max_batch = 10'000;  // what this engine allows: the largest batch of a mapping
inline constexpr std::size_t max_batch_bytes = 1024 * 1024;
inline constexpr std::size_t max_message_attributes = 10;
inline constexpr std::int64_t max_in_flight = 120'000;

inline constexpr base::Duration max_visibility_timeout = std::chrono::hours{12};
inline constexpr base::Duration max_delay = std::chrono::minutes{15};
inline constexpr base::Duration min_retention = std::chrono::minutes{1};
inline constexpr base::Duration max_retention = std::chrono::days{14};
inline constexpr base::Duration max_receive_wait = std::chrono::seconds{20};
inline constexpr std::uint32_t min_message_size = 1024;
inline constexpr std::uint32_t max_message_size = 1024 * 1024;
inline constexpr std::uint32_t max_receive_count = 1000;
inline constexpr base::Duration deduplication_interval = std::chrono::minutes{5};
inline constexpr base::Duration purge_interval = std::chrono::seconds{60};

}  // namespace faasd::queue
