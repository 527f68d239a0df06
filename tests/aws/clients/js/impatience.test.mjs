// Clients that go away in the middle: nothing half-done stays, and nothing is lost to those who are gone.
import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';

import { S3 } from '@aws-sdk/client-s3';
import { SQS } from '@aws-sdk/client-sqs';

import { startDaemon } from './support.mjs';

describe('Clients that give up', () => {
    let daemon;
    let settings;
    before(async () => {
        daemon = await startDaemon();
        settings = { maxAttempts: 1, requestHandler: { httpAgent: new Agent({ maxSockets: 600, keepAlive: true }) },
            logger: { debug() {}, info() {}, warn() {}, error() {} } };
    });
    after(() => daemon.stop());

    test('an upload that breaks off leaves no object', async () => {
        const client = new S3(settings);
        await client.createBucket({ Bucket: 'broken' });
        const piece = Buffer.alloc(65_536);
        const uploads = Array.from({ length: 30 }, (_, n) => {
            const abort = new AbortController();
            const body = async function* body() {
                for (let at = 0; at < 40; at += 1) {
                    yield piece;
                    await sleep(2);
                    if (at === 5 + n) abort.abort();
                }
            };
            return client.putObject({ Bucket: 'broken', Key: `${n}`, Body: Readable.from(body()), ContentLength: 40 * piece.length,
                ChecksumAlgorithm: 'CRC32' }, { abortSignal: abort.signal });
        });
        for (const { status } of await Promise.allSettled(uploads)) assert.equal(status, 'rejected');
        assert.equal((await client.listObjectsV2({ Bucket: 'broken' })).KeyCount, 0);
        client.destroy();
    });

    test('a download that is given up harms nobody', async () => {
        const client = new S3(settings);
        const object = { Bucket: 'large', Key: 'large' };
        await client.createBucket({ Bucket: 'large' });
        await client.putObject({ ...object, Body: Buffer.alloc(30_000_000) });
        await Promise.all(Array.from({ length: 30 }, async () => {
            const { Body } = await client.getObject(object);
            await Body.iterator?.().next();
            Body.destroy();
        }));
        assert.equal((await (await client.getObject(object)).Body.transformToByteArray()).length, 30_000_000);
        client.destroy();
    });

    test('500 long polls each get a message', async () => {
        const client = new SQS(settings);
        const { QueueUrl } = await client.createQueue({ QueueName: 'polled' });
        const polls = Array.from({ length: 500 }, () => client.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 }));
        await sleep(200);
        const Entries = Array.from({ length: 10 }, (_, n) => ({ Id: `${n}`, MessageBody: 'x' }));
        for (let sent = 0; sent < 500; sent += 10) await client.sendMessageBatch({ QueueUrl, Entries });
        const ids = (await Promise.all(polls)).flatMap(({ Messages }) => Messages ?? []).map(({ MessageId }) => MessageId);
        assert.deepEqual([ids.length, new Set(ids).size], [500, 500]);
        client.destroy();
    });

    test('a poll that is given up swallows no message', async () => {
        const client = new SQS(settings);
        const { QueueUrl } = await client.createQueue({ QueueName: 'left' });
        await Promise.allSettled(Array.from({ length: 100 }, () =>
            client.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 }, { abortSignal: AbortSignal.timeout(300) })));
        await sleep(200);
        await client.sendMessage({ QueueUrl, MessageBody: 'for who stays' });
        assert.equal((await client.receiveMessage({ QueueUrl, WaitTimeSeconds: 5 })).Messages?.[0].Body, 'for who stays');
        client.destroy();
    });
});
