#include "model/trace.hpp"
#include "sources/async/async_queue.hpp"
#include "sources/world.hpp"

namespace faasd::sources {
namespace {

using namespace test;
using model::OutcomeStatus;
using model::ResourceKind;
using nlohmann::json;

class Destinations : public World {
  protected:
    Destinations() {
        resize_.name = "resize";
        resize_.max_retries = 0;
        make_queue("done");
        make_queue("failed");
        make_queue("dead");
        base::wait_for<void>([&](base::Completion<> done) {
            blobs_->ensure_bucket("archive", std::move(done));
        }).value();
    }
    ~Destinations() override {
        if (!async_) return;
        async_->stop();
        EXPECT_TRUE(async_->wait(base::monotonic_now() + 10s));
    }

    void begin() {
        model::FunctionDefinition audit;
        audit.name = "audit";
        async_ = std::make_unique<AsyncQueue>(dependencies());
        ASSERT_TRUE(async_->configure({resize_, audit}));
        async_->start();
    }
    std::string submit(const std::string& payload, std::string trace = "t1") {
        return base::wait_for<std::string>([&](auto done) {
                   async_->submit({"resize", {model::CauseKind::bucket, "photos/a", trace, "r0"}, payload},
                                  std::move(done));
               })
            .value();
    }
    void fail() {
        invoker_.answer([](const model::Invocation& i) {
            return i.function == "resize" ? ScriptedInvoker::failure() : ScriptedInvoker::success();
        });
    }
    model::Message arrived(const std::string& queue) {
        EXPECT_TRUE(eventually([&] { return peek(queue).size() == 1; })) << queue;
        const auto messages = peek(queue);
        return messages.empty() ? model::Message{} : messages.front();
    }
    bool nothing_waits() {
        return eventually([&] { return left_in(async_queue_name("resize")) == 0; });
    }

    model::FunctionDefinition resize_;
    std::unique_ptr<AsyncQueue> async_;
};

TEST_F(Destinations, a_success_is_recorded_with_its_request_and_its_response) {
    resize_.on_success = {ResourceKind::queue, "done"};
    resize_.on_failure = {ResourceKind::queue, "failed"};
    begin();
    invoker_.answer([](const auto&) { return ScriptedInvoker::success(R"({"width":64})"); });
    const std::string id = submit(R"({"photo":"x"})");
    const model::Message message = arrived("done");
    const json record = json::parse(message.body);
    EXPECT_EQ(record["version"], "1.0");
    EXPECT_EQ(record["timestamp"], "2023-11-14T22:13:20.000Z");
    EXPECT_EQ(record["requestContext"],
              (json{{"requestId", id},
                    {"functionArn", "arn:aws:lambda:us-east-1:000000000000:function:resize:$LATEST"},
                    {"condition", "Success"},
                    {"approximateInvokeCount", 1}}));
    EXPECT_EQ(record["requestPayload"], (json{{"photo", "x"}}));
    EXPECT_EQ(record["responseContext"], (json{{"statusCode", 200}, {"executedVersion", "$LATEST"}}));
    EXPECT_EQ(record["responsePayload"], (json{{"width", 64}}));
    EXPECT_EQ(message.trace, "t1;resize=1") << "what the record causes belongs to the chain";
    EXPECT_TRUE(nothing_waits());
    EXPECT_TRUE(peek("failed").empty());
}

TEST_F(Destinations, a_call_that_failed_for_good_is_recorded_and_goes_to_the_dead_letter_queue_as_well) {
    resize_.max_retries = 1;
    resize_.on_failure = {ResourceKind::queue, "failed"};
    resize_.dead_letter_queue = "dead";
    begin();
    fail();
    submit(R"({"photo":"x"})");
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 1; }));
    advance(2min);
    const json record = json::parse(arrived("failed").body);
    EXPECT_EQ(record["requestContext"]["condition"], "RetriesExhausted");
    EXPECT_EQ(record["requestContext"]["approximateInvokeCount"], 2);
    EXPECT_EQ(record["requestPayload"], (json{{"photo", "x"}}));
    EXPECT_EQ(record["responseContext"],
              (json{{"statusCode", 200}, {"executedVersion", "$LATEST"}, {"functionError", "Unhandled"}}));
    EXPECT_EQ(record["responsePayload"], (json{{"errorType", "Oops"}, {"errorMessage", "it broke"}}));
    EXPECT_EQ(arrived("dead").body, R"({"photo":"x"})");
    EXPECT_TRUE(nothing_waits());
}

TEST_F(Destinations, a_function_is_called_with_the_record) {
    resize_.on_failure = {ResourceKind::function, "audit"};
    begin();
    fail();
    submit(R"({"photo":"x"})");
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 2; }));
    const auto& call = invoker_.call(1)->invocation;
    EXPECT_EQ(call.function, "audit");
    EXPECT_EQ(call.cause.kind, model::CauseKind::async);
    EXPECT_EQ(call.cause.source, "resize");
    EXPECT_EQ(call.cause.trace, "t1;resize=1");
    EXPECT_EQ(invoker_.call(1)->event()["requestPayload"]["photo"], "x");
}

TEST_F(Destinations, a_bucket_keeps_the_record_as_an_object_below_the_functions_name) {
    resize_.on_failure = {ResourceKind::bucket, "archive"};
    begin();
    fail();
    const std::string id = submit(R"({"photo":"x"})");
    EXPECT_TRUE(nothing_waits());
    const std::string key = "aws/lambda/async/resize/2023/11/14/2023-11-14T22.13.20-" + id;
    auto object = blobs_->get("archive", key);
    ASSERT_TRUE(object) << object.error().message;
    EXPECT_EQ((*object)->info().content_type, "application/json");
    EXPECT_EQ((*object)->info().trace, "t1;resize=1");
    std::string text((*object)->length(), '\0');
    ASSERT_EQ((*object)->read(text).value(), text.size());
    EXPECT_EQ(json::parse(text)["responsePayload"]["errorType"], "Oops");
}

TEST_F(Destinations, an_event_past_its_age_is_recorded_without_an_answer) {
    resize_.on_failure = {ResourceKind::queue, "failed"};
    resize_.max_event_age = 1h;
    begin();
    invoker_.answer([](const auto&) { return ScriptedInvoker::failure(OutcomeStatus::unavailable); });
    submit("{}");
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 1; }));
    for (int i = 0; i < 30; ++i)
        advance(5min);
    const json record = json::parse(arrived("failed").body);
    EXPECT_EQ(record["requestContext"]["condition"], "EventAgeExceeded");
    EXPECT_FALSE(record.contains("responseContext"));
}

TEST_F(Destinations, a_loop_is_given_up_at_once_and_recorded_as_one) {
    resize_.max_retries = 2;
    resize_.on_failure = {ResourceKind::queue, "failed"};
    resize_.dead_letter_queue = "dead";
    begin();
    invoker_.answer([](const auto&) {
        auto outcome = ScriptedInvoker::failure(OutcomeStatus::recursive_loop);
        outcome.error = {"RecursiveInvocationException", "in a loop"};
        return outcome;
    });
    submit("{}", "t1;resize=16");
    const auto message = arrived("failed");
    const json record = json::parse(message.body);
    EXPECT_EQ(record["requestContext"]["condition"], "RecursiveLoop");
    EXPECT_EQ(record["responsePayload"]["errorType"], "RecursiveInvocationException");
    EXPECT_EQ(message.trace, "t1;resize=16") << "it did not run again";
    const auto dead = arrived("dead");
    EXPECT_EQ(dead.attributes.at("ErrorCode").value, "400");
    EXPECT_EQ(dead.attributes.at("ErrorMessage").value, "RecursiveInvocationException: in a loop");
    EXPECT_EQ(invoker_.count(), 1U);
}

TEST_F(Destinations, a_failed_event_is_kept_while_its_destination_is_missing) {
    resize_.on_failure = {ResourceKind::bucket, "later"};
    begin();
    fail();
    submit("{}");
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 1; }));
    advance(10s);
    EXPECT_EQ(left_in(async_queue_name("resize")), 1U);
    base::wait_for<void>([&](base::Completion<> done) {
        blobs_->ensure_bucket("later", std::move(done));
    }).value();
    advance(2min);
    EXPECT_TRUE(nothing_waits());
    EXPECT_EQ(invoker_.count(), 1U) << "it is handed over, not called again";
    EXPECT_EQ(blobs_->list("later", {})->objects.size(), 1U);
}

TEST_F(Destinations, a_success_is_not_held_up_by_a_missing_destination) {
    resize_.on_success = {ResourceKind::queue, "nowhere"};
    begin();
    submit("{}");
    EXPECT_TRUE(nothing_waits());
    advance(10min);
    EXPECT_EQ(invoker_.count(), 1U);
}

TEST_F(Destinations, the_delay_of_a_retry_is_the_functions_own) {
    resize_.max_retries = 2;
    resize_.retry_delay = 100ms;
    begin();
    fail();
    submit("{}");
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 1; }));
    advance(101ms);
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 2; }));
    advance(150ms);
    EXPECT_EQ(invoker_.count(), 2U);
    advance(51ms);
    EXPECT_TRUE(eventually([&] { return invoker_.count() == 3; }));
}

}  // namespace
}  // namespace faasd::sources
