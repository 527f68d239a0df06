// Upstreams, and the routes that lead to more than one function.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config_support.hpp"

namespace faasd::config {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::app_of;
using testing::mistakes;

std::string with(const std::string& text) {
    return "functions: { f: f.so }\nupstreams: { legacy: http://127.0.0.1:3001 }\n" + text;
}
std::string route(const std::string& form) { return with("routes: { GET /x: " + form + " }\n"); }

TEST(Upstream, in_short_form_is_its_url) {
    const model::App app = app_of("upstreams: { a: http://127.0.0.1:3001, b: \"http://[::1]\", c: http://old.shop/app/ }");
    ASSERT_EQ(app.upstreams.size(), 3U);
    EXPECT_EQ(app.upstreams[0].host, "127.0.0.1");
    EXPECT_EQ(app.upstreams[0].port, 3001);
    EXPECT_EQ(app.upstreams[0].base_path, "");
    EXPECT_EQ(app.upstreams[0].authority(), "127.0.0.1:3001");
    EXPECT_EQ(app.upstreams[1].host, "::1");
    EXPECT_EQ(app.upstreams[1].authority(), "[::1]");
    EXPECT_EQ(app.upstreams[2].port, 80);
    EXPECT_EQ(app.upstreams[2].base_path, "/app");
}

TEST(Upstream, has_timeouts_retries_and_a_health_check) {
    const model::App app = app_of(
        "upstreams: { a: { url: http://h, connect_timeout: 1s, response_timeout: 2s, retries: 3, max_idle_connections: 4,"
        " health_check: { path: \"/up?deep=1\", interval: 50ms, timeout: 20ms, unhealthy_after: 1, healthy_after: 5 } },\n"
        " b: { url: http://h, health_check: /up } }");
    const model::UpstreamDefinition& a = app.upstreams[0];
    EXPECT_EQ(a.connect_timeout, 1s);
    EXPECT_EQ(a.response_timeout, 2s);
    EXPECT_EQ(a.retries, 3U);
    EXPECT_EQ(a.max_idle_connections, 4U);
    EXPECT_EQ(a.health_check, (model::HealthCheck{"/up?deep=1", 50ms, 20ms, 1, 5}));
    ASSERT_TRUE(app.upstreams[1].health_check);
    EXPECT_EQ(app.upstreams[1].health_check->path, "/up");
    EXPECT_EQ(app.upstreams[1].health_check->interval, 10s);
}

TEST(Upstream, has_a_url_that_is_checked) {
    const auto url = [](const std::string& text) { return mistakes("upstreams: { a: \"" + text + "\" }"); };
    EXPECT_THAT(url("127.0.0.1:3001"),
                ElementsAre(HasSubstr("1:17: error: '127.0.0.1:3001' is no upstream: the URL of an upstream starts with "
                                      "http:// | for example http://127.0.0.1:3001")));
    EXPECT_THAT(url("https://shop"), ElementsAre(HasSubstr("plain HTTP")));
    EXPECT_THAT(url("http://"), ElementsAre(HasSubstr("no valid host")));
    EXPECT_THAT(url("http://a b"), ElementsAre(HasSubstr("no valid host")));
    EXPECT_THAT(url("http://a:0"), ElementsAre(HasSubstr("its port")));
    EXPECT_THAT(url("http://a:65536"), ElementsAre(HasSubstr("its port")));
    EXPECT_THAT(url("http://a:"), ElementsAre(HasSubstr("its port")));
    EXPECT_THAT(url("http://[::1"), ElementsAre(HasSubstr("closing")));
    EXPECT_THAT(url("http://user@a"), ElementsAre(HasSubstr("no user")));
    EXPECT_THAT(url("http://a/x?y"), ElementsAre(HasSubstr("no query")));
    EXPECT_THAT(mistakes("upstreams: { a: { retries: 1 } }"), ElementsAre(HasSubstr("needs 'url'")));
    EXPECT_THAT(mistakes("functions: { a: a.so }\nupstreams: { a: http://a }"),
                ElementsAre(HasSubstr("2:14: error: 'a' is a function and an upstream")));
}

TEST(Route, may_lead_to_an_upstream_or_be_split) {
    const model::App app = app_of(route("{ split: { f: 0.5%, legacy: 99.5 }, sticky: { cookie: id } }"));
    EXPECT_EQ(app.routes[0].split, (std::vector<model::WeightedTarget>{{"f", 500}, {"legacy", 99'500}}));
    EXPECT_EQ(app.routes[0].sticky, (model::Stickiness{model::Stickiness::Kind::cookie, "id"}));
    EXPECT_EQ(app_of(route("{ upstream: legacy }")).routes[0].upstream, "legacy");
    EXPECT_EQ(app_of(route("{ function: f }")).routes[0].function, "f");
}

TEST(Route, may_lead_elsewhere_by_header_and_be_shadowed) {
    const model::RouteDefinition one =
        app_of(route("{ function: f, when: [{ header: X-Beta, to: legacy }, { header: A, prefix: b, to: f }], "
                     "shadow: { to: legacy, share: 12.5%, ignore: /time } }"))
            .routes[0];
    using Match = model::HeaderRule::Match;
    EXPECT_EQ(one.when, (std::vector<model::HeaderRule>{{"X-Beta", Match::present, "", "legacy"},
                                                       {"A", Match::prefix, "b", "f"}}));
    EXPECT_EQ(one.shadow, (model::ShadowDefinition{"legacy", 12'500, {"/time"}}));
    EXPECT_EQ(app_of(route("{ function: f, shadow: legacy }")).routes[0].shadow, (model::ShadowDefinition{"legacy", model::kWholeSplit, {}}));
}

TEST(Mistake, in_the_weights_of_a_split_is_found_at_its_place) {
    EXPECT_THAT(mistakes(route("{ split: { f: 10%, legacy: 80% } }")),
                ElementsAre("3:28: error: the shares of route 'GET /x' sum to 90%, not to 100% | for example legacy: 90%"));
    EXPECT_THAT(mistakes(route("{ split: { f: 33.333%, legacy: 66.666% } }")), ElementsAre(HasSubstr("sum to 99.999%")));
    EXPECT_THAT(mistakes(route("{ split: { f: 101%, legacy: 0 } }")),
                ElementsAre(HasSubstr("3:33: error: 'f': '101%' is no share | write a percentage from 0% to 100%")));
    EXPECT_THAT(mistakes(route("{ split: { f: -1%, legacy: 100% } }")), ElementsAre(HasSubstr("is no share")));
    EXPECT_THAT(mistakes(route("{ split: { f: 1.2345%, legacy: 100% } }")), ElementsAre(HasSubstr("is no share")));
    EXPECT_THAT(mistakes(route("{ split: { f: ten, legacy: 90% } }")), ElementsAre(HasSubstr("'ten' is no share")));
    EXPECT_THAT(mistakes(route("{ split: {} }")), ElementsAre(HasSubstr("write a mapping from targets to shares")));
    EXPECT_THAT(mistakes(route("{ split: { f: 10%, legcy: 90% } }")),
                ElementsAre(HasSubstr("3:38: error: there is no function and no upstream 'legcy' | did you mean 'legacy'?")));
}

TEST(Mistake, in_where_a_route_leads) {
    EXPECT_THAT(mistakes(route("{ upstream: f }")), ElementsAre(HasSubstr("3:31: error: there is no upstream 'f'")));
    EXPECT_THAT(mistakes(route("{ function: f, upstream: legacy }")),
                ElementsAre(HasSubstr("has more than one of 'function', 'upstream' and 'split'")));
    EXPECT_THAT(mistakes(route("{ function: f, sticky: { cookie: a } }")),
                ElementsAre(HasSubstr("'sticky' goes with 'split'")));
    EXPECT_THAT(mistakes(route("{ split: { f: 100% }, sticky: {} }")), ElementsAre(HasSubstr("says nothing")));
    EXPECT_THAT(mistakes(route("{ split: { f: 100% }, sticky: { cookie: \"a b\" } }")),
                ElementsAre(HasSubstr("can't be the name of a cookie")));
    EXPECT_THAT(mistakes(route("{ function: f, when: [{ header: A, value: b, prefix: c, to: f }] }")),
                ElementsAre(HasSubstr("more than one of 'value', 'prefix' and 'present'")));
    EXPECT_THAT(mistakes(route("{ function: f, when: { header: A } }")), ElementsAre(HasSubstr("needs 'to'")));
    EXPECT_THAT(mistakes(route("{ function: f, shadow: g }")), ElementsAre(HasSubstr("no function and no upstream 'g'")));
    EXPECT_THAT(mistakes(route("{ function: f, shadow: { to: legacy, ignore: time } }")),
                ElementsAre(HasSubstr("'time' is no JSON pointer")));
    EXPECT_THAT(mistakes(route("{ function: f }")), IsEmpty());
}

}  // namespace
}  // namespace faasd::config
