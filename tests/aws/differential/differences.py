"""Differences between two servers, listed once a kind; those that are known have a reason."""
import json
import re

# What differs from request to request within one kind of message.
VARYING = [(re.compile(pattern), by) for pattern, by in (
    (r'"(?:[^"\\]|\\.)*"', '"…"'), (r"'[^']*'", "'…'"), (r"\[[^\[\]]*\]", "[…]"), (r"\{[^{}]*\}", "{…}"), (r"[:#]\w+", "…"),
    (r"-?\d[\d.eE+-]*", "0"), (r"(keyword|function|attribute|key|name|path|operator|operator or function): \S+", r"\1: …"))]


def kind_of(message):
    for pattern, by in VARYING:
        message = pattern.sub(by, message)
    return message


def outcome(answer, body):
    """What is printed of an answer, and its kind."""
    if answer.error is None:
        return json.dumps(body, sort_keys=True), "served"
    error = answer.error.split("#")[-1]
    details = json.dumps(body, sort_keys=True) if body else ""
    return ("%s: %s %s" % (error, answer.message, details)).rstrip(), "%s: %s" % (error, kind_of(answer.message + details))


class Differences:
    """Where faasd answers as no peer does. `allowed` are (operations or None, ours, theirs, reason): two regular expressions over
    what faasd and the first peer have answered, the former with the request on the next line. Without `errors` it's enough that both refuse."""

    def __init__(self, names, allowed, errors=True):
        self._names, self._errors = names, errors
        self._allowed = [(operations, re.compile(ours, re.S), re.compile(theirs, re.S), reason)
                         for operations, ours, theirs, reason in allowed]
        self._kinds = {}
        self._used = {}
        self.requests = self.served = 0

    def compare(self, operation, request, answers, normal):
        """True where all answers are the same. `normal` drops from a body what may differ."""
        self.requests += 1
        self.served += answers[0].error is None
        # Of an error, what it has beside its message: an item, the reasons of a cancelled transaction.
        bodies = [normal(operation, request, answer.body)
                  if answer.error is None or (self._errors and answer.body) else {} for answer in answers]
        same = [self._same(answers[0], bodies[0], *other) for other in zip(answers[1:], bodies[1:])]
        if not any(same):
            both = answers[0].error is None and answers[1].error is None
            texts, kinds = zip(*(outcome(*one) for one in zip(answers, bodies)))
            if both:
                kinds = tuple(sorted({re.sub(r"\d+", "0", place) for place in places_of(bodies[0], bodies[1])})[:3])
            self._add(operation, request, texts, kinds)
        return all(same)

    def _same(self, ours, our_body, theirs, their_body):
        if ours.error is None or theirs.error is None:
            return ours.error == theirs.error and our_body == their_body
        return not self._errors or (ours.error == theirs.error and ours.message == theirs.message and our_body == their_body)

    def _add(self, operation, request, texts, kinds):
        for operations, ours, theirs, reason in self._allowed:
            if (not operations or operation in operations) and ours.search(texts[0] + "\n" + json.dumps(request)) and theirs.search(texts[1]):
                self._used[reason] = self._used.get(reason, 0) + 1
                return
        known = self._kinds.setdefault((operation, *kinds), [0, request, texts])
        known[0] += 1
        if len(json.dumps(request)) < len(json.dumps(known[1])):
            known[1:] = [request, texts]

    def report(self):
        """Prints what there is; True where nothing is unknown."""
        for reason, count in sorted(self._used.items()):
            print("known, %d times: %s" % (count, reason))
        for (operation, *_), (count, request, texts) in sorted(self._kinds.items(), key=lambda k: -k[1][0]):
            print("\n%s, %d times\n    %s" % (operation, count, json.dumps(request)[:1500]))
            for name, text in zip(self._names, texts):
                print("    %-7s %s" % (name, text[:900]))
        print("\n%d requests, %d of them served, %d kinds of difference" % (self.requests, self.served, len(self._kinds)))
        return not self._kinds


def places_of(one, two, where=""):
    """Where two values of JSON differ."""
    if isinstance(one, dict) and isinstance(two, dict):
        for name in one.keys() | two.keys():
            if one.get(name) != two.get(name) or (name in one) != (name in two):
                yield from places_of(one.get(name), two.get(name), where + "." + name)
    elif isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        for mine, yours in zip(one, two):
            if mine != yours:
                yield from places_of(mine, yours, where + "[]")
    else:
        yield where
