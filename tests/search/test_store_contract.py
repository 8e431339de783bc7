"""What every store does, put to each: SQLite always, a real Elasticsearch where one can be had."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processors.annotations import Annotations
from search.articles import Concept
from search.documents import DERIVED, Document, source_of
from search.query.checking import after_token, parsed
from search.query.request import Query, QueryError
from search.store import MARKS, Store
from tests.examples import examples
from tests.search.conftest import StoreMaker
from tests.search.samples import CALL, START, document, question
from tests.search.versions.test_history import expected_past, versions
from tests.search.versions.test_precedence import CASES, ONE, arrive_all, at, told
from tests.waiting import eventually


async def put(store: Store, *documents: Document) -> list[str]:
    """Write, and make findable; gives what became of each."""
    outcomes = await store.write(documents)
    await store.refresh()
    return [outcome.state for outcome in outcomes]


async def found(store: Store, text: str = "", **query: Any) -> set[str]:
    """The ids that a query finds."""
    return {hit.id for hit in (await store.find(question(text, **query))).hits}


def as_stored(arrived: list[Document]) -> dict[str, Any]:
    """The document that must stand once these versions have arrived, as readers get it."""
    newest = max(arrived, key=lambda one: one.version)
    source: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(source_of(newest) | expected_past(arrived)))
    for name in ("stance_rows", "kills", *DERIVED):
        del source[name]
    return source


# --- the life cycle


async def test_a_story_is_kept_whole(store: Store) -> None:
    assert await put(store, document()) == ["written"]
    kept = await store.get("call")
    assert kept == as_stored([document()])
    assert kept is not None
    assert kept["body"] == CALL
    assert kept["people"] == ["Xi Jinping", "Vladimir Putin"]
    assert kept["stance"][0]["statement"] == "Xi Jinping → against → United States"
    assert await store.get("nothing") is None


async def test_nothing_is_found_in_an_empty_index(store: Store) -> None:
    assert await store.write([]) == []
    assert await store.count() == await store.count(hidden=True) == 0
    assert (await store.find(question("putin"))).total == 0


@settings(
    max_examples=examples(30, 20), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(versions(5), st.lists(st.booleans(), min_size=5, max_size=5), st.lists(st.booleans(), min_size=5, max_size=5))
async def test_the_newest_version_stands_whatever_the_order(
    store: Store, arrived: list[Document], alone: list[bool], forgotten: list[bool]
) -> None:
    """Versions in any order, together or alone in a bulk, the store's memory lost in between or not."""
    story = uuid4().hex
    arrived = [msgspec.structs.replace(one, id=story) for one in arrived]
    bulk: list[Document] = []
    for one, is_alone, is_forgotten in zip(arrived, alone, forgotten, strict=False):
        bulk.append(one)
        if is_alone:
            await store.write(bulk)
            bulk = []
        if is_forgotten:
            store.forget()
    await store.write(bulk)
    await store.refresh()
    assert await store.get(story) == as_stored(arrived)


@pytest.mark.parametrize("order", permutations([1, 2, 3]))
async def test_a_kill_first_last_or_in_the_middle_leaves_a_tombstone(store: Store, order: tuple[int, ...]) -> None:
    killed = document(version=3, status="canceled", kind="kill", headline="KILL: Libel", body="Libel", slugline="US-X")
    told = document(version=2, headline="More libel", slugline="US-X/")
    story = {1: document(version=1, headline="Libel"), 2: told, 3: killed}
    for number in order:
        await put(store, story[number])
    stands = await store.get("call")
    assert stands is not None
    assert stands["status"] == "canceled"
    names = {"headline": "More libel", "slugline": "US-X/"}
    called = {"version": 2, "status": "usable", **names, "embargo_until": None}
    assert stands.pop("killed") == called  # which story it was; all else of it is gone
    assert stands["slugline"] == "US-X"
    assert "ibel" not in str(stands)
    assert stands["entities"] is stands["sentiment"] is stands["stance"] is None
    assert stands["people"] == stands["previous_headlines"] == stands["previous_texts"] == []
    assert (await store.count(), await store.count(hidden=True)) == (0, 1)
    assert await found(store, "libel", hidden=True) == set()
    assert await found(store, entity="Xi", hidden=True) == set()
    assert await found(store, 'killed:"more libel"', hidden=True) == {"call"}
    assert await found(store, 'killed:"more libel"') == set()
    assert await put(store, *story.values()) == ["superseded", "superseded", "written"]
    assert await store.get("call") == stands | {"killed": called}


async def test_what_is_as_new_is_written_again_and_changes_nothing(store: Store) -> None:
    await put(store, document(version=1), document(version=2, headline="Second"))
    stands = await store.get("call")
    for _ in range(2):
        store.forget()
        assert await put(store, document(version=1), document(version=2, headline="Second")) == [
            "superseded",
            "written",
        ]
        assert await store.get("call") == stands
    assert await store.count() == 1


async def test_versions_in_one_large_bulk_all_leave_their_trace(store: Store) -> None:
    stories = [f"story-{number}" for number in range(300)]  # more than one request holds
    bare = document(annotations=Annotations())
    bulk = [
        msgspec.structs.replace(bare, id=name, version=n, body=f"Telling {n}") for n in (1, 4, 2, 3) for name in stories
    ]
    await put(store, *bulk)
    for name in stories:
        stands = await store.get(name)
        assert stands is not None
        assert (stands["version"], [row["version"] for row in stands["previous_texts"]]) == (4, [1, 2, 3])


async def test_a_correction_is_marked_and_finds_what_it_corrected(store: Store) -> None:
    await put(store, document(version=1, headline="Dollar up", body="It rose."), document("other"))
    await put(store, document(version=3, headline="Dollar down", body="It sank.", kind="correction"))
    await put(store, document(version=2, headline="Dollar up", body="It soared."))
    assert await found(store, "kind:correction") == {"call"}
    assert await found(store, "previous_headline:up") == {"call"}
    assert await found(store, "headline:up") == set()
    stands = await store.get("call")
    assert stands is not None
    assert stands["previous_headlines"] == [{"headline": "Dollar up", "version": 2}]
    assert stands["previous_texts"] == [{"body": "It rose.", "version": 1}, {"body": "It soared.", "version": 2}]
    assert await found(store, "soared") == set()


async def test_withheld_stories_are_kept_but_not_shown(store: Store) -> None:
    await put(store, document(status="withheld"))
    assert (await store.count(), await store.count(hidden=True)) == (0, 1)
    assert await found(store, "putin") == set()
    assert await found(store, "putin", hidden=True) == {"call"}
    await put(store, document(version=2))
    assert await found(store, "putin") == {"call"}


async def test_an_embargoed_story_appears_by_itself(store: Store) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=2)
    await put(store, document(embargo_until=ends), document("late", embargo_until=ends + timedelta(days=1)))
    assert (await store.count(), await found(store, "putin")) == (0, set())
    assert (await store.count(hidden=True), await found(store, "putin", hidden=True)) == (2, {"call", "late"})
    await eventually(store.count, "the embargo ends", every=0.1)
    assert datetime.now(UTC) >= ends
    assert (await store.count(), await found(store, "putin")) == (1, {"call"})


@pytest.mark.parametrize("first_created", [START, None], ids=["dated", "undated"])
async def test_a_story_across_a_month_boundary_is_one_document(
    new_store: StoreMaker, store: Store, first_created: datetime | None
) -> None:
    october, november = datetime(2026, 10, 31, 23, 59, tzinfo=UTC), datetime(2026, 11, 1, 0, 1, tzinfo=UTC)
    assert await put(store, document(version=1, version_created=october, first_created=first_created)) == ["written"]
    again = new_store()  # another process takes the partition over
    later = document(version=3, version_created=november, first_created=None, headline="Third")
    assert await put(again, later) == ["written"]
    store.forget()
    between = document(version=2, version_created=november, first_created=november, headline="Second")
    assert await put(store, between) == ["superseded"]
    assert await store.count(hidden=True) == 1
    kept = await again.get("call")
    assert kept is not None
    assert (kept["version"], [row["headline"] for row in kept["previous_headlines"]]) == (
        3, ["Putin and Xi discuss policies", "Second"],
    )  # fmt: skip
    await again.close()


# --- a kill wins, whatever the clocks (the rules themselves: test_order)


@pytest.mark.parametrize("name", CASES)
async def test_both_stores_keep_what_the_rules_say(new_store: StoreMaker, store: Store, name: str) -> None:
    """One after the other, by two processes that do not know of each other's writes, and then all at once again."""
    arrived, headline = CASES[name]
    other = new_store()
    for one, writer in zip(arrived, [store, other] * len(arrived), strict=False):
        await put(writer, one)
    stands = await store.get("call")
    assert stands is not None
    assert (stands["headline"], stands["status"]) == (headline, "usable" if headline else "canceled")
    assert {"lineage", "beneath"}.isdisjoint(stands)
    kept = (await store.fates(["call"]))["call"]
    assert all(kept.version >= one.version or kept.known.accounts_for(one.version) for one in arrived)
    await put(other, *reversed(arrived))
    again = await store.get("call")
    assert again is not None
    assert (again["headline"], again["status"], again["version"]) == (headline, stands["status"], stands["version"])
    await other.close()


async def test_a_process_that_believes_an_old_state_undoes_no_kill(new_store: StoreMaker, store: Store) -> None:
    """As one that was thought dead, and writes on what it remembers after its partition was given to another."""
    late = new_store()
    await put(late, told("new", None, at(1), "Libel"))
    await put(store, told("kill", at(0), at(2)))
    assert await put(late, told("update", at(-5), at(-4), "Before the libel")) == ["superseded"]
    assert await put(late, told("update", None, at(9), "More libel")) == ["superseded"]
    stands = await store.get("call")
    assert stands is not None
    assert (stands["status"], stands["body"]) == ("canceled", "")
    await late.close()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(ONE, min_size=1, max_size=6), st.lists(st.integers(1, 3), min_size=6, max_size=6), st.booleans())
async def test_any_clocks_in_any_bulks_end_as_the_rules_say(
    store: Store, arrived: list[Document], sizes: list[int], forgets: bool
) -> None:
    story = uuid4().hex
    arrived = [msgspec.structs.replace(one, id=story) for one in arrived]
    waiting = list(arrived)
    for size in sizes:
        await store.write(waiting[:size])
        waiting = waiting[size:]
        if forgets:
            store.forget()
    await store.refresh()
    ended = arrive_all(arrived)
    kept = (await store.fates([story]))[story]
    assert (kept.version, kept.status, kept.known) == (ended.version, ended.top.status, ended.known)


# --- refusals


async def test_what_no_store_can_take_is_refused_by_name_and_costs_itself_only(store: Store) -> None:
    bad = [
        document("a", -1),
        document("b", 2**63),
        document("x" * 600),
        document(""),
        document("e", urgency=2**40),
        document("f", headline="half a pair: \ud83d"),
    ]
    outcomes = await store.write([document("before"), *bad, document("after")])
    assert [outcome.state for outcome in outcomes] == ["written", *["refused"] * 6, "written"]
    for outcome, name in zip(outcomes[1:], ["version", "version", "id", "id", "urgency", "JSON"], strict=False):
        assert name in outcome.reason
    await store.refresh()
    assert await store.count() == 2


async def test_odd_but_lawful_documents_are_kept(store: Store) -> None:
    odd = document(
        "odd",
        headline="nul \x00, tab \t, quote \" ' and mark \ue000",
        body="word " * 50_000,
        slugline="s" * 40_000,
        usage_terms="u " * 40_000,
        url="https://example.org/" + "x" * 40_000,
        keywords=tuple(f"k{n}" for n in range(2000)),
        first_created=datetime(1, 1, 1, tzinfo=UTC),
        embargo_until=datetime(1970, 1, 1, tzinfo=UTC),
    )
    future = document("future", first_created=datetime(9999, 12, 31, tzinfo=UTC))
    assert await put(store, odd, future) == ["written", "written"]
    assert await found(store, "keyword:k1999 usage_terms:u") == {"odd"}
    kept = await store.get("odd")
    assert kept is not None
    assert kept["headline"] == odd.headline


# --- finding


LIBRARY = (
    document(),
    document(
        "oil", 2, source="Reuters", language="de", headline="Oil sanctions rejected", kind="correction", urgency=1,
        body="The one-China policy was not discussed. Prices rose 10:30 sharp.",
        annotations=msgspec.structs.replace(document().annotations, entities=(), stance=(), sentiment=None),
        usage_terms="Not for online use", copyright_holder="Reuters", copyright_notice="© 2026 Reuters",
        keywords=("Oil & gas",), subjects=(Concept("economy", "medtop:04000000"),),
    ),
    document("plain", 3, headline="Nothing of note", body="One policy for China or it.", annotations=msgspec.structs.replace(
        document().annotations, entities=None, stance=None, sentiment=None), language=""),
    document("killed", 4, status="canceled"),
)  # fmt: skip


@pytest.fixture(scope="module")
def filled(shared_store: StoreMaker) -> StoreMaker:
    """A few stories to tell apart; only read."""

    async def fill() -> None:
        opened = shared_store()
        await opened.set_up()
        await put(opened, *LIBRARY)
        await opened.close()

    asyncio.run(fill())
    return shared_store


@pytest.fixture
async def library(filled: StoreMaker) -> AsyncIterator[Store]:
    opened = filled()
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", {"call", "oil", "plain"}),
        ("*", {"call", "oil", "plain"}),
        ("Putin", {"call"}),
        ("PUTIN discussing", {"call"}),
        ("putin oil", set()),
        ("putin OR oil", {"call", "oil"}),
        ("putin AND NOT oil", {"call"}),
        ("policy", {"call", "oil", "plain"}),
        ('"policy"', {"oil", "plain"}),
        ('"policies"', {"call"}),
        ("polic*", {"call", "oil", "plain"}),
        ("one-China", {"oil"}),
        ('"one China policy"', {"oil"}),
        ('"china one"', set()),
        ("china -oil", {"call", "plain"}),
        ("NOT putin", {"oil", "plain"}),
        (
            "china (putin OR note)",
            {"call", "oil", "plain"},
        ),  # "not" has the stem of "Note" in German, as oil says it is
        ("putin OR oil nothing", {"call"}),
        ("headline:oil", {"oil"}),
        ("headline:china", set()),
        ("body:(china -one)", {"call"}),
        ("the", {"call", "oil"}),
        ("of", {"plain"}),
        ('"nothing of note"', {"plain"}),
        ("ore", set()),
        ("its", set()),
        ("China's", {"call", "oil", "plain"}),
        ("10:30", {"oil"}),
        ("putin — xi", {"call"}),
        ("source:reuters", {"oil"}),
        ("source:reu*", {"oil"}),
        ("source:reut", set()),
        ("kind:correction", {"oil"}),
        ("urgency:1", {"oil"}),
        ("-urgency:1", {"call", "plain"}),
        ("usage_terms:online", {"oil"}),
        ('copyright:"2026 reuters"', {"oil"}),
        ("keyword:gas", {"oil"}),
        ("subject:economy", {"oil"}),
        ('subject:"medtop:04000000"', {"oil"}),
        ("person:xi", {"call"}),
        ("person:ji*", {"call"}),
        ("location:states", {"call"}),
        ("entity:US", {"call"}),
        ("holder:putin target:taiwan", {"call"}),
        ('stance:"xi jinping against united states"', {"call"}),
        ("label:favor", {"call"}),
        ("sentiment:negative", {"call"}),
        ('toward:"united states negative"', {"call"}),
        ("country:us", {"call"}),
        ("id:oil", {"oil"}),
        ("id:oil OR id:call", {"oil", "call"}),
        ("source:reuters OR source:ap", {"call", "oil", "plain"}),
        ("person:xi OR oil", {"call", "oil"}),
        ('"policies" OR oil', {"call", "oil"}),
        ('policy -"policies"', {"oil", "plain"}),
        ("china -(oil OR putin)", {"plain"}),
        ("(oil OR putin) policy -label:favor", {"oil"}),
        ("guid:urn\\:test\\:oil", {"oil"}),
        ("status:canceled", set()),
    ],
)
async def test_queries_find_the_same_everywhere(library: Store, text: str, ids: set[str]) -> None:
    assert await found(library, text) == ids


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({"entity": "Xi"}, {"call"}),
        ({"entity": "xi jinping"}, {"call"}),
        ({"entity": "Jin"}, set()),
        ({"entity": "us"}, {"call"}),
        ({"holder": "Putin"}, {"call"}),
        ({"holder": "putin", "target": "US", "label": "against"}, {"call"}),
        ({"holder": "Putin", "label": "favor"}, set()),
        ({"holder": "Xi", "target": "United States", "label": "favor"}, set()),
        ({"holder": "Xi", "target": "Taiwan", "label": "favor"}, {"call"}),
        ({"holder": "Jinping Xi"}, set()),
        ({"label": "against"}, {"call"}),
        ({"source": "ap"}, {"call", "plain"}),
        ({"source": "A"}, set()),
        ({"language": "en"}, {"call"}),
        ({"language": "EN-gb"}, {"call"}),
        ({"language": "e"}, set()),
        ({"since": START + timedelta(seconds=2)}, {"oil", "plain"}),
        ({"until": START + timedelta(seconds=2)}, {"call"}),
        ({"since": START, "until": START + timedelta(seconds=3), "source": "reuters"}, {"oil"}),
        ({"text": "status:canceled", "hidden": True}, {"killed"}),
        ({"text": "china", "entity": "Putin", "sort": "newest"}, {"call"}),
    ],
)
async def test_filters_find_the_same_everywhere(library: Store, query: dict[str, Any], ids: set[str]) -> None:
    assert await found(library, **query) == ids


async def test_what_matched_is_marked(library: Store) -> None:
    start, end = MARKS
    (hit,) = (await library.find(question("discussing putin"))).hits
    assert hit.highlights["headline"] == (f"{start}Putin{end} and Xi {start}discuss{end} policies",)
    assert any(f"{start}Putin{end} and Xi denounced" in passage for passage in hit.highlights["body"])
    assert hit.score > 0
    asked = msgspec.structs.replace(question("discussing putin"), marks_texts=False)
    (without,) = (await library.find(asked)).hits
    assert without.highlights == {"headline": hit.highlights["headline"]}
    (hit,) = (await library.find(question(entity="Jinping"))).hits
    assert f"{start}Jinping{end}" in "".join(hit.highlights["body"])
    assert not (await library.find(question(source="Reuters"))).hits[0].highlights


async def test_a_match_in_the_headline_ranks_first(store: Store) -> None:
    await put(
        store,
        document("in body", headline="Markets today", body="Copper was quiet. " + "Much else was said. " * 20),
        document("in headline", headline="Copper soars", body="Much else was said. " * 20),
        document("without"),
    )
    hits = (await store.find(question("copper"))).hits
    assert [hit.id for hit in hits] == ["in headline", "in body"]
    assert hits[0].score > hits[1].score > 0


async def test_the_order_is_by_count_rarity_and_time(store: Store) -> None:
    await put(
        store,
        document("once", 1, headline="A", body="Copper fell. Much was said."),
        document("thrice", 2, headline="A", body="Copper fell. Copper rose. Copper fell."),
        document("newer once", 3, headline="A", body="Copper fell. Much was said, and much more was said."),
        document("rare", 4, headline="A", body="Molybdenum fell."),
        document("headline", 5, headline="Copper", body="It fell."),
    )

    async def order(text: str) -> list[str]:
        return [hit.id for hit in (await store.find(question(text))).hits]

    assert await order("copper") == ["headline", "thrice", "newer once", "once"]
    assert await order("body:copper OR molybdenum") == ["rare", "thrice", "newer once", "once"]
    assert (await order('"copper fell" OR molybd*'))[0] == "rare"
    assert sorted(await order('"copper fell"')) == ["newer once", "once", "thrice"]
    assert (await order("headline:copp*")) == ["headline"]
    everything = (await store.find(question("copper", sort="newest"))).hits
    assert {hit.score for hit in everything} == {0.0}


@pytest.mark.parametrize("position", [[2**53, "x"], [-(2**53), "\x00"], [0, "é" * 256]])
async def test_any_place_to_go_on_from_is_answered(store: Store, position: list[Any]) -> None:
    await put(store, document())
    for sort, place in (
        ("newest", position), ("oldest", position), ("relevance", [1e9, *position]),
        ("arrived", [position[0], position[0], *position]),
    ):  # fmt: skip
        assert len((await store.find(question("putin", sort=sort, after=after_token(sort, place)))).hits) <= 1


async def test_about_is_either_side_of_a_stance(library: Store) -> None:
    for about, ids in (("Putin", {"call"}), ("United States", {"call"}), ("Taiwan", {"call"}), ("Brazil", set())):
        assert await found(library, about=about) == ids


@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance", "arrived"])
async def test_pages_join_without_gap_or_repeat(store: Store, sort: Any) -> None:
    await put(store, *(document(f"s{n}", version=1 + n // 3, headline=f"Story {n}") for n in range(25)))
    seen: list[str] = []
    query = question("story", sort=sort, limit=4)
    while True:
        page = await store.find(query)
        assert page.total == 25
        seen += [hit.id for hit in page.hits]
        if not page.after:
            break
        query = query.following(page.after)
    assert Counter(seen) == Counter(f"s{n}" for n in range(25))
    if sort != "relevance":
        times = [1 + int(name[1:]) // 3 for name in seen]
        assert times == sorted(times, reverse=sort != "oldest")  # all arrived at once: then by the agency's time


async def test_what_arrived_last_comes_first_whatever_time_its_agency_gave_it(store: Store) -> None:
    made = {"old": timedelta(days=-900), "now": timedelta(0), "ahead": timedelta(days=70_000)}
    arrived = ["ahead", "now", "old", "now2", "ahead2", "old2"]
    await put(
        store,
        *(
            document(name, version_created=START + made[name.rstrip("2")], received_at=START + timedelta(minutes=at))
            for at, name in enumerate(arrived)
        ),
    )
    seen: list[str] = []
    query = question(sort="arrived", limit=2)
    while query.position or not seen:
        page = await store.find(query)
        seen += [hit.id for hit in page.hits]
        query = query.following(page.after)
        if not page.after:
            break
    assert seen == arrived[::-1]
    corrected = document("ahead", 2, version_created=START, received_at=START + timedelta(hours=1))
    await put(store, corrected)
    assert (await store.find(question(sort="arrived", limit=1))).hits[0].id == "ahead"


@pytest.mark.parametrize(
    "query",
    [
        Query("a" * 1001),
        Query("(" * 50 + "x" + ")" * 50),
        Query("NOT " * 100 + "x"),
        Query(" ".join("abcdefgh" for _ in range(65))),
        Query(" ".join(f"ab{n}*" for n in range(9))),
        Query("(putin"),
        Query("putin)"),
        Query('"putin'),
        Query("putin OR"),
        Query("AND putin"),
        Query("p*"),
        Query("pu*in"),
        Query("*utin"),
        Query("nofield:x"),
        Query("urgency:high"),
        Query("urgency:99999999999999999999"),
        Query("—"),
        Query("putin \\"),
        Query(entity="***"),
        Query(holder="x" * 2000),
        Query("putin", limit=0),
        Query("putin", limit=10**9),
        Query("putin", after="nonsense"),
        Query("putin", after="WyJuZXdlc3QiLDEsImlkIl0="),  # of another sort order
        Query("putin", after="WyJyZWxldmFuY2UiLCIxIiwiMiIsMV0="),  # of the wrong types
        Query("putin", after="\ud800"),
        Query("putin", sort="arrived", after=after_token("newest", [1, "s"])),
        Query("putin", sort="arrived", after=after_token("arrived", [1, 1, "s"])),
    ],
)
def test_a_query_that_cannot_be_is_refused(query: Query) -> None:
    with pytest.raises(QueryError):
        parsed(query)


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE stories; --",
        '" OR 1=1 OR "',
        'x" NEAR/2 y',
        "headline:x} AND {body",
        "NEAR(putin xi)",
        "^putin",
        "putin + xi",
        '{"match_all":{}}',
        "\x00putin\x00",
        "putin\ud800",
        "field:value",
        "rowid:1",
        "value:people",
        "%_",
        "/.*.*.*.*/",
        "putin~5 xi^9",
        "[2020 TO 2030]",
        "\ue000",
        "🎈 putin",
        "🎈",
        "İ ß ﬁ",
    ],
)
async def test_hostile_queries_are_text_or_refused(library: Store, text: str) -> None:
    for query in (
        Query(text),
        Query(f'"{text}"'),
        Query(f"source:{text}"),
        Query(entity=text, source=text, language=text),
    ):
        try:
            assert (await library.find(parsed(query))).total <= 3
        except QueryError as error:
            assert str(error)  # noqa: PT017 - either is right
    assert await library.count(hidden=True) == 4


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                [
                    "putin",
                    "OR",
                    "AND",
                    "NOT",
                    "(",
                    ")",
                    '"',
                    "-",
                    "source:",
                    "holder:",
                    "ap",
                    "*",
                    "xi*",
                    "\\",
                    ":",
                    "'",
                    "}",
                ]
            ),
            max_size=12,
        ).map(" ".join),
        st.text(alphabet="ab\"*():-\\ANDOR'{}^+~", max_size=20),
    )
)
async def test_any_text_is_a_query_or_refused(library: Store, text: str) -> None:
    try:
        await library.find(question(text))
    except QueryError as error:
        assert str(error)  # noqa: PT017 - either is right


# --- several at once


async def test_setting_up_is_safe_to_repeat_and_to_do_at_once(unprepared_store: StoreMaker) -> None:
    stores = [unprepared_store() for _ in range(4)]
    await asyncio.gather(*(one.set_up() for one in stores))
    await put(stores[0], document())
    await asyncio.gather(*(one.set_up() for one in stores))
    assert await stores[3].count() == 1
    for one in stores:
        await one.close()


async def test_several_writers_lose_nothing(new_store: StoreMaker, store: Store) -> None:
    """Each writes its own stories, as index processes on different partitions do."""
    stores = [new_store() for _ in range(4)]

    async def write(number: int) -> None:
        for version in (1, 2):
            for start in range(0, 40, 10):
                bulk = [document(f"{number}-{n}", version) for n in range(start, start + 10)]
                assert {outcome.state for outcome in await stores[number].write(bulk)} == {"written"}

    await asyncio.gather(*(write(number) for number in range(4)))
    await store.refresh()
    assert await store.count() == 160
    for one in stores:
        await one.close()


async def test_versions_that_stand_are_told_without_reading_the_stories(store: Store) -> None:
    await put(store, document("a", 3), document("b", 2), document("b", 5), document("held", 4, status="withheld"))
    assert await store.versions(["a", "b", "held", "none"], hidden=True) == {"a": 3, "b": 5, "held": 4}
    assert await store.versions([]) == {}


async def test_a_brief_query_leaves_out_the_long_parts_and_nothing_else(store: Store) -> None:
    await put(store, document(version=1, body="It rose."), document(version=2, body="It sank.", kind="correction"))
    (whole,) = (await store.find(question())).hits
    (brief,) = (await store.find(question(brief=True))).hits
    assert brief.document["entities"][0].keys() == whole.document["entities"][0].keys() - {"mentions"}
    assert brief.document["sentiment"].keys() == whole.document["sentiment"].keys() - {"sentences"}
    changed = ("entities", "sentiment", "previous_texts", "stance_unsure", "meaning")
    same = {name: value for name, value in whole.document.items() if name not in changed}
    assert {name: value for name, value in brief.document.items() if name not in changed} == same
    assert whole.document["previous_texts"]
    assert not {"previous_texts", "stance_unsure", "meaning"} & brief.document.keys()
    assert "stance_unsure" in whole.document


async def test_a_query_for_some_fields_gives_these_as_a_brief_one_does(store: Store) -> None:
    await put(store, document(version=1), document(version=2, kind="correction"))
    (brief,) = (await store.find(question("putin", brief=True))).hits
    fields = ("id", "headline", "sentiment", "stance", "killed")
    (some,) = (await store.find(msgspec.structs.replace(question("putin", brief=True), fields=fields))).hits
    assert some.document == {name: value for name, value in brief.document.items() if name in fields}
    assert some.highlights == brief.highlights != {}
    (only,) = (await store.find(msgspec.structs.replace(question("putin"), only_ids=True))).hits
    assert (only.id, only.score, only.document, only.highlights) == (brief.id, brief.score, {}, {})


async def test_a_query_for_parts_of_fields_gives_these_of_each_row(store: Store) -> None:
    await put(store, document(version=1))
    (whole,) = (await store.find(question("putin"))).hits
    parts = ("id", "sentiment.label", "stance.holder", "stance.target")
    (some,) = (await store.find(msgspec.structs.replace(question("putin"), fields=parts))).hits
    rows = [{"holder": row["holder"], "target": row["target"]} for row in whole.document["stance"]]
    tone = {"label": whole.document["sentiment"]["label"]}
    assert rows
    assert some.document == {"id": whole.document["id"], "sentiment": tone, "stance": rows}


async def test_versions_are_of_what_readers_may_know_of(library: Store) -> None:
    ids = ["call", "oil", "plain", "killed", "none"]
    everything = await library.versions(ids, hidden=True)
    assert set(everything) == set(ids) - {"none"}
    assert await library.versions(ids) == everything


async def test_versions_of_hidden_stories_are_for_those_who_may(store: Store) -> None:
    later = datetime(2190, 1, 1, tzinfo=UTC)
    await put(
        store,
        document("seen"),
        document("held", 2, status="withheld"),
        document("sealed", 3, embargo_until=later),
        document("killed", 4, status="canceled"),
        document("killed early", 5, embargo_until=later),
        document("killed early", 6, status="canceled"),
    )
    ids = ["seen", "held", "sealed", "killed", "killed early"]
    assert await store.versions(ids) == {"seen": 1, "killed": 4}
    assert await store.versions(ids, hidden=True) == {"seen": 1, "held": 2, "sealed": 3, "killed": 4, "killed early": 6}


async def test_what_is_not_counted_is_found_in_the_same_order(store: Store) -> None:
    lately = datetime.now(UTC)
    await store.write([
        document(str(n), received_at=moment, version_created=moment)
        for n in range(6)
        for moment in [(lately if n % 2 else START) - timedelta(minutes=n)]
    ])  # fmt: skip
    await store.refresh()
    for sort in ("arrived", "newest"):
        for limit in (2, 5):
            query = question(sort=sort, limit=limit)
            counted, found = await store.find(query), await store.find(msgspec.structs.replace(query, counted=False))
            assert (found.hits, found.after) == (counted.hits, counted.after)
            assert [hit.id for hit in found.hits] == ["1", "3", "5", "0", "2", "4"][:limit]
