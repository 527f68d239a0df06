#include "aws/dynamodb/partiql_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/protocol/operation_door.hpp"

namespace faasd::aws::dynamodb {
namespace {

model::TableDefinition orders() {
    model::TableDefinition table;
    table.name = "orders";
    table.key.hash = {"user", model::KeyType::string};
    table.key.range = model::KeyAttribute{"at", model::KeyType::number};
    return table;
}
PartiqlRead read(std::string_view statement) { return plan_read(parse_partiql(statement, {}), orders()); }
std::string refusal(std::string_view statement) {
    try {
        static_cast<void>(parse_partiql(statement, {}));
    } catch (const Refusal& refused) {
        return refused.error.message;
    }
    return "none";
}

TEST(Partiql, reads_one_item_by_its_whole_key) {
    const PartiqlRead plan = read(R"(SELECT * FROM "orders" WHERE "user" = 'u' AND at = 5)");
    ASSERT_TRUE(plan.get);
    EXPECT_EQ(plan.get->key.size(), 2U);
}

TEST(Partiql, queries_where_the_hash_key_is_given) {
    const PartiqlRead plan = read(R"(SELECT a.b[2] FROM orders WHERE "user" IN ['u', 'v'] AND at > -5 AND x = 'y' ORDER BY at DESC)");
    ASSERT_EQ(plan.queries.size(), 2U);
    EXPECT_FALSE(plan.scan);
    EXPECT_FALSE(plan.queries[0].forward);
    EXPECT_EQ(plan.queries[0].names.values.at(":o1"), model::AttributeValue{model::Number{"-5"}});
}

TEST(Partiql, scans_where_it_is_not_or_where_keys_are_asked_for_in_another_way) {
    EXPECT_TRUE(read("SELECT * FROM orders").scan);
    EXPECT_TRUE(read("SELECT * FROM orders WHERE x = 1").scan);
    EXPECT_TRUE(read(R"(SELECT * FROM orders WHERE "user" = 'u' AND (at = 1 OR at = 2))").scan);
    EXPECT_TRUE(read(R"(SELECT * FROM orders WHERE "user" = 'u' OR "user" = 'v')").scan);
}

TEST(Partiql, is_held_to_the_limits_of_expressions) {
    EXPECT_FALSE(read("SELECT * FROM orders WHERE x = 1").scan->names.unlimited);
    EXPECT_FALSE(read(R"(SELECT * FROM orders WHERE "user" = 'u' AND x = 1)").queries.front().names.unlimited);
}

TEST(Partiql, says_where_a_statement_is_wrong) {
    EXPECT_EQ(refusal("SELECT * FROM"), "Statement wasn't well formed, can't be processed: Unexpected end of the statement");
    EXPECT_EQ(refusal("SELECT * FROM a WHERE b = 'c"), "Statement wasn't well formed, can't be processed: a quote is never closed");
    EXPECT_EQ(refusal("DROP TABLE a"), "Statement wasn't well formed, can't be processed: Unexpected token at position 1: DROP");
    EXPECT_EQ(refusal("SELECT * FROM a WHERE b = ?"), "Number of parameters in request and statement don't match.");
}

TEST(Partiql, survives_every_cut_and_deep_nesting) {
    const std::string whole = R"(UPDATE "t" SET a.b[0] = list_append(a, [1, {'x': <<'y'>>}]) REMOVE c WHERE id = 'it''s' AND (NOT x IS MISSING OR y BETWEEN 1 AND 2) RETURNING ALL NEW *)";
    EXPECT_EQ(refusal(whole), "none");
    for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_NE(refusal(whole.substr(0, size)), "") << size;
    EXPECT_THAT(refusal("SELECT * FROM a WHERE b = " + std::string(5000, '[')), testing::HasSubstr("nested too deeply"));
    EXPECT_THAT(refusal("SELECT * FROM a WHERE " + std::string(5000, '(')), testing::HasSubstr("nested too deeply"));
}

}  // namespace
}  // namespace faasd::aws::dynamodb
