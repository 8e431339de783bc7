"""How the index stage waits for its store: away, busy, and with partitions that move meanwhile."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from processors.annotations import Annotations
from search.documents import Document
from search.store import Outcome, StoreUnavailable
from streams.agents.index_writes import find_all, until_available, write_all
from streams.agents.stage import Stage
from streams.records import Article, EnrichedArticle, document_of
from tests.streams.agents.stages import event, given_generation, stage_of

NOW = datetime(2026, 11, 26, tzinfo=UTC)
Answer = Callable[[Document], Outcome] | Exception


def document(number: int) -> Document:
    article = Article(f"{number:032x}", "wire", f"g{number}", 1, "ninjs", NOW, NOW, headline="H")
    return document_of(EnrichedArticle(article, Annotations(), NOW), NOW)


class FakeStore:
    """Answers each write by the next of its plan, then by saying that all is written."""

    def __init__(self, *plan: Answer, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.plan = list(plan)
        self.meanwhile = meanwhile
        self.writes: list[list[int]] = []

    async def write(self, documents: Sequence[Document]) -> list[Outcome]:
        self.writes.append([int(each.id, 16) for each in documents])
        answer = self.plan.pop(0) if self.plan else lambda _: Outcome("written")
        self.meanwhile()
        if isinstance(answer, Exception):
            raise answer
        return [answer(each) for each in documents]


@pytest.fixture
def stage(tmp_path) -> Iterator[Stage]:
    with stage_of("index", data=tmp_path) as stage:
        yield stage


@pytest.fixture
def killed(monkeypatch) -> list[list[str]]:
    """The ids of superseded documents, at each call of `kill_own`."""
    calls: list[list[str]] = []

    async def kill_own(_: Any, superseded: Sequence[tuple[Document, Outcome]]) -> None:
        calls.append([document.id for document, _ in superseded])
        if len(calls) == 1:
            raise StoreUnavailable("away")

    monkeypatch.setattr("streams.agents.index_writes.kill_own", kill_own)
    return calls


async def write(stage: Stage, store: Any, count: int = 3) -> list[Any]:
    return await write_all(stage, store, [(event(stage, "enriched", n), document(n)) for n in range(count)])


def health(stage: Stage) -> str:
    return stage.health._index[1]


async def test_while_the_index_is_away_all_documents_wait_and_are_written_when_it_is_back(stage) -> None:
    said: list[str] = []
    store = FakeStore(
        StoreUnavailable("no route"), StoreUnavailable("no route"), meanwhile=lambda: said.append(health(stage))
    )
    assert await write(stage, store) == []
    assert store.writes == [[0, 1, 2]] * 3
    assert "no route" in said[1]
    assert health(stage) == ""
    assert stage.health._paused


async def test_what_a_busy_index_did_not_take_is_written_again_and_nothing_else(stage) -> None:
    store = FakeStore(
        lambda each: Outcome("busy") if each.id.endswith(("1", "2")) else Outcome("written"),
        StoreUnavailable("away"),
        lambda each: Outcome("busy") if each.id.endswith("2") else Outcome("written"),
    )
    assert await write(stage, store) == []
    assert store.writes == [[0, 1, 2], [1, 2], [1, 2], [2]]


async def test_what_is_refused_is_a_dead_letter_and_not_written_again(stage) -> None:
    store = FakeStore(lambda each: Outcome("refused", "mapping") if each.id.endswith("1") else Outcome("written"))
    (letter,) = await write(stage, store)
    assert (letter.offset, letter.error, letter.message, letter.article_id) == (1, "Rejected", "mapping", f"{1:032x}")
    assert store.writes == [[0, 1, 2]]


@pytest.mark.parametrize("answer", [StoreUnavailable("away"), lambda _: Outcome("busy")], ids=["away", "busy"])
async def test_documents_whose_partition_went_elsewhere_are_left_to_its_new_owner(stage, answer) -> None:
    store = FakeStore(answer, meanwhile=lambda: given_generation(stage, 2))
    assert await write(stage, store) == []
    assert store.writes == [[0, 1, 2]]


async def test_kills_that_came_before_their_story_wait_for_the_index_too(stage, killed) -> None:
    await write(stage, FakeStore(lambda _: Outcome("superseded")), count=1)
    assert killed == [[f"{0:032x}"]] * 2


@pytest.mark.parametrize("moved", [False, True])
async def test_looking_for_a_story_waits_for_the_index_as_long_as_its_events_are_ours(
    stage, monkeypatch, moved
) -> None:
    asked: list[int] = []

    async def addressed(_: Any, documents: Sequence[Document]) -> list[Document]:
        asked.append(len(documents))
        if len(asked) == 1:
            if moved:
                given_generation(stage, 2)
            raise StoreUnavailable("away")
        return list(documents)

    async def placed(_: Any, documents: Sequence[Document]) -> list[list[Document]]:
        return [[each] for each in documents]

    monkeypatch.setattr("streams.agents.index_writes.addressed", addressed)
    monkeypatch.setattr("streams.agents.index_writes.placed", placed)
    one: Any = event(stage, "enriched", 0)
    store: Any = None
    found = await find_all(stage, store, [(one, document(0))])
    assert found == ([] if moved else [(one, document(0))])
    assert asked == ([1] if moved else [1, 1])


async def test_any_other_error_ends_the_wait(stage) -> None:
    async def fail() -> None:
        raise ValueError("ours")

    call: Callable[[], Awaitable[None]] = fail
    with pytest.raises(ValueError, match="ours"):
        await until_available(stage, call)
