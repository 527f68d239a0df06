#include "dynamodb_fixture.hpp"

namespace faasd::aws::dynamodb::test {
namespace {

using testing::HasSubstr;

TEST_F(DynamoDb, an_item_comes_back_as_it_was_put) {
    make_table("abc");
    const json item = {{"id", {{"S", "\"\\\n\u00e9"}}}, {"n", {{"N", "-0.5"}}}, {"l", {{"L", {{{"BOOL", true}}, {{"NULL", true}}}}}}, {"b", {{"B", "AP8="}}}};
    call("PutItem", {{"TableName", "abc"}, {"Item", item}});
    EXPECT_EQ(call("GetItem", {{"TableName", "abc"}, {"Key", {{"id", item["id"]}}}})["Item"], item);
}

TEST_F(DynamoDb, constraints_are_reported_together_in_the_services_order) {
    const Reply reply = send("GetItem", R"({"TableName": "a;", "ReturnConsumedCapacity": "x"})");
    EXPECT_EQ(reply.type(), "com.amazon.coral.validate#ValidationException");
    EXPECT_EQ(reply.message(),
              "4 validation errors detected: Value 'x' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum "
              "value set: [INDEXES, TOTAL, NONE]; Value 'a;' at 'tableName' failed to satisfy constraint: Member must satisfy regular "
              "expression pattern: [a-zA-Z0-9_.-]+; Value 'a;' at 'tableName' failed to satisfy constraint: Member must have length greater "
              "than or equal to 3; Value null at 'key' failed to satisfy constraint: Member must not be null");
}

TEST_F(DynamoDb, a_wrong_json_type_is_no_request_at_all) {
    const std::pair<const char*, const char*> cases[] = {
        {R"({"TableName": 5})", "NUMBER_VALUE cannot be converted to String"},
        {R"({"TableName": 5.5})", "DECIMAL_VALUE cannot be converted to String"},
        {R"({"TableName": true})", "TRUE_VALUE cannot be converted to String"},
        {R"({"TableName": []})", "Unrecognized collection type class java.lang.String"},
        {R"({"TableName": {}})", "Start of structure or map found where not expected"},
        {R"({"Key": "x"})", "Unexpected field type"},
        {R"({"Key": {"a": "x"}})", "Unexpected value type in payload"},
        {R"({"Key": {"a": {"S": 1}}})", "NUMBER_VALUE cannot be converted to String"},
        {R"({"Key": {"a": {"B": "x"}}})", "Base64 encoded length is expected a multiple of 4 bytes but found: 1"},
        {R"({"Key": {"a": {"SS": "x"}}})", "Unexpected field type"},
        {R"({"ConsistentRead": 1})", "NUMBER_VALUE cannot be converted to Boolean"},
        {R"({"AttributesToGet": "x"})", "Unexpected field type"},
    };
    for (const auto& [body, message] : cases) {
        const Reply reply = send("GetItem", body);
        EXPECT_EQ(reply.status, 400U);
        EXPECT_EQ(reply.type(), "com.amazon.coral.service#SerializationException") << body;
        EXPECT_EQ(reply.message(), message) << body;
    }
}

TEST_F(DynamoDb, no_cut_of_a_request_is_served_or_changes_anything) {
    make_table("abc");
    const std::string whole =
        R"({"TableName":"abc","Item":{"id":{"S":"\u00e9"},"n":{"N":"1e5"},"m":{"M":{"x":{"SS":["a"]}}}},"ReturnValues":"ALL_OLD"})";
    for (std::size_t size = 1; size < whole.size(); ++size) {
        const Reply reply = send("PutItem", whole.substr(0, size));
        EXPECT_EQ(reply.status, 400U) << size;
        EXPECT_EQ(reply.type(), "com.amazon.coral.service#SerializationException") << size;
    }
    EXPECT_EQ(call("Scan", {{"TableName", "abc"}})["Count"], 0);
    EXPECT_EQ(send("PutItem", whole).status, 200U);
}

TEST_F(DynamoDb, no_changed_byte_of_a_request_makes_it_fail_in_an_unknown_way) {
    make_table("abc");
    const std::string whole =
        R"({"TableName":"abc","Key":{"id":{"S":"a"}},"UpdateExpression":"SET n = :n","ExpressionAttributeValues":{":n":{"N":"1"}}})";
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const char c : {'\0', '"', '{', ']', '0', '\xff', ':'}) {
            std::string changed = whole;
            changed[at] = c;
            const Reply reply = send("UpdateItem", changed);
            EXPECT_TRUE(reply.status == 200 || reply.status == 400) << changed << reply.text;
        }
    }
}

TEST_F(DynamoDb, values_are_judged_after_the_rest_of_the_request) {
    make_table("abc");
    EXPECT_THAT(send("PutItem", R"({"TableName":"ab","Item":{"id":{"N":"x"}}})").message(), HasSubstr("'tableName'"));
    EXPECT_EQ(send("PutItem", R"({"TableName":"abc","Item":{"id":{"N":"x"}}})").message(),
              "The parameter cannot be converted to a numeric value: x");
    EXPECT_EQ(send("PutItem", R"({"TableName":"abc","Item":{"id":{"S":"x","N":"1"}}})").message(),
              "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
    EXPECT_EQ(send("PutItem", R"({"TableName":"abc","Item":{"id":{"SS":["a","a"]}}})").message(),
              "One or more parameter values were invalid: Input collection [a, a] contains duplicates.");
}

TEST_F(DynamoDb, older_and_newer_parameters_do_not_mix) {
    make_table("abc");
    EXPECT_EQ(send("UpdateItem", R"({"TableName":"abc","Key":{"id":{"S":"a"}},"UpdateExpression":"REMOVE x","AttributeUpdates":{}})").message(),
              "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
              "{AttributeUpdates} Expression parameters: {UpdateExpression}");
    EXPECT_EQ(send("Query", R"({"TableName":"abc","ExpressionAttributeValues":{}})").message(),
              "ExpressionAttributeValues can only be specified when using expressions: FilterExpression and KeyConditionExpression are null");
}

TEST_F(DynamoDb, a_conditional_operator_needs_two_conditions_to_stand_between) {
    make_table("abc");
    const std::string one = R"("ConditionalOperator":"OR",)", key = R"("Key":{"id":{"S":"a"}},)";
    const std::pair<const char*, std::string> requests[] = {
        {"PutItem", R"("Item":{"id":{"S":"a"}},)" + one + R"("Expected":)"},
        {"DeleteItem", key + one + R"("Expected":)"},
        {"UpdateItem", key + one + R"("Expected":)"},
        {"Scan", one + R"("ScanFilter":)"},
        {"Query", R"("KeyConditions":{"id":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}},)" + one + R"("QueryFilter":)"}};
    for (const auto& [operation, request] : requests) {
        const auto with = [&, &sent = operation, &given = request](const std::string& conditions) {
            return send(sent, R"({"TableName":"abc",)" + given + conditions + "}");
        };
        EXPECT_EQ(with(R"({"x":{"ComparisonOperator":"NULL"}})").message(),
                  "ConditionalOperator can only be used when Filter or Expected has two or more elements") << operation;
        for (const char* none : {"{}", "null"})
            EXPECT_EQ(with(none).message(), "ConditionalOperator cannot be used without Filter or Expected") << operation;
        EXPECT_EQ(with(R"({"x":{"ComparisonOperator":"NULL"},"y":{"ComparisonOperator":"NULL"}})").status, 200U) << operation;
    }
    EXPECT_EQ(send("Query", R"({"TableName":"abc","ConditionalOperator":"AND"})").message(),
              "ConditionalOperator cannot be used without Filter or Expected");
    EXPECT_EQ(send("PutItem", R"~({"TableName":"abc","Item":{"id":{"S":"a"}},"ConditionalOperator":"AND","ConditionExpression":"attribute_exists(id)"})~").message(),
              "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
              "{ConditionalOperator} Expression parameters: {ConditionExpression}");
}

TEST_F(DynamoDb, no_expression_reaches_into_a_key) {
    make_table("abc", {{"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}, {{"AttributeName", "kind"}, {"AttributeType", "S"}}}},
                       {"GlobalSecondaryIndexes", {{{"IndexName", "by-kind"},
                                                    {"KeySchema", {{{"AttributeName", "kind"}, {"KeyType", "HASH"}}}},
                                                    {"Projection", {{"ProjectionType", "ALL"}}}}}}});
    const std::string refusal = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ";
    const std::pair<const char*, const char*> cases[] = {
        {"GetItem", R"({"TableName":"abc","Key":{"id":{"S":"a"}},"ProjectionExpression":"id.x"})"},
        {"BatchGetItem", R"({"RequestItems":{"abc":{"Keys":[{"id":{"S":"a"}}],"ProjectionExpression":"b, id[0]"}}})"},
        {"PutItem", R"~({"TableName":"abc","Item":{"id":{"S":"a"}},"ConditionExpression":"attribute_not_exists(id.x)"})~"},
        {"DeleteItem", R"~({"TableName":"abc","Key":{"id":{"S":"a"}},"ConditionExpression":"size(id[0]) > size(b)"})~"},
        {"Scan", R"({"TableName":"abc","ProjectionExpression":"id.x"})"},
    };
    for (const auto& [operation, body] : cases)
        EXPECT_EQ(send(operation, body).message(), refusal + "Key: id") << operation;
    EXPECT_EQ(send("Scan", R"~({"TableName":"abc","FilterExpression":"attribute_exists(kind.x)"})~").message(), refusal + "IndexKey: kind");
}

TEST_F(DynamoDb, an_update_that_only_removes_makes_the_item_that_is_not_there) {
    make_table("abc");
    const json a = {{"id", {{"S", "a"}}}}, b = {{"id", {{"S", "b"}}}};
    EXPECT_EQ(call("UpdateItem", {{"TableName", "abc"}, {"Key", a}, {"UpdateExpression", "REMOVE x"}, {"ReturnValues", "ALL_NEW"}})["Attributes"], a);
    call("UpdateItem", {{"TableName", "abc"}, {"Key", b}, {"AttributeUpdates", {{"x", {{"Action", "DELETE"}}}}}});
    EXPECT_EQ(call("Scan", {{"TableName", "abc"}})["Count"], 2);
}

TEST_F(DynamoDb, older_parameters_have_words_of_their_own_for_wrong_types) {
    make_table("abc");
    call("PutItem", {{"TableName", "abc"}, {"Item", {{"id", {{"S", "a"}}}, {"x", {{"S", "x"}}}}}});
    EXPECT_EQ(send("UpdateItem", R"({"TableName":"abc","Key":{"id":{"S":"a"}},"AttributeUpdates":{"x":{"Action":"DELETE","Value":{"SS":["a"]}}}})").message(),
              "Type mismatch for attribute to update");
    EXPECT_EQ(send("PutItem", R"({"TableName":"abc","Item":{"id":{"S":"a"}},"Expected":{"x":{"ComparisonOperator":"LE","AttributeValueList":[{"M":{}}]}}})").message(),
              "One or more parameter values were invalid: ComparisonOperator LE is not valid for M AttributeValue type");
    EXPECT_EQ(send("Query", R"({"TableName":"abc","KeyConditions":{"id":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}},)"
                            R"("QueryFilter":{"id":{"ComparisonOperator":"NOT_NULL"}}})").message(),
              "QueryFilter can only contain non-primary key attributes: Primary key attribute: id");
}

TEST_F(DynamoDb, what_other_accounts_and_regions_have_is_theirs) {
    make_table("abc");
    const Scope other{"111111111111", "eu-west-1"};
    EXPECT_EQ(send("GetItem", R"({"TableName":"abc","Key":{"id":{"S":"a"}}})", other).type(),
              "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException");
    EXPECT_EQ(send("GetItem", R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/abc","Key":{"id":{"S":"a"}}})", other).status, 200U);
}

TEST_F(DynamoDb, settings_survive_what_a_configuration_ensures) {
    make_table("abc", {{"Tags", {{{"Key", "team"}, {"Value", "a"}}}}, {"DeletionProtectionEnabled", true}});
    ASSERT_TRUE(ensure(table::test::hash_table("abc")));
    reopen();
    SetUp();
    const json table = call("DescribeTable", {{"TableName", "abc"}})["Table"];
    EXPECT_EQ(table["DeletionProtectionEnabled"], true);
    EXPECT_EQ(call("ListTagsOfResource", {{"ResourceArn", table["TableArn"]}})["Tags"][0]["Value"], "a");
    EXPECT_THAT(send("DeleteTable", R"({"TableName":"abc"})").message(), HasSubstr("protected against deletion"));
}

TEST_F(DynamoDb, an_expired_item_is_removed_from_the_stream_by_the_service) {
    make_table("abc", {{"StreamSpecification", {{"StreamEnabled", true}, {"StreamViewType", "OLD_IMAGE"}}}});
    call("UpdateTimeToLive", {{"TableName", "abc"}, {"TimeToLiveSpecification", {{"Enabled", true}, {"AttributeName", "end"}}}});
    settle();
    const auto end = std::to_string(base::to_millis(clock.now()) / 1000 + 60);
    call("PutItem", {{"TableName", "abc"}, {"Item", {{"id", {{"S", "a"}}}, {"end", {{"N", end}}}}}});
    advance(std::chrono::minutes{2});
    const std::string arn = call("DescribeTable", {{"TableName", "abc"}})["Table"]["LatestStreamArn"];
    const std::string shard = call("DescribeStream", {{"StreamArn", arn}})["StreamDescription"]["Shards"][0]["ShardId"];
    const json at = call("GetShardIterator", {{"StreamArn", arn}, {"ShardId", shard}, {"ShardIteratorType", "TRIM_HORIZON"}});
    const json records = call("GetRecords", {{"ShardIterator", at["ShardIterator"]}})["Records"];
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[1]["userIdentity"]["PrincipalId"], "dynamodb.amazonaws.com");
    clock.advance(std::chrono::minutes{16});
    EXPECT_THAT(send("GetRecords", json{{"ShardIterator", at["ShardIterator"]}}.dump()).type(), HasSubstr("#ExpiredIteratorException"));
}

TEST_F(DynamoDb, a_new_stream_does_not_begin_with_the_records_of_the_old_one) {
    const json on = {{"StreamEnabled", true}, {"StreamViewType", "KEYS_ONLY"}};
    make_table("abc", {{"StreamSpecification", on}});
    call("PutItem", {{"TableName", "abc"}, {"Item", {{"id", {{"S", "old"}}}}}});
    call("UpdateTable", {{"TableName", "abc"}, {"StreamSpecification", {{"StreamEnabled", false}}}});
    clock.advance(std::chrono::seconds{1});
    call("UpdateTable", {{"TableName", "abc"}, {"StreamSpecification", on}});
    call("PutItem", {{"TableName", "abc"}, {"Item", {{"id", {{"S", "new"}}}}}});
    const std::string arn = call("DescribeTable", {{"TableName", "abc"}})["Table"]["LatestStreamArn"];
    const std::string shard = call("DescribeStream", {{"StreamArn", arn}})["StreamDescription"]["Shards"][0]["ShardId"];
    const json at = call("GetShardIterator", {{"StreamArn", arn}, {"ShardId", shard}, {"ShardIteratorType", "TRIM_HORIZON"}});
    const json records = call("GetRecords", {{"ShardIterator", at["ShardIterator"]}})["Records"];
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0]["dynamodb"]["Keys"]["id"]["S"], "new");
}

TEST_F(DynamoDb, every_operation_takes_an_empty_request_and_nonsense_without_failing) {
    for (const auto* door : {door_.get(), streams_.get()}) {
        for (const OperationStatus& one : door->operations()) {
            for (const char* body : {"", "{}", "[]", "null", "{\"TableName\":null}", R"({"TableName":{"a":[1,{"b":null}]}})",
                                     R"({"TableName":"abc","ResourceArn":"arn:x/y","BackupArn":"arn:aws:dynamodb:::table//backup/x","Limit":1e400})"}) {
                const Reply reply = send(std::string(one.name), body);
                EXPECT_TRUE(reply.status == 200 || reply.status == 400 || reply.status == 501) << one.name << body << reply.text;
            }
        }
    }
}

TEST_F(DynamoDb, a_batch_says_less_of_an_items_key_than_a_put) {
    make_table("abc");
    for (const char* item : {R"({"x": {"S": "1"}})", R"({"id": {"N": "1"}})"}) {
        EXPECT_THAT(send("PutItem", std::string(R"({"TableName": "abc", "Item": )") + item + "}").message(),
                    HasSubstr("One or more parameter values were invalid: "));
        EXPECT_EQ(send("BatchWriteItem",
                       std::string(R"({"RequestItems": {"abc": [{"PutRequest": {"Item": )") + item + "}}]}}")
                      .message(),
                  "The provided key element does not match the schema");
    }
    // What only reads like it is not meant.
    EXPECT_EQ(send("BatchWriteItem", R"({"RequestItems": {"abc": [{"PutRequest": {"Item": {"id": {"S": ""}}}}]}})").message(),
              send("PutItem", R"({"TableName": "abc", "Item": {"id": {"S": ""}}})").message());
}

TEST_F(DynamoDb, a_key_to_start_at_is_called_that_unless_its_numbers_or_sets_are_wrong) {
    make_table("abc");
    const auto start_at = [&](const std::string& value) {
        return send("Scan", R"({"TableName": "abc", "ExclusiveStartKey": {"id": )" + value + "}}").message();
    };
    EXPECT_EQ(start_at(R"({"N": "x"})"), "The parameter cannot be converted to a numeric value: x");
    EXPECT_EQ(start_at(R"({"NS": ["1", "1"]})"), "Input collection contains duplicates");
    EXPECT_EQ(start_at(R"({"SS": []})"),
              "The provided starting key is invalid: One or more parameter values were invalid: An string set  may not be empty");
}

TEST_F(DynamoDb, a_transaction_that_comes_again_with_its_token_costs_reads) {
    make_table("abc");
    const json request = {{"TransactItems", {{{"Put", {{"TableName", "abc"}, {"Item", {{"id", {{"S", "1"}}}, {"x", {{"S", std::string(5000, 'x')}}}}}}}}}},
                          {"ClientRequestToken", "token"}, {"ReturnConsumedCapacity", "TOTAL"}};
    EXPECT_EQ(call("TransactWriteItems", request)["ConsumedCapacity"][0]["WriteCapacityUnits"], 10.0);
    const json again = call("TransactWriteItems", request)["ConsumedCapacity"][0];
    EXPECT_EQ(again["ReadCapacityUnits"], 4.0);
    EXPECT_EQ(again["CapacityUnits"], 4.0);
    EXPECT_FALSE(again.contains("WriteCapacityUnits"));
}

TEST_F(DynamoDb, older_parameters_name_more_attributes_than_an_expression_could) {
    make_table("abc");
    const json key = {{"id", {{"S", "1"}}}};
    json updates, expected, names = json::array(), expressions;
    for (int i = 0; i < 1000; ++i) {
        const std::string name = "attribute-" + std::to_string(i);
        updates[name] = {{"Action", "ADD"}, {"Value", {{"N", "1"}}}};
        expected[name] = {{"ComparisonOperator", "GE"}, {"AttributeValueList", {{{"N", "1"}}}}};
        if (names.size() < 255) names.push_back(name);
    }
    json many = json::array();
    for (int i = 0; i < 500; ++i)
        many.push_back({{"N", std::to_string(i)}});
    call("UpdateItem", {{"TableName", "abc"}, {"Key", key}, {"AttributeUpdates", updates}});
    expected["attribute-0"] = {{"ComparisonOperator", "IN"}, {"AttributeValueList", many}};
    call("UpdateItem", {{"TableName", "abc"}, {"Key", key}, {"AttributeUpdates", updates}, {"Expected", expected}});
    EXPECT_EQ(call("GetItem", {{"TableName", "abc"}, {"Key", key}, {"AttributesToGet", names}})["Item"].size(), 255u);
    EXPECT_EQ(call("Scan", {{"TableName", "abc"}, {"ScanFilter", expected}})["Count"], 1);
    expected["attribute-7"]["AttributeValueList"][0]["N"] = "3";
    EXPECT_EQ(send("DeleteItem", json{{"TableName", "abc"}, {"Key", key}, {"Expected", expected}}.dump()).type(),
              "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException");
    // An expression has its own limits.
    std::string expression = "SET a = :a";
    for (int i = 0; i < 600; ++i)
        expression += ", a" + std::to_string(i) + " = :a";
    EXPECT_THAT(send("UpdateItem", json{{"TableName", "abc"}, {"Key", key}, {"UpdateExpression", expression},
                                        {"ExpressionAttributeValues", {{":a", {{"N", "1"}}}}}}
                                       .dump())
                    .message(),
                HasSubstr("Expression size has exceeded the maximum allowed size"));
}

}  // namespace
}  // namespace faasd::aws::dynamodb::test
