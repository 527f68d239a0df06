#include "services/table/expressions/update.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "items/value_support.hpp"

namespace faasd::table {

using namespace items;
namespace {

using testing::item;
using testing::show;

const model::Item kKey = item(R"({"id": {"S": "p"}})");

const char* const kValues = R"({
    ":one": {"N": "1"}, ":two": {"N": "2"}, ":half": {"N": "0.5"}, ":text": {"S": "t"}, ":other": {"S": "o"},
    ":list": {"L": [{"N": "8"}]}, ":map": {"M": {"k": {"S": "v"}}}, ":bin": {"B": "aGk="}, ":true": {"BOOL": true},
    ":null": {"NULL": true}, ":ss": {"SS": ["red"]}, ":ss2": {"SS": ["red", "blue"]}, ":ns": {"NS": ["1.0", "3"]},
    ":bs": {"BS": ["aGk="]}})";

model::ExpressionNames names() {
    model::ExpressionNames out;
    const auto values = nlohmann::json::parse(kValues);
    for (const auto& [key, value] : values.items())
        out.values[key] = value_from_typed_json(value).value();
    out.names = {{"#a", "a"}, {"#b", "b"}, {"#c", "c"}, {"#d", "[3]"}, {"#dot", "x.y"}};
    return out;
}

base::Result<UpdatePlan> parse(std::string_view text) {
    const model::ExpressionNames placeholders = names();
    NameUsage usage(placeholders);
    return parse_update(text, usage);
}

std::string refusal(std::string_view text) {
    const auto plan = parse(text);
    if (plan) return "accepted";
    constexpr std::string_view prefix = "Invalid UpdateExpression: ";
    EXPECT_TRUE(plan.error().message.starts_with(prefix)) << plan.error().message;
    return plan.error().message.substr(prefix.size());
}

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
