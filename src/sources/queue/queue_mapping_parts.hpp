// The two stages of a batch: while it is collected, and while it runs. Private to the queue mapping.
#pragma once

#include <utility>
#include <vector>

#include "sources/queue/queue_mapping.hpp"

namespace faasd::sources {

struct QueueMapping::Poller {
    Poller(model::Queues& queues, BatchLimits limits, Activity::Pass activity);

    LongPoll poll;
    BatchWindow window;
    std::vector<Entry> entries;
    base::TimerId pause = 0;
    Activity::Pass pass;
};

struct QueueMapping::Batch {
    std::vector<Entry> entries;
    std::vector<bool> failed;  // by entry, once it has ended
    std::uint32_t held_times = 0;
    Activity::Pass pass;
};

}  // namespace faasd::sources
