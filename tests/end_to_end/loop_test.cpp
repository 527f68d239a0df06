// Functions that cause themselves, each by another way: all are stopped after 16 runs, unless it is allowed.
#include <gmock/gmock.h>

#include "support/workbench.hpp"

namespace {

using namespace faasd::test;
using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kSource = R"cpp(
#include <faasd/function.hpp>
    using faasd::json;
    namespace {
    int ran(faasd::Context& context, const std::string& function) {
        return context.table("runs").update(function, {"ADD runs :one", {{":one", 1}}}).at("runs").get<int>();
    }
    void by_queue(const faasd::QueueBatch&, faasd::Context& context) {
        ran(context, "by_queue");
        context.queue("ring").send("again");
    }
    FAASD_FUNCTION(by_queue)

    void by_bucket(const faasd::BlobEvent&, faasd::Context& context) {
        context.bucket("ring-bucket").put("object-" + std::to_string(ran(context, "by_bucket")), "again");
    }
    FAASD_FUNCTION(by_bucket)

    void by_table(const faasd::StreamBatch&, faasd::Context& context) {
        context.table("ring_table").put({{"id", "x"}, {"run", ran(context, "by_table")}});
    }
    FAASD_FUNCTION(by_table)

    void by_call(const json&, faasd::Context& context) {
        ran(context, "by_call");
        context.invoke_async("by_call", nullptr);
    }
    FAASD_FUNCTION(by_call)

    json by_waiting(const json&, faasd::Context& context) {
        ran(context, "by_waiting");
        try {
            return context.invoke("by_waiting", nullptr);
        } catch (const faasd::Error& error) {
            return error.type();
        }
    }
    FAASD_FUNCTION(by_waiting)

    void on_purpose(const json&, faasd::Context& context) {
        if (ran(context, "on_purpose") < 30) context.invoke_async("on_purpose", nullptr);
    }
    FAASD_FUNCTION(on_purpose)
    }  // namespace
)cpp";

constexpr const char* kConfiguration = R"(
functions:
  by_queue: { source: loops.cpp, uses: [table:runs, queue:ring] }
  by_bucket: { source: loops.cpp, uses: [table:runs, bucket:ring-bucket], on_failure: { queue: stopped } }
  by_table: { source: loops.cpp, uses: [table:runs, table:ring_table] }
  by_call: { source: loops.cpp, uses: [table:runs, function:by_call], dead_letter_queue: stopped }
  by_waiting: { source: loops.cpp, uses: [table:runs, function:by_waiting] }
  on_purpose: { source: loops.cpp, uses: [table:runs, function:on_purpose], recursion: allow }
queues:
  ring: { dead_letter_queue: { queue: stopped, max_receive_count: 100 }, consumer: by_queue }
  stopped: {}
buckets:
  ring-bucket: { notifications: [{ events: [created], function: by_bucket }] }
tables:
  runs: { key: id }
  ring_table: { key: id, stream: { view: keys_only, consumer: { function: by_table, on_failure: { queue: stopped } } } }
)";

class Loop : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        folder = new TemporaryFolder;
        folder->write("loops.cpp", kSource);
        folder->write("faasd.yaml", kConfiguration);
        daemon = new DaemonProcess(folder->path(), {"--ephemeral"});
    }
    static void TearDownTestSuite() {
        delete daemon;
        delete folder;
    }
    void SetUp() override { ASSERT_TRUE(daemon->running()) << daemon->log(); }

    static int runs(const std::string& function) {
        const json answer =
            daemon->operation("table.get", {{"table", "runs"}, {"key", function}, {"plain", true}});
        const json item = answer["result"].value("item", json());
        return item.is_object() ? item.value("runs", 0) : 0;
    }
    // What was stopped, by the text that it has.
    static bool stopped(const std::string& text) {
        return eventually([&] {
            return daemon->operation("queue.peek", {{"queue", "stopped"}, {"limit", 100}})
                       .dump()
                       .find(text) != std::string::npos;
        });
    }
    static TemporaryFolder* folder;
    static DaemonProcess* daemon;
};
TemporaryFolder* Loop::folder = nullptr;
DaemonProcess* Loop::daemon = nullptr;

TEST_F(Loop, through_a_queue_ends_in_its_dead_letter_queue) {
    EXPECT_EQ(daemon->faasd({"queue", "send", "ring", "start"}).exit_code, 0);
    EXPECT_TRUE(stopped("\"again\"")) << daemon->log();
    EXPECT_EQ(runs("by_queue"), 16);
    EXPECT_TRUE(eventually([] {
        return daemon->log().find("function by_queue has run 16 times in one chain of events") != std::string::npos;
    }));
}

TEST_F(Loop, through_a_bucket_ends_at_the_destination) {
    folder->write("object", "start");
    EXPECT_EQ(
        daemon->faasd({"bucket", "put", (folder->path() / "object").string(), "ring-bucket/"}).exit_code, 0);
    EXPECT_TRUE(stopped("by_bucket:$LATEST")) << daemon->log();
    EXPECT_EQ(runs("by_bucket"), 16);
}

TEST_F(Loop, through_a_table_ends_at_the_destination) {
    EXPECT_EQ(daemon->faasd({"table", "put", "ring_table", R"({"id": "x", "run": 0})"}).exit_code, 0);
    EXPECT_TRUE(stopped("DDBStreamBatchInfo")) << daemon->log();
    EXPECT_EQ(runs("by_table"), 16);
}

TEST_F(Loop, through_asynchronous_calls_ends_in_the_dead_letter_queue) {
    EXPECT_EQ(daemon->faasd({"invoke", "by_call", "--async"}).exit_code, 0);
    EXPECT_TRUE(stopped("RecursiveInvocationException: function by_call")) << daemon->log();
    EXPECT_EQ(runs("by_call"), 16);
}

TEST_F(Loop, through_calls_that_wait_is_an_error_of_the_last) {
    const auto result = daemon->faasd({"invoke", "by_waiting"});
    EXPECT_THAT(result.out, HasSubstr("RecursiveInvocationException")) << result.err;
    EXPECT_EQ(runs("by_waiting"), 16);
}

TEST_F(Loop, that_is_allowed_ends_by_itself) {
    EXPECT_EQ(daemon->faasd({"invoke", "on_purpose", "--async"}).exit_code, 0);
    EXPECT_TRUE(eventually([] { return runs("on_purpose") == 30; })) << daemon->log();
}

}  // namespace
