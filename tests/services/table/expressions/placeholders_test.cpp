// Names and values in place of what an expression may not say itself.
#include <string_view>

#include <gtest/gtest.h>

#include "items/value_support.hpp"
#include "services/table/expressions/condition.hpp"

namespace faasd::table {

using namespace items;
namespace {

using testing::show;

TEST(ReservedWords, are_the_documented_ones_in_any_case) {
    for (const char* word : {"ABORT", "zone", "Status", "name", "LOCALTIMESTAMP", "ttl"})
        EXPECT_TRUE(is_reserved_word(word));
    for (const char* word : {"", "id", "price", "title", "statuses", "LOCALTIMESTAMPS", "Zz"}) {
        EXPECT_FALSE(is_reserved_word(word));
    }
}

TEST(Placeholders, that_are_malformed_or_unused_are_refused) {
    const auto check = [](model::ExpressionNames placeholders, std::string_view text) {
        NameUsage usage(placeholders);
        if (const auto& good = usage.check_placeholders(); !good) return good.error().message;
        const auto condition = parse_condition(ExpressionKind::condition, text, usage);
        return condition ? show(usage.check_all_used()) : condition.error().message;
    };
    EXPECT_EQ(check({{{"#a", "x"}}, {{":v", testing::S("y")}}}, "#a = :v"), "fine");
    EXPECT_EQ(check({{{"a", "x"}}, {}}, "a = b"),
              "ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\"");
    EXPECT_EQ(check({{{"#a-b", "x"}}, {}}, "a = b"),
              "ExpressionAttributeNames contains invalid key: Syntax error; key: \"#a-b\"");
    EXPECT_EQ(check({{}, {{"v", testing::S("y")}}}, "a = b"),
              "ExpressionAttributeValues contains invalid key: Syntax error; key: \"v\"");
    EXPECT_EQ(check({{}, {{":v", {model::StringSet{}}}}}, "a = :v"),
              "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: "
              "An string "
              "set  may not be empty for key :v");
    EXPECT_EQ(check({{{"#a", "x"}, {"#b", "y"}}, {}}, "c = d"),
              "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}");
    EXPECT_EQ(check({{}, {{":v", testing::S("y")}, {":w", testing::S("y")}}}, "c = :w"),
              "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}");
}

}  // namespace
}  // namespace faasd::table
