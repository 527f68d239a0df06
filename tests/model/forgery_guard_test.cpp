#include "model/forgery_guard.hpp"

#include <gtest/gtest.h>

namespace faasd::model {
namespace {

bool refused(const ForgeryGuard& guard, std::string_view host, std::vector<HttpField> headers = {}) {
    model::HttpRequest request;
    request.host = host;
    request.headers = headers;
    return guard.refusal(request).has_value();
}

TEST(ForgeryGuard, answers_to_loopback_names_and_to_addresses) {
    const ForgeryGuard guard;
    for (const char* host : {"localhost", "LOCALHOST:4566", "127.0.0.1:4566", "[::1]:4566", "app.localhost", "10.0.0.7"})
        EXPECT_FALSE(refused(guard, host)) << host;
}

TEST(ForgeryGuard, refuses_a_name_that_was_made_to_point_here) {
    const ForgeryGuard guard;
    for (const char* host : {"evil.example", "evil.example:4566", "localhost.evil.example", "127.0.0.1.evil.example",
                             "notlocalhost", ""})
        EXPECT_TRUE(refused(guard, host)) << host;
    EXPECT_FALSE(refused(ForgeryGuard({"box.lan"}), "box.lan:4566"));
}

TEST(ForgeryGuard, refuses_pages_of_other_sites_and_admits_its_own) {
    const ForgeryGuard guard;
    EXPECT_TRUE(refused(guard, "localhost:4566", {{"Origin", "https://evil.example"}}));
    EXPECT_TRUE(refused(guard, "localhost:4566", {{"Origin", "http://localhost:3000"}}));
    EXPECT_TRUE(refused(guard, "localhost:4566", {{"Origin", "null"}}));
    EXPECT_TRUE(refused(guard, "localhost:4566", {{"Sec-Fetch-Site", "cross-site"}}));
    EXPECT_FALSE(refused(guard, "localhost:4566", {{"Origin", "http://localhost:4566"}}));
    EXPECT_FALSE(refused(guard, "localhost:4566", {{"Sec-Fetch-Site", "same-origin"}}));
}

}  // namespace
}  // namespace faasd::model
