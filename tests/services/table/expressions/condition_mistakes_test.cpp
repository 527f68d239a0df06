// What is wrong in a condition is said in the words of DynamoDB.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "services/table/expressions/condition_support.hpp"

namespace faasd::table {

using namespace items;
namespace {

using condition_support::refusal;

TEST(Condition, syntax_errors_quote_the_token_and_what_stands_around_it) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"things are not gonna be ok", R"~(token: "are", near: "things are not")~"},
        {"a > 4", R"~(token: "4", near: "> 4")~"},
        {"(size(a))[0] > a", R"~(token: "[", near: ")[0")~"},
        {"#p", R"~(token: "<EOF>", near: "#p")~"},
        {"a = ", R"~(token: "<EOF>", near: "= ")~"},
        {"  4  a ", R"~(token: "4", near: "  4  a")~"},
        {"a = b  c  ", R"~(token: "c", near: "b  c  ")~"},
        {"a = b AND", R"~(token: "<EOF>", near: "AND")~"},
        {"a = b b", R"~(token: "b", near: "b b")~"},
        {"ADD #p :five", R"~(token: "ADD", near: "ADD #p")~"},
        {"(a = b) = c", R"~(token: "=", near: ") = c")~"},
        {"(a = b", R"~(token: "<EOF>", near: "b")~"},
        {"a = b)", R"~(token: ")", near: "b)")~"},
        {"a between b or c", R"~(token: "or", near: "b or c")~"},
        {"a in b", R"~(token: "b", near: "in b")~"},
        {"a in ()", R"~(token: ")", near: "()")~"},
        {"size() > a", R"~(token: ")", near: "() >")~"},
        {"a.b. = c", R"~(token: "=", near: ". = c")~"},
        {"a[b] = c", R"~(token: "b", near: "[b]")~"},
        {"a[:five] = c", R"~(token: ":five", near: "[:five]")~"},
        {"a[-1] = c", R"~(token: "-", near: "[-1")~"},
        {"_a = b", R"~(token: "_", near: "_a")~"},
        {"1a = b", R"~(token: "1", near: "1a")~"},
        {"a = # b", R"~(token: "#", near: "= # b")~"},
        {"a = \"b\"", R"~(token: """, near: "= "b")~"},
        {"a == b", R"~(token: "=", near: "== b")~"},
        {"a != b", R"~(token: "!", near: "a !=")~"},
        {"a and b = c", R"~(token: "and", near: "a and b")~"},
        {"not a", R"~(token: "<EOF>", near: "a")~"},
        {"a = b c = d", R"~(token: "c", near: "b c =")~"},
        {"a \xC3\xA9 b", "token: \"\xC3\xA9\", near: \"a \xC3\xA9 b\""},
    };
    for (const auto& [text, message] : cases)
        EXPECT_EQ(refusal(text), "Syntax error; " + message) << text;
}

TEST(Condition, other_mistakes_have_the_documented_messages) {
    const std::string reserved = "Attribute name is a reserved keyword; reserved keyword: ";
    const std::string name =
        "An expression attribute name used in the document path is not defined; attribute name: ";
    const std::string undefined =
        "An expression attribute value used in expression is not defined; attribute value: ";
    const std::string parentheses = "The expression has redundant parentheses;";
    const std::string misused =
        "The function is not allowed to be used this way in an expression; function: ";
    const std::string number =
        "Incorrect number of operands for operator or function; operator or function: ";
    const std::string type = "Incorrect operand type for operator or function; operator or function: ";
    const std::string path = "Operator or function requires a document path; operator or function: ";
    const std::string distinct =
        "The first operand must be distinct from the remaining operands for this operator or function; "
        "operator: ";
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "The expression can not be empty;"},
        {"  ", R"(Syntax error; token: "<EOF>", near: "  ")"},
        {"attribute_exists(views)", reserved + "views"},
        {":five < abOrT", reserved + "abOrT"},
        {"a.b.Status = :five", reserved + "Status"},
        {"size = :five", reserved + "size"},
        {"#nope = a", name + "#nope"},
        {"a.#nope[0] = b", name + "#nope"},
        {"a = :nope", undefined + ":nope"},
        {"a = :nope or a = a", undefined + ":nope"},
        {"a=a and a > ((viewz))", parentheses},
        {"(a)between(((b.c)).d)and(c)", parentheses},
        {"a=b AND ((a=b AND a=c)) AND a=d", parentheses},
        {"((a=b))", parentheses},
        {"a=a and whatever((:five)) > a", "Invalid function name; function: whatever"},
        {"Size(a) > b", "Invalid function name; function: Size"},
        {"a=a and attribute_exists((viewz), (#p)) > b", misused + "attribute_exists"},
        {"size(contains(a, b)) > a", misused + "contains"},
        {"size(things)", misused + "size"},
        {"a = b and size(things)", misused + "size"},
        {"not size(things)", misused + "size"},
        {"a between b and attribute_exists(things)", misused + "attribute_exists"},
        {"a in (b, attribute_exists(things))", misused + "attribute_exists"},
        {"if_not_exists(a, b) = c", "The function is not allowed in a condition expression; function: if_not_exists"},
        {"list_append(a, b)", "The function is not allowed in a condition expression; function: list_append"},
        {"attribute_exists(things, a) and a=a", number + "attribute_exists, number of operands: 2"},
        {"attribute_type(things)", number + "attribute_type, number of operands: 1"},
        {"begins_with(things, size(a), b)", number + "begins_with, number of operands: 3"},
        {"size(things, a) > b", number + "size, number of operands: 2"},
        {"attribute_type(a, :five)", type + "attribute_type, operand type: N"},
        {"attribute_type(a, b)", type + "attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"},
        {"attribute_type(a, :z)",
         "Invalid attribute type name found; type: z, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"},
        {"begins_with(a, size(a)) and a=:five", type + "begins_with, operand type: N"},
        {"begins_with(a, :true)", type + "begins_with, operand type: BOOL"},
        {"begins_with(:list, a)", type + "begins_with, operand type: L"},
        {"size(size(a)) > :five", type + "size, operand type: N"},
        {"size(:true) > a", type + "size, operand type: BOOL"},
        {"a < :true", type + "<, operand type: BOOL"},
        {"a between :list and :list", type + "BETWEEN, operand type: L"},
        {"attribute_exists(:five) and a=a", path + "attribute_exists"},
        {"attribute_not_exists(size(:text))", path + "attribute_not_exists"},
        {"a = a AND b = c", distinct + "=, first operand: [a]"},
        {"price <> #p", distinct + "<>, first operand: [price]"},
        {"contains(ab.bc[1].a, ab.bc[1].a)", distinct + "contains, first operand: [ab, bc, [1], a]"},
        {"a between :text and :five",
         "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: "
         "AttributeValue: {S:hello}, upper bound operand: AttributeValue: {N:5}"},
        {"a between :twenty and :five",
         "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound "
         "operand: "
         "AttributeValue: {N:20}, upper bound operand: AttributeValue: {N:5}"},
        {"a[99999999999] = b", "List index is not within the allowable range; index: [99999999999]"},
    };
    for (const auto& [text, message] : cases)
        EXPECT_EQ(refusal(text), message) << text;
}

std::string repeated(const std::string& part, std::size_t times, const std::string& separator = "") {
    std::string out;
    for (std::size_t i = 0; i < times; ++i)
        out += (i == 0 ? "" : separator) + part;
    return out;
}

TEST(Condition, has_at_most_4_KB_300_operators_and_100_values_in_a_list) {
    EXPECT_EQ(refusal("a = b" + std::string(4091, ' ')), "accepted");
    EXPECT_EQ(refusal("a = b" + std::string(4092, ' ')),
              "Expression size has exceeded the maximum allowed size; expression size: 4097");
    EXPECT_EQ(refusal(repeated("a<b", 300, " and ")), "accepted");
    EXPECT_EQ(refusal(repeated("a<b", 301, " and ")),
              "The expression contains too many operators; operator count: 301");
    EXPECT_EQ(refusal("a in (" + repeated("b", 100, ",") + ")"), "accepted");
    EXPECT_EQ(refusal("a in (" + repeated("b", 101, ",") + ")"),
              "The IN operator is provided with too many operands; number of operands: 101");
}

TEST(Condition, no_nesting_overflows_the_stack) {
    for (const std::string& text :
         {std::string(4096, '('), repeated("not ", 1000) + "a=b", repeated("size(", 800),
          repeated("NOT(", 1000), "a=" + std::string(4000, '('), repeated("a=b or(", 580),
          "a in " + std::string(4000, '(')}) {
        EXPECT_NE(refusal(text), "accepted");
    }
    EXPECT_EQ(refusal(repeated("a<b and (", 250) + "a=b" + std::string(250, ')')), "accepted")
        << "as deep as it needs";
    EXPECT_EQ(refusal(repeated("not ", 250) + "a=b"), "accepted");
}

}  // namespace
}  // namespace faasd::table
