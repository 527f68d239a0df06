// How a function's calls have been lately: quick enough to run on the I/O loop itself, or not.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace faasd::runtime {

// A score that every slow call raises and every quick one lowers by one. A function is quick when about its
// last 8 calls were (a new one), or its last 100 (one that has blocked): a function that blocks once in a
// hundred calls would stall the loop's other requests once in a hundred, so it stays on the pool.
// Thread-safe; updates may get lost among threads, which only delays the verdict by a call.
class Pace {
  public:
    // Longer than this, 32 connections would wait for each other longer than a hand-over to the pool costs.
    static constexpr std::chrono::nanoseconds kQuick = std::chrono::microseconds{100};
    static constexpr std::chrono::nanoseconds kSlow = std::chrono::milliseconds{1};

    void record(std::chrono::nanoseconds busy, bool blocked) {
        const std::int32_t change = blocked || busy >= kSlow ? 100 : busy >= kQuick ? 4 : -1;
        const std::int32_t score = score_.load(std::memory_order_relaxed);
        const std::int32_t next = std::clamp(score + change, 0, 200);
        if (next != score) score_.store(next, std::memory_order_relaxed);
        if (change > 0 || blocking_.load(std::memory_order_relaxed)) {
            const std::int32_t before = blocking_.load(std::memory_order_relaxed);
            blocking_.store(std::clamp(before + (change == 100 ? 2 : -1), 0, 8), std::memory_order_relaxed);
        }
    }
    [[nodiscard]] bool quick() const { return score_.load(std::memory_order_relaxed) <= 8; }
    // Most of its recent calls blocked: give each a thread at once.
    [[nodiscard]] bool blocking() const { return blocking_.load(std::memory_order_relaxed) >= 4; }

  private:
    std::atomic<std::int32_t> score_{16};
    std::atomic<std::int32_t> blocking_{0};
};

}  // namespace faasd::runtime
