// A tour through S3's objects with the AWS SDK for JavaScript v3.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';

import * as s3 from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

import { Bucket, client, put, text } from './s3_tour.mjs';
import { refused, unique } from './support.mjs';

const md5 = (bytes) => createHash('md5').update(bytes).digest('hex');

describe('S3', () => {
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
        await refused(client.getObject({ Bucket, Key }), s3.NoSuchKey, 404);
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
        await refused(client.headObject({ Bucket, Key: 'conditions', IfUnmodifiedSince: new Date(0) }), 'Unknown', 412);
        await refused(put('conditions', 'two', { IfNoneMatch: '*' }), 'PreconditionFailed', 412);
        await refused(put('conditions', 'two', { IfMatch: '"0123456789abcdef0123456789abcdef"' }), 'PreconditionFailed', 412);
        await put('conditions', 'two', { IfMatch: ETag });
        assert.equal(await text('conditions'), 'two');
        await put(unique('new'), 'x', { IfNoneMatch: '*' });
        await refused(put(unique('none'), 'x', { IfMatch: ETag }), s3.NoSuchKey, 404);
    });

    test('copies and deletions hold to their conditions', async () => {
        const { ETag } = await put('guarded', 'one');
        const CopySource = `${Bucket}/guarded`;
        await client.copyObject({ Bucket, Key: unique('copy'), CopySource, IfNoneMatch: '*' });
        await refused(client.copyObject({ Bucket, Key: 'guarded', CopySource, MetadataDirective: 'REPLACE', IfNoneMatch: '*' }),
            'PreconditionFailed', 412);
        await refused(client.deleteObject({ Bucket, Key: 'guarded', IfMatch: '"0123456789abcdef0123456789abcdef"' }),
            'PreconditionFailed', 412);
        await client.deleteObject({ Bucket, Key: 'guarded', IfMatch: ETag });
        await refused(client.headObject({ Bucket, Key: 'guarded' }), s3.NotFound, 404);
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
});
