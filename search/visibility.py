"""Who may see a story: the rules as data, and what is made of them.

Takes a rule; gives the Elasticsearch filter (`elastic_filter`), the condition on SQLite's table of stories
(`sql_condition`), the check on one stored document (`holds`), and the words that say why a story is hidden (`reasons`).

A withheld or embargoed story is not there for a reader without the right to hidden stories: a page that said "under
embargo" would already tell that an agency has something. A kill is public, since people must take down what they
published. But a kill of a story that was withheld, or whose embargo has not ended, is as hidden as the story was.

A contract may give a source to some readers only. For the others its stories are not there, kills among them: every
rule is narrowed to the `Sources` of the reader.

Times are compared by the millisecond, as both stores keep them.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from processors.annotations import Record

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

DO_NOT_PUBLISH = "Do not publish. Remove anything already published."
KILLED_BY_AGENCY = f"KILLED by the agency. {DO_NOT_PUBLISH}"
REMOVED_HERE = "REMOVED by this archive's operator. Do not use it without asking them."
FORGOTTEN = "forgotten"  # the format of the tombstone of a story that the operator has had forgotten

# The columns of SQLite's table ``stories``. Whatever else a rule asks for is read from the stored document, and the
# source from the table of codes, which has it in lower case.
COLUMNS = ("status", "embargo_until")


class Sources(Record, frozen=True):
    """Which sources a reader may see: with ``only`` those of ``names``, else all but those.

    Names are in lower case and sorted, as `sources_named` makes them: a source is the same in any case, as in a search.
    """

    names: tuple[str, ...] = ()
    only: bool = False

    def has(self, source: str) -> bool:
        """Whether a story of this source is there."""
        return (source.lower() in self.names) is self.only

    def joined(self, other: "Sources") -> "Sources":
        """What either of the two allows."""
        mine, others = set(self.names), set(other.names)
        if self.only and other.only:
            return Sources(tuple(sorted(mine | others)), only=True)
        if self.only or other.only:
            return Sources(tuple(sorted(others - mine if self.only else mine - others)))
        return Sources(tuple(sorted(mine & others)))


EVERY_SOURCE = Sources()
NO_SOURCE = Sources(only=True)


def sources_named(names: Iterable[str], *, only: bool) -> Sources:
    """The sources with these names only, or all but these; in any case."""
    return Sources(tuple(sorted({name.lower() for name in names})), only)


class Equals(Record, frozen=True):
    """The field has this value."""

    field: str
    value: str


class IsAhead(Record, frozen=True):
    """The field has a time after the present one."""

    field: str


class IsOneOf(Record, frozen=True):
    """The field, a code, has one of these values, which are in lower case; it may have them in any case."""

    field: str
    values: tuple[str, ...]


Criterion = Equals | IsAhead | IsOneOf


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
    Reason("kill", Rule(KILLED.all_of, (Equals("format", FORGOTTEN),)), "Killed", "CANCELED"),
    Reason("kill", Rule((*KILLED.all_of, Equals("format", FORGOTTEN))), "Removed", "REMOVED"),
    Reason("withheld", WITHHELD, "Withheld", "WITHHELD"),
    Reason("embargo", EMBARGOED, "Embargoed", "EMBARGO"),
)


def seen_by(*, hidden: bool, kills: bool = False, sources: Sources = EVERY_SOURCE) -> tuple[Rule, ...]:
    """What a reader may see, by any of these rules.

    ``hidden`` is the right to hidden stories; without it, ``kills`` asks for those kills that everybody may know of.
    Nothing is seen but of the reader's ``sources``.
    """
    rules = (EVERYTHING,) if hidden else (VISIBLE, PUBLIC_KILL) if kills else (VISIBLE,)
    return tuple(within(sources, rule) for rule in rules)


def within(sources: Sources, rule: Rule) -> Rule:
    """The rule for a reader of these sources only."""
    if sources == EVERY_SOURCE:
        return rule
    of_these = IsOneOf("source", sources.names)
    if sources.only:
        return Rule((*rule.all_of, of_these), rule.none_of)
    return Rule(rule.all_of, (*rule.none_of, of_these))


def is_there(
    document: Mapping[str, Any] | None, now: datetime, *, hidden: bool, sources: Sources = EVERY_SOURCE
) -> bool:
    """Whether a story, or its kill, is in the archive for a reader of these sources.

    ``hidden`` is the right to hidden stories.
    """
    rules = seen_by(hidden=hidden, kills=True, sources=sources)
    return document is not None and any(holds(rule, document, now) for rule in rules)


def reasons(document: Mapping[str, Any], now: datetime) -> tuple[Reason, ...]:
    """Why a story is not `VISIBLE` now; nothing where it is."""
    return tuple(reason for reason in REASONS if holds(reason.rule, document, now))


def arrival(received_at: datetime, embargo_until: datetime | None) -> datetime:
    """When a story reaches readers: when it was received, or when its embargo ends if that is later."""
    return max(received_at, embargo_until or received_at)


def arrived_at(document: Mapping[str, Any]) -> datetime:
    """When a stored document reached readers, or will: its `arrival`."""
    until = document.get("embargo_until")
    return arrival(datetime.fromisoformat(document["received_at"]), datetime.fromisoformat(until) if until else None)


def came_at(document: Mapping[str, Any], now: datetime, *, by_receipt: bool) -> datetime:
    """When a stored document came to those who see it; with ``by_receipt`` or under an embargo, its receipt."""
    if by_receipt or holds(EMBARGOED, document, now):
        return datetime.fromisoformat(document["received_at"])
    return arrived_at(document)


def is_forgotten(document: Mapping[str, Any]) -> bool:
    """Whether it is the tombstone of a story that the operator has had forgotten: nothing that the agency did."""
    return bool(document["status"] == "canceled" and document.get("format") == FORGOTTEN)


def closing_words(tombstone: Mapping[str, Any]) -> str:
    """What readers are told in place of the story: who took it back, and what they must do."""
    return REMOVED_HERE if is_forgotten(tombstone) else KILLED_BY_AGENCY


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
    if isinstance(criterion, IsOneOf):
        return str(value or "").lower() in criterion.values
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
    if isinstance(criterion, IsOneOf):
        either = [
            {"regexp": {criterion.field: {"value": _any_case(value), "flags": "NONE"}}} for value in criterion.values
        ]
        return {"bool": {"should": either, "minimum_should_match": 1}} if either else {"match_none": {}}
    return {"range": {criterion.field: {"gt": "now"}}}


def _any_case(text: str) -> str:
    """A regular expression of Lucene's for a text in any case; its own comparison in any case knows ASCII only."""
    cases = ("".join(dict.fromkeys((char, char.upper()))) if len(char.upper()) == 1 else char for char in text)
    return "".join(f"[{both}]" if len(both) > 1 else f"\\{both}" if not both.isalnum() else both for both in cases)


def _sql(rule: Rule) -> str:
    parts = [_sql_criterion(one) for one in rule.all_of]
    return " AND ".join(parts + [f"NOT {_sql_criterion(one)}" for one in rule.none_of]) or "1"


def _sql_criterion(criterion: Criterion) -> str:
    if isinstance(criterion, IsOneOf):
        values = ", ".join(_sql_text(value) for value in criterion.values)
        kept = f"SELECT story FROM codes WHERE field = {_sql_text(criterion.field)} AND value IN ({values})"  # noqa: S608 - texts are quoted
        return f"(stories.rowid IN ({kept}))"
    is_column = criterion.field in COLUMNS
    stored = f"json_extract(CAST(document AS TEXT), '$.{criterion.field}')"
    if isinstance(criterion, Equals):
        value = criterion.field if is_column else f"ifnull({stored}, '')"
        return f"({value} = '{criterion.value}')"
    time = criterion.field if is_column else f"milliseconds({stored})"
    return f"(ifnull({time}, 0) > :now)"


def _sql_text(text: str) -> str:
    """A text as SQLite reads it in a statement: nothing in it but the quote ends it."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"
