"""Signatures that the daemon is told to check: of heads, of forms that a browser posts, of bodies signed chunk by chunk."""
import hashlib
import hmac
import os
import unittest
import uuid

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

import support

# What the daemon, too, finds in its environment.
os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")


def form(fields, content):
    """A multipart/form-data body and its headers."""
    boundary = uuid.uuid4().hex
    parts = ['--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (boundary, name, value)
             for name, value in fields.items()]
    parts.append('--%s\r\nContent-Disposition: form-data; name="file"; filename="f.txt"\r\n\r\n%s\r\n--%s--\r\n'
                 % (boundary, content, boundary))
    return "".join(parts).encode(), {"Content-Type": "multipart/form-data; boundary=" + boundary}


def in_chunks(url, content, secret="test", size=65536):
    """The body and the headers of a PUT whose chunks are signed."""
    request = AWSRequest("PUT", url, headers={"X-Amz-Content-SHA256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                                              "X-Amz-Decoded-Content-Length": str(len(content))})
    SigV4Auth(Credentials("test", secret), "s3", "us-east-1").add_auth(request)
    time = request.context["timestamp"]
    key = ("AWS4" + secret).encode()
    for part in (time[:8], "us-east-1", "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = request.headers["Authorization"].rpartition("Signature=")[2]
    body = b""
    for at in [*range(0, len(content), size), len(content)]:
        chunk = content[at:at + size]
        text = "\n".join(["AWS4-HMAC-SHA256-PAYLOAD", time, time[:8] + "/us-east-1/s3/aws4_request", signature,
                          hashlib.sha256(b"").hexdigest(), hashlib.sha256(chunk).hexdigest()])
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        body += b"%x;chunk-signature=%s\r\n%s\r\n" % (len(chunk), signature.encode(), chunk)
    return body, dict(request.headers.items())


class SignaturesTest(support.ClientTest):
    arguments = ("--verify-signatures",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.s3 = cls.daemon.client("s3", signature_version="s3v4")
        cls.s3.create_bucket(Bucket="signed")
        cls.addClassCleanup(cls.s3.close)

    def content(self, key):
        return self.s3.get_object(Bucket="signed", Key=key)["Body"].read()

    def test_a_request_is_taken_from_who_has_the_secret(self):
        self.s3.put_object(Bucket="signed", Key="head", Body=b"1")
        self.assertEqual(self.content("head"), b"1")
        nobody = self.daemon.client("s3", access_key="nobody")
        self.refused("InvalidAccessKeyId", nobody.list_buckets)
        nobody.close()
        self.assertEqual(self.daemon.request("GET", "/signed/head")[0], 403)

    def test_a_form_is_taken_where_its_policy_is_signed(self):
        post = self.s3.generate_presigned_post("signed", "form/${filename}")
        body, headers = form(post["fields"], "from a form")
        self.assertEqual(self.daemon.request("POST", "/signed", body, headers)[0], 204)
        self.assertEqual(self.content("form/f.txt"), b"from a form")

    def test_a_form_is_refused_otherwise(self):
        post = self.s3.generate_presigned_post("signed", "refused")
        for change in ({"x-amz-signature": "0" * 64}, {"x-amz-credential": "nobody/20260101/us-east-1/s3/aws4_request"},
                       {"policy": "e30="}, {"x-amz-algorithm": "none"}, {"policy": ""}):
            body, headers = form({**post["fields"], **change}, "x")
            status, _, answer = self.daemon.request("POST", "/signed", body, headers)
            self.assertEqual(status, 403, answer)
        body, headers = form({"key": "refused"}, "nobody signed it")
        self.assertEqual(self.daemon.request("POST", "/signed", body, headers)[0], 403)
        self.refused("NoSuchKey", self.content, "refused")

    def test_another_request_does_not_pass_as_a_form(self):
        _, headers = form({}, "")
        for path in ("/signed?delete", "/signed/head?uploads", "/signed/head"):
            self.assertIn(self.daemon.request("POST", path, b"<Delete/>", headers)[0], (403, 405), path)

    def test_a_body_in_signed_chunks_is_stored_where_all_are_right(self):
        content = os.urandom(200_000)
        body, headers = in_chunks(self.daemon.url + "/signed/chunks", content)
        self.assertEqual(self.daemon.request("PUT", "/signed/chunks", body, headers)[0], 200)
        self.assertEqual(self.content("chunks"), content)

    def test_a_body_with_a_wrong_chunk_is_not_stored(self):
        for size in (1000, 9_000_000):
            content = b"a" * size
            body, headers = in_chunks(self.daemon.url + "/signed/wrong", content)
            changed = body.replace(b"aaaa", b"aaab", 1)
            status, _, answer = self.daemon.request("PUT", "/signed/wrong", changed, headers)
            self.assertEqual((status, b"SignatureDoesNotMatch" in answer), (403, True), answer)
            self.refused("NoSuchKey", self.content, "wrong")


if __name__ == "__main__":
    unittest.main()
