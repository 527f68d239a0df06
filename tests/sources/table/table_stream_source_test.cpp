#include "sources/table/table_stream_source.hpp"

#include "sources/events/table_event.hpp"
#include "sources/world.hpp"

namespace faasd::sources {
namespace {

using namespace test;
using model::OutcomeStatus;

// One with every default but what `change` sets.
template <class Change>
model::StreamConsumer consumer(Change change) {
    model::StreamConsumer made;
    change(made);
    return made;
}

class Stream : public World {
  protected:
    Stream() { make_table(); }
    ~Stream() override { end(); }

    void make_table() {
        model::TableDefinition definition;
        definition.name = "users";
        definition.key.hash = {"id", model::KeyType::string};
        definition.stream = model::StreamView::new_and_old_images;
        base::wait_for<void>([&](base::Completion<> done) {
            tables_->ensure(definition, std::move(done));
        }).value();
    }
    void begin(model::StreamConsumer consumer = {}) {
        consumer.function = "audit";
        source_ = std::make_shared<TableStreamSource>(dependencies(),
                                                      TableStreamSource::Configuration{"users", consumer});
        tables_->on_change([weak = std::weak_ptr(source_)](std::string_view) {
            if (const auto source = weak.lock()) source->wake();
        });
        source_->start();
    }
    void end() {
        if (!source_) return;
        source_->stop();
        EXPECT_TRUE(source_->wait(base::monotonic_now() + 10s));
        source_.reset();
    }
    void put(const std::string& id, const std::string& trace = {}) {
        model::PutItem request;
        request.table = "users";
        request.trace = trace;
        request.item["id"] = {id};
        base::wait_for<std::optional<model::Item>>([&](auto done) {
            tables_->put(request, std::move(done));
        }).value();
    }
    std::vector<std::string> ids(std::size_t call) {
        std::vector<std::string> out;
        const auto event = invoker_.call(call)->event();
        for (const auto& record : event["Records"])
            out.push_back(record["dynamodb"]["Keys"]["id"]["S"]);
        return out;
    }
    [[nodiscard]] bool called(std::size_t times) {
        return eventually([&] { return invoker_.count() >= times; }) && (settle(), invoker_.count() == times);
    }

    std::shared_ptr<TableStreamSource> source_;
};
using Ids = std::vector<std::string>;

TEST_F(Stream, takes_changes_to_the_function_in_order) {
    for (const char* id : {"a", "b", "c"})
        put(id);
    begin(consumer([](auto& c) { c.batch_size = 2; }));
    ASSERT_TRUE(called(2));
    EXPECT_EQ(ids(0), (Ids{"a", "b"}));
    EXPECT_EQ(ids(1), Ids{"c"});
    EXPECT_EQ(invoker_.call(0)->invocation.cause.kind, model::CauseKind::table);
    EXPECT_EQ(invoker_.call(0)->event()["Records"][0]["eventName"], "INSERT");
    put("d");
    ASSERT_TRUE(called(3));
    EXPECT_EQ(ids(2), Ids{"d"});
}

TEST_F(Stream, goes_on_after_a_restart_where_it_was) {
    put("a");
    begin();
    ASSERT_TRUE(called(1));
    end();
    put("b");
    reopen();
    begin();
    ASSERT_TRUE(called(2));
    EXPECT_EQ(ids(1), Ids{"b"});
}

TEST_F(Stream, tries_a_failed_batch_again_in_its_place) {
    invoker_.answer([n = 0](const auto&) mutable {
        return ++n < 3 ? ScriptedInvoker::failure() : ScriptedInvoker::success();
    });
    put("a");
    begin();
    ASSERT_TRUE(called(1));
    put("b");
    advance(1s);
    ASSERT_TRUE(called(2));
    EXPECT_EQ(ids(1), Ids{"a"});
    EXPECT_EQ(invoker_.call(1)->invocation.attempt, 2U);
    advance(2s);
    ASSERT_TRUE(called(4));
    EXPECT_EQ(ids(2), Ids{"a"});
    EXPECT_EQ(ids(3), Ids{"b"});
}

TEST_F(Stream, skips_a_batch_after_its_retries) {
    invoker_.answer([](const auto& i) {
        const bool bad = std::get<model::Payload>(i.event).json.find("\"bad\"") != std::string::npos;
        return bad ? ScriptedInvoker::failure() : ScriptedInvoker::success();
    });
    put("bad");
    begin(consumer([](auto& c) { c.max_retries = 1; }));
    ASSERT_TRUE(called(1));
    put("good");
    advance(1s);
    ASSERT_TRUE(called(3));
    EXPECT_EQ(ids(2), Ids{"good"});
}

TEST_F(Stream, goes_on_from_the_lowest_change_that_the_response_names) {
    for (const char* id : {"a", "b", "c"})
        put(id);
    invoker_.answer([n = 0](const model::Invocation& invocation) mutable {
        if (++n > 1) return ScriptedInvoker::success();
        const auto event = nlohmann::json::parse(std::get<model::Payload>(invocation.event).json);
        nlohmann::json failures = nlohmann::json::array();
        for (const int i : {2, 1}) {
            failures.push_back({{"itemIdentifier", event["Records"][i]["dynamodb"]["SequenceNumber"]}});
        }
        return ScriptedInvoker::success(nlohmann::json{{"batchItemFailures", failures}}.dump());
    });
    begin();
    ASSERT_TRUE(called(2));
    EXPECT_EQ(ids(1), (Ids{"b", "c"}));
}

TEST_F(Stream, waits_for_its_window_unless_the_batch_is_full) {
    begin(consumer([](auto& c) { c.batch_size = 3; c.batching_window = 10s; }));
    put("a");
    settle();
    advance(5s);
    put("b");
    settle();
    EXPECT_EQ(invoker_.count(), 0U);
    advance(5s);
    ASSERT_TRUE(called(1));
    EXPECT_EQ(ids(0), (Ids{"a", "b"}));
    for (const char* id : {"c", "d", "e"})
        put(id);
    ASSERT_TRUE(called(2));
    EXPECT_EQ(ids(1), (Ids{"c", "d", "e"}));
}

TEST_F(Stream, waits_for_a_function_that_is_not_available) {
    std::atomic<bool> broken{true};
    invoker_.answer([&](const auto&) {
        return broken ? ScriptedInvoker::failure(OutcomeStatus::unavailable) : ScriptedInvoker::success();
    });
    put("a");
    begin(consumer([](auto& c) { c.max_retries = 0; }));
    for (int i = 0; i < 5; ++i)
        advance(1min);
    broken = false;
    advance(1min);
    const auto calls = invoker_.count();
    EXPECT_GE(calls, 6U);
    put("b");
    ASSERT_TRUE(called(calls + 1));
    EXPECT_EQ(ids(calls), Ids{"b"});
}

TEST_F(Stream, goes_on_with_the_oldest_change_when_those_after_its_position_are_gone) {
    put("a");
    begin();
    ASSERT_TRUE(called(1));
    end();
    put("lost");
    advance(25h);
    put("b");
    begin();
    ASSERT_TRUE(called(2));
    EXPECT_EQ(ids(1), Ids{"b"});
    end();
    // Whether the trimmer has been there already or not.
    put("lost as well");
    advance(24h + 1min);
    put("c");
    reopen();
    begin();
    ASSERT_TRUE(called(3));
    EXPECT_EQ(ids(2), Ids{"c"});
}

TEST_F(Stream, goes_on_with_a_table_that_was_made_again_before_all_of_the_old_one_was_read) {
    put("a");
    begin();
    ASSERT_TRUE(called(1));
    end();
    put("b");
    base::wait_for<void>([&](base::Completion<> done) { tables_->remove("users", std::move(done)); }).value();
    make_table();
    put("c");
    begin();
    ASSERT_TRUE(called(2));
    EXPECT_EQ(ids(1), Ids{"c"});
}

TEST_F(Stream, starts_anew_with_a_table_that_was_made_again) {
    for (const char* id : {"a", "b"})
        put(id);
    begin();
    ASSERT_TRUE(called(1));
    base::wait_for<void>([&](base::Completion<> done) { tables_->remove("users", std::move(done)); }).value();
    make_table();
    put("c");
    for (int i = 0; i < 3; ++i)
        advance(2s);
    ASSERT_TRUE(eventually([&] { return invoker_.count() >= 2; }));
    EXPECT_EQ(ids(1), Ids{"c"});
}

TEST_F(Stream, changes_that_no_filter_wants_are_passed_over) {
    model::StreamConsumer consumer;
    consumer.filters.push_back(std::get<model::EventPattern>(model::EventPattern::compile(nlohmann::json::parse(
        R"({"eventName":["INSERT"],"dynamodb":{"Keys":{"id":{"S":[{"prefix":"b"}]}}}})"))));
    for (const char* id : {"a", "b", "c", "b2"})
        put(id);
    begin(consumer);
    ASSERT_TRUE(called(1));
    EXPECT_EQ(ids(0), (std::vector<std::string>{"b", "b2"}));
    put("d");
    put("b");  // no insert
    settle();
    EXPECT_EQ(invoker_.count(), 1U);
    end();
    begin(consumer);
    put("b3");
    ASSERT_TRUE(called(2));
    EXPECT_EQ(ids(1), std::vector<std::string>{"b3"});
}

TEST_F(Stream, a_change_in_a_loop_is_skipped_and_recorded) {
    make_queue("skipped");
    model::StreamConsumer consumer;
    consumer.on_failure = {model::ResourceKind::queue, "skipped"};
    put("a", "t;audit=16");
    put("b", "t;audit=15");
    begin(consumer);
    ASSERT_TRUE(called(1));
    EXPECT_EQ(ids(0), std::vector<std::string>{"b"});
    EXPECT_EQ(invoker_.call(0)->invocation.cause.trace, "t;audit=15");
    ASSERT_TRUE(eventually([&] { return peek("skipped").size() == 1; }));
    const auto record = nlohmann::json::parse(peek("skipped").front().body);
    EXPECT_EQ(record["requestContext"]["condition"], "RecursiveLoop");
    EXPECT_EQ(record["DDBStreamBatchInfo"]["startSequenceNumber"], "1");
}

TEST_F(Stream, a_batch_that_is_given_up_is_recorded_at_its_destination) {
    make_queue("skipped");
    model::StreamConsumer consumer;
    consumer.max_retries = 1;
    consumer.on_failure = {model::ResourceKind::queue, "skipped"};
    invoker_.answer([](const auto&) { return ScriptedInvoker::failure(); });
    put("a");
    put("b");
    begin(consumer);
    ASSERT_TRUE(eventually([&] { return invoker_.count() == 1; }));
    advance(2s);
    ASSERT_TRUE(eventually([&] { return peek("skipped").size() == 1; }));
    const auto record = nlohmann::json::parse(peek("skipped").front().body);
    EXPECT_EQ(record["requestContext"]["condition"], "RetriesExhausted");
    EXPECT_EQ(record["requestContext"]["approximateInvokeCount"], 2);
    EXPECT_EQ(record["responseContext"]["functionError"], "Unhandled");
    const auto& info = record["DDBStreamBatchInfo"];
    EXPECT_EQ(info["startSequenceNumber"], "1");
    EXPECT_EQ(info["endSequenceNumber"], "2");
    EXPECT_EQ(info["batchSize"], 2);
    const std::string arn = stream_arn("users", tables_->info("users")->stream_since, {});
    EXPECT_EQ(info["streamArn"], arn);
    EXPECT_EQ(invoker_.call(0)->event()["Records"][0]["eventSourceARN"], arn);
    EXPECT_EQ(invoker_.count(), 2U);
}

}  // namespace
}  // namespace faasd::sources
