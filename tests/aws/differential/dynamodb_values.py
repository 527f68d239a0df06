"""Random attribute values, most of them valid, and keys."""
import base64

NUMBERS = ["0", "-0", "1", "1.0", "2", "3", "-5", "10", "1e3", "1E+2", "0.001", "-0.5", "00012.500", "123456789012345678901234567890",
           "99999999999999999999999999999999999999", "1e-38", "7.5e20", ".5", "+5", "5.", "1e125", "-1e125", "1e-130"]
WRONG_NUMBERS = ["", "abc", "1e126", "-1e126", "1e-131", "123456789012345678901234567890123456789", "1,5", "0x10", "NaN", "--1", " 1",
                 "1e", "1e999999", "1.2.3"]
STRINGS = ["", "a", "b", "ab", "abc", "b c", "A", "0", "1", "é", "😀", "zzz", "a\"b"]
NAMES = ["a", "b", "c", "d", "m", "e", "lsi", "gsi"]


def binary(rng):
    return base64.b64encode(bytes(rng.choice((0, 1, 97, 98, 255)) for _ in range(rng.randrange(4)))).decode()


def valid(rng, depth=2):
    kinds = ["S", "S", "N", "N", "N", "B", "BOOL", "NULL", "SS", "NS", "BS"] + (["L", "M", "L", "M"] if depth else [])
    kind = rng.choice(kinds)
    if kind == "S":
        return {"S": rng.choice(STRINGS)}
    if kind == "N":
        return {"N": rng.choice(NUMBERS)}
    if kind == "B":
        return {"B": binary(rng)}
    if kind == "BOOL":
        return {"BOOL": rng.random() < 0.5}
    if kind == "NULL":
        return {"NULL": True}
    if kind == "SS":
        return {"SS": rng.sample(["a", "b", "c", "d", "é"], rng.randint(1, 3))}
    if kind == "NS":
        return {"NS": rng.sample(["1", "2", "3", "-4.50", "1e2"], rng.randint(1, 3))}
    if kind == "BS":
        return {"BS": rng.sample(["YQ==", "Yg==", "AP8="], rng.randint(1, 2))}
    if kind == "L":
        return {"L": [valid(rng, depth - 1) for _ in range(rng.randrange(4))]}
    return {"M": {name: valid(rng, depth - 1) for name in rng.sample(["a", "b", "x", "y"], rng.randrange(4))}}


def wrong(rng):
    return rng.choice([
        {}, {"N": rng.choice(WRONG_NUMBERS)}, {"N": rng.choice(WRONG_NUMBERS)}, {"S": "a", "N": "1"}, {"SS": []}, {"NS": []}, {"BS": []},
        {"SS": ["a", "a"]}, {"NS": ["1", "1.0"]}, {"BS": ["YQ==", "YQ=="]}, {"NS": ["1", "x"]}, {"SS": ["a", ""]}, {"NULL": False},
        {"NULL": "x"}, {"B": "x"}, {"B": "YQ"}, {"B": "!!!!"}, {"S": 5}, {"N": 5}, {"BOOL": "true"}, {"BOOL": 1}, {"L": {}}, {"M": []},
        {"L": [{}]}, {"M": {"a": {"N": "x"}}}, {"M": {"a": 1}}, {"X": "a"}, {"SS": "a"}, {"NS": [1]}, {"SS": [None]}, 5, "a", [], None,
        {"L": [{"NS": ["x"]}]}, {"S": None}, {"M": {"": {"S": "a"}}}, {"L": [None]}, {"S": "a", "X": "b"}, {"S": "a", "SS": []},
        {"NS": ["1", "2", "x"], "S": "a"}, {"BS": [""]}, {"NULL": True, "S": "a"}, {"BOOL": None}, {"SS": ["a", 1]}, {"B": 5}])


def value(rng, wrong_share=0.02):
    return wrong(rng) if rng.random() < wrong_share else valid(rng)


class Table:
    """One of the tables that every request is about, with its keys from a small range so that requests meet."""

    def __init__(self, name, hash_key, range_key, indexes=()):
        self.name, self.hash_key, self.range_key, self.indexes = name, hash_key, range_key, dict(indexes)

    @property
    def keys(self):
        return [self.hash_key] + ([self.range_key] if self.range_key else [])

    def definition(self):
        attributes = {name: kind for keys in (self.keys, *self.indexes.values()) for name, kind in keys}
        made = {"TableName": self.name, "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": n, "AttributeType": t} for n, t in attributes.items()],
                "KeySchema": schema(self.keys)}
        for name, keys in self.indexes.items():
            projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "b"]} if "some" in name else {
                "ProjectionType": "KEYS_ONLY" if "keys" in name else "ALL"}
            kind = "LocalSecondaryIndexes" if name.startswith("local") else "GlobalSecondaryIndexes"
            made.setdefault(kind, []).append({"IndexName": name, "KeySchema": schema(keys), "Projection": projection})
        return made

    def key(self, rng, wrong_share=0.02):
        made = {name: key_value(rng, kind) for name, kind in self.keys}
        if rng.random() < wrong_share:
            name = rng.choice(list(made))
            made[name] = rng.choice([{"S": ""}, {"N": "1"}, {"S": "1"}, {"BOOL": True}, {"M": {}}, {"B": ""}, wrong(rng)])
        if rng.random() < wrong_share:
            del made[rng.choice(list(made))]
        if rng.random() < wrong_share:
            made["extra"] = valid(rng)
        return made

    def item(self, rng, wrong_share=0.02):
        made = self.key(rng, wrong_share / 2)
        for name in rng.sample(NAMES, rng.randrange(6)):
            made[name] = value(rng, wrong_share)
        for keys in self.indexes.values():
            for name, kind in keys:
                if name not in dict(self.keys) and rng.random() < 0.9:
                    made.pop(name, None)
                    if rng.random() < 0.7:
                        made[name] = key_value(rng, kind)
        return made


def schema(keys):
    return [{"AttributeName": name, "KeyType": kind} for (name, _), kind in zip(keys, ("HASH", "RANGE"))]


def key_value(rng, kind):
    return {kind: {"S": rng.choice(["a", "b", "c"]), "N": rng.choice(["1", "2", "3", "-1", "1.5", "1e2"]),
                   "B": rng.choice(["YQ==", "AA==", "/w=="])}[kind]}


TABLES = [
    Table("one-key", ("id", "S"), None),
    Table("two-keys", ("id", "S"), ("rk", "N"), {
        "local": [("id", "S"), ("lsi", "S")], "local-keys": [("id", "S"), ("d", "N")], "by-gsi": [("gsi", "N")],
        "by-some": [("gsi", "N"), ("lsi", "S")]}),
    Table("numbers", ("id", "N"), ("rk", "B")),
]
