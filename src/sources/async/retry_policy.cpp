#include "sources/async/retry_policy.hpp"

#include <algorithm>

#include "sources/outcome.hpp"

namespace faasd::sources {

base::Duration doubled(base::Duration delay, std::uint32_t times, base::Duration longest) {
    for (; times > 0 && delay < longest; --times)
        delay *= 2;
    return std::min(delay, longest);
}

bool fresh_enough(const AsyncProgress& progress, const AsyncLimits& limits, base::TimePoint now) {
    return now - progress.submitted_at < limits.max_event_age;
}

AsyncDecision decide(const AsyncProgress& progress, model::OutcomeStatus outcome, const AsyncLimits& limits,
                     const RetryDelays& delays, base::TimePoint now, double chance) {
    AsyncDecision decision{AsyncVerdict::retry, {}, progress, false};
    if (outcome == model::OutcomeStatus::success) {
        decision.verdict = AsyncVerdict::done;
        return decision;
    }
    if (outcome == model::OutcomeStatus::recursive_loop) {
        decision.verdict = AsyncVerdict::give_up;  // another attempt would be refused as well
        return decision;
    }
    if (could_not_start(outcome)) {
        decision.delay = doubled(delays.when_unavailable, progress.postponements, delays.longest_unavailable);
        ++decision.progress.postponements;
    } else {
        decision.delay = doubled(limits.retry_delay, progress.failures, delays.longest);
        ++decision.progress.failures;
        decision.progress.postponements = 0;
        if (decision.progress.failures > limits.max_retries) decision.verdict = AsyncVerdict::give_up;
    }
    const auto lengthened = static_cast<double>(decision.delay.count()) * (1 + delays.jitter * chance);
    decision.delay = std::min(base::Duration(static_cast<base::Duration::rep>(lengthened)), delays.longest);
    // A retry that would come too late is none: say so now.
    if (decision.verdict == AsyncVerdict::retry && !fresh_enough(progress, limits, now + decision.delay)) {
        if (!could_not_start(outcome) || !fresh_enough(progress, limits, now)) {
            decision.verdict = AsyncVerdict::give_up;
            decision.too_old = true;
        } else {
            // One that waits for its function is kept until the last moment.
            decision.delay = progress.submitted_at + limits.max_event_age - now;
        }
    }
    return decision;
}

}  // namespace faasd::sources
