"""The part of KQL that our panels use: takes such a query, gives its fields and Elasticsearch's form of it.

``field: value``, ``field: "a phrase"``, ``field: *``, ``field <= 2``, ``not`` before one of these, joined by ``and``
and ``or`` (``and`` binds closer). Nothing else is understood, and that is said.
"""

import re
from typing import Any

from deploy.kibana.source import SourceError

TERM = re.compile(r'(?P<no>not )?(?P<field>[a-z_.]+) ?(?P<op>:|<=|>=|<|>) ?(?P<value>"[^"]+"|[^\s"]+)')
RANGES = {"<=": "lte", ">=": "gte", "<": "lt", ">": "gt"}


def fields_of(kql: str) -> list[str]:
    """The fields that a query names."""
    return [_parsed(term)["field"] for choice in kql.split(" or ") for term in choice.split(" and ")] if kql else []


def request_of(kql: str) -> dict[str, Any]:
    """Elasticsearch's form of a query."""
    if not kql:
        return {"match_all": {}}
    choices = [_all_of(choice) for choice in kql.split(" or ")]
    return choices[0] if len(choices) == 1 else {"bool": {"should": choices, "minimum_should_match": 1}}


def _all_of(kql: str) -> dict[str, Any]:
    terms = [_term(term) for term in kql.split(" and ")]
    return terms[0] if len(terms) == 1 else {"bool": {"filter": terms}}


def _parsed(term: str) -> re.Match[str]:
    found = TERM.fullmatch(term.strip())
    if found is None:
        raise SourceError(f"{term!r} is more KQL than our panels use")
    return found


def _term(term: str) -> dict[str, Any]:
    found = _parsed(term)
    field, value = found["field"], found["value"]
    made: dict[str, Any]
    if found["op"] != ":":
        made = {"range": {field: {RANGES[found["op"]]: value}}}
    elif value == "*":
        made = {"exists": {"field": field}}
    elif value.startswith('"'):
        made = {"match_phrase": {field: value.strip('"')}}
    else:
        made = {"match": {field: value}}
    return {"bool": {"must_not": [made]}} if found["no"] else made
