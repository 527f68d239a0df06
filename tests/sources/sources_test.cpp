#include "sources/sources.hpp"

#include <fstream>

#include "sources/world.hpp"

namespace faasd::sources {
namespace {

using namespace test;

class AllSources : public World {
  protected:
    AllSources() {
        app_.folder = folder_;
        app_.functions.emplace_back().name = "work";
        auto& queue = app_.queues.emplace_back();
        queue.name = "jobs";
        queue.consumer.emplace().function = "work";
        auto& bucket = app_.buckets.emplace_back();
        bucket.name = "photos";
        auto& notification = bucket.notifications.emplace_back();
        notification.events = {"ObjectCreated:*"};
        notification.queue = "jobs";
        auto& schedule = app_.schedules.emplace_back();
        schedule.name = "hourly";
        schedule.expression = "rate(1 hour)";
        schedule.function = "work";
        auto& watch = app_.watches.emplace_back();
        watch.name = "inbox";
        watch.folder = "inbox";
        watch.bucket = "photos";
        watch.settle = 10ms;
        auto& table = app_.tables.emplace_back();
        table.definition.name = "users";
        table.definition.key.hash = {"id", model::KeyType::string};
        table.definition.stream = model::StreamView::keys_only;
        table.consumer.emplace().function = "work";
        prepare();
    }
    void prepare() {
        make_queue("jobs");
        base::wait_for<void>([&](base::Completion<> done) {
            blobs_->ensure_bucket("photos", std::move(done));
        }).value();
        base::wait_for<void>([&](base::Completion<> done) {
            tables_->ensure(app_.tables[0].definition, std::move(done));
        }).value();
        sources_ = std::make_unique<Sources>(dependencies());
    }
    ~AllSources() override { end(); }
    void end() {
        if (!sources_) return;
        sources_->stop();
        EXPECT_TRUE(sources_->wait(base::monotonic_now() + 10s));
        sources_.reset();
    }
    [[nodiscard]] std::size_t calls_of(model::CauseKind kind) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < invoker_.count(); ++i)
            count += invoker_.call(i)->invocation.cause.kind == kind;
        return count;
    }

    model::App app_;
    std::unique_ptr<Sources> sources_;
};

TEST_F(AllSources, of_an_app_all_run) {
    ASSERT_TRUE(sources_->start(app_));
    std::filesystem::create_directories(folder_ / "inbox");
    std::ofstream(folder_ / "inbox" / "cat.jpg") << "meow";
    EXPECT_TRUE(eventually([&] { return calls_of(model::CauseKind::queue) == 1; }))
        << "file, bucket, queue, function";
    model::PutItem item;
    item.table = "users";
    item.item["id"] = {std::string("u1")};
    (void)base::wait_for<std::optional<model::Item>>([&](auto done) { tables_->put(item, std::move(done)); });
    EXPECT_TRUE(eventually([&] { return calls_of(model::CauseKind::table) == 1; }));
    advance(1h);
    EXPECT_TRUE(eventually([&] { return calls_of(model::CauseKind::timer) == 1; }));
}

TEST_F(AllSources, of_a_new_form_of_the_app_lose_and_double_nothing) {
    ASSERT_TRUE(sources_->start(app_));
    std::atomic<int> sent{0};
    std::thread sender([&] {
        for (int i = 0; i < 200; ++i) {
            send("jobs", std::to_string(i));
            ++sent;
        }
    });
    for (std::uint32_t i = 1; sent < 200; ++i) {
        app_.queues[0].consumer->batch_size = 1 + i % 7;
        ASSERT_TRUE(sources_->replace(app_));
    }
    sender.join();
    ASSERT_TRUE(eventually([&] { return left_in("jobs") == 0; }));
    std::multiset<std::string> bodies;
    for (std::size_t i = 0; i < invoker_.count(); ++i) {
        const auto event = invoker_.call(i)->event();
        for (const auto& record : event["Records"])
            bodies.insert(record["body"]);
    }
    EXPECT_EQ(bodies.size(), 200U);
    EXPECT_EQ(std::set<std::string>(bodies.begin(), bodies.end()).size(), 200U);
}

TEST_F(AllSources, a_mistake_leaves_the_old_form_running) {
    ASSERT_TRUE(sources_->start(app_));
    model::App broken = app_;
    broken.queues.clear();
    broken.schedules[0].expression = "cron(nonsense)";
    broken.schedules[0].at = {"faasd.yaml", 12, 5};
    EXPECT_FALSE(sources_->replace(broken));
    const auto mistakes = Sources::check(broken);
    ASSERT_EQ(mistakes.size(), 1U);
    EXPECT_EQ(mistakes[0].at.line, 12);
    send("jobs", "still");
    EXPECT_TRUE(eventually([&] { return calls_of(model::CauseKind::queue) == 1; }));
}

TEST_F(AllSources, that_are_gone_from_the_app_stop) {
    ASSERT_TRUE(sources_->start(app_));
    model::App bare;
    bare.functions = app_.functions;
    ASSERT_TRUE(sources_->replace(bare));
    send("jobs", "nobody");
    advance(2h);
    EXPECT_EQ(invoker_.count(), 0U);
    EXPECT_EQ(queues_->info("jobs")->visible, 1U);
}

}  // namespace
}  // namespace faasd::sources
