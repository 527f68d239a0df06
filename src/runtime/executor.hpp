// Which thread runs what: the I/O loops and the quick functions on one, everything that blocks on others.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "model/blocking_executor.hpp"
#include "model/io_loop.hpp"
#include "runtime/pool.hpp"

namespace faasd::runtime {

// Thread-safe. A pool worker runs each loop; a function that runs in place holds the loop up, so a watcher
// looks once a millisecond and lets another worker take the loop over from one that has been in the same
// function since its last look. The old one finishes its function, leaves the loop alone and becomes an
// ordinary worker.
//
// The protocol is one atomic word a loop, (sequence, state): the runner moves idle -> in_place, and back by a
// compare-and-swap that fails if the watcher has moved in_place -> stolen meanwhile. Exactly one of the two
// wins.
class Executor final : public model::BlockingExecutor {
  public:
    explicit Executor(PoolOptions options);
    // Loops must have been stopped (IoLoop::stop); stuck workers are abandoned.
    ~Executor() override;
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

    // Runs the loop until it is stopped. The loop must outlive the executor, or wait_for_loops().
    void drive(model::IoLoop& loop);
    // Waits until every stopped loop has been left by all who ran it. False where that took longer (a
    // function is stuck inside it): the loop must then never be destroyed.
    bool wait_for_loops(base::Duration at_most);

    // A job that throws is a bug of whoever posted it, and ends alone.
    void post(base::UniqueFunction<void()> job) override;
    void submit(base::UniqueFunction<void()> job, JobKind kind) { pool_.submit(std::move(job), kind); }
    // Called on the watcher's thread, again each millisecond, while the pool is deadlocked. Set before the first submit.
    void on_deadlock(base::UniqueFunction<void()> callback) { on_deadlock_ = std::move(callback); }

    // True where the calling thread runs a loop and is not within an in-place call already.
    [[nodiscard]] static bool can_run_in_place();
    // Brackets a call in place, on a thread where can_run_in_place(). `end` says whether the loop is still
    // this thread's: if not, it must touch nothing of the loop, not even post to it.
    static void begin_in_place();
    [[nodiscard]] static bool end_in_place();
    // False on a thread that is within a call on the loop, or has lost the loop in one and has not left it
    // yet.
    [[nodiscard]] static bool may_touch_loop();

    [[nodiscard]] Pool& pool() { return pool_; }
    [[nodiscard]] PoolStatus status() const { return pool_.status(); }
    [[nodiscard]] std::uint64_t takeovers() const { return takeovers_.load(std::memory_order_relaxed); }

  private:
    struct Loop;
    void lead(Loop& loop);
    void watch();
    void wake_watcher();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::unique_ptr<Loop>> loops_;  // guarded by mutex_
    std::size_t leaders_ = 0;                  // guarded by mutex_; inside IoLoop::run_one
    bool stopping_ = false;                    // guarded by mutex_
    std::atomic<std::uint64_t> takeovers_{0};
    base::UniqueFunction<void()> on_deadlock_;
    std::atomic<std::uint32_t> watching_{0};  // 0: the watcher sleeps until it is woken
    std::thread watcher_;
    Pool pool_;  // last: its workers use the rest
};

}  // namespace faasd::runtime
