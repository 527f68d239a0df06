// A real daemon in front of another one.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/daemon_process.hpp"
#include "support/raw_client.hpp"
#include "support/workbench.hpp"

namespace {

using namespace faasd::test;
using testing::HasSubstr;

std::string router(std::uint16_t port, const std::string& more = "") {
    return "upstreams:\n  old: { url: http://127.0.0.1:" + std::to_string(port) +
           ", retries: 0 }\nroutes:\n  ANY /{rest+}: { upstream: old }\n" + more;
}

struct Upstream : testing::Test {
    DaemonProcess old{workbench("upstream-old"), {"--ephemeral"}};
    TemporaryFolder app;
};

TEST_F(Upstream, is_reached_through_a_route_and_its_end_is_told) {
    ASSERT_TRUE(serves(old)) << old.log();
    app.write("faasd.yaml", router(old.port()));
    DaemonProcess daemon(app.path(), {"--ephemeral"});
    ASSERT_TRUE(daemon.running()) << daemon.log();
    EXPECT_EQ(daemon.get("/hello/Ada").body, old.get("/hello/Ada").body);
    const auto status = nlohmann::json::parse(daemon.control("GET", "status").body);
    EXPECT_EQ(status["upstreams"][0]["name"], "old");
    EXPECT_EQ(status["upstreams"][0]["requests"], 1);
    old.kill();
    const auto answer = daemon.get("/hello/Ada");
    EXPECT_EQ(answer.status, 502U);
    EXPECT_THAT(answer.body, HasSubstr("refused the connection"));
    EXPECT_THAT(daemon.log(), HasSubstr("refused the connection"));
}

TEST_F(Upstream, finishes_what_is_under_way_when_the_configuration_changes_and_when_the_daemon_stops) {
    ASSERT_TRUE(serves(old)) << old.log();
    app.write("faasd.yaml", router(old.port()));
    DaemonProcess daemon(app.path(), {"--ephemeral"});
    ASSERT_TRUE(daemon.running()) << daemon.log();
    RawClient first(daemon.port()), second(daemon.port());
    const auto busy = [&](int calls) {
        return eventually([&] { return function_status(old, "slow").value("running", 0) == calls; });
    };
    const std::string slow = "GET /slow?ms=1500 HTTP/1.1\r\nHost: x\r\n\r\n";
    ASSERT_TRUE(first.send(slow));
    ASSERT_TRUE(busy(1));
    app.write("faasd.yaml", router(old.port(), "  GET /nowhere: { upstream: old }\n"));
    ASSERT_TRUE(eventually([&] { return daemon.log().find("was read again") != std::string::npos; }));
    EXPECT_THAT(first.receive(), testing::StartsWith("HTTP/1.1 200"));
    ASSERT_TRUE(second.send(slow));
    ASSERT_TRUE(busy(1));
    daemon.signal(SIGTERM);
    EXPECT_THAT(second.receive(), testing::StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(daemon.wait(), 0);
}

}  // namespace
