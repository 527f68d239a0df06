// The end state of every example is the same although the daemon dies in mid-run, and although a fifth of the calls fail.
#include <gmock/gmock.h>

#include "support/examples.hpp"

namespace {

using namespace faasd::test;

class BrokenExample : public testing::TestWithParam<std::string> {};

TEST_P(BrokenExample, passes_its_check_though_the_daemon_is_killed) {
    const auto result = check_example(GetParam(), {"--kill", "3"});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
    EXPECT_THAT(result.out, testing::ContainsRegex("passed in .*, killed [1-9]")) << "a check that is over first shows nothing";
}

TEST_P(BrokenExample, passes_its_check_though_calls_fail) {
    const auto result = check_example(GetParam(), {"--fail-rate", "0.2"});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

INSTANTIATE_TEST_SUITE_P(All, BrokenExample, testing::ValuesIn(examples_with("faasd.yaml")),
                         [](const auto& which) { return identifier(which.param); });

}  // namespace
