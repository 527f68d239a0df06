#include "services/table/expressions/key_condition.hpp"

#include <string>

#include <gtest/gtest.h>

#include "items/key.hpp"
#include "items/value_support.hpp"

namespace faasd::table {

using namespace items;
namespace {

using testing::N;
using testing::S;

const model::KeySchema kHash{{"a", model::KeyType::string}, {}};
const model::KeySchema kStringRange{{"a", model::KeyType::string},
                                    model::KeyAttribute{"b", model::KeyType::string}};
const model::KeySchema kNumberRange{{"a", model::KeyType::string},
                                    model::KeyAttribute{"b", model::KeyType::number}};

const model::ExpressionNames kNames{
    {{"#b", "b"}},
    {{":a", S("h")}, {":b", S("pre")}, {":c", S("prf")}, {":n", N("5")}, {":m", N("7")}, {":empty", S("")}}};

base::Result<KeyCondition> parse(std::string_view text, const model::KeySchema& schema) {
    NameUsage usage(kNames);
    return parse_key_condition(text, usage, schema);
}
std::string refusal(std::string_view text, const model::KeySchema& schema = kStringRange) {
    const auto parsed = parse(text, schema);
    return parsed ? "accepted" : parsed.error().message;
}

TEST(KeyCondition, names_one_hash_key_and_maybe_a_range_in_either_order) {
    using Operator = RangeCondition::Operator;
    const std::vector<std::pair<const char*, Operator>> cases{
        {"a = :a AND #b = :b", Operator::equal},
        {"#b < :b and a = :a", Operator::less},
        {"a = :a AND b <= :b", Operator::less_or_equal},
        {"(a = :a) AND (b > :b)", Operator::greater},
        {"(:a = a AND b >= :b)", Operator::greater_or_equal},
        {"a = :a AND :b < b", Operator::greater},
        {"a = :a AND :b >= b", Operator::less_or_equal},
        {"a = :a AND b BETWEEN :b AND :c", Operator::between},
        {"begins_with(b, :b) AND a = :a", Operator::begins_with},
    };
    for (const auto& [text, op] : cases) {
        const auto parsed = parse(text, kStringRange);
        ASSERT_TRUE(parsed) << text << ": " << parsed.error().message;
        EXPECT_EQ(parsed->hash, S("h")) << text;
        ASSERT_TRUE(parsed->range) << text;
        EXPECT_EQ(parsed->range->op, op) << text;
        EXPECT_EQ(parsed->range->value, S("pre")) << text;
    }
    EXPECT_FALSE(parse("a = :a", kStringRange).value().range);
    EXPECT_EQ(parse("a = :a", kHash).value().hash, S("h"));
}

TEST(KeyCondition, refusals_have_the_documented_messages) {
    const std::string op = "Invalid operator used in KeyConditionExpression: ";
    const std::string condition = "Invalid condition in KeyConditionExpression: ";
    const std::string nested = "KeyConditionExpressions cannot contain nested operations";
    const std::string several = condition + "Multiple attribute names used in one condition";
    const std::string path = "KeyConditionExpressions cannot have conditions on nested attributes";
    const std::string unsupported = "Query key condition not supported";
    const std::string type =
        "One or more parameter values were invalid: Condition parameter type does not match schema type";
    const std::vector<std::pair<const char*, std::string>> cases{
        {"", "Invalid KeyConditionExpression: The expression can not be empty;"},
        {"a > 4", R"~(Invalid KeyConditionExpression: Syntax error; token: "4", near: "> 4")~"},
        {"a = :nope",
         "Invalid KeyConditionExpression: An expression attribute value used in expression is not defined; "
         "attribute "
         "value: :nope"},
        {"a > b and size(b) > c or a > c", op + "OR"},
        {"a in (b, size(c), d)", op + "IN"},
        {"attribute_exists(a)", op + "attribute_exists"},
        {"attribute_not_exists(a)", op + "attribute_not_exists"},
        {"contains(a.d, b)", op + "contains"},
        {"not a > b", op + "NOT"},
        {"a <> b", op + "<>"},
        {":a between size(b) and size(a) and b > :b",
         condition + "BETWEEN operator must have the key attribute as its first operand"},
        {"begins_with(:a, b) and a > :b",
         condition + "begins_with operator must have the key attribute as its first operand"},
        {"size(b) > a AND a.b > b AND b > c", nested},
        {"a > size(b.d)", nested},
        {"a between size(b) and size(a)", nested},
        {"b > a.b", several},
        {"b between c[1] and d", several},
        {"a between b and size(a)", several},
        {"begins_with(a, b)", several},
        {"b.d > a AND c.d > e.f", path},
        {"a.d > c", path},
        {"b[0] > a", path},
        {":b > :a AND a < :b", condition + "No key attribute specified"},
        {"b > :a AND b < :a and c = :a and d = :a",
         "KeyConditionExpressions must only contain one condition per key"},
        {":a = a and b = :a and :a = c", "Conditions can be of length 1 or 2 only"},
        {"(a > :a and b > :a) and (c > :a and d > :a)", "Conditions can be of length 1 or 2 only"},
        {"b = :b", "Query condition missed key schema element: a"},
        {"a = :a AND c = :b", "Query condition missed key schema element: b"},
        {"a > :a", unsupported},
        {"begins_with(a, :a)", unsupported},
        {"a = :n", type},
        {"a = :a AND b = :n", type},
        {"a = :a AND b BETWEEN :b AND :n",
         "Invalid KeyConditionExpression: The BETWEEN operator requires same data type for lower and upper "
         "bounds; "
         "lower bound operand: AttributeValue: {S:pre}, upper bound operand: AttributeValue: {N:5}"},
        {"a = :a AND b BETWEEN :c AND :b",
         "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or "
         "equal to "
         "lower bound; lower bound operand: AttributeValue: {S:prf}, upper bound operand: AttributeValue: "
         "{S:pre}"},
        {"a = :empty",
         "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
         "an empty "
         "string value. Key: a"},
        {"begins_with(b, :n) AND a = :a",
         "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or "
         "function: "
         "begins_with, operand type: N"},
    };
    for (const auto& [text, message] : cases)
        EXPECT_EQ(refusal(text), message) << text;
    EXPECT_EQ(refusal("a = :a AND b = :b", kHash), unsupported) << "no range key";
}

TEST(KeyCondition, bounds_hold_exactly_the_keys_that_satisfy_it) {
    const auto selected = [](std::string_view text, const model::KeySchema& schema,
                             const std::vector<model::AttributeValue>& keys) {
        const KeyBounds bounds = bounds_of(parse(text, schema).value().range);
        std::string out;
        for (const auto& key : keys) {
            const std::string bytes = encode_key(key);
            const bool above =
                !bounds.lower || (bounds.lower_inclusive ? bytes >= *bounds.lower : bytes > *bounds.lower);
            const bool below =
                !bounds.upper || (bounds.upper_inclusive ? bytes <= *bounds.upper : bytes < *bounds.upper);
            out.push_back(above && below ? 'x' : '.');
        }
        return out;
    };
    const std::vector<model::AttributeValue> numbers{N("-5"), N("4.9"), N("5"), N("6"),
                                                     N("7"),  N("7.1"), N("10")};
    EXPECT_EQ(selected("a = :a", kNumberRange, numbers), "xxxxxxx");
    EXPECT_EQ(selected("a = :a AND b = :n", kNumberRange, numbers), "..x....");
    EXPECT_EQ(selected("a = :a AND b < :n", kNumberRange, numbers), "xx.....");
    EXPECT_EQ(selected("a = :a AND b <= :n", kNumberRange, numbers), "xxx....");
    EXPECT_EQ(selected("a = :a AND b > :n", kNumberRange, numbers), "...xxxx");
    EXPECT_EQ(selected("a = :a AND b >= :n", kNumberRange, numbers), "..xxxxx");
    EXPECT_EQ(selected("a = :a AND b BETWEEN :n AND :m", kNumberRange, numbers), "..xxx..");
    const std::vector<model::AttributeValue> strings{S("pr"),      S("pre"), S("prefix"),
                                                     S("pre\xFF"), S("prf"), S("q")};
    EXPECT_EQ(selected("a = :a AND begins_with(b, :b)", kStringRange, strings), ".xxx..");
}

}  // namespace
}  // namespace faasd::table
