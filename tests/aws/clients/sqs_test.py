"""Amazon SQS with boto3, whichever protocol it speaks, and as AWS JSON: the same tests twice."""
import concurrent.futures
import hashlib
import json
import time
import unittest
import urllib.parse
from random import Random

import support

ALL_OPERATIONS = 23


class SqsTests:
    """Everything but the client; see the classes at the end."""

    def queue(self, name="q", **attributes):
        name = support.unique(name) + (".fifo" if attributes.get("FifoQueue") == "true" else "")
        return self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def arn(self, url):
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def bodies(self, url, **parameters):
        got = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **parameters)
        return [message["Body"] for message in got.get("Messages", [])]

    def eventually(self, check):
        for _ in range(200):
            if check():
                return
            time.sleep(0.05)
        self.fail("it did not happen")

    # Messages

    def test_a_message_is_sent_received_and_deleted(self):
        url = self.queue()
        body = 'hällo "world" \\ \n\t\U0001f600'
        sent = self.sqs.send_message(QueueUrl=url, MessageBody=body)
        self.assertEqual(sent["MD5OfMessageBody"], hashlib.md5(body.encode()).hexdigest())
        message = self.sqs.receive_message(QueueUrl=url)["Messages"][0]
        self.assertEqual((message["Body"], message["MessageId"]), (body, sent["MessageId"]))
        self.assertEqual(message["MD5OfBody"], sent["MD5OfMessageBody"])
        self.assertNotIn("Attributes", message)
        self.assertEqual(self.bodies(url), [])
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])  # is no error

    def test_attributes_of_messages_are_filtered_and_digested(self):
        url = self.queue(VisibilityTimeout="0")
        attributes = {"Hello": {"DataType": "String", "StringValue": "There"},
                      "General": {"DataType": "String", "StringValue": "Kenobi"},
                      "Help.Me": {"DataType": "String", "StringValue": "Me"}}
        sent = self.sqs.send_message(QueueUrl=url, MessageBody="msg", MessageAttributes=attributes)
        self.assertEqual(sent["MD5OfMessageAttributes"], "4c360f3fdafd970e05fae2f149d997f5")

        def receive(*names):
            message = self.sqs.receive_message(QueueUrl=url, MessageAttributeNames=list(names))["Messages"][0]
            return sorted(message.get("MessageAttributes", {})), message.get("MD5OfMessageAttributes")
        everything = ["General", "Hello", "Help.Me"]
        self.assertEqual(receive(), ([], None))
        self.assertEqual(receive("All"), (everything, "4c360f3fdafd970e05fae2f149d997f5"))
        self.assertEqual(receive(".*"), (everything, "4c360f3fdafd970e05fae2f149d997f5"))
        self.assertEqual(receive("Nope"), ([], None))
        self.assertEqual(receive("Hello", "General"), (["General", "Hello"], "fca026605781cb4126a1e9044df24232"))
        self.assertEqual(receive("Hello", "Nope"), (["Hello"], "a311262e065454b75da111d535b8dacd"))
        self.assertEqual(receive("Hel.*"), (["Hello", "Help.Me"], "83fee93c1bcd8b9a5a923ffacdc636c7"))

    def test_attributes_of_every_type_come_back(self):
        url = self.queue()
        attributes = {"n": {"DataType": "Number.int", "StringValue": "12"},
                      "b": {"DataType": "Binary.png", "BinaryValue": b"\x00\xff\x01"},
                      "s": {"DataType": "String", "StringValue": "ü"}}
        self.sqs.send_message(QueueUrl=url, MessageBody="x", MessageAttributes=attributes)
        message = self.sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"][0]
        self.assertEqual(message["MessageAttributes"], attributes)

    def test_system_attributes(self):
        url = self.queue()
        sent = self.sqs.send_message(QueueUrl=url, MessageBody="x", MessageSystemAttributes={
            "AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793"}})
        self.assertEqual(len(sent["MD5OfMessageSystemAttributes"]), 32)
        message = self.sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"][0]
        self.assertEqual(message["Attributes"]["AWSTraceHeader"], "Root=1-5759e988-bd862e3fe1be46a994272793")
        self.assertEqual(message["Attributes"]["ApproximateReceiveCount"], "1")
        self.assertEqual(message["Attributes"]["SenderId"], "000000000000")
        self.assertLess(abs(int(message["Attributes"]["SentTimestamp"]) / 1000 - time.time()), 60)

    def test_wrong_messages_are_refused_in_the_words_of_sqs(self):
        url = self.queue(MaximumMessageSize="1024")
        invalid = "InvalidParameterValue"

        def send(body="x", **parameters):
            return self.sqs.send_message(QueueUrl=url, MessageBody=body, **parameters)

        def attribute(name, **value):
            return {"MessageAttributes": {name: value}}
        self.assertEqual(self.refused("MissingParameter", send, ""), "The request must contain the parameter MessageBody.")
        self.assertEqual(self.refused(invalid, send, "x" * 1025),
                         "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.")
        self.assertEqual(self.refused(invalid, send, DelaySeconds=901),
                         "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.")
        self.assertEqual(self.refused(invalid, send, **attribute("ErrorDetails", DataType="String", StringValue="")),
                         "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.")
        self.assertIn("set of supported type prefixes",
                      self.refused(invalid, send, **attribute("a", DataType="Text", StringValue="x")))
        self.assertIn("can only contain", self.refused(invalid, send, **attribute("a b", DataType="String", StringValue="x")))
        self.assertIn("reserved", self.refused(invalid, send, **attribute("AWS.x", DataType="String", StringValue="x")))
        self.assertIn("exceeds the allowed maximum [10]", self.refused(invalid, send, MessageAttributes={
            "a%d" % i: {"DataType": "String", "StringValue": "x"} for i in range(11)}))
        self.assertEqual(self.refused(invalid, send, MessageGroupId="group 123"),
                         "Value group 123 for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include "
                         "alphanumeric and punctuation characters. 1 to 128 in length.")
        self.assertIn("Invalid characters found", self.refused("InvalidMessageContents", send, "a\x02b"))
        self.assertEqual(self.bodies(url), [])

    def test_receive_parameters_are_checked(self):
        url = self.queue()

        def receive(**parameters):
            return self.sqs.receive_message(QueueUrl=url, **parameters)
        invalid = "InvalidParameterValue"
        self.assertEqual(self.refused(invalid, receive, MaxNumberOfMessages=11),
                         "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if "
                         "provided.")
        self.assertEqual(self.refused(invalid, receive, WaitTimeSeconds=-1),
                         "Value -1 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.")
        self.refused(invalid, receive, WaitTimeSeconds=21)
        self.refused(invalid, receive, VisibilityTimeout=43201)
        self.refused(invalid, receive, ReceiveRequestAttemptId="a")
        self.assertEqual(self.refused("InvalidAttributeName", receive, AttributeNames=["Foo"]), "Unknown Attribute Foo.")

    def test_a_long_poll_ends_with_the_first_message(self):
        url = self.queue()
        with concurrent.futures.ThreadPoolExecutor() as pool:
            waiting = pool.submit(self.bodies, url, WaitTimeSeconds=20)
            time.sleep(0.1)
            self.sqs.send_message(QueueUrl=url, MessageBody="x")
            self.assertEqual(waiting.result(10), ["x"])

    def test_visibility_is_changed(self):
        url = self.queue()
        self.sqs.send_message(QueueUrl=url, MessageBody="x")
        handle = self.sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]

        def change(receipt=handle, timeout=0):
            return self.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=timeout)
        self.refused("InvalidParameterValue", change, timeout=43201)
        self.assertEqual(self.refused("ReceiptHandleIsInvalid", change, "nonsense"), "The input receipt handle is invalid.")
        change()
        self.refused("AWS.SimpleQueueService.MessageNotInflight", change)
        self.assertEqual(self.bodies(url), ["x"])
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
        self.assertIn("Message does not exist or is not available for visibility timeout change.",
                      self.refused("InvalidParameterValue", change))
        self.refused("ReceiptHandleIsInvalid", self.sqs.delete_message, QueueUrl=url, ReceiptHandle="nonsense")

    # Batches

    def test_batches_answer_entry_by_entry(self):
        url = self.queue()
        answer = self.sqs.send_message_batch(QueueUrl=url, Entries=[
            {"Id": "1", "MessageBody": "a"}, {"Id": "2", "MessageBody": "b", "DelaySeconds": 901},
            {"Id": "3", "MessageBody": "c", "MessageAttributes": {"n": {"DataType": "Number", "StringValue": "1"}}}])
        self.assertEqual([entry["Id"] for entry in answer["Successful"]], ["1", "3"])
        self.assertIn("MD5OfMessageAttributes", answer["Successful"][1])
        self.assertEqual([(f["Id"], f["Code"], f["SenderFault"]) for f in answer["Failed"]],
                         [("2", "InvalidParameterValue", True)])
        messages = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        self.assertEqual(sorted(m["Body"] for m in messages), ["a", "c"])
        handles = [m["ReceiptHandle"] for m in messages]
        answer = self.sqs.change_message_visibility_batch(QueueUrl=url, Entries=[
            {"Id": "a", "ReceiptHandle": handles[0], "VisibilityTimeout": 60},
            {"Id": "b", "ReceiptHandle": "bad", "VisibilityTimeout": 60}])
        self.assertEqual([s["Id"] for s in answer["Successful"]], ["a"])
        self.assertEqual([(f["Id"], f["Code"]) for f in answer["Failed"]], [("b", "ReceiptHandleIsInvalid")])
        answer = self.sqs.delete_message_batch(QueueUrl=url, Entries=[
            {"Id": "x", "ReceiptHandle": handles[0]}, {"Id": "y", "ReceiptHandle": handles[1]},
            {"Id": "z", "ReceiptHandle": "bad"}])
        self.assertEqual([s["Id"] for s in answer["Successful"]], ["x", "y"])
        self.assertEqual([f["Id"] for f in answer["Failed"]], ["z"])

    def test_wrong_batches_are_refused_as_a_whole(self):
        url = self.queue()
        prefix = "AWS.SimpleQueueService."

        def send(*ids, body="x"):
            return self.sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": i, "MessageBody": body} for i in ids])
        self.refused(prefix + "EmptyBatchRequest", send)
        self.assertEqual(self.refused(prefix + "TooManyEntriesInBatchRequest", send, *map(str, range(20))),
                         "Maximum number of entries per request are 10. You have sent 20.")
        self.assertEqual(self.refused(prefix + "BatchEntryIdsNotDistinct", send, "a", "a"), "Id a repeated.")
        self.assertEqual(self.refused(prefix + "InvalidBatchEntryId", send, "a b"),
                         "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at "
                         "most 80 letters long.")
        self.refused(prefix + "InvalidBatchEntryId", send, "a" * 81)
        self.assertEqual(self.refused(prefix + "BatchRequestTooLong", send, "a", "b", body="x" * 524289),
                         "Batch requests cannot be longer than 1048576 bytes. You have sent 1048578 bytes.")
        self.assertEqual(self.bodies(url), [])
        send("a", body="x" * 1048576)

    # FIFO

    def test_fifo_queues_keep_order_and_do_not_take_a_message_twice(self):
        url = self.queue(FifoQueue="true")

        def send(body, group="g", key=None):
            return self.sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group,
                                         MessageDeduplicationId=key or body)
        first = send("1")
        self.assertEqual(len(first["SequenceNumber"]), 20)
        self.assertEqual(send("again", key="1")["MessageId"], first["MessageId"])
        send("2")
        send("other", "h")
        got = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"],
                                       ReceiveRequestAttemptId="try")["Messages"]
        self.assertEqual([m["Body"] for m in got if m["Attributes"]["MessageGroupId"] == "g"], ["1", "2"])
        self.assertEqual(got[0]["Attributes"]["SequenceNumber"], first["SequenceNumber"])
        again = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, ReceiveRequestAttemptId="try")["Messages"]
        self.assertEqual([m["ReceiptHandle"] for m in again], [m["ReceiptHandle"] for m in got])

    def test_fifo_queues_want_what_they_need(self):
        url = self.queue(FifoQueue="true")
        invalid = "InvalidParameterValue"

        def send(**parameters):
            return self.sqs.send_message(QueueUrl=url, MessageBody="x", **parameters)
        self.assertEqual(self.refused("MissingParameter", send), "The request must contain the parameter MessageGroupId.")
        self.assertEqual(self.refused(invalid, send, MessageGroupId="g"),
                         "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided "
                         "explicitly")
        self.assertEqual(self.refused(invalid, send, MessageGroupId="g", MessageDeduplicationId="d", DelaySeconds=2),
                         "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not "
                         "valid for this queue type.")
        batch = self.sqs.send_message_batch
        self.refused(invalid, batch, QueueUrl=url, Entries=[{"Id": "1", "MessageBody": "x"}])
        self.refused(invalid, batch, QueueUrl=url, Entries=[{"Id": "1", "MessageBody": "x", "MessageGroupId": "g"}])
        standard = self.queue()
        self.refused(invalid, self.sqs.send_message, QueueUrl=standard, MessageBody="x", MessageDeduplicationId="d")
        self.assertEqual(self.bodies(url), [])
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"ContentBasedDeduplication": "true"})
        self.assertEqual(send(MessageGroupId="g")["MessageId"], send(MessageGroupId="g")["MessageId"])

    def test_high_throughput_mode(self):
        url = self.queue(FifoQueue="true", DeduplicationScope="messageGroup", FifoThroughputLimit="perMessageGroupId")
        ids = [self.sqs.send_message(QueueUrl=url, MessageBody="x", MessageGroupId=group, MessageDeduplicationId="d")
               for group in ("a", "b")]
        self.assertNotEqual(ids[0]["MessageId"], ids[1]["MessageId"])
        self.refused("InvalidAttributeValue", self.queue, FifoQueue="true", FifoThroughputLimit="perMessageGroupId")

    # Queues

    def test_queues_are_made_found_listed_and_removed(self):
        prefix = support.unique("list")
        for i in range(5):
            self.sqs.create_queue(QueueName="%s-%d" % (prefix, i))
        url = self.sqs.get_queue_url(QueueName=prefix + "-0")["QueueUrl"]
        self.assertEqual(url, self.daemon.url + "/000000000000/" + prefix + "-0")
        self.assertEqual(self.sqs.get_queue_url(QueueName=prefix + "-0", QueueOwnerAWSAccountId="000000000000")["QueueUrl"], url)
        self.assertEqual(len(self.sqs.list_queues(QueueNamePrefix=prefix)["QueueUrls"]), 5)
        found, token = [], None
        while True:
            page = self.sqs.list_queues(QueueNamePrefix=prefix, MaxResults=2, **({"NextToken": token} if token else {}))
            found += page["QueueUrls"]
            token = page.get("NextToken")
            if not token:
                break
        self.assertEqual([u.rsplit("-", 1)[1] for u in found], list("01234"))
        self.assertNotIn("QueueUrls", self.sqs.list_queues(QueueNamePrefix=prefix + "-9"))
        self.sqs.delete_queue(QueueUrl=url)
        missing = "AWS.SimpleQueueService.NonExistentQueue"
        self.refused(missing, self.sqs.get_queue_url, QueueName=prefix + "-0")
        self.refused(missing, self.sqs.delete_queue, QueueUrl=url)
        self.refused(missing, self.sqs.send_message, QueueUrl=url, MessageBody="x")
        self.refused(missing, self.sqs.receive_message, QueueUrl=url)
        self.sqs.create_queue(QueueName=prefix + "-0")

    def test_names_of_queues_are_checked(self):
        for name in ("a b", "a.b", "x" * 81, "a.fifo", "ü", "~async"):
            self.refused("InvalidParameterValue", self.sqs.create_queue, QueueName=name)
        self.refused("InvalidParameterValue", self.sqs.create_queue, QueueName="a", Attributes={"FifoQueue": "true"})
        self.refused("MissingParameter", self.sqs.create_queue, QueueName="")
        self.sqs.create_queue(QueueName="x" * 80)

    def test_making_a_queue_again_compares_what_is_asked_for(self):
        name = support.unique("again")
        url = self.sqs.create_queue(QueueName=name, Attributes={"DelaySeconds": "1", "VisibilityTimeout": "9"})["QueueUrl"]
        self.assertEqual(self.sqs.create_queue(QueueName=name, Attributes={"DelaySeconds": "1"})["QueueUrl"], url)
        self.assertEqual(self.sqs.create_queue(QueueName=name)["QueueUrl"], url)
        self.assertEqual(
            self.refused("QueueAlreadyExists", self.sqs.create_queue, QueueName=name, Attributes={"DelaySeconds": "2"}),
            "A queue already exists with the same name and a different value for attribute DelaySeconds")

    def test_attributes_of_queues(self):
        url = self.queue(VisibilityTimeout="20", MessageRetentionPeriod="604800")
        get = self.sqs.get_queue_attributes
        everything = get(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        self.assertEqual(everything["VisibilityTimeout"], "20")
        self.assertEqual(everything["MaximumMessageSize"], "1048576")
        self.assertEqual(everything["SqsManagedSseEnabled"], "true")
        self.assertNotIn("FifoQueue", everything)
        self.assertEqual(get(QueueUrl=url, AttributeNames=["DelaySeconds"])["Attributes"], {"DelaySeconds": "0"})
        self.assertNotIn("Attributes", get(QueueUrl=url, AttributeNames=["Policy"]))
        self.assertNotIn("Attributes", get(QueueUrl=url))
        self.refused("InvalidAttributeName", get, QueueUrl=url, AttributeNames=["Foo"])
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "420"})
        self.assertEqual(get(QueueUrl=url, AttributeNames=["All"])["Attributes"]["DelaySeconds"], "420")
        self.assertEqual(get(QueueUrl=url, AttributeNames=["All"])["Attributes"]["VisibilityTimeout"], "20")

    def test_wrong_attributes_of_queues_are_refused(self):
        url = self.queue()
        fifo = self.queue(FifoQueue="true")

        def refused(code, to=url, **attributes):
            return self.refused(code, self.sqs.set_queue_attributes, QueueUrl=to, Attributes=attributes)
        for name, value in (("DelaySeconds", "901"), ("VisibilityTimeout", "43201"), ("MaximumMessageSize", "1023"),
                            ("MessageRetentionPeriod", "59"), ("ReceiveMessageWaitTimeSeconds", "21"), ("DelaySeconds", "x"),
                            ("Policy", "{"), ("SqsManagedSseEnabled", "yes"), ("DelaySeconds", "9" * 30)):
            self.assertEqual(refused("InvalidAttributeValue", **{name: value}), "Invalid value for the parameter %s." % name)
        self.assertEqual(refused("InvalidAttributeName", Foo="1"), "Unknown Attribute Foo.")
        self.assertEqual(refused("InvalidAttributeName", QueueArn="x"), "Unknown Attribute QueueArn.")
        self.assertEqual(refused("InvalidAttributeName", FifoQueue="true"), "Unknown Attribute FifoQueue.")
        self.assertEqual(refused("InvalidAttributeName", ContentBasedDeduplication="true"),
                         "Unknown Attribute ContentBasedDeduplication.")
        self.assertEqual(refused("InvalidAttributeName", DeduplicationScope="queue"),
                         "You can specify the DeduplicationScope only when FifoQueue is set to true.")
        self.assertEqual(refused("InvalidAttributeValue", fifo, FifoQueue="false"),
                         "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.")
        self.assertEqual(refused("InvalidAttributeName", KmsMasterKeyId="k", SqsManagedSseEnabled="true"),
                         "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or "
                         "SQS SSE.")
        self.refused("InvalidAttributeName", self.queue, FifoQueue="false")

    def test_a_queue_is_purged_once_a_minute(self):
        url = self.queue()
        self.sqs.send_message(QueueUrl=url, MessageBody="x")
        self.sqs.purge_queue(QueueUrl=url)
        self.assertEqual(self.bodies(url), [])
        name = url.rsplit("/", 1)[1]
        self.assertEqual(self.refused("AWS.SimpleQueueService.PurgeQueueInProgress", self.sqs.purge_queue, QueueUrl=url),
                         "Only one PurgeQueue operation on %s is allowed every 60 seconds." % name)

    def test_tags(self):
        url = self.sqs.create_queue(QueueName=support.unique("tags"), tags={"a": "1"})["QueueUrl"]
        self.sqs.tag_queue(QueueUrl=url, Tags={"a": "2", "b": ""})
        self.assertEqual(self.sqs.list_queue_tags(QueueUrl=url)["Tags"], {"a": "2", "b": ""})
        self.sqs.untag_queue(QueueUrl=url, TagKeys=["a", "b", "c"])
        self.assertNotIn("Tags", self.sqs.list_queue_tags(QueueUrl=url))
        self.refused("InvalidParameterValue", self.sqs.tag_queue, QueueUrl=url, Tags={str(i): "" for i in range(51)})
        self.refused("MissingParameter", self.sqs.untag_queue, QueueUrl=url, TagKeys=[])

    def test_permissions_are_kept_in_the_policy(self):
        url = self.queue()

        def policy():
            got = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
            return json.loads(got["Attributes"]["Policy"]) if "Attributes" in got else None
        add = self.sqs.add_permission
        add(QueueUrl=url, Label="one", AWSAccountIds=["111122223333"], Actions=["ReceiveMessage"])
        add(QueueUrl=url, Label="two", AWSAccountIds=["111122223333", "444455556666"], Actions=["*", "SendMessage"])
        self.assertEqual(policy()["Statement"][0], {
            "Sid": "one", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": "SQS:ReceiveMessage", "Resource": self.arn(url)})
        self.assertEqual(policy()["Statement"][1]["Action"], ["SQS:*", "SQS:SendMessage"])
        self.assertEqual(self.refused("InvalidParameterValue", add, QueueUrl=url, Label="one",
                                      AWSAccountIds=["111122223333"], Actions=["*"]),
                         "Value one for parameter Label is invalid. Reason: Already exists.")
        self.refused("InvalidParameterValue", add, QueueUrl=url, Label="x", AWSAccountIds=["111122223333"], Actions=["Fly"])
        self.sqs.remove_permission(QueueUrl=url, Label="one")
        self.assertEqual(self.refused("InvalidParameterValue", self.sqs.remove_permission, QueueUrl=url, Label="one"),
                         "Value one for parameter Label is invalid. Reason: can't find label.")
        self.sqs.remove_permission(QueueUrl=url, Label="two")
        self.assertIsNone(policy())

    # Dead letters

    def redrive(self, url, count=1):
        return json.dumps({"deadLetterTargetArn": self.arn(url), "maxReceiveCount": count})

    def test_messages_received_too_often_go_to_the_dead_letter_queue_and_back(self):
        dead = self.queue("dead")
        source = self.queue("source", VisibilityTimeout="0", RedrivePolicy=self.redrive(dead))
        self.assertEqual(self.sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"], [source])
        self.sqs.send_message(QueueUrl=source, MessageBody="x")
        self.assertEqual(self.bodies(source), ["x"])
        self.assertEqual(self.bodies(source), [])
        message = self.sqs.receive_message(QueueUrl=dead, AttributeNames=["All"], VisibilityTimeout=0)["Messages"][0]
        self.assertEqual(message["Attributes"]["DeadLetterQueueSourceArn"], self.arn(source))

        handle = self.sqs.start_message_move_task(SourceArn=self.arn(dead))["TaskHandle"]
        def last():
            return self.sqs.list_message_move_tasks(SourceArn=self.arn(dead))["Results"][0]
        self.eventually(lambda: last()["Status"] == "COMPLETED")
        self.assertEqual(last()["ApproximateNumberOfMessagesMoved"], 1)
        self.assertEqual(self.bodies(source), ["x"])
        self.assertEqual(self.refused("ResourceNotFoundException", self.sqs.cancel_message_move_task, TaskHandle=handle),
                         "Task does not exist.")

    def test_a_move_is_slowed_and_cancelled(self):
        dead, other = self.queue("dead"), self.queue("other")
        self.queue("source", RedrivePolicy=self.redrive(dead))
        for i in range(10):
            self.sqs.send_message(QueueUrl=dead, MessageBody=str(i))
        start = dict(SourceArn=self.arn(dead), DestinationArn=self.arn(other), MaxNumberOfMessagesPerSecond=1)
        handle = self.sqs.start_message_move_task(**start)["TaskHandle"]
        self.assertEqual(self.refused("InvalidParameterValue", self.sqs.start_message_move_task, **start),
                         "There is already a task running. Only one active task is allowed for a source queue arn at a given "
                         "time.")
        running = self.sqs.list_message_move_tasks(SourceArn=self.arn(dead))["Results"][0]
        self.assertEqual((running["Status"], running["TaskHandle"], running["ApproximateNumberOfMessagesToMove"]),
                         ("RUNNING", handle, 10))
        self.assertLess(self.sqs.cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"], 10)
        ended = self.sqs.list_message_move_tasks(SourceArn=self.arn(dead), MaxResults=10)["Results"]
        self.assertEqual([task["Status"] for task in ended], ["CANCELLED"])
        self.assertNotIn("TaskHandle", ended[0])

    def test_wrong_moves_are_refused(self):
        plain, dead = self.queue(), self.queue("dead")
        self.queue("source", RedrivePolicy=self.redrive(dead))
        start, missing = self.sqs.start_message_move_task, self.arn(plain) + "-missing"
        self.assertEqual(self.refused("InvalidParameterValue", start, SourceArn=self.arn(plain)),
                         "Source queue must be configured as a Dead Letter Queue.")
        self.assertEqual(self.refused("ResourceNotFoundException", start, SourceArn=missing),
                         "The resource that you specified for the SourceArn parameter doesn't exist.")
        self.assertEqual(self.refused("ResourceNotFoundException", start, SourceArn=self.arn(dead), DestinationArn=missing),
                         "The resource that you specified for the DestinationArn parameter doesn't exist.")
        self.refused("InvalidParameterValue", start, SourceArn="nonsense")
        self.refused("InvalidParameterValue", start, SourceArn=self.arn(dead), MaxNumberOfMessagesPerSecond=501)
        self.assertEqual(self.refused("InvalidParameterValue", self.sqs.cancel_message_move_task, TaskHandle="foobar"),
                         "Value for parameter TaskHandle is invalid.")

    def test_wrong_redrive_policies_are_refused(self):
        url = self.queue()
        fifo = self.queue(FifoQueue="true")

        def refused(policy, name="RedrivePolicy"):
            return self.refused("InvalidParameterValue", self.sqs.set_queue_attributes, QueueUrl=url,
                                Attributes={name: policy if isinstance(policy, str) else json.dumps(policy)})
        self.assertEqual(refused({"deadLetterTargetArn": "dummy", "maxReceiveCount": 42}),
                         'Value {"deadLetterTargetArn": "dummy", "maxReceiveCount": 42} for parameter RedrivePolicy is '
                         "invalid. Reason: Invalid value for deadLetterTargetArn.")
        self.assertIn("valid values are from 1 to 1000 both inclusive.",
                      refused({"deadLetterTargetArn": self.arn(fifo), "maxReceiveCount": 1001}))
        self.assertIn("does not exist", refused({"deadLetterTargetArn": self.arn(url) + "x", "maxReceiveCount": 1}))
        refused({"deadLetterTargetArn": self.arn(fifo), "maxReceiveCount": 1})
        refused({"deadLetterTargetArn": self.arn(url), "maxReceiveCount": 1})
        refused("{")
        refused({"maxReceiveCount": 1})
        refused({"redrivePermission": "some"}, "RedriveAllowPolicy")
        refused({"redrivePermission": "byQueue"}, "RedriveAllowPolicy")

    def test_a_dead_letter_queue_says_who_may_use_it(self):
        dead = self.queue("dead", RedriveAllowPolicy=json.dumps({"redrivePermission": "denyAll"}))
        self.refused("InvalidParameterValue", self.queue, RedrivePolicy=self.redrive(dead))
        friend = self.queue("friend")
        allow = {"redrivePermission": "byQueue", "sourceQueueArns": [self.arn(friend)]}
        self.sqs.set_queue_attributes(QueueUrl=dead, Attributes={"RedriveAllowPolicy": json.dumps(allow)})
        got = self.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["RedriveAllowPolicy"])["Attributes"]
        self.assertEqual(json.loads(got["RedriveAllowPolicy"]), allow)
        self.refused("InvalidParameterValue", self.queue, RedrivePolicy=self.redrive(dead))
        self.sqs.set_queue_attributes(QueueUrl=friend, Attributes={"RedrivePolicy": self.redrive(dead)})
        self.sqs.set_queue_attributes(QueueUrl=friend, Attributes={"RedrivePolicy": ""})
        self.assertEqual(self.sqs.list_dead_letter_source_queues(QueueUrl=dead).get("queueUrls", []), [])

    # Addresses

    def test_a_queue_is_known_by_every_form_of_its_url(self):
        url = self.queue()
        name = url.rsplit("/", 1)[1]
        host = self.daemon.url[len("http://"):]
        for form in (url, url + "/", name, "/000000000000/" + name, host + "/000000000000/" + name,
                     "https://sqs.us-east-1.amazonaws.com/000000000000/" + name,
                     "http://sqs.us-east-1.localhost.localstack.cloud:4566/000000000000/" + name,
                     "http://us-east-1.queue.localhost.localstack.cloud:4566/000000000000/" + name,
                     "http://queue.localhost.localstack.cloud:4566/000000000000/" + name,
                     "http://localhost:4566/queue/us-east-1/000000000000/" + name):
            self.assertEqual(self.arn(form), "arn:aws:sqs:us-east-1:000000000000:" + name, form)
        for form in ("http://localhost:4566/", "http://localhost:4566/x/" + name, "http://localhost:4566/" + name):
            self.refused("InvalidAddress", self.sqs.send_message, QueueUrl=form, MessageBody="x")
        self.refused("AWS.SimpleQueueService.NonExistentQueue", self.sqs.receive_message, QueueUrl="~async")
        other = "http://sqs.eu-west-1.localhost.localstack.cloud:4566/000000000000/" + name
        self.refused("AWS.SimpleQueueService.NonExistentQueue", self.sqs.receive_message, QueueUrl=other)


class BotoTest(SqsTests, support.ClientTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sqs = cls.daemon.client("sqs")
        # Older descriptions lack the moves.
        if not hasattr(cls.sqs, "start_message_move_task"):
            json_client = support.JsonClient(cls.daemon, "AmazonSQS", "sqs")
            for name in ("start", "cancel", "list"):
                method = name + "_message_move_task" + ("s" if name == "list" else "")
                setattr(cls.sqs, method, getattr(json_client, method))

    def test_accounts_and_regions_are_apart(self):
        name = support.unique("apart")
        here = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        there = self.daemon.client("sqs", region="eu-west-1")
        other = self.daemon.client("sqs", access_key="123456789012")
        for client in (there, other):
            self.refused("AWS.SimpleQueueService.NonExistentQueue", client.get_queue_url, QueueName=name)
        url = other.create_queue(QueueName=name)["QueueUrl"]
        self.assertIn("/123456789012/", url)
        there_url = there.create_queue(QueueName=name)["QueueUrl"]
        arn = there.get_queue_attributes(QueueUrl=there_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.assertEqual(arn, "arn:aws:sqs:eu-west-1:000000000000:" + name)
        there.send_message(QueueUrl=there_url, MessageBody="x")
        self.assertEqual(self.bodies(here), [])
        self.assertEqual(self.sqs.list_queues(QueueNamePrefix=name)["QueueUrls"], [here])
        self.assertEqual(other.list_queues()["QueueUrls"], [url])


class JsonTest(SqsTests, support.ClientTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sqs = support.JsonClient(cls.daemon, "AmazonSQS", "sqs")

    def post(self, operation, body, headers=None):
        return self.daemon.request("POST", "/", body, {"Content-Type": "application/x-amz-json-1.0",
                                                       "X-Amz-Target": "AmazonSQS." + operation, **(headers or {})})

    def test_what_is_no_request_is_refused_and_changes_nothing(self):
        url = self.queue()
        good = {"QueueUrl": url, "MessageBody": "x", "MessageAttributes": {"a": {"DataType": "String", "StringValue": "v"}}}
        text = json.dumps(good).encode()
        for cut in range(len(text)):
            status, _, body = self.post("SendMessage", text[:cut])
            self.assertEqual(status, 400, body)
        wrong = [("MessageBody", 1), ("MessageBody", None), ("MessageBody", {"a": 1}), ("DelaySeconds", "1"),
                 ("DelaySeconds", 1e300), ("DelaySeconds", 2**80), ("DelaySeconds", -2**63), ("DelaySeconds", 1.5),
                 ("MessageAttributes", []), ("MessageAttributes", {"a": 1}), ("MessageAttributes", {"a": {"DataType": 1}}),
                 ("MessageAttributes", {"a": {"DataType": "Binary", "BinaryValue": "no base64!"}}), ("QueueUrl", 7),
                 ("QueueUrl", "\x00"), ("QueueUrl", "http://"), ("MessageGroupId", {}), ("MessageSystemAttributes", "x")]
        for name, value in wrong:
            status, _, body = self.post("SendMessage", json.dumps({**good, name: value}).encode())
            self.assertIn(status, (400, 404), (name, value, body))
        for body in (b"", b"[]", b"null", b"1", b'"x"', b"{", b'{"a":' * 5000, b"\xff\xfe", b'{"QueueUrl":"\\ud800"}'):
            status, _, answer = self.post("SendMessage", body)
            self.assertEqual(status, 400, (body[:20], answer))
        for operation in ("SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"):
            for entries in ({}, "x", [1], [{}], [{"Id": 1}], [[]], [{"Id": "a"}], None):
                status, _, answer = self.post(operation, json.dumps({"QueueUrl": url, "Entries": entries}).encode())
                self.assertIn(status, (200, 400), answer)
                if status == 200:
                    self.assertEqual(json.loads(answer)["Successful"], [], entries)
        self.assertEqual(self.bodies(url), [])

    def test_no_operation_fails_over_parameters_of_any_kind(self):
        random = Random(1)
        url = self.queue()
        good = {"QueueUrl": url, "QueueName": url.rsplit("/", 1)[1], "MessageBody": "x", "Label": "l", "Actions": ["*"],
                "AWSAccountIds": ["111122223333"], "SourceArn": self.arn(url), "ReceiptHandle": "x", "TaskHandle": "x",
                "VisibilityTimeout": 1, "Attributes": {"DelaySeconds": "0"}, "Tags": {"a": "b"}, "TagKeys": ["a"],
                "Entries": [{"Id": "a", "MessageBody": "x", "ReceiptHandle": "x", "VisibilityTimeout": 1}],
                "AttributeNames": ["All"], "MaxResults": 1, "NextToken": "eA==", "DestinationArn": self.arn(url)}
        bad = [None, 0, -1, 2**63, 2**64 - 1, -2**63, 1.5, 1e308, True, "", "x", "\u0000", "\ud83d\ude00", "A" * 3000, [], [None],
               [1], ["x"], [[]], [{}], {}, {"x": None}, {"x": 1}, {"x": "y"}, {"Policy": "[]"}, {"RedrivePolicy": "{}"},
               {"RedrivePolicy": "1"}, {"": ""}, [{"Id": "a", "MessageBody": {}}], [{"Id": "a"}] * 2, "eyJ0YXNrSWQiOjF9"]
        operations = ("AddPermission CancelMessageMoveTask ChangeMessageVisibility ChangeMessageVisibilityBatch CreateQueue "
                      "DeleteMessage DeleteMessageBatch GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues "
                      "ListMessageMoveTasks ListQueueTags ListQueues PurgeQueue ReceiveMessage RemovePermission SendMessage "
                      "SendMessageBatch SetQueueAttributes StartMessageMoveTask TagQueue UntagQueue").split()
        self.assertEqual(len(operations) + 1, ALL_OPERATIONS)  # DeleteQueue would end it
        for operation in operations:
            for _ in range(60):
                parameters = dict(good)
                for name in random.sample(sorted(good), random.randint(1, 3)):
                    parameters[name] = random.choice(bad)
                    if random.random() < 0.2:
                        del parameters[name]
                text = json.dumps(parameters)
                status, _, answer = self.post(operation, text.encode())
                self.assertIn(status, (200, 400, 403, 404), (operation, text, answer))
        self.assertIsNone(self.daemon.process.poll())

    def test_unknown_members_are_ignored_and_unknown_operations_answered(self):
        url = self.queue()
        self.assertEqual(self.post("SendMessage", json.dumps({"QueueUrl": url, "MessageBody": "x", "Foo": 1}).encode())[0], 200)
        status, headers, body = self.post("Fly", b"{}")
        self.assertEqual((status, json.loads(body)["__type"].split("#")[-1]), (501, "NotImplemented"))
        self.assertTrue(headers["x-amzn-RequestId"])

    def test_errors_carry_their_old_names_in_a_header(self):
        status, headers, body = self.post("GetQueueUrl", b'{"QueueName":"missing"}')
        self.assertEqual(status, 400)
        self.assertEqual(headers["x-amzn-query-error"], "AWS.SimpleQueueService.NonExistentQueue;Sender")
        self.assertEqual(json.loads(body)["__type"], "com.amazonaws.sqs#QueueDoesNotExist")

    def test_the_trace_header_of_a_request_travels_with_the_message(self):
        url = self.queue()
        self.post("SendMessage", json.dumps({"QueueUrl": url, "MessageBody": "x"}).encode(),
                  {"X-Amzn-Trace-Id": "Root=1-2-3;Sampled=1"})
        message = self.sqs.receive_message(QueueUrl=url, AttributeNames=["AWSTraceHeader"])["Messages"][0]
        self.assertEqual(message["Attributes"], {"AWSTraceHeader": "Root=1-2-3;Sampled=1"})

    def test_a_client_that_goes_away_takes_no_message(self):
        url = self.queue()
        import socket
        body = json.dumps({"QueueUrl": url, "WaitTimeSeconds": 20}).encode()
        host, port = self.daemon.url[len("http://"):].split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-amz-json-1.0\r\n"
                               b"X-Amz-Target: AmazonSQS.ReceiveMessage\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            time.sleep(0.2)
        time.sleep(0.2)
        self.sqs.send_message(QueueUrl=url, MessageBody="x")
        self.assertEqual(self.bodies(url), ["x"])

    # The Query protocol, by hand

    def query(self, method="POST", path="/", **parameters):
        form = urllib.parse.urlencode(parameters)
        if method == "GET":
            return self.daemon.request("GET", path + "?" + form)
        return self.daemon.request("POST", path, form.encode(), {"Content-Type": "application/x-www-form-urlencoded"})

    def test_queries_are_answered_by_get_and_post_also_at_the_url_of_the_queue(self):
        url = self.queue()
        path = url[len(self.daemon.url):]
        for method in ("GET", "POST"):
            status, headers, body = self.query(method, path, Action="SendMessage", MessageBody="a&b <c>")
            self.assertEqual((status, headers["Content-Type"]), (200, "text/xml"))
            self.assertIn(b'<SendMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><SendMessageResult>', body)
            status, _, body = self.query(method, path, Action="ReceiveMessage", AttributeName="All")
            self.assertIn(b"<Body>a&amp;b &lt;c&gt;</Body>", body)
            self.assertIn(b"<Attribute><Name>SenderId</Name><Value>000000000000</Value></Attribute>", body)
            status, _, body = self.query(method, path, Action="GetQueueAttributes", **{"AttributeName.1": "DelaySeconds"})
            self.assertIn(b"<Attribute><Name>DelaySeconds</Name><Value>0</Value></Attribute>", body)

    def test_queries_are_refused_in_xml(self):
        status, _, body = self.query(Action="GetQueueUrl", QueueName="missing")
        self.assertEqual(status, 400)
        self.assertIn(b"<Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>"
                      b"<Message>The specified queue does not exist for this wsdl version.</Message>", body)
        for parameters in ({"DelaySeconds": "x", "MessageBody": "x"}, {"MessageBody.1": "x"},
                           {"MessageAttribute.1.Value": "x", "MessageBody": "", "...": "."},
                           {"SendMessageBatchRequestEntry." * 500 + "1": "x"}):
            status, _, body = self.query(Action="SendMessage", QueueUrl=self.queue(), **parameters)
            self.assertEqual(status, 400, (parameters, body))

    # Beside the protocol

    def test_messages_are_looked_at_without_receiving_them(self):
        url = self.queue()
        for body in ("seen", "in flight", "late"):
            self.sqs.send_message(QueueUrl=url, MessageBody=body, **({"DelaySeconds": 900} if body == "late" else {}))
        taken = self.bodies(url)[0:1]
        path = "/_aws/sqs/messages"
        json_accept = {"Accept": "application/json"}
        taken = sorted(["seen", "in flight"])  # both were received

        def peek(query="", at=path):
            status, _, body = self.daemon.request("GET", at + "?QueueUrl=" + urllib.parse.quote(url) + query,
                                                  headers=json_accept)
            self.assertEqual(status, 200)
            return sorted(m["Body"] for m in json.loads(body)["Messages"])
        self.assertEqual(peek(), [])
        self.assertEqual(peek("&ShowInvisible=true"), taken)
        self.assertEqual(peek("&ShowDelayed=1"), ["late"])
        status, _, body = self.daemon.request("GET", path + "?ShowDelayed=true&QueueUrl=" + url)
        self.assertIn(b"<ReceiveMessageResult><Message>", body)
        status, _, body = self.daemon.request(
            "GET", "%s/us-east-1/000000000000/%s" % (path, url.rsplit("/", 1)[1]), headers=json_accept)
        self.assertEqual((status, json.loads(body)), (200, {"Messages": []}))
        self.assertEqual(self.daemon.request("GET", path + "?QueueUrl=" + url + "x")[0], 400)
        self.assertEqual(self.daemon.request("GET", path)[0], 400)


if __name__ == "__main__":
    unittest.main()
