"""Random expressions, with the names and values that they use. Some are made wrong afterwards."""
import re

import dynamodb_values as values

RESERVED = ["name", "size", "Count", "status", "SET", "in", "between", "type"]
TOKEN = re.compile(r"\s+|[:#]?\w+|.")
NOISE = ["", "AND", "OR", "NOT", "(", ")", ",", "=", "<>", "<", "+", "-", ".", "[", "]", "[0]", "SET", "REMOVE", "ADD", "DELETE", "BETWEEN",
         "IN", "size", "contains", "nofunc", "#undefined", ":undefined", "a", "a.b", "#", ":", "!", "1", "\"", "é", "  ", "[-1]", "[1.5]", "*", "a b",
         "attribute_exists(a)", "set", "and", "if_not_exists(a, a)", "a-b", "_x", "[99999999999]", ";", "@"]
TYPES = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"]


class Expressions:
    """All the expressions of one request share their names and values."""

    def __init__(self, rng, table, wrong_share=0.1):
        self._rng, self._table, self._wrong = rng, table, wrong_share
        self.names, self.values = {}, {}

    def name(self, text):
        placeholder = "#n%d" % len(self.names)
        self.names[placeholder] = text
        return placeholder

    def value(self, value=None, share=0.01):
        placeholder = ":v%d" % len(self.values)
        self.values[placeholder] = values.value(self._rng, share) if value is None else value
        return placeholder

    def attribute(self):
        rng = self._rng
        if rng.random() < 0.01:
            return rng.choice(RESERVED)
        known = values.NAMES * 2 + [name for name, _ in self._table.keys]
        text = rng.choice(known)
        return self.name(rng.choice([text, text, "with.dot", "name"])) if rng.random() < 0.25 else text

    def path(self, nested=0.35):
        made = self.attribute()
        while self._rng.random() < nested:
            made += self._rng.choice([".a", ".b", ".x", "[0]", "[1]", "[0]", "." + self.name("a") if self._rng.random() < 0.3 else ".y"])
        return made

    def operand(self, size=True):
        draw = self._rng.random()
        if size and draw < 0.08:
            return "size(%s)" % (self.path() if draw < 0.07 else self.value())
        return self.path() if draw < 0.5 else self.value()

    def condition(self, depth=2):
        rng = self._rng
        kind = rng.choice(["compare"] * 5 + ["between", "in", "function", "function", "function"] + (["and", "or", "not", "parens"] if depth else []))
        if kind == "compare":
            return "%s %s %s" % (self.operand(), rng.choice(["=", "<>", "<", "<=", ">", ">="]), self.operand())
        if kind == "between":
            low = {rng.choice("SN"): "1"}
            bounds = (self.value(low), self.value({next(iter(low)): rng.choice("012")})) if rng.random() < 0.6 else (self.operand(), self.operand())
            return "%s BETWEEN %s AND %s" % (self.operand(), *bounds)
        if kind == "in":
            return "%s IN (%s)" % (self.operand(), ", ".join(self.operand() for _ in range(rng.randint(1, 3))))
        if kind == "and":
            return self.condition(depth - 1) + " AND " + self.condition(depth - 1)
        if kind == "or":
            return self.condition(depth - 1) + rng.choice([" OR ", " or "]) + self.condition(depth - 1)
        if kind == "not":
            return "NOT " + self.condition(depth - 1)
        if kind == "parens":
            return "(" + self.condition(depth - 1) + ")" if rng.random() < 0.9 else "((" + self.condition(depth - 1) + "))"
        return self.function()

    def function(self):
        rng = self._rng
        kind = rng.choice(["attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"])
        if kind.endswith("exists"):
            return "%s(%s)" % (kind, self.path() if rng.random() < 0.95 else self.operand())
        if kind == "attribute_type":
            return "%s(%s, %s)" % (kind, self.path(), self.value({"S": rng.choice(TYPES)}) if rng.random() < 0.9 else self.operand())
        if kind == "begins_with":
            prefix = self.value(rng.choice([{"S": "a"}, {"S": ""}, {"B": "YQ=="}, {"S": "b"}])) if rng.random() < 0.7 else self.operand()
            return "%s(%s, %s)" % (kind, self.path(), prefix)
        return "%s(%s, %s)" % (kind, self.operand(size=False), self.operand(size=False))

    def update(self):
        rng = self._rng
        sections = rng.sample(["SET", "SET", "REMOVE", "ADD", "DELETE"], rng.choice([1, 1, 1, 2]))
        return " ".join("%s %s" % (section if rng.random() < 0.9 else section.lower(), ", ".join(
            self.clause(section) for _ in range(rng.choice([1, 1, 2, 3])))) for section in sections)

    def clause(self, section):
        rng = self._rng
        path = self.path(0.25)
        if section == "REMOVE":
            return path
        if section == "ADD":
            return path + " " + self.value(rng.choice([{"N": "1"}, {"N": "-2.5"}, {"SS": ["a", "z"]}, {"NS": ["1", "9"]}, {"BS": ["YQ=="]}, None, {"N": "1e125"}]))
        if section == "DELETE":
            return path + " " + self.value(rng.choice([{"SS": ["a"]}, {"NS": ["1", "2", "3"]}, {"BS": ["YQ==", "Yg=="]}, None]))
        return path + " = " + self.assigned()

    def assigned(self, depth=1):
        rng = self._rng
        kind = rng.choice(["value"] * 3 + ["path", "sum", "sum", "append", "default"]) if depth else rng.choice(["value", "path"])
        if kind == "value":
            return self.value()
        if kind == "path":
            return self.path()
        if kind == "sum":
            number = lambda: self.value({"N": rng.choice(values.NUMBERS)}) if rng.random() < 0.6 else self.assigned(depth - 1)
            return number() + rng.choice([" + ", " - ", "+", "-"]) + number()
        if kind == "append":
            piece = lambda: self.value({"L": [values.valid(rng, 1)]}) if rng.random() < 0.6 else self.assigned(depth - 1)
            return "list_append(%s, %s)" % (piece(), piece())
        return "if_not_exists(%s, %s)" % (self.path() if rng.random() < 0.95 else self.value(), self.assigned(depth - 1))

    def projection(self):
        return ", ".join(self.path() for _ in range(self._rng.choice([1, 2, 2, 3])))

    def key_condition(self, keys):
        """Of a table's or an index's keys, given as (name, type)."""
        rng = self._rng
        named = lambda key: self.name(key[0]) if rng.random() < 0.3 else key[0]
        made = "%s = %s" % (named(keys[0]), self.value(values.key_value(rng, keys[0][1])))
        if len(keys) > 1 and rng.random() < 0.7:
            kind = rng.choice(["=", "<", "<=", ">", ">=", "between", "begins"])
            one = lambda: self.value(values.key_value(rng, keys[1][1]))
            if kind == "between":
                more = "%s BETWEEN %s AND %s" % (named(keys[1]), one(), one())
            elif kind == "begins":
                more = "begins_with(%s, %s)" % (named(keys[1]), one())
            else:
                more = "%s %s %s" % (named(keys[1]), kind, one())
            made = made + " AND " + more if rng.random() < 0.8 else more + " and " + made
        if rng.random() < 0.08:
            made = rng.choice([made + " AND a = :x", made.replace(" = ", " <> ", 1), "NOT " + made, made + " OR a = a", "size(id) = :v0",
                               self.condition(), made.replace("AND", "OR"), "(" + made + ")", made + " AND attribute_exists(a)", "a.b = :v0",
                               ":v0 = id", "id = id", "id = :v0 AND id = :v0", "rk = :v0", "id IN (:v0)", "contains(id, :v0)"])
        return made

    def spoiled(self, expression):
        """The expression, or once in a while one that is wrong."""
        rng = self._rng
        if rng.random() >= self._wrong:
            return expression
        if rng.random() < 0.05:
            return rng.choice(["", " ", 5, None, [], {}, True])
        tokens = TOKEN.findall(expression)
        at = rng.randrange(len(tokens))
        kind = rng.randrange(4)
        if kind == 0:
            del tokens[at]
        elif kind == 1:
            tokens[at] = rng.choice(NOISE)
        elif kind == 2:
            tokens.insert(at, rng.choice(NOISE) + " ")
        else:
            other = rng.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        return "".join(tokens)

    def add_to(self, request):
        """Gives the request the names and values, sometimes with one too few or too many."""
        rng = self._rng
        if rng.random() < self._wrong / 2:
            which = rng.choice((self.names, self.values))
            if which and rng.random() < 0.5:
                del which[rng.choice(list(which))]
            else:
                which[rng.choice(["#unused", ":unused", "bad", "#", ":", "#a-b", ":a b", "", "#1", ":é"])] = rng.choice(
                    ["a", "", {"S": "a"}, {"N": "x"}, 5])
        if self.names or rng.random() < 0.01:
            request["ExpressionAttributeNames"] = self.names
        if self.values or rng.random() < 0.01:
            request["ExpressionAttributeValues"] = self.values
