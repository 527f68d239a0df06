// The elastic pool: as many threads as there are calls that block, and no more of them runnable than there
// are cores.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/clock.hpp"
#include "base/unique_function.hpp"
#include "runtime/thread.hpp"

namespace faasd::runtime {

struct PoolOptions {
    std::size_t max_workers = 4096;
    std::size_t max_written_off = 256;  // stuck workers that are replaced; further ones count as workers
    std::size_t runnable = 0;           // workers kept runnable; 0: one a core
    std::size_t stack_size = kDefaultStackSize;
    base::Duration idle_time = std::chrono::seconds{2};  // then a worker retires
};

struct PoolStatus {
    std::size_t workers = 0, idle = 0, queued = 0, written_off = 0, peak = 0;
};

// What a job is known to do; it decides when it gets a thread.
enum class JobKind {
    unknown,   // may be quick: waits for one of the runnable workers, or until nothing progresses
    blocking,  // will block: gets a thread at once
    urgent,    // the loop itself: goes first and gets a thread at once
};

// Thread-safe. Workers wait in LIFO order, so that the warm ones work and the others retire. A job counts as
// runnable until it says that it blocks (Blocked), or until the watcher finds that nothing has progressed for
// a tick: then all running jobs are taken to be blocked, and twice as many start. The destructor lets waiting
// jobs go unrun, and abandons workers that are stuck in a job.
class Pool {
    struct State;
    struct Worker;

  public:
    explicit Pool(PoolOptions options);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    void submit(base::UniqueFunction<void()> job, JobKind kind);

    // Marks the calling worker's job as blocked for as long as it lives; elsewhere it has no effect.
    class Blocked {
      public:
        Blocked();
        ~Blocked();
        Blocked(const Blocked&) = delete;
        Blocked& operator=(const Blocked&) = delete;
    };
    // From its making to its end, on any thread, the worker that made it waits for another call, and so for another
    // worker. Elsewhere it has no effect.
    class ChainWait {
      public:
        ChainWait();
        ~ChainWait();
        ChainWait(const ChainWait&) = delete;
        ChainWait& operator=(const ChainWait&) = delete;

      private:
        std::shared_ptr<State> pool_;
    };
    // Jobs wait for a worker, there can be no more, and each of them waits for another call: nothing will progress.
    [[nodiscard]] bool deadlocked() const;
    // One look of the watcher: grows the pool where jobs wait and none was taken since the last look. False
    // when no job waits: there is nothing to watch until `on_backlog` is called.
    bool tick();
    // Called, under the pool's lock, whenever a job waits for a worker: quick. Set before the first submit.
    void on_backlog(base::UniqueFunction<void()> callback);

    // A stuck call: its worker is replaced. Undone when the call returns at last.
    void write_off();
    void write_back();

    [[nodiscard]] std::size_t max_workers() const;
    [[nodiscard]] PoolStatus status() const;
    // Waits until no job runs or waits. False where that took longer.
    bool drain(base::Duration at_most);
    // No job starts any more; waits for the workers to leave, but for those that are stuck only so long.
    void stop(base::Duration at_most = std::chrono::milliseconds{200});

  private:
    std::shared_ptr<State> state_;
};

}  // namespace faasd::runtime
