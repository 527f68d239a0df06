"""Random requests for SQS, as (operation, body). {"$queue": name} and {"$handle": number} stand for what each server calls them."""
# No time-out ends while this runs: each server would notice at another moment.
QUEUES = {
    "plain": {"VisibilityTimeout": "900"},
    "slow": {"VisibilityTimeout": "600", "DelaySeconds": "0", "ReceiveMessageWaitTimeSeconds": "0"},
    "ordered.fifo": {"FifoQueue": "true", "VisibilityTimeout": "900"},
    "content.fifo": {"FifoQueue": "true", "VisibilityTimeout": "900", "ContentBasedDeduplication": "true"},
}
BODIES = ["a", "b", "hello", "é😀", "<&>\"'", "tab\tnewline\n", "x" * 1000]
WRONG_BODIES = ["", "\u0000", "a\u0001", "\ufffe", None, 5]
ATTRIBUTE_NAMES = ["All", "SentTimestamp", "ApproximateReceiveCount", "SenderId", "MessageGroupId", "SequenceNumber",
                   "MessageDeduplicationId", "ApproximateFirstReceiveTimestamp"]
QUEUE_ATTRIBUTES = {
    "VisibilityTimeout": ["0", "30", "43200", "43201", "-1", "x", ""], "DelaySeconds": ["0", "0", "900", "901", "-1", "x"],
    "ReceiveMessageWaitTimeSeconds": ["0", "20", "21", "-1", "x"], "MaximumMessageSize": ["1024", "262144", "1023", "x"],
    "MessageRetentionPeriod": ["60", "345600", "1209600", "59", "1209601", "x"],
    "RedrivePolicy": ["", "x", "{}", "{\"maxReceiveCount\":\"3\"}",
                      "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:no-such\",\"maxReceiveCount\":\"3\"}"],
    "NoSuchAttribute": ["1"], "FifoQueue": ["true", "false"], "ContentBasedDeduplication": ["true", "false", "x"],
    "QueueArn": ["x"], "ApproximateNumberOfMessages": ["5"]}


class Requests:
    def __init__(self, rng):
        self._rng = rng
        self.handles = 0

    def _share(self, part):
        return self._rng.random() < part

    def _queue(self):
        return self._rng.choice(list(QUEUES)) if not self._share(0.02) else "no-such-queue"

    def _begin(self):
        name = self._queue()
        return name, {"QueueUrl": {"$queue": name}}

    def _attribute(self):
        rng = self._rng
        if self._share(0.06):
            return rng.choice([{"DataType": "String"}, {"DataType": "Strange", "StringValue": "a"}, {"StringValue": "a"}, {"DataType": "Number", "StringValue": "x"},
                               {"DataType": "String", "StringValue": ""}, {"DataType": "Binary", "StringValue": "a"}, {"DataType": "", "StringValue": "a"},
                               {"DataType": "String", "BinaryValue": "YQ=="}, {"DataType": "String", "StringValue": "\u0001"}])
        return rng.choice([{"DataType": "String", "StringValue": rng.choice(["a", "é", "x y"])}, {"DataType": "Number", "StringValue": rng.choice(["1", "-2.5", "1e3"])},
                           {"DataType": "Binary", "BinaryValue": "AP8="}, {"DataType": "String.custom", "StringValue": "a"}, {"DataType": "Number.int", "StringValue": "7"}])

    def _message(self, name):
        rng = self._rng
        made = {"MessageBody": rng.choice(BODIES) if not self._share(0.04) else rng.choice(WRONG_BODIES)}
        if self._share(0.01):
            del made["MessageBody"]
        if self._share(0.3):
            names = ["a", "b", "a.b", "A-1_x"] if not self._share(0.04) else ["", "a..b", ".a", "a.", "AWS.a", "amazon.b", "a b", "é", "x" * 257]
            made["MessageAttributes"] = {rng.choice(names): self._attribute() for _ in range(rng.randint(1, 3))}
        if self._share(0.03):
            made["MessageAttributes"] = {"a%d" % i: {"DataType": "String", "StringValue": "a"} for i in range(rng.choice([10, 11]))}
        if self._share(0.08):
            made["DelaySeconds"] = rng.choice([0, 0, 0, 900, 901, -1])
        if name.endswith(".fifo") != self._share(0.04):
            # Between groups there is no order, so that servers differ.
            made["MessageGroupId"] = "g1" if not self._share(0.02) else rng.choice(["", "a b", "x" * 129])
            if not name.startswith("content") and not self._share(0.04) or self._share(0.2):
                made["MessageDeduplicationId"] = "d%d" % rng.randrange(40) if not self._share(0.02) else rng.choice(["", "a b", "x" * 129])
        return made

    def send(self):
        name, request = self._begin()
        request.update(self._message(name))
        return "SendMessage", request

    def _entries(self, make):
        rng = self._rng
        entries = [dict(make(), Id="e%d" % i) for i in range(rng.choice([1, 2, 3]) if not self._share(0.06) else rng.choice([0, 10, 11]))]
        if entries and self._share(0.06):
            entries[-1]["Id"] = rng.choice(["", "a b", "e0", "x" * 81, "é", None])
        return entries

    def send_batch(self):
        name, request = self._begin()
        request["Entries"] = self._entries(lambda: self._message(name))
        return "SendMessageBatch", request

    def receive(self):
        rng = self._rng
        _, request = self._begin()
        if self._share(0.7):
            request["MaxNumberOfMessages"] = rng.choice([1, 2, 5, 10]) if not self._share(0.05) else rng.choice([0, 11, -1])
        if self._share(0.4):
            request["VisibilityTimeout"] = rng.choice([0, 500, 600]) if not self._share(0.08) else rng.choice([-1, 43201])
        if self._share(0.6):
            request[rng.choice(["AttributeNames", "MessageSystemAttributeNames"])] = rng.sample(ATTRIBUTE_NAMES, rng.randint(1, 3))
        if self._share(0.6):
            request["MessageAttributeNames"] = rng.choice([["All"], [".*"], ["a"], ["a.*"], ["b", "A-1_x"], ["none"]])
        if self._share(0.05):
            request["WaitTimeSeconds"] = rng.choice([0, -1, 21])
        return "ReceiveMessage", request

    def _handle(self):
        if self._share(0.05) or not self.handles:
            return self._rng.choice(["nonsense", "", "a#b"])
        return {"$handle": self._rng.randrange(max(0, self.handles - 12), self.handles)}

    def delete(self):
        handle = self._handle()
        return "DeleteMessage", {"QueueUrl": {"$of": handle} if isinstance(handle, dict) else {"$queue": "plain"}, "ReceiptHandle": handle}

    def delete_batch(self):
        handle = self._handle()
        queue = {"$of": handle} if isinstance(handle, dict) else {"$queue": "plain"}
        return "DeleteMessageBatch", {"QueueUrl": queue, "Entries": self._entries(lambda: {"ReceiptHandle": handle})}

    def _timeout(self):
        return self._rng.choice([0, 0, 500, 600]) if not self._share(0.06) else self._rng.choice([-1, 43201])

    def change(self):
        operation, request = self.delete()
        if not self._share(0.02):
            request["VisibilityTimeout"] = self._timeout()
        return "ChangeMessageVisibility", request

    def change_batch(self):
        _, request = self.delete_batch()
        for entry in request["Entries"]:
            entry["VisibilityTimeout"] = self._timeout()
        return "ChangeMessageVisibilityBatch", request

    def get_attributes(self):
        _, request = self._begin()
        request["AttributeNames"] = self._rng.choice([["All"], ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"], ["VisibilityTimeout", "DelaySeconds"],
                                                      ["ApproximateNumberOfMessagesDelayed"], ["FifoQueue", "ContentBasedDeduplication"], ["NoSuchAttribute"]])
        return "GetQueueAttributes", request

    def _attributes(self):
        rng = self._rng
        return {name: rng.choice(QUEUE_ATTRIBUTES[name]) for name in rng.sample(list(QUEUE_ATTRIBUTES), rng.choice([0, 1, 1, 1, 2]))}

    def set_attributes(self):
        """Of a queue that is not used for messages, or with a mistake."""
        request = {"QueueUrl": {"$queue": self._rng.choice(["settings", "settings.fifo"])}, "Attributes": self._attributes()}
        return "SetQueueAttributes", request

    def create(self):
        rng = self._rng
        request = {"QueueName": rng.choice(["made", "made.fifo", "plain", "slow"]), "Attributes": self._attributes()}
        if request["QueueName"].endswith(".fifo") != self._share(0.05):
            request["Attributes"]["FifoQueue"] = "true"
        if self._share(0.1):
            request["QueueName"] = rng.choice(["", "a b", "x" * 81, "é", "a.b", "a/b", "x" * 76 + ".fifo", ".fifo"])
        return "CreateQueue", request

    def remove(self):
        return "DeleteQueue", {"QueueUrl": {"$queue": self._rng.choice(["made", "made.fifo", "no-such-queue"])}}

    def url(self):
        return "GetQueueUrl", {"QueueName": self._rng.choice(list(QUEUES) + ["no-such-queue", ""])}

    def list(self):
        return "ListQueues", self._rng.choice([{}, {"QueueNamePrefix": "pl"}, {"QueueNamePrefix": "none"}, {"MaxResults": 2}])

    def tags(self):
        rng = self._rng
        _, request = self._begin()
        if self._share(0.4):
            return "ListQueueTags", request
        if self._share(0.4):
            return "UntagQueue", dict(request, TagKeys=rng.sample(["a", "b", "c"], rng.randint(0, 2)))
        return "TagQueue", dict(request, Tags={rng.choice(["a", "b", "c"]): rng.choice(["1", "", "é"]) for _ in range(rng.randint(0, 2))})
