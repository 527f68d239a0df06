#!/bin/sh
# A tour through Lambda and STS with the AWS CLI.
. "$(dirname "$0")/library.sh"
start "$here/../app"

invoke() { cloud lambda invoke --cli-binary-format raw-in-base64-out "$@" "$folder/answer"; }
expect "\$LATEST	200" "$(invoke --function-name greet --payload '{"name": "CLI"}')" "a call"
expect '{"greeting":"Hello, CLI!"}' "$(cat "$folder/answer")" "the answer"
expect_part 'START RequestId: *I greet log*REPORT RequestId: *' \
    "$(invoke --function-name greet --payload '{"name": "log"}' --log-type Tail --query LogResult | base64 -d)" "the log"
expect "Unhandled	200" "$(invoke --function-name greet --payload '{"fail": "no such colour"}' --query '[FunctionError, StatusCode]')" \
    "a call that fails"
expect_part '*"errorMessage":"no such colour"*' "$(cat "$folder/answer")" "the error"
expect 204 "$(invoke --function-name greet --invocation-type DryRun)" "a dry run"
expect 202 "$(invoke --function-name greet --invocation-type Event --payload '{"name": "later", "report": true}')" "an event"
queue=$(cloud sqs get-queue-url --queue-name greetings)
expect "Hello, later!" "$(cloud sqs receive-message --queue-url "$queue" --wait-time-seconds 20 --query 'Messages[0].Body')" \
    "what the event did"
refused ResourceNotFoundException lambda invoke --function-name none "$folder/answer"
refused InvalidRequestContentException lambda invoke --function-name greet --cli-binary-format raw-in-base64-out \
    --payload 'no JSON' "$folder/answer"
expect "greet	on_upload" "$(cloud lambda list-functions --query 'Functions[].FunctionName')" "the functions"
expect arn:aws:lambda:us-east-1:000000000000:function:greet \
    "$(cloud lambda get-function --function-name greet --query Configuration.FunctionArn)" "a function"

expect 000000000000 "$(cloud sts get-caller-identity --query Account)" "the account"
expect 111122223333 "$(AWS_ACCESS_KEY_ID=111122223333 cloud sts get-caller-identity --query Account)" "the account of a key"
expect arn:aws:sts::111122223333:assumed-role/reader/tour "$(cloud sts assume-role --role-arn arn:aws:iam::111122223333:role/reader \
    --role-session-name tour --query AssumedRoleUser.Arn)" "the role"
refused ValidationError sts assume-role --role-arn arn:aws:iam::111122223333:user/reader --role-session-name tour
echo "Lambda and STS are as they should be"
