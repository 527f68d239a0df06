#include "sources/async/async_queue.hpp"

#include "sources/world.hpp"

namespace faasd::sources {
namespace {

using namespace test;
using model::OutcomeStatus;

class AsyncCalls : public World {
  protected:
    AsyncCalls() {
        function_.name = "resize";
        function_.dead_letter_queue = "failed";
        make_queue("failed");
        begin();
    }
    ~AsyncCalls() override { end(); }

    void begin() {
        async_ = std::make_unique<AsyncQueue>(dependencies());
        ASSERT_TRUE(async_->configure({function_}));
        async_->start();
    }
    void end() {
        if (!async_) return;
        async_->stop();
        EXPECT_TRUE(async_->wait(base::monotonic_now() + 10s));
        async_.reset();
    }
    std::string submit(const std::string& payload) {
        return base::wait_for<std::string>([&](auto done) {
                   async_->submit({"resize", {model::CauseKind::bucket, "photos/a", "t1", "r0"}, payload},
                                  std::move(done));
               })
            .value();
    }
    [[nodiscard]] std::uint64_t waiting() { return left_in(async_queue_name("resize")); }

    model::FunctionDefinition function_;
    std::unique_ptr<AsyncQueue> async_;
};

TEST_F(AsyncCalls, an_accepted_call_reaches_its_function_with_its_cause_and_is_gone_after_success) {
    const std::string id = submit(R"({"n":1})");
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 1; }));
    const auto& invocation = invoker_.call(0)->invocation;
    EXPECT_EQ(invocation.request_id, id);
    EXPECT_EQ(invocation.function, "resize");
    EXPECT_EQ(invocation.cause.kind, model::CauseKind::bucket);
    EXPECT_EQ(invocation.cause.source, "photos/a");
    EXPECT_EQ(invocation.cause.trace, "t1");
    EXPECT_EQ(invocation.cause.parent, "r0");
    EXPECT_EQ(invocation.attempt, 1U);
    EXPECT_EQ(invocation.admission, model::Admission::wait);
    EXPECT_EQ(std::get<model::Payload>(invocation.event).json, R"({"n":1})");
    EXPECT_TRUE(eventually([&] { return waiting() == 0; }));
}

TEST_F(AsyncCalls, a_failed_call_is_tried_again_after_one_and_two_minutes_under_the_same_id) {
    invoker_.answer([](const auto& i) {
        return i.attempt < 3 ? ScriptedInvoker::failure() : ScriptedInvoker::success();
    });
    const std::string id = submit("{}");
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 1; }));
    advance(59s);
    EXPECT_EQ(invoker_.count(), 1U);
    advance(2s);
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 2; }));
    advance(118s);
    EXPECT_EQ(invoker_.count(), 2U);
    advance(3s);
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 3; }));
    EXPECT_EQ(invoker_.call(2)->invocation.request_id, id);
    EXPECT_EQ(invoker_.call(2)->invocation.attempt, 3U);
    EXPECT_TRUE(eventually([&] { return waiting() == 0; }));
    EXPECT_TRUE(peek("failed").empty());
}

TEST_F(AsyncCalls, what_fails_for_good_goes_to_the_dead_letter_queue_with_the_error) {
    invoker_.answer([](const auto&) { return ScriptedInvoker::failure(); });
    const std::string id = submit(R"({"photo":"x"})");
    for (std::size_t attempt = 1; attempt <= 3; ++attempt) {
        ASSERT_TRUE(eventually([&] { return invoker_.count() == attempt; }));
        advance(5min);
    }
    ASSERT_TRUE(eventually([&] { return peek("failed").size() == 1; }));
    const auto dead = peek("failed").front();
    EXPECT_EQ(dead.body, R"({"photo":"x"})");
    EXPECT_EQ(dead.attributes.at("RequestID").value, id);
    EXPECT_EQ(dead.attributes.at("ErrorCode").value, "200");
    EXPECT_EQ(dead.attributes.at("ErrorCode").data_type, "Number");
    EXPECT_EQ(dead.attributes.at("ErrorMessage").value, "Oops: it broke");
    EXPECT_EQ(dead.trace, "t1");
    EXPECT_EQ(waiting(), 0U);
    advance(1h);
    EXPECT_EQ(invoker_.count(), 3U);
}

TEST_F(AsyncCalls, a_function_that_is_not_available_is_waited_for_without_counting) {
    std::atomic<bool> broken{true};
    invoker_.answer([&](const auto&) {
        return broken ? ScriptedInvoker::failure(OutcomeStatus::unavailable) : ScriptedInvoker::success();
    });
    submit("{}");
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 1; }));
    for (int i = 0; i < 30; ++i)
        advance(1min);
    EXPECT_GT(invoker_.count(), 5U);
    EXPECT_EQ(waiting(), 1U);
    broken = false;
    for (int i = 0; i < 6; ++i)
        advance(1min);
    EXPECT_TRUE(eventually([&] { return waiting() == 0; }));
    EXPECT_TRUE(peek("failed").empty());
}

TEST_F(AsyncCalls, an_event_past_its_age_is_given_up_without_a_call) {
    invoker_.answer([](const auto&) { return ScriptedInvoker::failure(OutcomeStatus::throttled); });
    submit("{}");
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 1; }));
    for (int i = 0; i < 75; ++i)
        advance(5min);
    ASSERT_TRUE(eventually([&] { return peek("failed").size() == 1; }));
    EXPECT_EQ(waiting(), 0U);
}

TEST_F(AsyncCalls, a_call_that_the_end_of_the_daemon_cut_short_is_made_again) {
    invoker_.hold(true);
    submit("{}");
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 1; }));
    async_->stop();
    EXPECT_FALSE(async_->wait(base::monotonic_now())) << "the call still runs";
    invoker_.call(0)->done = nullptr;  // it dies with the daemon
    async_.reset();
    reopen();
    invoker_.hold(false);
    begin();
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 2; }));
    EXPECT_TRUE(eventually([&] { return waiting() == 0; }));
}

TEST_F(AsyncCalls, a_missing_dead_letter_queue_keeps_the_event_until_it_is_there) {
    base::wait_for<void>([&](base::Completion<> done) {
        queues_->remove("failed", std::move(done));
    }).value();
    invoker_.answer([](const auto&) { return ScriptedInvoker::failure(); });
    submit("{}");
    for (int i = 0; i < 10; ++i)
        advance(1min);
    EXPECT_EQ(invoker_.count(), 3U) << "the function is not called again for it";
    EXPECT_EQ(waiting(), 1U);
    make_queue("failed");
    for (int i = 0; i < 3; ++i)
        advance(1min);
    EXPECT_TRUE(eventually([&] { return peek("failed").size() == 1; }));
    EXPECT_EQ(waiting(), 0U);
}

TEST_F(AsyncCalls, an_error_of_any_bytes_reaches_the_dead_letter_queue) {
    invoker_.answer([](const auto&) {
        auto outcome = ScriptedInvoker::failure();
        outcome.error = {"Oops", "\x1b[31mred\x01 caf\xe9"};
        return outcome;
    });
    submit("{}");
    for (int i = 0; i < 10; ++i)
        advance(1min);
    ASSERT_TRUE(eventually([&] { return peek("failed").size() == 1; }));
    EXPECT_EQ(peek("failed").front().attributes.at("ErrorMessage").value, "Oops: ?[31mred? caf?");
}

TEST_F(AsyncCalls, a_call_that_outlives_its_queue_is_forgotten) {
    invoker_.hold(true);
    submit("{}");
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 1; }));
    const std::string queue = async_queue_name("resize");
    base::wait_for<void>([&](base::Completion<> done) { queues_->remove(queue, std::move(done)); }).value();
    make_queue(queue);
    invoker_.call(0)->done(ScriptedInvoker::success());
    settle();
    invoker_.hold(false);
    advance(2s);
    submit("{}");
    EXPECT_TRUE(eventually([&] { return invoker_.count() == 2; }));
    EXPECT_TRUE(eventually([&] { return waiting() == 0; }));
    // Nothing is tried again: no timer is left.
    async_->stop();
    EXPECT_TRUE(async_->wait(base::monotonic_now() + 1s));
}

TEST_F(AsyncCalls, a_submission_in_a_transaction_that_is_undone_never_happens) {
    const auto result = base::wait_for<void>([&](base::Completion<> done) {
        store_->write(
            [&](model::Transaction& transaction) -> base::Result<> {
                EXPECT_TRUE(async_->submit_in(transaction, {"resize", {}, "{}"}));
                return base::Error(std::make_error_code(std::errc::io_error));
            },
            std::move(done));
    });
    EXPECT_FALSE(result);
    settle();
    EXPECT_EQ(invoker_.count(), 0U);
    EXPECT_EQ(waiting(), 0U);
}

TEST_F(AsyncCalls, many_are_accepted_in_one_step_under_ids_in_their_order) {
    const auto ids = base::wait_for<std::vector<std::string>>([&](auto done) {
        std::vector<model::AsyncInvocation> calls;
        for (int n = 0; n < 25; ++n)
            calls.push_back({"resize", {model::CauseKind::invoke, "all", "t1", "r0"}, std::to_string(n)});
        async_->submit_all(std::move(calls), std::move(done));
    });
    ASSERT_TRUE(ids);
    ASSERT_EQ(ids->size(), 25U);
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 25; }));
    for (std::size_t i = 0; i < 25; ++i) {
        const auto& invocation = invoker_.call(i)->invocation;
        const auto n = std::stoul(std::get<model::Payload>(invocation.event).json);
        EXPECT_EQ(invocation.request_id, ids->at(n));
    }
}

TEST_F(AsyncCalls, one_that_cannot_be_accepted_refuses_all_of_its_company) {
    const auto ids = base::wait_for<std::vector<std::string>>([&](auto done) {
        async_->submit_all({{"resize", {}, "{}"}, {"nobody", {}, "{}"}}, std::move(done));
    });
    EXPECT_FALSE(ids);
    const auto too_long = base::wait_for<std::vector<std::string>>([&](auto done) {
        async_->submit_all({{"resize", {}, "{}"}, {"resize", {}, '"' + std::string(2 << 20, 'x') + '"'}},
                           std::move(done));
    });
    EXPECT_FALSE(too_long);
    EXPECT_EQ(waiting(), 0U);
    EXPECT_EQ(invoker_.count(), 0U);
}

TEST_F(AsyncCalls, an_unknown_function_is_refused_by_name) {
    const auto refused = base::wait_for<std::string>([&](auto done) {
        async_->submit({"resise", {}, "{}"}, std::move(done));
    });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "there is no function 'resise'");
}

TEST_F(AsyncCalls, events_of_a_removed_function_wait_until_it_is_back) {
    ASSERT_TRUE(async_->configure({}));
    model::FunctionDefinition other;
    other.name = "other";
    ASSERT_TRUE(async_->configure({other}));
    send(async_queue_name("resize"), AsyncMessage{"id", {}, {clock_.now(), 0, 0}, "{}", {}}.to_request());
    settle();
    EXPECT_EQ(invoker_.count(), 0U);
    ASSERT_TRUE(async_->configure({function_}));
    EXPECT_TRUE(eventually([&] { return invoker_.count() == 1; }));
}

}  // namespace
}  // namespace faasd::sources
