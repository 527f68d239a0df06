// A tour through S3 with the AWS SDK for JavaScript v3: checksums by default, bodies in chunks with trailers, presigned URLs.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';

import * as s3 from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

import { refused, startDaemon, unique } from './support.mjs';

const md5 = (bytes) => createHash('md5').update(bytes).digest('hex');
const MiB = 1024 * 1024;

describe('S3', () => {
    let daemon;
    let client;
    let Bucket;
    before(async () => {
        daemon = await startDaemon();
        client = new s3.S3({ maxAttempts: 1 });
        Bucket = unique('tour');
        await client.createBucket({ Bucket });
    });
    after(async () => {
        client.destroy();
        await daemon.stop();
    });

    const put = (Key, Body, more = {}) => client.putObject({ Bucket, Key, Body, ...more });
    const text = async (Key, more = {}) => (await client.getObject({ Bucket, Key, ...more })).Body.transformToString();

    test('a bucket is made, found, listed and deleted', async () => {
        const name = unique('life');
        const made = await client.createBucket({ Bucket: name });
        assert.equal(made.Location, `/${name}`);
        await client.headBucket({ Bucket: name });
        assert.ok((await client.listBuckets({})).Buckets.some((bucket) => bucket.Name === name));
        assert.equal((await client.getBucketLocation({ Bucket: name })).LocationConstraint, undefined);
        await client.putObject({ Bucket: name, Key: 'x', Body: 'x' });
        await refused(client.deleteBucket({ Bucket: name }), 'BucketNotEmpty', 409);
        await client.deleteObject({ Bucket: name, Key: 'x' });
        await client.deleteBucket({ Bucket: name });
        await refused(client.headBucket({ Bucket: name }), s3.NotFound, 404);
        await refused(client.getObject({ Bucket: name, Key: 'x' }), 'NoSuchBucket', 404);
        await refused(client.createBucket({ Bucket: 'Not_A_Name' }), 'InvalidBucketName');
        await refused(client.getBucketPolicy({ Bucket }), 'NoSuchBucketPolicy', 404);
    });

    test('an object is put, read and deleted, with its headers and metadata', async () => {
        const Key = 'a folder/ünï+code &?.txt';
        const made = await put(Key, 'Hello, S3!', { ContentType: 'text/plain; charset=utf-8', CacheControl: 'max-age=60',
            ContentDisposition: 'inline', ContentLanguage: 'en', Metadata: { colour: 'red', 'Mixed-Case': 'Yes' } });
        assert.equal(made.ETag, `"${md5('Hello, S3!')}"`);
        assert.ok(made.ChecksumCRC32 || made.ChecksumCRC64NVME, 'the default checksum comes back');
        const read = await client.getObject({ Bucket, Key });
        assert.equal(await read.Body.transformToString(), 'Hello, S3!');
        assert.equal(read.ContentType, 'text/plain; charset=utf-8');
        assert.equal(read.CacheControl, 'max-age=60');
        assert.equal(read.ContentDisposition, 'inline');
        assert.equal(read.ContentLanguage, 'en');
        assert.deepEqual(read.Metadata, { colour: 'red', 'mixed-case': 'Yes' });
        const head = await client.headObject({ Bucket, Key });
        assert.equal(head.ContentLength, 10);
        assert.equal(head.AcceptRanges, 'bytes');
        assert.ok(Math.abs(head.LastModified - Date.now()) < 60_000);
        await client.deleteObject({ Bucket, Key });
        await client.deleteObject({ Bucket, Key });
        const missing = await refused(client.getObject({ Bucket, Key }), s3.NoSuchKey, 404);
        assert.equal(missing.Key ?? Key, Key);
        await refused(client.headObject({ Bucket, Key }), s3.NotFound, 404);
    });

    test('ranges are read, and wrong ones refused', async () => {
        await put('digits', '0123456789');
        const part = await client.getObject({ Bucket, Key: 'digits', Range: 'bytes=2-4' });
        assert.equal(await part.Body.transformToString(), '234');
        assert.equal(part.ContentRange, 'bytes 2-4/10');
        assert.equal(part.$metadata.httpStatusCode, 206);
        assert.equal(await text('digits', { Range: 'bytes=-3' }), '789');
        assert.equal(await text('digits', { Range: 'bytes=7-' }), '789');
        await refused(client.getObject({ Bucket, Key: 'digits', Range: 'bytes=10-' }), 'InvalidRange', 416);
    });

    test('reads and writes hold to their conditions', async () => {
        const { ETag } = await put('conditions', 'one');
        assert.equal(await text('conditions', { IfMatch: ETag }), 'one');
        await refused(client.getObject({ Bucket, Key: 'conditions', IfMatch: '"other"' }), 'PreconditionFailed', 412);
        const same = await client.getObject({ Bucket, Key: 'conditions', IfNoneMatch: ETag }).catch((error) => error);
        assert.equal(same.$metadata.httpStatusCode, 304);
        const future = new Date(Date.now() + 3_600_000);
        await refused(client.headObject({ Bucket, Key: 'conditions', IfUnmodifiedSince: new Date(0) }), 'Unknown', 412)
            .catch((error) => assert.match(String(error), /PreconditionFailed|412/));
        const unchanged = await client.headObject({ Bucket, Key: 'conditions', IfModifiedSince: future }).catch((error) => error);
        assert.ok([200, 304].includes(unchanged.$metadata.httpStatusCode));
        await refused(put('conditions', 'two', { IfNoneMatch: '*' }), 'PreconditionFailed', 412);
        await refused(put('conditions', 'two', { IfMatch: '"0123456789abcdef0123456789abcdef"' }), 'PreconditionFailed', 412);
        await put('conditions', 'two', { IfMatch: ETag });
        assert.equal(await text('conditions'), 'two');
        await put(unique('new'), 'x', { IfNoneMatch: '*' });
        await refused(put(unique('none'), 'x', { IfMatch: ETag }), s3.NoSuchKey, 404);
    });

    test('listings have pages, prefixes and common prefixes', async () => {
        const prefix = `${unique('list')}/`;
        for (const name of ['a.txt', 'b/1', 'b/2', 'c d', 'é']) await put(prefix + name, name);
        const all = await client.listObjectsV2({ Bucket, Prefix: prefix });
        assert.deepEqual(all.Contents.map((object) => object.Key.slice(prefix.length)), ['a.txt', 'b/1', 'b/2', 'c d', 'é']);
        assert.equal(all.Contents[0].ETag, `"${md5('a.txt')}"`);
        assert.equal(all.Contents[0].Size, 5);
        assert.equal(all.KeyCount, 5);
        const keys = [];
        let pages = 0;
        for await (const page of s3.paginateListObjectsV2({ client, pageSize: 2 }, { Bucket, Prefix: prefix })) {
            keys.push(...page.Contents.map((object) => object.Key));
            pages += 1;
        }
        assert.deepEqual([keys.length, pages], [5, 3]);
        const top = await client.listObjectsV2({ Bucket, Prefix: prefix, Delimiter: '/' });
        assert.deepEqual(top.CommonPrefixes, [{ Prefix: `${prefix}b/` }]);
        assert.equal(top.Contents.length, 3);
        const later = await client.listObjectsV2({ Bucket, Prefix: prefix, StartAfter: `${prefix}b/2` });
        assert.equal(later.Contents.length, 2);
        const first = await client.listObjects({ Bucket, Prefix: prefix, MaxKeys: 3, EncodingType: 'url' });
        assert.equal(first.IsTruncated, true);
        assert.equal(first.Contents.length, 3);
        const rest = await client.listObjects({ Bucket, Prefix: prefix, Marker: `${prefix}b/2`, EncodingType: 'url' });
        assert.deepEqual(rest.Contents.map((object) => object.Key.slice(prefix.length)), ['c+d', '%C3%A9']);
        await refused(client.listObjectsV2({ Bucket, ContinuationToken: 'nonsense' }), 'InvalidArgument');
        await refused(client.listObjectsV2({ Bucket: unique('none') }), s3.NoSuchBucket, 404);
    });

    test('an object is copied, with its metadata or another', async () => {
        await put('from/ä b', 'to copy', { Metadata: { a: '1' }, ContentType: 'text/x-one' });
        const CopySource = `${Bucket}/${encodeURIComponent('from/ä b')}`;
        const { CopyObjectResult } = await client.copyObject({ Bucket, Key: 'copy', CopySource });
        assert.equal(CopyObjectResult.ETag, `"${md5('to copy')}"`);
        assert.ok(CopyObjectResult.LastModified instanceof Date);
        let head = await client.headObject({ Bucket, Key: 'copy' });
        assert.deepEqual([head.Metadata, head.ContentType], [{ a: '1' }, 'text/x-one']);
        await client.copyObject({ Bucket, Key: 'copy', CopySource, MetadataDirective: 'REPLACE', Metadata: { b: '2' },
            ContentType: 'text/x-two' });
        head = await client.headObject({ Bucket, Key: 'copy' });
        assert.deepEqual([head.Metadata, head.ContentType], [{ b: '2' }, 'text/x-two']);
        await refused(client.copyObject({ Bucket, Key: 'copy', CopySource: `${Bucket}/none` }), s3.NoSuchKey, 404);
        await refused(client.copyObject({ Bucket, Key: 'copy', CopySource, CopySourceIfMatch: '"other"' }),
            'PreconditionFailed', 412);
        await refused(client.copyObject({ Bucket, Key: 'copy', CopySource: `${Bucket}/copy` }), 'InvalidRequest');
    });

    test('a multipart upload by hand: parts, a copied part, a list, completion', async () => {
        const Key = 'parts';
        const body = randomBytes(10 * MiB + 100);
        await put('source', body.subarray(5 * MiB, 10 * MiB));
        const { UploadId } = await client.createMultipartUpload({ Bucket, Key, ContentType: 'application/x-parts' });
        const part = (PartNumber, Body) => client.uploadPart({ Bucket, Key, UploadId, PartNumber, Body });
        const one = await part(1, body.subarray(0, 5 * MiB));
        const { CopyPartResult } = await client.uploadPartCopy({ Bucket, Key, UploadId, PartNumber: 2,
            CopySource: `${Bucket}/source` });
        const three = await part(3, body.subarray(10 * MiB));
        const uploads = await client.listMultipartUploads({ Bucket, Prefix: Key });
        assert.deepEqual(uploads.Uploads.map((upload) => upload.UploadId), [UploadId]);
        const listed = await client.listParts({ Bucket, Key, UploadId });
        assert.deepEqual(listed.Parts.map(({ PartNumber, Size }) => [PartNumber, Size]), [[1, 5 * MiB], [2, 5 * MiB], [3, 100]]);
        const complete = (...Parts) =>
            client.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
        const Parts = [one, CopyPartResult, three].map(({ ETag }, index) => ({ PartNumber: index + 1, ETag }));
        await refused(complete(Parts[1], Parts[0]), 'InvalidPartOrder');
        await refused(complete({ PartNumber: 4, ETag: one.ETag }), 'InvalidPart');
        await refused(complete(Parts[2], { PartNumber: 4, ETag: one.ETag }), 'InvalidPart');
        const done = await complete(...Parts);
        const digests = Parts.map(({ ETag }) => Buffer.from(ETag.replaceAll('"', ''), 'hex'));
        assert.equal(done.ETag, `"${md5(Buffer.concat(digests))}-3"`);
        const read = await client.getObject({ Bucket, Key });
        assert.ok(Buffer.from(await read.Body.transformToByteArray()).equals(body));
        assert.equal(read.ContentType, 'application/x-parts');
        const second = await client.getObject({ Bucket, Key, PartNumber: 3 });
        assert.equal(second.PartsCount, 3);
        assert.ok(Buffer.from(await second.Body.transformToByteArray()).equals(body.subarray(10 * MiB)));
        await refused(part(4, 'late'), s3.NoSuchUpload, 404);
    });

    test('parts but the last must be 5 MiB, and an upload can be given up', async () => {
        const Key = 'given-up';
        const { UploadId } = await client.createMultipartUpload({ Bucket, Key });
        const Parts = [];
        for (const PartNumber of [1, 2])
            Parts.push({ PartNumber, ETag: (await client.uploadPart({ Bucket, Key, UploadId, PartNumber, Body: 'small' })).ETag });
        await refused(client.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } }), 'EntityTooSmall');
        await client.abortMultipartUpload({ Bucket, Key, UploadId });
        await refused(client.listParts({ Bucket, Key, UploadId }), s3.NoSuchUpload, 404);
        await refused(client.headObject({ Bucket, Key }), s3.NotFound, 404);
    });

    test('a stream of unknown length is uploaded in parts', async () => {
        const body = randomBytes(11 * MiB);
        const pieces = [];
        for (let at = 0; at < body.length; at += 100_000) pieces.push(body.subarray(at, at + 100_000));
        const upload = new Upload({ client, params: { Bucket, Key: 'streamed', Body: Readable.from(pieces) },
            partSize: 5 * MiB, queueSize: 3 });
        const done = await upload.done();
        assert.match(done.ETag, /-3"$/);
        const read = await client.getObject({ Bucket, Key: 'streamed' });
        assert.ok(Buffer.from(await read.Body.transformToByteArray()).equals(body));
    });

    for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256']) {
        test(`a body in chunks has a ${ChecksumAlgorithm} in its trailer, which is kept`, async () => {
            const Key = `checksum/${ChecksumAlgorithm}`;
            const body = Buffer.from('checked '.repeat(20_000));
            const made = await client.putObject({ Bucket, Key, Body: Readable.from([body.subarray(0, 70_001), body.subarray(70_001)]),
                ContentLength: body.length, ChecksumAlgorithm });
            const name = `Checksum${ChecksumAlgorithm}`;
            assert.ok(made[name]);
            const read = await client.getObject({ Bucket, Key, ChecksumMode: 'ENABLED' });
            assert.equal(read[name], made[name]);
            assert.ok(Buffer.from(await read.Body.transformToByteArray()).equals(body));
            const attributes = await client.getObjectAttributes({ Bucket, Key, ObjectAttributes: ['Checksum', 'ObjectSize', 'ETag'] });
            assert.equal(attributes.Checksum[name], made[name]);
            assert.equal(attributes.ObjectSize, body.length);
            assert.equal(attributes.ETag, md5(body));
        });
    }

    test('what does not have the announced checksum is not stored', async () => {
        const Key = unique('damaged');
        await refused(put(Key, 'x', { ChecksumSHA256: createHash('sha256').update('y').digest('base64') }), 'BadDigest');
        await refused(put(Key, 'x', { ContentMD5: createHash('md5').update('y').digest('base64') }), 'BadDigest');
        await refused(put(Key, 'x', { ContentMD5: 'short' }), 'InvalidDigest');
        await refused(client.headObject({ Bucket, Key }), s3.NotFound, 404);
    });

    test('many objects are deleted at once', async () => {
        const keys = ['one', 'two & <three>', 'ünï'].map((name) => `many/${name}`);
        for (const key of keys) await put(key, 'x');
        const Objects = [...keys, 'many/never'].map((Key) => ({ Key }));
        const { Deleted, Errors } = await client.deleteObjects({ Bucket, Delete: { Objects } });
        assert.deepEqual(Deleted.map((one) => one.Key).sort(), Objects.map((one) => one.Key).sort());
        assert.equal(Errors, undefined);
        assert.equal((await client.listObjectsV2({ Bucket, Prefix: 'many/' })).KeyCount, 0);
        await refused(client.deleteObjects({ Bucket, Delete: { Objects: [] } }), 'MalformedXML');
    });

    test('objects and buckets have tags', async () => {
        await put('tagged', 'x', { Tagging: 'a=1&b=two%20words' });
        const TagSet = async () => (await client.getObjectTagging({ Bucket, Key: 'tagged' })).TagSet;
        assert.deepEqual(await TagSet(), [{ Key: 'a', Value: '1' }, { Key: 'b', Value: 'two words' }]);
        assert.equal((await client.getObject({ Bucket, Key: 'tagged' })).TagCount, 2);
        await client.putObjectTagging({ Bucket, Key: 'tagged', Tagging: { TagSet: [{ Key: 'c', Value: '3' }] } });
        assert.deepEqual(await TagSet(), [{ Key: 'c', Value: '3' }]);
        await client.deleteObjectTagging({ Bucket, Key: 'tagged' });
        assert.deepEqual(await TagSet(), []);
        await refused(client.putObjectTagging({ Bucket, Key: 'tagged',
            Tagging: { TagSet: [{ Key: 'c', Value: '3' }, { Key: 'c', Value: '4' }] } }), 'InvalidTag');
        await refused(client.getBucketTagging({ Bucket }), 'NoSuchTagSet', 404);
        await client.putBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: 'team', Value: 'blue' }] } });
        assert.deepEqual((await client.getBucketTagging({ Bucket })).TagSet, [{ Key: 'team', Value: 'blue' }]);
    });

    test('presigned URLs are read from and written to by plain HTTP', async () => {
        const write = await getSignedUrl(client, new s3.PutObjectCommand({ Bucket, Key: 'signed', ContentType: 'text/plain' }),
            { expiresIn: 60 });
        const stored = await fetch(write, { method: 'PUT', body: 'by HTTP', headers: { 'Content-Type': 'text/plain' } });
        assert.equal(stored.status, 200, await stored.text());
        const read = await fetch(await getSignedUrl(client, new s3.GetObjectCommand({ Bucket, Key: 'signed',
            ResponseContentType: 'text/x-other', ResponseContentDisposition: 'attachment; filename="a b.txt"' })));
        assert.equal(await read.text(), 'by HTTP');
        assert.equal(read.headers.get('content-type'), 'text/x-other');
        assert.equal(read.headers.get('content-disposition'), 'attachment; filename="a b.txt"');
        const none = await fetch(await getSignedUrl(client, new s3.GetObjectCommand({ Bucket, Key: 'none' })));
        assert.equal(none.status, 404);
        assert.match(await none.text(), /<Code>NoSuchKey<\/Code>.*<Key>none<\/Key>/s);
    });

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
        assert.equal(gone.$response?.headers['x-amz-delete-marker'] ?? 'true', 'true');
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
