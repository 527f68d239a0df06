// What keeps a request small, and to the tables of its own.
#include "aws/dynamodb/expressions.hpp"
#include "dynamodb_fixture.hpp"

namespace faasd::aws::dynamodb::test {
namespace {

using testing::HasSubstr;

constexpr std::size_t kSmallAnswer = 64 * 1024;

std::string repeated(std::string_view one, std::size_t times) {
    std::string all = "[";
    for (std::size_t i = 0; i < times; ++i)
        all.append(i > 0 ? "," : "").append(one);
    return all + "]";
}

Shape limits_shape() {
    Shape tables = map("java.util.List", list(structure("Write", {{"Put", text()}, {"Delete", text()}})));
    tables.most_values = 25;
    return structure("Limits", {{"Unbounded", list(text())}, {"Few", list(text(), {}, 3)}, {"Tables", std::move(tables)}});
}

TEST(DynamoDbInput, of_a_list_that_is_too_long_only_so_much_is_kept_as_tells) {
    const Shape shape = limits_shape();
    const Input few = read_input(R"({"Few":)" + repeated(R"("x")", 100'000) + "}", shape);
    EXPECT_EQ(few["Few"].list().size(), 4U);
    EXPECT_THROW(check_constraints(few, shape), Refusal);
    const Input tables = read_input(R"({"Tables":{"abc":)" + repeated("{}", 100'000) + "}}", shape);
    EXPECT_EQ(tables["Tables"].map().front().second.list().size(), 26U);
    EXPECT_EQ(read_input(R"({"Unbounded":)" + repeated(R"("x")", 10'000) + "}", shape)["Unbounded"].list().size(), 10'000U);
    EXPECT_THROW(static_cast<void>(read_input(R"({"Unbounded":)" + repeated(R"("x")", 10'001) + "}", shape)), Refusal);
}

TEST(DynamoDbInput, is_described_in_few_bytes_and_whole_characters) {
    std::string umlauts;
    for (int i = 0; i < 10'000; ++i) umlauts += "\u00fc";
    const Shape shape = limits_shape();
    const Input input = read_input(R"({"Unbounded":["x",")" + umlauts + R"(",")" + umlauts + R"("]})", shape);
    const std::string described = input.describe();
    EXPECT_LE(described.size(), kMostDescribed + 1);
    EXPECT_TRUE(described.starts_with("{Unbounded=[x, \u00fc"));
    EXPECT_NO_THROW(static_cast<void>(json(described).dump()));
    EXPECT_EQ(cut_text("a\u00fc", 2), "a");
    EXPECT_EQ(cut_text("a\u00fc", 3), "a\u00fc");
}

TEST(DynamoDbPlaceholders, are_one_an_attribute_and_never_those_of_the_client) {
    model::ExpressionNames names;
    names.names = {{"#o0", "a"}, {"#o2", "b"}};
    Placeholders placeholders(names);
    EXPECT_EQ(placeholders.name("b"), "#o2");
    EXPECT_EQ(placeholders.name("c"), "#o1");
    EXPECT_EQ(placeholders.name("d"), "#o3");
    EXPECT_EQ(placeholders.name("c"), "#o1");
    EXPECT_EQ(names.names.size(), 4U);
}

TEST_F(DynamoDb, errors_of_a_huge_request_are_few_and_short) {
    std::string items;
    for (int i = 0; i < 5'000; ++i)
        items += (i > 0 ? ",\"" : "\"") + std::to_string(i % 100) + "!\":[]";
    const Reply reply = send("BatchWriteItem", R"({"RequestItems":{)" + items + "}}");
    EXPECT_THAT(reply.message(), HasSubstr("10 validation errors detected"));
    EXPECT_LT(reply.text.size(), kSmallAnswer);
    const Reply long_name = send("GetItem", R"({"Key":{},"TableName":")" + std::string(1'000'000, 'a') + R"("})");
    EXPECT_EQ(long_name.type(), "com.amazon.coral.validate#ValidationException");
    EXPECT_LT(long_name.text.size(), kSmallAnswer);
}

TEST_F(DynamoDb, older_parameters_name_at_most_1000_attributes) {
    make_table("abc");
    json updates = json::object();
    for (int i = 0; i <= 1000; ++i) updates["a" + std::to_string(i)] = {{"Action", "DELETE"}};
    const json request = {{"TableName", "abc"}, {"Key", {{"id", {{"S", "1"}}}}}, {"AttributeUpdates", updates}};
    EXPECT_THAT(send("UpdateItem", request.dump()).message(), HasSubstr("Member must have length less than or equal to 1000"));
}

TEST_F(DynamoDb, attribute_definitions_are_at_most_100) {
    json definitions = json::array();
    for (int i = 0; i <= 100; ++i) definitions.push_back({{"AttributeName", "a" + std::to_string(i)}, {"AttributeType", "S"}});
    make_table("abc");
    const json request = {{"TableName", "abc"}, {"AttributeDefinitions", definitions}, {"DeletionProtectionEnabled", true}};
    EXPECT_THAT(send("UpdateTable", request.dump()).message(), HasSubstr("Member must have length less than or equal to 100"));
}

json index_json(const std::string& name, int projected) {
    json projection = {{"ProjectionType", projected > 0 ? "INCLUDE" : "KEYS_ONLY"}};
    for (int i = 0; i < projected; ++i) projection["NonKeyAttributes"].push_back(name + std::to_string(i));
    return {{"IndexName", name}, {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}}, {"Projection", projection}};
}

TEST_F(DynamoDb, a_table_has_at_most_20_global_indexes_and_100_projected_attributes) {
    json indexes = json::array();
    for (int i = 0; i < 20; ++i) indexes.push_back(index_json("index" + std::to_string(i), i < 5 ? 20 : 0));
    make_table("abc", {{"GlobalSecondaryIndexes", indexes}});
    const json one_more = {{"TableName", "abc"}, {"GlobalSecondaryIndexUpdates", {{{"Create", index_json("more", 0)}}}}};
    EXPECT_THAT(send("UpdateTable", one_more.dump()).message(), HasSubstr("exceeds the per-table limit of 20"));
    indexes.erase(indexes.size() - 1);
    make_table("abcd", {{"GlobalSecondaryIndexes", indexes}});
    const json one_attribute = {{"TableName", "abcd"}, {"GlobalSecondaryIndexUpdates", {{{"Create", index_json("more", 1)}}}}};
    EXPECT_THAT(send("UpdateTable", one_attribute.dump()).message(), HasSubstr("exceeds the per-table limit of 100"));
    const json too_many = {{"TableName", "abcd"}, {"GlobalSecondaryIndexUpdates", {{{"Create", index_json("more", 21)}}}}};
    EXPECT_THAT(send("UpdateTable", too_many.dump()).message(), HasSubstr("Member must have length less than or equal to 20"));
}

TEST_F(DynamoDb, statements_and_arns_reach_tables_only) {
    const Scope other{"111111111111", "eu-west-1"};
    const json table = {{"TableName", "theirs"},
                        {"BillingMode", "PAY_PER_REQUEST"},
                        {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
                        {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}}};
    ASSERT_EQ(send("CreateTable", table.dump(), other).status, 200U);
    EXPECT_THAT(send("ExecuteStatement", R"({"Statement":"SELECT * FROM \"111111111111/eu-west-1/theirs\""})").message(),
                HasSubstr("[a-zA-Z0-9_.-]+"));
    make_table("abc");
    const std::string backup = call("CreateBackup", {{"TableName", "abc"}, {"BackupName", "kept"}})["BackupDetails"]["BackupArn"];
    const std::string id = backup.substr(backup.rfind('/') + 1);
    const Scope mine;
    for (const std::string& name : {"$backup/" + mine.account + '/' + mine.region + "/abc/" + id,
                                    "arn:aws:dynamodb:" + mine.region + "/abc:$backup/" + mine.account + ":table/" + id,
                                    std::string("arn:aws:dynamodb:eu-west-1/x:111111111111:table/theirs"),
                                    std::string("arn:aws:dynamodb:eu-west-1:1111:table/theirs"),
                                    std::string("arn:aws:sqs:eu-west-1:111111111111:table/theirs"),
                                    std::string("arn:aws:dynamodb:eu-west-1:111111111111:index/theirs")}) {
        const Reply reply = send("ExecuteStatement", json{{"Statement", "SELECT * FROM \"" + name + '"'}}.dump());
        EXPECT_EQ(reply.status, 400U) << name;
        EXPECT_EQ(reply.type(), "com.amazon.coral.validate#ValidationException") << name << reply.text;
    }
    EXPECT_EQ(send("ExecuteStatement", R"({"Statement":"SELECT * FROM \"arn:aws:dynamodb:eu-west-1:111111111111:table/theirs\""})").status, 200U);
}

TEST_F(DynamoDb, streams_are_listed_page_by_page_each_once) {
    const json streamed = {{"StreamSpecification", {{"StreamEnabled", true}, {"StreamViewType", "KEYS_ONLY"}}}};
    const std::vector<std::string> names = {"orders", "orders-archive", "orders.x", "orders_y"};
    for (const std::string& name : names) make_table(name, streamed);
    std::vector<std::string> listed;
    json request = {{"Limit", 1}};
    for (int pages = 0; pages < 10; ++pages) {
        const json page = call("ListStreams", request);
        for (const json& one : page["Streams"]) listed.push_back(one["TableName"]);
        if (!page.contains("LastEvaluatedStreamArn")) break;
        request["ExclusiveStartStreamArn"] = page["LastEvaluatedStreamArn"];
    }
    EXPECT_EQ(listed, names);
}

TEST_F(DynamoDb, a_batch_of_statements_reads_or_writes) {
    make_table("abc");
    const json select = {{"Statement", " select * FROM abc WHERE id = '1'"}}, insert = {{"Statement", "INSERT INTO abc VALUE {'id': '1'}"}};
    EXPECT_THAT(send("BatchExecuteStatement", json{{"Statements", {select, insert}}}.dump()).message(), HasSubstr("both read and write"));
    EXPECT_EQ(call("Scan", {{"TableName", "abc"}})["Count"], 0);
    call("BatchExecuteStatement", {{"Statements", {insert}}});
    EXPECT_EQ(call("BatchExecuteStatement", {{"Statements", {select, select}}})["Responses"].size(), 2U);
}

TEST_F(DynamoDb, a_transaction_reads_at_most_4_MB) {
    make_table("abc");
    json gets = json::array();
    for (int i = 0; i < 11; ++i) {
        const json key = {{"id", {{"S", std::to_string(i)}}}};
        json item = key;
        item["fill"]["S"] = std::string(390'000, 'x');
        call("PutItem", {{"TableName", "abc"}, {"Item", item}});
        gets.push_back({{"Get", {{"TableName", "abc"}, {"Key", key}, {"ProjectionExpression", "id"}}}});
    }
    EXPECT_THAT(send("TransactGetItems", json{{"TransactItems", gets}}.dump()).message(), HasSubstr("cannot exceed 4 MB"));
    gets.erase(gets.size() - 1);
    EXPECT_EQ(call("TransactGetItems", {{"TransactItems", gets}})["Responses"].size(), 10U);
}

TEST_F(DynamoDb, writes_of_several_items_say_which_collections_they_changed) {
    json local = index_json("local", 0);
    local["KeySchema"].push_back({{"AttributeName", "by"}, {"KeyType", "RANGE"}});
    const json table = {{"TableName", "abc"},
                        {"BillingMode", "PAY_PER_REQUEST"},
                        {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}, {{"AttributeName", "at"}, {"KeyType", "RANGE"}}}},
                        {"AttributeDefinitions",
                         {{{"AttributeName", "id"}, {"AttributeType", "S"}},
                          {{"AttributeName", "at"}, {"AttributeType", "S"}},
                          {{"AttributeName", "by"}, {"AttributeType", "S"}}}},
                        {"LocalSecondaryIndexes", {local}}};
    const Scope owner{"111111111111", "eu-west-1"};
    ASSERT_EQ(send("CreateTable", table.dump(), owner).status, 200U);
    const std::string arn = "arn:aws:dynamodb:eu-west-1:111111111111:table/abc";
    const json item = {{"id", {{"S", "u"}}}, {"at", {{"S", "1"}}}};
    const json expected = {{"ItemCollectionKey", {{"id", {{"S", "u"}}}}}, {"SizeEstimateRangeGB", {0.0, 1.0}}};
    const json transaction = {{"TransactItems", {{{"Put", {{"TableName", arn}, {"Item", item}}}}}}, {"ReturnItemCollectionMetrics", "SIZE"}};
    EXPECT_EQ(call("TransactWriteItems", transaction)["ItemCollectionMetrics"]["abc"], json::array({expected}));
    const json batch = {{"RequestItems", {{arn, {{{"PutRequest", {{"Item", item}}}}}}}}, {"ReturnItemCollectionMetrics", "SIZE"}};
    EXPECT_EQ(call("BatchWriteItem", batch)["ItemCollectionMetrics"]["abc"], json::array({expected}));
}

TEST_F(DynamoDb, a_long_body_is_read_on_the_executor) {
    make_table("abc");
    const std::size_t before = executor_->jobs;
    const auto put = [&](std::size_t size) {
        call("PutItem", {{"TableName", "abc"}, {"Item", {{"id", {{"S", "1"}}}, {"fill", {{"S", std::string(size, 'x')}}}}}});
    };
    put(1'000);
    EXPECT_EQ(executor_->jobs, before);
    put(kMostReadInPlace);
    EXPECT_EQ(executor_->jobs, before + 1);
}

}  // namespace
}  // namespace faasd::aws::dynamodb::test
