// A tour through SQS with the AWS SDK for JavaScript v3, which speaks AWS JSON and checks the MD5 of every body.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import * as sqs from '@aws-sdk/client-sqs';

import { refused, startDaemon, unique } from './support.mjs';

describe('SQS', () => {
    let daemon;
    let client;
    before(async () => {
        daemon = await startDaemon();
        client = new sqs.SQS({ maxAttempts: 1 });
    });
    after(async () => {
        client.destroy();
        await daemon.stop();
    });

    const create = async (prefix = 'jobs', Attributes = {}) => {
        const name = unique(prefix) + (Attributes.FifoQueue ? '.fifo' : '');
        const { QueueUrl } = await client.createQueue({ QueueName: name, Attributes });
        return QueueUrl;
    };
    const receive = async (QueueUrl, more = {}) =>
        (await client.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, ...more })).Messages ?? [];
    const attribute = async (QueueUrl, name) =>
        (await client.getQueueAttributes({ QueueUrl, AttributeNames: [name] })).Attributes[name];

    test('a queue is made, found, listed and deleted', async () => {
        const QueueName = unique('life');
        const { QueueUrl } = await client.createQueue({ QueueName, tags: { team: 'blue' } });
        assert.equal(QueueUrl, `${daemon.url}/000000000000/${QueueName}`);
        assert.equal((await client.createQueue({ QueueName })).QueueUrl, QueueUrl);
        assert.equal((await client.getQueueUrl({ QueueName })).QueueUrl, QueueUrl);
        assert.deepEqual((await client.listQueues({ QueueNamePrefix: QueueName })).QueueUrls, [QueueUrl]);
        assert.deepEqual((await client.listQueueTags({ QueueUrl })).Tags, { team: 'blue' });
        await client.tagQueue({ QueueUrl, Tags: { cost: '7' } });
        await client.untagQueue({ QueueUrl, TagKeys: ['team'] });
        assert.deepEqual((await client.listQueueTags({ QueueUrl })).Tags, { cost: '7' });
        await client.deleteQueue({ QueueUrl });
        await refused(client.getQueueUrl({ QueueName }), sqs.QueueDoesNotExist);
        await refused(client.sendMessage({ QueueUrl, MessageBody: 'x' }), sqs.QueueDoesNotExist);
    });

    test('lists of queues have pages', async () => {
        const prefix = unique('page');
        for (const n of [1, 2, 3]) await client.createQueue({ QueueName: `${prefix}-${n}` });
        const sizes = [];
        for await (const page of sqs.paginateListQueues({ client, pageSize: 2 }, { QueueNamePrefix: prefix }))
            sizes.push(page.QueueUrls?.length ?? 0);
        assert.deepEqual(sizes, [2, 1]);
    });

    test('a message is sent, received with all its attributes, and deleted', async () => {
        const QueueUrl = await create();
        const body = 'ünï\tcode & <xml>';
        const sent = await client.sendMessage({
            QueueUrl,
            MessageBody: body,
            MessageAttributes: {
                colour: { DataType: 'String', StringValue: 'red' },
                size: { DataType: 'Number.int', StringValue: '42' },
                raw: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255, 7]) },
            },
            MessageSystemAttributes: {
                AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-5759e988-bd862e3fe1be46a994272793' },
            },
        });
        assert.equal(sent.MD5OfMessageBody, createHash('md5').update(body).digest('hex'));
        assert.match(sent.MD5OfMessageAttributes, /^[0-9a-f]{32}$/);
        const [message, ...others] = await receive(QueueUrl, { AttributeNames: ['All'], MessageAttributeNames: ['All'] });
        assert.equal(others.length, 0);
        assert.equal(message.MessageId, sent.MessageId);
        assert.equal(message.Body, body);
        assert.equal(message.MD5OfMessageAttributes, sent.MD5OfMessageAttributes);
        assert.deepEqual(Buffer.from(message.MessageAttributes.raw.BinaryValue), Buffer.from([0, 255, 7]));
        assert.equal(message.MessageAttributes.size.DataType, 'Number.int');
        assert.equal(message.MessageAttributes.size.StringValue, '42');
        assert.equal(message.Attributes.ApproximateReceiveCount, '1');
        assert.equal(message.Attributes.AWSTraceHeader, 'Root=1-5759e988-bd862e3fe1be46a994272793');
        assert.ok(Math.abs(Number(message.Attributes.SentTimestamp) - Date.now()) < 60_000);
        await client.deleteMessage({ QueueUrl, ReceiptHandle: message.ReceiptHandle });
        await client.deleteMessage({ QueueUrl, ReceiptHandle: message.ReceiptHandle });
        assert.equal(await attribute(QueueUrl, 'ApproximateNumberOfMessagesNotVisible'), '0');
    });

    test('attributes are chosen by name and by prefix', async () => {
        const QueueUrl = await create();
        const text = (StringValue) => ({ DataType: 'String', StringValue });
        await client.sendMessage({ QueueUrl, MessageBody: 'x',
            MessageAttributes: { 'a.one': text('1'), 'a.two': text('2'), b: text('3') } });
        const [message] = await receive(QueueUrl, { MessageAttributeNames: ['a.*'],
            MessageSystemAttributeNames: ['SentTimestamp'] });
        assert.deepEqual(Object.keys(message.MessageAttributes).sort(), ['a.one', 'a.two']);
        assert.deepEqual(Object.keys(message.Attributes), ['SentTimestamp']);
    });

    test('a batch tells of each entry whether it was taken', async () => {
        const QueueUrl = await create();
        const sent = await client.sendMessageBatch({ QueueUrl, Entries: [
            { Id: 'good', MessageBody: 'one' },
            { Id: 'late', MessageBody: 'two', DelaySeconds: 901 },
            { Id: 'fine', MessageBody: 'three' },
        ] });
        assert.deepEqual(sent.Successful.map((entry) => entry.Id).sort(), ['fine', 'good']);
        assert.deepEqual(sent.Failed.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault]),
            [['late', 'InvalidParameterValue', true]]);
        const messages = await receive(QueueUrl);
        assert.deepEqual(messages.map((message) => message.Body).sort(), ['one', 'three']);
        const deleted = await client.deleteMessageBatch({ QueueUrl, Entries: [
            { Id: 'a', ReceiptHandle: messages[0].ReceiptHandle },
            { Id: 'b', ReceiptHandle: 'nonsense' },
        ] });
        assert.deepEqual(deleted.Successful, [{ Id: 'a' }]);
        assert.deepEqual(deleted.Failed.map(({ Id, Code }) => [Id, Code]), [['b', 'ReceiptHandleIsInvalid']]);
        const entry = (Id) => ({ Id, MessageBody: 'x' });
        await refused(client.sendMessageBatch({ QueueUrl, Entries: [] }), sqs.EmptyBatchRequest);
        await refused(client.sendMessageBatch({ QueueUrl, Entries: [entry('a'), entry('a')] }), sqs.BatchEntryIdsNotDistinct);
        await refused(client.sendMessageBatch({ QueueUrl, Entries: [entry('a b')] }), sqs.InvalidBatchEntryId);
        await refused(client.sendMessageBatch({ QueueUrl, Entries: Array.from({ length: 11 }, (_, n) => entry(`e${n}`)) }),
            sqs.TooManyEntriesInBatchRequest);
        const half = 'x'.repeat(600_000);
        await refused(client.sendMessageBatch({ QueueUrl,
            Entries: [{ Id: 'a', MessageBody: half }, { Id: 'b', MessageBody: half }] }), sqs.BatchRequestTooLong);
    });

    test('a message is hidden for its visibility timeout, which can be changed', async () => {
        const QueueUrl = await create('hidden', { VisibilityTimeout: '30' });
        await client.sendMessage({ QueueUrl, MessageBody: 'x' });
        const [first] = await receive(QueueUrl);
        assert.equal((await receive(QueueUrl)).length, 0);
        await client.changeMessageVisibility({ QueueUrl, ReceiptHandle: first.ReceiptHandle, VisibilityTimeout: 0 });
        const [second] = await receive(QueueUrl, { AttributeNames: ['ApproximateReceiveCount'] });
        assert.equal(second.MessageId, first.MessageId);
        assert.equal(second.Attributes.ApproximateReceiveCount, '2');
        const changed = await client.changeMessageVisibilityBatch({ QueueUrl, Entries: [
            { Id: 'ok', ReceiptHandle: second.ReceiptHandle, VisibilityTimeout: 0 },
            { Id: 'no', ReceiptHandle: second.ReceiptHandle, VisibilityTimeout: 43201 },
        ] });
        assert.deepEqual(changed.Successful, [{ Id: 'ok' }]);
        assert.deepEqual(changed.Failed.map(({ Id, Code }) => [Id, Code]), [['no', 'InvalidParameterValue']]);
        await refused(client.changeMessageVisibility({ QueueUrl, ReceiptHandle: 'nonsense', VisibilityTimeout: 1 }),
            sqs.ReceiptHandleIsInvalid, 404);
    });

    test('a long poll is answered as soon as a message comes', async () => {
        const QueueUrl = await create('poll');
        const started = Date.now();
        const waiting = receive(QueueUrl, { WaitTimeSeconds: 20 });
        setTimeout(() => client.sendMessage({ QueueUrl, MessageBody: 'there' }), 300);
        assert.equal((await waiting)[0].Body, 'there');
        assert.ok(Date.now() - started < 10_000);
        const before = Date.now();
        assert.equal((await receive(QueueUrl, { WaitTimeSeconds: 1 })).length, 0);
        assert.ok(Date.now() - before >= 900);
    });

    test('a FIFO queue keeps the order of a group and drops duplicates', async () => {
        const QueueUrl = await create('orders', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
        const send = (MessageBody, MessageGroupId) => client.sendMessage({ QueueUrl, MessageBody, MessageGroupId });
        const first = await send('1', 'a');
        assert.equal((await send('1', 'a')).SequenceNumber, first.SequenceNumber);
        const second = await send('2', 'a');
        assert.ok(BigInt(second.SequenceNumber) > BigInt(first.SequenceNumber));
        await send('3', 'b');
        const messages = await receive(QueueUrl, { AttributeNames: ['All'], MaxNumberOfMessages: 2 });
        assert.deepEqual(messages.map((message) => message.Body), ['1', '2']);
        assert.equal(messages[0].Attributes.MessageGroupId, 'a');
        assert.equal(messages[0].Attributes.SequenceNumber, first.SequenceNumber);
        assert.equal(messages[0].Attributes.MessageDeduplicationId, createHash('sha256').update('1').digest('hex'));
        assert.deepEqual((await receive(QueueUrl)).map((message) => message.Body), ['3']);
        await refused(client.sendMessage({ QueueUrl, MessageBody: 'x' }), 'MissingParameter');
    });

    test('what is received too often goes to the dead-letter queue, and back', async () => {
        const dead = await create('dead');
        const deadArn = await attribute(dead, 'QueueArn');
        const QueueUrl = await create('live', { VisibilityTimeout: '0',
            RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: 1 }) });
        await client.sendMessage({ QueueUrl, MessageBody: 'poison' });
        assert.equal((await receive(QueueUrl)).length, 1);
        assert.equal((await receive(QueueUrl)).length, 0);
        const [message] = await receive(dead, { AttributeNames: ['All'], VisibilityTimeout: 0 });
        assert.equal(message.Body, 'poison');
        assert.equal(message.Attributes.DeadLetterQueueSourceArn, await attribute(QueueUrl, 'QueueArn'));
        assert.deepEqual((await client.listDeadLetterSourceQueues({ QueueUrl: dead })).queueUrls, [QueueUrl]);
        const { TaskHandle } = await client.startMessageMoveTask({ SourceArn: deadArn });
        assert.ok(TaskHandle);
        assert.equal((await receive(QueueUrl, { WaitTimeSeconds: 10 }))[0].Body, 'poison');
        const { Results } = await client.listMessageMoveTasks({ SourceArn: deadArn });
        assert.ok(['RUNNING', 'COMPLETED'].includes(Results[0].Status));
    });

    test('attributes of a queue are read, changed and checked', async () => {
        const QueueUrl = await create('set', { DelaySeconds: '5' });
        const { Attributes } = await client.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] });
        assert.equal(Attributes.DelaySeconds, '5');
        assert.equal(Attributes.VisibilityTimeout, '30');
        assert.equal(Attributes.MessageRetentionPeriod, '345600');
        assert.equal(Attributes.QueueArn, `arn:aws:sqs:us-east-1:000000000000:${QueueUrl.split('/').pop()}`);
        assert.ok(Number(Attributes.CreatedTimestamp) > 1_700_000_000);
        await client.setQueueAttributes({ QueueUrl, Attributes: { DelaySeconds: '0', ReceiveMessageWaitTimeSeconds: '0' } });
        assert.equal(await attribute(QueueUrl, 'DelaySeconds'), '0');
        await refused(client.setQueueAttributes({ QueueUrl, Attributes: { Colour: 'red' } }), sqs.InvalidAttributeName);
        await refused(client.setQueueAttributes({ QueueUrl, Attributes: { DelaySeconds: '901' } }), sqs.InvalidAttributeValue);
        await refused(client.createQueue({ QueueName: QueueUrl.split('/').pop(), Attributes: { DelaySeconds: '6' } }),
            sqs.QueueNameExists);
        await refused(client.createQueue({ QueueName: 'no spaces' }), 'InvalidParameterValue');
    });

    test('wrong messages and counts are refused', async () => {
        const QueueUrl = await create('wrong');
        await refused(client.sendMessage({ QueueUrl, MessageBody: '\u0001' }), sqs.InvalidMessageContents);
        await refused(client.sendMessage({ QueueUrl, MessageBody: 'x'.repeat(1_048_577) }), 'InvalidParameterValue');
        await refused(client.sendMessage({ QueueUrl, MessageBody: '' }), 'MissingParameter');
        await refused(client.receiveMessage({ QueueUrl, MaxNumberOfMessages: 11 }), 'InvalidParameterValue');
        await refused(client.receiveMessage({ QueueUrl, WaitTimeSeconds: 21 }), 'InvalidParameterValue');
        await refused(client.deleteMessage({ QueueUrl, ReceiptHandle: 'nonsense' }), sqs.ReceiptHandleIsInvalid, 404);
    });

    test('a queue is purged, at most once a minute', async () => {
        const QueueUrl = await create('purged');
        await client.sendMessage({ QueueUrl, MessageBody: 'x' });
        await client.purgeQueue({ QueueUrl });
        assert.equal((await receive(QueueUrl)).length, 0);
        await refused(client.purgeQueue({ QueueUrl }), sqs.PurgeQueueInProgress, 403);
    });

    test('accounts and regions have queues of their own', async () => {
        const QueueName = unique('mine');
        const other = new sqs.SQS({ region: 'eu-west-1', maxAttempts: 1,
            credentials: { accessKeyId: '111122223333', secretAccessKey: 'x' } });
        const { QueueUrl } = await other.createQueue({ QueueName });
        assert.equal(new URL(QueueUrl).pathname, `/111122223333/${QueueName}`);
        assert.equal((await other.getQueueAttributes({ QueueUrl, AttributeNames: ['QueueArn'] })).Attributes.QueueArn,
            `arn:aws:sqs:eu-west-1:111122223333:${QueueName}`);
        await refused(client.getQueueUrl({ QueueName }), sqs.QueueDoesNotExist);
        other.destroy();
    });
});
