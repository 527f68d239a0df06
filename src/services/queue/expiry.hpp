// Messages older than their queue's retention period are removed when the oldest of them is due.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/timers.hpp"
#include "services/queue/engine.hpp"

namespace faasd::queue {

// One timer a queue that has messages. Thread-safe: what it holds is guarded by the core's mutex.
class ExpiryTimers {
  public:
    using CorePtr = std::shared_ptr<QueueEngine::Core>;
    // Something in the queue expires at `when`, and perhaps more earlier.
    void watch(const CorePtr& core, const std::string& queue, std::int64_t id, base::TimePoint when);
    void forget(const CorePtr& core, std::int64_t id);

  private:
    struct Armed {
        base::TimerId timer = 0;
        base::TimePoint when{};
    };
    std::unordered_map<std::int64_t, Armed> armed_;
};

// Removes what has expired by now, a bounded number a job, and watches for the next.
void expire_soon(const std::shared_ptr<QueueEngine::Core>& core, const std::string& queue, std::int64_t id);

// Removes the messages of the queue with ids up to `last`, a bounded number a job; then calls `done`.
void drain(const std::shared_ptr<QueueEngine::Core>& core, std::int64_t queue, std::int64_t last,
           base::Completion<> done);

}  // namespace faasd::queue
