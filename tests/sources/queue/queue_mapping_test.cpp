// Messages go to the function in batches, as large, as late and as many at a time as the consumer says.
#include "sources/queue/queue_mapping_fixture.hpp"

namespace faasd::sources {
namespace {

using namespace test;

TEST_F(Mapping, takes_messages_to_the_function_and_deletes_them) {
    make_queue("orders");
    begin("orders", {});
    model::SendRequest request;
    request.body = "one";
    request.trace = "trace-1";
    const auto sent = send("orders", request);
    ASSERT_TRUE(called(1));
    const auto& invocation = invoker_.call(0)->invocation;
    EXPECT_EQ(invocation.function, "work");
    EXPECT_EQ(invocation.cause.kind, model::CauseKind::queue);
    EXPECT_EQ(invocation.cause.source, "orders");
    EXPECT_EQ(invocation.cause.trace, "trace-1");
    const auto record = invoker_.call(0)->event()["Records"][0];
    EXPECT_EQ(record["messageId"], sent.message_id);
    EXPECT_EQ(record["attributes"]["ApproximateReceiveCount"], "1");
    EXPECT_TRUE(empty("orders"));
}

TEST_F(Mapping, takes_a_backlog_in_full_batches) {
    make_queue("orders");
    for (int i = 0; i < 25; ++i)
        send("orders", std::to_string(i));
    begin("orders", consumer([](auto& c) { c.batch_size = 10; c.max_concurrency = 1; }));
    ASSERT_TRUE(called(3));
    EXPECT_EQ(bodies(0).size(), 10U);
    EXPECT_EQ(bodies(1).size(), 10U);
    EXPECT_EQ(bodies(2).size(), 5U);
    EXPECT_TRUE(empty("orders"));
}

TEST_F(Mapping, a_batch_leaves_when_its_window_ends) {
    make_queue("orders");
    begin("orders", consumer([](auto& c) { c.batch_size = 10; c.batching_window = 30s; }));
    send("orders", "a");
    settle();
    advance(20s);
    send("orders", "b");
    settle();
    advance(9s);
    EXPECT_EQ(invoker_.count(), 0U);
    advance(1s);
    ASSERT_TRUE(called(1));
    EXPECT_EQ(bodies(0), (Bodies{"a", "b"}));
}

TEST_F(Mapping, a_batch_that_is_full_does_not_wait_for_its_window) {
    make_queue("orders");
    begin("orders", consumer([](auto& c) { c.batch_size = 3; c.batching_window = 300s; }));
    for (const char* body : {"a", "b", "c", "d"})
        send("orders", body);
    ASSERT_TRUE(called(1));
    EXPECT_EQ(bodies(0).size(), 3U);
    settle();
    EXPECT_EQ(invoker_.count(), 1U) << "the fourth waits";
}

TEST_F(Mapping, while_batches_run_others_are_taken_up_to_the_concurrency) {
    make_queue("orders");
    invoker_.hold(true);
    begin("orders", consumer([](auto& c) { c.batch_size = 1; c.max_concurrency = 3; }));
    for (int i = 0; i < 5; ++i)
        send("orders", std::to_string(i));
    ASSERT_TRUE(called(3));
    settle();
    EXPECT_EQ(invoker_.count(), 3U);
    EXPECT_EQ(queues_->info("orders")->visible, 2U) << "the others stay in the queue";
    invoker_.hold(false);
    for (std::size_t i = 0; i < 3; ++i)
        invoker_.call(i)->done(ScriptedInvoker::success());
    EXPECT_TRUE(empty("orders"));
    EXPECT_EQ(invoker_.count(), 5U);
}

TEST_F(Mapping, of_a_fifo_queue_runs_one_batch_of_a_group_at_a_time) {
    make_queue("steps.fifo");
    invoker_.hold(true);
    begin("steps.fifo", {});
    send("steps.fifo", "a1", "a");
    ASSERT_TRUE(called(1));
    send("steps.fifo", "a2", "a");
    send("steps.fifo", "b1", "b");
    ASSERT_TRUE(called(2));
    settle();
    EXPECT_EQ(invoker_.count(), 2U);
    EXPECT_EQ(bodies(1), Bodies{"b1"});
    invoker_.hold(false);
    invoker_.call(0)->done(ScriptedInvoker::success());
    ASSERT_TRUE(called(3));
    EXPECT_EQ(bodies(2), Bodies{"a2"});
    invoker_.call(1)->done(ScriptedInvoker::success());
    EXPECT_TRUE(empty("steps.fifo"));
}

TEST_F(Mapping, six_mebibytes_of_payload_close_a_batch) {
    make_queue("big");
    for (int i = 0; i < 9; ++i)
        send("big", std::string(1000 * 1000, static_cast<char>('a' + i)));
    begin("big", consumer([](auto& c) { c.batch_size = 100; c.batching_window = 60s; c.max_concurrency = 1; }));
    ASSERT_TRUE(called(1));
    EXPECT_EQ(bodies(0).size(), 6U);
    EXPECT_LE(std::get<model::Payload>(invoker_.call(0)->invocation.event).json.size(), kMaxBatchBytes);
    advance(61s);
    ASSERT_TRUE(called(2));
    EXPECT_EQ(bodies(1).size(), 3U);
    EXPECT_TRUE(empty("big"));
}

TEST_F(Mapping, that_stops_gives_back_what_it_has_not_begun) {
    make_queue("orders");
    begin("orders", consumer([](auto& c) { c.batch_size = 10; c.batching_window = 300s; }));
    send("orders", "a");
    settle();
    end();
    settle();
    EXPECT_EQ(queues_->info("orders")->visible, 1U);
    EXPECT_EQ(invoker_.count(), 0U);
}

TEST_F(Mapping, that_stops_waits_for_the_batch_that_runs) {
    make_queue("orders");
    invoker_.hold(true);
    begin("orders", {});
    send("orders", "a");
    ASSERT_TRUE(called(1));
    mapping_->stop();
    EXPECT_FALSE(mapping_->wait(base::monotonic_now() + 10ms));
    invoker_.call(0)->done(ScriptedInvoker::success());
    EXPECT_TRUE(mapping_->wait(base::monotonic_now() + 10s));
    EXPECT_EQ(left_in("orders"), 0U);
}

TEST_F(Mapping, of_a_queue_that_appears_later_begins_then) {
    begin("late", {});
    settle();
    make_queue("late");
    send("late", "a");
    advance(2s);
    EXPECT_TRUE(called(1));
}

}  // namespace
}  // namespace faasd::sources
