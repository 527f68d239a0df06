#include "sources/queue/queue_mapping.hpp"

#include "sources/world.hpp"

namespace faasd::sources {
namespace {

using namespace test;
using model::OutcomeStatus;

model::QueueAttributes visible_after(base::Duration timeout,
                                     std::optional<model::RedrivePolicy> redrive = {}) {
    model::QueueAttributes attributes;
    attributes.visibility_timeout = timeout;
    attributes.redrive = std::move(redrive);
    return attributes;
}

// One with every default but what `change` sets.
template <class Change>
model::QueueConsumer consumer(Change change) {
    model::QueueConsumer made;
    change(made);
    return made;
}

class Mapping : public World {
  protected:
    ~Mapping() override { end(); }

    void begin(const std::string& queue, model::QueueConsumer consumer) {
        consumer.function = "work";
        mapping_ = std::make_shared<QueueMapping>(
            dependencies(), QueueMapping::Configuration{queue, queue.ends_with(".fifo"), consumer});
        mapping_->start();
    }
    void end() {
        if (!mapping_) return;
        mapping_->stop();
        EXPECT_TRUE(mapping_->wait(base::monotonic_now() + 10s));
        mapping_.reset();
    }
    std::vector<std::string> bodies(std::size_t call) {
        std::vector<std::string> out;
        const auto event = invoker_.call(call)->event();
        for (const auto& record : event["Records"])
            out.push_back(record["body"]);
        return out;
    }
    [[nodiscard]] bool called(std::size_t times) {
        return eventually([&] { return invoker_.count() >= times; });
    }
    [[nodiscard]] bool empty(const std::string& queue) {
        return eventually([&] { return left_in(queue) == 0; });
    }
    // Calls that report the messages with these bodies as failed.
    void fail_bodies(std::set<std::string> bad) {
        invoker_.answer([bad](const model::Invocation& invocation) {
            const auto event = nlohmann::json::parse(std::get<model::Payload>(invocation.event).json);
            nlohmann::json failures = nlohmann::json::array();
            for (const auto& record : event["Records"]) {
                if (bad.contains(record["body"]))
                    failures.push_back({{"itemIdentifier", record["messageId"]}});
            }
            return ScriptedInvoker::success(nlohmann::json{{"batchItemFailures", failures}}.dump());
        });
    }

    std::shared_ptr<QueueMapping> mapping_;
};
using Bodies = std::vector<std::string>;

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
