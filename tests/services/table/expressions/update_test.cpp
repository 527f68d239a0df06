// What an update makes of an item.
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "items/value_support.hpp"
#include "services/table/expressions/update_support.hpp"

namespace faasd::table {

using namespace items;
namespace {

using testing::item;
using testing::show;
using update_support::parse;

const model::Item kKey = item(R"({"id": {"S": "p"}})");

// The item (without its key) that an update makes of another one, or the message.
std::string updated(std::string_view text, std::string_view old_item) {
    const auto plan = parse(text);
    if (!plan) return plan.error().message;
    model::Item old = item(old_item);
    old.insert(kKey.begin(), kKey.end());
    auto after = apply(*plan, &old, kKey);
    if (!after) return after.error().message;
    after->erase("id");
    return to_typed_json(*after).dump();
}
std::string normal(std::string_view typed) {
    return nlohmann::json::parse(typed).dump();
}

struct Case {
    const char* update;
    const char* before;
    const char* after;
};

TEST(Update, changes_the_item) {
    const std::vector<Case> cases{
        {"SET a = :one", R"({})", R"({"a":{"N":"1"}})"},
        {"set a = :one, b = :text", R"({"a":{"S":"x"}})", R"({"a":{"N":"1"},"b":{"S":"t"}})"},
        {"SET a = b", R"({"b":{"S":"x"}})", R"({"a":{"S":"x"},"b":{"S":"x"}})"},
        {"SET a = a + :one", R"({"a":{"N":"41"}})", R"({"a":{"N":"42"}})"},
        {"SET a = :one - a", R"({"a":{"N":"0.9"}})", R"({"a":{"N":"0.1"}})"},
        {"SET a = (a + b)", R"({"a":{"N":"1"},"b":{"N":"2"}})", R"({"a":{"N":"3"},"b":{"N":"2"}})"},
        {"SET a = ((b) - (:one))", R"({"b":{"N":"2"}})", R"({"a":{"N":"1"},"b":{"N":"2"}})"},
        {"SET a = if_not_exists(a, :one)", R"({})", R"({"a":{"N":"1"}})"},
        {"SET a = if_not_exists(a, :one)", R"({"a":{"N":"7"}})", R"({"a":{"N":"7"}})"},
        {"SET a = if_not_exists(b, if_not_exists(c, :one)) + :two", R"({"c":{"N":"5"}})",
         R"({"a":{"N":"7"},"c":{"N":"5"}})"},
        {"SET a = list_append(a, :list)", R"({"a":{"L":[{"N":"1"}]}})",
         R"({"a":{"L":[{"N":"1"},{"N":"8"}]}})"},
        {"SET a = list_append(:list, a)", R"({"a":{"L":[{"N":"1"}]}})",
         R"({"a":{"L":[{"N":"8"},{"N":"1"}]}})"},
        {"SET a = list_append(if_not_exists(a, :list), :list)", R"({})",
         R"({"a":{"L":[{"N":"8"},{"N":"8"}]}})"},
        {"SET a.b = :one", R"({"a":{"M":{"c":{"N":"2"}}}})", R"({"a":{"M":{"b":{"N":"1"},"c":{"N":"2"}}}})"},
        {"SET a.c[1].#a = :one", R"({"a":{"M":{"c":{"L":[{"S":"x"},{"M":{}}]}}}})",
         R"({"a":{"M":{"c":{"L":[{"S":"x"},{"M":{"a":{"N":"1"}}}]}}}})"},
        {"SET #dot = :one", R"({})", R"({"x.y":{"N":"1"}})"},
        {"SET a[1] = :one", R"({"a":{"L":[{"S":"x"},{"S":"y"}]}})", R"({"a":{"L":[{"S":"x"},{"N":"1"}]}})"},
        {"SET a[7] = :one", R"({"a":{"L":[{"S":"x"}]}})", R"({"a":{"L":[{"S":"x"},{"N":"1"}]}})"},
        {"SET a[84] = :text, a[37] = :one, a[50] = :two", R"({"a":{"L":[]}})",
         R"({"a":{"L":[{"N":"1"},{"N":"2"},{"S":"t"}]}})"},
        {"REMOVE a", R"({"a":{"N":"1"},"b":{"N":"2"}})", R"({"b":{"N":"2"}})"},
        {"REMOVE nothing, a.x, b[9]", R"({"a":{"M":{}},"b":{"L":[]}})", R"({"a":{"M":{}},"b":{"L":[]}})"},
        {"REMOVE a.b", R"({"a":{"M":{"b":{"N":"1"}}}})", R"({"a":{"M":{}}})"},
        {"REMOVE a[0], a[2]", R"({"a":{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"N":"3"}]}})",
         R"({"a":{"L":[{"N":"1"},{"N":"3"}]}})"},
        {"REMOVE a[0], a[1].b", R"({"a":{"L":[{"N":"0"},{"M":{"b":{"N":"1"},"c":{"N":"2"}}}]}})",
         R"({"a":{"L":[{"M":{"c":{"N":"2"}}}]}})"},
        {"REMOVE a SET b = a", R"({"a":{"S":"x"}})", R"({"b":{"S":"x"}})"},
        {"REMOVE a[1] SET a[3] = :text", R"({"a":{"L":[{"N":"2"},{"N":"3"},{"N":"4"},{"N":"5"}]}})",
         R"({"a":{"L":[{"N":"2"},{"N":"4"},{"S":"t"}]}})"},
        {"REMOVE a[1] SET a[9] = :text", R"({"a":{"L":[{"N":"2"}]}})",
         R"({"a":{"L":[{"N":"2"},{"S":"t"}]}})"},
        {"SET a = b, b = a", R"({"a":{"N":"1"},"b":{"N":"2"}})", R"({"a":{"N":"2"},"b":{"N":"1"}})"},
        {"ADD a :one", R"({"a":{"N":"2"}})", R"({"a":{"N":"3"}})"},
        {"ADD a :one, b.c :half", R"({"b":{"M":{}}})", R"({"a":{"N":"1"},"b":{"M":{"c":{"N":"0.5"}}}})"},
        {"ADD a :ss2", R"({"a":{"SS":["green","red"]}})", R"({"a":{"SS":["blue","green","red"]}})"},
        {"ADD a :ns", R"({"a":{"NS":["1","2"]}})", R"({"a":{"NS":["1","2","3"]}})"},
        {"ADD a :bs", R"({})", R"({"a":{"BS":["aGk="]}})"},
        {"DELETE a :ss", R"({"a":{"SS":["green","red"]}})", R"({"a":{"SS":["green"]}})"},
        {"DELETE a :ss2", R"({"a":{"SS":["blue","red"]},"b":{"N":"1"}})", R"({"b":{"N":"1"}})"},
        {"DELETE a :ss", R"({"b":{"N":"1"}})", R"({"b":{"N":"1"}})"},
        {"SET a = :one REMOVE b ADD c :two DELETE d :ss", R"({"b":{"N":"1"},"d":{"SS":["red","x"]}})",
         R"({"a":{"N":"1"},"c":{"N":"2"},"d":{"SS":["x"]}})"},
        {"SET a = id", R"({})", R"({"a":{"S":"p"}})"},
    };
    for (const Case& c : cases)
        EXPECT_EQ(updated(c.update, c.before), normal(c.after)) << c.update;
}

TEST(Update, that_the_item_does_not_allow_is_refused) {
    const std::string path = "The document path provided in the update expression is invalid for update";
    const std::string missing =
        "The provided expression refers to an attribute that does not exist in the item";
    const std::string type = "An operand in the update expression has an incorrect data type";
    const std::string before = R"({"s":{"S":"x"},"n":{"N":"1"},"l":{"L":[]},"m":{"M":{}},"ns":{"NS":["1"]}})";
    const std::vector<std::pair<const char*, std::string>> cases{
        {"SET a = nope", missing},
        {"SET a = list_append(l, nope)", missing},
        {"SET x = :one, y = x", missing},
        {"SET a = s + :one", type},
        {"SET a = n - s", type},
        {"SET a = list_append(l, s)", type},
        {"SET s.x = :one", path},
        {"SET l.x = :one", path},
        {"SET m[0] = :one", path},
        {"SET nope.x = :one", path},
        {"SET nope[0] = :one", path},
        {"SET m.x.y = :one", path},
        {"REMOVE s.x", path},
        {"REMOVE nope.x", path},
        {"REMOVE nope[0]", path},
        {"ADD nope.x :one", path},
        {"ADD s :one", type},
        {"ADD n :ss", type},
        {"ADD ns :one", type},
        {"ADD ns :ss", type},
        {"DELETE n :ns", type},
        {"DELETE ns :ss", type},
    };
    for (const auto& [update, message] : cases)
        EXPECT_EQ(updated(update, before), message) << update;
    EXPECT_EQ(updated("SET n = n + :one", R"({"n":{"N":"1E125"}})"),
              "Attempting to store more than 38 significant digits in a Number");
}

TEST(Update, starts_from_the_key_where_there_is_no_item) {
    const auto create = [](std::string_view text) {
        const auto after = apply(parse(text).value(), nullptr, kKey);
        return after ? to_typed_json(*after).dump() : after.error().message;
    };
    EXPECT_EQ(create("SET a = :one"), R"({"a":{"N":"1"},"id":{"S":"p"}})");
    EXPECT_EQ(create("ADD a :one"), R"({"a":{"N":"1"},"id":{"S":"p"}})");
    EXPECT_EQ(create("SET a = :one REMOVE b"), R"({"a":{"N":"1"},"id":{"S":"p"}})");
    EXPECT_EQ(create("REMOVE a"), R"({"id":{"S":"p"}})") << "removing makes an item, too";
    EXPECT_EQ(create("DELETE a :ss"), R"({"id":{"S":"p"}})");
    for (const char* nested : {"SET a.b = :one", "REMOVE a.b", "REMOVE c[1]", "DELETE a.b :ss", "ADD a.b :one"})
        EXPECT_EQ(create(nested), "The document path provided in the update expression is invalid for update");
    EXPECT_EQ(create("SET a.b = :one, c = d"),
              "The provided expression refers to an attribute that does not exist in the item")
        << "operands are judged before paths";
    EXPECT_EQ(show(apply(UpdatePlan{}, nullptr, kKey).value()), R"({"id":{"S":"p"}})")
        << "no expression";
}

TEST(Update, may_not_make_an_item_larger_or_deeper_than_items_are) {
    const std::string large(250'000, 'x');
    model::Item old{{"id", testing::S("p")}, {"b", testing::S(large)}};
    EXPECT_EQ(apply(parse("SET a = b").value(), &old, kKey).error().message,
              "Item size to update has exceeded the maximum allowed size");
    EXPECT_EQ(apply(parse("SET a = b, c = b").value(), &old, kKey).error().message,
              "Item size to update has exceeded the maximum allowed size");
    model::AttributeValue deep{model::Item{}};
    std::string path = "d";
    for (int level = 1; level < 32; ++level) {
        deep = {model::Item{{"k", deep}}};
        path += ".k";
    }
    old = {{"id", testing::S("p")}, {"d", deep}};
    EXPECT_TRUE(apply(parse("SET " + path + ".x = :one").value(), &old, kKey));
    EXPECT_THAT(apply(parse("SET " + path + ".x = :list").value(), &old, kKey).error().message,
                ::testing::HasSubstr("Nesting Levels have exceeded supported limits"));
}

TEST(Update, old_and_new_attributes_are_those_of_the_updated_paths_only) {
    const auto both = [](std::string_view text, std::string_view before) {
        const UpdatePlan plan = parse(text).value();
        const model::Item old = item(before);
        const model::Item after = apply(plan, &old, kKey).value();
        return to_typed_json(updated_attributes(plan, old)).dump() + " -> " +
               to_typed_json(updated_attributes(plan, after)).dump();
    };
    EXPECT_EQ(both("SET b = :one, c = :two", R"({"a":{"S":"x"},"b":{"S":"y"}})"),
              R"({"b":{"S":"y"}} -> {"b":{"N":"1"},"c":{"N":"2"}})");
    EXPECT_EQ(both("REMOVE b", R"({"b":{"S":"y"}})"), R"({"b":{"S":"y"}} -> {})");
    EXPECT_EQ(both("SET a.b = :one", R"({"a":{"M":{"b":{"S":"x"},"c":{"S":"y"}}}})"),
              R"({"a":{"M":{"b":{"S":"x"}}}} -> {"a":{"M":{"b":{"N":"1"}}}})");
    EXPECT_EQ(
        both("SET a.c[1] = :one, a.b = :two",
             R"({"a":{"M":{"b":{"S":"x"},"c":{"L":[{"N":"7"},{"N":"8"}]}}}})"),
        R"({"a":{"M":{"b":{"S":"x"},"c":{"L":[{"N":"8"}]}}}} -> {"a":{"M":{"b":{"N":"2"},"c":{"L":[{"N":"1"}]}}}})");
    EXPECT_EQ(both("SET a[100] = :one", R"({"a":{"L":[{"N":"7"}]}})"), "{} -> {}") << "as in DynamoDB";
    EXPECT_EQ(both("REMOVE a[0]", R"({"a":{"L":[{"N":"7"},{"N":"8"}]}})"),
              R"({"a":{"L":[{"N":"7"}]}} -> {"a":{"L":[{"N":"8"}]}})")
        << "as in DynamoDB";
}

}  // namespace
}  // namespace faasd::table
