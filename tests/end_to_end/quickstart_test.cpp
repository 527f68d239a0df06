// The smallest whole: one file, one function, one route.
#include <csignal>

#include <gmock/gmock.h>

#include "support/daemon_process.hpp"

namespace {

using namespace faasd::test;
using testing::HasSubstr;

TEST(Quickstart, a_source_file_is_compiled_and_answers) {
    TemporaryFolder app;
    std::filesystem::copy(FAASD_SOURCE_DIR "/examples/quickstart", app.path(),
                          std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
    DaemonProcess daemon(app.path());
    ASSERT_TRUE(daemon.running()) << daemon.log();
    const auto response = daemon.get("/hello/Ada");
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.body, R"({"message":"Hello, Ada!"})");
    // The banner comes last.
    EXPECT_TRUE(eventually([&] { return daemon.log().find("Ready.") != std::string::npos; })) << daemon.log();
    EXPECT_THAT(daemon.log(), HasSubstr("GET /hello/{name}"));
    EXPECT_EQ(daemon.stop(), 0) << daemon.log();
}

}  // namespace
