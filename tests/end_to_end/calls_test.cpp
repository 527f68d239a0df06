// Functions that call functions, connections that are counted, and the log of all of it.
#include <future>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>

#include "support/workbench.hpp"

namespace {

using namespace faasd::test;
using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kSource = R"cpp(
#include <thread>
#include <faasd/function.hpp>
using faasd::json;
namespace {
// Calls {"path": [first, second, ...]} one within the other; the last one fails.
json hop(const json& event, faasd::Context& context) {
    json path = event.at("path");
    if (path.empty()) throw faasd::Error("Bottom", "there is no further", {{"depth", event.value("depth", 0)}});
    const std::string next = path.at(0);
    path.erase(0);
    return context.invoke(next, {{"path", path}, {"depth", event.value("depth", 0) + 1}});
}
FAASD_FUNCTION(hop)

json sleeper(const json& event, faasd::Context& context) {
    context.log().info("number ", event.value("n", 0));
    std::this_thread::sleep_for(std::chrono::milliseconds{event.value("ms", 100)});
    if (event.value("fail", false)) throw faasd::Error("Unlucky", "number " + std::to_string(event.value("n", 0)));
    return event.value("n", 0);
}
FAASD_FUNCTION(sleeper)

json many(const json& event, faasd::Context& context) {
    std::vector<faasd::FunctionCall> calls;
    for (int n = 0; n < event.value("count", 0); ++n)
        calls.push_back({"sleeper", {{"n", n}, {"fail", n % 10 == 3}}});
    if (event.value("async", false)) {
        return context.invoke_async_all(calls);
    }
    json out = json::array();
    for (const auto& result : context.invoke_all(calls, event.value("at_once", 0U)))
        out.push_back(result.ok() ? result.payload() : json(result.error()->type() + " of " + result.error()->function()));
    return out;
}
FAASD_FUNCTION(many)

json left(const json&, faasd::Context& context) { return context.remaining_time().count() / 1000; }
FAASD_FUNCTION(left)

json writes(const json& event, faasd::Context& context) {
    try {
        context.table("narrow").put({{"id", "x"}});
        context.table("narrow").put({{"id", "y"}});
    } catch (const faasd::TooManyConnections& error) {
        return {{"refused", error.what()}};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{event.value("ms", 0)});
    return "written";
}
FAASD_FUNCTION(writes)

json connects(const json& event, faasd::Context& context) {
    try {
        {
            const auto database = context.connect("database");
            std::this_thread::sleep_for(std::chrono::milliseconds{event.value("ms", 0)});
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{event.value("then", 0)});
        return "connected";
    } catch (const faasd::TooManyConnections& error) {
        return {{"refused", error.detail()}};
    }
}
FAASD_FUNCTION(connects)
}  // namespace
)cpp";

constexpr const char* kApp = R"yaml(
functions:
  a: { source: calls.cpp, handler: hop, uses: [function:b, function:slow], timeout: 20s }
  b: { source: calls.cpp, handler: hop, uses: [function:c], timeout: 20s }
  c: { source: calls.cpp, handler: hop, uses: [function:a], timeout: 20s }
  slow: { source: calls.cpp, handler: hop, timeout: 500ms, uses: [function:left] }
  sleeper: calls.cpp
  many: { source: calls.cpp, uses: [function:sleeper], timeout: 20s }
  left: calls.cpp
  writes: { source: calls.cpp, uses: [table:narrow], timeout: 10s }
  connects: { source: calls.cpp, uses: [dependency:database] }
tables:
  narrow: { key: id, max_connections: 2 }
dependencies:
  database: 1
)yaml";

class Calls : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        folder = new TemporaryFolder;
        folder->write("calls.cpp", kSource);
        folder->write("faasd.yaml", kApp);
        daemon = new DaemonProcess(folder->path(), {"--ephemeral"});
    }
    static void TearDownTestSuite() {
        delete std::exchange(daemon, nullptr);
        delete std::exchange(folder, nullptr);
    }
    void SetUp() override {
        ASSERT_TRUE(eventually([&] { return call("sleeper", {{"ms", 0}}) == 0; }, 120s)) << daemon->log();
    }
    static json call(const std::string& function, const json& payload) { return call(*daemon, function, payload); }
    static json call(const DaemonProcess& at, const std::string& function, const json& payload) {
        return json::parse(at.control("POST", "functions/" + function + "/invocations", payload.dump()).body, nullptr,
                           false);
    }
    static json limit(const std::string& resource) {
        const json status = json::parse(daemon->control("GET", "status").body);
        for (const json& one : status.at("connection_limits"))
            if (one.at("resource") == resource) return one;
        return nullptr;
    }
    static TemporaryFolder* folder;
    static DaemonProcess* daemon;
};
TemporaryFolder* Calls::folder = nullptr;
DaemonProcess* Calls::daemon = nullptr;

TEST_F(Calls, an_error_that_nobody_catches_comes_up_the_chain_with_the_function_that_failed) {
    const json error = call("a", {{"path", {"b", "c"}}}).at("error");
    EXPECT_EQ(error["code"], "Bottom");
    EXPECT_EQ(error["message"], "there is no further");
    EXPECT_EQ(error["detail"]["function"], "c");
    EXPECT_EQ(error["detail"]["detail"], (json{{"depth", 2}}));
    EXPECT_EQ(error["detail"]["through"], (json{"a", "b"}));
    EXPECT_TRUE(eventually([&] { return daemon->log().find("Bottom: there is no further (in function c)") != std::string::npos; }));
}

TEST_F(Calls, a_callee_has_no_more_time_than_its_caller) {
    // By itself it has 30 s; slow, which waits for it here, has half a second.
    EXPECT_GT(call("left", {}).get<int>(), 20'000);
    const int left = call("a", {{"path", {"slow", "left"}}}).get<int>();
    EXPECT_GT(left, 0);
    EXPECT_LE(left, 500);
}

TEST_F(Calls, many_calls_at_once_are_gathered_in_order_each_with_its_answer_or_its_error) {
    const auto before = std::chrono::steady_clock::now();
    const json results = call("many", {{"count", 200}});
    EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
    ASSERT_EQ(results.size(), 200U) << results;
    for (int n = 0; n < 200; ++n)
        EXPECT_EQ(results[static_cast<std::size_t>(n)], n % 10 == 3 ? json("Unlucky of sleeper") : json(n));
}

TEST_F(Calls, fewer_may_be_asked_for_at_a_time) {
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(call("many", {{"count", 6}, {"at_once", 2}}).size(), 6U);
    EXPECT_GE(std::chrono::steady_clock::now() - before, 300ms);
}

TEST_F(Calls, many_asynchronous_calls_are_accepted_together_or_not_at_all) {
    EXPECT_EQ(call("many", {{"count", 50}, {"async", true}}).size(), 50U);
    const auto refused = daemon->operation(
        "function.invoke_async_all", {{"calls", {{{"function", "sleeper"}}, {{"function", "nobody"}}}}});
    EXPECT_EQ(refused["error"]["code"], "NoSuchFunction");
    const auto wrong = daemon->operation("function.invoke_async_all", {{"calls", {{{"functon", "sleeper"}}}}});
    EXPECT_EQ(wrong["error"]["code"], "InvalidParameter");
    EXPECT_EQ(daemon->operation("function.invoke_all", {{"calls", json::array()}})["error"]["code"],
              "InvalidParameter");
}

TEST_F(Calls, chains_deeper_than_the_pool_end_with_an_error_that_names_them) {
    DaemonProcess narrow(folder->path(), {"--ephemeral", "--workers", "4"});
    ASSERT_TRUE(eventually([&] { return call(narrow, "sleeper", {{"ms", 0}}) == 0; }, 120s)) << narrow.log();
    json path = json::array();
    for (int i = 0; i < 10; ++i)
        for (const char* next : {"b", "c", "a"})
            path.push_back(next);
    const auto before = std::chrono::steady_clock::now();
    const json error = call(narrow, "a", {{"path", path}}).at("error");
    EXPECT_LT(std::chrono::steady_clock::now() - before, 10s);
    EXPECT_EQ(error["code"], "WorkersExhausted");
    EXPECT_THAT(error["message"].get<std::string>(), HasSubstr("a → b → c → a"));
    EXPECT_THAT(error["message"].get<std::string>(), HasSubstr("--workers"));
    // Also with many at once, and afterwards it serves as before.
    std::vector<std::future<json>> all;
    for (int i = 0; i < 8; ++i)
        all.push_back(std::async(std::launch::async, [&] { return call(narrow, "a", {{"path", path}}); }));
    for (auto& one : all)
        EXPECT_TRUE(one.get().contains("error"));
    EXPECT_EQ(call(narrow, "sleeper", {{"ms", 0}}), 0);
}

TEST_F(Calls, a_deep_chain_is_no_problem_where_the_pool_may_grow) {
    json path = json::array();
    for (int i = 0; i < 10; ++i)
        for (const char* next : {"b", "c", "a"})
            path.push_back(next);
    EXPECT_EQ(call("a", {{"path", path}}).at("error").at("code"), "Bottom");
    for (int i = 0; i < 10; ++i)
        for (const char* next : {"b", "c", "a"})
            path.push_back(next);
    EXPECT_EQ(call("a", {{"path", path}}).at("error").at("code"), "RecursiveInvocationException");
}

TEST_F(Calls, a_table_with_all_its_connections_in_use_refuses_the_next_invocation) {
    auto first = std::async(std::launch::async, [&] { return call("writes", {{"ms", 1000}}); });
    auto second = std::async(std::launch::async, [&] { return call("writes", {{"ms", 1000}}); });
    ASSERT_TRUE(eventually([&] { return limit("table:narrow").at("in_use") == 2; }));
    const json refused = call("writes", json::object());
    EXPECT_THAT(refused.at("refused").get<std::string>(),
                HasSubstr("all 2 connections to table narrow are in use (by writes ×2)"));
    EXPECT_EQ(first.get(), "written");
    EXPECT_EQ(second.get(), "written");
    EXPECT_EQ(call("writes", json::object()), "written");
    EXPECT_EQ(limit("table:narrow").at("in_use"), 0);
    EXPECT_EQ(limit("table:narrow").at("peak"), 2);
    EXPECT_THAT(daemon->faasd({"status"}).out, HasSubstr("table:narrow"));
}

TEST_F(Calls, a_handle_to_a_dependency_is_held_as_long_as_it_lives) {
    auto first = std::async(std::launch::async, [&] { return call("connects", {{"ms", 500}, {"then", 500}}); });
    ASSERT_TRUE(eventually([&] { return limit("dependency:database").at("in_use") == 1; }));
    const json refused = call("connects", json::object());
    EXPECT_EQ(refused.at("refused").at("max_connections"), 1) << refused;
    EXPECT_EQ(refused.at("refused").at("holders"), (json{{"connects", 1}}));
    ASSERT_TRUE(eventually([&] { return limit("dependency:database").at("in_use") == 0; }));
    EXPECT_EQ(call("connects", json::object()), "connected");
    EXPECT_EQ(first.get(), "connected");
}

TEST_F(Calls, the_log_of_a_chain_is_found_by_its_trace) {
    call("a", {{"path", {"b", "c"}}});
    const auto all = daemon->faasd({"logs", "--json", "--function", "c"});
    const std::string last = all.out.substr(all.out.rfind('\n', all.out.size() - 2) + 1);
    const json entry = json::parse(last);
    EXPECT_EQ(entry["cause"], "invoke");
    EXPECT_EQ(entry["source"], "b");
    EXPECT_EQ(entry["result"], "error");
    const auto chain = daemon->faasd({"logs", "--json", "--trace", entry["trace"].get<std::string>()});
    std::vector<std::string> functions;
    std::istringstream lines(chain.out);
    for (std::string line; std::getline(lines, line);)
        functions.push_back(json::parse(line)["function"]);
    EXPECT_THAT(functions, ElementsAre("c", "b", "a"));
}

TEST_F(Calls, an_invocation_may_be_shown_with_its_own_log) {
    const auto shown = daemon->faasd({"invoke", "sleeper", "--logs", "--data", R"({"n": 42, "ms": 0})"});
    EXPECT_EQ(shown.out, "42\n");
    EXPECT_THAT(shown.err, HasSubstr("number 42"));
    EXPECT_THAT(shown.err, HasSubstr("sleeper (invoke control) ok in "));
    const auto failed = daemon->faasd({"invoke", "sleeper", "--logs", "--data", R"({"n": 43, "ms": 0, "fail": true})"});
    EXPECT_EQ(failed.exit_code, 1);
    EXPECT_THAT(failed.err, HasSubstr("Unlucky: number 43"));
    EXPECT_THAT(failed.err, HasSubstr("sleeper (invoke control) error in "));
}

TEST_F(Calls, a_reader_of_the_log_may_wait_and_a_stop_does_not_wait_for_it) {
    DaemonProcess other(folder->path(), {"--ephemeral"});
    ASSERT_TRUE(eventually([&] { return call(other, "sleeper", {{"ms", 0}}) == 0; }, 120s)) << other.log();
    const json seen = other.operation("log.read", json::object())["result"];
    auto waiting = std::async(std::launch::async, [&] {
        return other.operation("log.read", {{"after", seen["next"]}, {"wait_seconds", 20}, {"function", "sleeper"}});
    });
    EXPECT_EQ(call(other, "sleeper", {{"ms", 0}, {"n", 7}}), 7);
    EXPECT_EQ(waiting.get()["result"]["entries"][0]["message"], "number 7");
    auto left = std::async(std::launch::async, [&] {
        return other.operation("log.read", {{"after", 1'000'000}, {"wait_seconds", 20}, {"function", "none"}});
    });
    std::this_thread::sleep_for(100ms);
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(other.stop(), 0);
    EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
}

}  // namespace
