#!/bin/sh
# A tour through DynamoDB and its streams with the AWS CLI.
. "$(dirname "$0")/library.sh"
start

expect "ACTIVE" "$(cloud dynamodb create-table --table-name orders --billing-mode PAY_PER_REQUEST \
    --attribute-definitions AttributeName=pk,AttributeType=S AttributeName=sk,AttributeType=N AttributeName=state,AttributeType=S \
    --key-schema AttributeName=pk,KeyType=HASH AttributeName=sk,KeyType=RANGE \
    --global-secondary-indexes 'IndexName=by-state,KeySchema=[{AttributeName=state,KeyType=HASH}],Projection={ProjectionType=KEYS_ONLY}' \
    --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES --query TableDescription.TableStatus |
    sed s/CREATING/ACTIVE/)" "the new table"
cloud dynamodb wait table-exists --table-name orders
expect "arn:aws:dynamodb:us-east-1:000000000000:table/orders	by-state" "$(cloud dynamodb describe-table --table-name orders \
    --query 'Table.[TableArn, GlobalSecondaryIndexes[0].IndexName]')" "the table"
refused ResourceInUseException dynamodb create-table --table-name orders --billing-mode PAY_PER_REQUEST \
    --attribute-definitions AttributeName=pk,AttributeType=S --key-schema AttributeName=pk,KeyType=HASH
expect "TABLENAMES	orders" "$(cloud dynamodb list-tables)" "the list of tables"

item='{"pk": {"S": "o-1"}, "sk": {"N": "1.50"}, "state": {"S": "new"}, "raw": {"B": "AP8H"}, "tags": {"SS": ["b", "a"]},
       "deep": {"M": {"list": {"L": [{"NULL": true}, {"BOOL": false}]}}}}'
cloud dynamodb put-item --table-name orders --item "$item" --condition-expression 'attribute_not_exists(pk)'
refused ConditionalCheckFailedException dynamodb put-item --table-name orders --item "$item" \
    --condition-expression 'attribute_not_exists(pk)'
key='{"pk": {"S": "o-1"}, "sk": {"N": "1.5"}}'
expect "1.5	AP8H	False" "$(cloud dynamodb get-item --table-name orders --key "$key" --consistent-read \
    --query 'Item.[sk.N, raw.B, deep.M.list.L[1].BOOL]')" "the item"
expect "paid	7" "$(cloud dynamodb update-item --table-name orders --key "$key" --return-values ALL_NEW \
    --update-expression 'SET #s = :s ADD visits :n' --expression-attribute-names '{"#s": "state"}' \
    --expression-attribute-values '{":s": {"S": "paid"}, ":n": {"N": "7"}}' --query 'Attributes.[state.S, visits.N]')" "the update"
expect o-1 "$(cloud dynamodb query --table-name orders --index-name by-state --key-condition-expression '#s = :s' \
    --expression-attribute-names '{"#s": "state"}' --expression-attribute-values '{":s": {"S": "paid"}}' --query 'Items[].pk.S')" \
    "a query of the index"

requests=
for n in 1 2 3 4 5 6 7; do
    requests="$requests${requests:+,}{\"PutRequest\": {\"Item\": {\"pk\": {\"S\": \"many\"}, \"sk\": {\"N\": \"$n\"}}}}"
done
expect 0 "$(cloud dynamodb batch-write-item --request-items "{\"orders\": [$requests]}" --query 'length(keys(UnprocessedItems))')" \
    "what a batch leaves"
expect "1	2	3	4	5	6	7" "$(cloud dynamodb query --table-name orders --page-size 3 --key-condition-expression 'pk = :p' \
    --expression-attribute-values '{":p": {"S": "many"}}' --query 'Items[].sk.N' | tr '\n' '\t' | sed 's/.$//')" "a query over pages"
expect "7	6" "$(cloud dynamodb query --table-name orders --max-items 2 --no-scan-index-forward --key-condition-expression \
    'pk = :p AND sk > :n' --expression-attribute-values '{":p": {"S": "many"}, ":n": {"N": "4"}}' --query 'Items[].sk.N' |
    sed -n 1p)" "a query backwards"
expect 8 "$(cloud dynamodb scan --table-name orders --select COUNT --query Count)" "a scan"
expect "2	8" "$(cloud dynamodb scan --table-name orders --filter-expression 'sk < :n' \
    --expression-attribute-values '{":n": {"N": "2"}}' --query '[Count, ScannedCount]')" "a filtered scan"
expect "1	2" "$(cloud dynamodb batch-get-item --request-items '{"orders": {"Keys": [{"pk": {"S": "many"}, "sk": {"N": "1"}},
    {"pk": {"S": "many"}, "sk": {"N": "2"}}, {"pk": {"S": "none"}, "sk": {"N": "1"}}]}}' \
    --query 'sort(Responses.orders[].sk.N)')" "a batch of reads"

came=$(cloud dynamodb transact-write-items --transact-items \
    "[{\"Put\": {\"TableName\": \"orders\", \"Item\": {\"pk\": {\"S\": \"t\"}, \"sk\": {\"N\": \"1\"}}}},
      {\"ConditionCheck\": {\"TableName\": \"orders\", \"Key\": $key, \"ConditionExpression\": \"attribute_not_exists(pk)\"}}]" 2>&1 || true)
expect_part '*TransactionCanceledException*reasons [[]None, ConditionalCheckFailed[]]*' "$came" "a cancelled transaction"
expect None "$(cloud dynamodb get-item --table-name orders --key '{"pk": {"S": "t"}, "sk": {"N": "1"}}' --query Item)" \
    "what a cancelled transaction leaves"
refused ValidationException dynamodb put-item --table-name orders --item '{"pk": {"S": "x"}}'
refused ValidationException dynamodb query --table-name orders --key-condition-expression 'pk = :p AND'
refused ResourceNotFoundException dynamodb get-item --table-name none --key "$key"

cloud dynamodb update-time-to-live --table-name orders --time-to-live-specification Enabled=true,AttributeName=expires >/dev/null
expect_part 'ENABL*	expires' "$(cloud dynamodb describe-time-to-live --table-name orders \
    --query 'TimeToLiveDescription.[TimeToLiveStatus, AttributeName]')" "the time to live"

cloud dynamodb delete-item --table-name orders --key "$key"
stream=$(cloud dynamodbstreams list-streams --table-name orders --query 'Streams[0].StreamArn')
shard=$(cloud dynamodbstreams describe-stream --stream-arn "$stream" --query 'StreamDescription.Shards[0].ShardId')
iterator=$(cloud dynamodbstreams get-shard-iterator --stream-arn "$stream" --shard-id "$shard" --shard-iterator-type TRIM_HORIZON \
    --query ShardIterator)
expect "INSERT	new MODIFY	paid REMOVE	None" "$(cloud dynamodbstreams get-records --shard-iterator "$iterator" --query \
    'Records[?dynamodb.Keys.pk.S==`o-1`].[eventName, dynamodb.NewImage.state.S]' | tr '\n' ' ' | sed 's/ *$//')" "the stream"

cloud dynamodb delete-table --table-name orders >/dev/null
cloud dynamodb wait table-not-exists --table-name orders
refused ResourceNotFoundException dynamodb describe-table --table-name orders
echo "DynamoDB is as it should be"
