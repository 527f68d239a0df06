// Exactly-once sending to FIFO queues: a message with the deduplication id of one sent within five minutes is
// accepted, and not stored again (Developer Guide, "Exactly-once processing in Amazon SQS").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/queue/work.hpp"

namespace faasd::queue {

struct Original {
    std::string uuid;
    std::int64_t message = 0;
};

// The message sent under this id and not longer ago than the interval. Only for jobs. `scope`: the message
// group, or empty for the whole queue.
[[nodiscard]] std::optional<Original> find_original(Work& work, std::int64_t queue, std::string_view scope,
                                                    std::string_view id);
void remember_original(Work& work, std::int64_t queue, std::string_view scope, std::string_view id,
                       const Original& original);

}  // namespace faasd::queue
