// What is wrong in an update is said in the words of DynamoDB.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "items/value_support.hpp"
#include "services/table/expressions/update_support.hpp"

namespace faasd::table {

using namespace items;
namespace {

using testing::item;
using testing::show;
using update_support::parse;

std::string refusal(std::string_view text) {
    const auto plan = parse(text);
    if (plan) return "accepted";
    constexpr std::string_view prefix = "Invalid UpdateExpression: ";
    EXPECT_TRUE(plan.error().message.starts_with(prefix)) << plan.error().message;
    return plan.error().message.substr(prefix.size());
}

TEST(Update, syntax_errors_quote_the_token_and_what_stands_around_it) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"INVALID SYNTAX HERE", R"~(token: "INVALID", near: "INVALID SYNTAX")~"},
        {"ADD hits : incr", R"~(token: ":", near: "hits : incr")~"},
        {"SET a = :one, #,", R"~(token: "#", near: ", #,")~"},
        {"SET _123 = :one", R"~(token: "_", near: "SET _123")~"},
        {"set a", R"~(token: "<EOF>", near: "a")~"},
        {"set a = ", R"~(token: "<EOF>", near: "= ")~"},
        {"set a = :one,", R"~(token: "<EOF>", near: ",")~"},
        {"set a=set", R"~(token: "set", near: "=set")~"},
        {"remove a = b", R"~(token: "=", near: "a = b")~"},
        {"remove a b", R"~(token: "b", near: "a b")~"},
        {"add a b", R"~(token: "b", near: "a b")~"},
        {"delete a if_not_exist(b)", R"~(token: "if_not_exist", near: "a if_not_exist(")~"},
        {"add abort b", R"~(token: "b", near: "abort b")~"},
        {"set :one = b", R"~(token: ":one", near: "set :one =")~"},
        {"remove :one", R"~(token: ":one", near: "remove :one")~"},
        {"set a = b / c", R"~(token: "/", near: "b / c")~"},
        {"set a[1] = \"eight\"", R"~(token: """, near: "= "eight")~"},
        {"SET a = if_not_exist(a, 100)", R"~(token: "100", near: ", 100)")~"},
        {"SET if_not_exist(a, b) = a", R"~(token: "(", near: "if_not_exist(a")~"},
        {"set (a = (b + c))", R"~(token: "(", near: "set (a")~"},
        {"set a = (b.c).d + e", R"~(token: ".", near: ").d")~"},
        {"set a = b + c + d", R"~(token: "+", near: "c + d")~"},
        {"set a = (b + c) + d", R"~(token: "+", near: ") + d")~"},
        {"set c = if_not_exists(c, :one+:two)", R"~(token: "+", near: ":one+:two")~"},
        {"SET a = _f(b,c)", R"~(token: "_", near: "= _f")~"},
        {"SET hi-there = :one", R"~(token: "-", near: "hi-there")~"},
    };
    for (const auto& [text, message] : cases)
        EXPECT_EQ(refusal(text), "Syntax error; " + message) << text;
}

TEST(Update, other_mistakes_have_the_documented_messages) {
    const std::string reserved = "Attribute name is a reserved keyword; reserved keyword: ";
    const std::string once = " section can only be used once in an update expression;";
    const std::string overlap =
        "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: ";
    const std::string conflict =
        "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: ";
    const std::string section = "Incorrect operand type for operator or function; operator: ";
    const std::string type = "Incorrect operand type for operator or function; operator or function: ";
    const std::string misused =
        "The function is not allowed to be used this way in an expression; function: ";
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "The expression can not be empty;"},
        {" set #x = :c set abOrt = true ", reserved + "abOrt"},
        {" remove Absolute ", reserved + "Absolute"},
        {"set #c = if_not_exist(:c) set c = d", "Invalid function name; function: if_not_exist"},
        {"SET a = LIST_APPEND(:list, :list)", "Invalid function name; function: LIST_APPEND"},
        {"SET a = size(b)", "The function is not allowed in an update expression; function: size"},
        {"SET a = list_append(list_append(b, c), d)", misused + "list_append"},
        {"set a = #x set c = :d", "The \"SET\"" + once},
        {"remove #x set a = b remove e", "The \"REMOVE\"" + once},
        {"add #x :e set a = b add e :f", "The \"ADD\"" + once},
        {"delete #x :e set a = b delete #e :f", "The \"DELETE\"" + once},
        {"SET #x = if_not_exists(:c)",
         "An expression attribute name used in the document path is not defined; attribute name: #x"},
        {"SET #a = if_not_exists(:c)",
         "An expression attribute value used in expression is not defined; attribute value: :c"},
        {"set d[1] = a, d.b = a, c[1].a = a, #c = if_not_exists(a)", overlap + "[c, [1], a], path two: [c]"},
        {"set #c[3].#d = a, #c[3] = a", overlap + "[c, [3], [3]], path two: [c, [3]]"},
        {"SET a = :one REMOVE a", overlap + "[a], path two: [a]"},
        {"SET a.b = :one, a.b.c = :two", overlap + "[a, b], path two: [a, b, c]"},
        {"set #c[3].#d = a, #c.#d[3] = if_not_exists(a)",
         conflict + "[c, [3], [3]], path two: [c, [3], [3]]"},
        {"remove a.#c set a[1] = #d", conflict + "[a, c], path two: [a, [1]]"},
        {"set b = list_append(:text, a), c = if_not_exists(a) add a.b :text",
         section + "ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND"},
        {"delete a.b :text", section + "DELETE, operand type: STRING, typeSet: ALLOWED_FOR_DELETE_OPERAND"},
        {"add a.b :null", section + "ADD, operand type: NULL, typeSet: ALLOWED_FOR_ADD_OPERAND"},
        {"add a.b :true", section + "ADD, operand type: BOOLEAN, typeSet: ALLOWED_FOR_ADD_OPERAND"},
        {"delete a.b :bin", section + "DELETE, operand type: BINARY, typeSet: ALLOWED_FOR_DELETE_OPERAND"},
        {"add a.b :map", section + "ADD, operand type: MAP, typeSet: ALLOWED_FOR_ADD_OPERAND"},
        {"add a.b :list", section + "ADD, operand type: LIST, typeSet: ALLOWED_FOR_ADD_OPERAND"},
        {"delete a.b :one", section + "DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND"},
        {"set a = if_not_exists(c)",
         "Incorrect number of operands for operator or function; operator or function: if_not_exists, number "
         "of "
         "operands: 1"},
        {"set a = list_append(c, d, e)",
         "Incorrect number of operands for operator or function; operator or function: list_append, number "
         "of "
         "operands: 3"},
        {"set a = if_not_exists(:one, c)",
         "Operator or function requires a document path; operator or function: if_not_exists"},
        {"set a = if_not_exists(if_not_exists(a, b), c)",
         "Operator or function requires a document path; operator or function: if_not_exists"},
        {"set a = list_append(:text, a)", type + "list_append, operand type: S"},
        {"set a = list_append(a, :ss)", type + "list_append, operand type: SS"},
        {"set a = a + :text", type + "+, operand type: S"},
        {"set a = :bin - a", type + "-, operand type: B"},
        {"set a = a - :list", type + "-, operand type: L"},
        {"set a = ((b))", "The expression has redundant parentheses;"},
    };
    for (const auto& [text, message] : cases)
        EXPECT_EQ(refusal(text), message) << text;
}

TEST(Update, no_nesting_overflows_the_stack) {
    std::string deep = "SET a = ";
    for (int i = 0; i < 280; ++i)
        deep += "if_not_exists(b,";
    EXPECT_NE(refusal(deep), "accepted");
    EXPECT_NE(refusal("SET a = " + std::string(4000, '(')), "accepted");
}

TEST(Update, leaves_keys_alone) {
    model::TableDefinition table;
    table.key = {{"a", model::KeyType::string}, model::KeyAttribute{"b", model::KeyType::string}};
    model::IndexDefinition index;
    index.name = "by_c";
    index.key.hash = {"c", model::KeyType::string};
    table.indexes.push_back(index);
    const auto verdict = [&](std::string_view text) {
        return show(check_update(parse(text).value(), table));
    };
    const auto part = [](const std::string& name) {
        return "One or more parameter values were invalid: Cannot update attribute " + name +
               ". This attribute is part of the key";
    };
    EXPECT_EQ(verdict("SET d = a, c = :text"), "fine");
    EXPECT_EQ(verdict("add a.b :one"), part("a"));
    EXPECT_EQ(verdict("delete b :ss remove a"), part("a"));
    EXPECT_EQ(verdict("set a = a.b + a[1]"), part("a"));
    EXPECT_EQ(verdict("set d[1] = :one add b.b :one"), part("b"));
    EXPECT_EQ(
        verdict("set c = a + :one"),
        "One or more parameter values were invalid: Type mismatch for Index Key c Expected: S Actual: N "
        "IndexName: by_c");
    EXPECT_EQ(
        verdict("delete c :ss"),
        "One or more parameter values were invalid: Type mismatch for Index Key c Expected: S Actual: SS "
        "IndexName: by_c");
    EXPECT_EQ(verdict("set e = list_append(d, f), g = c[1]"),
              "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
              "IndexKey: c");
    EXPECT_EQ(
        verdict("set e = a.x"),
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: a");
    EXPECT_EQ(show(check_updated_item(table, item(R"({"c": {"N": "1"}})"))),
              "The update expression attempted to update the secondary index key to unsupported type");
    EXPECT_EQ(show(check_updated_item(table, item(R"({"c": {"S": "x"}})"))), "fine");
}

}  // namespace
}  // namespace faasd::table
