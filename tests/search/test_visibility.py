"""Who may see a story: the filter, the SQL condition and the check on one document agree, whatever the document."""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.documents import source_of
from search.elastic.templates import IndexNames, aliases
from search.sqlite.layouts import set_up
from search.sqlite.tables import put
from search.versions.history import KilledVersion
from search.visibility import (
    EMBARGOED,
    EVERY_SOURCE,
    EVERYTHING,
    FORGOTTEN,
    KILLED,
    KILLED_BY_AGENCY,
    NO_SOURCE,
    PUBLIC_KILL,
    REMOVED_HERE,
    VISIBLE,
    WAITING,
    WITHHELD,
    Rule,
    Sources,
    closing_words,
    elastic_filter,
    holds,
    is_there,
    milliseconds,
    milliseconds_of,
    reasons,
    seen_by,
    sources_named,
    sql_condition,
    within,
)
from tests.examples import examples
from tests.search.conftest import StoreMaker
from tests.search.samples import START, document

RULES = (EVERYTHING, VISIBLE, PUBLIC_KILL, KILLED, EMBARGOED, WAITING, WITHHELD)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
STATUSES = st.sampled_from(["usable", "withheld", "canceled", "usable ", ""])

# Times about the present one to the microsecond, and any others, in any zone.
NEAR = st.integers(-2_500_000, 2_500_000).map(lambda microseconds: NOW + timedelta(microseconds=microseconds))
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = NEAR | st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=ZONES)  # noqa: DTZ001 - zones follow
EMBARGOES = st.none() | TIMES
KILLS = st.none() | st.builds(KilledVersion, st.just(1), STATUSES, embargo_until=EMBARGOES)


def stored_as(status: str, until: datetime | None, killed: KilledVersion | None) -> dict[str, Any]:
    """A document as JSON keeps it."""
    made = source_of(document(status=status, embargo_until=until)) | {"killed": msgspec.to_builtins(killed)}
    kept: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(made))
    return kept


DOCUMENTS = st.builds(stored_as, STATUSES, EMBARGOES, KILLS)


@pytest.fixture(scope="module")
def table() -> Iterator[sqlite3.Connection]:
    """The tables of the embedded store, in memory."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.create_function("milliseconds", 1, milliseconds_of, deterministic=True)
        set_up(db)
        yield db


def by_sql(db: sqlite3.Connection, source: dict[str, Any], now: datetime, rules: tuple[Rule, ...]) -> bool:
    """Whether SQLite finds the document by the condition."""
    db.execute("BEGIN")
    put(db.cursor(), None, source)
    found = db.execute(f"SELECT id FROM stories WHERE {sql_condition(*rules)}", {"now": milliseconds(now)}).fetchall()
    db.execute("ROLLBACK")
    return bool(found)


def by_filter(source: Mapping[str, Any], now: datetime, query: Mapping[str, Any]) -> bool:
    """Whether Elasticsearch finds the document by the query: those parts of its language that the filters use."""
    ((kind, body),) = query.items()
    if kind in ("match_all", "match_none"):
        return kind == "match_all"
    if kind == "bool":
        assert body.keys() <= {"filter", "must_not", "should", "minimum_should_match"}
        should = [by_filter(source, now, one) for one in body.get("should", ())]
        return (
            all(by_filter(source, now, one) for one in body.get("filter", ()))
            and not any(by_filter(source, now, one) for one in body.get("must_not", ()))
            and sum(should) >= body.get("minimum_should_match", 0)
        )
    ((path, asked),) = body.items()
    value: Any = source
    for name in path.split("."):
        value = (value or {}).get(name)
    if kind == "term":
        return bool(value == asked)
    if kind == "regexp":
        return re.fullmatch(asked["value"], value) is not None
    assert (kind, asked) == ("range", {"gt": "now"})
    return value is not None and milliseconds(datetime.fromisoformat(value)) > milliseconds(now)


@settings(max_examples=examples(400, 100), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=DOCUMENTS, rules=st.lists(st.sampled_from(RULES), min_size=1, max_size=3).map(tuple), now=NEAR)
def test_filter_condition_and_check_agree(
    table: sqlite3.Connection, source: dict[str, Any], rules: tuple[Rule, ...], now: datetime
) -> None:
    meant = any(holds(rule, source, now) for rule in rules)
    assert by_filter(source, now, elastic_filter(*rules)) is meant
    assert by_sql(table, source, now, rules) is meant


NAMES = st.sampled_from(["AP", "ap", "Ärzte Post", "ÄRZTE POST", "O'Neill [x].*", "o'neill [X].*", "Reuters"])
SOURCES = st.builds(lambda names, only: sources_named(names, only=only), st.lists(NAMES), st.booleans())


@settings(max_examples=examples(400, 100), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=DOCUMENTS, name=NAMES, sources=SOURCES, rule=st.sampled_from(RULES), now=NEAR)
def test_rules_are_narrowed_to_sources_alike(
    table: sqlite3.Connection, source: dict[str, Any], name: str, sources: Sources, rule: Rule, now: datetime
) -> None:
    source = source | {"source": name}
    narrowed = within(sources, rule)
    meant = holds(rule, source, now) and sources.has(name)
    assert holds(narrowed, source, now) is meant
    assert by_filter(source, now, elastic_filter(narrowed)) is meant
    assert by_sql(table, source, now, (narrowed,)) is meant
    there = is_there(source, now, hidden=False) and sources.has(name)
    assert is_there(source, now, hidden=False, sources=sources) is there


@given(one=SOURCES, other=SOURCES, name=NAMES)
def test_joined_sources_are_those_of_either(one: Sources, other: Sources, name: str) -> None:
    assert one.joined(other).has(name) is (one.has(name) or other.has(name))
    assert EVERY_SOURCE.has(name)
    assert not NO_SOURCE.has(name)


def test_what_the_operator_had_forgotten_was_not_killed() -> None:
    made = stored_as("canceled", None, None)
    for format_, label, words in (("newsml", "Killed", KILLED_BY_AGENCY), (FORGOTTEN, "Removed", REMOVED_HERE)):
        assert [reason.label for reason in reasons(made | {"format": format_}, NOW)] == [label]
        assert closing_words(made | {"format": format_}) == words


@given(source=DOCUMENTS, now=NEAR)
def test_a_story_is_visible_or_there_is_a_reason(source: dict[str, Any], now: datetime) -> None:
    assert holds(VISIBLE, source, now) is not bool(reasons(source, now))
    assert is_there(source, now, hidden=True)
    seen = any(holds(rule, source, now) for rule in seen_by(hidden=False, kills=True))
    assert is_there(source, now, hidden=False) is seen


@pytest.mark.parametrize(
    ("status", "until", "why"),
    [
        ("usable", None, []),
        ("usable", NOW - timedelta(days=1), []),
        ("usable", NOW, []),
        ("usable", NOW + timedelta(milliseconds=1), ["embargo"]),
        ("withheld", None, ["withheld"]),
        ("withheld", NOW + timedelta(days=1), ["withheld", "embargo"]),
        ("canceled", None, ["kill"]),
    ],
)
def test_why_a_story_is_hidden(status: str, until: datetime | None, why: list[str]) -> None:
    assert [reason.name for reason in reasons(stored_as(status, until, None), NOW)] == why


@pytest.mark.parametrize(
    ("killed", "until", "known"),
    [
        (None, None, True),
        (KilledVersion(1, "usable"), None, True),
        (KilledVersion(1, "usable", embargo_until=NOW), None, True),
        (KilledVersion(1, "usable", embargo_until=NOW + timedelta(hours=1)), None, False),
        (KilledVersion(1, "withheld"), None, False),
        (None, NOW + timedelta(hours=1), False),
    ],
)
def test_a_kill_is_public_unless_its_story_is_still_hidden(
    killed: KilledVersion | None, until: datetime | None, known: bool
) -> None:
    assert is_there(stored_as("canceled", until, killed), NOW, hidden=False) is known


def test_nothing_is_there_where_nothing_is_stored() -> None:
    assert not is_there(None, NOW, hidden=True)


def test_the_filter_of_the_readers_alias_is_as_it_was() -> None:
    """Another one would have to be given to every index that there is."""
    assert aliases(IndexNames("news"))["news"]["filter"] == {
        "bool": {
            "filter": [{"term": {"status": "usable"}}],
            "must_not": [{"range": {"embargo_until": {"gt": "now"}}}],
        }
    }


async def test_the_stores_show_what_the_rule_says(new_store: StoreMaker) -> None:
    """Real stores, with stories that were written to them, at the present time."""
    now = datetime.now(UTC)
    ahead, past = now + timedelta(hours=1), now - timedelta(hours=1)
    versions = [
        [{"status": status, "embargo_until": until}, *kill]
        for status in ("usable", "withheld")
        for until in (None, past, ahead)
        for kill in ([], [{"status": "canceled", "kind": "kill"}], [{"status": "canceled", "embargo_until": ahead}])
    ]
    documents = [
        document(f"story {number}", version, received_at=START + timedelta(seconds=version), **fields)
        for number, story in enumerate(versions)
        for version, fields in enumerate(story, 1)
    ]
    store = new_store()
    await store.set_up()
    await store.write(documents)
    await store.refresh()
    ids = sorted({one.id for one in documents})
    for hidden in (False, True):
        there = {name for name in ids if is_there(await store.get(name), now, hidden=hidden)}
        assert set(await store.versions(ids, hidden=hidden)) == there
    visible = {name for name in ids if holds(VISIBLE, await store.get(name) or {}, now)}
    assert await store.count() == len(visible) == 2
    await store.close()
