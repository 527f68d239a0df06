// Each example checks itself; here they are held to it.
#include <gtest/gtest.h>

#include "support/daemon_process.hpp"

namespace {

class Example : public testing::TestWithParam<const char*> {};

TEST_P(Example, passes_its_own_check) {
    const std::string check = std::string(FAASD_SOURCE_DIR "/examples/") + GetParam() + "/check";
    const auto result = faasd::test::run({check}, "/", {}, {{"FAASD", FAASD_EXECUTABLE}});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}
INSTANTIATE_TEST_SUITE_P(All, Example, testing::Values("quickstart", "endpoint", "thumbnailer"),
                         [](const auto& which) { return std::string(which.param); });

}  // namespace
