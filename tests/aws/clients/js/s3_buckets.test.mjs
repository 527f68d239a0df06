// A tour through what S3's buckets can be told with the AWS SDK for JavaScript v3.
import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { describe, test } from 'node:test';

import * as s3 from '@aws-sdk/client-s3';

import { Bucket, client, daemon, put, text } from './s3_tour.mjs';
import { refused, unique } from './support.mjs';

describe('Buckets of S3', () => {
    test('versions are kept, listed, read and brought back', async () => {
        const versioned = { Bucket: unique('versions'), Key: 'v' };
        await client.createBucket({ Bucket: versioned.Bucket });
        assert.equal((await client.getBucketVersioning({ Bucket: versioned.Bucket })).Status, undefined);
        await client.putBucketVersioning({ Bucket: versioned.Bucket, VersioningConfiguration: { Status: 'Enabled' } });
        assert.equal((await client.getBucketVersioning({ Bucket: versioned.Bucket })).Status, 'Enabled');
        const one = await client.putObject({ ...versioned, Body: 'one' });
        const two = await client.putObject({ ...versioned, Body: 'two' });
        assert.notEqual(one.VersionId, two.VersionId);
        const marker = await client.deleteObject(versioned);
        assert.equal(marker.DeleteMarker, true);
        const gone = await refused(client.getObject(versioned), s3.NoSuchKey, 404);
        assert.equal(gone.$response.headers['x-amz-delete-marker'], 'true');
        const old = await client.getObject({ ...versioned, VersionId: one.VersionId });
        assert.equal(await old.Body.transformToString(), 'one');
        const listed = await client.listObjectVersions({ Bucket: versioned.Bucket });
        assert.deepEqual(listed.Versions.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
            [[two.VersionId, false], [one.VersionId, false]]);
        assert.deepEqual(listed.DeleteMarkers.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]), [[marker.VersionId, true]]);
        await client.deleteObject({ ...versioned, VersionId: marker.VersionId });
        assert.equal(await (await client.getObject(versioned)).Body.transformToString(), 'two');
        await refused(client.getObject({ ...versioned, VersionId: 'never-was' }), 'InvalidArgument');
    });

    test('buckets are of an account, and listed by pages', async () => {
        const prefix = unique('mine');
        for (const n of [1, 2, 3]) await client.createBucket({ Bucket: `${prefix}-${n}` });
        const names = [];
        for await (const page of s3.paginateListBuckets({ client, pageSize: 2 }, { Prefix: prefix }))
            names.push(page.Buckets.map((bucket) => bucket.Name));
        assert.deepEqual(names, [[`${prefix}-1`, `${prefix}-2`], [`${prefix}-3`]]);
        const other = new s3.S3({ maxAttempts: 1, credentials: { accessKeyId: '111122223333', secretAccessKey: 'x' } });
        assert.deepEqual((await other.listBuckets({ Prefix: prefix })).Buckets ?? [], []);
        await refused(other.createBucket({ Bucket: `${prefix}-1` }), s3.BucketAlreadyExists, 409);
        other.destroy();
        await refused(client.headBucket({ Bucket, ExpectedBucketOwner: '111122223333' }), 'Unknown', 403);
        await refused(client.listObjectsV2({ Bucket, ExpectedBucketOwner: '111122223333' }), s3.AccessDenied, 403);
        const west = new s3.S3({ maxAttempts: 1, region: 'eu-west-1' });
        await west.createBucket({ Bucket: `${prefix}-west`, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
        assert.equal((await west.getBucketLocation({ Bucket: `${prefix}-west` })).LocationConstraint, 'eu-west-1');
        assert.equal((await west.headBucket({ Bucket: `${prefix}-west` })).BucketRegion, 'eu-west-1');
        await refused(west.createBucket({ Bucket: `${prefix}-west`, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
            s3.BucketAlreadyOwnedByYou, 409);
        west.destroy();
    });

    test('a locked version is not deleted', async () => {
        const locked = { Bucket: unique('locked'), Key: 'kept' };
        await client.createBucket({ Bucket: locked.Bucket, ObjectLockEnabledForBucket: true });
        assert.equal((await client.getBucketVersioning({ Bucket: locked.Bucket })).Status, 'Enabled');
        const until = new Date(Date.now() + 3_600_000);
        const { VersionId } = await client.putObject({ ...locked, Body: 'x', ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until });
        await refused(client.deleteObject({ ...locked, VersionId }), 'AccessDenied', 403);
        assert.equal((await client.getObjectRetention(locked)).Retention.Mode, 'GOVERNANCE');
        await client.putObjectLegalHold({ ...locked, LegalHold: { Status: 'ON' } });
        await refused(client.deleteObject({ ...locked, VersionId, BypassGovernanceRetention: true }), 'AccessDenied', 403);
        await client.putObjectLegalHold({ ...locked, LegalHold: { Status: 'OFF' } });
        await client.deleteObject({ ...locked, VersionId, BypassGovernanceRetention: true });
        await refused(client.getObject(locked), s3.NoSuchKey, 404);
        await refused(client.putObject({ Bucket, Key: 'x', Body: 'x', ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until }),
            'InvalidRequest');
    });

    test('browsers are let in by the rules of the bucket', async () => {
        await client.putBucketCors({ Bucket, CORSConfiguration: { CORSRules: [{ AllowedMethods: ['PUT'], AllowedHeaders: ['x-*'],
            AllowedOrigins: ['https://*.example.org'], ExposeHeaders: ['ETag'] }] } });
        const ask = (origin) => fetch(`${daemon.url}/${Bucket}/x`, { method: 'OPTIONS', headers: { Origin: origin,
            'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'x-one' } });
        const yes = await ask('https://a.example.org');
        assert.equal(yes.status, 200);
        assert.equal(yes.headers.get('access-control-allow-origin'), 'https://a.example.org');
        assert.equal((await ask('https://example.com')).status, 403);
        await client.deleteBucketCors({ Bucket });
    });

    test('settings of a bucket are stored and read', async () => {
        await refused(client.getBucketCors({ Bucket }), 'NoSuchCORSConfiguration', 404);
        await client.putBucketCors({ Bucket, CORSConfiguration: { CORSRules: [
            { AllowedMethods: ['GET'], AllowedOrigins: ['https://example.org'], MaxAgeSeconds: 60 }] } });
        assert.equal((await client.getBucketCors({ Bucket })).CORSRules[0].MaxAgeSeconds, 60);
        await refused(client.getBucketLifecycleConfiguration({ Bucket }), 'NoSuchLifecycleConfiguration', 404);
        await client.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules: [
            { ID: 'old', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 1 } }] } });
        const { Rules } = await client.getBucketLifecycleConfiguration({ Bucket });
        assert.deepEqual(Rules.map(({ ID, Expiration }) => [ID, Expiration.Days]), [['old', 1]]);
        await client.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules: [
            { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] } });
        const { ServerSideEncryptionConfiguration } = await client.getBucketEncryption({ Bucket });
        assert.equal(ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm, 'AES256');
        const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*',
            Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }] });
        await client.putBucketPolicy({ Bucket, Policy: policy });
        assert.deepEqual(JSON.parse((await client.getBucketPolicy({ Bucket })).Policy), JSON.parse(policy));
        await client.deleteBucketPolicy({ Bucket });
        await refused(client.putBucketPolicy({ Bucket, Policy: 'no JSON' }), 'MalformedPolicy');
        await client.putBucketWebsite({ Bucket, WebsiteConfiguration: { IndexDocument: { Suffix: 'index.html' } } });
        assert.equal((await client.getBucketWebsite({ Bucket })).IndexDocument.Suffix, 'index.html');
        await client.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } });
        assert.equal((await client.getPublicAccessBlock({ Bucket })).PublicAccessBlockConfiguration.BlockPublicAcls, true);
        await client.deletePublicAccessBlock({ Bucket });
        await refused(client.getPublicAccessBlock({ Bucket }), 'NoSuchPublicAccessBlockConfiguration', 404);
        assert.equal((await client.getBucketOwnershipControls({ Bucket })).OwnershipControls.Rules[0].ObjectOwnership,
            'BucketOwnerEnforced');
        assert.ok((await client.getObjectAcl({ Bucket, Key: (await put('acl', 'x'), 'acl') })).Grants.length > 0);
    });

    test('buckets may stand in the host name', async () => {
        const lookup = (name, options, done) =>
            (options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4));
        for (const host of ['s3.localhost.localstack.cloud', 's3.amazonaws.com', 's3.eu-west-1.amazonaws.com']) {
            const virtual = new s3.S3({ endpoint: `http://${host}:${daemon.port}`, maxAttempts: 1, forcePathStyle: false,
                requestHandler: { httpAgent: new Agent({ lookup }) } });
            await virtual.putObject({ Bucket, Key: 'virtual/host', Body: host });
            assert.equal(await text('virtual/host'), host);
            assert.equal((await virtual.listObjectsV2({ Bucket, Prefix: 'virtual/' })).KeyCount, 1);
            virtual.destroy();
        }
    });
});
