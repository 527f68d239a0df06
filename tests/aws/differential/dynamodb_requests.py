"""Random requests for DynamoDB, as (operation, body): what a program would send, and what it should not have sent."""
import dynamodb_values as values
from dynamodb_expressions import Expressions
from dynamodb_transactions import Transactions

OPERATORS = ["EQ", "NE", "LE", "LT", "GE", "GT", "NOT_NULL", "NULL", "CONTAINS", "NOT_CONTAINS", "BEGINS_WITH", "IN", "BETWEEN"]
ODD = ["", "x", 5, -1, 0, None, True, [], {}, ["a"], 1.5, "ALL_OLD", "TOTAL", "abc.d", {"a": 1}, [[]], [{}], [None], 100000]
OPERANDS = {"NOT_NULL": 0, "NULL": 0, "BETWEEN": 2}


def share(rng, part):
    return rng.random() < part


def common(rng, request, returns=()):
    if returns and share(rng, 0.7):
        request["ReturnValues"] = rng.choice(returns)
    if share(rng, 0.3):
        request["ReturnConsumedCapacity"] = rng.choice(["TOTAL", "INDEXES", "NONE"])
    if share(rng, 0.05):
        request["ReturnItemCollectionMetrics"] = rng.choice(["SIZE", "NONE"])
    return request


def spoil(rng, request, part=0.04):
    """Makes a member wrong, or leaves it out."""
    if not share(rng, part):
        return request
    members = list(request) + ["ReturnConsumedCapacity", "ReturnValues", "ConsistentRead", "Limit", "Select", "AttributesToGet", "Expected"]
    name = rng.choice(members)
    if share(rng, 0.3):
        request.pop(name, None)
    else:
        request[name] = rng.choice(ODD)
    return request


def legacy_condition(rng, share_of_wrong=0.06):
    if share(rng, 0.25):
        made = {"Exists": rng.random() < 0.5}
        if made["Exists"] != share(rng, 0.1):
            made["Value"] = values.value(rng)
        return made
    if share(rng, 0.3):
        return {"Value": values.value(rng)}
    operator = rng.choice(OPERATORS)
    count = OPERANDS.get(operator, rng.randint(1, 3) if operator == "IN" else 1)
    if share(rng, share_of_wrong):
        count = rng.randrange(4)
    made = {"ComparisonOperator": operator, "AttributeValueList": [values.value(rng) for _ in range(count)]}
    if not count and share(rng, 0.8):
        del made["AttributeValueList"]
    if share(rng, share_of_wrong):
        made.update(rng.choice([{"ComparisonOperator": "LIKE"}, {"Value": {"S": "a"}}, {"Exists": True}, {"Exists": False}]))
    return made


def filters(rng, names=values.NAMES):
    made = {rng.choice(names): legacy_condition(rng) for _ in range(rng.choice([1, 1, 2, 3]))}
    for condition in made.values():
        if "ComparisonOperator" not in condition and share(rng, 0.9):
            condition.pop("Exists", None)
            condition["ComparisonOperator"] = "EQ"
            condition["AttributeValueList"] = [condition.pop("Value", {"S": "a"})]
    return made


def guard(rng, request, expressions):
    """A condition of a write: as an expression, or as the older parameters."""
    if share(rng, 0.4):
        request["ConditionExpression"] = expressions.spoiled(expressions.condition())
    elif share(rng, 0.2):
        request["Expected"] = {rng.choice(values.NAMES): legacy_condition(rng) for _ in range(rng.choice([1, 1, 2]))}
        if share(rng, 0.3):
            request["ConditionalOperator"] = rng.choice(["AND", "OR"])
    if share(rng, 0.1):
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"


class Requests:
    def __init__(self, rng):
        self._rng = rng
        self._transactions = Transactions(rng)

    def _begin(self, wrong=0.1):
        table = self._rng.choice(values.TABLES)
        name = table.name if not share(self._rng, 0.01) else self._rng.choice(["no-such-table", "a", "a;", "", "x" * 256])
        return table, Expressions(self._rng, table, wrong), {"TableName": name}

    def put(self):
        table, expressions, request = self._begin()
        request["Item"] = table.item(self._rng)
        guard(self._rng, request, expressions)
        expressions.add_to(request)
        return "PutItem", spoil(self._rng, common(self._rng, request, ["ALL_OLD", "NONE", "ALL_OLD", "ALL_OLD", "ALL_NEW"]))

    def delete(self):
        table, expressions, request = self._begin()
        request["Key"] = table.key(self._rng)
        guard(self._rng, request, expressions)
        expressions.add_to(request)
        return "DeleteItem", spoil(self._rng, common(self._rng, request, ["ALL_OLD"] * 4 + ["NONE", "UPDATED_OLD"]))

    def update(self):
        rng = self._rng
        table, expressions, request = self._begin()
        request["Key"] = table.key(rng)
        if share(rng, 0.85):
            request["UpdateExpression"] = expressions.spoiled(expressions.update())
            if share(rng, 0.3):
                request["ConditionExpression"] = expressions.spoiled(expressions.condition())
        else:
            guard(rng, request, expressions)
            if share(rng, 0.9):
                request["AttributeUpdates"] = {rng.choice(values.NAMES): self._attribute_update() for _ in range(rng.choice([1, 2, 3]))}
        expressions.add_to(request)
        return "UpdateItem", spoil(rng, common(rng, request, ["ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "NONE"]))

    def _attribute_update(self):
        rng = self._rng
        action = rng.choice(["PUT", "ADD", "DELETE"])
        made = {"Action": action, "Value": values.value(rng)}
        if action == "ADD" and share(rng, 0.8):
            made["Value"] = rng.choice([{"N": "1"}, {"SS": ["a", "q"]}, {"NS": ["1"]}, {"L": [{"S": "a"}]}])
        if action == "DELETE" and share(rng, 0.7):
            made["Value"] = rng.choice([{"SS": ["a"]}, {"NS": ["1"]}, None])
        if made["Value"] is None or share(rng, 0.03):
            del made["Value"]
        if share(rng, 0.1):
            del made["Action"]
        if share(rng, 0.02):
            made["Action"] = rng.choice(["SET", 5, None])
        return made

    def get(self):
        rng = self._rng
        table, expressions, request = self._begin()
        request["Key"] = table.key(rng)
        self._attributes(request, expressions)
        if share(rng, 0.2):
            request["ConsistentRead"] = rng.random() < 0.5
        expressions.add_to(request)
        return "GetItem", spoil(rng, common(rng, request))

    def _attributes(self, request, expressions):
        if share(self._rng, 0.5):
            request["ProjectionExpression"] = expressions.spoiled(expressions.projection())
        elif share(self._rng, 0.15):
            request["AttributesToGet"] = [self._rng.choice(values.NAMES + ["id"]) for _ in range(self._rng.randrange(4))]

    def _legacy_filter(self, request, member):
        request[member] = filters(self._rng)
        if share(self._rng, 0.3):
            request["ConditionalOperator"] = self._rng.choice(["AND", "OR"])

    def query(self):
        rng = self._rng
        table, expressions, request = self._begin()
        keys = table.keys
        if table.indexes and share(rng, 0.6):
            request["IndexName"] = rng.choice(list(table.indexes))
            keys = table.indexes[request["IndexName"]]
            if share(rng, 0.03):
                request["IndexName"] = rng.choice(["none", "", "a", "a;b", table.name])
        if share(rng, 0.8):
            request["KeyConditionExpression"] = expressions.spoiled(expressions.key_condition(keys))
            if share(rng, 0.4):
                condition = expressions.condition()
                request["FilterExpression"] = expressions.spoiled(condition)
        elif share(rng, 0.95):
            request["KeyConditions"] = {keys[0][0]: {"ComparisonOperator": "EQ", "AttributeValueList": [values.key_value(rng, keys[0][1])]}}
            if len(keys) > 1 and share(rng, 0.6):
                operator = rng.choice(["EQ", "LT", "LE", "GT", "GE", "BETWEEN", "BEGINS_WITH"])
                request["KeyConditions"][keys[1][0]] = {"ComparisonOperator": operator, "AttributeValueList": [
                    values.key_value(rng, keys[1][1]) for _ in range(OPERANDS.get(operator, 1))]}
            if share(rng, 0.1):
                request["KeyConditions"][rng.choice(values.NAMES + [keys[-1][0]])] = legacy_condition(rng)
            if share(rng, 0.3):
                self._legacy_filter(request, "QueryFilter")
        if share(rng, 0.3):
            request["ScanIndexForward"] = rng.random() < 0.5
        self._page(table, keys, request, expressions)
        return "Query", spoil(rng, common(rng, request))

    def scan(self):
        rng = self._rng
        table, expressions, request = self._begin()
        keys = table.keys
        if table.indexes and share(rng, 0.4):
            request["IndexName"] = rng.choice(list(table.indexes))
            keys = table.indexes[request["IndexName"]]
        if share(rng, 0.5):
            request["FilterExpression"] = expressions.spoiled(expressions.condition())
        elif share(rng, 0.3):
            self._legacy_filter(request, "ScanFilter")
        if share(rng, 0.05):
            request.update(rng.choice([{"Segment": 1}, {"TotalSegments": 2}, {"Segment": 2, "TotalSegments": 2}, {"Segment": -1, "TotalSegments": 1},
                                       {"Segment": 0, "TotalSegments": 0}, {"Segment": 0, "TotalSegments": 1000001}, {"Segment": 0, "TotalSegments": 1}]))
        self._page(table, keys, request, expressions)
        # Where a scan goes on depends on the order of hash keys, which is each server's own: only keys that are refused.
        if request.get("ExclusiveStartKey"):
            request["ExclusiveStartKey"].popitem()
        return "Scan", spoil(rng, common(rng, request))

    def _page(self, table, keys, request, expressions):
        rng = self._rng
        self._attributes(request, expressions)
        if share(rng, 0.25):
            request["Select"] = rng.choice(["COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"])
        if share(rng, 0.3):
            request["Limit"] = rng.choice([1, 1, 2, 3, 100]) if share(rng, 0.95) else rng.choice([0, -1, "1", 1.5])
        if share(rng, 0.1):
            request["ConsistentRead"] = rng.random() < 0.7
        if share(rng, 0.07):
            start = table.key(rng, 0.1)
            start.update({name: values.key_value(rng, kind) for name, kind in keys})
            if share(rng, 0.2):
                start.pop(rng.choice(list(start)))
            request["ExclusiveStartKey"] = start
        expressions.add_to(request)

    def batch_write(self):
        rng = self._rng
        items = {}
        for _ in range(rng.randint(1, 2)):
            table, _, request = self._begin()
            writes = []
            for _ in range(rng.choice([1, 2, 3])):
                writes.append({"PutRequest": {"Item": table.item(rng, 0.01)}} if share(rng, 0.6) else {"DeleteRequest": {"Key": table.key(rng, 0.01)}})
            if share(rng, 0.05):
                writes.append(rng.choice([{}, {"PutRequest": {}}, {"DeleteRequest": {}}, dict(writes[0], PutRequest={"Item": table.item(rng)}), 5, None, writes[0]]))
            items[request["TableName"]] = writes if not share(rng, 0.02) else rng.choice([[], writes * 13, None, {}])
        return "BatchWriteItem", spoil(rng, common(rng, {"RequestItems": items}))

    def batch_get(self):
        rng = self._rng
        items = {}
        for _ in range(rng.randint(1, 2)):
            table, expressions, request = self._begin()
            one = {"Keys": [table.key(rng, 0.01) for _ in range(rng.choice([1, 2, 3]))]}
            if share(rng, 0.03):
                one["Keys"] = rng.choice([[], one["Keys"] * 40, None])
            self._attributes(one, expressions)
            expressions.add_to(one)
            items[request["TableName"]] = one
        request = {"RequestItems": items}
        if share(rng, 0.3):
            request["ReturnConsumedCapacity"] = rng.choice(["TOTAL", "INDEXES", "NONE"])
        return "BatchGetItem", spoil(rng, request)

    def transact_write(self):
        return self._transactions.write()

    def transact_get(self):
        return self._transactions.get()
