#include "services/blob/listing.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

namespace faasd::blob {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Counts what a listing costs.
class SetCursor final : public KeyCursor {
  public:
    explicit SetCursor(const std::set<std::string>& keys) : keys_(keys) {}
    bool seek(std::string_view lower) override {
        ++moves;
        at_ = keys_.lower_bound(std::string(lower));
        return at_ != keys_.end();
    }
    bool next() override {
        ++moves;
        return ++at_ != keys_.end();
    }
    [[nodiscard]] std::string_view key() const override { return *at_; }
    int moves = 0;

  private:
    const std::set<std::string>& keys_;
    std::set<std::string>::const_iterator at_;
};

struct Listed {
    std::vector<std::string> keys;
    std::vector<std::string> prefixes;
    std::string token;
    bool truncated = false;
    int moves = 0;
};

Listed list(const std::set<std::string>& keys, const model::ListRequest& request) {
    SetCursor cursor(keys);
    model::ListPage page;
    Listed listed;
    list_keys(cursor, request, page, [&] { listed.keys.emplace_back(cursor.key()); }).value();
    listed.prefixes = page.common_prefixes;
    listed.token = page.next_token;
    listed.truncated = page.truncated;
    listed.moves = cursor.moves;
    return listed;
}

const std::set<std::string> kKeys{"a", "b/1", "b/2", "b/c/3", "b0", "c", "d/", "d/e"};

TEST(Listing, keys_come_in_the_order_of_their_bytes) {
    EXPECT_THAT(list({"b", "Z", "a", "\xc3\xa4", "\xf0\x9f\x9a\x80", "~"}, {}).keys,
                ElementsAre("Z", "a", "b", "~", "\xc3\xa4", "\xf0\x9f\x9a\x80"));
}

TEST(Listing, a_prefix_selects_the_keys_that_start_with_it) {
    EXPECT_THAT(list(kKeys, {.prefix = "b"}).keys, ElementsAre("b/1", "b/2", "b/c/3", "b0"));
    EXPECT_THAT(list(kKeys, {.prefix = "b/2"}).keys, ElementsAre("b/2"));
    EXPECT_THAT(list(kKeys, {.prefix = "x"}).keys, IsEmpty());
}

TEST(Listing, keys_with_the_delimiter_behind_the_prefix_roll_up_to_common_prefixes) {
    const auto top = list(kKeys, {.delimiter = "/"});
    EXPECT_THAT(top.keys, ElementsAre("a", "b0", "c"));
    EXPECT_THAT(top.prefixes, ElementsAre("b/", "d/"));
    const auto below = list(kKeys, {.prefix = "b/", .delimiter = "/"});
    EXPECT_THAT(below.keys, ElementsAre("b/1", "b/2"));
    EXPECT_THAT(below.prefixes, ElementsAre("b/c/"));
}

TEST(Listing, a_key_equal_to_the_prefix_is_a_key) {
    const auto listed = list(kKeys, {.prefix = "d/", .delimiter = "/"});
    EXPECT_THAT(listed.keys, ElementsAre("d/", "d/e"));
    EXPECT_THAT(listed.prefixes, IsEmpty());
}

TEST(Listing, a_delimiter_may_have_several_characters) {
    const auto listed = list({"x--1", "x--2", "x-3"}, {.delimiter = "--"});
    EXPECT_THAT(listed.keys, ElementsAre("x-3"));
    EXPECT_THAT(listed.prefixes, ElementsAre("x--"));
}

TEST(Listing, a_prefix_may_end_within_a_name) {
    const auto listed = list({"photos/1", "pho/2"}, {.prefix = "pho", .delimiter = "/"});
    EXPECT_THAT(listed.prefixes, ElementsAre("pho/", "photos/"));
}

TEST(Listing, a_common_prefix_costs_one_seek_whatever_it_holds) {
    std::set<std::string> keys{"z"};
    for (int i = 0; i < 5000; ++i)
        keys.insert("a/" + std::to_string(i));
    const auto listed = list(keys, {.delimiter = "/"});
    EXPECT_THAT(listed.prefixes, ElementsAre("a/"));
    EXPECT_LE(listed.moves, 3);
}

TEST(Listing, start_after_excludes_that_key) {
    EXPECT_THAT(list(kKeys, {.start_after = "b0"}).keys, ElementsAre("c", "d/", "d/e"));
    EXPECT_THAT(list(kKeys, {.start_after = "b/10"}).keys,
                ElementsAre("b/2", "b/c/3", "b0", "c", "d/", "d/e"));
    EXPECT_THAT(list(kKeys, {.prefix = "b/", .start_after = "a"}).keys, ElementsAre("b/1", "b/2", "b/c/3"));
    EXPECT_THAT(list(kKeys, {.prefix = "b/", .start_after = "c"}).keys, IsEmpty());
}

TEST(Listing, start_after_within_a_common_prefix_still_shows_it_for_the_keys_behind) {
    EXPECT_THAT(list(kKeys, {.delimiter = "/", .start_after = "b/1"}).prefixes, ElementsAre("b/", "d/"));
    EXPECT_THAT(list(kKeys, {.delimiter = "/", .start_after = "b"}).prefixes, ElementsAre("b/", "d/"));
}

TEST(Listing, start_after_a_common_prefix_goes_on_behind_it) {
    const auto listed = list(kKeys, {.delimiter = "/", .start_after = "b/"});
    EXPECT_THAT(listed.keys, ElementsAre("b0", "c"));
    EXPECT_THAT(listed.prefixes, ElementsAre("d/"));
}

TEST(Listing, pages_of_any_size_add_up_to_the_whole) {
    for (std::uint32_t size = 1; size <= 9; ++size) {
        std::vector<std::string> keys;
        std::vector<std::string> prefixes;
        model::ListRequest request{.delimiter = "/", .max_keys = size};
        while (true) {
            const auto page = list(kKeys, request);
            EXPECT_LE(page.keys.size() + page.prefixes.size(), size);
            keys.insert(keys.end(), page.keys.begin(), page.keys.end());
            prefixes.insert(prefixes.end(), page.prefixes.begin(), page.prefixes.end());
            EXPECT_EQ(page.truncated, !page.token.empty());
            if (!page.truncated) break;
            request.continuation_token = page.token;
        }
        EXPECT_THAT(keys, ElementsAre("a", "b0", "c")) << size;
        EXPECT_THAT(prefixes, ElementsAre("b/", "d/")) << size;
    }
}

TEST(Listing, a_page_that_ends_with_the_last_key_is_not_truncated) {
    EXPECT_FALSE(list({"a", "b"}, {.max_keys = 2}).truncated);
    EXPECT_TRUE(list({"a", "b", "c"}, {.max_keys = 2}).truncated);
    EXPECT_FALSE(list({"a/1", "a/2"}, {.delimiter = "/", .max_keys = 1}).truncated);
}

TEST(Listing, a_continuation_token_wins_over_start_after) {
    const auto page = list({"a", "b", "c"}, {.max_keys = 1});
    EXPECT_THAT(list({"a", "b", "c"}, {.start_after = "b", .continuation_token = page.token}).keys,
                ElementsAre("b", "c"));
}

TEST(Listing, a_page_has_at_most_1000_keys_and_possibly_none) {
    std::set<std::string> keys;
    for (int i = 0; i < 1500; ++i)
        keys.insert(std::to_string(i));
    EXPECT_EQ(list(keys, {.max_keys = 5000}).keys.size(), 1000U);
    const auto none = list(keys, {.max_keys = 0});
    EXPECT_THAT(none.keys, IsEmpty());
    EXPECT_FALSE(none.truncated);
}

TEST(Listing, a_token_that_no_listing_returned_is_refused) {
    SetCursor cursor(kKeys);
    for (const char* token : {"b/2", "!!!", "eHl6"}) {
        model::ListPage page;
        const auto result = list_keys(cursor, {.continuation_token = token}, page, [] {});
        ASSERT_FALSE(result) << token;
        EXPECT_EQ(result.error().code, model::BlobErrc::invalid_argument);
    }
}

}  // namespace
}  // namespace faasd::blob
