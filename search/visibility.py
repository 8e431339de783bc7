"""Who may see a story: the rules as data, and what is made of them.

Takes a rule; gives the Elasticsearch filter (`elastic_filter`), the condition on SQLite's table of stories
(`sql_condition`), the check on one stored document (`holds`), and the words that say why a story is hidden (`reasons`).

A withheld or embargoed story is not there for a reader without the right to hidden stories: a page that said "under
embargo" would already tell that an agency has something. A kill is public, since people must take down what they
published. But a kill of a story that was withheld, or whose embargo has not ended, is as hidden as the story was.

Times are compared by the millisecond, as both stores keep them.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from processors.annotations import Record

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

DO_NOT_PUBLISH = "Do not publish. Remove anything already published."
KILLED_BY_AGENCY = f"KILLED by the agency. {DO_NOT_PUBLISH}"

# The columns of SQLite's table ``stories``. Whatever else a rule asks for is read from the stored document.
COLUMNS = ("status", "embargo_until")


class Equals(Record, frozen=True):
    """The field has this value."""

    field: str
    value: str


class IsAhead(Record, frozen=True):
    """The field has a time after the present one."""

    field: str


Criterion = Equals | IsAhead


class Rule(Record, frozen=True):
    """Which stories are meant: those for which each of ``all_of`` holds and none of ``none_of``."""

    all_of: tuple[Criterion, ...] = ()
    none_of: tuple[Criterion, ...] = ()


EVERYTHING = Rule()
VISIBLE = Rule((Equals("status", "usable"),), (IsAhead("embargo_until"),))
"""What every reader may see: the filter behind the readers' alias. An embargo ends by itself."""
PUBLIC_KILL = Rule(
    (Equals("status", "canceled"),),
    (IsAhead("embargo_until"), Equals("killed.status", "withheld"), IsAhead("killed.embargo_until")),
)
"""Kills that every reader may know of."""
KILLED = Rule((Equals("status", "canceled"),))
EMBARGOED = Rule((IsAhead("embargo_until"),))
WAITING = Rule((Equals("status", "usable"), IsAhead("embargo_until")))
"""What becomes visible by itself when its embargo ends."""
WITHHELD = Rule(none_of=(Equals("status", "usable"), Equals("status", "canceled")))


class Reason(Record, frozen=True):
    """Why a story is hidden: the stories concerned, and the words for it, on a page and on a card in a terminal."""

    name: str
    rule: Rule
    label: str
    flag: str


REASONS = (
    Reason("kill", KILLED, "Killed", "CANCELED"),
    Reason("withheld", WITHHELD, "Withheld", "WITHHELD"),
    Reason("embargo", EMBARGOED, "Embargoed", "EMBARGO"),
)


def seen_by(*, hidden: bool, kills: bool = False) -> tuple[Rule, ...]:
    """What a reader may see, by any of these rules.

    ``hidden`` is the right to hidden stories; without it, ``kills`` asks for those kills that everybody may know of.
    """
    if hidden:
        return (EVERYTHING,)
    return (VISIBLE, PUBLIC_KILL) if kills else (VISIBLE,)


def is_there(document: Mapping[str, Any] | None, now: datetime, *, hidden: bool) -> bool:
    """Whether a story, or its kill, is in the archive for a reader with or without the right to hidden stories."""
    return document is not None and any(holds(rule, document, now) for rule in seen_by(hidden=hidden, kills=True))


def reasons(document: Mapping[str, Any], now: datetime) -> tuple[Reason, ...]:
    """Why a story is not `VISIBLE` now; nothing where it is."""
    return tuple(reason for reason in REASONS if holds(reason.rule, document, now))


def was_public(tombstone: Mapping[str, Any]) -> bool:
    """Whether readers saw a story before it was killed: not one that was withheld, or killed during its embargo."""
    killed = tombstone.get("killed") or {}
    before = {
        "status": killed.get("status", "usable"),
        "embargo_until": killed.get("embargo_until") or tombstone.get("embargo_until"),
    }
    return holds(VISIBLE, before, datetime.fromisoformat(tombstone["received_at"]))


def holds(rule: Rule, document: Mapping[str, Any], now: datetime) -> bool:
    """Whether a stored document is one of those that a rule means."""
    present = milliseconds(now)
    every = all(_is_met(criterion, document, present) for criterion in rule.all_of)
    return every and not any(_is_met(criterion, document, present) for criterion in rule.none_of)


def elastic_filter(*rules: Rule) -> dict[str, Any]:
    """The Elasticsearch query that finds what any of the rules means. ``now`` in it is the time of each search."""
    queries = [_elastic(rule) for rule in rules]
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries, "minimum_should_match": 1}}


def sql_condition(*rules: Rule) -> str:
    """The condition on SQLite's ``stories`` for what any of the rules means, with the parameter ``:now``.

    The connection must have `milliseconds_of` as its function ``milliseconds``.
    """
    return " OR ".join(f"({_sql(rule)})" for rule in rules)


def milliseconds(moment: datetime) -> int:
    """A moment in whole milliseconds since 1970."""
    return (moment - EPOCH) // MILLISECOND


def milliseconds_of(stored: str | None) -> int | None:
    """A stored time in whole milliseconds since 1970; ``None`` for none."""
    return None if stored is None else milliseconds(datetime.fromisoformat(stored))


def _is_met(criterion: Criterion, document: Mapping[str, Any], present: int) -> bool:
    value: Any = document
    for name in criterion.field.split("."):
        value = (value or {}).get(name)
    if isinstance(criterion, Equals):
        return bool(value == criterion.value)
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment is not None and milliseconds(moment) > present


def _elastic(rule: Rule) -> dict[str, Any]:
    if rule == EVERYTHING:
        return {"match_all": {}}
    parts = {"filter": rule.all_of, "must_not": rule.none_of}
    return {"bool": {name: [_elastic_criterion(one) for one in each] for name, each in parts.items() if each}}


def _elastic_criterion(criterion: Criterion) -> dict[str, Any]:
    if isinstance(criterion, Equals):
        return {"term": {criterion.field: criterion.value}}
    return {"range": {criterion.field: {"gt": "now"}}}


def _sql(rule: Rule) -> str:
    parts = [_sql_criterion(one) for one in rule.all_of]
    return " AND ".join(parts + [f"NOT {_sql_criterion(one)}" for one in rule.none_of]) or "1"


def _sql_criterion(criterion: Criterion) -> str:
    is_column = criterion.field in COLUMNS
    stored = f"json_extract(CAST(document AS TEXT), '$.{criterion.field}')"
    if isinstance(criterion, Equals):
        value = criterion.field if is_column else f"ifnull({stored}, '')"
        return f"({value} = '{criterion.value}')"
    time = criterion.field if is_column else f"milliseconds({stored})"
    return f"(ifnull({time}, 0) > :now)"
