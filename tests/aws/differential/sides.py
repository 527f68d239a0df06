"""Two servers that are asked the same, and what they answer.

Requests are AWS JSON, written here and not by boto3: an SDK does not send what its service's description does not allow, and
half of what is compared are requests that are wrong.
"""
import http.client
import json
import time


class Answer:
    """What came back: a body where the request was served, else an error's class and message."""

    def __init__(self, status, headers, text):
        self.status = status
        try:
            self.body = json.loads(text or b"{}")
        except ValueError:
            self.body = {"unreadable": text.decode(errors="replace")}
        self.error = self.message = None
        if status != 200:
            self.error = self.body.pop("__type", "") or "HTTP %d" % status
            self.message = self.body.pop("message", None) or self.body.pop("Message", "") or ""
            self.query_error = headers.get("x-amzn-query-error", "").split(";")[0]


class Gone(Exception):
    """A side hung up or ended: some peers do over some requests."""

    def __init__(self, side, operation, body):
        super().__init__("%s is gone after %s %s" % (side.name, operation, json.dumps(body)))
        self.side = side


class Side:
    """One server. What it answers with 500 is an answer like others."""

    def __init__(self, name, port, service, target, version):
        self.name, self._port, self._target, self._version = name, port, target, version
        self._scope = "AWS4-HMAC-SHA256 Credential=000000000000/20240101/us-east-1/%s/aws4_request, " % service
        self._connection = None

    def call(self, operation, body):
        headers = {
            "Content-Type": "application/x-amz-json-" + self._version,
            "X-Amz-Target": self._target + "." + operation,
            "X-Amz-Date": "20240101T000000Z",
            "Authorization": self._scope + "SignedHeaders=host;x-amz-date;x-amz-target, Signature=%064d" % 0,
        }
        text = json.dumps(body).encode()
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            self._connection.request("POST", "/", text, headers)
            response = self._connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        except (http.client.HTTPException, OSError) as error:
            self._connection = None
            raise Gone(self, operation, body) from error


def again(prepare):
    """Waits for a peer that has ended, for instance until a loop of the shell has restarted it, and prepares it."""
    for _ in range(100):
        time.sleep(0.2)
        try:
            return prepare()
        except Gone as gone:
            last = gone
    raise last
