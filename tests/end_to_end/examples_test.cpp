// Each example checks itself; here they are held to it. CTest runs each as a test of its own.
#include <gtest/gtest.h>

#include "support/examples.hpp"

namespace {

using namespace faasd::test;

class Example : public testing::TestWithParam<std::string> {};
class DatabaseExample : public testing::TestWithParam<std::string> {};

TEST_P(Example, passes_its_check) {
    const auto result = check_example(GetParam());
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

TEST_P(DatabaseExample, passes_its_check_with_postgresql) {
    const auto result = check_example(GetParam(), {"--database", "postgresql"});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

const auto kName = [](const auto& which) { return identifier(which.param); };
INSTANTIATE_TEST_SUITE_P(All, Example, testing::ValuesIn(examples_with("faasd.yaml")), kName);
INSTANTIATE_TEST_SUITE_P(All, DatabaseExample, testing::ValuesIn(examples_with("postgresql.yaml")), kName);

}  // namespace
