#!/bin/sh
# A tour through SQS with the AWS CLI.
. "$(dirname "$0")/library.sh"
start

queue=$(cloud sqs create-queue --queue-name jobs --attributes VisibilityTimeout=0 --tags team=blue)
expect "$url/000000000000/jobs" "$queue" "the queue's URL"
expect "$queue" "$(cloud sqs get-queue-url --queue-name jobs)" "the URL by its name"
expect "QUEUEURLS	$queue" "$(cloud sqs list-queues)" "the list of queues"
expect "TAGS	blue" "$(cloud sqs list-queue-tags --queue-url "$queue")" "the tags"

id=$(cloud sqs send-message --queue-url "$queue" --message-body 'Hello & <goodbye>' --query MessageId --message-attributes \
    '{"colour": {"DataType": "String", "StringValue": "red"}, "raw": {"DataType": "Binary", "BinaryValue": "AP8H"}}')
came=$(cloud sqs receive-message --queue-url "$queue" --attribute-names All --message-attribute-names All --query \
    'Messages[].[MessageId, Body, MessageAttributes.colour.StringValue, MessageAttributes.raw.BinaryValue, Attributes.ApproximateReceiveCount]')
expect "$id	Hello & <goodbye>	red	AP8H	1" "$came" "the message"
handle=$(cloud sqs receive-message --queue-url "$queue" --visibility-timeout 30 --wait-time-seconds 5 --query 'Messages[0].ReceiptHandle')
expect "ATTRIBUTES	0	1" "$(cloud sqs get-queue-attributes --queue-url "$queue" --attribute-names \
    ApproximateNumberOfMessages ApproximateNumberOfMessagesNotVisible)" "the counts of messages"
cloud sqs change-message-visibility --queue-url "$queue" --receipt-handle "$handle" --visibility-timeout 60
cloud sqs delete-message --queue-url "$queue" --receipt-handle "$handle"
refused ReceiptHandleIsInvalid sqs delete-message --queue-url "$queue" --receipt-handle nonsense

came=$(cloud sqs send-message-batch --queue-url "$queue" --query '[Successful[].Id, Failed[].[Id, Code, SenderFault]]' --output json \
    --entries '[{"Id": "one", "MessageBody": "1"}, {"Id": "late", "MessageBody": "2", "DelaySeconds": 901}]' | tr -d ' \n')
expect '[["one"],[["late","InvalidParameterValue",true]]]' "$came" "the batch's result"
cloud sqs purge-queue --queue-url "$queue"
refused AWS.SimpleQueueService.PurgeQueueInProgress sqs purge-queue --queue-url "$queue"
expect None "$(cloud sqs receive-message --queue-url "$queue" --query 'Messages[0].Body')" "what a purge leaves"

dead=$(cloud sqs create-queue --queue-name dead)
arn=$(cloud sqs get-queue-attributes --queue-url "$dead" --attribute-names QueueArn --query Attributes.QueueArn)
expect arn:aws:sqs:us-east-1:000000000000:dead "$arn" "the queue's ARN"
cloud sqs set-queue-attributes --queue-url "$queue" --attributes \
    "{\"RedrivePolicy\": \"{\\\"deadLetterTargetArn\\\": \\\"$arn\\\", \\\"maxReceiveCount\\\": 1}\"}"
cloud sqs send-message --queue-url "$queue" --message-body poison >/dev/null
expect poison "$(cloud sqs receive-message --queue-url "$queue" --query 'Messages[0].Body')" "the first receive"
expect None "$(cloud sqs receive-message --queue-url "$queue" --query 'Messages[0].Body')" "the second receive"
expect poison "$(cloud sqs receive-message --queue-url "$dead" --wait-time-seconds 5 --query 'Messages[0].Body')" "the dead letter"
expect "$queue" "$(cloud sqs list-dead-letter-source-queues --queue-url "$dead" --query 'queueUrls[]')" "the dead-letter queue's sources"

fifo=$(cloud sqs create-queue --queue-name orders.fifo --attributes FifoQueue=true,ContentBasedDeduplication=true)
first=$(cloud sqs send-message --queue-url "$fifo" --message-body a --message-group-id g --query SequenceNumber)
expect "$first" "$(cloud sqs send-message --queue-url "$fifo" --message-body a --message-group-id g --query SequenceNumber)" \
    "the sequence number of a duplicate"
refused MissingParameter sqs send-message --queue-url "$fifo" --message-body a

refused InvalidAttributeName sqs set-queue-attributes --queue-url "$queue" --attributes Colour=red
refused QueueAlreadyExists sqs create-queue --queue-name jobs --attributes VisibilityTimeout=1
refused InvalidParameterValue sqs receive-message --queue-url "$queue" --max-number-of-messages 11
refused InvalidMessageContents sqs send-message --queue-url "$queue" --message-body "$(printf '\001')"
cloud sqs delete-queue --queue-url "$queue"
refused AWS.SimpleQueueService.NonExistentQueue sqs get-queue-url --queue-name jobs
echo "SQS is as it should be"
