#include "model/trace.hpp"
#include "sources/queue/queue_mapping.hpp"
#include "sources/world.hpp"

namespace faasd::sources {
namespace {

using namespace test;
using nlohmann::json;

class Screening : public World {
  protected:
    Screening() {
        make_queue("jobs");
        make_queue("dead");
        configuration_.queue = "jobs";
        configuration_.consumer.function = "work";
    }
    ~Screening() override {
        if (!mapping_) return;
        mapping_->stop();
        EXPECT_TRUE(mapping_->wait(base::monotonic_now() + 10s));
    }
    void begin(std::vector<std::string> patterns = {}) {
        for (const std::string& pattern : patterns)
            configuration_.consumer.filters.push_back(
                std::get<model::EventPattern>(model::EventPattern::compile(json::parse(pattern))));
        mapping_ = std::make_shared<QueueMapping>(dependencies(), configuration_);
        mapping_->start();
    }
    void send_traced(const std::string& body, const std::string& trace) {
        model::SendRequest request;
        request.body = body;
        request.trace = trace;
        send("jobs", request);
    }
    // The bodies that reached the function, once the queue is empty.
    std::vector<std::string> delivered() {
        EXPECT_TRUE(eventually([&] { return left_in("jobs") == 0; }));
        std::vector<std::string> out;
        for (std::size_t i = 0; i < invoker_.count(); ++i) {
            const json event = invoker_.call(i)->event();
            for (const auto& record : event["Records"])
                out.push_back(record["body"]);
        }
        std::sort(out.begin(), out.end());
        return out;
    }

    QueueMapping::Configuration configuration_;
    std::shared_ptr<QueueMapping> mapping_;
};
using Bodies = std::vector<std::string>;

TEST_F(Screening, a_message_that_no_filter_wants_is_deleted) {
    begin(
        {R"({"body":{"kind":["order"],"total":[{"numeric":[">=",10]}]}})", R"({"body":{"urgent":[true]}})"});
    send("jobs", R"({"kind":"order","total":9})");
    send("jobs", R"({"kind":"order","total":10})");
    send("jobs", R"({"kind":"note","urgent":true})");
    EXPECT_EQ(delivered(), (Bodies{R"({"kind":"note","urgent":true})", R"({"kind":"order","total":10})"}));
}

TEST_F(Screening, a_pattern_for_json_does_not_match_text) {
    begin({R"({"body":{"kind":[{"exists":false}]}})"});
    send("jobs", "hello");
    send("jobs", "5");
    send("jobs", R"({"other":1})");
    EXPECT_EQ(delivered(), Bodies{R"({"other":1})"});
}

TEST_F(Screening, a_pattern_for_text_does_not_match_json) {
    begin({R"({"body":[{"prefix":"h"},{"prefix":"{"}]})"});
    send("jobs", "hello");
    send("jobs", "world");
    send("jobs", R"({"h":1})");
    EXPECT_EQ(delivered(), Bodies{"hello"});
}

TEST_F(Screening, a_pattern_without_a_body_looks_at_the_rest_of_the_record) {
    begin({R"({"messageAttributes":{"kind":{"stringValue":["order"]}}})"});
    model::SendRequest request;
    request.body = "any";
    request.attributes["kind"] = {"String", "order"};
    send("jobs", request);
    send("jobs", "other");
    EXPECT_EQ(delivered(), Bodies{"any"});
}

TEST_F(Screening, a_message_in_a_loop_moves_to_the_dead_letter_queue) {
    configuration_.dead_letter_queue = "dead";
    begin();
    send_traced("fifteen", "t;work=15");
    send_traced("sixteen", "t;work=16");
    send_traced("other", "t;else=99");
    EXPECT_EQ(delivered(), (Bodies{"fifteen", "other"}));
    ASSERT_TRUE(eventually([&] { return peek("dead").size() == 1; }));
    EXPECT_EQ(peek("dead").front().body, "sixteen");
    EXPECT_EQ(peek("dead").front().trace, "t;work=16");
}

TEST_F(Screening, a_message_in_a_loop_is_dropped_without_a_dead_letter_queue) {
    begin();
    send_traced("sixteen", "t;work=16");
    EXPECT_TRUE(delivered().empty());
}

TEST_F(Screening, a_loop_that_is_allowed_runs_on) {
    configuration_.allow_recursion = true;
    begin();
    send_traced("sixteen", "t;work=16");
    EXPECT_EQ(delivered(), Bodies{"sixteen"});
}

TEST_F(Screening, a_batch_continues_the_chain_in_which_its_function_has_run_least) {
    send_traced("a", "one;work=9");
    send_traced("b", "two;work=2");
    send_traced("c", "three;work=7");
    begin();
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 1; }));
    EXPECT_EQ(invoker_.call(0)->event()["Records"].size(), 3U);
    EXPECT_EQ(invoker_.call(0)->invocation.cause.trace, "two;work=2");
}

TEST_F(Screening, a_backlog_is_taken_by_as_many_batches_as_the_function_may_run_at_once) {
    for (int i = 0; i < 200; ++i)
        send("jobs", std::to_string(i));
    configuration_.consumer.max_concurrency = 20;
    configuration_.function_concurrency = 6;
    invoker_.hold(true);
    begin();
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 6; }));
    settle();
    EXPECT_EQ(invoker_.count(), 6U);
    EXPECT_EQ(queues_->info("jobs")->in_flight, 60U) << "the rest waits in the queue, not in memory";
    EXPECT_EQ(queues_->info("jobs")->visible, 140U);
    invoker_.hold(false);
    for (std::size_t i = 0; i < 6; ++i)
        invoker_.call(i)->done(ScriptedInvoker::success());
    EXPECT_TRUE(eventually([&] { return left_in("jobs") == 0; }));
}

}  // namespace
}  // namespace faasd::sources
