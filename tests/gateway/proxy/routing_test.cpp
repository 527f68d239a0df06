// Where requests go: by weight, by header, by health; and what a shadow sees.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/proxy/proxy_fixture.hpp"

namespace faasd::gateway::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

auto always(std::string answer) {
    return [answer = std::move(answer)](Peer& peer) {
        while (!peer.read_head().empty())
            if (!peer.write(answer)) return;
    };
}

class Routing : public ProxyTest {
  protected:
    static model::RouteDefinition to(const std::string& path) {
        model::RouteDefinition route;
        route.method = "ANY";
        route.path = path;
        return route;
    }
};

TEST_F(Routing, keeps_a_visitor_with_a_target_by_the_cookie_that_it_gets) {
    auto split = to("/s");
    split.split = {{"new", 50'000}, {"legacy", 50'000}};
    split.sticky = model::Stickiness{model::Stickiness::Kind::cookie, "visitor"};
    route(split);
    serve(always(ok("legacy:")));
    std::set<std::string> seen;
    for (int i = 0; i < 40; ++i) {
        const Answer first = get("/s");
        const std::string cookie = first.field("set-cookie").value_or("");
        ASSERT_THAT(cookie, ::testing::StartsWith("visitor="));
        const Answer again = get("/s", "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n");
        EXPECT_EQ(again.body, first.body);
        EXPECT_FALSE(again.field("set-cookie"));
        seen.insert(first.body);
    }
    EXPECT_EQ(seen, (std::set<std::string>{"legacy:", "new:"}));
}

TEST_F(Routing, sends_requests_with_a_header_elsewhere) {
    auto when = to("/w");
    when.upstream = "legacy";
    when.when = {{"X-Beta", model::HeaderRule::Match::present, "", "new"}};
    route(when);
    serve(always(ok("legacy:")));
    EXPECT_EQ(get("/w").body, "legacy:");
    EXPECT_EQ(get("/w", "X-Beta: 1\r\n").body, "new:");
}

TEST_F(Routing, gives_a_function_the_whole_body_and_holds_it_to_its_limit) {
    auto when = to("/w");
    when.upstream = "legacy";
    when.when = {{"X-Beta", model::HeaderRule::Match::present, "", "new"}};
    route(when);
    app.http.max_body = 10;
    serve(always(ok("legacy:")));
    const auto post = [&](const std::string& framing, const std::string& body) {
        Client client(gateway.port());
        client.send("POST /w HTTP/1.1\r\nHost: x\r\nX-Beta: 1\r\n" + framing + "\r\n\r\n" + body);
        return client.receive();
    };
    EXPECT_EQ(post("Content-Length: 5", "hello").body, "new:hello");
    EXPECT_EQ(post("Transfer-Encoding: chunked", "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n").body, "new:hello");
    EXPECT_EQ(post("Content-Length: 11", "").status, 413U);
    EXPECT_EQ(post("Transfer-Encoding: chunked", "b\r\nhello world\r\n0\r\n\r\n").status, 413U);
}

TEST_F(Routing, answers_for_an_unhealthy_upstream_at_once_and_asks_it_again_when_it_works) {
    std::atomic<bool> works = false;
    std::atomic<int> asked = 0;
    legacy().health_check = model::HealthCheck{"/health", 5ms, 1s, 2, 2};
    auto split = to("/s");
    split.split = {{"new", 1'000}, {"legacy", 99'000}};
    route(split);
    serve([&](Peer& peer) {
        for (std::string head; !(head = peer.read_head()).empty();) {
            if (!head.starts_with("GET /health ")) ++asked;
            if (!peer.write(works ? ok("legacy:") : "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")) return;
        }
    });
    ASSERT_TRUE(eventually([&] { return !status().healthy; }));
    const int before = asked;
    const Answer refused = get("/x");
    EXPECT_EQ(refused.status, 503U);
    EXPECT_EQ(refused.field("retry-after"), "1");
    EXPECT_THAT(refused.body, HasSubstr("is unhealthy: it answered the health check with 500"));
    EXPECT_EQ(get("/s").body, "new:") << "the other target of the split takes over";
    EXPECT_EQ(asked, before);
    works = true;
    ASSERT_TRUE(eventually([&] { return status().healthy; }));
    EXPECT_EQ(get("/x").body, "legacy:");
}

TEST_F(Routing, finds_an_upstream_unhealthy_that_does_not_answer) {
    legacy().health_check = model::HealthCheck{"/", 5ms, 20ms, 1, 1};
    serve([](Peer& peer) { static_cast<void>(peer.read_all()); });
    ASSERT_TRUE(eventually([&] { return !status().healthy; }));
    EXPECT_THAT(get("/x").body, HasSubstr("did not answer within 20ms"));
}

class Shadowing : public Routing {
  protected:
    ShadowStatus shadow_of(const std::string& path, const std::string& target, const std::string& function = "",
                           int requests = 1) {
        auto shadowed = to(path);
        if (function.empty()) {
            shadowed.upstream = "legacy";
        } else {
            shadowed.function = function;
        }
        shadowed.shadow = model::ShadowDefinition{target, model::kWholeSplit, {}};
        route(shadowed);
        apply();
        for (int i = 0; i < requests; ++i) {
            Client client(gateway.port());
            client.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
            EXPECT_EQ(client.receive().body, function.empty() ? "legacy:body" : function + ":body");
        }
        ShadowStatus found;
        EXPECT_TRUE(eventually([&] {
            found = handler.shadows().front();
            return found.same + found.different + found.failed + found.skipped == static_cast<std::uint64_t>(requests);
        }));
        return found;
    }
    static void answer_with_body(Peer& peer, const std::string& name) {
        while (!peer.read_head().empty())
            if (!peer.write(ok(name + ':' + peer.read(4)))) return;
    }
};

TEST_F(Shadowing, compares_an_upstreams_answers_with_a_functions) {
    serve([](Peer& peer) { answer_with_body(peer, "legacy"); });
    const ShadowStatus found = shadow_of("/s", "new");
    EXPECT_EQ(found.different, 1U);
    EXPECT_EQ(found.last_difference,
              "POST /s: the body differs from byte 0 on; it has 11 bytes, in the shadow 8");
}

TEST_F(Shadowing, compares_a_functions_answers_with_an_upstreams) {
    serve([](Peer& peer) { answer_with_body(peer, "new"); });
    EXPECT_EQ(shadow_of("/s", "legacy", "new", 3).same, 3U);
}

TEST_F(Shadowing, never_disturbs_the_caller) {
    legacy().port = closed_port();
    const ShadowStatus found = shadow_of("/s", "legacy", "new", 2);
    EXPECT_EQ(found.failed, 2U);
}

}  // namespace
}  // namespace faasd::gateway::testing
