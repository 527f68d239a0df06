#include "runtime/executor.hpp"

#include <future>
#include <latch>
#include <thread>

#include <gmock/gmock.h>

#include "runtime/pace.hpp"
#include "test_loop.hpp"

namespace faasd::runtime::testing {
namespace {

using namespace std::chrono_literals;

struct ExecutorTest : ::testing::Test {
    TestLoop loop;
    Executor executor{PoolOptions{}};

    void TearDown() override {
        loop.stop();
        EXPECT_TRUE(executor.wait_for_loops(10s));
    }
};

// What a connection does with a quick function, as one task of the loop; whether the loop was kept.
bool run_in_place(const std::function<void()>& function) {
    EXPECT_TRUE(Executor::can_run_in_place());
    Executor::begin_in_place();
    EXPECT_FALSE(Executor::can_run_in_place()) << "a call within a call";
    EXPECT_FALSE(Executor::may_touch_loop());
    function();
    return Executor::end_in_place();
}

TEST_F(ExecutorTest, a_quick_call_in_place_leaves_the_loop_with_its_thread) {
    executor.drive(loop);
    std::promise<std::pair<bool, bool>> kept;
    loop.post([&] {
        const bool first = run_in_place([] {});
        kept.set_value({first, loop.on_loop() && Executor::may_touch_loop()});
    });
    EXPECT_EQ(kept.get_future().get(), std::pair(true, true));
    EXPECT_EQ(executor.takeovers(), 0);
}

TEST_F(ExecutorTest, while_a_call_stays_in_place_another_thread_runs_the_loop) {
    executor.drive(loop);
    std::promise<void> release;
    std::promise<std::thread::id> stuck, next;
    std::promise<std::pair<bool, bool>> after;
    loop.post([&] {
        stuck.set_value(std::this_thread::get_id());
        const bool kept = run_in_place([&] { release.get_future().wait(); });
        after.set_value({kept, loop.on_loop() || Executor::may_touch_loop()});
    });
    loop.post([&] {
        EXPECT_TRUE(loop.on_loop());
        next.set_value(std::this_thread::get_id());
    });
    EXPECT_NE(stuck.get_future().get(), next.get_future().get());
    release.set_value();
    EXPECT_EQ(after.get_future().get(), std::pair(false, false));
    EXPECT_EQ(executor.takeovers(), 1);
}

TEST_F(ExecutorTest, the_loop_is_taken_over_again_and_again_and_never_run_by_two) {
    executor.drive(loop);
    constexpr int kTasks = 400;
    std::latch done(kTasks);
    std::atomic<int> runners{0};
    std::atomic<bool> two{false};
    for (int i = 0; i < kTasks; ++i)
        loop.post([&, i] {
            if (runners.fetch_add(1) != 0) two = true;
            runners.fetch_sub(1);
            // Around the watcher's period, so that both sides win now and then.
            run_in_place([&] {
                if (i % 4 == 0) std::this_thread::sleep_for(std::chrono::microseconds{500 + 37 * (i % 50)});
            });
            done.count_down();
        });
    done.wait();
    EXPECT_FALSE(two);
}

TEST_F(ExecutorTest, jobs_that_block_run_all_at_once) {
    constexpr int kJobs = 300;
    std::latch all(kJobs);
    for (int i = 0; i < kJobs; ++i)
        executor.submit([&] { all.arrive_and_wait(); }, i % 2 ? JobKind::unknown : JobKind::blocking);
    all.wait();
    EXPECT_GE(executor.status().peak, kJobs);
    EXPECT_TRUE(executor.pool().drain(10s));
}

TEST(PoolTest, never_has_more_workers_than_allowed_but_replaces_those_written_off) {
    Pool pool(PoolOptions{.max_workers = 2, .max_written_off = 1, .runnable = 2});
    std::promise<void> release;
    const std::shared_future<void> released(release.get_future());
    std::latch both(2);
    for (int i = 0; i < 2; ++i)
        pool.submit([&, released] { both.count_down(), released.wait(); }, JobKind::blocking);
    both.wait();
    std::promise<void> third;
    pool.submit([&] { third.set_value(); }, JobKind::blocking);
    pool.tick(), pool.tick();
    EXPECT_EQ(pool.status().workers, 2);
    EXPECT_EQ(pool.status().queued, 1);
    pool.write_off();
    third.get_future().wait();
    pool.write_back();
    release.set_value();
    EXPECT_TRUE(pool.drain(10s));
}

TEST(PoolTest, idle_workers_retire_but_for_one) {
    Pool pool(PoolOptions{.idle_time = 1ms});
    std::latch all(20);
    for (int i = 0; i < 20; ++i)
        pool.submit([&] { all.arrive_and_wait(); }, JobKind::blocking);
    all.wait();
    while (pool.status().workers > 1)
        std::this_thread::sleep_for(1ms);
    EXPECT_EQ(pool.status().idle, 1);
}

TEST(PoolTest, a_job_that_says_that_it_blocks_lets_the_next_one_run) {
    Pool pool(PoolOptions{.runnable = 1});
    std::promise<void> release, second;
    pool.submit(
        [&] {
            const Pool::Blocked blocked;
            release.get_future().wait();
        },
        JobKind::unknown);
    pool.submit([&] { second.set_value(); }, JobKind::unknown);
    second.get_future().wait();
    release.set_value();
    EXPECT_TRUE(pool.drain(10s));
}

TEST(PaceTest, a_function_is_quick_after_a_few_quick_calls_and_not_for_long_after_a_slow_one) {
    Pace pace;
    EXPECT_FALSE(pace.quick()) << "unknown";
    for (int i = 0; i < 8; ++i)
        pace.record(5us, false);
    EXPECT_TRUE(pace.quick());
    pace.record(3ms, false);
    for (int i = 0; i < 90; ++i)
        pace.record(5us, false);
    EXPECT_FALSE(pace.quick());
    for (int i = 0; i < 10; ++i)
        pace.record(5us, false);
    EXPECT_TRUE(pace.quick());
}

TEST(PaceTest, a_function_that_waits_for_the_store_is_not_quick_however_short_it_takes) {
    Pace pace;
    for (int i = 0; i < 300; ++i)
        pace.record(50us, true);
    EXPECT_FALSE(pace.quick());
    EXPECT_TRUE(pace.blocking());
}

}  // namespace
}  // namespace faasd::runtime::testing
