#include "model/invocation_json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace faasd::model {
namespace {

using nlohmann::json;

TEST(PayloadOf, an_http_response_is_the_proxy_response_format_2_0) {
    Outcome outcome;
    HttpResponse response = HttpResponse::json(201, "{}");
    response.headers.emplace_back("Set-Cookie", "a=1");
    response.headers.emplace_back("X-Two", "1");
    response.headers.emplace_back("x-two", "2");
    outcome.response = std::move(response);
    EXPECT_EQ(json::parse(payload_of(std::move(outcome))),
              json({{"statusCode", 201},
                    {"headers", {{"content-type", "application/json"}, {"x-two", "1,2"}}},
                    {"cookies", {"a=1"}},
                    {"body", "{}"},
                    {"isBase64Encoded", false}}));
}

TEST(PayloadOf, bytes_that_are_no_text_become_base64) {
    Outcome outcome;
    outcome.response = HttpResponse::text(200, "\xff");
    const json payload = json::parse(payload_of(std::move(outcome)));
    EXPECT_EQ(payload["body"], "/w==");
    EXPECT_EQ(payload["isBase64Encoded"], true);
}

}  // namespace
}  // namespace faasd::model
