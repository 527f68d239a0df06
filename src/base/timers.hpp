// Calls at a time of the injected clock: the one place where the daemon waits for a deadline.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/unique_function.hpp"

namespace faasd::base {

using TimerId = std::uint64_t;

// Thread-safe. A callback runs on the timers' own thread (or the one that advances a manual clock), must be
// quick and must not block; it may add and cancel timers.
class Timers {
  public:
    virtual ~Timers() = default;
    // Calls `callback` once, at `when` or as soon after as possible; at once if it is past. Never returns 0.
    virtual TimerId at(TimePoint when, UniqueFunction<void()> callback) = 0;
    // After it returns, the callback has not started and never will (true), or has started, ended, or never
    // existed (false). Does not wait for a running callback.
    virtual bool cancel(TimerId id) = 0;
};

// The sans-I/O part: due callbacks in order of time, then of insertion. Not thread-safe.
class TimerQueue {
  public:
    TimerId add(TimePoint when, UniqueFunction<void()> callback);
    bool cancel(TimerId id);
    [[nodiscard]] std::optional<TimePoint> next_deadline() const;
    // The next callback due at or before `now`, or an empty function.
    UniqueFunction<void()> pop_due(TimePoint now);
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

  private:
    using Key = std::pair<TimePoint, TimerId>;
    std::map<Key, UniqueFunction<void()>> entries_;
    std::unordered_map<TimerId, TimePoint> when_;
    TimerId last_id_ = 0;
};

// One thread that sleeps until the next deadline. The destructor drops what is left and joins.
class ThreadTimers final : public Timers {
  public:
    explicit ThreadTimers(const Clock& clock);
    ~ThreadTimers() override;
    TimerId at(TimePoint when, UniqueFunction<void()> callback) override;
    bool cancel(TimerId id) override;

  private:
    void run();

    const Clock& clock_;
    std::mutex mutex_;
    std::condition_variable changed_;
    TimerQueue queue_;       // guarded by mutex_
    bool stopping_ = false;  // guarded by mutex_
    std::thread thread_;
};

// Timers of a ManualClock: `advance` moves the clock from deadline to deadline and runs what is due on the
// calling thread, in order.
class ManualTimers final : public Timers {
  public:
    explicit ManualTimers(ManualClock& clock) : clock_(clock) {}
    TimerId at(TimePoint when, UniqueFunction<void()> callback) override;
    bool cancel(TimerId id) override;
    void advance(Duration by);
    // Runs what is due now without moving the clock.
    void run_due() { advance(Duration::zero()); }
    [[nodiscard]] std::optional<TimePoint> next_deadline();

  private:
    ManualClock& clock_;
    std::mutex mutex_;
    TimerQueue queue_;  // guarded by mutex_
};

}  // namespace faasd::base
