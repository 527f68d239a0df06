#include "services/table/expressions/projection.hpp"

#include <string>

#include <gtest/gtest.h>

#include "items/value_support.hpp"

namespace faasd::table {

using namespace items;
namespace {

using testing::item;

const model::ExpressionNames kNames{{{"#a", "a"}, {"#b", "[3]"}, {"#dot", "a.b"}}, {}};

std::string picked(std::string_view text, std::string_view of) {
    NameUsage usage(kNames);
    const auto paths = parse_projection(text, usage);
    return paths ? to_typed_json(project(item(of), *paths)).dump() : paths.error().message;
}
std::string normal(std::string_view typed) {
    return nlohmann::json::parse(typed).dump();
}

TEST(Projection, picks_attributes_in_their_nested_place) {
    const char* const of =
        R"({"a":{"M":{"x":{"N":"1"},"y":{"L":[{"N":"0"},{"N":"1"},{"M":{"z":{"S":"q"}}}]}}},
                               "b":{"S":"t"},"a.b":{"S":"dotted"}})";
    const std::vector<std::pair<const char*, const char*>> cases{
        {"b", R"({"b":{"S":"t"}})"},
        {"b, nope, #dot", R"({"a.b":{"S":"dotted"},"b":{"S":"t"}})"},
        {"#a.x", R"({"a":{"M":{"x":{"N":"1"}}}})"},
        {"a.y[2], a.y[0]", R"({"a":{"M":{"y":{"L":[{"N":"0"},{"M":{"z":{"S":"q"}}}]}}}})"},
        {"a.y[2].z, a.x", R"({"a":{"M":{"x":{"N":"1"},"y":{"L":[{"M":{"z":{"S":"q"}}}]}}}})"},
        {"a.nope, a.y[7], b.x", R"({})"},
    };
    for (const auto& [text, result] : cases)
        EXPECT_EQ(picked(text, of), normal(result)) << text;
}

TEST(Projection, mistakes_have_the_documented_messages) {
    const std::string invalid = "Invalid ProjectionExpression: ";
    const std::string overlap =
        invalid +
        "Two document paths overlap with each other; must remove or rewrite one of these "
        "paths; path one: ";
    const std::string conflict =
        invalid +
        "Two document paths conflict with each other; must remove or rewrite one of these "
        "paths; path one: ";
    const std::vector<std::pair<const char*, std::string>> cases{
        {"", invalid + "The expression can not be empty;"},
        {"whatever(stuff)", invalid + R"~(Syntax error; token: "(", near: "whatever(stuff")~"},
        {"abort,", invalid + R"~(Syntax error; token: "<EOF>", near: ",")~"},
        {"a,,b", invalid + R"~(Syntax error; token: ",", near: ",,b")~"},
        {"a..b", invalid + R"~(Syntax error; token: ".", near: "..b")~"},
        {"a[b]", invalid + R"~(Syntax error; token: "b", near: "[b]")~"},
        {"a-b", invalid + R"~(Syntax error; token: "-", near: "a-b")~"},
        {"a b", invalid + R"~(Syntax error; token: "b", near: "a b")~"},
        {"a, :v", invalid + R"~(Syntax error; token: ":v", near: ", :v")~"},
        {"a.abORt", invalid + "Attribute name is a reserved keyword; reserved keyword: abORt"},
        {"a,b,#c",
         invalid +
             "An expression attribute name used in the document path is not defined; attribute name: #c"},
        {"b[1], b.a, #a.b, a", overlap + "[a, b], path two: [a]"},
        {"a, #a[1]", overlap + "[a], path two: [a, [1]]"},
        {"a.b, #a[1], #b", conflict + "[a, b], path two: [a, [1]]"},
        {"a[3].b, #a.#b.b", conflict + "[a, [3], b], path two: [a, [3], b]"},
    };
    for (const auto& [text, message] : cases)
        EXPECT_EQ(picked(text, "{}"), message) << text;
}

}  // namespace
}  // namespace faasd::table
