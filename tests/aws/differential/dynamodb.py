"""The same random requests to faasd's DynamoDB and to another one."""
import decimal
import json
import random
import time

import dynamodb_allowed
import dynamodb_definitions
import dynamodb_values as values
from differences import Differences
from dynamodb_requests import Requests
from sides import Gone, Side, again

# How often each is asked. The peer dynalite has no transactions.
WEIGHTS = {"put": 14, "update": 30, "delete": 6, "get": 12, "query": 22, "scan": 14, "batch_write": 4, "batch_get": 5,
           "transact_write": 14, "transact_get": 5}
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}


def side(name, port):
    return Side(name, port, "dynamodb", "DynamoDB_20120810", "1.0")


def number(text):
    """Peers keep some numbers as they were written."""
    try:
        made = str(decimal.Decimal(text).normalize(decimal.Context(prec=60)))
        return "0" if made == "-0" else made
    except (decimal.InvalidOperation, TypeError):
        return text


def in_order(value):
    """Sets have no order."""
    if isinstance(value, dict):
        return {name: sorted(map(number if name == "NS" else str, member)) if name in ("SS", "NS", "BS") and isinstance(member, list)
                else number(member) if name == "N" else in_order(member) for name, member in value.items()}
    return [in_order(member) for member in value] if isinstance(value, list) else value


def normal(operation, request, body):
    body = in_order(body)
    # What no documentation gives an order: batches, and tables and indexes over their hash keys.
    by_text = lambda found: sorted(found, key=lambda one: json.dumps(one, sort_keys=True))
    if operation == "BatchGetItem":
        body["Responses"] = {name: by_text(found) for name, found in body.get("Responses", {}).items()}
        for left in body.get("UnprocessedKeys", {}).values():
            left["Keys"] = by_text(left["Keys"])
    if operation in ("BatchGetItem", "BatchWriteItem", "TransactWriteItems", "TransactGetItems") and "ConsumedCapacity" in body:
        body["ConsumedCapacity"] = by_text(body["ConsumedCapacity"])
    if operation in ("Scan", "Query") and (operation == "Scan" or "IndexName" in request) and isinstance(body.get("Items"), list):
        body["Items"] = by_text(body["Items"])
    # An estimate that each server makes in its own way.
    for metrics in [body.get("ItemCollectionMetrics")]:
        if isinstance(metrics, dict):
            metrics.pop("SizeEstimateRangeGB", None)
    return body


class Pages:
    """A scan, or a query of an index, page by page: the pages' borders have no documented place, only what they hold together."""

    def __init__(self, side_):
        self._side = side_

    def call(self, operation, request):
        answer = self._side.call(operation, request)
        if answer.error or "LastEvaluatedKey" not in answer.body:
            return answer
        whole, request = answer, dict(request)
        for _ in range(200):
            key = answer.body.get("LastEvaluatedKey")
            if key is None:
                break
            request["ExclusiveStartKey"] = key
            answer = self._side.call(operation, request)
            if answer.error:
                return answer
            for count in ("Count", "ScannedCount"):
                whole.body[count] += answer.body[count]
            whole.body.get("Items", []).extend(answer.body.get("Items", []))
        del whole.body["LastEvaluatedKey"]
        whole.body.pop("ConsumedCapacity", None)
        return whole


class Run:
    def __init__(self, ours, peers, seed):
        self._sides = [side("faasd", ours)] + [side("peer %d" % (i + 1), port) for i, port in enumerate(peers)]
        self._rng = random.Random(seed)
        self._requests = Requests(self._rng)
        self._differences = Differences([one.name for one in self._sides], dynamodb_allowed.ALLOWED)
        self._weights = dict(WEIGHTS)
        self._ends = 0

    def _ask(self, operation, request, paged=False):
        return [(Pages(one) if paged else one).call(operation, request) for one in self._sides]

    def prepare(self):
        for one in self._sides:
            for table in values.TABLES:
                while "NotFound" not in (one.call("DeleteTable", {"TableName": table.name}).error or ""):
                    time.sleep(0.05)
                answer = one.call("CreateTable", table.definition())
                if answer.error:
                    raise SystemExit("%s made no table: %s %s" % (one.name, answer.error, answer.message))
            if "UnknownOperation" in (one.call("TransactGetItems", {}).error or ""):
                for name in ("transact_write", "transact_get"):
                    self._weights.pop(name, None)

    def _same_items(self):
        """After a write that differed: both sides hold nothing."""
        for table in values.TABLES:
            names = [name for name, _ in table.keys]
            for one in self._sides:
                for item in Pages(one).call("Scan", {"TableName": table.name}).body.get("Items", []):
                    one.call("DeleteItem", {"TableName": table.name, "Key": {name: item[name] for name in names}})

    def _check_items(self, request):
        for table in values.TABLES:
            if table.name in json.dumps(request):
                scan = {"TableName": table.name}
                found = [normal("Scan", scan, answer.body) for answer in self._ask("Scan", scan, True)]
                if any(one != found[0] for one in found):
                    return False
        return True

    def go(self, count):
        self.prepare()
        names, weights = zip(*self._weights.items())
        for number in range(count):
            try:
                self._step(number, *getattr(self._requests, self._rng.choices(names, weights)[0])())
            except Gone as gone:
                if gone.side is self._sides[0]:
                    raise
                self._ends += 1
                again(self.prepare)
        if self._ends:
            print("the peer ended %d times" % self._ends)
        return self._differences.report()

    def _step(self, number, operation, request):
        if number % 25 == 0:
            self._differences.compare(*dynamodb_definitions.step(self._rng, self._sides))
        paged = operation == "Scan" or (operation == "Query" and "IndexName" in request)
        answers = self._ask(operation, request, paged)
        same = self._differences.compare(operation, request, answers, normal)
        if operation in WRITES:
            # What a token makes of a request is seen in the tables alone.
            if same and (number % 10 == 0 or "ClientRequestToken" in request) and not self._check_items(request):
                print("the tables have come to differ after %s %s" % (operation, json.dumps(request)))
                same = False
            if not same and any(answer.error is None for answer in answers):
                self._same_items()
