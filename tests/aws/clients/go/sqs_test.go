package clients

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func TestSQS(t *testing.T) {
	settings := startDaemon(t, "")
	client := sqs.NewFromConfig(settings)
	ctx := t.Context()
	create := func(t *testing.T, name string, attributes map[string]string) *string {
		t.Helper()
		return got[*sqs.CreateQueueOutput](t)(client.CreateQueue(ctx,
			&sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})).QueueUrl
	}
	receive := func(t *testing.T, url *string, wait int32) []types.Message {
		t.Helper()
		return got[*sqs.ReceiveMessageOutput](t)(client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: url,
			MaxNumberOfMessages: 10, WaitTimeSeconds: wait, MessageAttributeNames: []string{"All"},
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"}})).Messages
	}

	t.Run("a message with attributes is sent, received and deleted", func(t *testing.T) {
		url := create(t, unique("jobs"), nil)
		sent := got[*sqs.SendMessageOutput](t)(client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: url,
			MessageBody: aws.String("ünï <&>"), MessageAttributes: map[string]types.MessageAttributeValue{
				"colour": {DataType: aws.String("String"), StringValue: aws.String("red")},
				"raw":    {DataType: aws.String("Binary"), BinaryValue: []byte{0, 255}}}}))
		message := receive(t, url, 0)[0]
		equal(t, *message.MessageId, *sent.MessageId, "the id")
		equal(t, *message.Body, "ünï <&>", "the body")
		equal(t, string(message.MessageAttributes["raw"].BinaryValue), "\x00\xff", "the binary attribute")
		equal(t, *message.MD5OfMessageAttributes, *sent.MD5OfMessageAttributes, "the attributes' MD5")
		equal(t, message.Attributes["ApproximateReceiveCount"], "1", "the count of receives")
		got[*sqs.DeleteMessageOutput](t)(client.DeleteMessage(ctx,
			&sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: message.ReceiptHandle}))
		equal(t, len(receive(t, url, 0)), 0, "messages left")
	})

	t.Run("batches tell of each entry", func(t *testing.T) {
		url := create(t, unique("batch"), nil)
		var entries []types.SendMessageBatchRequestEntry
		for n := range 10 {
			entries = append(entries, types.SendMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(n)), MessageBody: aws.String("x")})
		}
		entries[3].DelaySeconds = 901
		sent := got[*sqs.SendMessageBatchOutput](t)(client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: entries}))
		equal(t, len(sent.Successful), 9, "what was taken")
		equal(t, *sent.Failed[0].Code, "InvalidParameterValue", "the code of the entry that failed")
		_, err := client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: append(entries, entries[0])})
		refusedAs[*types.TooManyEntriesInBatchRequest](t, err, "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", 400)
		_, err = client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: url,
			Entries: []types.SendMessageBatchRequestEntry{entries[0], entries[0]}})
		refusedAs[*types.BatchEntryIdsNotDistinct](t, err, "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", 400)
	})

	t.Run("visibility is changed, and a long poll is answered at once", func(t *testing.T) {
		url := create(t, unique("poll"), map[string]string{"VisibilityTimeout": "600"})
		go func() {
			time.Sleep(200 * time.Millisecond)
			_, _ = client.SendMessage(context.Background(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("there")})
		}()
		start := time.Now()
		message := receive(t, url, 20)[0]
		if time.Since(start) > 10*time.Second {
			t.Fatal("the poll was late")
		}
		equal(t, len(receive(t, url, 0)), 0, "messages while it is hidden")
		got[*sqs.ChangeMessageVisibilityOutput](t)(client.ChangeMessageVisibility(ctx,
			&sqs.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: message.ReceiptHandle, VisibilityTimeout: 0}))
		equal(t, receive(t, url, 0)[0].Attributes["ApproximateReceiveCount"], "2", "the count of receives")
		_, err := client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: aws.String("nonsense")})
		refusedAs[*types.ReceiptHandleIsInvalid](t, err, "ReceiptHandleIsInvalid", 404)
	})

	t.Run("FIFO queues have groups, and dead letters move", func(t *testing.T) {
		dead := create(t, unique("dead")+".fifo", map[string]string{"FifoQueue": "true"})
		arn := got[*sqs.GetQueueAttributesOutput](t)(client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: dead,
			AttributeNames: []types.QueueAttributeName{"QueueArn"}})).Attributes["QueueArn"]
		url := create(t, unique("orders")+".fifo", map[string]string{"FifoQueue": "true", "VisibilityTimeout": "0",
			"RedrivePolicy": fmt.Sprintf(`{"deadLetterTargetArn": "%s", "maxReceiveCount": "1"}`, arn)})
		send := func(body, group, id string) *sqs.SendMessageOutput {
			return got[*sqs.SendMessageOutput](t)(client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: &body,
				MessageGroupId: &group, MessageDeduplicationId: &id}))
		}
		first := send("1", "a", "one")
		equal(t, *send("other", "a", "one").SequenceNumber, *first.SequenceNumber, "the number of a duplicate")
		equal(t, *receive(t, url, 0)[0].Body, "1", "the first message")
		equal(t, len(receive(t, url, 0)), 0, "messages after the last receive")
		equal(t, *receive(t, dead, 10)[0].Body, "1", "the dead letter")
		_, err := client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("x")})
		refused(t, err, "MissingParameter", 400)
	})

	t.Run("queues are listed over pages and deleted, and wrong names refused", func(t *testing.T) {
		prefix := unique("list")
		for n := range 5 {
			create(t, fmt.Sprintf("%s-%d", prefix, n), nil)
		}
		pages, urls := 0, []string{}
		for list := sqs.NewListQueuesPaginator(client, &sqs.ListQueuesInput{QueueNamePrefix: &prefix, MaxResults: aws.Int32(2)}); list.HasMorePages(); pages++ {
			urls = append(urls, got[*sqs.ListQueuesOutput](t)(list.NextPage(ctx)).QueueUrls...)
		}
		equal(t, fmt.Sprint(pages, len(urls)), "3 5", "pages and queues")
		got[*sqs.DeleteQueueOutput](t)(client.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: &urls[0]}))
		_, err := client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &urls[0], MessageBody: aws.String("x")})
		refusedAs[*types.QueueDoesNotExist](t, err, "AWS.SimpleQueueService.NonExistentQueue", 400)
		name := fmt.Sprintf("%s-%d", prefix, 1)
		_, err = client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: map[string]string{"DelaySeconds": "1"}})
		refusedAs[*types.QueueNameExists](t, err, "QueueAlreadyExists", 400)
		_, err = sqs.NewFromConfig(as(settings, "111122223333", "eu-west-1")).GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &name})
		refusedAs[*types.QueueDoesNotExist](t, err, "AWS.SimpleQueueService.NonExistentQueue", 400)
	})
}
