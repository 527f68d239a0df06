"""The same random requests to faasd's SQS and to another one."""
import json
import random

import sqs_allowed
from differences import Differences
from sides import Gone, Side, again
from sqs_requests import QUEUES, Requests

WEIGHTS = {"send": 30, "send_batch": 10, "receive": 30, "delete": 14, "delete_batch": 4, "change": 8, "change_batch": 3, "get_attributes": 8,
           "set_attributes": 4, "create": 6, "remove": 3, "url": 2, "list": 1, "tags": 4}
SETTINGS = {"settings": {}, "settings.fifo": {"FifoQueue": "true"}}
# Counts and settings that every server has.
COMPARED = {"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed",
            "VisibilityTimeout", "DelaySeconds", "ReceiveMessageWaitTimeSeconds", "ContentBasedDeduplication", "RedrivePolicy"}
# Each server's own: whether they are there is compared.
OWN = {"MessageId", "ReceiptHandle", "SequenceNumber", "SentTimestamp", "ApproximateFirstReceiveTimestamp", "SenderId"}


def masked(value):
    if isinstance(value, dict):
        return {name: "…" if name in OWN and member else masked(member) for name, member in value.items()}
    return [masked(member) for member in value] if isinstance(value, list) else value


def normal(operation, request, body):
    body = masked(body)
    if operation == "ReceiveMessage":
        # A standard queue promises no order.
        messages = body.get("Messages", [])
        body["Messages"] = messages if ".fifo" in str(request["QueueUrl"]) else sorted(messages, key=lambda one: json.dumps(one, sort_keys=True))
    if operation == "GetQueueAttributes":
        body = {name: value for name, value in (body.get("Attributes") or {}).items() if name in COMPARED}
    if operation in ("CreateQueue", "GetQueueUrl"):
        body["QueueUrl"] = body.get("QueueUrl", "").rsplit("/", 1)[-1]
    if operation == "ListQueues":
        body = {"QueueUrls": sorted(url.rsplit("/", 1)[-1] for url in body.get("QueueUrls") or [])}
    if operation == "ListQueueTags":
        body = {"Tags": body.get("Tags") or {}}
    for name in ("Successful", "Failed"):
        # Errors are not compared, here as elsewhere; an empty list may be left out. ElasticMQ has no sequence numbers here.
        entries = [{key: one[key] for key in one if key not in ("Message", "Code", "SequenceNumber")} for one in body.pop(name, None) or []]
        if entries:
            body[name] = sorted(entries, key=lambda one: one.get("Id") or "")
    return body


def in_another_order(request, answers):
    """Both gave as many messages of a standard queue, which promises no order, but not the same ones."""
    if ".fifo" in str(request["QueueUrl"]) or any(answer.error for answer in answers):
        return False
    bodies = [sorted(message["Body"] for message in answer.body.get("Messages") or []) for answer in answers]
    return len(set(map(len, bodies))) == 1 and bodies[0] != bodies[1]


class Server:
    """A side with its own names for queues and messages."""

    def __init__(self, name, port):
        self.name, self.side = name, Side(name, port, "sqs", "AmazonSQS", "1.0")
        self.urls, self.handles = {}, []

    def call(self, operation, request):
        return self.side.call(operation, self._own(request))

    def _own(self, value):
        if isinstance(value, dict):
            if "$queue" in value:
                return self.urls.get(value["$queue"], self.urls["plain"].replace("plain", value["$queue"]))
            if "$handle" in value:
                return self.handles[value["$handle"]][1]
            if "$of" in value:
                return self.handles[value["$of"]["$handle"]][0]
            return {name: self._own(member) for name, member in value.items()}
        return [self._own(member) for member in value] if isinstance(value, list) else value


class Run:
    def __init__(self, ours, peers, seed):
        self._sides = [Server("faasd", ours)] + [Server("peer %d" % (i + 1), port) for i, port in enumerate(peers)]
        self._rng = random.Random(seed)
        self._requests = Requests(self._rng)
        self._differences = Differences([one.name for one in self._sides], sqs_allowed.ALLOWED, errors=False)

    def prepare(self):
        """New queues: those of before may have come to differ."""
        for one in self._sides:
            for name, attributes in {**QUEUES, **SETTINGS}.items():
                known = one.side.call("GetQueueUrl", {"QueueName": name})
                if not known.error:
                    one.side.call("DeleteQueue", {"QueueUrl": known.body["QueueUrl"]})
                answer = one.side.call("CreateQueue", {"QueueName": name, "Attributes": attributes})
                if answer.error:
                    raise SystemExit("%s made no queue %s: %s %s" % (one.name, name, answer.error, answer.message))
                one.urls[name] = answer.body["QueueUrl"]
            for made in ("made", "made.fifo"):
                one.call("DeleteQueue", {"QueueUrl": {"$queue": made}})
            one.handles.clear()
        self._requests.handles = 0

    def go(self, count):
        self.prepare()
        for _ in range(count):
            operation, request = getattr(self._requests, self._rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0])()
            try:
                answers = [one.call(operation, request) for one in self._sides]
            except Gone as gone:
                if gone.side is self._sides[0].side:
                    raise
                again(self.prepare)
                continue
            if operation == "ReceiveMessage" and in_another_order(request, answers):
                self.prepare()
                continue
            same = self._differences.compare(operation, request, answers, normal)
            if operation == "ReceiveMessage" and same:
                self._keep(request, answers)
            if not same and any(answer.error is None for answer in answers) and operation not in ("GetQueueUrl", "ListQueues"):
                self.prepare()
        return self._differences.report()

    def _keep(self, request, answers):
        """The handles of the same messages have the same numbers."""
        for one, answer in zip(self._sides, answers):
            for message in sorted(answer.body.get("Messages") or [], key=lambda m: json.dumps(masked(m), sort_keys=True)):
                one.handles.append((one.urls[request["QueueUrl"]["$queue"]], message["ReceiptHandle"]))
        self._requests.handles = len(self._sides[0].handles)
