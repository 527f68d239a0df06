// What becomes of an asynchronous invocation after an attempt (AWS Lambda Developer Guide, "Asynchronous
// invocation"): a failed one is tried again after a delay that doubles, one that could not start waits
// without being counted, and both end after the event's greatest age.
#pragma once

#include <cstdint>

#include "base/clock.hpp"
#include "model/invocation.hpp"

namespace faasd::sources {

struct RetryDelays {
    base::Duration when_unavailable = std::chrono::seconds{1};  // doubles with each postponement
    base::Duration longest_unavailable = std::chrono::minutes{5};
    base::Duration longest = std::chrono::minutes{15};  // what a queue's delay can express
    double jitter = 0.1;  // each delay is longer by up to this share of it, at random: what failed together
                          // is not tried again together
};

struct AsyncLimits {
    std::uint32_t max_retries = 2;
    base::Duration retry_delay = std::chrono::minutes{1};  // doubles with each failure: 1 min, 2 min
    base::Duration max_event_age = std::chrono::hours{6};
    bool operator==(const AsyncLimits&) const = default;
};

// Of one event, kept with it durably. A delivery that the end of the daemon cut short counts as neither.
struct AsyncProgress {
    base::TimePoint submitted_at{};
    std::uint32_t failures = 0;       // attempts that ran and failed
    std::uint32_t postponements = 0;  // attempts that could not start, since the last that ran
};

enum class AsyncVerdict {
    done,
    retry,    // after `delay`, with `progress`
    give_up,  // to the on-failure destination and the dead-letter queue
};
struct AsyncDecision {
    AsyncVerdict verdict{};
    base::Duration delay{};
    AsyncProgress progress;
    bool too_old = false;  // gave up because of the age
};

// `delay` doubled so many times, but no longer than `longest`.
[[nodiscard]] base::Duration doubled(base::Duration delay, std::uint32_t times, base::Duration longest);

// Sans I/O. Whether an event may start at all: false when it is past its age.
[[nodiscard]] bool fresh_enough(const AsyncProgress& progress, const AsyncLimits& limits,
                                base::TimePoint now);

// `chance`, in [0, 1), places the delay within its jitter.
[[nodiscard]] AsyncDecision decide(const AsyncProgress& progress, model::OutcomeStatus outcome,
                                   const AsyncLimits& limits, const RetryDelays& delays, base::TimePoint now,
                                   double chance = 0);

}  // namespace faasd::sources
