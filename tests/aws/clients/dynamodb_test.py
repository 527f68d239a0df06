"""DynamoDB as boto3 sees it: a tour through every operation, with every answer held against the service's description."""
import decimal
import time
import unittest

import boto3

import support

HASH = {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}
RANGE = {"KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
         "AttributeDefinitions": [{"AttributeName": "user", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"}]}


class DynamoDbTest(support.ClientTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.db = cls.daemon.client("dynamodb")
        cls.streams = cls.daemon.client("dynamodbstreams")

    def table(self, **parameters):
        definition = dict(HASH, BillingMode="PAY_PER_REQUEST", TableName=support.unique("table"))
        definition.update(parameters)
        self.db.create_table(**definition)
        self.db.get_waiter("table_exists").wait(TableName=definition["TableName"], WaiterConfig={"Delay": 1})
        return definition["TableName"]

    def invalid(self, message, call, **parameters):
        self.assertEqual(self.refused("ValidationException", call, **parameters), message)


class Tables(DynamoDbTest):
    def test_a_table_is_created_described_listed_and_deleted(self):
        name = support.unique("table")
        made = self.db.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", Tags=[{"Key": "team", "Value": "a"}], **HASH)
        self.assertEqual(made["TableDescription"]["TableStatus"], "CREATING")
        table = self.db.describe_table(TableName=name)["Table"]
        self.assertEqual(table["TableStatus"], "ACTIVE")
        self.assertEqual(table["TableArn"], "arn:aws:dynamodb:us-east-1:000000000000:table/" + name)
        self.assertEqual(table["TableId"], made["TableDescription"]["TableId"])
        self.assertEqual(self.db.describe_table(TableName=table["TableArn"])["Table"]["TableName"], name)
        self.assertIn(name, self.db.list_tables()["TableNames"])
        self.assertEqual(self.db.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"], [{"Key": "team", "Value": "a"}])
        self.assertEqual(self.refused("ResourceInUseException", self.db.create_table, TableName=name, BillingMode="PAY_PER_REQUEST", **HASH),
                         "Table already exists: " + name)
        self.assertEqual(self.db.delete_table(TableName=name)["TableDescription"]["TableStatus"], "DELETING")
        self.assertEqual(self.refused("ResourceNotFoundException", self.db.describe_table, TableName=name),
                         "Requested resource not found: Table: %s not found" % name)

    def test_accounts_and_regions_keep_their_tables_apart(self):
        name = self.table()
        other = self.daemon.client("dynamodb", access_key="111111111111", region="eu-west-1")
        self.assertNotIn(name, other.list_tables()["TableNames"])
        other.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **HASH)
        self.assertEqual(other.describe_table(TableName=name)["Table"]["TableArn"],
                         "arn:aws:dynamodb:eu-west-1:111111111111:table/" + name)
        other.put_item(TableName=name, Item={"id": {"S": "theirs"}})
        self.assertEqual(self.db.scan(TableName=name)["Count"], 0)
        self.assertEqual(other.list_tables()["TableNames"], [name])

    def test_lists_of_tables_come_in_pages(self):
        client = self.daemon.client("dynamodb", access_key="222222222222")
        for i in range(5):
            client.create_table(TableName="table-%d" % i, BillingMode="PAY_PER_REQUEST", **HASH)
        pages = [p["TableNames"] for p in client.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 2})]
        self.assertEqual(pages, [["table-0", "table-1"], ["table-2", "table-3"], ["table-4"]])

    def test_provisioned_throughput_and_billing_mode_are_kept_and_changed(self):
        name = self.table(BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 6})
        units = self.db.describe_table(TableName=name)["Table"]["ProvisionedThroughput"]
        self.assertEqual((units["ReadCapacityUnits"], units["WriteCapacityUnits"]), (5, 6))
        self.assertIn("will not change", self.refused("ValidationException", self.db.update_table, TableName=name,
                                                      ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}))
        self.db.update_table(TableName=name, BillingMode="PAY_PER_REQUEST")
        table = self.db.describe_table(TableName=name)["Table"]
        self.assertEqual(table["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
        self.assertEqual(table["ProvisionedThroughput"]["ReadCapacityUnits"], 0)

    def test_a_protected_table_is_not_deleted(self):
        name = support.unique("table")
        newer = support.JsonClient(self.daemon, "DynamoDB_20120810", "dynamodb")
        newer.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", DeletionProtectionEnabled=True, **HASH)
        self.assertTrue(newer.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"])
        self.invalid("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
                     self.db.delete_table, TableName=name)
        newer.update_table(TableName=name, DeletionProtectionEnabled=False)
        self.db.delete_table(TableName=name)

    def test_an_index_is_added_built_and_removed(self):
        name = self.table()
        for i in range(3):
            self.db.put_item(TableName=name, Item={"id": {"S": str(i)}, "kind": {"S": "a"}})
        self.db.update_table(TableName=name, AttributeDefinitions=[{"AttributeName": "kind", "AttributeType": "S"}],
                             GlobalSecondaryIndexUpdates=[{"Create": {
                                 "IndexName": "by-kind", "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                                 "Projection": {"ProjectionType": "KEYS_ONLY"}}}])
        for _ in range(100):
            index = self.db.describe_table(TableName=name)["Table"]["GlobalSecondaryIndexes"][0]
            if index["IndexStatus"] == "ACTIVE":
                break
            time.sleep(0.02)
        found = self.db.query(TableName=name, IndexName="by-kind", KeyConditionExpression="kind = :k",
                              ExpressionAttributeValues={":k": {"S": "a"}})
        self.assertEqual(found["Count"], 3)
        self.db.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-kind"}}])
        self.assertNotIn("GlobalSecondaryIndexes", self.db.describe_table(TableName=name)["Table"])

    def test_tags_and_time_to_live(self):
        name = self.table()
        arn = self.db.describe_table(TableName=name)["Table"]["TableArn"]
        self.db.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
        self.db.untag_resource(ResourceArn=arn, TagKeys=["a"])
        self.assertEqual(self.db.list_tags_of_resource(ResourceArn=arn)["Tags"], [{"Key": "b", "Value": "2"}])
        self.db.update_time_to_live(TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
        self.assertEqual(self.db.describe_time_to_live(TableName=name)["TimeToLiveDescription"],
                         {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"})
        self.invalid("TimeToLive is already enabled", self.db.update_time_to_live, TableName=name,
                     TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
        self.db.put_item(TableName=name, Item={"id": {"S": "gone"}, "expires": {"N": str(int(time.time()) - 5)}})
        self.assertNotIn("Item", self.db.get_item(TableName=name, Key={"id": {"S": "gone"}}))

    def test_limits_and_endpoints(self):
        self.db.describe_limits()
        self.assertIn(":", self.db.describe_endpoints()["Endpoints"][0]["Address"])

    def test_what_is_not_there_is_not_implemented(self):
        self.refused("NotImplemented", self.db.list_global_tables)

    def test_wrong_definitions_are_refused_in_the_words_of_the_service(self):
        self.invalid("One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified "
                     "when BillingMode is PROVISIONED", self.db.create_table, TableName="abc", **HASH)
        self.invalid("TableName must be at least 3 characters long and at most 255 characters long",
                     self.db.create_table, TableName="a", **HASH)
        self.invalid("One or more parameter values were invalid: Some index key attributes are not defined in "
                     "AttributeDefinitions. Keys: [id], AttributeDefinitions: [other]",
                     self.db.create_table, TableName="abc", BillingMode="PAY_PER_REQUEST", KeySchema=HASH["KeySchema"],
                     AttributeDefinitions=[{"AttributeName": "other", "AttributeType": "S"}])


class Items(DynamoDbTest):
    ALL_TYPES = {"id": {"S": "1"}, "n": {"N": "-12345678901234567890123456789012345.678"}, "b": {"B": b"\x00\xff"}, "t": {"BOOL": True},
                 "nothing": {"NULL": True}, "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2"]}, "bs": {"BS": [b"x", b"y"]},
                 "l": {"L": [{"S": ""}, {"N": "0"}, {"L": []}]}, "m": {"M": {"quote\"\\\n\u00e9\U0001f600": {"S": "\u2028"}}}}

    def test_every_type_comes_back_as_it_was(self):
        name = self.table()
        self.db.put_item(TableName=name, Item=self.ALL_TYPES)
        self.assertEqual(self.db.get_item(TableName=name, Key={"id": {"S": "1"}})["Item"], self.ALL_TYPES)

    def test_the_resource_interface_works(self):
        table = boto3.resource("dynamodb", endpoint_url=self.daemon.url, region_name="us-east-1", aws_access_key_id="test",
                               aws_secret_access_key="test").Table(self.table())
        table.put_item(Item={"id": "a", "price": decimal.Decimal("1.25"), "tags": {"x", "y"}, "list": [1, None, True]})
        item = table.get_item(Key={"id": "a"})["Item"]
        self.assertEqual(item["price"], decimal.Decimal("1.25"))
        self.assertEqual(item["tags"], {"x", "y"})
        with table.batch_writer() as batch:
            for i in range(60):
                batch.put_item(Item={"id": "batch-%d" % i})
        self.assertEqual(table.scan(Select="COUNT")["Count"], 61)

    def test_updates_and_return_values(self):
        name = self.table()
        self.db.put_item(TableName=name, Item={"id": {"S": "1"}, "n": {"N": "1"}})
        done = self.db.update_item(TableName=name, Key={"id": {"S": "1"}}, UpdateExpression="SET n = n + :one, #x = :x",
                                   ExpressionAttributeNames={"#x": "x"},
                                   ExpressionAttributeValues={":one": {"N": "1"}, ":x": {"S": "x"}}, ReturnValues="UPDATED_NEW")
        self.assertEqual(done["Attributes"], {"n": {"N": "2"}, "x": {"S": "x"}})
        done = self.db.put_item(TableName=name, Item={"id": {"S": "1"}}, ReturnValues="ALL_OLD")
        self.assertEqual(done["Attributes"]["n"], {"N": "2"})
        done = self.db.delete_item(TableName=name, Key={"id": {"S": "1"}}, ReturnValues="ALL_OLD")
        self.assertEqual(done["Attributes"], {"id": {"S": "1"}})
        self.assertNotIn("Attributes", self.db.delete_item(TableName=name, Key={"id": {"S": "1"}}, ReturnValues="ALL_OLD"))

    def test_a_failed_condition_returns_the_item_when_asked(self):
        name = self.table()
        self.db.put_item(TableName=name, Item={"id": {"S": "1"}, "n": {"N": "1"}})
        with self.assertRaises(self.db.exceptions.ConditionalCheckFailedException) as caught:
            self.db.put_item(TableName=name, Item={"id": {"S": "1"}}, ConditionExpression="attribute_not_exists(id)")
        self.assertEqual(caught.exception.response["Error"]["Message"], "The conditional request failed")
        status, _, body = self.daemon.request("POST", "/", (
            '{"TableName":"%s","Item":{"id":{"S":"1"}},"ConditionExpression":"attribute_not_exists(id)",'
            '"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}' % name).encode(), {"X-Amz-Target": "DynamoDB_20120810.PutItem"})
        self.assertEqual(status, 400)
        self.assertIn(b'"Item":{"id":{"S":"1"},"n":{"N":"1"}}', body)

    def test_older_parameters(self):
        name = self.table()
        key = {"id": {"S": "1"}}
        self.db.put_item(TableName=name, Item=dict(key, n={"N": "1"}, s={"SS": ["a", "b"]}, l={"L": [{"N": "1"}]}),
                         Expected={"id": {"Exists": False}})
        self.refused("ConditionalCheckFailedException", self.db.put_item, TableName=name, Item=key, Expected={"id": {"Exists": False}})
        self.db.update_item(TableName=name, Key=key, Expected={"n": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "0"}, {"N": "2"}]}},
                            AttributeUpdates={"n": {"Action": "ADD", "Value": {"N": "5"}}, "s": {"Action": "DELETE", "Value": {"SS": ["a"]}},
                                              "l": {"Action": "ADD", "Value": {"L": [{"N": "2"}]}}, "new": {"Value": {"S": "x"}}})
        self.assertEqual(self.db.get_item(TableName=name, Key=key, AttributesToGet=["n", "s", "l", "new"])["Item"],
                         {"n": {"N": "6"}, "s": {"SS": ["b"]}, "l": {"L": [{"N": "1"}, {"N": "2"}]}, "new": {"S": "x"}})
        self.db.update_item(TableName=name, Key=key, AttributeUpdates={"new": {"Action": "DELETE"}})
        self.refused("ConditionalCheckFailedException", self.db.delete_item, TableName=name, Key=key, ConditionalOperator="OR",
                     Expected={"n": {"Value": {"N": "0"}}, "new": {"ComparisonOperator": "NOT_NULL"}})
        self.db.delete_item(TableName=name, Key=key, Expected={"n": {"Value": {"N": "6"}}})

    def test_mistakes_are_refused_in_the_words_of_the_service(self):
        name = self.table()
        put, get = self.db.put_item, self.db.get_item
        self.invalid("One or more parameter values were invalid: Missing the key id in the item", put, TableName=name, Item={"x": {"S": "1"}})
        self.invalid("One or more parameter values were invalid: Type mismatch for key id expected: S actual: N",
                     put, TableName=name, Item={"id": {"N": "1"}})
        self.invalid("The provided key element does not match the schema", get, TableName=name, Key={"other": {"S": "1"}})
        self.invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes", put, TableName=name, Item={"id": {}})
        self.invalid("One or more parameter values were invalid: An string set  may not be empty", put, TableName=name, Item={"id": {"SS": []}})
        self.invalid("The parameter cannot be converted to a numeric value: a", put, TableName=name, Item={"id": {"N": "a"}})
        self.invalid("Attempting to store more than 38 significant digits in a Number", put, TableName=name, Item={"id": {"N": "1" * 39}})
        self.invalid("Item size has exceeded the maximum allowed size", put, TableName=name, Item={"id": {"S": "1"}, "x": {"S": "x" * 409600}})
        self.invalid("2 validation errors detected: Value 'a;' at 'tableName' failed to satisfy constraint: Member must satisfy regular "
                     "expression pattern: [a-zA-Z0-9_.-]+; Value 'a;' at 'tableName' failed to satisfy constraint: Member must have "
                     "length greater than or equal to 3", get, TableName="a;", Key={})
        self.invalid("Return values set to invalid value", put, TableName=name, Item={"id": {"S": "1"}}, ReturnValues="ALL_NEW")
        self.invalid("Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}", put, TableName=name, Item={"id": {"S": "1"}},
                     ConditionExpression="attribute_exists(id)", ExpressionAttributeNames={"#x": "x"})
        self.invalid("Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: name", put, TableName=name,
                     Item={"id": {"S": "1"}}, ConditionExpression="attribute_exists(name)")
        self.invalid("Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} "
                     "Expression parameters: {ConditionExpression}", put, TableName=name, Item={"id": {"S": "1"}},
                     ConditionExpression="attribute_exists(id)", Expected={"id": {"Exists": False}})
        self.assertEqual(self.refused("ResourceNotFoundException", put, TableName="no-such-table", Item={"id": {"S": "1"}}),
                         "Requested resource not found")

    def test_wrong_types_are_no_request_at_all(self):
        def post(body, target="GetItem"):
            status, headers, answer = self.daemon.request("POST", "/", body, {"X-Amz-Target": "DynamoDB_20120810." + target})
            self.assertEqual(status, 400, answer)
            self.assertTrue(headers["x-amz-crc32"])
            return answer
        self.assertIn(b"com.amazon.coral.service#SerializationException", post(b'{"TableName": "abc"'))
        self.assertIn(b"NUMBER_VALUE cannot be converted to String", post(b'{"TableName": 5}'))
        self.assertIn(b"Unexpected value type in payload", post(b'{"TableName": "abc", "Key": {"a": 5}}'))
        self.assertIn(b"com.amazon.coral.validate#ValidationException", post(b"{}"))

    def test_consumed_capacity(self):
        name = self.table()
        kilobyte = {"id": {"S": "1"}, "x": {"S": "x" * 5000}}
        done = self.db.put_item(TableName=name, Item=kilobyte, ReturnConsumedCapacity="TOTAL")
        self.assertEqual(done["ConsumedCapacity"], {"TableName": name, "CapacityUnits": 5.0})
        got = self.db.get_item(TableName=name, Key={"id": {"S": "1"}}, ReturnConsumedCapacity="INDEXES")
        self.assertEqual(got["ConsumedCapacity"], {"TableName": name, "CapacityUnits": 1.0, "Table": {"CapacityUnits": 1.0}})
        got = self.db.get_item(TableName=name, Key={"id": {"S": "none"}}, ReturnConsumedCapacity="TOTAL")
        self.assertEqual(got["ConsumedCapacity"]["CapacityUnits"], 0.5)


class Pages(DynamoDbTest):
    INDEXES = dict(
        KeySchema=RANGE["KeySchema"],
        AttributeDefinitions=RANGE["AttributeDefinitions"] + [{"AttributeName": "kind", "AttributeType": "S"}],
        LocalSecondaryIndexes=[{"IndexName": "local-kind", "Projection": {"ProjectionType": "KEYS_ONLY"},
                                "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}, {"AttributeName": "kind", "KeyType": "RANGE"}]}],
        GlobalSecondaryIndexes=[{"IndexName": "by-kind", "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]},
                                 "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}]}])

    def filled(self):
        name = self.table(**self.INDEXES)
        for i in range(10):
            self.db.put_item(TableName=name, Item={"user": {"S": "u"}, "at": {"N": str(i)}, "kind": {"S": "even" if i % 2 == 0 else "odd"},
                                                   "x": {"N": str(i)}, "y": {"S": "y"}})
        return name

    def ats(self, page):
        return [int(item["at"]["N"]) for item in page["Items"]]

    def test_queries(self):
        name = self.filled()
        user = {":u": {"S": "u"}}
        query = lambda **more: self.db.query(TableName=name, **more)
        page = query(KeyConditionExpression="#u = :u AND #a BETWEEN :a AND :b", ExpressionAttributeNames={"#u": "user", "#a": "at"},
                     ExpressionAttributeValues=dict(user, **{":a": {"N": "2"}, ":b": {"N": "4"}}), ScanIndexForward=False)
        self.assertEqual(self.ats(page), [4, 3, 2])
        page = query(KeyConditions={"user": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "u"}]}},
                     QueryFilter={"kind": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "odd"}]}})
        self.assertEqual((self.ats(page), page["Count"], page["ScannedCount"]), ([1, 3, 5, 7, 9], 5, 10))
        page = query(KeyConditionExpression="#u = :u", ExpressionAttributeNames={"#u": "user"}, ExpressionAttributeValues=user, Limit=3)
        self.assertEqual(page["LastEvaluatedKey"], {"user": {"S": "u"}, "at": {"N": "2"}})
        page = query(KeyConditionExpression="#u = :u", ExpressionAttributeNames={"#u": "user"}, ExpressionAttributeValues=user,
                     ExclusiveStartKey=page["LastEvaluatedKey"], Select="COUNT", ReturnConsumedCapacity="INDEXES")
        self.assertEqual(page["Count"], 7)
        self.assertNotIn("Items", page)
        page = query(IndexName="by-kind", KeyConditionExpression="kind = :k", ExpressionAttributeValues={":k": {"S": "odd"}},
                     ReturnConsumedCapacity="INDEXES")
        self.assertEqual(set(page["Items"][0]), {"user", "at", "kind", "x"})
        self.assertEqual(page["ConsumedCapacity"]["GlobalSecondaryIndexes"], {"by-kind": {"CapacityUnits": 0.5}})
        page = query(IndexName="local-kind", KeyConditionExpression="#u = :u", ExpressionAttributeNames={"#u": "user"},
                     ExpressionAttributeValues=user, Select="ALL_ATTRIBUTES", ConsistentRead=True)
        self.assertEqual(set(page["Items"][0]), {"user", "at", "kind", "x", "y"})
        self.invalid("Consistent reads are not supported on global secondary indexes", self.db.query, TableName=name, IndexName="by-kind",
                     KeyConditionExpression="kind = :k", ExpressionAttributeValues={":k": {"S": "odd"}}, ConsistentRead=True)
        self.invalid("The table does not have the specified index: none", self.db.query, TableName=name, IndexName="none",
                     KeyConditionExpression="kind = :k", ExpressionAttributeValues={":k": {"S": "odd"}})
        self.invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
                     self.db.query, TableName=name)

    def test_scans_in_parallel_and_in_pages(self):
        name = self.table()
        for i in range(40):
            self.db.put_item(TableName=name, Item={"id": {"S": str(i)}})
        seen = []
        for segment in range(4):
            for page in self.db.get_paginator("scan").paginate(TableName=name, Segment=segment, TotalSegments=4,
                                                               PaginationConfig={"PageSize": 3}):
                seen += [item["id"]["S"] for item in page["Items"]]
        self.assertEqual(sorted(seen, key=int), [str(i) for i in range(40)])
        page = self.db.scan(TableName=name, FilterExpression="id IN (:a, :b)", ProjectionExpression="id",
                            ExpressionAttributeValues={":a": {"S": "1"}, ":b": {"S": "2"}})
        self.assertEqual((page["Count"], page["ScannedCount"]), (2, 40))
        page = self.db.scan(TableName=name, ScanFilter={"id": {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [{"S": "3"}]}},
                            AttributesToGet=["id"])
        self.assertEqual(page["Count"], 11)

    def test_capacity_of_writes_counts_indexes(self):
        name = self.table(**self.INDEXES)
        item = {"user": {"S": "u"}, "at": {"N": "1"}, "kind": {"S": "a"}}
        done = self.db.put_item(TableName=name, Item=item, ReturnConsumedCapacity="INDEXES", ReturnItemCollectionMetrics="SIZE")
        self.assertEqual(done["ConsumedCapacity"], {
            "TableName": name, "CapacityUnits": 3.0, "Table": {"CapacityUnits": 1.0},
            "LocalSecondaryIndexes": {"local-kind": {"CapacityUnits": 1.0}}, "GlobalSecondaryIndexes": {"by-kind": {"CapacityUnits": 1.0}}})
        self.assertEqual(done["ItemCollectionMetrics"]["ItemCollectionKey"], {"user": {"S": "u"}})
        done = self.db.put_item(TableName=name, Item=dict(item, kind={"S": "b"}), ReturnConsumedCapacity="TOTAL")
        self.assertEqual(done["ConsumedCapacity"]["CapacityUnits"], 5.0)
        done = self.db.put_item(TableName=name, Item=dict(item, kind={"S": "b"}, y={"S": "y"}), ReturnConsumedCapacity="TOTAL")
        self.assertEqual(done["ConsumedCapacity"]["CapacityUnits"], 1.0)


class BatchesAndTransactions(DynamoDbTest):
    def test_batches(self):
        name = self.table()
        self.db.batch_write_item(RequestItems={name: [{"PutRequest": {"Item": {"id": {"S": str(i)}}}} for i in range(25)]})
        self.db.batch_write_item(RequestItems={name: [{"DeleteRequest": {"Key": {"id": {"S": "0"}}}}]}, ReturnConsumedCapacity="TOTAL",
                                 ReturnItemCollectionMetrics="SIZE")
        got = self.db.batch_get_item(RequestItems={name: {"Keys": [{"id": {"S": str(i)}} for i in range(3)], "ConsistentRead": True}},
                                     ReturnConsumedCapacity="TOTAL")
        self.assertEqual(sorted(item["id"]["S"] for item in got["Responses"][name]), ["1", "2"])
        self.assertEqual(got["ConsumedCapacity"], [{"TableName": name, "CapacityUnits": 3.0}])
        self.assertEqual(got["UnprocessedKeys"], {})
        self.invalid("Provided list of item keys contains duplicates", self.db.batch_get_item,
                     RequestItems={name: {"Keys": [{"id": {"S": "1"}}, {"id": {"S": "1"}}]}})
        self.invalid("Provided list of item keys contains duplicates", self.db.batch_write_item,
                     RequestItems={name: [{"DeleteRequest": {"Key": {"id": {"S": "1"}}}}, {"PutRequest": {"Item": {"id": {"S": "1"}}}}]})

    def test_a_batch_ends_at_sixteen_megabytes(self):
        name = self.table()
        for i in range(45):
            self.db.put_item(TableName=name, Item={"id": {"S": str(i)}, "x": {"S": "x" * 400000}})
        keys = [{"id": {"S": str(i)}} for i in range(45)]
        got = self.db.batch_get_item(RequestItems={name: {"Keys": keys, "ProjectionExpression": "id"}})
        left = got["UnprocessedKeys"][name]
        self.assertEqual(len(got["Responses"][name]) + len(left["Keys"]), 45)
        self.assertEqual(left["ProjectionExpression"], "id")
        more = self.db.batch_get_item(RequestItems=got["UnprocessedKeys"])
        self.assertEqual(len(more["Responses"][name]), len(left["Keys"]))

    def test_transactions_are_all_or_none(self):
        name = self.table()
        key = lambda i: {"id": {"S": str(i)}}
        self.db.transact_write_items(TransactItems=[
            {"Put": {"TableName": name, "Item": dict(key(1), n={"N": "1"})}},
            {"Update": {"TableName": name, "Key": key(2), "UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "2"}}}}],
            ReturnConsumedCapacity="TOTAL")
        got = self.db.transact_get_items(TransactItems=[{"Get": {"TableName": name, "Key": key(i)}} for i in (1, 2, 3)],
                                         ReturnConsumedCapacity="TOTAL")
        self.assertEqual([r.get("Item", {}).get("n") for r in got["Responses"]], [{"N": "1"}, {"N": "2"}, None])
        self.assertEqual(got["ConsumedCapacity"][0]["CapacityUnits"], 6.0)
        with self.assertRaises(self.db.exceptions.TransactionCanceledException) as caught:
            self.db.transact_write_items(TransactItems=[
                {"Delete": {"TableName": name, "Key": key(1)}},
                {"ConditionCheck": {"TableName": name, "Key": key(2), "ConditionExpression": "n = :n", "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                                    "ExpressionAttributeValues": {":n": {"N": "5"}}}}])
        response = caught.exception.response
        self.assertEqual(response["Error"]["Message"], "Transaction cancelled, please refer cancellation reasons for specific reasons "
                                                       "[None, ConditionalCheckFailed]")
        self.assertEqual(response["CancellationReasons"], [
            {"Code": "None"}, {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed",
                               "Item": {"id": {"S": "2"}, "n": {"N": "2"}}}])
        self.assertIn("Item", self.db.get_item(TableName=name, Key=key(1)))

    def test_a_token_makes_a_repetition_harmless(self):
        name = self.table()
        add = {"TransactItems": [{"Update": {"TableName": name, "Key": {"id": {"S": "1"}}, "UpdateExpression": "ADD n :one",
                                             "ExpressionAttributeValues": {":one": {"N": "1"}}}}], "ClientRequestToken": support.unique("t")[-20:]}
        self.db.transact_write_items(**add)
        self.db.transact_write_items(**add)
        self.assertEqual(self.db.get_item(TableName=name, Key={"id": {"S": "1"}})["Item"]["n"], {"N": "1"})
        add["TransactItems"][0]["Update"]["ExpressionAttributeValues"] = {":one": {"N": "2"}}
        self.refused("IdempotentParameterMismatchException", self.db.transact_write_items, **add)


class Streams(DynamoDbTest):
    def test_changes_are_read_with_all_kinds_of_iterator(self):
        name = self.table(StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
        arn = self.db.describe_table(TableName=name)["Table"]["LatestStreamArn"]
        self.assertEqual([s["StreamArn"] for s in self.streams.list_streams(TableName=name)["Streams"]], [arn])
        described = self.streams.describe_stream(StreamArn=arn)["StreamDescription"]
        self.assertEqual((described["StreamStatus"], described["StreamViewType"]), ("ENABLED", "NEW_AND_OLD_IMAGES"))
        shard = described["Shards"][0]["ShardId"]

        def iterator(kind, **more):
            return self.streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType=kind, **more)["ShardIterator"]
        latest = iterator("LATEST")
        self.db.put_item(TableName=name, Item={"id": {"S": "1"}, "n": {"N": "1"}})
        self.db.put_item(TableName=name, Item={"id": {"S": "1"}, "n": {"N": "2"}})
        self.db.delete_item(TableName=name, Key={"id": {"S": "1"}})
        page = self.streams.get_records(ShardIterator=iterator("TRIM_HORIZON"))
        self.assertEqual([r["eventName"] for r in page["Records"]], ["INSERT", "MODIFY", "REMOVE"])
        change = page["Records"][1]["dynamodb"]
        self.assertEqual((change["OldImage"]["n"], change["NewImage"]["n"], change["Keys"]), ({"N": "1"}, {"N": "2"}, {"id": {"S": "1"}}))
        self.assertEqual(len(self.streams.get_records(ShardIterator=latest, Limit=2)["Records"]), 2)
        at = iterator("AT_SEQUENCE_NUMBER", SequenceNumber=change["SequenceNumber"])
        self.assertEqual([r["eventName"] for r in self.streams.get_records(ShardIterator=at)["Records"]], ["MODIFY", "REMOVE"])
        after = iterator("AFTER_SEQUENCE_NUMBER", SequenceNumber=change["SequenceNumber"])
        self.assertEqual([r["eventName"] for r in self.streams.get_records(ShardIterator=after)["Records"]], ["REMOVE"])
        self.assertEqual(self.streams.get_records(ShardIterator=page["NextShardIterator"])["Records"], [])
        self.invalid("Invalid ShardIterator", self.streams.get_records, ShardIterator="nonsense")
        self.db.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
        self.refused("ResourceNotFoundException", self.streams.describe_stream, StreamArn=arn)

    def test_the_other_views(self):
        for view, old, new in (("KEYS_ONLY", False, False), ("NEW_IMAGE", False, True), ("OLD_IMAGE", True, False)):
            name = self.table(StreamSpecification={"StreamEnabled": True, "StreamViewType": view})
            self.db.put_item(TableName=name, Item={"id": {"S": "1"}})
            self.db.delete_item(TableName=name, Key={"id": {"S": "1"}})
            arn = self.db.describe_table(TableName=name)["Table"]["LatestStreamArn"]
            shard = self.streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
            at = self.streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
            records = self.streams.get_records(ShardIterator=at)["Records"]
            self.assertEqual(("OldImage" in records[1]["dynamodb"], "NewImage" in records[0]["dynamodb"]), (old, new), view)


class Backups(DynamoDbTest):
    def test_a_table_is_backed_up_and_restored(self):
        name = self.table(**Pages.INDEXES)
        item = {"user": {"S": "u"}, "at": {"N": "1"}, "kind": {"S": "a"}}
        self.db.put_item(TableName=name, Item=item)
        arn = self.db.create_backup(TableName=name, BackupName="nightly")["BackupDetails"]["BackupArn"]
        self.db.delete_item(TableName=name, Key={"user": {"S": "u"}, "at": {"N": "1"}})
        self.assertNotIn("$", "".join(self.db.list_tables()["TableNames"]))
        self.assertEqual([b["BackupArn"] for b in self.db.list_backups(TableName=name)["BackupSummaries"]], [arn])
        described = self.db.describe_backup(BackupArn=arn)["BackupDescription"]
        self.assertEqual(described["SourceTableDetails"]["ItemCount"], 1)
        restored = support.unique("restored")
        self.db.restore_table_from_backup(TargetTableName=restored, BackupArn=arn)
        self.assertEqual(self.db.scan(TableName=restored)["Items"], [item])
        table = self.db.describe_table(TableName=restored)["Table"]
        self.assertEqual([i["IndexName"] for i in table["GlobalSecondaryIndexes"]], ["by-kind"])
        self.refused("TableAlreadyExistsException", self.db.restore_table_from_backup, TargetTableName=restored, BackupArn=arn)
        self.db.delete_backup(BackupArn=arn)
        self.refused("BackupNotFoundException", self.db.describe_backup, BackupArn=arn)

    def test_point_in_time_recovery(self):
        name = self.table()
        self.db.put_item(TableName=name, Item={"id": {"S": "1"}})
        target = support.unique("restored")
        self.refused("PointInTimeRecoveryUnavailableException", self.db.restore_table_to_point_in_time, SourceTableName=name,
                     TargetTableName=target, UseLatestRestorableTime=True)
        self.db.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
        recovery = self.db.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        self.assertEqual(recovery["PointInTimeRecoveryStatus"], "ENABLED")
        self.db.restore_table_to_point_in_time(SourceTableName=name, TargetTableName=target, UseLatestRestorableTime=True)
        self.assertEqual(self.db.scan(TableName=target)["Count"], 1)


class Statements(DynamoDbTest):
    def run_statement(self, statement, *parameters, **more):
        if parameters:
            more["Parameters"] = list(parameters)
        return self.db.execute_statement(Statement=statement, **more)["Items"]

    def filled(self):
        name = self.table(**Pages.INDEXES)
        for i in range(6):
            self.run_statement('INSERT INTO "%s" VALUE {\'user\': ?, \'at\': %d, \'kind\': \'%s\', \'tags\': <<\'a\'>>, \'m\': {\'l\': [1, true, null]}}'
                               % (name, i, "even" if i % 2 == 0 else "odd"), {"S": "u" if i < 4 else "v"})
        return name

    def test_select(self):
        name = self.filled()
        item = self.run_statement('SELECT * FROM "%s" WHERE "user" = \'u\' AND "at" = 0' % name)[0]
        self.assertEqual(item["m"], {"M": {"l": {"L": [{"N": "1"}, {"BOOL": True}, {"NULL": True}]}}})
        self.assertEqual(item["tags"], {"SS": ["a"]})
        ats = lambda items: [int(i["at"]["N"]) for i in items]
        self.assertEqual(ats(self.run_statement('SELECT at FROM "%s" WHERE "user" = ? AND at BETWEEN 1 AND 2 ORDER BY at DESC' % name, {"S": "u"})), [2, 1])
        self.assertEqual(ats(self.run_statement('SELECT * FROM "%s" WHERE "user" IN [\'v\', \'u\'] AND kind = \'odd\'' % name)), [5, 1, 3])
        self.assertEqual(ats(self.run_statement('SELECT * FROM "%s"."by-kind" WHERE kind = \'odd\'' % name)), [1, 3, 5])
        self.assertEqual(len(self.run_statement('select * from "%s" where size(m.l) = 3 and contains(tags, \'a\') and not (at < 3 or at >= 5)' % name)), 2)
        self.assertEqual(len(self.run_statement('SELECT * FROM "%s" WHERE none IS MISSING AND m.l[2] IS NULL AND m.l[0] IS NOT NULL' % name)), 6)
        page = self.db.execute_statement(Statement='SELECT * FROM "%s"' % name, Limit=4)
        rest = self.db.execute_statement(Statement='SELECT * FROM "%s"' % name, NextToken=page["NextToken"])
        self.assertEqual((len(page["Items"]), len(rest["Items"])), (4, 2))

    def test_update_and_delete(self):
        name = self.filled()
        where = ' WHERE "user" = \'u\' AND at = 1'
        self.assertEqual(self.run_statement('UPDATE "%s" SET n = 5 SET m.x = \'y\' SET tags = set_add(tags, <<\'b\'>>) REMOVE m.l%s RETURNING MODIFIED NEW *'
                                            % (name, where)), [{"n": {"N": "5"}, "m": {"M": {"x": {"S": "y"}}}, "tags": {"SS": ["a", "b"]}}])
        self.run_statement('UPDATE "%s" SET n = n + 1, l = list_append(?, ?)%s AND n = 5' % (name, where), {"L": [{"S": "1"}]}, {"L": []})
        self.refused("ConditionalCheckFailedException", self.run_statement, 'UPDATE "%s" SET n = 1%s AND n = 5' % (name, where))
        self.refused("ConditionalCheckFailedException", self.run_statement, 'UPDATE "%s" SET n = 1 WHERE "user" = \'none\' AND at = 1' % name)
        self.refused("DuplicateItemException", self.run_statement, 'INSERT INTO "%s" VALUE {\'user\': \'u\', \'at\': 1}' % name)
        self.assertEqual(self.run_statement('DELETE FROM "%s"%s AND n = 6 RETURNING ALL OLD *' % (name, where))[0]["n"], {"N": "6"})
        self.assertEqual(self.run_statement('DELETE FROM "%s"%s' % (name, where)), [])
        self.invalid("Where clause does not contain a mandatory equality on all key attributes", self.db.execute_statement,
                     Statement='DELETE FROM "%s" WHERE "user" = \'u\'' % name)
        self.assertIn("Statement wasn't well formed", self.refused("ValidationException", self.run_statement, "SELECT FROM"))
        self.invalid("Number of parameters in request and statement don't match.", self.db.execute_statement, Statement='SELECT * FROM "%s" WHERE a = ?' % name)

    def test_batches_and_transactions_of_statements(self):
        name = self.filled()
        select = 'SELECT * FROM "%s" WHERE "user" = \'u\' AND at = %d'
        got = self.db.batch_execute_statement(Statements=[
            {"Statement": select % (name, 1)}, {"Statement": select % (name, 99)}, {"Statement": 'SELECT * FROM "%s"' % name}])["Responses"]
        self.assertEqual(got[0]["Item"]["at"], {"N": "1"})
        self.assertNotIn("Item", got[1])
        self.assertEqual(got[2]["Error"]["Code"], "ValidationError")
        insert = 'INSERT INTO "%s" VALUE {\'user\': \'u\', \'at\': 1}' % name
        got = self.db.batch_execute_statement(Statements=[{"Statement": insert}])["Responses"]
        self.assertEqual(got[0]["Error"]["Code"], "DuplicateItem")
        self.invalid("BatchExecuteStatement API does not support both read and write operations in the same request.",
                     self.db.batch_execute_statement, Statements=[{"Statement": select % (name, 1)}, {"Statement": insert}])
        got = self.db.execute_transaction(TransactStatements=[{"Statement": select % (name, i)} for i in (0, 1)])["Responses"]
        self.assertEqual([r["Item"]["at"]["N"] for r in got], ["0", "1"])
        with self.assertRaises(self.db.exceptions.TransactionCanceledException):
            self.db.execute_transaction(TransactStatements=[
                {"Statement": 'UPDATE "%s" SET n = 1 WHERE "user" = \'u\' AND at = 0' % name},
                {"Statement": 'EXISTS(SELECT * FROM "%s" WHERE "user" = \'u\' AND at = 1 AND kind = \'even\')' % name}])
        self.db.execute_transaction(TransactStatements=[
            {"Statement": 'UPDATE "%s" SET n = 1 WHERE "user" = \'u\' AND at = 0' % name},
            {"Statement": 'EXISTS(SELECT * FROM "%s" WHERE "user" = \'u\' AND at = 1 AND kind = \'odd\')' % name}])
        self.assertEqual(self.run_statement(select % (name, 0))[0]["n"], {"N": "1"})


if __name__ == "__main__":
    unittest.main()
