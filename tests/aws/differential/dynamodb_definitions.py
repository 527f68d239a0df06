"""Random definitions of tables, made and deleted again."""
import copy

TYPES = ["S", "N", "B"]


def definition(rng):
    names = ["a", "b", "c", "d"]
    key = lambda: [{"AttributeName": name, "KeyType": kind} for name, kind in zip(rng.sample(names, rng.choice([1, 2, 2])), ("HASH", "RANGE"))]
    made = {"TableName": "defined-%d" % rng.randrange(10 ** 9), "KeySchema": key()}
    if rng.random() < 0.5:
        made["BillingMode"] = "PAY_PER_REQUEST"
    else:
        made["ProvisionedThroughput"] = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    if rng.random() < 0.4:
        made["GlobalSecondaryIndexes"] = [index(rng, "global%d" % i, key(), made) for i in range(rng.choice([1, 1, 2]))]
    if rng.random() < 0.4:
        first = made["KeySchema"][0]
        made["LocalSecondaryIndexes"] = [index(rng, "local%d" % i, [first, {"AttributeName": rng.choice(names), "KeyType": "RANGE"}], None)
                                         for i in range(rng.choice([1, 1, 2]))]
    used = {one["AttributeName"] for keys in [made["KeySchema"]] + [i["KeySchema"] for kind in ("Global", "Local")
                                                                     for i in made.get(kind + "SecondaryIndexes", [])] for one in keys}
    made["AttributeDefinitions"] = [{"AttributeName": name, "AttributeType": rng.choice(TYPES)} for name in sorted(used)]
    return made


def index(rng, name, keys, table):
    made = {"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": rng.choice(["ALL", "KEYS_ONLY"])}}
    if rng.random() < 0.3:
        made["Projection"] = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "y"]}
    if table and "ProvisionedThroughput" in table:
        made["ProvisionedThroughput"] = {"ReadCapacityUnits": 2, "WriteCapacityUnits": 2}
    return made


def places(value, where=()):
    if isinstance(value, (dict, list)):
        for name in (value if isinstance(value, dict) else range(len(value))):
            yield where + (name,)
            yield from places(value[name], where + (name,))


def spoiled(rng, made):
    made = copy.deepcopy(made)
    for _ in range(rng.choice([1, 1, 2])):
        where = rng.choice(list(places(made)))
        inner = made
        for name in where[:-1]:
            inner = inner[name]
        draw = rng.random()
        if draw < 0.35:
            del inner[where[-1]]
        elif draw < 0.5 and isinstance(inner, list):
            inner.append(copy.deepcopy(inner[where[-1]]))
        else:
            inner[where[-1]] = rng.choice(["", "a", "x", "z", "S", "HASH", "RANGE", "ALL", "INCLUDE", 0, 5, -1, None, [], {}, True, 1.5, "PROVISIONED",
                                           "PAY_PER_REQUEST", "a;b", [{}], "y" * 256])
    return made


def normal(_operation, _request, body):
    table = dict(body.get("TableDescription", {}))
    for name in ("CreationDateTime", "TableId", "TableArn", "TableStatus", "LatestStreamArn", "LatestStreamLabel"):
        table.pop(name, None)
    table["AttributeDefinitions"] = sorted(table.get("AttributeDefinitions", []), key=str)
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        for one in table.get(kind, []):
            for name in ("IndexArn", "IndexStatus"):
                one.pop(name, None)
        if kind in table:
            table[kind] = sorted(table[kind], key=str)
    for provisioned in [table] + table.get("GlobalSecondaryIndexes", []):
        for name in ("LastIncreaseDateTime", "LastDecreaseDateTime"):
            provisioned.get("ProvisionedThroughput", {}).pop(name, None)
        (provisioned.get("BillingModeSummary") or {}).pop("LastUpdateToPayPerRequestDateTime", None)
    return table


def step(rng, sides):
    """Arguments of Differences.compare for one table that is made."""
    request = definition(rng)
    if rng.random() < 0.7:
        request = spoiled(rng, request)
    answers = [one.call("CreateTable", request) for one in sides]
    for one, answer in zip(sides, answers):
        if answer.error is None:
            one.call("DeleteTable", {"TableName": answer.body["TableDescription"]["TableName"]})
    return "CreateTable", request, answers, normal
