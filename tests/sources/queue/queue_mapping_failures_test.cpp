// What becomes of messages whose batch fails, takes long, or finds no function and no queue.
#include <atomic>

#include "sources/queue/queue_mapping_fixture.hpp"

namespace faasd::sources {
namespace {

using namespace test;
using model::OutcomeStatus;

TEST_F(Mapping, what_the_response_names_comes_back_after_the_visibility_timeout) {
    make_queue("orders", visible_after(30s));
    for (const char* body : {"good", "bad", "fine"})
        send("orders", body);
    fail_bodies({"bad"});
    begin("orders", {});
    ASSERT_TRUE(called(1));
    ASSERT_TRUE(eventually([&] { return left_in("orders") == 1; }));
    advance(29s);
    EXPECT_EQ(invoker_.count(), 1U);
    invoker_.answer([](const auto&) { return ScriptedInvoker::success(); });
    advance(2s);
    ASSERT_TRUE(called(2));
    EXPECT_EQ(bodies(1), Bodies{"bad"});
    EXPECT_EQ(invoker_.call(1)->event()["Records"][0]["attributes"]["ApproximateReceiveCount"], "2");
    EXPECT_TRUE(empty("orders"));
}

TEST_F(Mapping, a_function_error_or_a_malformed_response_returns_the_whole_batch) {
    make_queue("orders", visible_after(5s));
    for (const char* body : {"a", "b"})
        send("orders", body);
    invoker_.answer([n = 0](const auto&) mutable {
        return ++n == 1 ? ScriptedInvoker::failure()
                        : ScriptedInvoker::success(
                              n == 2 ? R"({"batchItemFailures":[{"itemIdentifier":"?"}]})" : "{}");
    });
    begin("orders", {});
    ASSERT_TRUE(called(1));
    advance(6s);
    ASSERT_TRUE(called(2));
    EXPECT_EQ(bodies(1).size(), 2U);
    advance(6s);
    ASSERT_TRUE(called(3));
    EXPECT_EQ(bodies(2).size(), 2U);
    EXPECT_TRUE(empty("orders"));
}

TEST_F(Mapping, without_reporting_a_response_is_never_a_failure) {
    make_queue("orders");
    send("orders", "a");
    invoker_.answer([](const auto&) {
        return ScriptedInvoker::success(R"({"batchItemFailures":[{"itemIdentifier":""}]})");
    });
    begin("orders", consumer([](auto& c) { c.report_batch_item_failures = false; }));
    EXPECT_TRUE(empty("orders"));
}

TEST_F(Mapping, what_fails_again_and_again_ends_in_the_dead_letter_queue) {
    make_queue("dead");
    make_queue("orders", visible_after(1s, model::RedrivePolicy{"dead", 3}));
    send("orders", "bad");
    fail_bodies({"bad"});
    begin("orders", {});
    for (int i = 0; i < 6; ++i) {
        settle();
        advance(2s);
    }
    ASSERT_TRUE(eventually([&] { return peek("dead").size() == 1; }));
    EXPECT_EQ(invoker_.count(), 3U);
}

TEST_F(Mapping, a_batch_that_runs_longer_than_the_visibility_timeout_is_not_delivered_twice) {
    make_queue("orders", visible_after(1s));
    invoker_.hold(true);
    begin("orders", {});
    send("orders", "slow");
    ASSERT_TRUE(called(1));
    for (int i = 0; i < 20; ++i)
        advance(1min);
    EXPECT_EQ(invoker_.count(), 1U);
    invoker_.call(0)->done(ScriptedInvoker::success());
    EXPECT_TRUE(empty("orders"));
}

TEST_F(Mapping, a_function_that_is_not_available_is_waited_for_without_using_up_receives) {
    make_queue("dead");
    make_queue("orders", visible_after(1s, model::RedrivePolicy{"dead", 1}));
    std::atomic<bool> broken{true};
    invoker_.answer([&](const auto&) {
        return broken ? ScriptedInvoker::failure(OutcomeStatus::unavailable) : ScriptedInvoker::success();
    });
    begin("orders", {});
    send("orders", "a");
    ASSERT_TRUE(called(1));
    for (int i = 0; i < 10; ++i)
        advance(1min);
    EXPECT_GT(invoker_.count(), 5U);
    broken = false;
    advance(1min);
    EXPECT_TRUE(empty("orders"));
    EXPECT_EQ(
        invoker_.call(invoker_.count() - 1)->event()["Records"][0]["attributes"]["ApproximateReceiveCount"],
        "1");
    EXPECT_TRUE(peek("dead").empty());
}

TEST_F(Mapping, of_a_fifo_queue_keeps_the_order_of_a_group_behind_a_failed_message) {
    make_queue("steps.fifo", visible_after(10s));
    for (const char* body : {"a1", "a2", "a3"})
        send("steps.fifo", body, "a");
    for (const char* body : {"b1", "b2"})
        send("steps.fifo", body, "b");
    fail_bodies({"a2"});
    begin("steps.fifo", {});
    ASSERT_TRUE(eventually([&] { return left_in("steps.fifo") == 2; })) << "a2, and a3 behind it";
    const std::size_t before = invoker_.count();
    invoker_.answer([](const auto&) { return ScriptedInvoker::success(); });
    advance(11s);
    ASSERT_TRUE(called(before + 1));
    EXPECT_EQ(bodies(before), (Bodies{"a2", "a3"}));
    EXPECT_TRUE(empty("steps.fifo"));
}

TEST_F(Mapping, forgets_a_batch_whose_queue_was_removed) {
    make_queue("jobs");
    invoker_.hold(true);
    begin("jobs", {});
    send("jobs", "a");
    ASSERT_TRUE(called(1));
    base::wait_for<void>([&](base::Completion<> done) { queues_->remove("jobs", std::move(done)); }).value();
    invoker_.call(0)->done(ScriptedInvoker::success());
    settle();
    // It is over: where the queue is there again, the mapping takes more than it could with this one running.
    invoker_.hold(false);
    make_queue("jobs");
    send("jobs", "b");
    for (int i = 0; i < 3; ++i)
        advance(1s);
    EXPECT_TRUE(called(2));
    EXPECT_TRUE(empty("jobs"));
}

}  // namespace
}  // namespace faasd::sources
