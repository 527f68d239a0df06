// A receive: which messages it gets, and what becomes of those that nobody may get any more.
#pragma once

#include <vector>

#include "services/queue/work.hpp"

namespace faasd::queue {

struct Taken {
    std::vector<model::Message> messages;
    bool is_over_limit = false;  // as many messages are in flight as may be
    bool has_more = false;       // it stopped after moving many messages away: look again in another job
};

// Leases visible messages of the queue, moves those that were received too often to the dead-letter queue,
// and removes those whose retention period is over. Only for jobs.
[[nodiscard]] Taken take(Work& work, const Definition& queue, const model::ReceiveRequest& request);

}  // namespace faasd::queue
