package clients

import (
	"encoding/base64"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func TestLambda(t *testing.T) {
	settings := startDaemon(t, os.Getenv("CLIENTS_APP"))
	client := lambda.NewFromConfig(settings)
	ctx := t.Context()
	invoke := func(function, payload string, more func(*lambda.InvokeInput)) (*lambda.InvokeOutput, error) {
		input := &lambda.InvokeInput{FunctionName: &function, Payload: []byte(payload)}
		if more != nil {
			more(input)
		}
		return client.Invoke(ctx, input)
	}
	called := got[*lambda.InvokeOutput](t)

	t.Run("a function answers, with the end of its log", func(t *testing.T) {
		answer := called(invoke("greet", `{"name": "Go"}`, func(in *lambda.InvokeInput) { in.LogType = types.LogTypeTail }))
		equal(t, string(answer.Payload), `{"greeting":"Hello, Go!"}`, "the answer")
		equal(t, *answer.ExecutedVersion, "$LATEST", "the version")
		log := got[[]byte](t)(base64.StdEncoding.DecodeString(*answer.LogResult))
		equal(t, strings.Contains(string(log), "I greet Go"), true, "the log has the line")
	})

	t.Run("a failure is an answer", func(t *testing.T) {
		answer := called(invoke("greet", `{"fail": "no such colour"}`, nil))
		equal(t, *answer.FunctionError, "Unhandled", "the kind of error")
		equal(t, strings.Contains(string(answer.Payload), `"errorType":"GreetingError"`), true, "the error's type")
	})

	t.Run("events run later, dry runs never", func(t *testing.T) {
		equal(t, called(invoke("greet", `{"name": "dry", "report": true}`, func(in *lambda.InvokeInput) {
			in.InvocationType = types.InvocationTypeDryRun
		})).StatusCode, 204, "the status of a dry run")
		equal(t, called(invoke("greet", `{"name": "later", "report": true}`, func(in *lambda.InvokeInput) {
			in.InvocationType = types.InvocationTypeEvent
		})).StatusCode, 202, "the status of an event")
		queues := sqs.NewFromConfig(settings)
		url := got[*sqs.GetQueueUrlOutput](t)(queues.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("greetings")})).QueueUrl
		messages := got[*sqs.ReceiveMessageOutput](t)(queues.ReceiveMessage(ctx,
			&sqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 20})).Messages
		equal(t, *messages[0].Body, "Hello, later!", "what the event did")
	})

	t.Run("wrong calls are refused", func(t *testing.T) {
		_, err := invoke("none", "{}", nil)
		refusedAs[*types.ResourceNotFoundException](t, err, "ResourceNotFoundException", 404)
		_, err = invoke("greet", "no JSON", nil)
		refusedAs[*types.InvalidRequestContentException](t, err, "InvalidRequestContentException", 400)
	})

	t.Run("functions are listed", func(t *testing.T) {
		functions := got[*lambda.ListFunctionsOutput](t)(client.ListFunctions(ctx, &lambda.ListFunctionsInput{})).Functions
		equal(t, len(functions), 2, "functions")
		equal(t, *functions[0].FunctionArn, "arn:aws:lambda:us-east-1:000000000000:function:greet", "the ARN")
	})

	t.Run("STS tells who asks", func(t *testing.T) {
		me := got[*sts.GetCallerIdentityOutput](t)(sts.NewFromConfig(as(settings, "111122223333", "us-east-1")).GetCallerIdentity(ctx,
			&sts.GetCallerIdentityInput{}))
		equal(t, *me.Account, "111122223333", "the account")
		_, err := sts.NewFromConfig(settings).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::1:user/reader"),
			RoleSessionName: aws.String("tour")})
		refused(t, err, "ValidationError", 400)
	})
}
