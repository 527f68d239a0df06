// A function that takes the daemon down with it: the daemon is back by itself, and nobody is refused meanwhile.
#include <atomic>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>

#include "support/raw_client.hpp"
#include "support/sanitizers.hpp"
#include "support/workbench.hpp"

namespace {

using namespace faasd::test;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

const std::string kYaml = R"(functions:
  hello: functions.cpp
  crash: functions.cpp
  work: { source: functions.cpp, uses: [table:notes] }
routes:
  GET /hello/{name}: hello
  GET /crash: crash
queues:
  jobs: { visibility_timeout: 1s, consumer: work }
tables:
  notes: { key: id }
)";

std::string report_of(const std::filesystem::path& data, std::size_t number = 1) {
    std::string text;
    eventually([&] {
        std::size_t found = 0;
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator(data / "crashes", ignored)) {
            if (entry.path().extension() != ".txt") continue;
            ++found;
            std::ifstream in(entry.path());
            text.assign(std::istreambuf_iterator<char>(in), {});
        }
        return found >= number && !text.empty();
    });
    return text;
}

class Crash : public testing::TestWithParam<const char*> {};

TEST_P(Crash, is_survived_no_connection_is_refused_and_a_report_tells_who_and_where) {
    const std::string how = GetParam();
    if (how == "heap" && kSanitizersHeap) GTEST_SKIP() << "the heap is the sanitizer's";
    TemporaryFolder data;
    DaemonProcess daemon(workbench("crash", kYaml), {"--data-dir", data.path().string()});
    ASSERT_TRUE(serves(daemon)) << daemon.log();
    const pid_t pid = daemon.pid();

    std::atomic<bool> stop = false;
    std::atomic<int> refused = 0, connected = 0;
    std::jthread visitor([&] {
        while (!stop) {
            const RawClient client(daemon.port());
            client.connect_error() == 0 ? ++connected : ++refused;
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
    });
    const auto crashed = daemon.get("/crash?how=" + how);
    EXPECT_EQ(crashed.status, 502U);
    EXPECT_EQ(crashed.header("Connection"), "close");
    EXPECT_THAT(crashed.body, HasSubstr("\"errorType\":\"Crashed\""));
    EXPECT_EQ(daemon.get("/hello/Ada").status, 200U) << "the next request just waits until it is back";
    stop = true;
    visitor.join();
    EXPECT_EQ(refused, 0);
    EXPECT_GT(connected, 0);
    EXPECT_TRUE(daemon.running());
    EXPECT_EQ(daemon.pid(), pid);

    const std::string report = report_of(data.path());
    EXPECT_THAT(report, AllOf(HasSubstr("function crash crashed (SIG" + std::string(how == "abort"  ? "ABRT"
                                                                                    : how == "heap" ? ""
                                                                                                    : "SEGV")),
                              ContainsRegex("in request [0-9a-f-]+"), HasSubstr("#0 ")));
    if (how == "stack" || how == "null") {
        EXPECT_THAT(report, HasSubstr("functions.cpp:")) << "where in the source";
    }
    EXPECT_TRUE(eventually([&] { return daemon.log().find("kept as ") != std::string::npos; }));
    EXPECT_THAT(daemon.log(), HasSubstr("function crash crashed the daemon"));
    EXPECT_EQ(daemon.stop(), 0) << daemon.log();
}
INSTANTIATE_TEST_SUITE_P(Daemon, Crash, testing::Values("null", "stack", "abort", "heap"),
                         [](const auto& which) { return std::string(which.param); });

TEST(CrashUnderLoad, whoever_waits_for_a_function_then_is_answered_502_and_whoever_has_begun_to_read_is_cut_off) {
    TemporaryFolder app;
    app.write("f.cpp", R"cpp(#include <faasd/function.hpp>
#include <chrono>
#include <cstdlib>
#include <thread>
std::string wait(const faasd::HttpRequest&) {
    std::this_thread::sleep_for(std::chrono::seconds(30));
    return "late";
}
void stream(const faasd::HttpRequest&, faasd::HttpResponseStream& out, faasd::Context&) {
    out.write("begun");
    std::this_thread::sleep_for(std::chrono::seconds(30));
}
std::string crash(const faasd::HttpRequest&) { std::abort(); }
FAASD_FUNCTION(wait)
FAASD_FUNCTION(stream)
FAASD_FUNCTION(crash)
)cpp");
    app.write("faasd.yaml",
              "functions:\n  wait: { source: f.cpp, timeout: 1m }\n  stream: { source: f.cpp, timeout: 1m }\n  crash: f.cpp\n"
              "routes:\n  GET /wait: wait\n  GET /stream: stream\n  GET /crash: crash\n");
    DaemonProcess daemon(app.path());
    ASSERT_TRUE(eventually([&] { return function_status(daemon, "crash")["state"] == "ready"; }, std::chrono::minutes{5}))
        << daemon.log();
    RawClient waiting(daemon.port()), head(daemon.port()), reading(daemon.port());
    waiting.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    head.send("HEAD /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    reading.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(eventually([&] {
        return function_status(daemon, "wait")["running"] == 2 && function_status(daemon, "stream")["running"] == 1;
    }));
    // The function runs before what it writes is sent.
    EXPECT_THAT(reading.receive(false), HasSubstr("HTTP/1.1 200 "));
    EXPECT_EQ(daemon.get("/crash").status, 502U);
    EXPECT_THAT(waiting.receive_all(), AllOf(HasSubstr("HTTP/1.1 502 "), HasSubstr("Crashed")));
    EXPECT_THAT(head.receive_all(), AllOf(HasSubstr("HTTP/1.1 502 "), testing::Not(HasSubstr("Crashed"))));
    EXPECT_THAT(reading.receive_all(), testing::Not(HasSubstr("502")));
    EXPECT_TRUE(eventually([&] { return function_status(daemon, "wait")["state"] == "ready"; })) << daemon.log();
    EXPECT_EQ(daemon.stop(), 0);
}

TEST(Quarantine, a_function_that_crashes_three_times_a_minute_is_503_until_its_source_changes) {
    TemporaryFolder app;
    // A small source of its own: it is edited.
    const std::string source = "#include <faasd/function.hpp>\n#include <cstdlib>\n"
                               "std::string crash(const faasd::HttpRequest&) { std::abort(); }\nFAASD_FUNCTION(crash)\n";
    app.write("crash.cpp", source);
    app.write("faasd.yaml", "functions:\n  crash: crash.cpp\n  echo: { module: \"" FAASD_ECHO_MODULE "\" }\n"
                            "routes:\n  GET /crash: crash\n  GET /echo: echo\n");
    DaemonProcess daemon(app.path());
    ASSERT_TRUE(eventually([&] { return function_status(daemon, "crash")["state"] == "ready"; }, std::chrono::minutes{5}))
        << daemon.log();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(daemon.get("/crash").status, 502U) << i;
        EXPECT_EQ(daemon.get("/echo").status, 200U) << i;
    }
    const auto refused = daemon.get("/crash");
    EXPECT_EQ(refused.status, 503U);
    EXPECT_THAT(refused.body, AllOf(HasSubstr("3 times"), HasSubstr("quarantine")));
    EXPECT_EQ(function_status(daemon, "crash")["state"], "quarantined") << daemon.log();
    EXPECT_THAT(daemon.faasd({"status"}).out, HasSubstr("quarantine"));
    EXPECT_EQ(daemon.get("/echo").status, 200U) << "its neighbours are served";

    app.write("crash.cpp", "#include <faasd/function.hpp>\n"
                           "faasd::HttpResponse crash(const faasd::HttpRequest&) {\n"
                           "    return faasd::HttpResponse::text(\"mended\");\n}\nFAASD_FUNCTION(crash)\n");
    EXPECT_TRUE(eventually([&] { return daemon.get("/crash").body == "mended"; }, std::chrono::minutes{5}))
        << "other code starts afresh";
    EXPECT_EQ(daemon.stop(), 0);
}

TEST(CrashInWork, messages_that_were_in_work_come_again) {
    TemporaryFolder data;
    DaemonProcess daemon(workbench("crash", kYaml), {"--data-dir", data.path().string()});
    ASSERT_TRUE(serves(daemon)) << daemon.log();
    const auto sent = daemon.operation(
        "queue.send_batch", {{"queue", "jobs"}, {"entries", {{{"body", "a"}}, {{"body", "b"}}, {{"body", "c"}}}}});
    ASSERT_TRUE(sent.contains("result")) << sent;
    EXPECT_TRUE(eventually([&] {
        const auto items = daemon.operation("table.scan", {{"table", "notes"}, {"plain", true}});
        return items.is_object() && items.contains("result") && items["result"]["items"].size() == 4;
    })) << daemon.log();
    EXPECT_THAT(daemon.log(), HasSubstr("function work crashed the daemon"));
    EXPECT_TRUE(serves(daemon));
}

}  // namespace
