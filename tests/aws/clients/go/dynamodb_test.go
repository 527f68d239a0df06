package clients

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

type order struct {
	ID      string            `dynamodbav:"pk"`
	Number  int               `dynamodbav:"sk"`
	Price   float64           `dynamodbav:"price"`
	Tags    []string          `dynamodbav:"tags,stringset,omitempty"`
	Raw     []byte            `dynamodbav:"raw,omitempty"`
	Deep    map[string][]bool `dynamodbav:"deep,omitempty"`
	Expires int64             `dynamodbav:"expires,omitempty"`
}

func TestDynamoDB(t *testing.T) {
	settings := startDaemon(t, "", "--verify-signatures")
	client := dynamodb.NewFromConfig(settings)
	ctx := t.Context()
	table := aws.String(unique("orders"))
	item := func(value any) map[string]types.AttributeValue {
		return got[map[string]types.AttributeValue](t)(attributevalue.MarshalMap(value))
	}
	key := func(id string, number int) map[string]types.AttributeValue {
		return map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: id},
			"sk": &types.AttributeValueMemberN{Value: fmt.Sprint(number)}}
	}
	definition := &dynamodb.CreateTableInput{TableName: table, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: "S"},
			{AttributeName: aws.String("sk"), AttributeType: "N"}},
		KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: "HASH"},
			{AttributeName: aws.String("sk"), KeyType: "RANGE"}},
		StreamSpecification: &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: "NEW_AND_OLD_IMAGES"}}
	got[*dynamodb.CreateTableOutput](t)(client.CreateTable(ctx, definition))
	must(t, dynamodb.NewTableExistsWaiter(client).Wait(ctx, &dynamodb.DescribeTableInput{TableName: table}, time.Minute))
	_, err := client.CreateTable(ctx, definition)
	refusedAs[*types.ResourceInUseException](t, err, "ResourceInUseException", 400)

	put := func(value order, condition *expression.ConditionBuilder) error {
		input := &dynamodb.PutItemInput{TableName: table, Item: item(value),
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld}
		if condition != nil {
			built := got[expression.Expression](t)(expression.NewBuilder().WithCondition(*condition).Build())
			input.ConditionExpression, input.ExpressionAttributeNames = built.Condition(), built.Names()
			input.ExpressionAttributeValues = built.Values()
		}
		_, err := client.PutItem(ctx, input)
		return err
	}

	t.Run("an item is put, read, updated and deleted, under conditions", func(t *testing.T) {
		value := order{ID: "a", Number: 1, Price: 1.5, Tags: []string{"x", "y"}, Raw: []byte{0, 255}, Deep: map[string][]bool{"b": {true}}}
		isNew := expression.AttributeNotExists(expression.Name("pk"))
		must(t, put(value, &isNew))
		failure := refusedAs[*types.ConditionalCheckFailedException](t, put(value, &isNew), "ConditionalCheckFailedException", 400)
		equal(t, failure.Item["price"].(*types.AttributeValueMemberN).Value, "1.5", "what stood there")
		var read order
		must(t, attributevalue.UnmarshalMap(got[*dynamodb.GetItemOutput](t)(client.GetItem(ctx,
			&dynamodb.GetItemInput{TableName: table, Key: key("a", 1), ConsistentRead: aws.Bool(true)})).Item, &read))
		equal(t, fmt.Sprint(read), fmt.Sprint(value), "the item")
		change := got[expression.Expression](t)(expression.NewBuilder().WithUpdate(expression.Add(expression.Name("price"),
			expression.Value(2)).Remove(expression.Name("raw"))).WithCondition(expression.Size(expression.Name("tags")).Equal(expression.Value(2))).Build())
		changed := got[*dynamodb.UpdateItemOutput](t)(client.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: table, Key: key("a", 1),
			UpdateExpression: change.Update(), ConditionExpression: change.Condition(), ExpressionAttributeNames: change.Names(),
			ExpressionAttributeValues: change.Values(), ReturnValues: types.ReturnValueUpdatedNew}))
		equal(t, changed.Attributes["price"].(*types.AttributeValueMemberN).Value, "3.5", "the sum")
		old := got[*dynamodb.DeleteItemOutput](t)(client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: table, Key: key("a", 1),
			ReturnValues: types.ReturnValueAllOld}))
		equal(t, len(old.Attributes), 5, "members of the deleted item")
	})

	t.Run("queries and scans have pages", func(t *testing.T) {
		var writes []types.WriteRequest
		for n := range 25 {
			writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: item(order{ID: "many", Number: n})}})
		}
		left := got[*dynamodb.BatchWriteItemOutput](t)(client.BatchWriteItem(ctx,
			&dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{*table: writes}}))
		equal(t, len(left.UnprocessedItems), 0, "what the batch left")
		ask := got[expression.Expression](t)(expression.NewBuilder().WithKeyCondition(expression.Key("pk").Equal(expression.Value("many")).And(
			expression.Key("sk").GreaterThanEqual(expression.Value(5)))).WithProjection(expression.NamesList(expression.Name("sk"))).Build())
		pages, numbers := 0, 0
		for query := dynamodb.NewQueryPaginator(client, &dynamodb.QueryInput{TableName: table, KeyConditionExpression: ask.KeyCondition(),
			ProjectionExpression: ask.Projection(), ExpressionAttributeNames: ask.Names(), ExpressionAttributeValues: ask.Values(),
			Limit: aws.Int32(8)}); query.HasMorePages(); pages++ {
			for _, found := range got[*dynamodb.QueryOutput](t)(query.NextPage(ctx)).Items {
				equal(t, found["sk"].(*types.AttributeValueMemberN).Value, fmt.Sprint(5+numbers), "the order")
				numbers++
			}
		}
		equal(t, fmt.Sprint(pages, numbers), "3 20", "pages and items")
		counted := int32(0)
		for scan := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{TableName: table, Limit: aws.Int32(10)}); scan.HasMorePages(); {
			counted += got[*dynamodb.ScanOutput](t)(scan.NextPage(ctx)).Count
		}
		equal(t, counted, 25, "items of the scan")
		read := got[*dynamodb.BatchGetItemOutput](t)(client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
			*table: {Keys: []map[string]types.AttributeValue{key("many", 1), key("many", 2), key("none", 1)}}}}))
		equal(t, len(read.Responses[*table]), 2, "items of the batch")
		_, err := client.Query(ctx, &dynamodb.QueryInput{TableName: table, KeyConditionExpression: aws.String("pk = :p")})
		refused(t, err, "ValidationException", 400)
	})

	t.Run("transactions are done wholly or not at all", func(t *testing.T) {
		write := func(token string, writes ...types.TransactWriteItem) error {
			_, err := client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: writes, ClientRequestToken: &token})
			return err
		}
		put := func(number int) types.TransactWriteItem {
			return types.TransactWriteItem{Put: &types.Put{TableName: table, Item: item(order{ID: "t", Number: number}),
				ConditionExpression: aws.String("attribute_not_exists(pk)")}}
		}
		must(t, write("first", put(1)))
		must(t, write("first", put(1)))
		refusedAs[*types.IdempotentParameterMismatchException](t, write("first", put(9)), "IdempotentParameterMismatchException", 400)
		cancelled := refusedAs[*types.TransactionCanceledException](t, write("second", put(2), put(1)), "TransactionCanceledException", 400)
		equal(t, *cancelled.CancellationReasons[0].Code+*cancelled.CancellationReasons[1].Code, "NoneConditionalCheckFailed", "the reasons")
		read := got[*dynamodb.TransactGetItemsOutput](t)(client.TransactGetItems(ctx, &dynamodb.TransactGetItemsInput{
			TransactItems: []types.TransactGetItem{{Get: &types.Get{TableName: table, Key: key("t", 1)}}, {Get: &types.Get{TableName: table, Key: key("t", 2)}}}}))
		equal(t, len(read.Responses[0].Item) > 0 && len(read.Responses[1].Item) == 0, true, "the first is there, the second is not")
	})

	t.Run("the stream tells of changes in order", func(t *testing.T) {
		for _, price := range []float64{1, 2} {
			must(t, put(order{ID: "s", Number: 1, Price: price}, nil))
		}
		got[*dynamodb.DeleteItemOutput](t)(client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: table, Key: key("s", 1)}))
		streams := dynamodbstreams.NewFromConfig(settings)
		arn := got[*dynamodb.DescribeTableOutput](t)(client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: table})).Table.LatestStreamArn
		stream := got[*dynamodbstreams.DescribeStreamOutput](t)(streams.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: arn}))
		names := ""
		for _, shard := range stream.StreamDescription.Shards {
			iterator := got[*dynamodbstreams.GetShardIteratorOutput](t)(streams.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{
				StreamArn: arn, ShardId: shard.ShardId, ShardIteratorType: "TRIM_HORIZON"})).ShardIterator
			for turn := 0; iterator != nil && turn < 10; turn++ {
				page := got[*dynamodbstreams.GetRecordsOutput](t)(streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: iterator}))
				for _, record := range page.Records {
					if record.Dynamodb.Keys["pk"].(*streamtypes.AttributeValueMemberS).Value == "s" {
						names += string(record.EventName) + " "
					}
				}
				iterator = page.NextShardIterator
			}
		}
		equal(t, names, "INSERT MODIFY REMOVE ", "the changes")
		_, err := streams.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{
			StreamArn: aws.String("arn:aws:dynamodb:us-east-1:000000000000:table/none/stream/2024-01-01T00:00:00.000")})
		refusedAs[*streamtypes.ResourceNotFoundException](t, err, "ResourceNotFoundException", 400)
	})

	t.Run("items expire", func(t *testing.T) {
		got[*dynamodb.UpdateTimeToLiveOutput](t)(client.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{TableName: table,
			TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String("expires"), Enabled: aws.Bool(true)}}))
		must(t, put(order{ID: "old", Number: 1, Expires: time.Now().Unix() - 60}, nil))
		eventually(t, func() bool {
			return got[*dynamodb.GetItemOutput](t)(client.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key("old", 1)})).Item == nil
		})
	})

	t.Run("a table is deleted", func(t *testing.T) {
		got[*dynamodb.DeleteTableOutput](t)(client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: table}))
		must(t, dynamodb.NewTableNotExistsWaiter(client).Wait(ctx, &dynamodb.DescribeTableInput{TableName: table}, time.Minute))
		_, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key("a", 1)})
		refusedAs[*types.ResourceNotFoundException](t, err, "ResourceNotFoundException", 400)
	})
}
