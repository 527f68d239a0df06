// What a proxy decides, without a socket: whose turn it is, whether to try again, whom to believe.
#include <map>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/proxy/choice.hpp"
#include "gateway/proxy/comparison.hpp"
#include "gateway/proxy/health.hpp"
#include "gateway/proxy/idle_pool.hpp"
#include "gateway/proxy/retry.hpp"

namespace faasd::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string client(int number) { return "client-" + std::to_string(number); }

TEST(Split, shares_clients_out_by_weight) {
    const Split split({{"new", 10'000}, {"legacy", 90'000}});
    int on_new = 0;
    for (int i = 0; i < 20'000; ++i) on_new += split.choose(client(i)) == 0 ? 1 : 0;
    EXPECT_NEAR(on_new, 2000, 150);
}

TEST(Split, keeps_a_client_with_its_target_in_whatever_order_they_stand) {
    const Split split({{"new", 30'000}, {"legacy", 70'000}}), turned({{"legacy", 70'000}, {"new", 30'000}});
    for (int i = 0; i < 1000; ++i) {
        EXPECT_EQ(split.choose(client(i)), split.choose(client(i)));
        EXPECT_EQ(*split.choose(client(i)), 1 - *turned.choose(client(i)));
    }
}

TEST(Split, moves_only_the_needed_share_when_a_weight_grows) {
    const Split before({{"new", 10'000}, {"legacy", 90'000}}), after({{"new", 25'000}, {"legacy", 75'000}});
    int moved = 0;
    for (int i = 0; i < 20'000; ++i) {
        const auto was = *before.choose(client(i)), is = *after.choose(client(i));
        EXPECT_FALSE(was == 0 && is != 0) << "nobody leaves a target that grew";
        moved += was != is ? 1 : 0;
    }
    EXPECT_NEAR(moved, 3000, 200);
}

TEST(Split, sends_nobody_to_a_target_without_a_weight_or_out_of_use) {
    const Split split({{"a", 0}, {"b", 50'000}, {"c", 50'000}});
    for (int i = 0; i < 1000; ++i) {
        EXPECT_NE(split.choose(client(i)), 0U);
        EXPECT_EQ(split.choose(client(i), [](std::size_t index) { return index != 1; }), 2U);
    }
    EXPECT_EQ(split.choose("x", [](std::size_t) { return false; }), std::nullopt);
}

TEST(Split, hashes_alike_in_every_version) {
    EXPECT_EQ(stable_hash("client", "legacy"), 2861480958411243406ULL);
}

struct Choosing : ::testing::Test {
    model::RouteDefinition route;
    std::vector<model::HttpField> fields;
    bool legacy_works = true;
    Choice choose() {
        model::HttpRequest request;
        request.headers = fields;
        return choose_target(route, request, [&](const std::string& name) { return name != "legacy" || legacy_works; },
                             [] { return std::string("random"); });
    }
};

TEST_F(Choosing, a_rule_that_applies_wins_over_everything_and_the_first_one_counts) {
    using Match = model::HeaderRule::Match;
    route.function = "f";
    route.when = {{"X-Beta", Match::value, "yes", "beta"}, {"X-Beta", Match::prefix, "y", "almost"},
                  {"X-Any", Match::present, "", "any"}};
    EXPECT_EQ(choose().target, "f");
    fields = {{"x-beta", "yes"}, {"X-Any", ""}};
    EXPECT_EQ(choose().target, "beta");
    fields = {{"x-beta", "yep"}};
    EXPECT_EQ(choose().target, "almost");
    fields = {{"x-beta", "no"}, {"X-ANY", ""}};
    EXPECT_EQ(choose().target, "any");
}

TEST_F(Choosing, a_client_without_the_cookie_gets_one_and_stays_with_its_target) {
    route.split = {{"new", 50'000}, {"legacy", 50'000}};
    route.sticky = model::Stickiness{model::Stickiness::Kind::cookie, "visitor"};
    const Choice first = choose();
    EXPECT_EQ(first.new_cookie, "visitor=random; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax");
    fields = {{"Cookie", "a=b; visitor=random; c=d"}};
    EXPECT_EQ(choose().target, first.target);
    EXPECT_EQ(choose().new_cookie, "");
}

TEST_F(Choosing, a_header_tells_clients_apart) {
    route.split = {{"new", 50'000}, {"legacy", 50'000}};
    route.sticky = model::Stickiness{model::Stickiness::Kind::header, "X-User"};
    std::map<std::string, int> seen;
    for (int i = 0; i < 100; ++i) {
        const std::string user = client(i);
        fields = {{"x-user", user}};
        const std::string target = choose().target;
        EXPECT_EQ(choose().target, target);
        ++seen[target];
    }
    EXPECT_EQ(seen.size(), 2U);
}

TEST_F(Choosing, clients_of_a_target_that_does_not_work_go_to_the_others) {
    route.split = {{"new", 1'000}, {"legacy", 99'000}};
    legacy_works = false;
    EXPECT_EQ(choose().target, "new");
    route.split = {{"legacy", 100'000}};
    EXPECT_EQ(choose().target, "");
}

TEST(Health, changes_after_so_many_outcomes_in_a_row) {
    HealthState health(3, 2);
    EXPECT_TRUE(health.healthy());
    EXPECT_FALSE(health.failure("a"));
    EXPECT_FALSE(health.failure("b"));
    EXPECT_FALSE(health.success());
    EXPECT_FALSE(health.failure("c"));
    EXPECT_FALSE(health.failure("d"));
    EXPECT_TRUE(health.failure("e"));
    EXPECT_FALSE(health.healthy());
    EXPECT_EQ(health.reason(), "e");
    EXPECT_FALSE(health.success());
    EXPECT_FALSE(health.failure("f"));
    EXPECT_FALSE(health.success());
    EXPECT_TRUE(health.success());
    EXPECT_TRUE(health.healthy());
    EXPECT_EQ(health.reason(), "");
}

TEST(Retrying, is_always_safe_where_no_connection_was_made) {
    AttemptFacts facts;
    facts.retries_allowed = 1;
    EXPECT_EQ(may_retry(facts), Retry::yes);
    facts.retries_made = 1;
    EXPECT_EQ(may_retry(facts), Retry::no);
}

TEST(Retrying, of_what_may_have_arrived_needs_an_idempotent_request_of_which_nothing_is_gone) {
    AttemptFacts facts;
    facts.connected = true;
    facts.retries_allowed = 1;
    EXPECT_EQ(may_retry(facts), Retry::no);
    facts.idempotent = true;
    EXPECT_EQ(may_retry(facts), Retry::yes);
    facts.reused = true;
    facts.retries_made = 1;
    EXPECT_EQ(may_retry(facts), Retry::free);
    for (bool AttemptFacts::*spoiled : {&AttemptFacts::body_begun, &AttemptFacts::response_begun, &AttemptFacts::timed_out}) {
        AttemptFacts other = facts;
        other.*spoiled = true;
        EXPECT_EQ(may_retry(other), Retry::no);
    }
    EXPECT_TRUE(is_idempotent("PUT"));
    EXPECT_FALSE(is_idempotent("POST"));
    EXPECT_FALSE(is_idempotent("PATCH"));
}

TEST(IdlePool, gives_the_youngest_and_closes_the_oldest) {
    IdlePool<std::unique_ptr<int>> pool(2, 100);
    EXPECT_FALSE(pool.take(0));
    EXPECT_FALSE(pool.put(std::make_unique<int>(1), 0));
    EXPECT_FALSE(pool.put(std::make_unique<int>(2), 10));
    EXPECT_EQ(**pool.put(std::make_unique<int>(3), 20), 1);
    EXPECT_EQ(pool.next_deadline(), 110);
    EXPECT_EQ(**pool.take(30), 3);
    EXPECT_THAT(pool.expire(109), IsEmpty());
    EXPECT_FALSE(pool.take(110)) << "too old to be used";
    EXPECT_EQ(pool.expire(110).size(), 1U);
    EXPECT_EQ(pool.size(), 0U);
}

TEST(IdlePool, of_no_size_keeps_nothing) {
    IdlePool<std::unique_ptr<int>> pool(0, 100);
    EXPECT_TRUE(pool.put(std::make_unique<int>(1), 0));
}

TEST(Comparison, takes_json_as_values) {
    EXPECT_THAT(differences({200, R"({"a":1,"b":[1,2]})"}, {200, R"({ "b": [1, 2], "a": 1.0 })"}, {}), IsEmpty());
    EXPECT_THAT(differences({200, R"({"a":1,"b":{"c~/d":true},"e":0})"}, {200, R"({"a":"1","b":{},"f":0})"}, {}),
                ElementsAre("/a is 1, in the shadow \"1\"", "/b/c~0~1d is missing in the shadow",
                            "/e is missing in the shadow", "/f is only in the shadow"));
    EXPECT_THAT(differences({200, "[1,2]"}, {200, "[1,3,4]"}, {}),
                ElementsAre("the body has 2 elements, in the shadow 3", "/1 is 2, in the shadow 3"));
}

TEST(Comparison, leaves_out_what_may_differ) {
    EXPECT_THAT(differences({200, R"({"a":1,"t":5,"u":1})"}, {200, R"({"a":1,"t":6})"}, {"/t", "/u"}), IsEmpty());
}

TEST(Comparison, of_status_and_bytes) {
    EXPECT_THAT(differences({200, "abc"}, {404, "abd!"}, {}),
                ElementsAre("the status is 200, in the shadow 404",
                            "the body differs from byte 2 on; it has 3 bytes, in the shadow 4"));
    EXPECT_THAT(differences({200, "", false}, {200, "", false}, {}), IsEmpty());
}

TEST(Comparison, shows_a_few_differences_and_survives_deep_json) {
    EXPECT_THAT(differences({200, "[1,2,3]"}, {200, "[4,5,6]"}, {}, 1),
                ElementsAre("/0 is 1, in the shadow 4", "and 2 more"));
    const std::string deep(100'000, '[');
    EXPECT_EQ(differences({200, deep}, {200, deep + "1"}, {}).size(), 1U);
    // What looks like the ends of arrays is text.
    const std::string hidden = "[\"" + std::string(100'000, ']') + "\"," + deep + std::string(100'000, ']') + "]";
    EXPECT_THAT(differences({200, hidden}, {200, hidden}, {}), IsEmpty());
}

}  // namespace
}  // namespace faasd::gateway
