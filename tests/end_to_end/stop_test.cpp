// How a daemon ends that was told to, whatever it is at.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include <gmock/gmock.h>

#include "support/workbench.hpp"

namespace {

using namespace faasd::test;

TEST(Stop, lets_the_running_call_finish_and_ends_with_0) {
    DaemonProcess daemon(workbench("serve"), {"--ephemeral"});
    ASSERT_TRUE(serves(daemon)) << daemon.log();
    unsigned status = 0;
    std::jthread caller([&] { status = daemon.get("/slow?ms=800").status; });
    ASSERT_TRUE(eventually([&] { return function_status(daemon, "slow")["running"] == 1; }));
    EXPECT_EQ(daemon.stop(), 0) << daemon.log();
    caller.join();
    EXPECT_EQ(status, 200U);
}

TEST(Stop, waits_no_longer_than_the_grace_period) {
    DaemonProcess daemon(workbench("serve"), {"--ephemeral", "--grace", "300ms"});
    ASSERT_TRUE(serves(daemon)) << daemon.log();
    const std::jthread caller([&] { (void)daemon.get("/slow?ms=20000"); });
    ASSERT_TRUE(eventually([&] { return function_status(daemon, "slow")["running"] == 1; }));
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(daemon.stop(), 0) << daemon.log();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{5});
}

TEST(Stop, by_a_second_signal_is_at_once) {
    DaemonProcess daemon(workbench("serve"), {"--ephemeral"});
    ASSERT_TRUE(serves(daemon)) << daemon.log();
    const std::jthread caller([&] { (void)daemon.get("/slow?ms=20000"); });
    ASSERT_TRUE(eventually([&] { return function_status(daemon, "slow")["running"] == 1; }));
    const auto begun = std::chrono::steady_clock::now();
    daemon.signal(SIGINT);
    ASSERT_TRUE(eventually([&] { return daemon.log().find("stopping") != std::string::npos; }));
    daemon.signal(SIGINT);
    EXPECT_EQ(daemon.wait(), 1) << "work was cut off";
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{4});
}

// A compiler that takes its time.
std::filesystem::path slow_compiler(const TemporaryFolder& folder) {
    folder.write("slow-c++", "#!/bin/sh\nexec sleep 30\n");
    const auto file = folder.path() / "slow-c++";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return file;
}

TEST(Stop, during_the_start_is_not_kept_waiting_for_a_compiler) {
    TemporaryFolder app;
    app.write("f.cpp", "not looked at");
    app.write("faasd.yaml", "functions: { f: f.cpp }\n");
    const auto begun = std::chrono::steady_clock::now();
    const auto ended = run({"sh", "-c",
                            std::string(FAASD_EXECUTABLE) + " serve . --port 0 --control-port 0 > log 2>&1 & "
                            "while ! grep -q compiling log; do sleep 0.05; done; kill -TERM $!; wait $!"},
                           app.path(), {}, {{"CXX", slow_compiler(app).string()}});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{10});
}

TEST(Stop, during_a_reload_is_not_kept_waiting_for_a_compiler) {
    TemporaryFolder app;
    const std::string yaml = "functions:\n  echo: { module: \"" FAASD_ECHO_MODULE "\" }\n";
    app.write("faasd.yaml", yaml);
    app.write("f.cpp", "not looked at");
    ::setenv("CXX", slow_compiler(app).c_str(), 1);
    DaemonProcess daemon(app.path());
    ::unsetenv("CXX");
    ASSERT_TRUE(daemon.running()) << daemon.log();
    app.write("faasd.yaml", yaml + "  f: f.cpp\n");
    ASSERT_TRUE(eventually([&] { return daemon.log().find("compiling f.cpp") != std::string::npos; })) << daemon.log();
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(daemon.stop(), 0) << daemon.log();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{5}) << daemon.log();
}

}  // namespace
