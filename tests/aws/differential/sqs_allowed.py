"""Known differences between faasd's SQS and ElasticMQ, and who is right."""

# (operations or None for all, what faasd answers, what the peer answers, why)
ALLOWED = [
    (["SetQueueAttributes", "CreateQueue"], r"^Invalid|^MissingRequired", r"^\{",
     "limits and names of queue attributes are checked: API reference, SetQueueAttributes; ElasticMQ takes most of them"),
    (["GetQueueAttributes"], r"^InvalidAttributeName", r"^\{", "InvalidAttributeName: API reference, GetQueueAttributes; ElasticMQ leaves it out"),
    (["ReceiveMessage", "ChangeMessageVisibility"], r"VisibilityTimeout is invalid", r"^\{",
     "a visibility timeout ends at 43200 s: API reference"),
    (["TagQueue", "UntagQueue"], r"^MissingRequired", r"^\{", "tags are required: API reference"),
    (["SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"],
     r"^(InvalidBatchEntryId|EmptyBatchRequest|TooManyEntries|BatchEntryIdsNotDistinct|InvalidParameterValue|MissingRequired|Serialization)",
     r"^\{", "a wrong batch is refused as a whole, with an error of its own: API reference"),
    (["DeleteQueue"], r"^QueueDoesNotExist", r"^\{", "QueueDoesNotExist: API reference, DeleteQueue"),
    (["SendMessage"], r"message attribute|attributes? name", r"^\{", "names of message attributes: Developer Guide, 'Amazon SQS message metadata'"),
    (["ReceiveMessage"], r"MessageAttributes.*a(\.b|0)", r"^\{", "a.* names all attributes that begin with a: API reference, ReceiveMessage"),
    (["ReceiveMessage"], r'^\{"Messages": \[\]\}\n.*\.fifo', r"^\{",
     "a group waits while any message of it is in flight: Developer Guide, 'FIFO queue delivery logic'; ElasticMQ gives one that is "
     "visible again before those after it have come back"),
    (["ListQueues"], r"^\{", r"^\{", "ElasticMQ knows no pages, and does not delete FIFO queues at once"),
    (["SendMessageBatch"], r'"Failed"', r"HTTP 500|^MissingParameter|^InvalidParameterValue|\"Successful\"", "a wrong entry fails alone: API reference"),
    (["SetQueueAttributes"], r"^\{", r"ContentBasedDeduplication|HTTP 500", "ContentBasedDeduplication can be set: API reference"),
    (["CreateQueue"], r"^\{", r"^QueueNameExists.*fifo", "ElasticMQ does not delete FIFO queues at once"),
    (["CreateQueue"], r"^QueueNameExists", r"^\{", "ElasticMQ compares fewer attributes with those of the queue that there is"),
    (["ChangeMessageVisibility", "DeleteMessage", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"],
     r"MessageNotInflight|has expired|does not exist or is not available|VisibilityTimeout is invalid|Failed", r"^\{",
     "a handle of a message that is no longer in flight, or of a FIFO queue after its time: API reference, 'ReceiptHandleIsInvalid', "
     "'MessageNotInflight'"),
    (["DeleteMessageBatch"], r'"Successful"', r'"Failed"', "deleting a message twice is no error: API reference, DeleteMessage"),
    (["DeleteMessage"], r"^\{\}", r"ReceiptHandleIsInvalid", "deleting a message twice is no error: API reference, DeleteMessage"),
    (["SendMessage"], r"^\{", r"MessageGroupId that is not valid for this queue type",
     "standard queues take groups since they are fair: Developer Guide, 'Amazon SQS fair queues'"),
    (["SetQueueAttributes", "CreateQueue"], r"^\{", r"attribute value", "an empty redrive policy takes it away"),
]
