"""What the tests with real AWS clients share: a daemon, boto3 clients of it, and a check of every answer.

The daemon is the binary that the environment variable FAASD names, over an empty app, with state in memory. Every answer
that a client gets is held against the service's own description in botocore: required members, no unknown ones, types,
enumerations, and error codes that the operation may have.
"""
import base64
import datetime
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import boto3
import botocore.config
from botocore.exceptions import ClientError

# Every operation of every service may have these (the "Common Errors" of each API reference).
COMMON_ERRORS = {
    "AccessDenied", "AccessDeniedException", "ExpiredToken", "IncompleteSignature", "InternalError", "InternalFailure",
    "InvalidAction", "InvalidClientTokenId", "InvalidParameterCombination", "InvalidParameterValue",
    "InvalidParameterValueException", "InvalidQueryParameter", "MalformedQueryString", "MissingAction",
    "MissingAuthenticationToken", "MissingParameter", "MissingRequiredParameterException", "NotImplemented", "OptInRequired",
    "RequestExpired", "SerializationException", "ServiceUnavailable", "SignatureDoesNotMatch", "Throttling",
    "ThrottlingException", "UnrecognizedClientException", "ValidationError", "ValidationException",
}


# What descriptions lack: the older ones these errors and values, and that of SQS an error that it gives for receives.
LATER_ERRORS = {"sqs": {"InvalidAddress", "InvalidAttributeName", "InvalidAttributeValue", "ResourceNotFoundException"}}
LATER_VALUES = {"DeadLetterQueueSourceArn", "CRC64NVME"}


class Daemon:
    """The real daemon on free ports. Stop it with stop()."""

    def __init__(self, app="", arguments=()):
        self.folder = tempfile.mkdtemp(prefix="faasd-clients-")
        with open(os.path.join(self.folder, "faasd.yaml"), "w", encoding="utf-8") as file:
            file.write(app)
        self.log_path = os.path.join(self.folder, "log")
        ports_file = os.path.join(self.folder, "ports.json")
        with open(self.log_path, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [os.environ["FAASD"], "serve", self.folder, "--port", "0", "--control-port", "0", "--ports-file", ports_file,
                 "--ephemeral", *arguments],
                stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 30
        while not os.path.exists(ports_file) or os.path.getsize(ports_file) == 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the daemon does not serve:\n" + self.log())
            time.sleep(0.01)
        with open(ports_file, encoding="utf-8") as file:
            ports = json.load(file)
        self.url = "http://127.0.0.1:%d" % ports["control_port"]
        self.app_url = "http://127.0.0.1:%d" % ports["port"]

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def client(self, service, access_key="test", region="us-east-1", **config):
        """A boto3 client whose every answer is checked."""
        settings = {"retries": {"max_attempts": 0}, "parameter_validation": False, "read_timeout": 60}
        settings.update(config)
        made = boto3.client(service, endpoint_url=self.url, region_name=region, aws_access_key_id=access_key,
                            aws_secret_access_key="test", config=botocore.config.Config(**settings))
        made.meta.events.register("after-call", check_answer)
        return made

    def request(self, method, path, body=None, headers=None):
        """Any request at all: (status, headers, body)."""
        request = urllib.request.Request(self.url + path, data=body, method=method, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()


class ClientTest(unittest.TestCase):
    """Tests that share one daemon."""

    app = ""
    arguments = ()

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(cls.app, cls.arguments)

    @classmethod
    def tearDownClass(cls):
        code = cls.daemon.process.poll()
        cls.daemon.stop()
        if code is not None:
            raise AssertionError("the daemon ended with %s" % code)

    def refused(self, code, call, *arguments, **parameters):
        """The call is refused with this code; its message is returned."""
        with self.assertRaises(ClientError) as caught:
            call(*arguments, **parameters)
        error = caught.exception.response["Error"]
        self.assertEqual(error["Code"], code, error.get("Message"))
        return error.get("Message")


class AnswerError(AssertionError):
    """An answer is not what the service's description says."""


def check_answer(http_response, parsed, model, **_):
    """Called by botocore after each call."""
    status = http_response.status_code
    if status >= 500 and status != 501:
        raise AnswerError("%s answered %d: %s" % (model.name, status, parsed))
    if status >= 300 and "Error" in parsed:
        return check_error(parsed["Error"], status, model)
    shape = model.output_shape
    if shape is None:
        return None
    # A flattened list or map that is empty is not there in XML.
    empty = {}
    if model.service_model.protocol == "query":
        empty = {name: [] if member.type_name == "list" else {} for name, member in shape.members.items()
                 if member.type_name in ("list", "map") and member.serialization.get("flattened")}
    check_value({**empty, **{k: v for k, v in parsed.items() if k != "ResponseMetadata"}}, shape, model.name)
    if model.service_model.protocol == "json" and shape.type_name == "structure":
        check_members(json.loads(http_response.content or b"{}"), shape, model.name)
    return None


def check_error(error, status, model):
    known = set(COMMON_ERRORS)
    # Older descriptions, those of the Query protocol, name only some of an operation's errors.
    shapes = model.service_model.error_shapes if model.service_model.protocol == "query" else model.error_shapes
    known.update(LATER_ERRORS.get(model.service_model.service_name, ()))
    for shape in shapes:
        known.add(shape.name)
        known.add(shape.error_code)
    # The description of S3 names few of its errors.
    if model.service_model.service_name != "s3" and error.get("Code") not in known and error.get("QueryErrorCode") not in known:
        raise AnswerError("%s may not fail with %s (%d): %s" % (model.name, error.get("Code"), status, error.get("Message")))


# Members that services have gained since Debian's botocore was made.
NEWER_MEMBERS = {"DeletionProtectionEnabled", "OnDemandThroughput"}


def check_members(raw, shape, where):
    """What a client that drops unknown members does not show."""
    if shape.type_name == "structure":
        for name, value in raw.items():
            members = {m.serialization.get("name", n): m for n, m in shape.members.items()}
            if name in NEWER_MEMBERS and name not in members:
                continue
            if name not in members:
                raise AnswerError("%s.%s is not in the description" % (where, name))
            check_members(value, members[name], where + "." + name)
    elif shape.type_name == "list":
        for value in raw:
            check_members(value, shape.member, where + "[]")
    elif shape.type_name == "map":
        for name, value in raw.items():
            check_members(value, shape.value, where + "{" + name + "}")


TYPES = {
    "string": str, "integer": int, "long": int, "boolean": bool, "double": float, "float": float,
    "timestamp": datetime.datetime, "list": list, "map": dict, "structure": dict,
}


def check_value(value, shape, where):
    if shape.type_name == "blob":
        if not shape.serialization.get("streaming") and not isinstance(value, bytes) and not hasattr(value, "read"):
            raise AnswerError("%s is no bytes: %r" % (where, value))
        return
    if not isinstance(value, TYPES[shape.type_name]):
        raise AnswerError("%s is no %s: %r" % (where, shape.type_name, value))
    if shape.type_name == "structure":
        for name in shape.required_members:
            if name not in value:
                raise AnswerError("%s lacks its required member %s" % (where, name))
        for name, member in value.items():
            if name in shape.members:
                check_value(member, shape.members[name], where + "." + name)
    elif shape.type_name == "list":
        for member in value:
            check_value(member, shape.member, where + "[]")
    elif shape.type_name == "map":
        for name, member in value.items():
            check_value(name, shape.key, where + "{}")
            check_value(member, shape.value, where + "{" + name + "}")
    elif shape.type_name == "string" and shape.enum and value not in shape.enum and value not in LATER_VALUES:
        raise AnswerError("%s is %r, not one of %s" % (where, value, ", ".join(shape.enum)))


class JsonClient:
    """AWS JSON, spoken as the SDKs of today do, with the methods of a boto3 client: for services of which an older boto3
    speaks another protocol only."""

    def __init__(self, daemon, target, service):
        self._daemon, self._target, self._service = daemon, target, service

    def __getattr__(self, method):
        operation = "".join(word.capitalize() for word in method.split("_"))
        return lambda **parameters: self._call(operation, parameters)

    def _call(self, operation, parameters):
        scope = "20240101/us-east-1/%s/aws4_request" % self._service
        status, headers, body = self._daemon.request("POST", "/", json.dumps(encoded(parameters)).encode(), {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": self._target + "." + operation,
            "Authorization": "AWS4-HMAC-SHA256 Credential=test/%s, SignedHeaders=host, Signature=%064d" % (scope, 0),
        })
        answer = decoded(json.loads(body or b"{}"))
        if status == 200:
            return answer
        if status >= 500 and status != 501:
            raise AnswerError("%s answered %d: %s" % (operation, status, answer))
        shape = answer.pop("__type", "").split("#")[-1]
        query_error = headers.get("x-amzn-query-error", "").split(";")[0]
        raise ClientError({"Error": {"Code": query_error or shape, "QueryErrorCode": shape,
                                     "Message": answer.get("message", answer.get("Message", ""))},
                           "ResponseMetadata": {"HTTPStatusCode": status}}, operation)


def encoded(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: encoded(member) for name, member in value.items()}
    return [encoded(member) for member in value] if isinstance(value, (list, tuple)) else value


def decoded(value):
    if isinstance(value, dict):
        return {name: base64.b64decode(member) if name == "BinaryValue" else decoded(member)
                for name, member in value.items()}
    return [decoded(member) for member in value] if isinstance(value, list) else value


def unique(prefix):
    """A name that no other test has."""
    return "%s-%d-%s" % (prefix, os.getpid(), re.sub("[^a-f0-9]", "", os.urandom(6).hex()))
