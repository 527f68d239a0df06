// Objects, versions and uploads that go by themselves when their time has come.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "base/timers.hpp"
#include "model/blobs.hpp"
#include "storage/store.hpp"

namespace faasd::blob {

struct Core;

// Pure functions. When the object goes by this rule, or nothing.
[[nodiscard]] std::optional<base::TimePoint> expiry_of(const model::LifecycleRule& rule,
                                                       const model::ObjectInfo& object);
[[nodiscard]] bool applies_to(const model::LifecycleRule& rule, const model::ObjectInfo& object);
// The midnight (UTC) so many days later, rounded up.
[[nodiscard]] base::TimePoint midnight_after(base::TimePoint time, std::uint32_t days);

// In the transaction that changes rules: a daemon that ends before it applied them does so when it starts.
void forget_sweep(storage::Connection& connection);

// Goes over all buckets with rules once a day at midnight, and whenever rules change, in small steps on the
// store's writer thread. Thread-safe.
class Sweeps {
  public:
    // Once, when the engine starts: sweeps as start() does, but not a second time on a day (UTC).
    void begin(const std::shared_ptr<Core>& core);
    // Sweeps now if there are rules, and at every midnight from then on.
    void start(const std::shared_ptr<Core>& core);
    void stop();

  private:
    struct Run;
    void step(std::shared_ptr<Run> run);
    void ended(const std::shared_ptr<Core>& core);

    std::mutex mutex_;
    bool stopping_ = false;  // these guarded by mutex_
    bool running_ = false;
    bool again_ = false;
    base::TimerId timer_ = 0;
};

}  // namespace faasd::blob
