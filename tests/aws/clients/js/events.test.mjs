// Each event that a function gets is of exactly the shape that AWS documents: it is made by its real source, and TypeScript holds
// it against @types/aws-lambda as an object literal, in which a member too many is a mistake as well.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { S3 } from '@aws-sdk/client-s3';
import { SQS } from '@aws-sdk/client-sqs';

import { eventually, startDaemon } from './support.mjs';

// S3 does not tell size and ETag of what is gone, which the library does not know ("Event message structure").
const MADE = `
type Removed = Omit<S3EventRecord, 's3'> & { s3: Omit<S3EventRecord['s3'], 'object'> & {
    object: Omit<S3EventRecord['s3']['object'], 'size' | 'eTag'> } };
`;
const IMPORTED = ['APIGatewayProxyEventV2', 'APIGatewayProxyEventV2WithLambdaAuthorizer', 'APIGatewayRequestAuthorizerEventV2',
    'DynamoDBStreamEvent', 'LambdaFunctionURLEvent', 'S3Event', 'S3EventRecord', 'ScheduledEvent', 'SQSEvent'];

describe('events', () => {
    let daemon;
    let clients;
    let queueUrl;
    const recorded = [];
    const folder = mkdtempSync(join(process.cwd(), 'events-'));
    before(async () => {
        daemon = await startDaemon(process.env.CLIENTS_EVENTS);
        clients = { sqs: new SQS({ maxAttempts: 1 }), s3: new S3({ maxAttempts: 1 }), tables: new DynamoDB({ maxAttempts: 1 }) };
        queueUrl = async (QueueName) => (await clients.sqs.getQueueUrl({ QueueName })).QueueUrl;
    });
    after(async () => {
        for (const client of Object.values(clients)) client.destroy();
        await daemon.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    // The first events of a function, once there are so many.
    const events = async (name, count) => {
        const QueueUrl = await queueUrl('recorded');
        return eventually(async () => {
            const { Messages = [] } = await clients.sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 });
            for (const { Body, ReceiptHandle } of Messages) {
                recorded.push(JSON.parse(Body));
                await clients.sqs.deleteMessage({ QueueUrl, ReceiptHandle });
            }
            const found = recorded.filter(({ function: name_ }) => name_ === name).map(({ event }) => event);
            return found.length >= count && found;
        });
    };
    const records = async (name, count) => {
        let all;
        await eventually(async () => {
            all = (await events(name, 1)).flatMap(({ Records }) => Records);
            return all.length >= count;
        });
        return all;
    };

    // What the compiler says of [type, value] pairs.
    const compile = (pairs) => {
        const file = join(folder, 'events.ts');
        const declared = pairs.map(([type, value], i) => `const event${i}: ${type} = ${JSON.stringify(value, null, 4)};\n`);
        const used = `export default [${pairs.map((_, i) => `event${i}`)}];\n`;
        writeFileSync(file, `import type { ${IMPORTED.join(', ')} } from 'aws-lambda';\n${MADE}${declared.join('')}${used}`);
        try {
            execFileSync(join('node_modules', '.bin', 'tsc'), ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', 'aws-lambda', file],
                { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
            return '';
        } catch (error) {
            return error.stdout || String(error);
        }
    };
    const compiles = (...pairs) => assert.equal(compile(pairs), '');

    test('of SQS', async () => {
        const { sqs } = clients;
        const QueueUrl = await queueUrl('messages');
        await sqs.sendMessage({ QueueUrl, MessageBody: 'plain' });
        await sqs.sendMessage({ QueueUrl, MessageBody: 'rich', MessageAttributes: {
            colour: { DataType: 'String', StringValue: 'red' },
            weight: { DataType: 'Number.kg', StringValue: '1.5' },
            raw: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) },
        }, MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-5759e988-bd862e3fe1be46a994272793' } } });
        const ordered = await queueUrl('messages.fifo');
        await sqs.sendMessage({ QueueUrl: ordered, MessageBody: 'in order', MessageGroupId: 'g', MessageDeduplicationId: 'd' });
        await sqs.sendMessage({ QueueUrl: await queueUrl('refused'), MessageBody: 'no' });

        const messages = await records('on_message', 2);
        const rich = messages.find(({ body }) => body === 'rich');
        const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['QueueArn'] });
        assert.equal(rich.eventSourceARN, Attributes.QueueArn);
        assert.match(rich.md5OfMessageAttributes, /^[0-9a-f]{32}$/);
        assert.equal(messages.find(({ body }) => body === 'plain').md5OfMessageAttributes, undefined);
        assert.equal(rich.attributes.AWSTraceHeader, 'Root=1-5759e988-bd862e3fe1be46a994272793');
        const [inOrder] = await records('on_ordered_message', 1);
        const { MessageGroupId, MessageDeduplicationId, SequenceNumber } = inOrder.attributes;
        assert.deepEqual([MessageGroupId, MessageDeduplicationId, typeof SequenceNumber], ['g', 'd', 'string']);
        const [dead] = await records('on_dead_letter', 1);
        assert.match(dead.attributes.DeadLetterQueueSourceArn, /:refused$/);
        compiles(...[messages, [inOrder], [dead]].map((Records) => ['SQSEvent', { Records }]),
            ...(await events('on_message', 1)).map((event) => ['SQSEvent', event]));
    });

    test('of S3', async () => {
        const { s3 } = clients;
        const Bucket = 'objects';
        const Key = 'a folder/Ünï+1.txt';
        await s3.putObject({ Bucket, Key, Body: 'hello' });
        await s3.copyObject({ Bucket, Key: 'copy', CopySource: `${Bucket}/${encodeURIComponent(Key)}` });
        const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'parts' });
        const { ETag } = await s3.uploadPart({ Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: 'part' });
        await s3.completeMultipartUpload({ Bucket, Key: 'parts', UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } });
        await s3.deleteObject({ Bucket, Key: 'copy' });
        await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } });
        const { VersionId } = await s3.putObject({ Bucket, Key: 'versioned', Body: '' });
        await s3.deleteObject({ Bucket, Key: 'versioned' });
        await s3.deleteObject({ Bucket, Key: 'versioned', VersionId });

        const all = await records('on_object', 7);
        const of = (name) => all.filter(({ eventName }) => eventName === name);
        assert.deepEqual(all.map(({ eventName }) => eventName).sort(), ['ObjectCreated:CompleteMultipartUpload', 'ObjectCreated:Copy',
            'ObjectCreated:Put', 'ObjectCreated:Put', 'ObjectRemoved:Delete', 'ObjectRemoved:Delete', 'ObjectRemoved:DeleteMarkerCreated']);
        assert.equal(of('ObjectCreated:Copy')[0].s3.object.size, 5);
        assert.ok(all.some(({ s3: { object } }) => object.key === 'a+folder/%C3%9Cn%C3%AF%2B1.txt'));
        assert.ok(all.some(({ s3: { object } }) => object.versionId === VersionId));
        compiles(...(await events('on_object', 7)).filter(({ Records: [{ eventName }] }) => eventName.startsWith('ObjectCreated:'))
            .map((event) => ['S3Event', event]),
            ['Removed[]', [...of('ObjectRemoved:Delete'), ...of('ObjectRemoved:DeleteMarkerCreated')]]);
    });

    test('of a table\'s stream', async () => {
        const { tables } = clients;
        const Key = { id: { S: 'a' }, at: { N: '1.5' } };
        await tables.putItem({ TableName: 'items', Item: { ...Key, text: { S: 'ü' }, raw: { B: new Uint8Array([0, 255]) }, yes: { BOOL: true },
            nothing: { NULL: true }, numbers: { NS: ['1', '2'] }, texts: { SS: ['a'] }, raws: { BS: [new Uint8Array([1])] },
            list: { L: [{ S: 'x' }, { M: { y: { N: '1' } } }] }, map: { M: { z: { L: [] } } } } });
        await tables.updateItem({ TableName: 'items', Key, UpdateExpression: 'REMOVE #n', ExpressionAttributeNames: { '#n': 'nothing' } });
        await tables.deleteItem({ TableName: 'items', Key });
        const changes = await records('on_change', 3);
        assert.deepEqual(changes.map(({ eventName }) => eventName), ['INSERT', 'MODIFY', 'REMOVE']);
        const { Table } = await tables.describeTable({ TableName: 'items' });
        for (const change of changes) assert.equal(change.eventSourceARN, Table.LatestStreamArn);
        compiles(...(await events('on_change', 1)).map((event) => ['DynamoDBStreamEvent', event]));
    });

    test('of a request', async () => {
        const headers = { cookie: 'one=1; two=2', 'x-a': 'b', 'content-type': 'application/json' };
        const asked = [
            fetch(`${daemon.appUrl}/things/7/a%20b?x=1&x=2&y=`, { method: 'POST', headers, body: '{"a": 1}' }),
            fetch(`${daemon.appUrl}/things/7/raw`, { method: 'POST', body: new Uint8Array([0, 255]) }),
            fetch(`${daemon.appUrl}/elsewhere`),
        ];
        for (const answer of await Promise.all(asked)) assert.equal(answer.status, 200);
        const requests = await events('on_request', 3);
        const rich = requests.find(({ rawPath }) => rawPath.includes('a%20b') || rawPath.includes('a b'));
        assert.deepEqual(rich.queryStringParameters, { x: '1,2', y: '' });
        assert.deepEqual(rich.pathParameters, { id: '7', rest: 'a b' });
        assert.deepEqual(rich.cookies, ['one=1', 'two=2']);
        assert.equal(rich.routeKey, 'POST /things/{id}/{rest+}');
        assert.ok(requests.some(({ body, isBase64Encoded }) => isBase64Encoded && body === 'AP8='));
        compiles(...requests.flatMap((event) => [['APIGatewayProxyEventV2', event], ['LambdaFunctionURLEvent', event]]));
    });

    test('of an authorizer, and of a request that it let pass', async () => {
        const headers = { authorization: 'token', cookie: 'one=1' };
        for (const path of ['/simple/a?x=1', '/policy/b?key=k']) assert.equal((await fetch(daemon.appUrl + path, { headers })).status, 200);
        const [simple] = await events('say_yes', 1);
        const [policy] = await events('give_policy', 1);
        assert.deepEqual([simple.identitySource, policy.identitySource], [['token'], ['token', 'k']]);
        assert.match(policy.routeArn, /^arn:aws:execute-api:us-east-1:000000000000:[^/]+\/\$default\/GET\/policy\/b$/);
        const [passed] = await events('on_simply_authorized', 1);
        assert.deepEqual(passed.requestContext.authorizer, { lambda: { user: 'ada', level: 7, admin: false } });
        const [passedByPolicy] = await events('on_authorized_by_policy', 1);
        assert.deepEqual(passedByPolicy.requestContext.authorizer, { lambda: { user: 'ada' } });
        compiles(['APIGatewayRequestAuthorizerEventV2', simple], ['APIGatewayRequestAuthorizerEventV2', policy],
            ['APIGatewayProxyEventV2WithLambdaAuthorizer<{ user: string; level: number; admin: boolean }>', passed],
            ['APIGatewayProxyEventV2WithLambdaAuthorizer<{ user: string }>', passedByPolicy]);
    });

    test('of a schedule', async () => {
        const [tick] = await events('on_schedule', 1);
        assert.match(tick.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        assert.match(tick.resources[0], /^arn:aws:events:us-east-1:000000000000:rule\/tick$/);
        compiles(['ScheduledEvent<{}>', tick]);
    });

    test('are held to these shapes in earnest', async () => {
        const [tick] = await events('on_schedule', 1);
        const said = compile([{ more: 1 }, { region: undefined }, { time: 1 }].map((wrong) => ['ScheduledEvent<{}>', { ...tick, ...wrong }]));
        for (const mistake of [/more.* does not exist in type/, /'region' is missing/, /'number' is not assignable to type 'string'/])
            assert.match(said, mistake);
    });
});
