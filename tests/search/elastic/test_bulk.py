"""Each bulk item is judged by its HTTP status; a request that is rejected whole affects only the item at fault."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest

from search.elastic import placement
from search.elastic.bulk import TRIES, BulkWriter
from search.elastic.placement import PlacementCache
from search.elastic.server import LastWrite
from search.store import Outcome, StoreUnavailable
from search.versions.history import arrive
from search.versions.lineage import stored
from tests.search.samples import document


class Server:
    """Stands in for a cluster: remembers what it was sent, answers as told."""

    def __init__(self) -> None:
        self.statuses: dict[str, int] = {}
        self.error: dict[str, Any] = {"type": "mapper_parsing_exception", "reason": "failed to parse field [urgency]"}
        self.most_lines = 10**9
        self.poison = ""
        self.away_after = 10**9
        self.requests: list[list[str]] = []
        self.refreshes = 0
        self.looked_up: list[list[str]] = []
        self.puts: list[LastWrite | None] = []
        self.conflicts = 0

    async def bulk(self, lines: Sequence[bytes]) -> tuple[int, dict[str, Any]]:
        if len(self.requests) >= self.away_after:
            raise StoreUnavailable("gone")
        actions = [next(iter(msgspec.json.decode(line).items())) for line in lines[::2]]
        ids = [where["_id"] for _, where in actions]
        self.requests.append(ids)
        if len(ids) > self.most_lines:
            return 413, {}
        if self.poison in ids:
            return 400, {"error": {"type": "x", "reason": "malformed line"}}
        items = []
        for name, where in actions:
            assert (name == "create") == ("if_seq_no" not in where)
            status = self.statuses.get(where["_id"], 201)
            told = {"error": self.error} if status >= 400 else {"_seq_no": 1, "_primary_term": 1}
            items.append({name: {"status": status, **told}})
        return 200, {"items": items}

    async def refresh(self) -> None:
        self.refreshes += 1

    async def stories(self, ids: list[str]) -> list[Mapping[str, Any]]:
        self.looked_up.append(sorted(ids))
        return []

    async def fetch(self, index: str, document_id: str) -> tuple[dict[str, Any], LastWrite]:
        stands = document(document_id, 10**9, status="canceled")
        return stored(arrive(None, stands)), LastWrite(7, 1)

    async def put(self, index: str, document_id: str, source: Any, after: LastWrite | None) -> LastWrite | None:
        self.puts.append(after)
        return LastWrite(8, 1) if len(self.puts) > self.conflicts else None


@pytest.fixture
def server() -> Server:
    return Server()


async def start() -> str:
    return "news-v1-"


def writer_on(server: Server, capacity: int = 1000, **limits: int) -> BulkWriter:
    return BulkWriter(server, PlacementCache(server, start, capacity), **limits)  # type: ignore[arg-type]  # a stand-in


async def states(writer: BulkWriter, *ids: str) -> list[str]:
    return [outcome.state for outcome in await writer.write([document(one) for one in ids])]


@pytest.mark.parametrize(
    ("status", "state"),
    [(200, "written"), (201, "written"), (409, "superseded"), (400, "refused"), (413, "refused"), (429, "busy"),
     (500, "busy"), (503, "busy"), (403, "busy"), (404, "busy")],
)  # fmt: skip
async def test_items_are_judged_by_status(server: Server, status: int, state: str) -> None:
    server.statuses = {"b": status}
    assert await states(writer_on(server), "a", "b", "c") == ["written", state, "written"]


async def test_a_refusal_names_the_field_and_its_cause(server: Server) -> None:
    server.statuses = {"b": 400}
    server.error["caused_by"] = {"type": "number_format", "reason": "For input string: high"}
    outcomes = await writer_on(server).write([document("a"), document("b")])
    assert outcomes[1] == Outcome("refused", "failed to parse field [urgency]: For input string: high")


async def test_no_room_for_another_index_is_no_fault_of_the_document(server: Server) -> None:
    server.statuses = {"b": 400}
    server.error = {"type": "validation_exception", "reason": "this action would add [1] shards, but …"}
    assert await states(writer_on(server), "a", "b") == ["written", "busy"]


async def test_all_busy_is_an_absent_store(server: Server) -> None:
    server.statuses = {"a": 429, "b": 503}
    with pytest.raises(StoreUnavailable, match="failed to parse"):
        await states(writer_on(server), "a", "b")


async def test_a_lost_connection_leaves_the_rest_to_be_tried_again(server: Server) -> None:
    server.away_after = 1
    writer = writer_on(server, most_items=2)
    assert await states(writer, "a", "b", "c", "d") == ["written", "written", "busy", "busy"]
    with pytest.raises(StoreUnavailable, match="gone"):
        await states(writer, "e")
    server.away_after = 10**9
    assert await states(writer, "a", "c") == ["written", "written"]
    assert server.looked_up == [["a", "b", "c", "d"], ["e"], ["c"]]
    assert server.refreshes == 3  # at first, and whenever the fate of a write is not known


async def test_requests_are_bounded(server: Server) -> None:
    size = len(msgspec.json.encode(document("a").body)) + 1000
    await states(writer_on(server, most_items=3), *"abcdefg")
    assert [len(ids) for ids in server.requests] == [3, 3, 1]
    server.requests.clear()
    await states(writer_on(server, most_bytes=size), *"abc")
    assert server.requests == [["a"], ["b"], ["c"]]


async def test_a_request_that_is_too_large_is_halved(server: Server) -> None:
    server.most_lines = 1
    assert await states(writer_on(server), *"abcde") == ["written"] * 5
    server.most_lines = 0
    outcomes = await writer_on(server).write([document("a"), document("b")])
    assert [outcome.state for outcome in outcomes] == ["refused", "refused"]
    assert "http.max_content_length" in outcomes[0].reason


async def test_an_item_that_spoils_the_request_is_found_and_refused(server: Server) -> None:
    server.poison = "c"
    assert await states(writer_on(server), *"abcde") == ["written", "written", "refused", "written", "written"]


async def test_the_versions_of_a_story_go_as_one(server: Server) -> None:
    writer = writer_on(server, most_items=3)
    outcomes = await writer.write([document(one, n) for n, one in enumerate("abcabdc", 1)])
    assert server.requests == [["a", "b", "c"], ["d"]]
    assert [outcome.state for outcome in outcomes] == ["written"] * 7  # each was the newest when it came


async def test_what_others_wrote_first_is_read_and_written_again(server: Server) -> None:
    server.statuses, server.conflicts = {"b": 409}, TRIES - 1
    assert await states(writer_on(server), "a", "b") == ["written", "superseded"]
    assert server.puts == [LastWrite(7, 1)] * TRIES


async def test_what_others_go_on_writing_waits(server: Server) -> None:
    server.statuses, server.conflicts = {"b": 409}, 10**9
    assert await states(writer_on(server), "a", "b") == ["written", "busy"]
    assert len(server.puts) == TRIES


async def test_one_version_that_is_refused_does_not_take_the_others_along(server: Server) -> None:
    server.statuses = {"b": 400}
    outcomes = await writer_on(server).write([document("b", 1), document("a"), document("b", 2)])
    assert [outcome.state for outcome in outcomes] == ["superseded", "written", "superseded"]
    bad = [document("c", 1), document("c", 2), document("c", 3, headline="half a pair: \ud83d")]
    assert [outcome.state for outcome in await writer_on(server).write(bad)] == ["superseded", "superseded", "refused"]


async def test_known_stories_are_not_looked_up(server: Server) -> None:
    writer = writer_on(server)
    for _ in range(3):
        await states(writer, "a", "b")
    await states(writer, "b", "c")
    assert server.looked_up == [["a", "b"], ["c"]]
    assert server.refreshes == 1


async def test_what_memory_drops_is_looked_up_after_a_refresh(server: Server) -> None:
    writer = writer_on(server, capacity=4)
    await states(writer, *"abcdef")
    assert server.refreshes == 1
    await states(writer, "a")
    assert server.refreshes == 2
    assert server.looked_up[-1] == ["a"]


async def test_long_texts_fill_the_memory_sooner(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placement, "MOST_CHARACTERS", 3 * len(document().body))
    writer = writer_on(server)
    await states(writer, *"abcdef")
    await states(writer, "f")
    assert server.looked_up == [list("abcdef")]
    await states(writer, "a")
    assert server.looked_up[-1] == ["a"]
