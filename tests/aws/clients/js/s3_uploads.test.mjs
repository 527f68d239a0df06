// How bodies come to S3 with the AWS SDK for JavaScript v3: in parts, in chunks with trailers, with checksums.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';

import * as s3 from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

import { Bucket, client, put } from './s3_tour.mjs';
import { refused, unique } from './support.mjs';

const md5 = (bytes) => createHash('md5').update(bytes).digest('hex');
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('base64');
const MiB = 1024 * 1024;

describe('Uploads to S3', () => {
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

    test('the checksums of parts make that of the object', async () => {
        const Key = 'composite';
        const made = await client.createMultipartUpload({ Bucket, Key, ChecksumAlgorithm: 'SHA256' });
        assert.equal(made.ChecksumAlgorithm, 'SHA256');
        const { UploadId } = made;
        const bodies = [randomBytes(5 * MiB), randomBytes(100)];
        const Parts = [];
        for (const [index, Body] of bodies.entries()) {
            const part = await client.uploadPart({ Bucket, Key, UploadId, PartNumber: index + 1, Body, ChecksumAlgorithm: 'SHA256' });
            assert.equal(part.ChecksumSHA256, sha256(Body));
            Parts.push({ PartNumber: index + 1, ETag: part.ETag, ChecksumSHA256: part.ChecksumSHA256 });
        }
        const complete = (parts) => client.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts: parts } });
        await refused(complete([{ ...Parts[0], ChecksumSHA256: sha256('other') }, Parts[1]]), 'InvalidPart');
        const done = await complete(Parts);
        const digests = Buffer.concat(Parts.map((part) => Buffer.from(part.ChecksumSHA256, 'base64')));
        assert.equal(done.ChecksumSHA256, `${sha256(digests)}-2`);
        const head = await client.headObject({ Bucket, Key, ChecksumMode: 'ENABLED' });
        assert.deepEqual([head.ChecksumSHA256, head.ChecksumType], [done.ChecksumSHA256, 'COMPOSITE']);
        const attributes = await client.getObjectAttributes({ Bucket, Key, ObjectAttributes: ['ObjectParts', 'Checksum'] });
        assert.equal(attributes.ObjectParts.TotalPartsCount, 2);
        assert.deepEqual(attributes.ObjectParts.Parts.map(({ PartNumber, Size, ChecksumSHA256 }) => [PartNumber, Size, ChecksumSHA256]),
            bodies.map((body, index) => [index + 1, body.length, sha256(body)]));
    });

    test('a checksum of the whole object is verified when the upload is completed', async () => {
        const Key = 'whole';
        const bodies = [randomBytes(5 * MiB), randomBytes(100)];
        const wanted = (await put('at-once', Buffer.concat(bodies), { ChecksumAlgorithm: 'CRC64NVME' })).ChecksumCRC64NVME;
        const { UploadId } = await client.createMultipartUpload({ Bucket, Key, ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' });
        const Parts = [];
        for (const [index, Body] of bodies.entries())
            Parts.push({ PartNumber: index + 1, ETag: (await client.uploadPart({ Bucket, Key, UploadId, PartNumber: index + 1, Body,
                ChecksumAlgorithm: 'CRC64NVME' })).ETag });
        const complete = (more) => client.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more });
        await refused(complete({ ChecksumType: 'FULL_OBJECT', ChecksumCRC64NVME: 'AAAAAAAAAAA=' }), 'BadDigest');
        await refused(complete({ MpuObjectSize: 7 }), 'InvalidRequest');
        await put(Key, 'there already');
        await refused(complete({ IfNoneMatch: '*' }), 'PreconditionFailed', 412);
        const done = await complete({ ChecksumType: 'FULL_OBJECT', ChecksumCRC64NVME: wanted, MpuObjectSize: 5 * MiB + 100 });
        assert.deepEqual([done.ChecksumCRC64NVME, done.ChecksumType], [wanted, 'FULL_OBJECT']);
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
});
