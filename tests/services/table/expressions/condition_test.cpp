// What a condition says of an item.
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/table/expressions/condition_support.hpp"

namespace faasd::table {

using namespace items;
namespace {

using condition_support::names;
using testing::item;
using testing::show;

const char* const kItem = R"({
    "id": {"S": "p1"}, "price": {"N": "20"}, "five": {"N": "5"}, "title": {"S": "hello"}, "yes": {"BOOL": true},
    "nothing": {"NULL": true}, "bin": {"B": "aGkgdGhlcmU="}, "colors": {"SS": ["red", "blue"]},
    "sizes": {"NS": ["1", "2.5"]}, "bins": {"BS": ["aGk="]},
    "lst": {"L": [{"S": "x"}, {"N": "7"}, {"NS": ["1", "2"]}]},
    "doc": {"M": {"x": {"N": "1"}, "y": {"L": [{"N": "-1"}, {"N": "2"}]}}}})";

bool is_true(std::string_view text) {
    const model::ExpressionNames placeholders = names();
    NameUsage usage(placeholders);
    const auto condition = parse_condition(ExpressionKind::condition, text, usage);
    EXPECT_TRUE(condition) << text << ": " << condition.error().message;
    return condition && holds(*condition, item(kItem));
}

TEST(Condition, holds_for_the_item) {
    for (const char* text : {
             "price = :twenty",
             "price = :twentyAgain",
             "#p = :twenty",
             "five < price",
             "price >= :five",
             "title = :text",
             "price <> :five",
             "price <> :text",
             "absent <> :five",
             "absent <> absent2",
             "price BETWEEN :five AND :twenty",
             "price between five and :twenty",
             "(price)between(five)and(:twenty)",
             "price IN (:five, :twenty)",
             "price in (:twenty)",
             "title in (:z, title2, :text)",
             "attribute_exists(price)",
             "attribute_exists(doc.y[1])",
             "attribute_not_exists(doc.z)",
             "attribute_not_exists(#absent)",
             "attribute_type(price, :typeN)",
             "attribute_type(colors, :typeSS)",
             "attribute_type(:five, :typeN)",
             "begins_with(title, :h)",
             "begins_with(:text, :h)",
             "begins_with(bin, :hi)",
             "begins_with(title, :empty)",
             "contains(title, :ell)",
             "contains(colors, :red)",
             "contains(sizes, :two5)",
             "contains(bins, :hi)",
             "contains(bin, :hi)",
             "contains(lst, :seven)",
             "contains(lst, :ns)",
             "size(title) = :five",
             "size(lst) < :five",
             "size(bin) > five",
             "size(doc) <> :five",
             "size(colors) <= size(title)",
             "doc.x < doc.y[1]",
             "#d.y[0] < #d.x",
             "NOT price = :five",
             "not not price = :twenty",
             "colors = :colors",
             "yes = :true",
             "nothing = :null",
             "price = :five OR price = :twenty",
             "price = :twenty AND five = :five",
             "price = :twenty OR price = :five AND title = :z",
             "NOT price = :five AND title = :text",
             "(price = :twenty OR price = :five) AND NOT (title = :z)",
             "size((title)) = :five",
             "((price = :five) OR (price = :twenty))",
             "(size(title)) = :five",
             "(doc.y)[1] > doc.x",
             "(doc).x = doc.x2 OR five=:five",
             " \t\r\nprice\n=\n:twenty ",
             "attribute_not_exists (and1)",
             "attribute_not_exists(#and)",
         }) {
        EXPECT_TRUE(is_true(text)) << text;
    }
}

TEST(Condition, does_not_hold_for_the_item) {
    for (const char* text : {
             "price = :five",
             "price = :text",
             "absent = :five",
             "absent = absent2",
             "absent < :five",
             "absent >= :five",
             "price < five",
             "title < :five",
             "yes < price",
             "price BETWEEN :five AND :seven",
             "title BETWEEN :five AND :seven",
             "absent BETWEEN :five AND :seven",
             "price IN (:five, :text)",
             "attribute_exists(absent)",
             "attribute_exists(price.x)",
             "attribute_exists(lst.x)",
             "attribute_exists(lst[3])",
             "attribute_exists(doc[0])",
             "attribute_not_exists(price)",
             "attribute_type(price, :typeSS)",
             "attribute_type(absent, :typeN)",
             "begins_with(title, :ell)",
             "begins_with(price, :h)",
             "begins_with(absent, :h)",
             "begins_with(bin, :h)",
             "contains(title, :z)",
             "contains(colors, :five)",
             "contains(sizes, :seven)",
             "contains(lst, :z)",
             "contains(price, :five)",
             "contains(absent, :five)",
             "size(price) = :five",
             "size(yes) = :five",
             "size(absent) = :five",
             "size(title) = :text",
             "NOT price = :twenty",
             "price = :twenty AND title = :z",
             "(price = :five OR title = :text) AND five = :seven",
             "NOT (price = :twenty OR title = :z)",
         }) {
        EXPECT_FALSE(is_true(text)) << text;
    }
}

TEST(Condition, without_an_item_sees_no_attribute) {
    const model::ExpressionNames none;
    NameUsage usage(none);
    const auto condition =
        parse_condition(ExpressionKind::condition, "attribute_not_exists(id)", usage).value();
    EXPECT_TRUE(holds(condition, {}));
    EXPECT_FALSE(holds(condition, item(kItem)));
    EXPECT_TRUE(holds(Condition{}, item(kItem))) << "no condition";
}

TEST(Condition, names_its_attributes_for_the_check_of_a_querys_filter) {
    const model::ExpressionNames placeholders = names();
    NameUsage usage(placeholders);
    const auto filter = parse_condition(ExpressionKind::filter, "#p > five AND doc.x = :five", usage).value();
    EXPECT_THAT(attributes_of(filter), ::testing::ElementsAre("doc", "five", "price"));
    EXPECT_EQ(show(check_filter(filter, {{"id", model::KeyType::string}, {}})), "fine");
    EXPECT_EQ(show(check_filter(filter, {{"id", model::KeyType::string}, model::KeyAttribute{"price"}})),
              "Filter Expression can only contain non-primary key attributes: Primary key attribute: price");
}

}  // namespace
}  // namespace faasd::table
