// The app's port, seen through a function that answers with what it was asked.
#include <sys/resource.h>

#include <memory>

#include <gmock/gmock.h>

#include "base/digest.hpp"
#include "support/daemon_process.hpp"
#include "support/raw_client.hpp"

namespace {

using namespace faasd::test;
using nlohmann::json;
using testing::HasSubstr;

const std::string kFunction = "functions:\n  echo: { module: \"" FAASD_ECHO_MODULE "\" }\n";

class Http : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        app = new TemporaryFolder;
        app->write("faasd.yaml", kFunction + R"(routes:
  ANY /any/{rest+}: echo
  GET /only/{id}: echo
  POST /only/{id}: echo
cors: { allow_origins: ["https://shop.example"], allow_methods: [GET, POST], max_age: 10m }
http: { max_body: 1MiB, max_connections: 20000 }
)");
        daemon = new DaemonProcess(app->path(), {"--ephemeral"});
    }
    static void TearDownTestSuite() {
        delete daemon;
        delete app;
    }
    void SetUp() override { ASSERT_TRUE(daemon->running()) << daemon->log(); }
    static TemporaryFolder* app;
    static DaemonProcess* daemon;
};
TemporaryFolder* Http::app = nullptr;
DaemonProcess* Http::daemon = nullptr;

TEST_F(Http, method_path_query_headers_and_body_reach_the_function_as_they_were_sent) {
    std::string bytes;
    for (int i = 0; i < 256; ++i)
        bytes += static_cast<char>(i);
    for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
        const std::string body = method == "GET" ? "" : bytes;
        const auto response =
            daemon->request(method, "/any/a%20b/c?x=1&x=%26&y", body, {{"X-Thing", "one"}, {"Cookie", "a=1; b=2"}});
        ASSERT_EQ(response.status, 200U) << method;
        const json seen = json::parse(response.body);
        EXPECT_EQ(seen["method"], method);
        EXPECT_EQ(seen["path"], "/any/a%20b/c");
        EXPECT_EQ(seen["raw_query"], "x=1&x=%26&y");
        EXPECT_EQ(seen["body_base64"], faasd::base::base64_encode(body));
        EXPECT_THAT(seen["headers"].dump(), HasSubstr("\"one\""));
        EXPECT_THAT(seen["headers"].dump(), HasSubstr("a=1; b=2"));
    }
}

TEST_F(Http, status_and_headers_of_the_function_reach_the_client) {
    for (const unsigned status : {200U, 201U, 404U, 418U, 500U, 599U})
        EXPECT_EQ(daemon->get("/any/x?status=" + std::to_string(status)).status, status);
    const auto response = daemon->get("/any/x?header=X-One:1&header=Location:%2Felsewhere");
    EXPECT_EQ(response.header("X-One"), "1");
    EXPECT_EQ(response.header("Location"), "/elsewhere");
    EXPECT_FALSE(response.header("Date").empty());
    EXPECT_EQ(daemon->get("/any/x?status=99").status, 502U) << "what the function throws";
}

TEST_F(Http, a_body_over_the_limit_is_413_and_one_at_the_limit_is_not) {
    EXPECT_EQ(daemon->request("POST", "/any/x", std::string(1 << 20, 'x')).status, 200U);
    EXPECT_EQ(daemon->request("POST", "/any/x", std::string((1 << 20) + 1, 'x')).status, 413U);
    EXPECT_EQ(daemon->request("POST", "/any/x", "", {{"X-Large", std::string(40'000, 'x')}}).status, 431U);
}

TEST_F(Http, head_is_get_without_the_body) {
    RawClient client(daemon->port());
    ASSERT_TRUE(client.send("HEAD /any/x HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    const std::string head = client.receive(false);
    EXPECT_THAT(head, HasSubstr("HTTP/1.1 200"));
    EXPECT_THAT(head, HasSubstr("Content-Length: "));
    EXPECT_TRUE(client.get("/any/after").starts_with("HTTP/1.1 200")) << "no byte of a body was between them";
}

TEST_F(Http, an_unknown_path_is_404_and_an_unknown_method_405_with_what_is_allowed) {
    EXPECT_EQ(daemon->get("/nothing").status, 404U);
    const auto response = daemon->request("DELETE", "/only/1", "");
    EXPECT_EQ(response.status, 405U);
    EXPECT_THAT(response.header("Allow"), HasSubstr("GET"));
    EXPECT_THAT(response.header("Allow"), HasSubstr("POST"));
    EXPECT_EQ(response.header("Allow").find("DELETE"), std::string::npos);
}

TEST_F(Http, a_browser_of_an_allowed_origin_gets_its_preflight_answered_and_others_do_not) {
    const auto preflight = [](const std::string& origin) {
        return daemon->request("OPTIONS", "/only/1", "",
                               {{"Origin", origin}, {"Access-Control-Request-Method", "POST"}});
    };
    const auto allowed = preflight("https://shop.example");
    EXPECT_EQ(allowed.status / 100, 2U);
    EXPECT_EQ(allowed.header("Access-Control-Allow-Origin"), "https://shop.example");
    EXPECT_THAT(allowed.header("Access-Control-Allow-Methods"), HasSubstr("POST"));
    EXPECT_EQ(allowed.header("Access-Control-Max-Age"), "600");
    EXPECT_EQ(preflight("https://evil.example").header("Access-Control-Allow-Origin"), "");
    EXPECT_EQ(daemon->request("GET", "/only/1", "", {{"Origin", "https://shop.example"}})
                  .header("Access-Control-Allow-Origin"),
              "https://shop.example");
}

TEST_F(Http, ten_thousand_idle_connections_leave_room_for_one_that_works) {
    constexpr rlim_t kConnections = 10'000;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_max < kConnections + 200)
        GTEST_SKIP() << "this process may open only " << limit.rlim_max << " files";
    const rlimit before = limit;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    {
        std::vector<std::unique_ptr<RawClient>> idle;
        for (rlim_t i = 0; i < kConnections; ++i) {
            idle.push_back(std::make_unique<RawClient>(daemon->port()));
            ASSERT_EQ(idle.back()->connect_error(), 0) << "connection " << i;
        }
        EXPECT_TRUE(RawClient(daemon->port()).get("/any/one-more").starts_with("HTTP/1.1 200"));
        EXPECT_TRUE(idle.front()->get("/any/first").starts_with("HTTP/1.1 200"));
        EXPECT_TRUE(idle.back()->get("/any/last").starts_with("HTTP/1.1 200"));
    }
    ::setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_EQ(daemon->get("/any/x").status, 200U);
}

TEST(HttpLimit, a_connection_too_many_is_refused_clearly_and_those_that_are_there_go_on) {
    TemporaryFolder app;
    app.write("faasd.yaml", kFunction + "routes:\n  GET /x: echo\nhttp: { max_connections: 5 }\n");
    DaemonProcess daemon(app.path(), {"--ephemeral"});
    ASSERT_TRUE(daemon.running()) << daemon.log();
    std::vector<std::unique_ptr<RawClient>> held;
    for (int i = 0; i < 5; ++i) {
        held.push_back(std::make_unique<RawClient>(daemon.port()));
        ASSERT_TRUE(held.back()->get("/x").starts_with("HTTP/1.1 200"));
    }
    EXPECT_THAT(RawClient(daemon.port()).get("/x"), testing::StartsWith("HTTP/1.1 503"));
    EXPECT_TRUE(held.front()->get("/x").starts_with("HTTP/1.1 200"));
    held.pop_back();
    EXPECT_TRUE(eventually([&] { return daemon.get("/x").status == 200; })) << "once there is room again";
}

}  // namespace
