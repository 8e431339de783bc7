"""The parts that pages are made of, each by itself."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from search.characters import numbered
from search.documents import source_of
from search.http.keys import Denied, KeyGate, KeyRing, make_key
from search.open import open_store, views_of
from search.query.addresses import asked, story_address
from search.query.checking import ParsedQuery, after_token
from search.query.language import AnyOf
from search.query.request import QueryError
from search.query.similar import similar_to
from search.sqlite.store import SqliteStore
from search.store import MARKS, Store, StoreUnavailable
from search.views import StoriesOverTime, TimeInterval
from search.visibility import FORGOTTEN
from search.web import Options, create_app
from search.web.charts import chart_of
from search.web.display import Display
from search.web.graph import StanceTally, draw
from search.web.library import Library
from search.web.live import RECHECK, LiveUpdates
from search.web.live_events import JsonRenderer
from search.web.login.access import KeyLogin, ProxyLogin, Reader
from search.web.reading.changes import changed_passages, changes
from search.web.reading.marking import MarkedSentence, headline_and_paragraphs, text_of
from search.web.reading.plain import initials, marked, shortened, web_address
from search.web.world import HEIGHT, place
from tests.search.samples import question
from tests.search.web.conftest import page_over
from tests.search.web.samples import HOSTILE, call, hostile, library, story
from tests.waiting import eventually

DAY = datetime(2026, 11, 2, tzinfo=UTC)


# --- text


@given(st.text())
def test_plain_text_is_printable_and_keeps_what_is(text: str) -> None:
    shown = numbered(text)
    assert not any(char in shown for char in "\x00\x1b\u202e\u2066\ufeff\u200b\ue000")
    shown.encode()
    assert numbered(shown) == shown


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("up 3.5 pct", "up 3.7 pct", [("kept", "up "), ("out", "3.5"), ("in", "3.7"), ("kept", " pct")]),
        ("1,234.5 tons", "1,235.5 tons", [("out", "1,234.5"), ("in", "1,235.5"), ("kept", " tons")]),
        ("1 200 000 people", "1 300 000 people", [("out", "1 200 000"), ("in", "1 300 000"), ("kept", " people")]),
        ("at 10:30.", "at 10:45.", [("kept", "at "), ("out", "10:30"), ("in", "10:45"), ("kept", ".")]),
    ],
)
def test_a_number_changes_whole(before: str, after: str, told: list[tuple[str, str]]) -> None:
    assert changes(before, after) == told


def test_what_passages_mark_is_told_apart() -> None:
    passage = f"a {MARKS[0]}b{MARKS[1]} c{MARKS[0]}d"
    assert list(marked(passage)) == [("a ", False), ("b", True), (" c", False), ("d", True)]


def test_texts_are_cut_between_words() -> None:
    assert shortened("one two  three", 9) == "one two …"
    assert shortened("x" * 50, 10) == "x" * 10 + " …"


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://a.b/c", True),
        ("javascript:alert(1)", False),
        ("http://[", False),
        ("//a.b", False),
        ("http://a\u202eb/", False),
        ("https://user:pw@a.b/", False),
        ("https://agency.example@evil.example/", False),
        ("https://@a.b/", False),
        ("https://a.b\\@evil.example/", False),
        ("https://a.b\n/c", False),
        ("https:///c", False),
        ("https://:80/c", False),
        ("https://a.b/c?mail=x@y.z", True),
    ],
)
def test_only_web_addresses_are_linked(url: str, good: bool) -> None:
    assert web_address(url) == (url if good else "")


@given(st.text(max_size=80), st.text(max_size=80))
def test_changes_give_both_wordings_back(before: str, after: str) -> None:
    pieces = changes(before, after)
    assert "".join(text for what, text in pieces if what != "in") == before
    assert "".join(text for what, text in pieces if what != "out") == after


@given(st.text(), st.text())
def test_changed_passages_hold_all_that_was_put_in_or_taken_out(before: str, after: str) -> None:
    passages = changed_passages(before, after)
    assert all(any(what != "kept" for what, _ in passage) for passage in passages)
    if before.split() != after.split():
        assert passages
    assert changed_passages(before, before) == []


def test_only_the_sentences_that_changed_are_shown() -> None:
    before = "“It fell.” He said so. Banks\nwere closed.\n\nThe end"
    after = "“It rose.” He said so. Banks\nwere closed.\n\nNew here. The end"
    assert changed_passages(before, after) == [
        [("kept", "“It "), ("out", "fell"), ("in", "rose"), ("kept", ".”")],
        [("in", "New here.")],
    ]


# --- a story's text


def texts(sentences: list[MarkedSentence]) -> str:
    return "".join(segment.text for sentence in sentences for segment in sentence.segments)


ranges = st.tuples(st.integers(-5, 130), st.integers(-5, 130))


@given(st.lists(ranges, max_size=6), st.lists(ranges, max_size=6), st.lists(ranges, max_size=3))
def test_marking_never_changes_a_text_whatever_the_offsets(mentions: Any, tones: Any, proofs: Any) -> None:
    document: dict[str, Any] = source_of(call())
    spans = [{"start": start, "end": end, "text": ""} for start, end in mentions]
    document["entities"] = [{"type": "ORG", "name": "x", "mentions": spans}]
    document["sentiment"]["sentences"] = [{"start": a, "end": b, "label": "positive", "score": 1.0} for a, b in tones]
    for row, (start, end) in zip(document["stance"], proofs, strict=False):
        row["evidence"] = {"start": start, "end": end, "text": ""}
    headline, paragraphs = headline_and_paragraphs(document)
    assert texts(headline) == document["headline"]
    assert "\n\n".join(map(texts, paragraphs)) == document["body"]


def test_what_is_said_of_a_text_stands_where_it_is_said() -> None:
    document = source_of(call())
    headline, paragraphs = headline_and_paragraphs(document)
    said = {s.text: s for one in [headline, *paragraphs] for sentence in one for s in sentence.segments}
    assert said["Vladimir Putin"].kind == "person"
    assert said["Vladimir Putin"].proves == said["Vladimir Putin"].holders == (0,)
    assert said["one-China policy"].targets == (0,)
    assert said["He"].holders == said["United States"].targets == (1,)
    assert [s.label for s in paragraphs[0]] == ["", "negative"]
    assert text_of(document).startswith("Putin backs the policy\n\nVladimir")


def test_similar_stories_are_asked_for_by_names_and_words() -> None:
    query = similar_to(source_of(call()), 5)
    assert query
    words = [leaf.text for leaf in query.wanted]
    assert words == ["Vladimir Putin", "United States", "Xi Jinping", "putin", "backs", "policy"]
    assert isinstance(query.node, AnyOf)
    assert similar_to({"headline": "—", "entities": None}, 5) is None
    assert similar_to(source_of(hostile()), 5) is not None


# --- addresses


def test_the_same_question_has_the_same_address() -> None:
    one = asked(
        [
            ("person", "Xi"),
            ("q", "a b"),
            ("x", "y"),
            ("after", after_token("relevance", [1.0, 1, "z"])),
            ("person", "Li"),
        ],
        limit=40,
    )
    two = asked([("q", "a b"), ("person", "Xi"), ("person", "Li")], limit=40)
    assert one.link("/") == two.link("/") == "/?q=a%20b&person=Xi&person=Li"
    assert one.query.exact == ((("person",), "Xi"), (("person",), "Li"))
    assert one.query.sort == "relevance"
    assert one.link("/", without=[("person", "Xi")], sort="newest") == "/?q=a%20b&person=Li&sort=newest"
    assert one.with_value("/", "source", "AP") == "/?q=a%20b&source=AP&person=Xi&person=Li"


def test_a_value_is_left_out_and_taken_back_in() -> None:
    question = asked([("source", "AP"), ("person", "Xi"), ("kind", "new")], limit=40)
    without = question.excluding("/", "person", "Xi")
    assert without == "/?source=AP&kind=new&not_person=Xi"
    again = asked([("source", "AP"), ("not_person", "Xi"), ("not_person", "Li")], limit=40)
    assert again.query.excluded == ((("person",), "Xi"), (("person",), "Li"))
    assert again.with_value("/", "person", "Xi") == "/?source=AP&person=Xi&not_person=Li"
    assert question.with_value("/", "kind", "update") == "/?source=AP&person=Xi&kind=update"
    assert again.narrowed == again.given


def test_how_a_list_is_shown_is_no_search_and_an_open_story_is_no_part_of_it() -> None:
    question = asked([("view", "full"), ("sort", "oldest"), ("open", "a/b")], limit=40)
    assert not question.is_search
    assert question.open == "a/b"
    assert question.link("/") == "/?sort=oldest&view=full"
    assert question.link("/", open="a/b") == "/?sort=oldest&view=full&open=a%2Fb"
    with pytest.raises(QueryError, match="view"):
        asked([("view", "huge")], limit=40)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["q", "person", "since", "limit", "after", "sort", "label", "hidden"]), st.text(max_size=20)
        ),
        max_size=8,
    )
)
def test_any_address_is_a_question_or_says_what_is_wrong(parameters: Any) -> None:
    try:
        question = asked(parameters, limit=40)
    except QueryError as error:
        question, said = None, str(error)
        assert said
    if question:
        assert asked([*question.given], limit=40).given == question.given
        assert not question.query.hidden


def test_a_name_that_positions_are_to_be_of_is_bounded_as_other_names_are() -> None:
    assert asked([("about", "x" * 1000)], limit=20).about
    with pytest.raises(QueryError, match="about: give a name of at most 1000"):
        asked([("about", "x" * 1001)], limit=20)


def test_ids_of_stories_are_one_part_of_an_address() -> None:
    assert story_address("a/b?c#d\ud800") == "/story/a%2Fb%3Fc%23d%3F"


# --- drawings


@given(
    st.lists(
        st.builds(
            StanceTally,
            st.sampled_from("ABCDE"),
            st.sampled_from(["favor", "against"]),
            st.sampled_from("CDEFG"),
            st.integers(1, 50),
            st.integers(1, 50),
        ),
        max_size=20,
    )
)
def test_a_drawing_has_every_line_and_no_blocks_over_each_other(standings: list[StanceTally]) -> None:
    drawing = draw(standings)
    assert [line.standing for line in drawing.lines] == standings
    for column in (drawing.holders, drawing.targets):
        places = sorted((one.y, one.y + one.height) for one in column)
        assert all(low[1] < high[0] for low, high in pairwise(places))
        assert all(top >= 0 and bottom <= drawing.height for top, bottom in places)


def test_a_course_has_its_empty_slots_too() -> None:
    slots = tuple(TimeInterval(DAY + timedelta(days=at), 2, {"favor": 1}) for at in (0, 14))
    chart = chart_of(StoriesOverTime("day", slots), {"favor": "for"})
    assert chart.data["stories"] == [2, *[0] * 13, 2]
    assert chart.data["parts"] == [[1, *[0] * 13, 1]]
    assert [row[1] for row in chart.rows] == [2, 2]
    months = chart_of(
        StoriesOverTime("month", tuple(TimeInterval(DAY.replace(day=1, month=at), 1, {}) for at in (1, 12))), {}
    )
    assert len(months.data["starts"]) == 12
    assert chart_of(StoriesOverTime("hour", ()), {}).data["starts"] == []
    assert len(chart_of(StoriesOverTime("hour", slots[:1]), {}).data["starts"]) == 13


def test_places_lie_on_the_map() -> None:
    assert place(0, 0) == (500.0, 243.5)
    assert all(0 <= x <= 1001 and 0 <= y <= HEIGHT for x, y in (place(84, 180), place(-60, -180)))
    assert place(51, 0)[1] < place(0, 0)[1]


# --- who may read


async def test_a_key_may_read_as_bearer_header_or_password() -> None:
    key, line = make_key("desk", scopes=["search"])
    legal, other = make_key("legal", scopes=["search", "embargoed"])
    feeding, third = make_key("feed")
    login = KeyLogin(KeyGate(KeyRing(f"{line} {other} {third}"), 0, 0))
    for headers in ({"Authorization": f"Bearer {key}"}, {"X-API-Key": key}, {"Authorization": basic(f"any:{key}")}):
        reader = await login.admit(headers, "1.2.3.4")
        assert (reader.name, reader.hidden) == ("desk", False)
    assert (await login.admit({"X-API-Key": legal}, "")).hidden
    for headers, status in (
        ({}, 401),
        ({"Authorization": "Basic !"}, 401),
        ({"X-API-Key": key + "x"}, 401),
        ({"X-API-Key": feeding}, 403),
    ):
        with pytest.raises(Denied) as denied:
            await login.admit(headers, "1.2.3.4")
        assert denied.value.status == status


def basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


async def test_only_a_trusted_proxy_names_who_reads() -> None:
    login = ProxyLogin("X-User", frozenset(["10.0.0.1"]))
    assert (await login.admit({"X-User": "ann"}, "10.0.0.1")).name == "ann"
    for headers, address in (({"X-User": "ann"}, "10.0.0.2"), ({}, "10.0.0.1")):
        with pytest.raises(Denied):
            await login.admit(headers, address)


# --- live, and what is read at once


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await opened.set_up()
    await opened.write(library()[:3])
    yield opened
    await opened.close()


async def told(listener: AsyncIterator[str], kind: str = "stories") -> Any:
    """What the next event of a kind has."""
    async for event in listener:
        if event.startswith(f"event: {kind}\n"):
            return json.loads(event.partition("data: ")[2])
    raise AssertionError(f"no {kind} were told")


async def test_stories_come_live_as_they_are_written_and_go_when_they_are_killed(store: Store) -> None:
    reading = Library(store, views_of(store), at_once=4, seconds=5, remember=0)
    live = LiveUpdates(reading, Display("T", "UTC"), 0.05, 2, 2)
    listener = live.events(question(), Reader())
    first = await told(listener)
    assert {one["id"] for one in first["stories"]} == {"call", "hostile", "fixed"}
    assert all("<script" not in one["html"] for one in first["stories"])
    await store.write([story("fresh", f"Fresh {HOSTILE}", "text", call().annotations)])
    second = await told(listener)
    assert [one["id"] for one in second["stories"]] == ["fresh"]
    other = live.events(question(), Reader())
    assert len((await told(other))["stories"]) == 4
    assert live.refusal(Reader("else")).startswith("Too many live pages are open")
    await store.write([story("fresh", "", "", call().annotations, version=2, status="canceled", kind="kill")])
    third = await told(listener)
    assert (third["gone"], third["stories"], third["total"]) == (["fresh"], [], 3)
    await listener.aclose()
    await other.aclose()
    assert live.refusal(Reader("else")) == ""
    await reading.close()


@pytest.mark.parametrize(
    ("greedy", "gets", "others"),
    [
        (
            [Reader("desk", address=f"10.0.0.{n}") for n in range(9)],
            3,
            [Reader("other"), Reader("x", hidden=True, address="10.0.0.1")],
        ),
        ([Reader(address="10.0.0.1")] * 9, 3, [Reader(address="10.0.0.2"), Reader("desk", address="10.0.0.1")]),
        ([Reader(address=f"2001:db8::{n}") for n in range(9)], 3, [Reader(address="2001:db8:0:1::1")]),
        ([Reader(f"key{n}", address="10.0.0.1") for n in range(9)], 4, [Reader("key0", address="10.0.0.2")]),
        ([Reader()] * 9, 3, [Reader("desk")]),
    ],
)
async def test_no_reader_and_no_address_takes_all_places(
    store: Store, greedy: list[Reader], gets: int, others: list[Reader]
) -> None:
    reading = Library(store, views_of(store), at_once=4, seconds=5, remember=0)
    live = LiveUpdates(reading, Display("T", "UTC"), 0.05, 8, 3)
    listeners = []
    for reader in greedy:
        listener = live.events(question(), reader)
        if await anext(listener, ""):
            listeners.append(listener)
    assert len(listeners) == gets
    assert live.refusal(greedy[-1])
    for reader in others:
        assert live.refusal(reader) == ""
    for listener in listeners:
        await listener.aclose()
    assert live.refusal(greedy[0]) == ""
    live.close()
    await reading.close()


async def test_a_reader_with_all_their_places_is_told_so_and_the_next_is_served(store: Store) -> None:
    app = create_app(store, options=Options(each_live=0))
    transport = httpx.ASGITransport(app=app, client=("10.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://page.test") as client:
        answer = await client.get("/live")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "You have too many live pages open" in answer.json()["detail"]


class Stuck:
    """A store whose search does not end by itself."""

    def __init__(self) -> None:
        self.going = asyncio.Event()

    async def find(self, _: ParsedQuery) -> None:
        await self.going.wait()


async def test_a_reader_waits_no_longer_than_the_page_allows_and_the_turn_lasts_as_long_as_the_search(
    store: Store,
) -> None:
    reading = Library(store, views_of(store), at_once=1, seconds=0.1, remember=60)
    stuck = reading._store = Stuck()  # type: ignore[assignment]
    with pytest.raises(StoreUnavailable, match="took more than"):
        await asyncio.wait_for(reading.find(question()), 2)
    with pytest.raises(StoreUnavailable, match="Too many searches at once"):
        await asyncio.wait_for(reading.find(question()), 2)
    stuck.going.set()
    await eventually(lambda: not reading._turns.locked(), "the search gives its turn back")
    assert await reading.find(question()) is None


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


async def test_the_page_ends_searches_of_sqlite_inside_too(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def endless(db: Any, *_: Any) -> None:
        try:
            db.execute(ENDLESS)
        finally:
            loop.call_soon_threadsafe(ended.set)

    monkeypatch.setattr("search.sqlite.store._find", endless)
    reading = Library(store, views_of(store), at_once=1, seconds=0.2, remember=60)
    with pytest.raises(StoreUnavailable, match="took more than"):
        await asyncio.wait_for(reading.find(question()), 5)
    await asyncio.wait_for(ended.wait(), 5)
    monkeypatch.undo()
    assert (await reading.find(question())).total == 3


async def test_a_stream_ends_with_the_right_to_read_it(store: Store, tmp_path: Path) -> None:
    """A key that is taken away, or that may see less, ends its streams, also while nothing happens."""
    desk, line = make_key("desk", scopes=["search"])
    legal, other = make_key("legal", scopes=["search", "embargoed"])
    keys = tmp_path / "keys"
    keys.write_text(f"{line}\n{other}\n")
    login = KeyLogin(KeyGate(KeyRing("", keys), 0, 0))
    reading = Library(store, views_of(store), at_once=4, seconds=5, remember=0)
    live = LiveUpdates(reading, Display("T", "UTC"), 0.05, 9, 9)

    async def listen(key: str) -> Any:
        headers = {"Authorization": basic(f"any:{key}")}
        reader = await login.admit(headers, "")

        async def still() -> bool:
            return await login.known(headers, "") == reader

        return live.events(question(), reader, still)

    listeners = [await listen(desk), await listen(legal)]
    for one in listeners:
        assert (await told(one))["total"] == 3
    keys.write_text(f"{other.replace('+embargoed', '')}\n")
    await store.write([story("fresh", "Fresh", "text", call().annotations)])
    for one in listeners:
        assert [event async for event in one] == []
    again = await listen(legal)
    await anext(again)
    keys.unlink()
    async with asyncio.timeout(3 * RECHECK):
        assert [event async for event in again] == []
    assert live._watches == {}
    await reading.close()


async def test_a_stream_ends_after_a_while_so_that_its_reader_logs_in_again(store: Store) -> None:
    reading = Library(store, views_of(store), at_once=4, seconds=5, remember=0)
    live = LiveUpdates(reading, Display("T", "UTC"), 0.05, 9, 9, longest=0.0)
    assert [event async for event in live.events(question(), Reader())] == []
    await reading.close()


async def test_too_many_readings_at_once_are_told_to_come_again(store: Store) -> None:
    reading = Library(store, views_of(store), at_once=1, seconds=0.05, remember=60)
    going = asyncio.Event()

    class Slow:
        async def find(self, _: ParsedQuery) -> None:
            await going.wait()

    reading._store = Slow()  # type: ignore[assignment]
    first = asyncio.create_task(reading.find(question()))
    await eventually(reading._turns.locked, "the first has the only turn")
    with pytest.raises(StoreUnavailable, match="Too many searches at once"):
        await reading.find(question())
    going.set()
    await first


async def test_the_same_counts_are_made_once(store: Store) -> None:
    views = views_of(store)
    reading = Library(store, views, at_once=4, seconds=5, remember=60)
    answers = await asyncio.gather(*(reading.facets(question(), ("source",), size=5) for _ in range(5)))
    assert all(answer is answers[0] for answer in answers)
    assert await reading.facets(question("x"), ("source",), size=5) is not answers[0]
    await reading.close()


async def test_the_live_stream_of_programs_says_what_comes_and_what_became_of_it(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await store.set_up()
    await store.write([call()])
    reading = Library(store, views_of(store), at_once=4, seconds=5, remember=0)
    live = LiveUpdates(reading, Display("T", "UTC"), 0.02, 9, 9, telling=JsonRenderer())
    events = live.events(question(), Reader())
    told: list[dict[str, Any]] = []

    async def heard(kind: str, name: str) -> dict[str, Any]:
        while True:
            for one in told:
                if (one["event"], one.get("id")) == (kind, name):
                    return one
            told.extend(json.loads(line) for line in (await anext(events)).splitlines() if line)

    assert "mentions" not in (await heard("story", "call"))["story"]["entities"][0]
    await store.write([story("new", "Fresh", "Just in.", call().annotations)])
    assert (await heard("story", "new"))["story"]["headline"] == "Fresh"
    await store.write([story("new", "", "", call().annotations, version=2, status="canceled", kind="kill")])
    assert "Fresh" not in json.dumps(await heard("killed", "new"))
    forgotten = {"version": 3, "status": "canceled", "kind": "kill", "format": FORGOTTEN}
    await store.write([story("call", "", "", call().annotations, **forgotten)])
    assert (await heard("removed", "call"))["notice"]["mark"]["text"] == "Removed"
    await events.aclose()
    await reading.close()


async def test_a_second_application_compiles_no_template(index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with page_over(index) as first:
        assert (await first.get("/")).status_code == 200

    def compiled(*_: object, **__: object) -> None:
        raise AssertionError("compiled once more")

    monkeypatch.setattr(Environment, "compile", compiled)
    async with page_over(index) as second:
        assert (await second.get("/")).status_code == 200


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Byron", "AB"),
        ("ada.byron@example.org", "AB"),
        ("Ada", "Ad"),
        ("the night desk", "TN"),
        ("李", "李"),
        ("@", "@"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters
