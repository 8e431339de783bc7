"""What a story's past comes to does not depend on the order in which its versions arrive."""

from itertools import permutations
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from search.documents import Document
from search.versions.history import (
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_PREVIOUS,
    MOST_TEXTS,
    KilledVersion,
    Story,
    arrive,
    light,
)
from search.versions.lineage import stored, story_in
from search.visibility import FORGOTTEN
from tests.search.samples import START, document

STATUSES = st.sampled_from(["usable", "usable", "usable", "withheld", "canceled"])
LONG = "x" * (LONGEST_TEXT + 1)


def versions(most: int = 6) -> st.SearchStrategy[list[Document]]:
    """Versions of one story, in the order of arrival."""
    one: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
        {
            "status": STATUSES,
            "headline": st.sampled_from(["A", "B", "C", ""]),
            "body": st.sampled_from(["a", "b", "c", "d", "e", "f", "", LONG]),
            "embargo_until": st.sampled_from([None, None, START]),
            "slugline": st.sampled_from(["US-LIBEL", ""]),
        }
    )
    return st.lists(one, min_size=1, max_size=most).flatmap(
        lambda drawn: st.permutations([document(version=n, **fields) for n, fields in enumerate(drawn, 1)])
    )


def expected_past(arrived: list[Document]) -> dict[str, Any]:
    """The definition, straight: what all versions together say of the newest one's past."""
    *older, newest = sorted(arrived, key=lambda one: one.version)
    called = None
    alive = [one for one in older if one.status != "canceled"]
    if alive and newest.status != "usable" and not (newest.status == "canceled" and newest.format == FORGOTTEN):
        last = ([one for one in alive if one.status == "usable"] or alive)[-1]
        words = (last.headline, last.slugline, last.embargo_until) if last.status == "usable" else ()
        called = KilledVersion(last.version, last.status, *words)
    if newest.status == "canceled":
        return _past([], [], newest.version, called)
    killed = max((one.version for one in older if one.status == "canceled"), default=None)
    told = [one for one in older if one.status == "usable" and one.version > (killed or 0)]
    own = newest.status == "usable"
    headlines = {one.headline: one.version for one in told if not one.embargo_until}
    texts = {one.body: one.version for one in told if one.body != LONG and not one.embargo_until}
    own_headline = newest.headline if own and not newest.embargo_until else ""
    previous = [(n, text) for text, n in headlines.items() if text not in ("", own_headline)]
    before = [(n, text) for text, n in texts.items() if text]
    if own and not newest.embargo_until:
        before = [row for row in before if row[1] != newest.body]
    return _past(sorted(previous), sorted(before)[-MOST_TEXTS:], killed, called)


def _past(
    headlines: list[tuple[int, str]], texts: list[tuple[int, str]], killed: int | None, called: KilledVersion | None
) -> dict[str, Any]:
    return {
        "previous_headlines": [{"headline": text, "version": n} for n, text in headlines],
        "previous_texts": [{"body": text, "version": n} for n, text in texts],
        "killed_version": killed,
        "killed": msgspec.to_builtins(called),
    }


def arrive_all(arrived: list[Document]) -> Story:
    story: Story | None = None
    for one in arrived:
        story = arrive(story, one)
    assert story is not None
    return story


def past_of(story: Story) -> dict[str, Any]:
    """What is stored of a story's past."""
    source = stored(story)
    return {name: source[name] for name in ("previous_headlines", "previous_texts", "killed_version", "killed")}


@given(versions())
def test_every_order_gives_the_past_that_the_versions_have(arrived: list[Document]) -> None:
    assert past_of(arrive_all(arrived)) == expected_past(arrived)


@given(versions(), st.integers(0, 5))
def test_a_replay_changes_nothing(arrived: list[Document], again: int) -> None:
    assert stored(arrive_all([*arrived, *arrived[again:], *arrived])) == stored(arrive_all(arrived))


def test_a_kill_takes_the_headlines_before_it_along_also_when_it_comes_last() -> None:
    told = document(version=1, headline="Libel")
    killed = document(version=2, status="canceled")
    anew = document(version=3, headline="Truth")
    for order in permutations([told, killed, anew]):
        assert past_of(arrive_all(list(order))) == _past([], [], 2, None)


def test_the_newest_headlines_are_kept_of_many() -> None:
    story = arrive_all([document(version=n, headline=str(n)) for n in range(1, MOST_PREVIOUS + 10)])
    kept = [row["version"] for row in past_of(story)["previous_headlines"]]
    assert kept == list(range(9, MOST_PREVIOUS + 9))


@given(versions())
def test_how_a_story_stands_survives_storage(arrived: list[Document]) -> None:
    story = arrive_all(arrived)
    again = story_in(msgspec.json.decode(msgspec.json.encode(stored(story))))
    assert light(again) == light(story)
    assert msgspec.json.encode(stored(again)) == msgspec.json.encode(stored(story))


def test_a_tombstone_says_what_was_killed_and_one_of_a_forgotten_story_nothing() -> None:
    told = document(version=1, headline="Libel" * 200, slugline="US-LIBEL", embargo_until=START)
    for kind, killed in (
        ("ninjs", KilledVersion(1, "usable", told.headline[:LONGEST_NAME], "US-LIBEL", START)),
        (FORGOTTEN, None),
    ):
        for order in permutations([told, document(version=2, status="canceled", format=kind)]):
            story = arrive_all(list(order))
            assert past_of(story) == _past([], [], 2, killed)
            assert killed or "LIBEL" not in str(stored(story)).upper()


def test_no_word_under_an_embargo_is_kept_beside_a_later_one() -> None:
    early = document(version=1, headline="X, secret winner", body="The secret winner is X.", embargo_until=START)
    safe = document(version=2, body="The winner will be named tonight.")
    for order in permutations([early, safe]):
        assert "secret" not in str(stored(arrive_all(list(order))))
