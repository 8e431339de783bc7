import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from streams.dead_letters.choosing import LetterSelection
from streams.dead_letters.letters import dead_letter
from streams.dead_letters.replay import headers_for
from streams.dead_letters.store import DeadStore
from streams.kafka.headers import RECORD_HEADER, copied_headers, headers_of, origin_of
from streams.records import DeadLetter, Replayed, encode
from streams.settings import read_settings
from tests.streams.messages import Message

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def message(**changes) -> Message:
    values: dict[str, Any] = {"offset": 14, "partition": 3, "value": b"broken", "headers": [("source", b"wire")]}
    return Message(**values | changes)


def letter(offset: int, *, part: str = "", error: str = "Rejected", **changes) -> DeadLetter:
    return dead_letter(message(offset=offset, **changes), "read", error, f"reason {offset}", part=part)


@pytest.fixture
def store():
    with closing(DeadStore(read_settings())) as store:
        yield store


def put(store: DeadStore, *records: DeadLetter | Replayed) -> None:
    for at, record in enumerate(records):
        headers = [(RECORD_HEADER, b"Replayed")] if isinstance(record, Replayed) else []
        store.put(Message("news.dead", at, b"id", encode(record), headers))


def done(of: DeadLetter, state="done", offset=99) -> Replayed:
    return Replayed(of.id, state, NOW, "news.raw", 3, offset)


def ids(store: DeadStore, selection: LetterSelection) -> set[str]:
    return {summary.id for summary in store.summaries(selection)}


def test_the_same_refusal_seen_twice_is_one_letter(store) -> None:
    put(store, letter(1), letter(1), letter(2))
    (group,) = store.groups(LetterSelection())
    assert (group.letters, group.stage, group.error, group.source) == (2, "read", "Rejected", "wire")


def test_the_example_of_a_group_is_its_newest(store) -> None:
    put(store, letter(1), letter(2), letter(3))
    (group,) = store.groups(LetterSelection())
    assert group.example == "news.raw:3:3"
    assert group.message == "reason 3"
    assert group.first <= group.last


def test_groups_are_by_stage_error_and_source(store) -> None:
    put(store, letter(1), letter(2, error="Hung"), letter(3, headers=[("source", b"other")]))
    assert len(store.groups(LetterSelection())) == 3
    assert len(store.groups(LetterSelection(source="other"))) == 1


def test_a_choice_holds_in_all_its_parts(store) -> None:
    put(store, letter(1), letter(2, error="Hung"))
    soon = datetime.now(UTC) + timedelta(hours=1)
    assert ids(store, LetterSelection(error="Hung")) == {"news.raw:3:2"}
    assert ids(store, LetterSelection(ids=("news.raw:3:1", "x"))) == {"news.raw:3:1"}
    assert ids(store, LetterSelection(stage="index")) == set()
    assert ids(store, LetterSelection(since=soon)) == set()
    assert len(ids(store, LetterSelection(until=soon))) == 2


def test_a_replayed_letter_is_not_chosen_again_even_if_its_refusal_is_seen_once_more(store) -> None:
    first = letter(1)
    put(store, first, done(first, "begun", -1), done(first), first, done(first, "begun", -1))
    assert ids(store, LetterSelection()) == set()
    assert ids(store, LetterSelection(replayed=True)) == {first.id}


def test_a_replay_that_only_began_is_still_chosen_and_named(store) -> None:
    first = letter(1)
    put(store, first, done(first, "begun", -1))
    assert ids(store, LetterSelection()) == {first.id}
    assert store.begun(LetterSelection()) == [(first.id, "news.raw", NOW)]


def test_all_parts_of_a_message_are_found_and_it_is_claimed_once(store) -> None:
    put(store, letter(1, part="a"), letter(1, part="b"), letter(2))
    assert store.about(("news.raw", 3, 1)) == ["news.raw:3:1:a", "news.raw:3:1:b"]
    assert store.claim(("news.raw", 3, 1))
    assert not store.claim(("news.raw", 3, 1))


def test_a_copy_of_a_copy_goes_back_to_the_first(store) -> None:
    first = letter(1)
    copy = message(offset=50, headers=headers_for(first))
    second = dead_letter(copy, "read", "Rejected", "again")
    headers = dict(headers_for(second))
    assert headers["replayed-from"] == b"news.raw:3:1"
    assert headers["replay-of"] == b"news.raw:3:50"
    assert (first.attempts, headers["attempts"]) == (1, b"2")
    assert headers["source"] == b"wire"
    put(store, first, second)
    assert len(store.refusals_of_message(3, 1, "news.raw")) == 2


@pytest.mark.parametrize(
    "header",
    [b"", b"news.raw", b"news.raw:x:1", b"a:1:" + b"9" * 5000, b"\xff:1", b"other.raw:3:1", b"news.articles:3:1"],
)
def test_a_forged_origin_is_none(header) -> None:
    assert origin_of(message(headers=[("replayed-from", header)])) == ("news.raw", 3, 14)


def test_headers_of_a_copy_are_those_of_the_original_and_its_place() -> None:
    original = message(headers=[("source", b"wire"), ("trace-id", b"t")])
    copied = copied_headers(original, replay_of=b"x")
    assert dict(copied) == {"source": b"wire", "trace-id": b"t", "replayed-from": b"news.raw:3:14", "replay-of": b"x"}
    assert headers_of(message(headers=copied))["replayed-from"] == b"news.raw:3:14"


def test_articles_are_found_by_version_in_letters_of_later_stages(store) -> None:
    value = json.dumps({"id": "a1", "version": 7, "headline": "x"}).encode()
    whole = Message("news.articles", 2, b"a1", value, partition=1)
    bare = Message("news.articles", 3, b"a2", b"no json", partition=1)
    enriched = Message("news.enriched", 3, b"a3", b'{"article": %s}' % value.replace(b"a1", b"a3"), partition=1)
    put(
        store,
        dead_letter(whole, "enrich", "Rejected", "why"),
        dead_letter(bare, "enrich", "Rejected", "what"),
        dead_letter(enriched, "index", "Rejected", "no"),
        dead_letter(Message("news.articles", 5, b"a5", value, partition=1), "enrich", "ValueError", "x", part="stance"),
    )
    assert store.refusals_of_article("a1", 7) == [("enrich", "Rejected", "why")]
    assert store.refusals_of_article("a1", 8) == []
    assert store.refusals_of_article("a2", 8) == [("enrich", "Rejected", "what")], "by its key, whatever its version"
    assert store.refusals_of_article("a3", 7) == [("index", "Rejected", "no")]


def test_what_is_no_dead_letter_is_counted_and_costs_only_itself(store) -> None:
    for value in (b"", None, b"\xff", b"{}", b"[]"):
        store.put(Message("news.dead", 1, b"", value))
    put(store, letter(1))
    assert store.unreadable_count == 5
    assert store.unreadable[0][0] == "news.dead[0]@1"
    assert len(ids(store, LetterSelection())) == 1
