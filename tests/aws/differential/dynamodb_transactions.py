"""Random transactions for DynamoDB, as (operation, body): most could be, some touch an item twice, or come again with their token."""
import copy
import itertools
import json

import dynamodb_values as values
from dynamodb_expressions import Expressions

KINDS = ["Put", "Update", "Delete", "ConditionCheck"]
KEPT = 20  # of the latest requests with a token


class Transactions:
    def __init__(self, rng):
        self._rng = rng
        self._numbers = itertools.count(1)
        self._with_token = []

    def _share(self, part):
        return self._rng.random() < part

    def _begin(self):
        table = self._rng.choice(values.TABLES)
        name = table.name if not self._share(0.01) else self._rng.choice(["no-such-table", "a", "a;"])
        return table, Expressions(self._rng, table, 0.05), {"TableName": name}

    def _action(self):
        rng = self._rng
        table, expressions, action = self._begin()
        kind = rng.choice(KINDS)
        if kind == "Put":
            action["Item"] = table.item(rng, 0.01)
        else:
            action["Key"] = table.key(rng, 0.01)
        if kind == "Update":
            action["UpdateExpression"] = expressions.spoiled(expressions.update())
        if kind == "ConditionCheck" or self._share(0.3):
            action["ConditionExpression"] = self._condition(table, expressions)
            if self._share(0.4):
                action["ReturnValuesOnConditionCheckFailure"] = rng.choice(["ALL_OLD", "ALL_OLD", "NONE", "ALL_NEW"] if self._share(0.1) else ["ALL_OLD", "NONE"])
        expressions.add_to(action)
        if self._share(0.01):
            action[rng.choice(list(action) + ["Item", "Key"])] = rng.choice([None, 5, "", {}, []])
        return table, kind, action

    def _condition(self, table, expressions):
        """About half of these hold."""
        if self._share(0.5):
            return self._rng.choice(["attribute_exists(%s)", "attribute_not_exists(%s)"]) % table.hash_key[0]
        return expressions.spoiled(expressions.condition())

    def _actions(self, count):
        """Of different items; a few have two for one item, which no transaction may have."""
        made, seen, twice = [], set(), self._share(0.05)
        for _ in range(count * 4):
            table, kind, action = self._action()
            held = action.get("Key") or action.get("Item") or {}
            item = json.dumps([table.name, [held.get(name) if isinstance(held, dict) else None for name, _ in table.keys]])
            if item in seen and not twice:
                continue
            seen.add(item)
            made.append({kind: action})
            if len(made) == count:
                break
        if twice and self._share(0.5):
            made.append(copy.deepcopy(self._rng.choice(made)))
        return made

    def _token(self, request):
        """A new one, that of an earlier request, or none at all."""
        rng = self._rng
        if self._share(0.03):
            return {**request, "ClientRequestToken": rng.choice(["", "x" * 37, 5, None, {}])}
        if self._with_token and self._share(0.3):
            earlier = copy.deepcopy(rng.choice(self._with_token))
            if self._share(0.4):
                changed = rng.choice(["other", "order", "capacity", "metrics"])
                if changed == "other":
                    earlier["TransactItems"] = request["TransactItems"]
                elif changed == "order" and isinstance(earlier["TransactItems"], list):
                    earlier["TransactItems"].reverse()
                elif changed == "capacity":
                    earlier["ReturnConsumedCapacity"] = rng.choice(["TOTAL", "INDEXES", "NONE"])
                else:
                    earlier["ReturnItemCollectionMetrics"] = "SIZE"
            return earlier
        if not self._share(0.5):
            return request
        made = {**request, "ClientRequestToken": "token-%d" % next(self._numbers)}
        self._with_token = self._with_token[-KEPT:] + [made]
        return made

    def write(self):
        rng = self._rng
        actions = self._actions(rng.choice([1, 2, 2, 3, 5]))
        if self._share(0.03):
            actions = rng.choice([[], [{}], actions * 60, [dict(actions[0], Delete={})], None, [{"Get": {}}], "x", [None]])
        request = {"TransactItems": actions}
        if self._share(0.3):
            request["ReturnConsumedCapacity"] = rng.choice(["TOTAL", "INDEXES", "NONE", "ALL"] if self._share(0.1) else ["TOTAL", "INDEXES"])
        if self._share(0.05):
            request["ReturnItemCollectionMetrics"] = rng.choice(["SIZE", "NONE", "x"])
        return "TransactWriteItems", self._token(request)

    def get(self):
        rng = self._rng
        gets = []
        for _ in range(rng.choice([1, 2, 3])):
            table, expressions, get = self._begin()
            get["Key"] = table.key(rng, 0.02)
            if self._share(0.5):
                get["ProjectionExpression"] = expressions.spoiled(expressions.projection())
            expressions.add_to(get)
            gets.append({"Get": get})
        if self._share(0.05):
            gets.append(copy.deepcopy(gets[0]))
        if self._share(0.03):
            gets = rng.choice([[], [{}], None, gets * 50, [{"Put": {}}], [None]])
        request = {"TransactItems": gets}
        if self._share(0.2):
            request["ReturnConsumedCapacity"] = rng.choice(["TOTAL", "INDEXES", "NONE"])
        return "TransactGetItems", request
