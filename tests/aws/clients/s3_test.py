"""S3 as boto3 sees it: a tour through buckets, objects, versions and settings, and what is refused."""

import base64
import hashlib
import io
import json
import os
import unittest
import urllib.error
import urllib.request
import zlib

from botocore.exceptions import ClientError

import support


class S3Test(support.ClientTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.s3 = cls.daemon.client("s3")

    def bucket(self, **options):
        name = support.unique("bucket")
        self.s3.create_bucket(Bucket=name, **options)
        return name

    def refused(self, code, status, call, **parameters):
        """The call is refused with this code and status; its error is returned."""
        with self.assertRaises(ClientError) as caught:
            call(**parameters)
        error = caught.exception.response["Error"]
        self.assertEqual(error["Code"], code, error.get("Message"))
        self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], status)
        return error

    def put(self, bucket, key, body=b"hello", **options):
        return self.s3.put_object(Bucket=bucket, Key=key, Body=body, **options)

    def read(self, bucket, key, **options):
        return self.s3.get_object(Bucket=bucket, Key=key, **options)["Body"].read()


class Buckets(S3Test):
    def test_come_and_go(self):
        name = self.bucket()
        self.assertIn(name, [b["Name"] for b in self.s3.list_buckets()["Buckets"]])
        self.assertEqual(self.s3.head_bucket(Bucket=name)["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"], "us-east-1")
        self.assertIn(b"<LocationConstraint", self.daemon.request("GET", "/%s?location" % name)[2])
        self.s3.create_bucket(Bucket=name)  # in us-east-1 this is no mistake
        self.put(name, "a")
        self.refused("BucketNotEmpty", 409, self.s3.delete_bucket, Bucket=name)
        self.s3.delete_object(Bucket=name, Key="a")
        self.s3.delete_bucket(Bucket=name)
        self.refused("404", 404, self.s3.head_bucket, Bucket=name)
        error = self.refused("NoSuchBucket", 404, self.s3.list_objects_v2, Bucket=name)
        self.assertEqual(error["BucketName"], name)

    def test_have_a_region_and_an_owner(self):
        west = self.daemon.client("s3", region="eu-west-1")
        west.create_bucket(Bucket="in-the-west", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        self.assertEqual(self.s3.get_bucket_location(Bucket="in-the-west")["LocationConstraint"], "eu-west-1")
        self.refused("BucketAlreadyOwnedByYou", 409, west.create_bucket, Bucket="in-the-west",
                     CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        other = self.daemon.client("s3", access_key="111122223333")
        self.refused("BucketAlreadyExists", 409, other.create_bucket, Bucket="in-the-west")
        self.assertNotIn("in-the-west", [b["Name"] for b in other.list_buckets()["Buckets"]])

    def test_names_are_checked(self):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(urllib.request.Request(self.daemon.url + "/Capital", method="PUT"))
        self.assertEqual(caught.exception.code, 400)
        self.assertIn(b"<Code>InvalidBucketName</Code>", caught.exception.read())


class Objects(S3Test):
    def test_keep_what_is_said_of_them(self):
        name = self.bucket()
        put = self.put(name, "a/b c+d\u00e9", b"hello", ContentType="text/plain", CacheControl="no-cache", Metadata={"Colour": "red"},
                       Tagging="a=1&b=2", StorageClass="STANDARD_IA", ContentEncoding="gzip")
        self.assertEqual(put["ETag"], '"%s"' % hashlib.md5(b"hello").hexdigest())
        got = self.s3.get_object(Bucket=name, Key="a/b c+d\u00e9")
        self.assertEqual(got["Body"].read(), b"hello")
        self.assertEqual((got["ContentType"], got["CacheControl"], got["Metadata"], got["TagCount"], got["StorageClass"],
                          got["ContentEncoding"]),
                         ("text/plain", "no-cache", {"colour": "red"}, 2, "STANDARD_IA", "gzip"))
        head = self.s3.head_object(Bucket=name, Key="a/b c+d\u00e9")
        self.assertEqual(head["ContentLength"], 5)
        changed = self.s3.get_object(Bucket=name, Key="a/b c+d\u00e9", ResponseContentType="x/y", ResponseContentDisposition="inline")
        self.assertEqual((changed["ContentType"], changed["ContentDisposition"]), ("x/y", "inline"))

    def test_large_ones_stream(self):
        name = self.bucket()
        body = os.urandom(3 << 20)
        self.put(name, "large", body)
        self.assertEqual(self.read(name, "large"), body)
        self.assertEqual(self.read(name, "large", Range="bytes=1000000-1000009"), body[1000000:1000010])
        self.assertEqual(self.read(name, "large", Range="bytes=-5"), body[-5:])

    def test_ranges_and_conditions(self):
        name = self.bucket()
        etag = self.put(name, "a", b"0123456789")["ETag"]
        got = self.s3.get_object(Bucket=name, Key="a", Range="bytes=2-4")
        self.assertEqual((got["Body"].read(), got["ContentRange"]), (b"234", "bytes 2-4/10"))
        self.assertEqual(got["ResponseMetadata"]["HTTPStatusCode"], 206)
        error = self.refused("InvalidRange", 416, self.s3.get_object, Bucket=name, Key="a", Range="bytes=10-")
        self.assertEqual(error["ActualObjectSize"], "10")
        self.assertEqual(self.read(name, "a", IfMatch=etag), b"0123456789")
        self.refused("PreconditionFailed", 412, self.s3.get_object, Bucket=name, Key="a", IfMatch='"other"')
        self.refused("304", 304, self.s3.get_object, Bucket=name, Key="a", IfNoneMatch=etag)
        error = self.refused("NoSuchKey", 404, self.s3.get_object, Bucket=name, Key="missing")
        self.assertEqual(error["Key"], "missing")
        self.refused("404", 404, self.s3.head_object, Bucket=name, Key="missing")

    def test_wrong_checksums_store_nothing(self):
        name = self.bucket()
        wrong = base64.b64encode(hashlib.md5(b"other").digest()).decode()
        self.refused("BadDigest", 400, self.s3.put_object, Bucket=name, Key="a", Body=b"hello", ContentMD5=wrong)
        self.refused("InvalidDigest", 400, self.s3.put_object, Bucket=name, Key="a", Body=b"hello", ContentMD5="x")
        self.refused("BadDigest", 400, self.s3.put_object, Bucket=name, Key="a", Body=b"hello",
                     ChecksumSHA256=base64.b64encode(hashlib.sha256(b"other").digest()).decode())
        self.refused("404", 404, self.s3.head_object, Bucket=name, Key="a")

    def test_checksums_are_kept(self):
        name = self.bucket()
        right = base64.b64encode(zlib.crc32(b"hello").to_bytes(4, "big")).decode()
        self.assertEqual(self.put(name, "a", ChecksumAlgorithm="CRC32")["ChecksumCRC32"], right)
        self.assertEqual(self.s3.head_object(Bucket=name, Key="a", ChecksumMode="ENABLED")["ChecksumCRC32"], right)
        attributes = self.s3.get_object_attributes(Bucket=name, Key="a", ObjectAttributes=["Checksum", "ObjectSize", "ETag"])
        self.assertEqual((attributes["Checksum"]["ChecksumCRC32"], attributes["ObjectSize"]), (right, 5))

    def chunked(self, bucket, body, trailer, length=5):
        request = urllib.request.Request(self.daemon.url + "/%s/chunked" % bucket, data=body, method="PUT", headers={
            "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "Content-Encoding": "aws-chunked",
            "x-amz-decoded-content-length": str(length), "x-amz-trailer": trailer})
        try:
            return urllib.request.urlopen(request).status, b""
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def test_chunked_bodies_with_trailers(self):
        name = self.bucket()
        right = base64.b64encode(zlib.crc32(b"hello").to_bytes(4, "big"))
        body = b"3\r\nhel\r\n2\r\nlo\r\n0\r\nx-amz-checksum-crc32:%s\r\n\r\n"
        self.assertEqual(self.chunked(name, body % right, "x-amz-checksum-crc32")[0], 200)
        self.assertEqual(self.read(name, "chunked"), b"hello")
        self.s3.delete_object(Bucket=name, Key="chunked")
        for wrong, code in ((body % b"AAAAAA==", b"BadDigest"), (b"3\r\nhel\r\n0\r\n\r\n", b"IncompleteBody"),
                            (b"zz\r\n", b"IncompleteBody"), (body % b"x", b"InvalidRequest")):
            status, answer = self.chunked(name, wrong, "x-amz-checksum-crc32")
            self.assertEqual(status, 400)
            self.assertIn(code, answer)
        self.refused("404", 404, self.s3.head_object, Bucket=name, Key="chunked")

    def test_conditional_puts(self):
        name = self.bucket()
        def put(headers):
            request = urllib.request.Request(self.daemon.url + "/%s/once" % name, data=b"x", method="PUT", headers=headers)
            try:
                return urllib.request.urlopen(request).status
            except urllib.error.HTTPError as error:
                return error.code
        self.assertEqual(put({"If-None-Match": "*"}), 200)
        self.assertEqual(put({"If-None-Match": "*"}), 412)
        self.assertEqual(put({"If-Match": '"other"'}), 412)
        self.assertEqual(put({"If-Match": '"%s"' % hashlib.md5(b"x").hexdigest()}), 200)

    def test_are_copied(self):
        name = self.bucket()
        self.put(name, "a b", Metadata={"k": "v"}, Tagging="t=1")
        copied = self.s3.copy_object(Bucket=name, Key="b", CopySource={"Bucket": name, "Key": "a b"})
        self.assertEqual(copied["CopyObjectResult"]["ETag"], '"%s"' % hashlib.md5(b"hello").hexdigest())
        self.assertEqual(self.s3.head_object(Bucket=name, Key="b")["Metadata"], {"k": "v"})
        self.s3.copy_object(Bucket=name, Key="b", CopySource=name + "/b", MetadataDirective="REPLACE", Metadata={"n": "w"})
        self.assertEqual(self.s3.head_object(Bucket=name, Key="b")["Metadata"], {"n": "w"})
        self.refused("InvalidRequest", 400, self.s3.copy_object, Bucket=name, Key="b", CopySource=name + "/b")
        error = self.refused("NoSuchKey", 404, self.s3.copy_object, Bucket=name, Key="c", CopySource=name + "/missing")
        self.assertEqual(error["Key"], "missing")
        self.refused("NoSuchBucket", 404, self.s3.copy_object, Bucket=name, Key="c", CopySource="missing-bucket/a")

    def test_many_are_deleted_at_once(self):
        name = self.bucket()
        for i in range(5):
            self.put(name, "k%d" % i)
        deleted = self.s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "k%d" % i} for i in range(4)] + [{"Key": "none"}]})
        self.assertEqual(len(deleted["Deleted"]), 5)
        self.assertEqual([o["Key"] for o in self.s3.list_objects_v2(Bucket=name)["Contents"]], ["k4"])

    def test_presigned_urls(self):
        name = self.bucket()
        url = self.s3.generate_presigned_url("put_object", Params={"Bucket": name, "Key": "p"})
        urllib.request.urlopen(urllib.request.Request(url, data=b"signed", method="PUT"))
        url = self.s3.generate_presigned_url("get_object", Params={"Bucket": name, "Key": "p"})
        self.assertEqual(urllib.request.urlopen(url).read(), b"signed")

    def test_forms(self):
        name = self.bucket()
        post = self.s3.generate_presigned_post(name, "form/${filename}", Conditions=[["content-length-range", 1, 10]])
        def send(body, **fields):
            parts = b"".join(b'--XX\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (k.encode(), v.encode())
                             for k, v in {**post["fields"], **fields}.items())
            parts += b'--XX\r\nContent-Disposition: form-data; name="file"; filename="f.txt"\r\nContent-Type: text/plain\r\n\r\n'
            request = urllib.request.Request(post["url"], data=parts + body + b"\r\n--XX--\r\n", method="POST",
                                             headers={"Content-Type": "multipart/form-data; boundary=XX"})
            try:
                return urllib.request.urlopen(request).status
            except urllib.error.HTTPError as error:
                return error.code
        self.assertEqual(send(b"from a form"[:10]), 204)
        self.assertEqual(self.read(name, "form/f.txt"), b"from a for")
        self.assertEqual(send(b"x" * 11), 400)
        self.assertEqual(send(b"other", **{"x-amz-checksum-crc32": "NhCmhg=="}), 400)
        self.assertEqual(self.read(name, "form/f.txt"), b"from a for")
        self.assertEqual(send(b"hello", **{"x-amz-checksum-crc32": "NhCmhg=="}), 204)
        self.assertEqual(self.s3.head_object(Bucket=name, Key="form/f.txt", ChecksumMode="ENABLED")["ChecksumCRC32"], "NhCmhg==")


class Listings(S3Test):
    def test_pages_prefixes_and_delimiters(self):
        name = self.bucket()
        for key in ("a", "b/1", "b/2", "c/1", "d e", "f"):
            self.put(name, key)
        v2 = self.s3.list_objects_v2(Bucket=name, Delimiter="/", FetchOwner=True)
        self.assertEqual([o["Key"] for o in v2["Contents"]], ["a", "d e", "f"])
        self.assertEqual([p["Prefix"] for p in v2["CommonPrefixes"]], ["b/", "c/"])
        self.assertEqual(v2["KeyCount"], 5)
        keys = [o["Key"] for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=name, PaginationConfig={"PageSize": 2})
                for o in page["Contents"]]
        self.assertEqual(keys, ["a", "b/1", "b/2", "c/1", "d e", "f"])
        keys = [o["Key"] for page in self.s3.get_paginator("list_objects").paginate(Bucket=name, PaginationConfig={"PageSize": 2})
                for o in page["Contents"]]
        self.assertEqual(len(keys), 6)
        self.assertEqual([o["Key"] for o in self.s3.list_objects_v2(Bucket=name, StartAfter="c/1")["Contents"]], ["d e", "f"])
        self.assertEqual([o["Key"] for o in self.s3.list_objects_v2(Bucket=name, Prefix="b/")["Contents"]], ["b/1", "b/2"])
        self.refused("InvalidArgument", 400, self.s3.list_objects_v2, Bucket=name, ContinuationToken="nonsense")


class Uploads(S3Test):
    def test_in_parts(self):
        name = self.bucket()
        first, last = os.urandom(5 << 20), b"the end"
        upload = self.s3.create_multipart_upload(Bucket=name, Key="m", Metadata={"k": "v"}, ChecksumAlgorithm="SHA256")["UploadId"]
        parts = []
        for number, body in ((1, first), (2, last)):
            part = self.s3.upload_part(Bucket=name, Key="m", UploadId=upload, PartNumber=number, Body=body, ChecksumAlgorithm="SHA256")
            parts.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]})
        listed = self.s3.list_parts(Bucket=name, Key="m", UploadId=upload)
        self.assertEqual([p["Size"] for p in listed["Parts"]], [5 << 20, 7])
        self.assertEqual([u["Key"] for u in self.s3.list_multipart_uploads(Bucket=name)["Uploads"]], ["m"])
        self.refused("InvalidPartOrder", 400, self.s3.complete_multipart_upload, Bucket=name, Key="m", UploadId=upload,
                     MultipartUpload={"Parts": parts[::-1]})
        self.refused("InvalidPart", 400, self.s3.complete_multipart_upload, Bucket=name, Key="m", UploadId=upload,
                     MultipartUpload={"Parts": [dict(parts[0], ETag='"0"')]})
        self.refused("InvalidRequest", 400, self.s3.complete_multipart_upload, Bucket=name, Key="m", UploadId=upload,
                     MultipartUpload={"Parts": [{key: part[key] for key in ("PartNumber", "ETag")} for part in parts]})
        self.refused("BadDigest", 400, self.s3.complete_multipart_upload, Bucket=name, Key="m", UploadId=upload,
                     MultipartUpload={"Parts": parts}, ChecksumSHA256=parts[0]["ChecksumSHA256"])
        done = self.s3.complete_multipart_upload(Bucket=name, Key="m", UploadId=upload, MultipartUpload={"Parts": parts})
        digests = b"".join(hashlib.sha256(b).digest() for b in (first, last))
        self.assertEqual(done["ChecksumSHA256"], base64.b64encode(hashlib.sha256(digests).digest()).decode() + "-2")
        self.assertTrue(done["ETag"].endswith('-2"'))
        self.assertEqual(self.read(name, "m"), first + last)
        part = self.s3.get_object(Bucket=name, Key="m", PartNumber=2)
        self.assertEqual((part["Body"].read(), part["PartsCount"]), (last, 2))
        attributes = self.s3.get_object_attributes(Bucket=name, Key="m", ObjectAttributes=["ObjectParts"])
        self.assertEqual(attributes["ObjectParts"]["TotalPartsCount"], 2)
        self.refused("NoSuchUpload", 404, self.s3.abort_multipart_upload, Bucket=name, Key="m", UploadId=upload)

    def test_without_a_checksum_have_one_of_the_whole(self):
        name = self.bucket()
        upload = self.s3.create_multipart_upload(Bucket=name, Key="m")["UploadId"]
        etag = self.s3.upload_part(Bucket=name, Key="m", UploadId=upload, PartNumber=1, Body=b"123456789")["ETag"]
        body = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>%s</ETag></Part></CompleteMultipartUpload>" % etag
        # By hand: Debian's client knows neither this header nor that checksum, which is the check value of the algorithm's definition.
        send = lambda size: self.daemon.request("POST", "/%s/m?uploadId=%s" % (name, upload), body.encode(), {"x-amz-mp-object-size": str(size)})
        self.assertEqual(send(8)[0], 400)
        status, _, answer = send(9)
        self.assertEqual(status, 200, answer)
        self.assertIn("<ChecksumCRC64NVME>%s<" % base64.b64encode(bytes.fromhex("ae8b14860a799888")).decode(), str(answer))

    def test_parts_are_copied(self):
        name = self.bucket()
        self.put(name, "source", b"0123456789")
        upload = self.s3.create_multipart_upload(Bucket=name, Key="m")["UploadId"]
        part = self.s3.upload_part_copy(Bucket=name, Key="m", UploadId=upload, PartNumber=1, CopySource=name + "/source",
                                        CopySourceRange="bytes=2-5")
        self.s3.complete_multipart_upload(Bucket=name, Key="m", UploadId=upload, MultipartUpload={
            "Parts": [{"PartNumber": 1, "ETag": part["CopyPartResult"]["ETag"]}]})
        self.assertEqual(self.read(name, "m"), b"2345")

    def test_managed_transfers(self):
        name = self.bucket()
        body = os.urandom(20 << 20)
        self.s3.upload_fileobj(io.BytesIO(body), name, "managed")
        got = io.BytesIO()
        self.s3.download_fileobj(name, "managed", got)
        self.assertEqual(got.getvalue(), body)


class Versions(S3Test):
    def test_old_ones_stay(self):
        name = self.bucket()
        self.assertNotIn("Status", self.s3.get_bucket_versioning(Bucket=name))
        self.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        first = self.put(name, "a", b"one")["VersionId"]
        second = self.put(name, "a", b"two")["VersionId"]
        self.assertEqual(self.read(name, "a", VersionId=first), b"one")
        marker = self.s3.delete_object(Bucket=name, Key="a")
        self.assertTrue(marker["DeleteMarker"])
        self.refused("NoSuchKey", 404, self.s3.get_object, Bucket=name, Key="a")
        self.refused("MethodNotAllowed", 405, self.s3.get_object, Bucket=name, Key="a", VersionId=marker["VersionId"])
        listed = self.s3.list_object_versions(Bucket=name)
        self.assertEqual([v["VersionId"] for v in listed["Versions"]], [second, first])
        self.assertTrue(listed["DeleteMarkers"][0]["IsLatest"])
        self.s3.delete_object(Bucket=name, Key="a", VersionId=marker["VersionId"])
        self.assertEqual(self.read(name, "a"), b"two")
        self.refused("NoSuchVersion", 404, self.s3.get_object, Bucket=name, Key="a", VersionId="x" * 32)

    def test_locks_hold(self):
        name = self.bucket(ObjectLockEnabledForBucket=True)
        self.s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}})
        version = self.put(name, "a")["VersionId"]
        self.assertEqual(self.s3.get_object_retention(Bucket=name, Key="a")["Retention"]["Mode"], "GOVERNANCE")
        self.refused("AccessDenied", 403, self.s3.delete_object, Bucket=name, Key="a", VersionId=version)
        self.s3.put_object_legal_hold(Bucket=name, Key="a", LegalHold={"Status": "ON"})
        self.assertEqual(self.s3.get_object_legal_hold(Bucket=name, Key="a")["LegalHold"]["Status"], "ON")
        self.s3.put_object_legal_hold(Bucket=name, Key="a", LegalHold={"Status": "OFF"})
        self.s3.delete_object(Bucket=name, Key="a", VersionId=version, BypassGovernanceRetention=True)


class Settings(S3Test):
    def test_tags(self):
        name = self.bucket()
        self.refused("NoSuchTagSet", 404, self.s3.get_bucket_tagging, Bucket=name)
        tags = [{"Key": "a", "Value": "1"}]
        self.s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
        self.assertEqual(self.s3.get_bucket_tagging(Bucket=name)["TagSet"], tags)
        self.put(name, "o")
        self.s3.put_object_tagging(Bucket=name, Key="o", Tagging={"TagSet": tags})
        self.assertEqual(self.s3.get_object_tagging(Bucket=name, Key="o")["TagSet"], tags)
        self.s3.delete_object_tagging(Bucket=name, Key="o")
        self.assertEqual(self.s3.get_object_tagging(Bucket=name, Key="o")["TagSet"], [])
        self.refused("InvalidTag", 400, self.s3.put_object_tagging, Bucket=name, Key="o",
                     Tagging={"TagSet": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]})

    def test_are_told_as_they_were_given(self):
        name = self.bucket()
        cors = {"CORSRules": [{"AllowedOrigins": ["http://example.com"], "AllowedMethods": ["PUT"], "AllowedHeaders": ["*"]}]}
        self.refused("NoSuchCORSConfiguration", 404, self.s3.get_bucket_cors, Bucket=name)
        self.s3.put_bucket_cors(Bucket=name, CORSConfiguration=cors)
        self.assertEqual(self.s3.get_bucket_cors(Bucket=name)["CORSRules"], cors["CORSRules"])
        self.refused("NoSuchBucketPolicy", 404, self.s3.get_bucket_policy, Bucket=name)
        policy = json.dumps({"Version": "2012-10-17", "Statement": []})
        self.s3.put_bucket_policy(Bucket=name, Policy=policy)
        self.assertEqual(self.s3.get_bucket_policy(Bucket=name)["Policy"], policy)
        self.refused("NoSuchLifecycleConfiguration", 404, self.s3.get_bucket_lifecycle_configuration, Bucket=name)
        rules = [{"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 1}}]
        self.s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})
        self.assertEqual(self.s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"], rules)
        self.refused("NoSuchWebsiteConfiguration", 404, self.s3.get_bucket_website, Bucket=name)
        block = self.s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
        self.assertEqual(set(block.values()), {True})
        self.s3.delete_public_access_block(Bucket=name)
        self.s3.delete_public_access_block(Bucket=name)
        self.refused("NoSuchPublicAccessBlockConfiguration", 404, self.s3.get_public_access_block, Bucket=name)
        self.refused("ReplicationConfigurationNotFoundError", 404, self.s3.get_bucket_replication, Bucket=name)
        self.refused("ObjectLockConfigurationNotFoundError", 404, self.s3.get_object_lock_configuration, Bucket=name)
        self.assertEqual(self.s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
                         ["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256")
        self.assertEqual(self.s3.get_bucket_request_payment(Bucket=name)["Payer"], "BucketOwner")
        self.s3.get_bucket_logging(Bucket=name)
        self.s3.get_bucket_accelerate_configuration(Bucket=name)
        self.s3.get_bucket_ownership_controls(Bucket=name)
        self.s3.put_bucket_acl(Bucket=name, ACL="public-read")
        self.assertEqual(len(self.s3.get_bucket_acl(Bucket=name)["Grants"]), 2)

    def test_pages_need_a_rule(self):
        name = self.bucket()
        def put(origin):
            request = urllib.request.Request(self.daemon.url + "/%s/page" % name, data=b"x", method="PUT", headers={"Origin": origin})
            try:
                return urllib.request.urlopen(request).headers.get("Access-Control-Allow-Origin")
            except urllib.error.HTTPError as error:
                return error.code
        self.assertEqual(put("http://evil.example"), 403)
        self.assertEqual(put("http://localhost:5173"), "http://localhost:5173")
        self.s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [
            {"AllowedOrigins": ["http://*.example"], "AllowedMethods": ["PUT"]}]})
        self.assertEqual(put("http://good.example"), "http://good.example")

    def test_a_queue_is_notified(self):
        name = self.bucket()
        sqs = self.daemon.client("sqs")
        queue = sqs.create_queue(QueueName="told")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.refused("InvalidArgument", 400, self.s3.put_bucket_notification_configuration, Bucket=name, NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": arn + "-missing", "Events": ["s3:ObjectCreated:*"]}]})
        self.s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={"QueueConfigurations": [
            {"Id": "n", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"],
             "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}}}]})
        configured = self.s3.get_bucket_notification_configuration(Bucket=name)["QueueConfigurations"][0]
        self.assertEqual((configured["Id"], configured["QueueArn"]), ("n", arn))
        self.put(name, "out/1")
        self.put(name, "in/a b")
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        bodies = [json.loads(m["Body"]) for m in messages]
        self.assertEqual([b["Event"] for b in bodies if "Event" in b], ["s3:TestEvent"])
        records = [record for b in bodies for record in b.get("Records", [])]
        self.assertEqual([(r["eventName"], r["s3"]["object"]["key"], r["s3"]["configurationId"]) for r in records],
                         [("ObjectCreated:Put", "in/a+b", "n")])

    def test_a_web_site(self):
        name = self.bucket()
        self.s3.put_bucket_website(Bucket=name, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"},
                                                                     "ErrorDocument": {"Key": "error.html"}})
        self.put(name, "index.html", b"home", ContentType="text/html")
        self.put(name, "error.html", b"sorry", ContentType="text/html")
        def get(path):
            request = urllib.request.Request(self.daemon.url + path, headers={"Host": name + ".s3-website.localhost.localstack.cloud"})
            try:
                answer = urllib.request.urlopen(request)
                return answer.status, answer.read()
            except urllib.error.HTTPError as error:
                return error.code, error.read()
        self.assertEqual(get("/"), (200, b"home"))
        self.assertEqual(get("/none"), (404, b"sorry"))

    def test_what_is_missing_says_so(self):
        name = self.bucket()
        self.refused("NotImplemented", 501, self.s3.list_bucket_inventory_configurations, Bucket=name)


if __name__ == "__main__":
    unittest.main()
