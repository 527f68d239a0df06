#include "items/attribute_value.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "items/validation.hpp"
#include "items/value_support.hpp"

namespace faasd::items {

using namespace items;
namespace {

using testing::B;
using testing::item;
using testing::N;
using testing::S;
using testing::show;
using testing::value;

TEST(AttributeValue, strings_and_binaries_are_ordered_by_their_bytes_and_numbers_by_value) {
    EXPECT_TRUE(*compare(S("a"), S("b")) < 0);
    EXPECT_TRUE(*compare(S("a"), S("aa")) < 0);
    EXPECT_TRUE(*compare(S("Z"), S("a")) < 0);
    EXPECT_TRUE(*compare(S("z"), S("\u00e9")) < 0);
    EXPECT_TRUE(*compare(S("\uffff"), S("\U00010000")) < 0) << "UTF-8 order, not UTF-16 order";
    EXPECT_TRUE(*compare(B("\x7f"), B("\x80")) < 0);
    EXPECT_TRUE(*compare(N("9"), N("10")) < 0);
    EXPECT_TRUE(*compare(N("-2"), N("-1")) < 0);
    EXPECT_TRUE(*compare(N("5"), N("5")) == 0);
}

TEST(AttributeValue, values_of_different_or_unordered_types_have_no_order) {
    EXPECT_FALSE(compare(S("1"), N("1")));
    EXPECT_FALSE(compare(value(R"({"BOOL": true})"), value(R"({"BOOL": false})")));
    EXPECT_FALSE(compare(value(R"({"L": []})"), value(R"({"L": []})")));
}

TEST(AttributeValue, sizes_follow_the_documented_arithmetic) {
    EXPECT_EQ(value_size(S("")), 0U);
    EXPECT_EQ(value_size(S("h\u00e9llo")), 6U) << "UTF-8 bytes";
    EXPECT_EQ(value_size(B(std::string(5, '\0'))), 5U);
    EXPECT_EQ(value_size(value(R"({"BOOL": true})")), 1U);
    EXPECT_EQ(value_size(value(R"({"NULL": true})")), 1U);
    EXPECT_EQ(value_size(N("0")), 1U);
    EXPECT_EQ(value_size(N("27")), 2U);
    EXPECT_EQ(value_size(N("-27")), 3U);
    EXPECT_EQ(value_size(N("123")), 3U);
    EXPECT_EQ(value_size(N("1000000")), 2U) << "trailing zeros do not count";
    EXPECT_EQ(value_size(N("0.001")), 2U) << "nor do leading ones";
    EXPECT_EQ(value_size(N("100.5")), 3U) << "inner ones do";
    EXPECT_EQ(value_size(value(R"({"SS": ["ab", "c"]})")), 3U);
    EXPECT_EQ(value_size(value(R"({"NS": ["1", "200"]})")), 4U);
    EXPECT_EQ(value_size(value(R"({"L": []})")), 3U);
    EXPECT_EQ(value_size(value(R"({"M": {}})")), 3U);
    EXPECT_EQ(value_size(value(R"({"L": [{"S": "ab"}, {"N": "1"}]})")), 3U + 2 + 2 + 2);
    EXPECT_EQ(value_size(value(R"({"M": {"key": {"S": "ab"}}})")), 3U + 1 + 3 + 2);
    EXPECT_EQ(item_size(item(R"({"id": {"S": "a"}, "n": {"N": "12"}})")), 2U + 1 + 1 + 2);
}

TEST(AttributeValue, is_described_as_messages_print_it) {
    EXPECT_EQ(describe(S("abc")), "{S:abc}");
    EXPECT_EQ(describe(N("5")), "{N:5}");
    EXPECT_EQ(describe(value(R"({"L": [{"S": "a"}, {"BOOL": true}]})")), "{L:[{S:a}, {BOOL:true}]}");
}

TEST(Validation, an_item_may_have_400_KB_and_no_byte_more) {
    model::Item fits{{"id", S(std::string(kMaxItemBytes - 2, 'x'))}};
    EXPECT_EQ(show(check_item_size(fits)), "fine");
    model::Item larger{{"id", S(std::string(kMaxItemBytes - 1, 'x'))}};
    EXPECT_EQ(show(check_item_size(larger)), "Item size has exceeded the maximum allowed size");
    EXPECT_EQ(show(check_updated_item_size(larger)),
              "Item size to update has exceeded the maximum allowed size");
}

TEST(Validation, numbers_become_canonical) {
    model::Item written{
        {"n", N("1.50e1")}, {"l", {model::List{N("007")}}}, {"s", {model::NumberSet{{"1.0", "2"}}}}};
    ASSERT_EQ(show(canonicalize(written)), "fine");
    EXPECT_EQ(written, item(R"({"n": {"N": "15"}, "l": {"L": [{"N": "7"}]}, "s": {"NS": ["1", "2"]}})"));
}

TEST(Validation, refuses_what_DynamoDB_does_not_store) {
    const auto verdict = [](model::AttributeValue v) { return show(canonicalize(v)); };
    EXPECT_EQ(verdict({model::StringSet{}}),
              "One or more parameter values were invalid: An string set  may not be empty");
    EXPECT_EQ(verdict({model::NumberSet{}}),
              "One or more parameter values were invalid: An number set  may not be empty");
    EXPECT_EQ(verdict({model::BinarySet{}}),
              "One or more parameter values were invalid: Binary sets should not be empty");
    EXPECT_EQ(verdict({model::NumberSet{{"1", "1.0"}}}), "Input collection contains duplicates");
    EXPECT_EQ(verdict(N("one")), "The parameter cannot be converted to a numeric value: one");
    EXPECT_NE(verdict(S("\xC3")), "fine") << "no UTF-8";
    EXPECT_EQ(verdict(S("")), "fine") << "an empty string is no problem outside of keys";
    model::Item nameless{{"", S("a")}};
    EXPECT_NE(show(canonicalize(nameless)), "fine");
}

TEST(Validation, lists_and_maps_nest_up_to_32_levels) {
    model::AttributeValue nested = S("leaf");
    for (int level = 0; level < kMaxNesting; ++level)
        nested = {model::List{nested}};
    EXPECT_EQ(show(canonicalize(nested)), "fine");
    nested = {model::List{nested}};
    EXPECT_THAT(show(canonicalize(nested)),
                ::testing::HasSubstr("Nesting Levels have exceeded supported limits"));
}

}  // namespace
}  // namespace faasd::items
