"""No stored story costs a page more than a second, nor holds up anybody else meanwhile.

The time of this process's processor is measured, so that other work on the machine counts for nothing.
"""

import asyncio
import threading
import time
from pathlib import Path

import pytest

from search.documents import source_of
from search.open import open_store
from search.query.request import Limits
from search.sqlite.store import SqliteStore
from search.web import Options, create_app
from search.web.display import Display
from search.web.pages_story import story_context
from search.web.reading.changes import STEPS, changed_passages, changes
from search.web.reading.comparing import StepBudget, common
from search.web.reading.marking import MarkedSentence, MarkedText, MarkingLimits, marked_text
from search.web.rendering import RenderingCache
from tests.search.samples import question
from tests.search.web.conftest import asking
from tests.search.web.samples import story
from tests.search.web.worst import BARE, WORST
from tests.waiting import eventually

SECOND = 1.5  # on a machine with other work a second of the processor does less
LONGEST_HOLD = 0.5  # seconds of this process's time in which the event loop may answer nobody
PAGES = (
    "/story/worst", "/", "/?q=x+OR+word+OR+ab&sort=relevance", "/entity?name=Name+1", "/names", "/stances",
    "/stances?about=Name+1", "/api/stories?limit=40", "/api/stories/worst", "/similar/worst", "/api/stories/worst/similar",
    "/api/facets?field=person&field=stance",
)  # fmt: skip
LARGEST = {"/story/worst": 6_000_000, "/api": 50_000_000}
LARGE = 300_000


async def holds(ends: asyncio.Event) -> float:
    """The longest time that the event loop was busy, of this process's own time."""
    longest = 0.0
    while not ends.is_set():
        wall, used = time.perf_counter(), time.process_time()
        await asyncio.sleep(0.005)
        longest = max(longest, min(time.perf_counter() - wall, time.process_time() - used))
    return longest


@pytest.mark.servers
@pytest.mark.parametrize("kind", WORST)
async def test_every_page_with_it_is_there_in_a_second_and_health_answers_meanwhile(kind: str, tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await store.set_up()
    for document in WORST[kind]():
        await store.write([document])
    app = create_app(store, options=Options(remember=0.0, seconds=60.0))
    async with asking(app) as page:
        await page.get("/health")
        for address in PAGES:
            for tries_left in (
                2,
                1,
                0,
            ):  # a machine with other work is slow now and then, and what is slow is so always
                ends = asyncio.Event()
                held = asyncio.create_task(holds(ends))
                used = time.process_time()
                answer = await page.get(address)
                took = time.process_time() - used
                assert (await page.get("/health")).status_code == 200
                ends.set()
                longest = await held
                if took < SECOND and longest < LONGEST_HOLD:
                    break
                assert tries_left, (address, took, longest)
            assert answer.status_code in (200, 404), address
            assert len(answer.content) < LARGEST.get(address, LARGEST["/api"] if "/api" in address else LARGE), address
    await app.state.site.library.close()


def whole(text: MarkedText) -> str:
    parts = [text.headline, *text.paragraphs, text.rest]
    return "".join(said(one) for part in parts for one in part)


def said(sentence: MarkedSentence) -> str:
    return "".join(segment.text for segment in sentence.segments)


@pytest.mark.parametrize("kind", WORST)
def test_it_has_so_many_pieces_at_most_and_all_of_its_text(kind: str) -> None:
    source = source_of(WORST[kind]()[-1])
    most = MarkingLimits(characters=2_000_000, marks=50, roles=300, paragraphs=20)
    text = marked_text(source, most)
    parts = [text.headline, *text.paragraphs, text.rest]
    assert len(text.paragraphs) <= most.paragraphs
    segments = [segment for part in parts for sentence in part for segment in sentence.segments]
    cuts = 4 * most.marks + 6 * len(source["stance"] or ()) + most.paragraphs + 2
    assert len(segments) <= cuts
    assert sum(len(one.proves) + len(one.holders) + len(one.targets) for one in segments) <= most.roles
    expected = source["headline"] + source["body"]
    assert whole(text).split() == expected.split() or "".join(whole(text).split()) == "".join(expected.split())
    assert text.unmarked == (kind in ("mentions", "stances", "tones", "long names"))
    assert marked_text(source, MarkingLimits(characters=1000)).cut == (len(source["body"]) > 1000)


def test_comparing_ends_when_its_effort_is_spent() -> None:
    ways = [("a b " * 490, "b a " * 490), ("a " * 990, "a " * 700 + "b")]
    for before, after in ways:
        effort = StepBudget(500)
        pieces = changes(before, after, effort)
        assert "".join(text for what, text in pieces if what != "in") == before
        assert "".join(text for what, text in pieces if what != "out") == after
        assert effort.steps > -10_000
    left = StepBudget(STEPS)
    changed_passages("a. b. " * 3300, "b. a. " * 16_000, left)
    assert left.steps > -STEPS


def test_what_little_changed_in_a_long_text_is_found() -> None:
    old = [str(n) for n in range(20_000)]
    new = [*old[:5], "x", *old[5:9000], *old[9001:15_000], *reversed(old[15_000:15_400]), *old[15_400:]]
    blocks = common(old, new, StepBudget(STEPS))
    assert sum(size for _, _, size in blocks) >= 20_000 - 1 - 400
    assert all(old[at : at + size] == new[there : there + size] for at, there, size in blocks)


async def test_what_is_asked_for_at_once_is_made_once_and_the_oldest_is_dropped() -> None:
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        all_have_asked.wait(20)
        return name * 10

    all_have_asked = threading.Event()
    renderings = RenderingCache(2, 25)
    asked = [asyncio.ensure_future(renderings.of("a", lambda: make("a"))) for _ in range(5)]
    await eventually(lambda: made, "the first is being made")  # by then the others have asked, too
    all_have_asked.set()
    assert await asyncio.gather(*asked) == ["a" * 10] * 5
    assert await renderings.of("b", lambda: make("b")) == "b" * 10
    assert await renderings.of("a", lambda: make("a")) == "a" * 10
    await renderings.of("c", lambda: make("c"))
    await renderings.of("b", lambda: make("b"))
    assert made == ["a", "b", "c", "b"]
    with pytest.raises(ZeroDivisionError):
        await renderings.of("bad", lambda: str(1 // 0))
    assert await renderings.of("bad", lambda: "good") == "good"


def test_the_page_of_a_story_is_the_same_within_and_beyond_its_bounds() -> None:
    """Bounds leave an ordinary story alone."""
    source = source_of(WORST["a table"]()[-1]) | {"killed_version": None}
    html = Display("T", "UTC").html("_story.html", story_context(source, MarkingLimits()))
    assert html.count("1 | 2 | 3") == 100_000
    assert "Text cut here" not in html


async def test_a_page_of_large_stories_ends_early_and_the_next_one_goes_on(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "index.db", limits=Limits(megabytes=1))
    await store.set_up()
    await store.write([story(f"s{n}", "x", "word " * 100_000, BARE) for n in range(5)])
    seen: list[str] = []
    after = ""
    while after or not seen:
        found = await store.find(question(sort="newest", after=after, limit=5))
        assert (found.total, 1 <= len(found.hits) <= 2) == (5, True)
        seen += [hit.id for hit in found.hits]
        after = found.after
        if not after:
            break
    assert sorted(seen) == [f"s{n}" for n in range(5)]
    await store.close()
