// A tour through DynamoDB and its streams with the AWS SDK for JavaScript v3, which checks the CRC32 of every answer.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import * as ddb from '@aws-sdk/client-dynamodb';
import { DynamoDBStreams, ResourceNotFoundException as NoSuchStream } from '@aws-sdk/client-dynamodb-streams';
import { DynamoDBDocument, paginateQuery, paginateScan } from '@aws-sdk/lib-dynamodb';

import { eventually, refused, startDaemon, unique } from './support.mjs';

describe('DynamoDB', () => {
    let daemon;
    let client;
    let documents;
    before(async () => {
        daemon = await startDaemon();
        client = new ddb.DynamoDB({ maxAttempts: 1 });
        documents = DynamoDBDocument.from(client, { marshallOptions: { removeUndefinedValues: true } });
    });
    after(async () => {
        client.destroy();
        await daemon.stop();
    });

    // A table with the keys pk (a string) and sk (a number).
    const create = async (more = {}) => {
        const TableName = unique('table');
        await client.createTable({
            TableName,
            BillingMode: 'PAY_PER_REQUEST',
            AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'sk', AttributeType: 'N' },
                ...(more.definitions ?? [])],
            KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
            ...more.settings,
        });
        await ddb.waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 1 }, { TableName });
        return TableName;
    };

    test('a table is made, described, listed, changed and deleted', async () => {
        const TableName = await create({
            definitions: [{ AttributeName: 'colour', AttributeType: 'S' }],
            settings: { GlobalSecondaryIndexes: [{ IndexName: 'by-colour', Projection: { ProjectionType: 'ALL' },
                KeySchema: [{ AttributeName: 'colour', KeyType: 'HASH' }] }],
            LocalSecondaryIndexes: [{ IndexName: 'local', Projection: { ProjectionType: 'KEYS_ONLY' },
                KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'colour', KeyType: 'RANGE' }] }] },
        });
        const { Table } = await client.describeTable({ TableName });
        assert.equal(Table.TableStatus, 'ACTIVE');
        assert.equal(Table.TableArn, `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`);
        assert.equal(Table.BillingModeSummary.BillingMode, 'PAY_PER_REQUEST');
        assert.deepEqual(Table.KeySchema.map((key) => `${key.AttributeName} ${key.KeyType}`), ['pk HASH', 'sk RANGE']);
        assert.equal(Table.GlobalSecondaryIndexes[0].IndexStatus, 'ACTIVE');
        assert.equal(Table.LocalSecondaryIndexes[0].IndexName, 'local');
        assert.ok(Table.CreationDateTime instanceof Date);
        await refused(client.createTable({ TableName, BillingMode: 'PAY_PER_REQUEST',
            AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
            KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] }), ddb.ResourceInUseException);
        let names = [];
        for await (const page of ddb.paginateListTables({ client, pageSize: 1 }, {})) names = names.concat(page.TableNames);
        assert.ok(names.includes(TableName));
        await client.updateTable({ TableName, DeletionProtectionEnabled: true });
        await refused(client.deleteTable({ TableName }), 'ValidationException');
        await client.updateTable({ TableName, DeletionProtectionEnabled: false });
        await client.tagResource({ ResourceArn: Table.TableArn, Tags: [{ Key: 'team', Value: 'blue' }] });
        assert.deepEqual((await client.listTagsOfResource({ ResourceArn: Table.TableArn })).Tags, [{ Key: 'team', Value: 'blue' }]);
        await client.deleteTable({ TableName });
        await ddb.waitUntilTableNotExists({ client, maxWaitTime: 20, minDelay: 1 }, { TableName });
        await refused(client.describeTable({ TableName }), ddb.ResourceNotFoundException);
        await refused(client.putItem({ TableName, Item: { pk: { S: 'a' }, sk: { N: '1' } } }), ddb.ResourceNotFoundException);
        await refused(client.createTable({ TableName: 'x', BillingMode: 'PAY_PER_REQUEST',
            AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
            KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] }), 'ValidationException');
    });

    test('a document of every type comes back as it was', async () => {
        const TableName = await create();
        const Item = { pk: 'types', sk: -1.5, text: 'ünï', yes: true, nothing: null, list: [1, 'two', [3]], map: { a: { b: 0 } },
            words: new Set(['a', 'b']), numbers: new Set([1, 2.5]), bytes: Buffer.from([0, 1, 255]), empty: '', none: [], blank: {} };
        await documents.put({ TableName, Item });
        const read = (await documents.get({ TableName, Key: { pk: 'types', sk: -1.5 }, ConsistentRead: true })).Item;
        read.bytes = Buffer.from(read.bytes);
        assert.deepEqual(read, Item);
        assert.equal((await documents.get({ TableName, Key: { pk: 'types', sk: 2 } })).Item, undefined);
        const big = { pk: { S: 'big' }, sk: { N: '12345678901234567890123456789012345678' } };
        await client.putItem({ TableName, Item: big });
        assert.deepEqual((await client.getItem({ TableName, Key: big })).Item, big);
        const projected = await documents.get({ TableName, Key: { pk: 'types', sk: -1.5 },
            ProjectionExpression: '#l[1], #m.a', ExpressionAttributeNames: { '#l': 'list', '#m': 'map' } });
        assert.deepEqual(projected.Item, { list: ['two'], map: { a: { b: 0 } } });
    });

    test('conditions hold writes back, and show what stood there', async () => {
        const TableName = await create();
        const Key = { pk: 'account', sk: 1 };
        await documents.put({ TableName, Item: { ...Key, balance: 10 }, ConditionExpression: 'attribute_not_exists(pk)' });
        const error = await refused(documents.put({ TableName, Item: { ...Key, balance: 0 },
            ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
        ddb.ConditionalCheckFailedException);
        assert.equal(error.message, 'The conditional request failed');
        assert.deepEqual(error.Item.balance, { N: '10' });
        const spent = await documents.update({ TableName, Key, UpdateExpression: 'SET balance = balance - :n, #l = list_append(if_not_exists(#l, :none), :e)',
            ConditionExpression: 'balance >= :n', ExpressionAttributeNames: { '#l': 'log' },
            ExpressionAttributeValues: { ':n': 4, ':none': [], ':e': ['spent 4'] }, ReturnValues: 'ALL_NEW' });
        assert.deepEqual(spent.Attributes, { ...Key, balance: 6, log: ['spent 4'] });
        await refused(documents.update({ TableName, Key, UpdateExpression: 'SET balance = balance - :n',
            ConditionExpression: 'balance >= :n', ExpressionAttributeValues: { ':n': 7 } }), ddb.ConditionalCheckFailedException);
        const changed = await documents.update({ TableName, Key, UpdateExpression: 'ADD visits :one, tags :t REMOVE balance',
            ExpressionAttributeValues: { ':one': 1, ':t': new Set(['new']) }, ReturnValues: 'UPDATED_NEW' });
        assert.deepEqual(changed.Attributes, { visits: 1, tags: new Set(['new']) });
        await refused(documents.delete({ TableName, Key, ConditionExpression: 'visits > :n', ExpressionAttributeValues: { ':n': 1 } }),
            ddb.ConditionalCheckFailedException);
        const old = await documents.delete({ TableName, Key, ReturnValues: 'ALL_OLD' });
        assert.equal(old.Attributes.visits, 1);
    });

    test('queries have pages, both directions, filters and counts', async () => {
        const TableName = await create();
        for (let start = 0; start < 50; start += 25)
            await documents.batchWrite({ RequestItems: { [TableName]: Array.from({ length: 25 }, (_, n) =>
                ({ PutRequest: { Item: { pk: 'many', sk: start + n, even: n % 2 === start % 2, fill: 'x'.repeat(100) } } })) } });
        const ask = { TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': 'many' } };
        const seen = [];
        let pages = 0;
        for await (const page of paginateQuery({ client: documents, pageSize: 20 }, { ...ask })) {
            seen.push(...page.Items.map((item) => item.sk));
            pages += 1;
        }
        assert.deepEqual(seen, Array.from({ length: 50 }, (_, n) => n));
        assert.equal(pages, 3);
        const last = await documents.query({ ...ask, ScanIndexForward: false, Limit: 2 });
        assert.deepEqual(last.Items.map((item) => item.sk), [49, 48]);
        assert.deepEqual(last.LastEvaluatedKey, { pk: 'many', sk: 48 });
        const between = await documents.query({ ...ask, KeyConditionExpression: 'pk = :pk AND sk BETWEEN :a AND :b',
            ExpressionAttributeValues: { ':pk': 'many', ':a': 9, ':b': 11 }, Select: 'COUNT' });
        assert.deepEqual([between.Count, between.Items], [3, undefined]);
        const filtered = await documents.query({ ...ask, FilterExpression: 'even = :t', ReturnConsumedCapacity: 'TOTAL',
            ExpressionAttributeValues: { ':pk': 'many', ':t': true } });
        assert.equal(filtered.ScannedCount, 50);
        assert.equal(filtered.Count, 25);
        assert.ok(filtered.ConsumedCapacity.CapacityUnits >= 0.5);
        const error = await refused(documents.query({ ...ask, KeyConditionExpression: 'pk = :pk AND', ExpressionAttributeValues: { ':pk': 'a' } }),
            'ValidationException');
        assert.match(error.message, /Invalid KeyConditionExpression/);
        await refused(documents.query({ TableName, KeyConditionExpression: 'sk = :s', ExpressionAttributeValues: { ':s': 1 } }),
            'ValidationException');
        let counted = 0;
        for (const Segment of [0, 1, 2])
            for await (const page of paginateScan({ client: documents, pageSize: 7 }, { TableName, Segment, TotalSegments: 3 }))
                counted += page.Count;
        assert.equal(counted, 50);
    });

    test('indexes are queried', async () => {
        const TableName = await create({ definitions: [{ AttributeName: 'colour', AttributeType: 'S' }], settings: {
            GlobalSecondaryIndexes: [{ IndexName: 'by-colour', Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['size'] },
                KeySchema: [{ AttributeName: 'colour', KeyType: 'HASH' }] }] } });
        await documents.put({ TableName, Item: { pk: 'a', sk: 1, colour: 'red', size: 3, other: 'not here' } });
        await documents.put({ TableName, Item: { pk: 'a', sk: 2, size: 4 } });
        const found = await documents.query({ TableName, IndexName: 'by-colour', KeyConditionExpression: 'colour = :c',
            ExpressionAttributeValues: { ':c': 'red' } });
        assert.deepEqual(found.Items, [{ pk: 'a', sk: 1, colour: 'red', size: 3 }]);
        await refused(documents.query({ TableName, IndexName: 'by-colour', ConsistentRead: true, KeyConditionExpression: 'colour = :c',
            ExpressionAttributeValues: { ':c': 'red' } }), 'ValidationException');
        await refused(documents.scan({ TableName, IndexName: 'none' }), 'ValidationException');
    });

    test('batches are read and written, and checked as a whole', async () => {
        const TableName = await create();
        const { UnprocessedItems } = await documents.batchWrite({ RequestItems: { [TableName]: [1, 2, 3].map((sk) =>
            ({ PutRequest: { Item: { pk: 'batch', sk } } })) } });
        assert.deepEqual(UnprocessedItems, {});
        const read = await documents.batchGet({ RequestItems: { [TableName]: { Keys: [1, 3, 9].map((sk) => ({ pk: 'batch', sk })) } } });
        assert.deepEqual(read.Responses[TableName].map((item) => item.sk).sort(), [1, 3]);
        assert.deepEqual(read.UnprocessedKeys, {});
        const request = { DeleteRequest: { Key: { pk: 'batch', sk: 1 } } };
        await refused(documents.batchWrite({ RequestItems: { [TableName]: [request, request] } }), 'ValidationException');
        await refused(documents.batchWrite({ RequestItems: { [TableName]: Array.from({ length: 26 }, (_, sk) =>
            ({ DeleteRequest: { Key: { pk: 'b', sk } } })) } }), 'ValidationException');
        await refused(documents.batchGet({ RequestItems: { [unique('none')]: { Keys: [{ pk: 'a', sk: 1 }] } } }),
            ddb.ResourceNotFoundException);
    });

    test('transactions are done wholly or not at all, and once', async () => {
        const TableName = await create();
        const put = (sk, more = {}) => ({ Put: { TableName, Item: { pk: 't', sk }, ...more } });
        const ClientRequestToken = unique('token').slice(0, 36);
        const add = { Update: { TableName, Key: { pk: 't', sk: 7 }, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } } };
        const twice = { ClientRequestToken, TransactItems: [put(1), add] };
        await documents.transactWrite(twice);
        await documents.transactWrite(twice);
        await refused(documents.transactWrite({ ClientRequestToken, TransactItems: [put(2)] }),
            ddb.IdempotentParameterMismatchException);
        const error = await refused(documents.transactWrite({ TransactItems: [put(3),
            put(1, { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })] }),
        ddb.TransactionCanceledException);
        assert.deepEqual(error.CancellationReasons.map((reason) => reason.Code), ['None', 'ConditionalCheckFailed']);
        assert.equal(error.message, 'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]');
        const read = await documents.transactGet({ TransactItems: [1, 3, 7].map((sk) => ({ Get: { TableName, Key: { pk: 't', sk } } })) });
        assert.deepEqual(read.Responses.map((one) => one.Item), [{ pk: 't', sk: 1 }, undefined, { pk: 't', sk: 7, n: 1 }]);
        await refused(documents.transactWrite({ TransactItems: [put(4), put(4)] }), 'ValidationException');
    });

    test('PartiQL reads and writes', async () => {
        const TableName = await create();
        await client.executeStatement({ Statement: `INSERT INTO "${TableName}" VALUE {'pk': 'q', 'sk': 1, 'n': 5}` });
        await client.executeStatement({ Statement: `UPDATE "${TableName}" SET n = n + 1 WHERE pk = ? AND sk = ?`,
            Parameters: [{ S: 'q' }, { N: '1' }] });
        const { Items } = await client.executeStatement({ Statement: `SELECT * FROM "${TableName}" WHERE pk = 'q'` });
        assert.deepEqual(Items, [{ pk: { S: 'q' }, sk: { N: '1' }, n: { N: '6' } }]);
        await refused(client.executeStatement({ Statement: `INSERT INTO "${TableName}" VALUE {'pk': 'q', 'sk': 1}` }),
            ddb.DuplicateItemException);
        await refused(client.executeStatement({ Statement: 'SELECT FROM WHERE' }), 'ValidationException');
    });

    test('items expire', async () => {
        const TableName = await create();
        assert.equal((await client.describeTimeToLive({ TableName })).TimeToLiveDescription.TimeToLiveStatus, 'DISABLED');
        const TimeToLiveSpecification = { AttributeName: 'expires', Enabled: true };
        assert.deepEqual((await client.updateTimeToLive({ TableName, TimeToLiveSpecification })).TimeToLiveSpecification,
            TimeToLiveSpecification);
        const { TimeToLiveDescription } = await client.describeTimeToLive({ TableName });
        assert.equal(TimeToLiveDescription.AttributeName, 'expires');
        assert.ok(['ENABLED', 'ENABLING'].includes(TimeToLiveDescription.TimeToLiveStatus));
        const now = Math.floor(Date.now() / 1000);
        await documents.put({ TableName, Item: { pk: 'old', sk: 1, expires: now - 60 } });
        await documents.put({ TableName, Item: { pk: 'new', sk: 1, expires: now + 3600 } });
        await eventually(async () => (await documents.scan({ TableName })).Items.length === 1);
        await refused(client.updateTimeToLive({ TableName, TimeToLiveSpecification }), 'ValidationException');
    });

    test('a stream tells of every change, in order', async () => {
        const TableName = await create({ settings: { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } } });
        await documents.put({ TableName, Item: { pk: 's', sk: 1, n: 1 } });
        await documents.put({ TableName, Item: { pk: 's', sk: 1, n: 2 } });
        await documents.put({ TableName, Item: { pk: 's', sk: 1, n: 2 } });
        await documents.delete({ TableName, Key: { pk: 's', sk: 1 } });
        const streams = new DynamoDBStreams({ maxAttempts: 1 });
        const { Streams } = await streams.listStreams({ TableName });
        const { StreamArn } = Streams[0];
        assert.equal((await client.describeTable({ TableName })).Table.LatestStreamArn, StreamArn);
        const { StreamDescription } = await streams.describeStream({ StreamArn });
        assert.equal(StreamDescription.StreamStatus, 'ENABLED');
        assert.equal(StreamDescription.StreamViewType, 'NEW_AND_OLD_IMAGES');
        const records = [];
        for (const { ShardId } of StreamDescription.Shards) {
            let { ShardIterator } = await streams.getShardIterator({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
            for (let n = 0; ShardIterator && n < 3; n += 1) {
                const page = await streams.getRecords({ ShardIterator, Limit: 2 });
                records.push(...page.Records);
                ShardIterator = page.NextShardIterator;
            }
        }
        assert.deepEqual(records.map((record) => record.eventName), ['INSERT', 'MODIFY', 'REMOVE']);
        assert.deepEqual(records[1].dynamodb.OldImage.n, { N: '1' });
        assert.deepEqual(records[1].dynamodb.NewImage.n, { N: '2' });
        assert.deepEqual(records[2].dynamodb.Keys, { pk: { S: 's' }, sk: { N: '1' } });
        assert.equal(records[2].dynamodb.NewImage, undefined);
        const after = await streams.getShardIterator({ StreamArn, ShardId: StreamDescription.Shards[0].ShardId,
            ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: records[0].dynamodb.SequenceNumber });
        assert.equal((await streams.getRecords(after)).Records[0].eventName, 'MODIFY');
        await refused(streams.describeStream({ StreamArn: StreamArn.replace(TableName, unique('none')) }), NoSuchStream);
        streams.destroy();
    });

    test('wrong items and expressions are refused', async () => {
        const TableName = await create();
        const refusedItem = async (Item, message) =>
            assert.match((await refused(client.putItem({ TableName, Item }), 'ValidationException')).message, message);
        const key = { pk: { S: 'w' }, sk: { N: '1' } };
        await refusedItem({ pk: { S: 'w' } }, /Missing the key sk in the item/);
        await refusedItem({ ...key, sk: { S: '1' } }, /Type mismatch for key sk expected: N actual: S/);
        await refusedItem({ ...key, pk: { S: '' } }, /empty string value/);
        await refusedItem({ ...key, n: { N: 'seven' } }, /cannot be converted to a numeric value: seven/);
        await refusedItem({ ...key, s: { SS: ['a', 'a'] } }, /Input collection \[a, a\] contains duplicates/);
        await refusedItem({ ...key, fill: { S: 'x'.repeat(410_000) } }, /Item size has exceeded the maximum allowed size/);
        const update = (UpdateExpression, more = {}) => client.updateItem({ TableName, Key: key, UpdateExpression, ...more });
        await refused(update('SET a = :missing'), 'ValidationException');
        await refused(update('SET size = :v', { ExpressionAttributeValues: { ':v': { S: 'x' } } }), 'ValidationException');
        await refused(update('SET pk = :v', { ExpressionAttributeValues: { ':v': { S: 'x' } } }), 'ValidationException');
    });
});
