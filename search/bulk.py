"""Writing to Elasticsearch: documents in, one outcome each.

Each document is indexed with its version (``external_gte``), so Elasticsearch itself decides which of two stays,
whatever the order of arrival; items are judged by their HTTP status. The past of a story (`search.history`) is read
with its home, and goes in with the document.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from processors.annotations import Record
from search.documents import Document, source_of, unfit
from search.history import Past, Standing, amend, standing_in, standing_of, succeed, with_past
from search.homes import Homes, Place
from search.server import Server
from search.store import Outcome, StoreUnavailable

LANES = 2  # requests under way at once: the server works on one while the next is on its way
CONFLICT, TOO_LARGE = 409, 413
FORBIDDEN, NOT_FOUND = 403, 404
# Not the document's fault: rights, a missing or blocked index, a time-out, too many requests.
PASSING = {401, FORBIDDEN, NOT_FOUND, 408, 429}


class Item(Record, frozen=True):
    """One document ready to send: ``at`` is its place among those to be judged."""

    at: int
    document: Document
    place: Place
    past: Past
    lines: tuple[bytes, bytes]

    @property
    def size(self) -> int:
        """Bytes in the request."""
        return len(self.lines[0]) + len(self.lines[1]) + 2

    @property
    def newer(self) -> Standing | None:
        """The newer version that was known to stand, or was before it in the bulk."""
        standing = self.place.standing
        return standing if standing is not None and standing.version > self.document.version else None


class Writer:
    """Writes bulks and remembers where stories live."""

    def __init__(
        self, server: Server, homes: Homes, *, most_bytes: int = 8 * 1024 * 1024, most_items: int = 250
    ) -> None:
        self._server = server
        self._homes = homes
        self._most_bytes = most_bytes
        self._most_items = most_items

    async def write(self, documents: Sequence[Document]) -> list[Outcome]:
        """One outcome for each document, in order; ``StoreUnavailable`` where all would be busy."""
        refusals = [unfit(document) for document in documents]
        fit = [document for document, refusal in zip(documents, refusals, strict=True) if not refusal]
        places = await self._homes.places(fit)
        outcomes: list[Outcome] = [Outcome("refused", refusal) for refusal in refusals]
        items = []
        for at, document in enumerate(documents):
            if not refusals[at]:
                item = prepared(at, document, places)
                if isinstance(item, Outcome):
                    outcomes[at] = item
                else:
                    items.append(item)
        lanes = asyncio.Semaphore(LANES)

        async def send(part: list[Item]) -> None:
            async with lanes:
                for item, outcome in zip(part, await self._send(part), strict=True):
                    outcomes[item.at] = outcome

        await asyncio.gather(*map(send, self._parts(items)))
        await self._amend([item for item in items if _is_late(item, outcomes[item.at])], outcomes)
        if outcomes and all(outcome.state == "busy" for outcome in outcomes):
            raise StoreUnavailable(outcomes[0].reason)
        return outcomes

    def _parts(self, items: Sequence[Item]) -> Iterator[list[Item]]:
        """Items in requests of bounded size. A story's versions, each built on the last, stay together and in order.

        A story that exceeds the bound goes alone.
        """
        stories: dict[str, list[Item]] = {}
        for item in items:
            stories.setdefault(item.document.id, []).append(item)
        part: list[Item] = []
        size = 0
        for story in stories.values():
            more = sum(item.size for item in story)
            if part and (size + more > self._most_bytes or len(part) + len(story) > self._most_items):
                yield part
                part, size = [], 0
            part += story
            size += more
        if part:
            yield part

    async def _send(self, part: Sequence[Item]) -> list[Outcome]:
        """Send one request; where it is refused whole, halve it until the item at fault stands alone."""
        try:
            status, answer = await self._server.bulk([line for item in part for line in item.lines])
        except StoreUnavailable as away:
            self._homes.doubt(item.document.id for item in part)
            return [Outcome("busy", str(away))] * len(part)
        if status >= 400:  # noqa: PLR2004 - HTTP
            if len(part) == 1:
                return [Outcome("refused", refusal_of(status, answer))]
            middle = len(part) // 2
            return [*await self._send(part[:middle]), *await self._send(part[middle:])]
        return [self._judge(item, result["index"]) for item, result in zip(part, answer["items"], strict=True)]

    def _judge(self, item: Item, result: Mapping[str, Any]) -> Outcome:
        status, error = result["status"], result.get("error") or {}
        if status < 300:  # noqa: PLR2004 - HTTP
            place = Place(item.place.index, standing_of(item.document, item.past))
            self._homes.keep(item.document.id, place)
            return Outcome("written")
        if status == CONFLICT:
            if item.newer is None:
                self._homes.doubt([item.document.id])
            return Outcome("superseded")
        reason = reason_of(error)
        if status in (FORBIDDEN, NOT_FOUND):
            self._homes.forget()  # its index is closed or gone: a migration may have given the stories new homes
        if status in PASSING or status >= 500 or is_full(error):  # noqa: PLR2004 - HTTP
            return Outcome("busy", f"{item.place.index}: {reason}")
        return Outcome("refused", reason)

    async def _amend(self, late: Sequence[Item], outcomes: list[Outcome]) -> None:
        """Add what older versions that came late tell of a story's past to the document that stands.

        It is written back at its own version: a newer one that comes between wins, and is amended when the late
        version is seen again. Rare: only for a version that is not among those already known.
        """
        for item in late:
            taken_in = item.newer is not None and amend(item.newer, item.document) is None
            if taken_in and outcomes[item.at].state == "superseded":
                continue
            try:
                await self._amend_one(item)
            except StoreUnavailable as away:
                self._homes.forget()
                outcomes[item.at] = Outcome("busy", str(away))

    async def _amend_one(self, item: Item) -> None:
        found = await self._server.fetch(item.place.index, item.document.id)
        if found is None:
            raise StoreUnavailable(f"{item.place.index}: {item.document.id} is no longer there")
        source, version = found
        standing = standing_in(source, version)
        past = amend(standing, item.document)
        if past is not None:
            standing = msgspec.structs.replace(standing, past=past)
            await self._server.put(item.place.index, item.document.id, version, with_past(source, past))
        self._homes.keep(item.document.id, Place(item.place.index, standing))


def _is_late(item: Item, outcome: Outcome) -> bool:
    """Whether a newer version stood already, or was believed to: it was in the same bulk, and may have failed."""
    return outcome.state == "superseded" or (outcome.state == "written" and item.newer is not None)


def prepared(at: int, document: Document, places: dict[str, Place]) -> Item | Outcome:
    """The lines to send for ``document``; moves the story in ``places`` on, for the next version in this bulk."""
    place = places[document.id]
    past = succeed(place.standing, document)
    action = {
        "index": {
            "_index": place.index,
            "_id": document.id,
            "version": document.version,
            "version_type": "external_gte",
        }
    }
    try:
        lines = msgspec.json.encode(action), msgspec.json.encode(with_past(source_of(document), past))
    except (UnicodeEncodeError, msgspec.MsgspecError, OverflowError) as error:
        return Outcome("refused", f"cannot be written as JSON: {error}")
    item = Item(at, document, place, past, lines)
    if item.newer is None:
        places[document.id] = Place(place.index, standing_of(document, past))
    return item


def reason_of(error: Mapping[str, Any]) -> str:
    """Elasticsearch's reason in one line, with what caused it: that names the field."""
    parts = [str(error.get("reason") or error.get("type") or "no reason given")]
    cause = error.get("caused_by")
    while isinstance(cause, Mapping) and len(parts) < 4:  # noqa: PLR2004 - deeper causes repeat
        parts.append(str(cause.get("reason") or cause.get("type")))
        cause = cause.get("caused_by")
    return ": ".join(dict.fromkeys(parts))[:1000]


def refusal_of(status: int, answer: Mapping[str, Any]) -> str:
    """Why a request with a single document was refused whole."""
    if status == TOO_LARGE:
        return "the document is larger than Elasticsearch takes (its setting http.max_content_length)"
    error = answer.get("error") if isinstance(answer, Mapping) else None
    return reason_of(error) if isinstance(error, Mapping) else f"Elasticsearch answered {status}"


def is_full(error: Mapping[str, Any]) -> bool:
    """Whether the cluster has no room for another index: an operator's matter, not the document's."""
    return error.get("type") == "validation_exception" and "shards" in str(error.get("reason"))
