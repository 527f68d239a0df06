// What each file of S3's tour begins with: a daemon, a client and a bucket. Node runs each file in a process of its own, so
// these are that file's.
import { after, before } from 'node:test';

import * as s3 from '@aws-sdk/client-s3';

import { startDaemon, unique } from './support.mjs';

export let daemon;
export let client;
export const Bucket = unique('tour');

before(async () => {
    daemon = await startDaemon();
    client = new s3.S3({ maxAttempts: 1 });
    await client.createBucket({ Bucket });
});
after(async () => {
    client.destroy();
    await daemon.stop();
});

export const put = (Key, Body, more = {}) => client.putObject({ Bucket, Key, Body, ...more });
export const text = async (Key, more = {}) => (await client.getObject({ Bucket, Key, ...more })).Body.transformToString();
