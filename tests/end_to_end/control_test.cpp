// What the doors refuse: forged requests, unknown names, malformed bodies, calls over their limits.
#include <thread>

#include <gmock/gmock.h>

#include "support/workbench.hpp"

namespace {

using namespace faasd::test;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class Control : public testing::Test {
  protected:
    static void SetUpTestSuite() { daemon = new DaemonProcess(workbench("control"), {"--ephemeral"}); }
    static void TearDownTestSuite() {
        delete daemon;
        daemon = nullptr;
    }
    void SetUp() override { ASSERT_TRUE(serves(*daemon)) << daemon->log(); }

    static faasd::gateway::ClientResponse send(const std::string& method, const std::string& path,
                                               const std::string& body,
                                               std::vector<std::pair<std::string, std::string>> headers = {}) {
        faasd::gateway::ClientRequest request;
        request.port = daemon->control_port();
        request.method = method;
        request.target = path;
        request.body = body;
        request.headers = std::move(headers);
        auto response = faasd::gateway::fetch(request);
        return response ? std::move(*response) : faasd::gateway::ClientResponse{};
    }
    static json error_of(const faasd::gateway::ClientResponse& response) {
        const json body = json::parse(response.body, nullptr, false);
        return body.is_object() && body.contains("error") ? body["error"] : json();
    }
    static std::size_t messages() {
        return daemon->operation("queue.peek", {{"queue", "jobs"}})["result"]["messages"].size();
    }
    static DaemonProcess* daemon;
};
DaemonProcess* Control::daemon = nullptr;

TEST_F(Control, a_request_that_a_web_page_could_forge_is_403_and_changes_nothing) {
    const std::string path = "/_faasd/v1/queues/jobs/messages";
    const std::string port = std::to_string(daemon->control_port());
    for (const std::pair<std::string, std::string>& forged :
         {std::pair<std::string, std::string>{"Origin", "https://evil.example"},
          {"Origin", "null"},
          {"Origin", "http://127.0.0.1:1"},
          {"Host", "evil.example:" + port},
          {"Host", "127.0.0.1.evil.example:" + port},
          {"Sec-Fetch-Site", "cross-site"},
          {"Sec-Fetch-Site", "same-site"}}) {
        const auto response = send("POST", path, "forged", {forged});
        EXPECT_EQ(response.status, 403U) << forged.first << ": " << forged.second;
        EXPECT_EQ(error_of(response)["code"], "Forbidden");
        EXPECT_EQ(send("POST", "/_faasd/v1/reset", "", {forged}).status, 403U);
    }
    EXPECT_EQ(messages(), 0U);
    EXPECT_EQ(send("GET", "/_faasd/v1/health", "", {{"Host", "localhost:" + port}}).status, 200U);
    EXPECT_EQ(send("GET", "/_faasd/v1/health", "", {{"Origin", "http://127.0.0.1:" + port}}).status, 200U)
        << "its own pages may";
}

TEST_F(Control, what_is_not_there_is_404_with_its_name) {
    struct Case {
        const char *path, *body, *code, *named;
    };
    for (const Case& one : {Case{"operations/queue.sned", "{}", "NoSuchOperation", "did you mean 'queue.send'?"},
                            {"operations/queue.send", R"({"queue": "nojobs", "$body": "x"})", "NoSuchQueue", "nojobs"},
                            {"operations/queue.purge", R"({"queue": "nojobs"})", "NoSuchQueue", "nojobs"},
                            {"operations/bucket.list", R"({"bucket": "nofiles"})", "NoSuchBucket", "nofiles"},
                            {"operations/bucket.get", R"({"bucket": "files", "key": "gone"})", "NoSuchKey", "gone"},
                            {"operations/table.get", R"({"table": "nonotes", "key": "1", "plain": true})",
                             "ResourceNotFoundException", "nonotes"},
                            {"functions/helo/invocations", "{}", "NoSuchFunction", "hello"},
                            {"functions/helo/invocations?async=true", "{}", "NoSuchFunction", "helo"},
                            {"nothing", "{}", "NotFound", "/_faasd/v1/"}}) {
        const auto response = send("POST", std::string("/_faasd/v1/") + one.path, one.body);
        EXPECT_EQ(response.status, 404U) << one.path << ' ' << response.body;
        EXPECT_EQ(error_of(response)["code"], one.code) << one.path;
        EXPECT_THAT(response.body, HasSubstr(one.named));
    }
    EXPECT_EQ(send("GET", "/_faasd/v1/buckets/files/objects/gone", "").status, 404U);
    EXPECT_EQ(send("PUT", "/_faasd/v1/buckets/nofiles/objects/x", "bytes").status, 404U);
    EXPECT_EQ(send("GET", "/_faasd/", "").status, 404U);
    EXPECT_EQ(daemon->operation("table.get", {{"table", "notes"}, {"key", "9"}, {"plain", true}})["result"]["item"],
              nullptr)
        << "an item that is not there is no error";
}

TEST_F(Control, what_is_malformed_is_400_says_what_is_wrong_and_changes_nothing) {
    struct Case {
        const char *path, *body, *said;
    };
    for (const Case& one :
         {Case{"operations/queue.send", "{", "JSON object"},
          {"operations/queue.send", "[]", "JSON object"},
          {"operations/queue.send", "{}", "'queue' is missing"},
          {"operations/queue.send", R"({"queue": 5})", "'queue' must be a string"},
          {"operations/queue.send", R"({"queue": "jobs", "dealy_seconds": 1, "$body": "x"})", "'delay_seconds'"},
          {"operations/queue.send", R"({"queue": "jobs", "delay_seconds": -1, "$body": "x"})", "delay_seconds"},
          {"operations/queue.send", R"({"queue": "jobs", "$body_base64": "%%"})", "base64"},
          {"operations/queue.receive", R"({"queue": "jobs", "max_messages": 11})", "10"},
          {"operations/queue.send", R"({"queue": "orders.fifo", "$body": "x"})", "a message needs a group id"},
          {"operations/table.put", R"({"table": "notes", "item": {"name": "no key"}, "plain": true})", "id"},
          {"operations/table.put", R"({"table": "pairs", "item": {"left": "a", "right": "b"}, "plain": true})", "right"},
          {"operations/table.put", R"({"table": "notes", "item": {"id": "1"}, "plain": true, "condition": "id ="})",
           "ondition"},
          {"functions/reverse/invocations", "{not json", "JSON"}}) {
        const auto response = send("POST", std::string("/_faasd/v1/") + one.path, one.body);
        EXPECT_EQ(response.status, 400U) << one.path << ' ' << one.body << ' ' << response.body;
        EXPECT_THAT(response.body, HasSubstr(one.said)) << one.path << ' ' << one.body;
    }
    EXPECT_EQ(messages(), 0U);
    EXPECT_EQ(daemon->operation("table.scan", {{"table", "notes"}, {"plain", true}})["result"]["items"].size(), 0U);
}

TEST_F(Control, what_is_too_large_is_413_and_not_stored) {
    const std::string large(7 << 20, 'x');
    EXPECT_EQ(send("POST", "/_faasd/v1/functions/reverse/invocations", '"' + large + '"').status, 413U);
    EXPECT_EQ(daemon->request("POST", "/hello/Ada", large).status, 405U) << "refused before its body";
    const auto message = send("POST", "/_faasd/v1/queues/jobs/messages", std::string((1 << 20) + 1, 'x'));
    EXPECT_EQ(message.status, 413U);
    EXPECT_EQ(error_of(message)["code"], "MessageTooLong");
    EXPECT_EQ(messages(), 0U);
}

TEST_F(Control, a_caller_over_the_concurrency_limit_gets_429_and_the_next_one_is_served) {
    std::jthread first([] { EXPECT_EQ(daemon->get("/lonely?ms=1500").status, 200U); });
    ASSERT_TRUE(eventually([] { return function_status(*daemon, "lonely")["running"] == 1; }));
    const auto second = daemon->get("/lonely?ms=1");
    EXPECT_EQ(second.status, 429U);
    EXPECT_EQ(second.header("Retry-After"), "1");
    EXPECT_THAT(second.body, AllOf(HasSubstr("lonely"), HasSubstr("concurrency")));
    first.join();
    EXPECT_EQ(daemon->get("/lonely?ms=1").status, 200U);
    EXPECT_EQ(function_status(*daemon, "lonely")["throttled"], 1);
}

TEST_F(Control, a_call_over_its_timeout_is_answered_504_at_once) {
    const auto begun = std::chrono::steady_clock::now();
    const auto response = daemon->get("/brief?ms=4000");
    EXPECT_EQ(response.status, 504U);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{3});
    EXPECT_FALSE(json::parse(response.body)["requestId"].get<std::string>().empty());
    EXPECT_EQ(daemon->get("/brief?ms=1").status, 200U) << "others are not disturbed";
    EXPECT_EQ(function_status(*daemon, "brief")["timeouts"], 1);
}

TEST_F(Control, what_a_function_throws_is_502_with_type_and_message) {
    const auto response = daemon->get("/fail");
    EXPECT_EQ(response.status, 502U);
    const json body = json::parse(response.body);
    EXPECT_EQ(body["errorType"], "std::runtime_error");
    EXPECT_EQ(body["errorMessage"], "it went wrong");
    EXPECT_EQ(body["requestId"], response.header("x-faasd-request-id"));
    EXPECT_EQ(json::parse(daemon->get("/fail?how=named").body)["errorType"], "OutOfStock");
}

TEST_F(Control, a_resource_that_is_not_granted_is_refused_with_the_line_to_add) {
    const auto response = daemon->get("/trespass");
    EXPECT_EQ(response.status, 502U);
    const json body = json::parse(response.body);
    EXPECT_EQ(body["errorType"], "AccessDenied");
    EXPECT_THAT(body["errorMessage"].get<std::string>(),
                HasSubstr("add `table:notes` to functions.trespass.uses in faasd.yaml"));
}

TEST_F(Control, an_answer_of_garbage_never_ends_the_daemon) {
    const auto response = daemon->get("/garbage");
    EXPECT_EQ(response.status, 200U) << "a string from a handler of HTTP requests is text, whatever is in it";
    EXPECT_EQ(response.header("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(daemon->get("/hello/Ada").status, 200U);
}

// Modules that cannot be loaded: the daemon serves what it can, and says what is wrong with the rest.
TEST(BrokenModule, is_503_with_the_reason_and_status_shows_it) {
    TemporaryFolder app;
    app.write("text.so", "this is no module\n");
    app.write("empty.so", "");
    app.write("faasd.yaml", "functions:\n  echo: { module: \"" FAASD_ECHO_MODULE "\" }\n"
                            "  misnamed: { module: \"" FAASD_ECHO_MODULE "\", handler: ecko }\n"
                            "  text: text.so\n  empty: empty.so\n  gone: gone.so\n"
                            "routes:\n  GET /echo: echo\n  GET /misnamed: misnamed\n  GET /text: text\n"
                            "  GET /empty: empty\n  GET /gone: gone\n");
    DaemonProcess daemon(app.path(), {"--ephemeral"});
    ASSERT_TRUE(daemon.running()) << daemon.log();
    EXPECT_EQ(daemon.get("/echo").status, 200U);
    const auto says = [&](const std::string& function, const std::string& reason) {
        const auto response = daemon.get('/' + function);
        EXPECT_EQ(response.status, 503U) << function;
        EXPECT_THAT(response.body, HasSubstr(reason));
        EXPECT_THAT(function_status(daemon, function)["error"].get<std::string>(), HasSubstr(reason));
        EXPECT_EQ(function_status(daemon, function)["state"], "failed");
        EXPECT_THAT(daemon.log(), HasSubstr(reason));
    };
    says("misnamed", "did you mean echo?");
    says("text", "text.so");
    says("empty", "empty.so");
    says("gone", "gone.so");

    // As soon as it is there, it is served.
    std::filesystem::copy_file(FAASD_ECHO_MODULE, app.path() / "build.tmp");
    std::filesystem::rename(app.path() / "build.tmp", app.path() / "gone.so");
    EXPECT_TRUE(eventually([&] { return function_status(daemon, "gone")["error"].dump().find("echo") != std::string::npos; }))
        << "gone.so has no handler 'gone', and says which it has: " << function_status(daemon, "gone");
}

TEST(BrokenModule, names_another_abi_version_a_missing_symbol_and_a_missing_library) {
    TemporaryFolder app;
    app.write("module.cpp", R"cpp(#include <faasd/abi.h>
#ifdef NEEDS
extern "C" void NEEDS();
#else
static void NEEDS() {}
#endif
#ifndef ABI
#define ABI FAASD_ABI_VERSION
#endif
static void invoke(const faasd_host*, faasd_call*, const faasd_event*) { NEEDS(); }
static const faasd_function it = {sizeof it, "it", FAASD_EVENT_PAYLOAD, "json", invoke};
static const faasd_function* const functions[] = {&it};
static const faasd_module module = {sizeof module, ABI, "test", functions, 1, nullptr};
extern "C" const faasd_module* faasd_module_descriptor() { return &module; }
)cpp");
    app.write("gone.cpp", "extern \"C\" void from_a_library() {}\n");
    const auto build = [&](const std::string& source, const std::string& out, std::vector<std::string> more) {
        std::vector<std::string> command{"c++", "-shared", "-fPIC", "-I", FAASD_SOURCE_DIR "/include", source, "-o", out};
        command.insert(command.end(), more.begin(), more.end());
        const auto result = run(command, app.path());
        ASSERT_EQ(result.exit_code, 0) << result.err;
    };
    build("gone.cpp", "libgone.so", {});
    build("module.cpp", "newer.so", {"-DABI=99"});
    build("module.cpp", "symbol.so", {"-DNEEDS=defined_nowhere"});
    build("module.cpp", "library.so", {"-DNEEDS=from_a_library", "-L.", "-lgone"});
    std::filesystem::remove(app.path() / "libgone.so");
    app.write("faasd.yaml", "functions:\n"
                            "  newer: { module: newer.so, handler: it }\n"
                            "  symbol: { module: symbol.so, handler: it }\n"
                            "  library: { module: library.so, handler: it }\n"
                            "routes:\n  GET /newer: newer\n  GET /symbol: symbol\n  GET /library: library\n");
    DaemonProcess daemon(app.path(), {"--ephemeral"});
    ASSERT_TRUE(daemon.running()) << daemon.log();
    const auto says = [&](const std::string& function, const std::vector<std::string>& words) {
        const auto response = daemon.get('/' + function);
        EXPECT_EQ(response.status, 503U) << function;
        for (const std::string& word : words) {
            EXPECT_THAT(response.body, HasSubstr(word));
            EXPECT_THAT(daemon.log(), HasSubstr(word));
            EXPECT_THAT(daemon.faasd({"status"}).out, HasSubstr(word));
        }
    };
    says("newer", {"newer.so was built for version 99 of the function ABI", "rebuild it"});
    says("symbol", {"symbol.so", "undefined symbol: defined_nowhere", "link what it needs"});
    says("library", {"library.so", "libgone.so", "A library that it depends on is not installed"});
}

}  // namespace
