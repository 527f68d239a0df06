// One job of the engine: what it changes beside the messages themselves, written and announced once at its
// end.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "services/queue/core.hpp"

namespace faasd::queue {

class Work {
  public:
    Work(std::shared_ptr<QueueEngine::Core> core, model::Transaction& transaction)
        : core_(std::move(core)),
          transaction_(transaction),
          connection_(storage::connection_of(transaction)),
          now_(core_->clock.now()) {}

    [[nodiscard]] QueueEngine::Core& core() { return *core_; }
    [[nodiscard]] const std::shared_ptr<QueueEngine::Core>& core_pointer() const { return core_; }
    [[nodiscard]] model::Transaction& transaction() { return transaction_; }
    [[nodiscard]] storage::Connection& connection() { return connection_; }
    [[nodiscard]] base::TimePoint now() const { return now_; }
    [[nodiscard]] DefinitionPtr find(std::string_view queue) {
        return core_->registry.find(transaction_, queue);
    }

    void add_to_total(std::int64_t queue, std::int64_t count) { totals_[queue] += count; }
    // The group's messages changed: whether it is available is to be found out anew.
    void touch_group(std::int64_t group) { groups_.insert(group); }
    // Messages of the queue may have become visible, now or at another time than before.
    void wake(const std::string& queue);
    // A message sent at that time came into the queue: it will expire.
    void watch_expiry(const DefinitionPtr& queue, base::TimePoint sent_at);

    // Writes what was collected, and announces it after the commit. Once, at the end of the job.
    void finish();

  private:
    std::shared_ptr<QueueEngine::Core> core_;
    model::Transaction& transaction_;
    storage::Connection& connection_;
    const base::TimePoint now_;
    std::map<std::int64_t, std::int64_t> totals_;
    std::set<std::int64_t> groups_;
    std::vector<std::string> woken_;
    std::vector<std::pair<DefinitionPtr, base::TimePoint>> watched_;  // with the earliest time of expiry
};

// Has the receivers of the queue served by a job, unless one is under way or nobody waits. Any thread; not
// under the core's mutex.
void serve_soon(const std::shared_ptr<QueueEngine::Core>& core, const std::string& queue);

// Removes all that is left of a queue whose name is gone already. Any thread.
void finish_removal(const std::shared_ptr<QueueEngine::Core>& core, std::int64_t queue);

}  // namespace faasd::queue
