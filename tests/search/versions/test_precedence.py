"""Which version is current does not depend on the order, the repetition or the clocks of the versions."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from processors.annotations import Annotations
from search.articles import LOW_BITS
from search.documents import Document
from search.versions.history import Story, arrive, changes, light, stands
from search.versions.lineage import stored, story_in
from search.versions.precedence import FORGOTTEN, MOST
from streams.wire.article_ids import article_version
from streams.wire.ordering import order_time
from tests.examples import examples
from tests.search.samples import document

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
FAR = datetime(2199, 1, 1, tzinfo=UTC)

Life = Literal["new", "update", "correction", "kill"]


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def told(life: Life, made: datetime | None, received: datetime, text: str = "", **fields: Any) -> Document:
    """A version as the read stage would make it of what a provider sent."""
    ordered = order_time(made, received, [])
    status: Any = fields.pop("status", "canceled" if life == "kill" else "usable")
    headline = text or f"{life} of {made}"
    return document(
        version=article_version(ordered.time, status, life, "", headline),
        ordered_by=ordered.by,
        version_created=made or received,
        received_at=received,
        status=status,
        kind=life,
        headline=headline,
        body=f"Body of {headline}",
        annotations=Annotations(),
        **fields,
    )


def arrive_all(arrived: list[Document]) -> Story:
    """Each stored and read again, as by stores that remember nothing."""
    story = None
    for one in arrived:
        before = story_in(msgspec.json.decode(msgspec.json.encode(stored(story)))) if story else None
        story = arrive(before, one)
    assert story is not None
    return story


def final(arrived: list[Document]) -> dict[str, Any]:
    """What is stored at the end, but for what only says which of two equal versions came last."""
    story = arrive_all(arrived)
    source: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(stored(story)))
    doubts = [(one.sign.by_receipt, one.sign.untrusted) for one in (story.top, *(story.beneath or ()))]
    source["lineage"] = (story.known, story.headlines, story.texts, story.called, doubts)
    for one in (source, *source.get("beneath", ())):
        one.update(received_at="", arrived_at="", latency={}, ordered_by="")
    return source


# --- what the rules say, case by case: each story in the order of receipt, then in every other one

V = told("new", at(0), at(1), "The story")
CASES: dict[str, tuple[list[Document], str]] = {
    "a correction of a story dated 2199": ([told("new", FAR, at(1)), told("correction", at(2), at(3), "C")], "C"),
    "a kill of a story dated 2199": ([told("new", FAR, at(1)), told("kill", at(2), at(3))], ""),
    "an update dated 2199 counts as received": ([V, told("update", FAR, at(5), "U")], "U"),
    "and so does what comes after it": ([told("new", FAR, at(1)), told("update", at(2), at(3), "U")], "U"),
    "a correction whose clock is behind, of a story without a time": (
        [told("new", None, at(1)), told("correction", at(-600), at(3), "C")], "C"),
    "a correction of a story dated tonight": ([told("new", at(600), at(1)), told("correction", at(2), at(3), "C")], "C"),
    "a correction that comes after what was made after it": (
        [told("new", at(0), at(1)), told("update", at(2), at(3), "U"), told("correction", at(1), at(4))], "U"),
    "a kill whose clock is a day behind": ([V, told("kill", at(-1440), at(3))], ""),
    "a kill of a story dated tonight": ([told("new", at(600), at(1)), told("kill", at(2), at(3))], ""),
    "a killed story fed again": ([V, told("kill", at(-9), at(3)), told("new", at(0), at(9), "The story")], ""),
    "a killed story without a time fed again": (
        [told("new", None, at(1), "N"), told("kill", at(2), at(3)), told("new", None, at(9), "N")], ""),
    "a killed story dated 2199 fed again": (
        [told("new", FAR, at(1), "F"), told("kill", at(2), at(3)), told("new", FAR, at(9), "F")], ""),
    "a killed story dated in three days, fed again in four": (
        [told("new", at(3 * 1440), at(1), "F"), told("kill", at(2), at(3)),
         told("new", at(3 * 1440), at(4 * 1440), "F")], ""),
    "a story told again after its kill": ([V, told("kill", at(2), at(3)), told("update", at(4), at(5), "Again")], "Again"),
    "the same when all of it is fed again": (
        [V, told("kill", at(2), at(3)), told("update", at(4), at(5), "Again"),
         told("new", at(0), at(10), "The story"), told("kill", at(2), at(11)), told("update", at(4), at(12), "Again")],
        "Again"),
    "years later, with the times of then": (
        [told("new", at(-10**6), at(1)), told("kill", at(-10**6 + 2), at(2)), told("update", at(-10**6 + 4), at(3), "A")],
        "A"),
    "a story dated 2199, killed, told again with a right clock": (
        [told("new", FAR, at(1)), told("kill", at(2), at(3)), told("update", at(4), at(5), "Again")], "Again"),
    "a clock two hours ahead all day": (
        [told("new", at(120), at(1)), told("kill", at(122), at(3)), told("update", at(124), at(5), "Again")], "Again"),
    "a kill dated 2199": ([V, told("kill", FAR, at(3))], ""),
    "a kill without a time": ([V, told("kill", None, at(3))], ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_stands(name: str) -> None:
    arrived, headline = CASES[name]
    stands_now = arrive_all(arrived)
    assert (stands_now.top.headline, stands_now.top.status) == (headline, "usable" if headline else "canceled")
    if not headline:
        assert "Body of" not in str(stored(stands_now))
    for order in permutations(arrived) if len(arrived) < 5 else ():
        if first_kills_first(order):
            assert final(list(order)) == final(arrived)


def first_kills_first(arrived: Any) -> bool:
    """Whether no copy of a kill or correction that was received later came before its original."""
    acts = [one for one in arrived if one.status == "canceled" or one.kind == "correction"]
    firsts: dict[int, datetime] = {}
    return all(firsts.setdefault(one.version, one.received_at) <= one.received_at for one in acts)


# --- and whatever comes


MADE = st.one_of(
    st.none(), st.just(FAR), st.integers(0, 12).map(at), st.integers(0, 12).map(lambda n: at(n + 100)),
    st.integers(0, 12).map(lambda n: at(n + 5000)), st.integers(0, 12).map(lambda n: at(n - 5000)),
)  # fmt: skip
RECEIVED = st.integers(0, 15).map(at)


def one_of(life: Life, made: datetime | None, received: datetime, text: str) -> Document:
    return told(life, made, received, f"{life} {text} of {made}")


FIELDS = (
    st.sampled_from(["new", "update", "update", "correction", "kill"]), MADE, RECEIVED, st.sampled_from("ABCD"),
)  # fmt: skip
ONE = st.builds(one_of, *FIELDS)


@st.composite
def arrivals(draw: st.DrawFn) -> list[Document]:
    """Of different clocks, with copies received at the same time or another, in any order."""
    versions = draw(st.lists(st.tuples(*FIELDS), min_size=1, max_size=8))
    copies = draw(st.lists(st.tuples(st.sampled_from(versions), RECEIVED | st.none()), max_size=4))
    fields = [*versions, *((life, made, other or first, text) for (life, made, first, text), other in copies)]
    return list(draw(st.permutations([one_of(*row) for row in fields])))


U1, U0 = (one_of("update", at(1), at(received), "A") for received in (1, 0))  # two copies of one version
TIMELESS, LATE = one_of("correction", None, at(1), "A"), one_of("correction", at(0), at(2), "C")
BELOW, DOUBTED = one_of("new", at(0.5), at(0.5), "V"), one_of("new", at(0.9), at(0.8), "V")
SAME_HASH = one_of("update", at(112), at(1), "C"), one_of("new", at(112), at(0), "A")
LATER_KILL = told("kill", at(2), at(3))
KILL, TIMED, UNTIMED = told("kill", at(0), at(0)), told("update", at(1), at(3), "A"), told("update", None, at(1), "A")


@settings(max_examples=examples(200, 100))
@given(arrivals())
@example([TIMELESS, U1, U0])
@example([TIMELESS, U0, U1])
@example([U0, U1, TIMELESS])
@example([U1, U0, LATE])
@example([LATE, U1, U0])
# A version beneath, which would be asked for if a copy made doubtful what stands.
@example([BELOW, U1, LATE, U0])
@example([U0, LATE, BELOW, U1])
# A third one, doubted, of which it matters how far the correction reaches.
@example([U0, LATE, DOUBTED, U1])
# Two copies of one order, of which one has no time, beside a kill.
@example([KILL, TIMED, UNTIMED])
@example([UNTIMED, TIMED, KILL])
# Two contents of one moment whose hashes are the same.
@example([SAME_HASH[0], SAME_HASH[1]])
@example([SAME_HASH[1], SAME_HASH[0]])
@example([SAME_HASH[1], SAME_HASH[0], LATER_KILL])
@example([SAME_HASH[0], SAME_HASH[1], LATER_KILL])
def test_every_order_of_arrival_ends_the_same(arrived: list[Document]) -> None:
    by_receipt = sorted(arrived, key=lambda one: one.received_at)
    if first_kills_first(arrived):
        assert final(arrived) == final(by_receipt)


@settings(max_examples=examples(200, 100))
@given(st.lists(ONE, min_size=1, max_size=8), st.permutations(range(8)))
def test_whatever_the_order_a_kill_never_loses_to_an_older_receipt(arrived: list[Document], order: list[int]) -> None:
    ended = arrive_all([arrived[n] for n in order if n < len(arrived)])
    kills = [one for one in arrived if one.status == "canceled"]
    if kills and ended.top.status != "canceled":
        first = {kill.version: min(one.received_at for one in kills if one.version == kill.version) for kill in kills}
        copies = [one for one in arrived if stands(ended, one)]
        assert min(one.received_at for one in copies) >= max(first.values())
        assert all(one.ordered_by == "provider" for one in copies)
        assert ended.version > max(first)


@settings(max_examples=examples(200, 100))
@given(st.lists(ONE, min_size=1, max_size=8), st.integers(0, 5000))
def test_a_killed_story_fed_again_stays_killed(arrived: list[Document], later: int) -> None:
    """All that was received before its kill, in the order of then, whatever its clocks."""
    arrived = [*sorted(arrived, key=lambda one: one.received_at), told("kill", at(-6000), at(16))]
    again = [
        told(one.kind, None if _timeless(one) else one.version_created, at(17 + later + n), one.headline)  # type: ignore[arg-type]
        for n, one in enumerate(arrived)
    ]  # fmt: skip
    assert arrive_all(arrived).top.status == "canceled"
    assert arrive_all([*arrived, *again]).top.status == "canceled"


@settings(max_examples=examples(200, 100))
@given(st.lists(ONE, min_size=1, max_size=8), st.integers(0, 5000))
def test_a_story_with_right_clocks_fed_again_is_as_it_was(arrived: list[Document], later: int) -> None:
    timed = [one for one in arrived if one.ordered_by == "provider" and one.version_created <= one.received_at]
    timed.sort(key=lambda one: one.received_at)
    again = [msgspec.structs.replace(one, received_at=at(17 + later + n)) for n, one in enumerate(timed)]
    if timed:
        assert arrive_all([*timed, *again]).version == arrive_all(timed).version


def _timeless(one: Document) -> bool:
    return one.ordered_by == "receipt" and one.version_created == one.received_at


@settings(max_examples=examples(200, 100))
@given(st.lists(ONE, min_size=1, max_size=8))
def test_what_a_process_remembers_says_the_same_as_what_is_stored(arrived: list[Document]) -> None:
    """Whether anything must be written, and where all is at hand, what."""
    whole = None
    for one in arrived:
        if whole:
            source = msgspec.json.decode(msgspec.json.encode(stored(whole)))
            remembered = story_in({n: v for n, v in source.items() if n != "beneath"}, whole=False)
            assert light(story_in(source)) == remembered == light(whole)
            if remembered.beneath is not None:
                arrived_light = arrive(remembered, one)
                arrived_whole = arrive(story_in(source), one)
                assert light(arrived_light) == light(arrived_whole)
                assert (
                    changes(remembered, arrived_light)
                    == (arrived_light != remembered or arrived_light.top is not remembered.top)
                    or one.status == "canceled"
                )
        whole = arrive(whole, one)


def test_more_versions_than_are_known_one_by_one_end_the_same() -> None:
    versions = [told("update", at(n), at(n + 1), f"Telling {n}") for n in range(3 * MOST)]
    kill = told("kill", at(-5), at(MOST + 0.5))
    late = [*versions[MOST:], kill, *versions[:MOST]]
    assert final([*versions, kill]) == final(late) == final([kill, *reversed(versions)])
    assert arrive_all(late).top.headline == f"Telling {3 * MOST - 1}"
    known = arrive_all(late).known
    assert all(known.accounts_for(one.version) for one in [*versions, kill])
    assert not known.accounts_for(told("update", at(500), at(501)).version)


def test_what_is_forgotten_on_request_stays_so_whenever_it_was_received() -> None:
    forgotten = document(version=FORGOTTEN, status="canceled", kind="kill", received_at=at(0))
    later = told("update", at(1000), at(1001))
    assert arrive_all([forgotten, later]).top.status == arrive_all([later, forgotten]).top.status == "canceled"


def test_a_version_that_was_stored_with_a_time_far_ahead_is_held_to_its_receipt() -> None:
    old = document(
        version=article_version(FAR, "usable", "new", "", "x"), version_created=FAR, received_at=at(1), headline="Old"
    )
    stored_then = stored(arrive(None, old)) | {"version": old.version}  # as the program of then wrote it
    del stored_then["ordered_by"]
    assert story_in(stored_then).version >> LOW_BITS == at(1).timestamp() * 1000
    for life in ("correction", "kill", "update"):
        newer = told(life, at(2), at(3), "Newer")
        story = arrive(story_in(stored_then), newer)
        assert stands(story, newer)
