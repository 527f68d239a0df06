#include "sources/timer/timer_source.hpp"

#include "sources/async/async_queue.hpp"
#include "sources/world.hpp"

namespace faasd::sources {
namespace {

using namespace test;

class Timer : public World {
  protected:
    Timer() {
        clock_.set(base::TimePoint{1'767'225'600s});  // 2026-01-01 00:00 UTC
        begin();
    }
    ~Timer() override { end(); }

    void begin() {
        model::FunctionDefinition function;
        function.name = "tick";
        async_ = std::make_shared<AsyncQueue>(dependencies());
        ASSERT_TRUE(async_->configure({function}));
        async_->start();
        timer_ = std::make_shared<TimerSource>(dependencies(), async_);
    }
    void end() {
        if (!timer_) return;
        timer_->stop();
        EXPECT_TRUE(timer_->wait(base::monotonic_now() + 10s));
        async_->stop();
        EXPECT_TRUE(async_->wait(base::monotonic_now() + 10s));
        timer_.reset();
        async_.reset();
    }
    void restart_after(base::Duration downtime) {
        end();
        reopen();
        timers_.advance(downtime);
        begin();
    }
    static model::ScheduleDefinition schedule(std::string expression, std::string input = {}) {
        model::ScheduleDefinition definition;
        definition.name = "nightly";
        definition.expression = std::move(expression);
        definition.function = "tick";
        definition.input = std::move(input);
        return definition;
    }
    [[nodiscard]] bool fired(std::size_t times) {
        return eventually([&] { return invoker_.count() >= times; }) && (settle(), invoker_.count() == times);
    }
    std::string time_of(std::size_t call) { return invoker_.call(call)->event()["time"]; }

    std::shared_ptr<AsyncQueue> async_;
    std::shared_ptr<TimerSource> timer_;
};

TEST_F(Timer, fires_at_its_time_with_the_scheduled_event) {
    ASSERT_TRUE(timer_->configure({schedule("cron(0 2 * * *)")}));
    advance(2h - 1s);
    EXPECT_EQ(invoker_.count(), 0U);
    advance(1s);
    ASSERT_TRUE(fired(1));
    const auto event = invoker_.call(0)->event();
    EXPECT_EQ(event["detail-type"], "Scheduled Event");
    EXPECT_EQ(event["time"], "2026-01-01T02:00:00Z");
    EXPECT_EQ(event["resources"][0], "arn:aws:events:us-east-1:000000000000:rule/nightly");
    EXPECT_EQ(invoker_.call(0)->invocation.cause.kind, model::CauseKind::timer);
    EXPECT_EQ(invoker_.call(0)->invocation.cause.source, "nightly");
}

TEST_F(Timer, hands_on_the_configured_input_instead) {
    ASSERT_TRUE(timer_->configure({schedule("rate(1 hour)", R"({"mode":"full"})")}));
    advance(1h);
    ASSERT_TRUE(fired(1));
    EXPECT_EQ(invoker_.call(0)->event(), nlohmann::json::parse(R"({"mode":"full"})"));
}

TEST_F(Timer, advancing_over_many_firings_makes_each_of_them_in_order) {
    ASSERT_TRUE(timer_->configure({schedule("rate(10 minutes)")}));
    advance(1h);
    ASSERT_TRUE(fired(6));
    std::set<std::string> times;
    for (std::size_t i = 0; i < 6; ++i)
        times.insert(time_of(i));
    EXPECT_EQ(*times.begin(), "2026-01-01T00:10:00Z");
    EXPECT_EQ(*times.rbegin(), "2026-01-01T01:00:00Z");
    EXPECT_EQ(times.size(), 6U);
}

TEST_F(Timer, makes_up_for_missed_firings_once_with_the_latest_time) {
    ASSERT_TRUE(timer_->configure({schedule("0 2 * * *")}));
    settle();
    restart_after(3 * 24h);
    ASSERT_TRUE(timer_->configure({schedule("0 2 * * *")}));
    timers_.run_due();
    ASSERT_TRUE(fired(1));
    EXPECT_EQ(time_of(0), "2026-01-03T02:00:00Z");
    advance(2h);
    ASSERT_TRUE(fired(2));
    EXPECT_EQ(time_of(1), "2026-01-04T02:00:00Z");
}

TEST_F(Timer, a_restart_without_a_missed_firing_doubles_none) {
    ASSERT_TRUE(timer_->configure({schedule("0 2 * * *")}));
    advance(2h);
    ASSERT_TRUE(fired(1));
    restart_after(1min);
    ASSERT_TRUE(timer_->configure({schedule("0 2 * * *")}));
    timers_.run_due();
    settle();
    EXPECT_EQ(invoker_.count(), 1U);
}

TEST_F(Timer, a_rate_keeps_its_rhythm_over_a_restart) {
    ASSERT_TRUE(timer_->configure({schedule("rate(10 minutes)")}));
    advance(10min);
    ASSERT_TRUE(fired(1));
    restart_after(5min);
    ASSERT_TRUE(timer_->configure({schedule("rate(10 minutes)")}));
    advance(5min);
    ASSERT_TRUE(fired(2));
    EXPECT_EQ(time_of(1), "2026-01-01T00:20:00Z");
}

TEST_F(Timer, a_changed_expression_has_missed_nothing) {
    ASSERT_TRUE(timer_->configure({schedule("0 2 * * *")}));
    settle();
    restart_after(3 * 24h);
    ASSERT_TRUE(timer_->configure({schedule("0 3 * * *")}));
    timers_.run_due();
    settle();
    EXPECT_EQ(invoker_.count(), 0U);
    advance(3h);
    EXPECT_TRUE(fired(1));
}

TEST_F(Timer, a_disabled_or_removed_schedule_does_not_fire) {
    ASSERT_TRUE(timer_->configure({schedule("rate(1 minute)")}));
    auto off = schedule("rate(1 minute)");
    off.enabled = false;
    ASSERT_TRUE(timer_->configure({off}));
    advance(10min);
    EXPECT_EQ(invoker_.count(), 0U);
    ASSERT_TRUE(timer_->configure({schedule("rate(1 minute)")}));
    timers_.run_due();
    settle();
    EXPECT_EQ(invoker_.count(), 0U) << "nothing was missed while it was off";
    ASSERT_TRUE(timer_->configure({}));
    advance(10min);
    EXPECT_EQ(invoker_.count(), 0U);
}

TEST_F(Timer, a_mistake_refuses_all_and_leaves_the_old_ones_running) {
    ASSERT_TRUE(timer_->configure({schedule("rate(1 minute)")}));
    const auto refused = timer_->configure({schedule("cron(61 * * * *)")});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("schedule 'nightly'"), std::string::npos);
    advance(1min);
    EXPECT_TRUE(fired(1));
}

TEST_F(Timer, ten_thousand_schedules_start_quickly_and_cost_nothing_idle) {
    std::vector<model::ScheduleDefinition> many;
    for (int i = 0; i < 10'000; ++i) {
        many.push_back(schedule("0 2 * * *"));
        many.back().name = "s" + std::to_string(i);
    }
    const auto start = base::monotonic_now();
    ASSERT_TRUE(timer_->configure(many));
    EXPECT_LT(base::monotonic_now() - start, 5s);
    settle();
    const auto idle = base::monotonic_now();
    timers_.advance(1h);
    EXPECT_LT(base::monotonic_now() - idle, 1s);
    EXPECT_EQ(invoker_.count(), 0U);
}

TEST_F(Timer, that_skips_missed_firings_goes_on_with_the_next) {
    auto skipping = schedule("rate(10 minutes)");
    skipping.missed = model::MissedRuns::skip;
    ASSERT_TRUE(timer_->configure({skipping}));
    settle();
    restart_after(25min);
    ASSERT_TRUE(timer_->configure({skipping}));
    timers_.run_due();
    settle();
    EXPECT_EQ(invoker_.count(), 0U);
    advance(5min);
    ASSERT_TRUE(fired(1));
    EXPECT_EQ(time_of(0), "2026-01-01T00:30:00Z") << "the rhythm is kept";
}

TEST_F(Timer, that_skips_still_fires_what_is_only_seconds_late) {
    auto skipping = schedule("rate(10 minutes)");
    skipping.missed = model::MissedRuns::skip;
    ASSERT_TRUE(timer_->configure({skipping}));
    settle();
    restart_after(10min + 5s);
    ASSERT_TRUE(timer_->configure({skipping}));
    timers_.run_due();
    ASSERT_TRUE(fired(1));
    EXPECT_EQ(time_of(0), "2026-01-01T00:10:00Z");
}

TEST_F(Timer, that_makes_up_for_all_fires_each_missed_one_of_the_last_day_in_order) {
    auto all = schedule("rate(8 hours)");
    all.missed = model::MissedRuns::all;
    ASSERT_TRUE(timer_->configure({all}));
    settle();
    restart_after(10 * 24h + 1h);
    ASSERT_TRUE(timer_->configure({all}));
    timers_.run_due();
    ASSERT_TRUE(fired(3));
    std::set<std::string> times;
    for (std::size_t i = 0; i < 3; ++i)
        times.insert(time_of(i));
    EXPECT_EQ(times, (std::set<std::string>{"2026-01-10T08:00:00Z", "2026-01-10T16:00:00Z",
                                            "2026-01-11T00:00:00Z"}));
}

TEST_F(Timer, at_fires_once_and_never_again) {
    ASSERT_TRUE(timer_->configure({schedule("at(2026-01-01T12:00:00)")}));
    advance(12h);
    ASSERT_TRUE(fired(1));
    EXPECT_EQ(time_of(0), "2026-01-01T12:00:00Z");
    restart_after(24h);
    ASSERT_TRUE(timer_->configure({schedule("at(2026-01-01T12:00:00)")}));
    advance(1000h);
    EXPECT_EQ(invoker_.count(), 1U);
}

TEST_F(Timer, at_that_passed_while_the_daemon_was_down_is_made_up_for) {
    ASSERT_TRUE(timer_->configure({schedule("at(2026-01-01T12:00:00)")}));
    settle();
    restart_after(24h);
    ASSERT_TRUE(timer_->configure({schedule("at(2026-01-01T12:00:00)")}));
    timers_.run_due();
    EXPECT_TRUE(fired(1));
}

TEST_F(Timer, shows_what_its_schedules_do_next) {
    auto off = schedule("rate(1 hour)");
    off.name = "off";
    off.enabled = false;
    ASSERT_TRUE(timer_->configure({schedule("rate(10 minutes)"), off}));
    advance(25min);
    const auto all = timer_->schedules(2);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].name, "nightly");
    EXPECT_EQ(all[0].function, "tick");
    EXPECT_EQ(all[0].last, base::TimePoint{1'767'225'600s} + 20min);
    EXPECT_EQ(all[0].next, (std::vector<base::TimePoint>{base::TimePoint{1'767'225'600s} + 30min,
                                                         base::TimePoint{1'767'225'600s} + 40min}));
    EXPECT_TRUE(all[1].next.empty());
    EXPECT_FALSE(all[1].last);
}

TEST_F(Timer, runs_a_schedule_now_without_changing_its_rhythm) {
    ASSERT_TRUE(timer_->configure({schedule("0 2 * * *", R"({"full":true})")}));
    EXPECT_TRUE(timer_->has_schedule("nightly"));
    EXPECT_FALSE(timer_->has_schedule("daily"));
    const auto id =
        base::wait_for<std::string>([&](auto done) { timer_->run_schedule("nightly", std::move(done)); });
    ASSERT_TRUE(id);
    ASSERT_TRUE(fired(1));
    EXPECT_EQ(invoker_.call(0)->invocation.request_id, *id);
    EXPECT_EQ(invoker_.call(0)->invocation.cause.kind, model::CauseKind::timer);
    EXPECT_EQ(invoker_.call(0)->event(), nlohmann::json::parse(R"({"full":true})"));
    advance(2h);
    EXPECT_TRUE(fired(2));
    EXPECT_FALSE(
        base::wait_for<std::string>([&](auto done) { timer_->run_schedule("daily", std::move(done)); }));
}

}  // namespace
}  // namespace faasd::sources
