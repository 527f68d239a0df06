#include "sources/bucket/bucket_notifications.hpp"

#include "sources/async/async_queue.hpp"
#include "sources/world.hpp"

namespace faasd::sources {
namespace {

using namespace test;

class Notifications : public World {
  protected:
    Notifications() {
        make_queue("encode");
        model::FunctionDefinition function;
        function.name = "index";
        async_ = std::make_shared<AsyncQueue>(dependencies());
        EXPECT_TRUE(async_->configure({function}));
        async_->start();
        notifications_ = std::make_shared<BucketNotifications>(dependencies(), async_);
        blobs_->on_change([n = notifications_](auto& transaction, const auto& change) {
            return n->changed(transaction, change);
        });
        base::wait_for<void>([&](base::Completion<> done) {
            blobs_->ensure_bucket("photos", std::move(done));
        }).value();
    }
    ~Notifications() override {
        async_->stop();
        EXPECT_TRUE(async_->wait(base::monotonic_now() + 10s));
    }
    void notify(std::vector<model::BucketNotification> notifications) {
        notifications_->configure({{"photos", std::move(notifications), {}}});
    }
    base::Result<model::ObjectInfo> put(const std::string& key) {
        model::PutOptions options;
        options.trace = "trace-7";
        auto writer = blobs_->put("photos", key, options).value();
        EXPECT_TRUE(writer->write("hello"));
        return base::wait_for<model::ObjectInfo>([&](auto done) { writer->commit(std::move(done)); });
    }
    static model::BucketNotification rule(std::vector<std::string> events, std::string queue,
                                          std::string function = {}) {
        model::BucketNotification rule;
        rule.events = std::move(events);
        rule.queue = std::move(queue);
        rule.function = std::move(function);
        return rule;
    }

    std::shared_ptr<AsyncQueue> async_;
    std::shared_ptr<BucketNotifications> notifications_;
};

TEST_F(Notifications, a_bucket_brings_rules_along) {
    base::wait_for<void>([&](base::Completion<> done) {
        blobs_->set_document("photos", "notifications",
                             R"({"rules": [{"id": "mine", "events": ["s3:ObjectCreated:*"], "suffix": ".jpg", "queue": "encode"},
                                           {"id": "gone", "events": ["s3:ObjectCreated:*"], "queue": "nobody"}]})",
                             std::move(done));
    }).value();
    ASSERT_TRUE(put("a.png"));
    ASSERT_TRUE(put("a.jpg"));
    const auto messages = peek("encode");
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_NE(messages[0].body.find(R"("configurationId":"mine")"), std::string::npos);
}

TEST_F(Notifications, an_upload_is_in_the_queue_when_it_is_acknowledged) {
    auto wanted = rule({"ObjectCreated:*"}, "encode");
    wanted.prefix = "in/";
    wanted.suffix = ".jpg";
    notify({wanted});
    ASSERT_TRUE(put("in/a b.jpg"));
    ASSERT_TRUE(put("in/a.png"));
    ASSERT_TRUE(put("out/a.jpg"));
    const auto messages = peek("encode");
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages[0].trace, "trace-7");
    const auto record = nlohmann::json::parse(messages[0].body)["Records"][0];
    EXPECT_EQ(record["eventName"], "ObjectCreated:Put");
    EXPECT_EQ(record["s3"]["bucket"]["name"], "photos");
    EXPECT_EQ(record["s3"]["object"]["key"], "in/a+b.jpg");
    EXPECT_EQ(record["s3"]["object"]["size"], 5);
    EXPECT_EQ(record["s3"]["object"]["eTag"], "5d41402abc4b2a76b9719d911017c592");
}

TEST_F(Notifications, a_function_is_called_with_the_object_as_its_cause) {
    notify({rule({"ObjectCreated:Put"}, {}, "index"), rule({"ObjectRemoved:*"}, {}, "index")});
    ASSERT_TRUE(put("cat.jpg"));
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 1; }));
    EXPECT_EQ(invoker_.call(0)->invocation.cause.kind, model::CauseKind::bucket);
    EXPECT_EQ(invoker_.call(0)->invocation.cause.source, "photos/cat.jpg");
    EXPECT_EQ(invoker_.call(0)->invocation.cause.trace, "trace-7");
    base::wait_for<void>([&](base::Completion<> done) {
        blobs_->remove("photos", "cat.jpg", "t", std::move(done));
    }).value();
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 2; }));
    EXPECT_EQ(invoker_.call(1)->event()["Records"][0]["eventName"], "ObjectRemoved:Delete");
}

TEST_F(Notifications, a_target_that_does_not_exist_does_not_refuse_the_write) {
    notify({rule({"ObjectCreated:*"}, "nowhere"), rule({"ObjectCreated:*"}, {}, "nobody"),
            rule({"ObjectCreated:*"}, "encode")});
    EXPECT_TRUE(put("a"));
    EXPECT_EQ(peek("encode").size(), 1U);
}

TEST_F(Notifications, a_queue_that_refuses_the_message_does_not_refuse_the_write) {
    model::QueueAttributes small;
    small.max_message_size = 1024;
    make_queue("small", small);
    notify({rule({"ObjectCreated:*"}, "small"), rule({"ObjectCreated:*"}, "encode")});
    EXPECT_TRUE(put(std::string(1000, 'k')));
    EXPECT_EQ(peek("small").size(), 0U);
    EXPECT_EQ(peek("encode").size(), 1U);
}

TEST_F(Notifications, a_write_that_is_undone_notifies_nobody) {
    notify({rule({"ObjectCreated:*"}, "encode")});
    blobs_->on_change([n = notifications_](auto& transaction, const auto& change) -> base::Result<> {
        EXPECT_TRUE(n->changed(transaction, change));
        return base::Error(std::make_error_code(std::errc::io_error));
    });
    EXPECT_FALSE(put("a"));
    EXPECT_TRUE(peek("encode").empty());
}

TEST_F(Notifications, a_pattern_of_the_record_selects_among_the_changes) {
    auto large = rule({"ObjectCreated:*"}, "encode");
    large.filters.push_back(std::get<model::EventPattern>(model::EventPattern::compile(nlohmann::json::parse(
        R"({"s3":{"object":{"key":[{"wildcard":"in/*.png"}],"size":[{"numeric":["=",5]}]}}})"))));
    notify({large});
    ASSERT_TRUE(put("in/a.png"));
    ASSERT_TRUE(put("in/a.txt"));
    ASSERT_EQ(peek("encode").size(), 1U);
    EXPECT_NE(peek("encode").front().body.find("in/a.png"), std::string::npos);
}

}  // namespace
}  // namespace faasd::sources
