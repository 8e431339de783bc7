"""What a story's past comes to does not depend on the order in which its versions arrive."""

from itertools import permutations
from operator import attrgetter
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from search.documents import Document, source_of
from search.history import (
    FORGOTTEN,
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_PREVIOUS,
    MOST_TEXTS,
    Killed,
    Past,
    Previous,
    PreviousText,
    Standing,
    amend,
    standing_in,
    standing_of,
    succeed,
    with_past,
)
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


def expected_past(arrived: list[Document]) -> Past:
    """The definition, straight: what all versions together say of the newest one's past."""
    *older, newest = sorted(arrived, key=lambda one: one.version)
    called = None
    alive = [one for one in older if one.status != "canceled"]
    if alive and newest.status != "usable":
        last = ([one for one in alive if one.status == "usable"] or alive)[-1]
        words = (last.headline, last.slugline, last.embargo_until) if last.status == "usable" else ()
        called = Killed(last.version, last.status, *words)
    if newest.status == "canceled":
        return Past((), newest.version, (), None if newest.format == FORGOTTEN else called)
    killed = max((one.version for one in older if one.status == "canceled"), default=None)
    told = [one for one in older if one.status == "usable" and one.version > (killed or 0)]
    own = newest.status == "usable"
    headlines = {one.headline: one.version for one in told if not one.embargo_until}
    texts = {one.body: one.version for one in told if one.body != LONG and not one.embargo_until}
    own_headline = newest.headline if own and not newest.embargo_until else ""
    previous = [Previous(text, n) for text, n in headlines.items() if text not in ("", own_headline)]
    before = [PreviousText(text, n) for text, n in texts.items() if text]
    if own and not newest.embargo_until:
        before = [row for row in before if row.body != newest.body]
    by_version = attrgetter("version")
    kept = sorted(before, key=by_version)[-MOST_TEXTS:]
    return Past(tuple(sorted(previous, key=by_version)), killed, tuple(kept), called)


def arrive(arrived: list[Document]) -> Standing | None:
    standing: Standing | None = None
    for one in arrived:
        if standing is None or one.version >= standing.version:
            standing = standing_of(one, succeed(standing, one))
        elif (past := amend(standing, one)) is not None:
            standing = msgspec.structs.replace(standing, past=past)
    return standing


@given(versions())
def test_every_order_gives_the_past_that_the_versions_have(arrived: list[Document]) -> None:
    standing = arrive(arrived)
    assert standing is not None
    assert standing.past == expected_past(arrived)


@given(versions(), st.integers(0, 5))
def test_a_replay_changes_nothing(arrived: list[Document], again: int) -> None:
    assert arrive([*arrived, *arrived[again:], *arrived]) == arrive(arrived)


def test_a_kill_takes_the_headlines_before_it_along_also_when_it_comes_last() -> None:
    told = document(version=1, headline="Libel")
    killed = document(version=2, status="canceled")
    anew = document(version=3, headline="Truth")
    for order in permutations([told, killed, anew]):
        standing = arrive(list(order))
        assert standing is not None
        assert standing.past == Past((), 2)


def test_the_newest_headlines_are_kept_of_many() -> None:
    standing = arrive([document(version=n, headline=str(n)) for n in range(1, MOST_PREVIOUS + 10)])
    assert standing is not None
    assert [row.version for row in standing.past.previous] == list(range(9, MOST_PREVIOUS + 9))


def test_the_past_survives_storage() -> None:
    past = Past((Previous("A", 1), Previous("B", 2)), 1, (PreviousText("a", 2),))
    source = with_past({"status": "usable", "headline": "C", "body": "…"}, past)
    assert standing_in(source, 3) == Standing(3, "usable", "C", past, "…")


@given(versions())
def test_how_a_story_stands_survives_storage(arrived: list[Document]) -> None:
    standing = arrive(arrived)
    assert standing is not None
    newest = max(arrived, key=attrgetter("version"))
    stored = msgspec.json.decode(msgspec.json.encode(with_past(source_of(newest), standing.past)))
    assert standing_in(stored, newest.version) == standing


def test_a_tombstone_says_what_was_killed_and_one_of_a_forgotten_story_nothing() -> None:
    told = document(version=1, headline="Libel" * 200, slugline="US-LIBEL", embargo_until=START)
    for kind, killed in (
        ("ninjs", Killed(1, "usable", told.headline[:LONGEST_NAME], "US-LIBEL", START)),
        (FORGOTTEN, None),
    ):
        for order in permutations([told, document(version=2, status="canceled", format=kind)]):
            standing = arrive(list(order))
            assert standing is not None
            assert standing.past == Past((), 2, (), killed)


def test_no_word_under_an_embargo_is_kept_beside_a_later_one() -> None:
    early = document(version=1, headline="X, secret winner", body="The secret winner is X.", embargo_until=START)
    safe = document(version=2, body="The winner will be named tonight.")
    for order in permutations([early, safe]):
        standing = arrive(list(order))
        assert standing is not None
        assert "secret" not in str(standing)
