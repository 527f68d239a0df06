#include "gateway/router.hpp"

#include <gtest/gtest.h>

namespace faasd::gateway {
namespace {

using Kind = Router::Match::Kind;

Router router(std::initializer_list<std::pair<const char*, const char*>> routes) {
    std::vector<model::RouteDefinition> definitions;
    for (const auto& [method, path] : routes) {
        model::RouteDefinition definition;
        definition.method = method;
        definition.path = path;
        definition.function = definition.key();
        definitions.push_back(std::move(definition));
    }
    return Router(definitions);
}

std::string key(const Router& router, std::string_view method, std::string_view path) {
    const auto match = router.match(method, path);
    return match.route ? match.route->key : "none";
}

TEST(Router, a_literal_path_leads_to_its_function) {
    const Router table = router({{"GET", "/"}, {"GET", "/a/b"}});
    EXPECT_EQ(key(table, "GET", "/"), "GET /");
    EXPECT_EQ(key(table, "GET", "/a/b"), "GET /a/b");
    EXPECT_EQ(table.match("GET", "/a").kind, Kind::not_found);
    EXPECT_EQ(table.match("GET", "/a/b/c").kind, Kind::not_found);
}

TEST(Router, a_placeholder_takes_one_segment_that_is_not_empty) {
    const Router table = router({{"GET", "/products/{id}/parts/{part}"}});
    const auto match = table.match("GET", "/products/p%2F1/parts/2");
    ASSERT_EQ(match.kind, Kind::found);
    EXPECT_EQ(match.route->parameters, (std::vector<std::string>{"id", "part"}));
    ASSERT_EQ(match.values.size(), 2U);
    EXPECT_EQ(match.values[0], "p%2F1");
    EXPECT_EQ(match.values[1], "2");
    EXPECT_EQ(table.match("GET", "/products//parts/2").kind, Kind::not_found);
    EXPECT_EQ(table.match("GET", "/products/1/2/parts/2").kind, Kind::not_found);
}

TEST(Router, a_greedy_placeholder_takes_all_that_follows) {
    const Router table = router({{"ANY", "/files/{rest+}"}});
    const auto match = table.match("PUT", "/files/a/b%20c/d/");
    ASSERT_EQ(match.kind, Kind::found);
    EXPECT_EQ(match.values[0], "a/b%20c/d/");
    EXPECT_EQ(match.route->parameters[0], "rest");
    EXPECT_EQ(table.match("GET", "/files").kind, Kind::not_found);
    EXPECT_EQ(table.match("GET", "/files/").kind, Kind::not_found);
}

TEST(Router, the_more_specific_path_wins) {
    const Router table = router({{"ANY", "/{rest+}"}, {"GET", "/pets/{rest+}"}, {"GET", "/pets/{id}"},
                                 {"GET", "/pets/dog"}, {"GET", "/pets/dog/{id}"}});
    EXPECT_EQ(key(table, "GET", "/pets/dog"), "GET /pets/dog");
    EXPECT_EQ(key(table, "GET", "/pets/cat"), "GET /pets/{id}");
    EXPECT_EQ(key(table, "GET", "/pets/dog/1"), "GET /pets/dog/{id}");
    EXPECT_EQ(key(table, "GET", "/pets/dog/1/2"), "GET /pets/{rest+}");
    EXPECT_EQ(key(table, "GET", "/cars"), "ANY /{rest+}");
}

TEST(Router, a_path_without_the_method_gives_way_to_a_less_specific_one_that_has_it) {
    const Router table = router({{"ANY", "/{rest+}"}, {"GET", "/pets/{id}"}, {"PUT", "/pets/dog"}});
    EXPECT_EQ(key(table, "POST", "/pets/1"), "ANY /{rest+}");
    EXPECT_EQ(key(table, "GET", "/pets/dog"), "GET /pets/{id}");
    EXPECT_EQ(table.match("GET", "/pets/dog").values[0], "dog");
    EXPECT_EQ(table.match("POST", "/pets/dog").values.size(), 1U);
}

TEST(Router, a_method_is_more_specific_than_any) {
    const Router table = router({{"ANY", "/a"}, {"GET", "/a"}});
    EXPECT_EQ(key(table, "GET", "/a"), "GET /a");
    EXPECT_EQ(key(table, "DELETE", "/a"), "ANY /a");
}

TEST(Router, head_falls_back_to_get) {
    const Router table = router({{"ANY", "/a"}, {"GET", "/a"}, {"GET", "/b"}, {"HEAD", "/b"}});
    EXPECT_EQ(key(table, "HEAD", "/a"), "GET /a");
    EXPECT_EQ(key(table, "HEAD", "/b"), "HEAD /b");
}

TEST(Router, a_known_path_with_another_method_says_what_is_allowed) {
    const Router table = router({{"GET", "/a/{id}"}, {"POST", "/a/new"}});
    const auto match = table.match("DELETE", "/a/new");
    EXPECT_EQ(match.kind, Kind::method_not_allowed);
    EXPECT_EQ(match.allow, "GET, HEAD, OPTIONS, POST");
    EXPECT_EQ(table.match("DELETE", "/b").kind, Kind::not_found);
}

TEST(Router, an_encoded_slash_does_not_split_a_segment) {
    const Router table = router({{"GET", "/a/{id}"}, {"GET", "/a/b/c"}});
    EXPECT_EQ(key(table, "GET", "/a/b%2Fc"), "GET /a/{id}");
    EXPECT_EQ(key(table, "GET", "/a/b%2fc"), "GET /a/{id}");
}

TEST(Router, an_encoded_literal_is_the_literal) {
    const Router table = router({{"GET", "/caf\xC3\xA9/menu"}});
    EXPECT_EQ(key(table, "GET", "/caf%C3%A9/m%65nu"), "GET /caf\xC3\xA9/menu");
    EXPECT_EQ(table.match("GET", "/caf%25C3%25A9/menu").kind, Kind::not_found) << "decoded once, not twice";
}

TEST(Router, an_escape_that_is_none_is_a_bad_path) {
    const Router table = router({{"GET", "/{rest+}"}});
    for (const char* path : {"/%", "/%4", "/%zz", "/a/%2", "/ok%20/%G0"})
        EXPECT_EQ(table.match("GET", path).kind, Kind::bad_path) << path;
}

TEST(Router, dots_never_climb) {
    const Router table = router({{"GET", "/a/{rest+}"}, {"GET", "/secret"}});
    EXPECT_EQ(table.match("GET", "/a/../secret").values[0], "../secret");
    EXPECT_EQ(table.match("GET", "/a/%2e%2e/secret").values[0], "%2e%2e/secret");
    EXPECT_EQ(table.match("GET", "/b/../secret").kind, Kind::not_found);
}

TEST(Router, a_trailing_slash_is_a_segment_of_its_own) {
    const Router table = router({{"GET", "/a"}, {"GET", "/b/"}, {"GET", "/c/{id}"}});
    EXPECT_EQ(table.match("GET", "/a/").kind, Kind::not_found);
    EXPECT_EQ(table.match("GET", "/b").kind, Kind::not_found);
    EXPECT_EQ(key(table, "GET", "/b/"), "GET /b/");
    EXPECT_EQ(table.match("GET", "/c/").kind, Kind::not_found);
    EXPECT_EQ(table.match("GET", "/c/1/").kind, Kind::not_found);
}

TEST(Router, ten_thousand_routes_are_told_apart) {
    std::vector<model::RouteDefinition> definitions;
    for (int i = 0; i < 10'000; ++i) {
        model::RouteDefinition definition;
        definition.method = "GET";
        definition.path = "/service" + std::to_string(i % 100) + "/{id}/item" + std::to_string(i);
        definitions.push_back(std::move(definition));
    }
    const Router table(definitions);
    EXPECT_EQ(key(table, "GET", "/service42/x/item4242"), "GET /service42/{id}/item4242");
    EXPECT_EQ(table.match("GET", "/service42/x/item4243").kind, Kind::not_found);
}

}  // namespace
}  // namespace faasd::gateway
