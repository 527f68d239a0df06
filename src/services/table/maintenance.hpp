// What the engine does in its own time: removing expired items, trimming change streams, purging what was dropped.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "base/clock.hpp"
#include "base/timers.hpp"
#include "services/table/catalog.hpp"
#include "storage/store.hpp"

namespace faasd::table {

// Thread-safe. Owned by a shared_ptr: a timer or a job that is under way keeps it alive. One timer waits for the
// earliest deadline of all; each run is one job of bounded size on the store's writer thread. Nothing due: no work.
class Maintenance : public std::enable_shared_from_this<Maintenance> {
  public:
    // Called on the writer thread after a commit with the tables that have new change records.
    using ChangedTables = std::function<void(const std::set<std::string>&)>;

    Maintenance(storage::Store& store, const base::Clock& clock, base::Timers& timers, Catalog& catalog,
                ChangedTables changed);

    // There may be something to do at `when`. Call it with the time of a commit that may have made work for now.
    void wake_at(base::TimePoint when);
    // No timer fires and no job is started afterwards.
    void stop();

  private:
    struct Outcome {
        std::optional<base::TimePoint> next;
        std::set<std::string> changed_tables;
    };
    void start();
    [[nodiscard]] Outcome run(storage::Connection& connection, base::TimePoint now);
    [[nodiscard]] std::optional<base::TimePoint> sweep(storage::Connection& connection, base::TimePoint now,
                                                       std::set<std::string>& changed_tables);
    [[nodiscard]] std::optional<base::TimePoint> trim(storage::Connection& connection, base::TimePoint now);

    storage::Store& store_;
    const base::Clock& clock_;
    base::Timers& timers_;
    Catalog& catalog_;
    const ChangedTables changed_;

    std::mutex mutex_;
    bool stopped_ = false;                      // guarded by mutex_
    base::TimerId timer_ = 0;                   // guarded by mutex_; 0: none is set
    std::optional<base::TimePoint> timer_due_;  // guarded by mutex_; of timer_
};

}  // namespace faasd::table
