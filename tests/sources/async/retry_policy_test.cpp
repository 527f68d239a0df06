#include "sources/async/retry_policy.hpp"

#include <gtest/gtest.h>

namespace faasd::sources {
namespace {

using namespace std::chrono_literals;
using model::OutcomeStatus;
const base::TimePoint t0{1'000'000s};
const RetryDelays delays;

AsyncDecision after(AsyncProgress progress, OutcomeStatus outcome, AsyncLimits limits = {},
                    base::Duration age = 0s) {
    progress.submitted_at = t0;
    return decide(progress, outcome, limits, delays, t0 + age);
}

TEST(RetryPolicy, a_success_is_done) {
    EXPECT_EQ(after({}, OutcomeStatus::success).verdict, AsyncVerdict::done);
}

TEST(RetryPolicy, a_failed_event_is_tried_again_after_one_and_two_minutes_and_then_given_up) {
    auto decision = after({}, OutcomeStatus::function_error);
    EXPECT_EQ(decision.verdict, AsyncVerdict::retry);
    EXPECT_EQ(decision.delay, 1min);
    decision = after(decision.progress, OutcomeStatus::timeout);
    EXPECT_EQ(decision.verdict, AsyncVerdict::retry);
    EXPECT_EQ(decision.delay, 2min);
    decision = after(decision.progress, OutcomeStatus::crashed);
    EXPECT_EQ(decision.verdict, AsyncVerdict::give_up);
    EXPECT_FALSE(decision.too_old);
    EXPECT_EQ(decision.progress.failures, 3U);
}

TEST(RetryPolicy, without_retries_the_first_failure_is_the_last) {
    EXPECT_EQ(after({}, OutcomeStatus::function_error, {.max_retries = 0}).verdict, AsyncVerdict::give_up);
}

TEST(RetryPolicy, waiting_for_a_function_is_no_failure) {
    AsyncProgress progress;
    std::vector<base::Duration> waits;
    for (int i = 0; i < 11; ++i) {
        const auto decision = after(progress, i % 2 ? OutcomeStatus::throttled : OutcomeStatus::unavailable);
        ASSERT_EQ(decision.verdict, AsyncVerdict::retry);
        waits.push_back(decision.delay);
        progress = decision.progress;
    }
    EXPECT_EQ(progress.failures, 0U);
    EXPECT_EQ(waits[0], 1s);
    EXPECT_EQ(waits[3], 8s);
    EXPECT_EQ(waits[10], 5min);
    EXPECT_EQ(after(progress, OutcomeStatus::function_error).delay, 1min)
        << "the back-off of failures is its own";
}

TEST(RetryPolicy, an_event_past_its_age_is_given_up) {
    const AsyncLimits hour{.max_retries = 5, .max_event_age = 1h};
    EXPECT_FALSE(fresh_enough({t0}, hour, t0 + 1h));
    EXPECT_TRUE(fresh_enough({t0}, hour, t0 + 59min));
    const auto failed = after({}, OutcomeStatus::function_error, hour, 59min + 30s);
    EXPECT_EQ(failed.verdict, AsyncVerdict::give_up);
    EXPECT_TRUE(failed.too_old);
    const auto waiting = after({.postponements = 20}, OutcomeStatus::unavailable, hour, 59min);
    EXPECT_EQ(waiting.verdict, AsyncVerdict::retry);
    EXPECT_EQ(waiting.delay, 1min) << "up to its last moment";
    EXPECT_EQ(after({}, OutcomeStatus::unavailable, hour, 1h).verdict, AsyncVerdict::give_up);
}

TEST(RetryPolicy, a_delay_is_longer_by_up_to_a_tenth_at_random) {
    AsyncProgress progress{t0};
    EXPECT_EQ(decide(progress, OutcomeStatus::function_error, {}, delays, t0, 0).delay, 60s);
    EXPECT_EQ(decide(progress, OutcomeStatus::function_error, {}, delays, t0, 0.5).delay, 63s);
    progress.failures = 99;
    EXPECT_EQ(decide(progress, OutcomeStatus::function_error, {.max_retries = 100}, delays, t0, 0.9).delay, 15min);
}

TEST(RetryPolicy, a_loop_is_given_up_without_a_retry) {
    const auto decision = after({}, OutcomeStatus::recursive_loop);
    EXPECT_EQ(decision.verdict, AsyncVerdict::give_up);
    EXPECT_FALSE(decision.too_old);
    EXPECT_EQ(decision.progress.failures, 0U);
}

TEST(RetryPolicy, the_first_delay_is_the_functions_own) {
    const AsyncLimits quick{.max_retries = 5, .retry_delay = 1s};
    auto decision = after({}, OutcomeStatus::function_error, quick);
    EXPECT_EQ(decision.delay, 1s);
    decision = after(decision.progress, OutcomeStatus::function_error, quick);
    EXPECT_EQ(decision.delay, 2s);
}

TEST(RetryPolicy, no_number_of_failures_overflows_the_delay) {
    const auto decision = after({.failures = 99}, OutcomeStatus::function_error, {.max_retries = 100});
    EXPECT_EQ(decision.verdict, AsyncVerdict::retry);
    EXPECT_EQ(decision.delay, 15min);
}

}  // namespace
}  // namespace faasd::sources
