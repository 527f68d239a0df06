// faasd init: each template is a project that serves as it is.
#include <gmock/gmock.h>

#include "support/workbench.hpp"

namespace {

using namespace faasd::test;
using testing::HasSubstr;

// One folder for all projects; each is served from its source.
std::filesystem::path project(const TemporaryFolder& folder, const std::string& name, const std::string& kind) {
    const auto result = run_faasd({"init", name, "--template", kind}, folder.path());
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("Now: faasd serve " + name));
    return folder.path() / name;
}

TEST(Init, the_http_template_answers) {
    TemporaryFolder folder;
    DaemonProcess daemon(project(folder, "greeter", "http"), {"--ephemeral"});
    ASSERT_TRUE(daemon.running()) << daemon.log();
    EXPECT_TRUE(eventually([&] { return daemon.get("/hello/Ada").body.find("Ada") != std::string::npos; },
                           std::chrono::minutes{2}))
        << daemon.log();
}

TEST(Init, the_queue_template_works_a_job_off) {
    TemporaryFolder folder;
    DaemonProcess daemon(project(folder, "jobs", "queue"), {"--ephemeral"});
    ASSERT_TRUE(daemon.running()) << daemon.log();
    ASSERT_TRUE(eventually([&] { return daemon.request("POST", "/jobs", R"({"n": 1})").status == 202; },
                           std::chrono::minutes{2}))
        << daemon.log();
    EXPECT_TRUE(eventually([&] { return daemon.faasd({"table", "scan", "done"}).out.find("\"n\":1") != std::string::npos; }))
        << daemon.log();
}

TEST(Init, the_timer_template_has_a_function_that_runs) {
    TemporaryFolder folder;
    const auto path = project(folder, "clock", "timer");
    const std::string yaml = folder.read("clock/faasd.yaml");
    ASSERT_THAT(yaml, HasSubstr("rate: 1 minute"));
    folder.write("clock/faasd.yaml", std::string(yaml).replace(yaml.find("1 minute"), 8, "1 second"));
    DaemonProcess daemon(path, {"--ephemeral"});
    ASSERT_TRUE(daemon.running()) << daemon.log();
    EXPECT_TRUE(eventually([&] { return daemon.log().find("every-minute was due at") != std::string::npos; },
                           std::chrono::minutes{2}))
        << daemon.log();
}

TEST(Init, what_is_there_already_is_never_written_over) {
    TemporaryFolder folder;
    folder.write("mine/faasd.yaml", "precious");
    const auto result = run_faasd({"init", "mine"}, folder.path());
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("mine is there already"));
    EXPECT_EQ(folder.read("mine/faasd.yaml"), "precious");
}

TEST(Init, a_name_or_template_that_cannot_be_is_wrong_usage) {
    TemporaryFolder folder;
    EXPECT_EQ(run_faasd({"init", "../elsewhere"}, folder.path()).exit_code, 2);
    EXPECT_EQ(run_faasd({"init", "a b"}, folder.path()).exit_code, 2);
    EXPECT_EQ(run_faasd({"init", "x", "--template", "htpp"}, folder.path()).exit_code, 2);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
