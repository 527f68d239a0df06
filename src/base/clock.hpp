// The one clock. Nothing outside base/ reads the system's.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace faasd::base {

using Duration = std::chrono::microseconds;
// Wall-clock time, UTC, microseconds since 1970.
using TimePoint = std::chrono::time_point<std::chrono::system_clock, Duration>;

// Thread-safe.
class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual TimePoint now() const = 0;
};

class SystemClock final : public Clock {
  public:
    [[nodiscard]] TimePoint now() const override {
        return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    }
};

// Stands still until it is moved: for tests, and for virtual time.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(TimePoint start = TimePoint{std::chrono::seconds{1'700'000'000}}) : now_(start) {}
    [[nodiscard]] TimePoint now() const override { return now_.load(); }
    void advance(Duration by) { now_.store(now_.load() + by); }
    void set(TimePoint to) { now_.store(to); }

  private:
    std::atomic<TimePoint> now_;
};

// Elapsed real time for measurements (durations in logs, bench figures): never jumps, not virtual.
[[nodiscard]] inline std::chrono::nanoseconds monotonic_now() {
    return std::chrono::steady_clock::now().time_since_epoch();
}

[[nodiscard]] inline std::int64_t to_millis(TimePoint t) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(t.time_since_epoch()).count();
}
[[nodiscard]] inline std::int64_t to_micros(TimePoint t) { return t.time_since_epoch().count(); }
[[nodiscard]] inline TimePoint from_micros(std::int64_t us) { return TimePoint{Duration{us}}; }

}  // namespace faasd::base
