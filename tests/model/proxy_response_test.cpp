#include "model/proxy_response.hpp"

#include <string>

#include <gtest/gtest.h>

namespace faasd::model {
namespace {

TEST(ProxyResponse, refuses_a_status_that_is_too_deep_to_be_told) {
    const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
    const auto response = parse_proxy_response(R"({"statusCode":)" + deep + "}");
    ASSERT_TRUE(response.has_error());
    EXPECT_EQ(response.error().message, "the answer is not JSON, or nested too deep");
}

}  // namespace
}  // namespace faasd::model
