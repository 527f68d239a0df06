#include "base/timers.hpp"

#include <future>
#include <vector>

#include <gtest/gtest.h>

namespace faasd::base {
namespace {

using namespace std::chrono_literals;

TEST(ManualTimers, run_what_is_due_in_order_with_the_clock_at_each_deadline) {
    ManualClock clock;
    ManualTimers timers(clock);
    const TimePoint start = clock.now();
    std::vector<std::pair<int, Duration>> ran;
    const auto note = [&](int id) { return [&ran, &clock, start, id] { ran.emplace_back(id, clock.now() - start); }; };
    timers.at(start + 2s, note(2));
    timers.at(start + 1s, note(1));
    timers.at(start + 2s, note(3));
    timers.at(start + 9s, note(9));
    timers.advance(5s);
    EXPECT_EQ(ran, (std::vector<std::pair<int, Duration>>{{1, 1s}, {2, 2s}, {3, 2s}}));
    EXPECT_EQ(clock.now(), start + 5s);
    EXPECT_EQ(timers.next_deadline(), start + 9s);
}

TEST(ManualTimers, a_callback_may_add_another_that_is_due_within_the_same_step) {
    ManualClock clock;
    ManualTimers timers(clock);
    int ticks = 0;
    std::function<void()> tick = [&] {
        ++ticks;
        timers.at(clock.now() + 1s, [&] { tick(); });
    };
    timers.at(clock.now() + 1s, [&] { tick(); });
    timers.advance(10s);
    EXPECT_EQ(ticks, 10);
}

TEST(Timers, a_cancelled_callback_never_runs) {
    ManualClock clock;
    ManualTimers timers(clock);
    const TimerId id = timers.at(clock.now() + 1s, [] { FAIL() << "it was cancelled"; });
    EXPECT_TRUE(timers.cancel(id));
    EXPECT_FALSE(timers.cancel(id));
    timers.advance(2s);
}

TEST(ThreadTimers, run_a_callback_whose_time_has_come_and_drop_the_rest_at_the_end) {
    const SystemClock clock;
    std::promise<void> ran;
    {
        ThreadTimers timers(clock);
        timers.at(clock.now() + 1h, [] { FAIL() << "it is not due"; });
        timers.at(clock.now(), [&] { ran.set_value(); });
        ran.get_future().wait();
    }
}

}  // namespace
}  // namespace faasd::base
