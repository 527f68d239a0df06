// A tour through Lambda and STS with the AWS SDK for JavaScript v3, and what buckets make of functions and queues.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import * as lambda from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { SQS } from '@aws-sdk/client-sqs';
import { STS } from '@aws-sdk/client-sts';

import { refused, startDaemon, unique } from './support.mjs';

const json = (value) => new TextEncoder().encode(JSON.stringify(value));
const parsed = (payload) => JSON.parse(new TextDecoder().decode(payload));

describe('Lambda', () => {
    let daemon;
    let client;
    let queues;
    let QueueUrl;
    before(async () => {
        daemon = await startDaemon(process.env.CLIENTS_APP);
        client = new lambda.Lambda({ maxAttempts: 1 });
        queues = new SQS({ maxAttempts: 1 });
        QueueUrl = (await queues.getQueueUrl({ QueueName: 'greetings' })).QueueUrl;
    });
    after(async () => {
        client.destroy();
        queues.destroy();
        await daemon.stop();
    });

    // The next message of the queue, which is deleted.
    const next = async () => {
        const { Messages } = await queues.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 });
        assert.ok(Messages?.length, 'a message came');
        await queues.deleteMessage({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle });
        return Messages[0].Body;
    };

    test('a function is called and answers', async () => {
        const answer = await client.invoke({ FunctionName: 'greet', Payload: json({ name: 'Ünï' }) });
        assert.equal(answer.StatusCode, 200);
        assert.equal(answer.ExecutedVersion, '$LATEST');
        assert.equal(answer.FunctionError, undefined);
        assert.deepEqual(parsed(answer.Payload), { greeting: 'Hello, Ünï!' });
        const arn = 'arn:aws:lambda:us-east-1:000000000000:function:greet';
        for (const FunctionName of [arn, `${arn}:$LATEST`, '000000000000:function:greet', 'greet:$LATEST'])
            assert.equal((await client.invoke({ FunctionName, Payload: json({}) })).StatusCode, 200);
    });

    test('the end of the log comes with the answer', async () => {
        const answer = await client.invoke({ FunctionName: 'greet', Payload: json({ name: 'log' }), LogType: 'Tail' });
        const tail = Buffer.from(answer.LogResult, 'base64').toString();
        assert.match(tail, /^START RequestId: .*I greet log.*END RequestId: .*REPORT RequestId: .*Duration: /s);
    });

    test('a failure of the function is an answer with an error', async () => {
        const answer = await client.invoke({ FunctionName: 'greet', Payload: json({ fail: 'no such colour' }) });
        assert.equal(answer.StatusCode, 200);
        assert.equal(answer.FunctionError, 'Unhandled');
        const error = parsed(answer.Payload);
        assert.deepEqual([error.errorType, error.errorMessage], ['GreetingError', 'no such colour']);
    });

    test('an event is accepted at once and handled later', async () => {
        const answer = await client.invoke({ FunctionName: 'greet', InvocationType: 'Event',
            Payload: json({ name: 'later', report: true }) });
        assert.equal(answer.StatusCode, 202);
        assert.equal(answer.Payload?.length ?? 0, 0);
        assert.equal(await next(), 'Hello, later!');
    });

    test('a dry run only checks', async () => {
        const dry = { InvocationType: 'DryRun', Payload: json({ report: true }) };
        assert.equal((await client.invoke({ FunctionName: 'greet', ...dry })).StatusCode, 204);
        await refused(client.invoke({ FunctionName: 'none', ...dry }), lambda.ResourceNotFoundException, 404);
        assert.equal((await queues.receiveMessage({ QueueUrl })).Messages, undefined);
    });

    test('wrong calls are refused', async () => {
        const error = await refused(client.invoke({ FunctionName: 'none' }), lambda.ResourceNotFoundException, 404);
        assert.equal(error.message, 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:none');
        await refused(client.invoke({ FunctionName: 'greet', Qualifier: '7' }), lambda.ResourceNotFoundException, 404);
        await refused(client.invoke({ FunctionName: 'greet', Payload: 'no JSON' }), lambda.InvalidRequestContentException);
        await refused(client.invoke({ FunctionName: 'greet', InvocationType: 'Never' }), lambda.InvalidParameterValueException);
        await refused(client.invoke({ FunctionName: 'greet', InvocationType: 'Event', Payload: json({ x: 'x'.repeat(1_100_000) }) }),
            lambda.RequestTooLargeException, 413);
    });

    test('functions are listed and described', async () => {
        const names = [];
        for await (const page of lambda.paginateListFunctions({ client, pageSize: 1 }, {}))
            names.push(...page.Functions.map((one) => one.FunctionName));
        assert.deepEqual(names, ['greet', 'on_upload']);
        const { Configuration } = await client.getFunction({ FunctionName: 'greet' });
        assert.equal(Configuration.FunctionArn, 'arn:aws:lambda:us-east-1:000000000000:function:greet');
        assert.equal(Configuration.State, 'Active');
        assert.ok(Configuration.CodeSize > 0);
        await lambda.waitUntilFunctionActiveV2({ client, maxWaitTime: 5 }, { FunctionName: 'greet' });
        await refused(client.getFunction({ FunctionName: 'none' }), lambda.ResourceNotFoundException, 404);
    });

    test('a bucket tells a function and a queue of its objects', async () => {
        const buckets = new S3({ maxAttempts: 1 });
        const Bucket = unique('told');
        await buckets.createBucket({ Bucket });
        const { Attributes } = await queues.getQueueAttributes({ QueueUrl, AttributeNames: ['QueueArn'] });
        const below = (Value) => ({ Key: { FilterRules: [{ Name: 'prefix', Value }] } });
        await buckets.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration: {
            LambdaFunctionConfigurations: [{ Id: 'call', Events: ['s3:ObjectCreated:*'], Filter: below('call/'),
                LambdaFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:on_upload' }],
            QueueConfigurations: [{ Id: 'tell', Events: ['s3:ObjectRemoved:*'], Filter: below('tell/'), QueueArn: Attributes.QueueArn }],
        } });
        const kept = await buckets.getBucketNotificationConfiguration({ Bucket });
        assert.equal(kept.QueueConfigurations[0].Id, 'tell');
        // S3 sends this one to each new queue, but not to functions.
        assert.equal(JSON.parse(await next()).Event, 's3:TestEvent');
        await buckets.putObject({ Bucket, Key: 'call/a b', Body: 'four' });
        const [created] = JSON.parse(await next()).Records;
        assert.deepEqual([created.eventName, created.s3.object.key, created.s3.object.size, created.s3.configurationId],
            ['ObjectCreated:Put', 'call/a+b', 4, 'call']);
        await buckets.putObject({ Bucket, Key: 'tell/x', Body: 'x' });
        await buckets.deleteObject({ Bucket, Key: 'tell/x' });
        const [removed] = JSON.parse(await next()).Records;
        assert.deepEqual([removed.eventName, removed.s3.bucket.name, removed.s3.object.key],
            ['ObjectRemoved:Delete', Bucket, 'tell/x']);
        await refused(buckets.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration: { QueueConfigurations: [
            { Events: ['s3:ObjectCreated:*'], QueueArn: 'arn:aws:sqs:us-east-1:000000000000:none' }] } }), 'InvalidArgument');
        buckets.destroy();
    });

    test('STS tells who asks, and lends roles', async () => {
        const sts = new STS({ maxAttempts: 1 });
        const me = await sts.getCallerIdentity({});
        assert.equal(me.Account, '000000000000');
        assert.match(me.Arn, /^arn:aws:iam::000000000000:/);
        const role = { RoleArn: 'arn:aws:iam::111122223333:role/reader', RoleSessionName: 'tour' };
        const { Credentials, AssumedRoleUser } = await sts.assumeRole({ ...role, DurationSeconds: 900 });
        assert.equal(AssumedRoleUser.Arn, 'arn:aws:sts::111122223333:assumed-role/reader/tour');
        assert.ok(Credentials.Expiration > new Date());
        const other = new STS({ maxAttempts: 1, credentials: { accessKeyId: Credentials.AccessKeyId,
            secretAccessKey: Credentials.SecretAccessKey, sessionToken: Credentials.SessionToken } });
        assert.equal((await other.getCallerIdentity({})).Arn, AssumedRoleUser.Arn);
        assert.ok((await sts.getSessionToken({})).Credentials.SessionToken);
        await refused(sts.assumeRole({ ...role, DurationSeconds: 60 }), 'ValidationError');
        await refused(sts.assumeRole({ ...role, RoleSessionName: 'a b' }), 'ValidationError');
        sts.destroy();
        other.destroy();
    });

    test('signatures are checked where the daemon is told to', async () => {
        const strict = await startDaemon(null, '--verify-signatures');
        const signed = new SQS({ maxAttempts: 1, endpoint: strict.url });
        await signed.createQueue({ QueueName: 'signed' });
        const forged = new SQS({ maxAttempts: 1, endpoint: strict.url, credentials: { accessKeyId: 'test', secretAccessKey: 'wrong' } });
        await refused(forged.listQueues({}), 'InvalidSignatureException');
        const unknown = new S3({ maxAttempts: 1, endpoint: strict.url, credentials: { accessKeyId: 'nobody', secretAccessKey: 'x' } });
        await refused(unknown.listBuckets({}), 'InvalidAccessKeyId', 403);
        const bucket = new S3({ maxAttempts: 1, endpoint: strict.url });
        await bucket.createBucket({ Bucket: 'signed' });
        await bucket.putObject({ Bucket: 'signed', Key: 'a b/ü+', Body: 'x' });
        assert.equal(await (await bucket.getObject({ Bucket: 'signed', Key: 'a b/ü+' })).Body.transformToString(), 'x');
        await strict.stop();
        for (const made of [signed, forged, unknown, bucket]) made.destroy();
    });
});
