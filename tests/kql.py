"""What Kibana makes of KQL, for the part of the language that the documentation uses.

Takes a KQL text, gives the Elasticsearch query that Kibana's ``toElasticsearchQuery`` sends for it: ``match`` for bare
words, ``match_phrase`` for quoted ones, ``query_string`` for wildcards, ``range``, ``exists`` and ``nested``.
"""

import re
from typing import Any

TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*") | (?P<sign>>=|<=|[(){}:<>]) | (?P<word>(?:[^\s():<>{}"\\]|\\.)+))""",
    re.VERBOSE,
)
RANGES = {">=": "gte", "<=": "lte", ">": "gt", "<": "lt"}


class KqlError(ValueError):
    """A text that is no KQL, or none that this reader knows."""


def query_of(text: str) -> dict[str, Any]:
    """The query that Kibana sends for a KQL text."""
    reader = _Reader(_tokens(text))
    made = reader.either("")
    if reader.tokens:
        raise KqlError(f"{text!r}: nothing is expected at {reader.tokens[0]}")
    return made


def fields_of(query: Any) -> set[str]:
    """Every field that a query asks for."""
    found: set[str] = set()
    if isinstance(query, list):
        return found.union(*map(fields_of, query))
    if not isinstance(query, dict):
        return found
    for kind, body in query.items():
        if kind in ("match", "match_phrase", "range"):
            found |= set(body)
        elif kind == "exists":
            found.add(body["field"])
        elif kind == "query_string":
            found |= set(body["fields"])
        elif kind == "nested":
            found |= {body["path"]} | fields_of(body["query"])
        else:
            found |= fields_of(body)
    return found


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None:
            raise KqlError(f"{text!r}: character {at + 1}")
        found.append(match[0].strip())
        at = match.end()
    return found


class _Reader:
    """Recursive descent; ``path`` is that of the nested rows around."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def _take(self, *expected: str) -> str:
        if not self.tokens or (expected and self.tokens[0].lower() not in expected):
            raise KqlError(f"{expected or 'a word'} is missing before {self.tokens[:1]}")
        return self.tokens.pop(0)

    def _next(self, *words: str) -> bool:
        return bool(self.tokens) and self.tokens[0].lower() in words

    def either(self, path: str) -> dict[str, Any]:
        parts = [self._both(path)]
        while self._next("or"):
            self._take()
            parts.append(self._both(path))
        return _any(parts)

    def _both(self, path: str) -> dict[str, Any]:
        parts = [self._not(path)]
        while self._next("and"):
            self._take()
            parts.append(self._not(path))
        return {"bool": {"filter": parts}} if len(parts) > 1 else parts[0]

    def _not(self, path: str) -> dict[str, Any]:
        if self._next("not"):
            self._take()
            return {"bool": {"must_not": self._not(path)}}
        if self._next("("):
            self._take()
            made = self.either(path)
            self._take(")")
            return made
        return self._condition(path)

    def _condition(self, path: str) -> dict[str, Any]:
        field = path + self._take()
        sign = self._take(":", *RANGES)
        if sign in RANGES:
            return {"range": {field: {RANGES[sign]: _plain(self._take())}}}
        if self._next("{"):
            self._take()
            made = self.either(f"{field}.")
            self._take("}")
            return {"nested": {"path": field, "query": made, "score_mode": "none"}}
        if self._next("("):
            self._take()
            values = [self._value(field)]
            while self._next("or"):
                self._take()
                values.append(self._value(field))
            self._take(")")
            return _any(values)
        return self._value(field)

    def _value(self, field: str) -> dict[str, Any]:
        token = self._take()
        if token.startswith('"'):
            return {"match_phrase": {field: _plain(token)}}
        words = [token]
        while self.tokens and re.match(r"[^():<>{}\"]", self.tokens[0]) and not self._next("and", "or", "not"):
            words.append(self._take())
        text = " ".join(words)
        if text == "*":
            return {"exists": {"field": field}}
        if "*" in text:
            return {"query_string": {"fields": [field], "query": text}}
        return {"match": {field: _plain(text)}}


def _any(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"bool": {"should": parts, "minimum_should_match": 1}} if len(parts) > 1 else parts[0]


def _plain(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token.strip('"'))
