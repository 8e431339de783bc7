"""What both stores show of many stories, put to each: SQLite always, a real Elasticsearch where one can be had."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from processors.annotations import Annotations, EntitySentiment, Sentiment, Span
from search.articles import Concept
from search.documents import Document
from search.open import open_store, views_of
from search.query.checking import ParsedQuery
from search.query.request import QueryError
from search.sqlite import connections
from search.store import Store, StoreUnavailable
from search.views import Count, FacetOptions, Views, is_about, parted, step_for
from tests.search.conftest import StoreMaker, fill
from tests.search.samples import START, annotated, document, question, stance

BANK = "The Bank of China praised Taiwan."


def at_bank() -> Annotations:
    return msgspec.structs.replace(
        annotated(),
        entities=tuple(
            msgspec.structs.replace(entity, name="Bank of China", type="ORG")
            for entity in (annotated().entities or ())[:1]
        ),
        stance=(stance(BANK, "Bank of China", "favor", "Taiwan"),),
        sentiment=Sentiment(0.4, "positive", (), (EntitySentiment("us", "United States", 0.5, "positive", 0.8),)),
    )


def library() -> tuple[Document, ...]:
    later = datetime.now(UTC) + timedelta(days=400)
    return (
        document("call"),
        document(
            "again", 2, source="Reuters", language="de", version_created=START + timedelta(days=3), urgency=3, kind="update",
            subjects=(Concept("Economy", "medtop:04000000"), Concept("", "subj:1"), Concept("Élections", "")),
        ),
        document("bank", 3, body=BANK, annotations=at_bank(), version_created=START + timedelta(days=40), urgency=3),
        document("killed", 4, status="canceled", kind="kill", editorial_note="Mandatory kill"),
        document("sealed", 5, embargo_until=later),
        document("held", 6, status="withheld"),
        *(
            document(f"old{minutes}", 7, status="withheld", source="Old", version_created=START + timedelta(days=-900, minutes=minutes))
            for minutes in (0, 2, 314, 12_000)
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def filled(shared_store: StoreMaker) -> StoreMaker:
    return fill(shared_store, library())


@pytest.fixture
async def store(filled: StoreMaker) -> AsyncIterator[Store]:
    opened = filled()
    yield opened
    await opened.close()


@pytest.fixture
async def views(store: Store) -> AsyncIterator[Views]:
    opened = views_of(store)
    yield opened
    await opened.close()


async def counts(views: Views, field: str, query: ParsedQuery | None = None, **more: Any) -> dict[str, int]:
    found = await views.facets(query or question(), [field], size=10, options=FacetOptions(**more))
    return {count.value: count.stories for count in found.counts[field]}


async def test_values_are_counted_as_the_stories_have_them(views: Views) -> None:
    assert await counts(views, "source") == {"AP": 2, "Reuters": 1}
    assert await counts(views, "language") == {"en-GB": 2, "de": 1}
    assert await counts(views, "person") == {"Vladimir Putin": 2, "Xi Jinping": 2}
    assert await counts(views, "organization") == {"Bank of China": 1}
    assert await counts(views, "sentiment") == {"negative": 2, "positive": 1}
    assert (await views.facets(question(), ["source"], size=10)).counted == 3
    assert await counts(views, "source", question(hidden=True)) == {"AP": 5, "Old": 4, "Reuters": 1}


async def test_counts_are_of_the_stories_that_match(views: Views) -> None:
    assert await counts(views, "person", question("bank")) == {}
    assert await counts(views, "source", question(language="de")) == {"Reuters": 1}
    assert await counts(views, "source", question("nothing like it")) == {}


async def test_the_most_frequent_values_come_first_and_no_more_than_asked_for(views: Views) -> None:
    found = await views.facets(question(), ["source"], size=1)
    assert [count.value for count in found.counts["source"]] == ["AP"]


async def test_subjects_are_counted_by_name_and_found_by_code_too(store: Store, views: Views) -> None:
    assert await counts(views, "subject") == {"Economy": 1, "Élections": 1}
    assert await counts(views, "urgency") == {"3": 2}
    for asked in (
        question(exact=(("subject", "medtop:04000000"),)),
        question('subject:"subj:1"'),
        question("subject:economy"),
    ):
        assert [hit.id for hit in (await store.find(asked)).hits] == ["again"]


async def test_values_are_searched_in_any_case(views: Views) -> None:
    assert await counts(views, "person", containing="JIN") == {"Xi Jinping": 2}
    assert await counts(views, "subject", containing="éle") == {"Élections": 1}
    assert await counts(views, "person", containing=".*") == {}
    assert await counts(views, "source", containing="reu") == {"Reuters": 1}


@pytest.mark.parametrize(
    ("excluded", "ids"),
    [
        ((("source", "ap"),), {"again"}),
        ((("source", "AP"), ("urgency", "3")), set()),
        ((("urgency", "3"),), {"call"}),
        ((("subject", "Economy"),), {"call", "bank"}),
        ((("person", "Xi Jinping"),), {"bank"}),
        ((("named", "Bank of China"),), {"call", "again"}),
        ((("kind", "new"),), {"again"}),
    ],
)
async def test_stories_with_a_value_are_left_out(store: Store, views: Views, excluded: Any, ids: set[str]) -> None:
    asked = question(excluded=excluded)
    assert {hit.id for hit in (await store.find(asked)).hits} == ids
    assert sum((await counts(views, "language", asked)).values()) == len(ids)


async def test_a_fine_course_has_slots_of_less_than_an_hour(store: Store, views: Views) -> None:
    first = START - timedelta(days=900)

    async def course(until: timedelta) -> tuple[str, list[datetime]]:
        found = await views.timeline(question(since=first, until=first + until, hidden=True), {}, fine=True)
        return found.step, [slot.start for slot in found.slots for _ in range(slot.stories)]

    assert await course(timedelta(hours=1)) == ("minute", [first + timedelta(minutes=n) for n in (0, 2)])
    assert await course(timedelta(hours=8)) == ("10 minutes", [first, first, first + timedelta(minutes=310)])
    step, starts = await course(timedelta(days=40))
    assert (step, starts[-1].hour % 6) == ("6 hours", 0)


async def test_stances_are_counted_by_their_level(views: Views) -> None:
    assert await counts(views, "stance", level="medium") == await counts(views, "stance")
    assert await counts(views, "stance", level="high") == {}


async def test_stances_are_counted_whole_and_about_somebody(views: Views) -> None:
    assert (await counts(views, "stance"))["Xi Jinping → against → United States"] == 2
    assert await counts(views, "stance", about="Taiwan") == {
        "Xi Jinping → favor → Taiwan": 2, "Bank of China → favor → Taiwan": 1,
    }  # fmt: skip
    assert await counts(views, "stance", about="Bank of China") == {"Bank of China → favor → Taiwan": 1}
    assert await counts(views, "stance", about="China") == {}


async def test_a_sentence_that_several_stories_repeat_is_counted_once(new_store: StoreMaker) -> None:
    opened = new_store()
    await opened.set_up()
    refiled = BANK.replace("The Bank", "THE  BANK")
    again = at_bank()
    again = msgspec.structs.replace(again, stance=(stance(f"{BANK} And more.", "Bank of China", "favor", "Taiwan"),))
    refiling = msgspec.structs.replace(again, stance=tuple(
        msgspec.structs.replace(row, evidence=Span(0, len(refiled), refiled)) for row in at_bank().stance or ()
    ))  # fmt: skip
    await opened.write([
        document("bank", 1, annotations=at_bank()), document("refiled", 2, annotations=refiling),
        document("other", 3, annotations=again), document("call", 4),
    ])  # fmt: skip
    await opened.refresh()
    views = views_of(opened)
    for about in ("", "Taiwan"):
        found = (await views.facets(question(), ["stance"], size=10, options=FacetOptions(about))).counts["stance"]
        assert found[0] == Count("Bank of China → favor → Taiwan", 3, 2)
        assert Count("Xi Jinping → favor → Taiwan", 1, 1) in found
    await views.close()
    await opened.close()


@pytest.mark.parametrize(
    ("exact", "ids"),
    [
        ((("organization", "Bank of China"),), {"bank"}),
        ((("organization", "China"),), set()),
        ((("person", "Xi Jinping"), ("source", "reuters")), {"again"}),
        ((("named", "United States"),), {"call", "again"}),
        ((("named", "US"),), set()),
        ((("stance", "Bank of China → favor → Taiwan"),), {"bank"}),
        ((("toward", "United States: positive"),), {"bank"}),
        ((("toward", "united states: positive"),), set()),
        ((("person", '"'), ("person", "\x00")), set()),
    ],
)
async def test_a_value_is_asked_for_whole(store: Store, exact: Any, ids: set[str]) -> None:
    assert {hit.id for hit in (await store.find(question(exact=exact))).hits} == ids


@pytest.mark.parametrize(
    "exact", [(("headline", "x"),), (("nothing", "x"),), (("person", "x" * 2000),), (("person", "x"),) * 99]
)
async def test_a_value_that_cannot_be_asked_for_is_named(store: Store, exact: Any) -> None:
    with pytest.raises(QueryError):
        await store.find(question(exact=exact))


async def test_the_course_of_a_query(views: Views) -> None:
    split = {"bad": ("toward", "United States: negative"), "good": ("toward", "United States: positive")}
    course = await views.timeline(question(), split)
    assert course.step == "day"
    assert [(slot.start, slot.stories, slot.split) for slot in course.slots] == [
        (START.replace(hour=0), 1, {"bad": 1, "good": 0}),
        (START.replace(hour=0) + timedelta(days=3), 1, {"bad": 1, "good": 0}),
        (START.replace(hour=0) + timedelta(days=40), 1, {"bad": 0, "good": 1}),
    ]
    assert (await views.timeline(question("nothing like it"), {})).slots == ()


async def test_days_begin_at_midnight_of_the_zone_that_is_asked_for(views: Views) -> None:
    for zone, hours in (("Asia/Tokyo", 9), ("America/New_York", -5), ("Asia/Kolkata", 5.5)):
        course = await views.timeline(question(), {}, zone=zone)
        first = START + timedelta(seconds=1, hours=hours)
        assert course.step == "day"
        assert course.slots[0].start == first.replace(hour=0, minute=0, second=0) - timedelta(hours=hours)
        assert [slot.stories for slot in course.slots] == [1, 1, 1]


async def test_notices_are_kills_and_for_those_who_may_embargoes(views: Views) -> None:
    notices = await views.notices(10, hidden=True)
    assert [(one["id"], one["status"]) for one in notices] == [("sealed", "usable"), ("killed", "canceled")]
    assert [one["id"] for one in await views.notices(10)] == ["killed"]
    assert len(await views.notices(1, hidden=True)) == 1


async def test_how_stories_came_in(views: Views) -> None:
    flow = await views.flow(1000)
    assert flow.stories == 10
    assert flow.newest == START
    assert flow.minutes == ((int(START.timestamp()) // 60, 10),)
    assert flow.seconds["total"] == (0.0, 0.0, 0.0)


async def test_an_empty_index_shows_nothing(new_store: StoreMaker) -> None:
    opened = new_store()
    await opened.set_up()
    views = views_of(opened)
    assert await views.flow(10) == msgspec.structs.replace(await views.flow(10), stories=0, minutes=(), newest=None)
    assert await views.notices(10) == []
    assert (await views.timeline(question(), {})).slots == ()
    assert await counts(views, "source") == {}
    await views.close()
    await opened.close()


def test_the_step_fits_the_time() -> None:
    day = timedelta(days=1)
    assert [step_for(START, START + span) for span in (day / 24, 3 * day, 60 * day, 400 * day, 3000 * day)] == [
        "hour", "hour", "day", "week", "month",
    ]  # fmt: skip


def test_a_fine_step_fits_short_times_too() -> None:
    hour = timedelta(hours=1)
    spans = (hour / 60, 2 * hour, 6 * hour, 30 * hour, 200 * hour, 1000 * hour, 10_000 * hour)
    assert [step_for(START, START + span, fine=True) for span in spans] == [
        "minute", "minute", "10 minutes", "hour", "6 hours", "day", "week",
    ]  # fmt: skip


def test_a_statement_is_taken_apart() -> None:
    assert parted("A → against → B → favor → C") == ("A → against → B", "favor", "C")
    assert parted("nothing") is None
    assert is_about("A → favor → B", "B")
    assert not is_about("A → favor → BC", "B")


async def test_a_view_of_sqlite_that_takes_too_long_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await store.set_up()
    await store.write([document(f"s{n}", n) for n in range(9)])
    views = views_of(store, timeout=0.0)
    monkeypatch.setattr(connections, "STEPS_BETWEEN_CHECKS", 1)
    with pytest.raises(StoreUnavailable, match="took more than"):
        await views.timeline(question(), {})
    await views.close()
    await store.close()


@pytest.mark.parametrize(
    "asked", [{}, {"text": "putin"}, {"text": "bank"}, {"text": "nothing like it"}, {"hidden": True}]
)
async def test_what_is_beside_a_list_is_what_is_counted_by_itself(views: Views, asked: dict[str, Any]) -> None:
    query, fields = question(**asked), ["source", "person", "stance", "urgency"]
    beside = await views.overview(query, fields, size=5)
    facets = await views.facets(query, fields, size=5)
    assert beside.course == await views.timeline(query, {}, fine=True)
    assert beside.facets.counted == facets.counted
    for field in fields:
        assert [(one.value, one.stories) for one in beside.facets.counts[field]] == [
            (one.value, one.stories) for one in facets.counts[field]
        ]


async def test_stories_are_counted_by_when_they_were_made(views: Views) -> None:
    periods = (
        (START, START + timedelta(days=3)),
        (START, START + timedelta(days=4)),
        (START + timedelta(days=3), None),
    )
    assert await views.counted_between(question(), periods) == (1, 2, 2)
    assert await views.counted_between(question("bank"), periods) == (0, 0, 1)
    assert await views.counted_between(question("nothing like it"), periods) == (0, 0, 0)
