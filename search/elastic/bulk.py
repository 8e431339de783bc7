"""Writing to Elasticsearch: documents in, one outcome each.

What a story comes to is worked out here (`search.versions.history`) from how it stands, which is read with its home,
and written on the condition that nobody has written it since: Elasticsearch refuses the write (409) where somebody has.
Then the story is read once more as it is this moment, and worked out again. So several writers, late ones too, come to
the same. Items are judged by their HTTP status.
"""

import asyncio
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from processors.annotations import Record
from search.documents import Document, unfit
from search.elastic.merging import KeptMerges
from search.elastic.placement import Placement, PlacementCache
from search.elastic.server import ElasticServer, written_in
from search.store import Outcome, StoreError, StoreUnavailable, outcome_of
from search.versions.history import Story, arrive, changes, is_at_hand, light
from search.versions.joining import NO_MERGES, Merges
from search.versions.lineage import stored, story_in

LANES = 2  # requests under way at once: the server works on one while the next is on its way
TRIES = 5  # to write a story that others write at the same time, before it has to wait
CONFLICT, TOO_LARGE = 409, 413
FORBIDDEN, NOT_FOUND = 403, 404
# Not the document's fault: rights, a missing or blocked index, a time-out, too many requests.
PASSING = {401, FORBIDDEN, NOT_FOUND, 408, 429}


class Submission(msgspec.Struct, eq=False):
    """A document to be written, and what became of it, ``None`` as long as that is not known."""

    document: Document
    outcome: Outcome | None = None


class BulkItem(Record, frozen=True):
    """What a request says of one story: all its submissions go as one write.

    ``story`` is what the story comes to with them, ``None`` where that takes a look at all that is stored; ``outcomes``
    are those of the submissions if it is written. ``lines`` are empty where nothing is to be written. ``merges`` are
    the names that it is written with.
    """

    submissions: tuple[Submission, ...]
    place: Placement
    merges: Merges
    story: Story | None = None
    outcomes: tuple[Outcome, ...] = ()
    lines: tuple[bytes, ...] = ()

    @property
    def id(self) -> str:
        """The story's id."""
        return self.submissions[0].document.id

    @property
    def size(self) -> int:
        """Bytes in the request."""
        return sum(len(line) + 1 for line in self.lines)

    def each(self) -> "list[BulkItem]":
        """Its submissions one by one, where they cannot go together."""
        return [BulkItem((one,), self.place, self.merges) for one in self.submissions]

    def judge(self, outcomes: Sequence[Outcome]) -> None:
        """Note what became of its submissions: one outcome each, or one for all."""
        every = outcomes if len(outcomes) == len(self.submissions) else [outcomes[0]] * len(self.submissions)
        for submission, outcome in zip(self.submissions, every, strict=True):
            submission.outcome = outcome


class BulkWriter:
    """Writes bulks and remembers where stories live."""

    def __init__(
        self,
        server: ElasticServer,
        homes: PlacementCache,
        joined: KeptMerges | None = None,
        *,
        most_bytes: int = 8 * 1024 * 1024,
        most_items: int = 250,
    ) -> None:
        self._server = server
        self._homes = homes
        self._joined = joined
        self._most_bytes = most_bytes
        self._most_items = most_items

    async def write(self, documents: Sequence[Document]) -> list[Outcome]:
        """One outcome for each document, in order; ``StoreUnavailable`` where all would be busy."""
        submissions = [Submission(document, _refused(document)) for document in documents]
        merges = await self._joined.current() if self._joined else NO_MERGES
        items = await self._items([one for one in submissions if one.outcome is None], merges)
        lanes = asyncio.Semaphore(LANES)

        async def send(part: list[BulkItem]) -> list[BulkItem]:
            async with lanes:
                return await self._send(part)

        conflicting = await asyncio.gather(*map(send, self._parts([item for item in items if item.lines])))
        for item in items:
            if item.story and not item.lines:
                item.judge(item.outcomes)
        for item in [*(item for item in items if item.story is None), *itertools.chain(*conflicting)]:
            item.judge(await self._merge(item))
        if self._joined and (again := await self._joined.catch_up(merges, [item.id for item in items])):
            self._homes.doubt(again)
        outcomes = [one.outcome for one in submissions if one.outcome]
        assert len(outcomes) == len(documents), "a document was not judged"
        if outcomes and all(outcome.state == "busy" for outcome in outcomes):
            raise StoreUnavailable(outcomes[0].reason)
        return outcomes

    async def _items(self, submissions: Sequence[Submission], merges: Merges) -> list[BulkItem]:
        """An item for each story, in the order in which the stories come first."""
        places = await self._homes.places([one.document for one in submissions])
        stories: dict[str, list[Submission]] = {}
        for one in submissions:
            stories.setdefault(one.document.id, []).append(one)
        return [prepared(tuple(story), places[name], merges) for name, story in stories.items()]

    def _parts(self, items: Sequence[BulkItem]) -> Iterator[list[BulkItem]]:
        """Items in requests of bounded size. One that exceeds the bound goes alone."""
        part: list[BulkItem] = []
        size = 0
        for item in items:
            if part and (size + item.size > self._most_bytes or len(part) >= self._most_items):
                yield part
                part, size = [], 0
            part.append(item)
            size += item.size
        if part:
            yield part

    async def _send(self, part: Sequence[BulkItem]) -> list[BulkItem]:
        """Send one request; gives the items that somebody else wrote first, or that cannot go together.

        Where it is refused whole, halve it until the item at fault stands alone.
        """
        try:
            status, answer = await self._server.bulk([line for item in part for line in item.lines])
        except StoreUnavailable as away:
            self._homes.doubt(item.id for item in part)
            for item in part:
                item.judge([Outcome("busy", str(away))])
            return []
        if status >= 400 and len(part) > 1:  # noqa: PLR2004 - HTTP
            middle = len(part) // 2
            return [*await self._send(part[:middle]), *await self._send(part[middle:])]
        results = [{"status": status, "whole": answer}] if status >= 400 else answer["items"]  # noqa: PLR2004 - HTTP
        again: list[BulkItem] = []
        for item, result in zip(part, results, strict=True):
            judged = self._judge(item, result if "whole" in result else next(iter(result.values())))
            if not judged:
                again.append(item)
            elif judged[0].state == "refused" and len(item.submissions) > 1:
                again += item.each()
            else:
                item.judge(judged)
        return again

    def _judge(self, item: BulkItem, result: Mapping[str, Any]) -> Sequence[Outcome]:
        """What became of an item's documents; nothing where somebody else wrote the story first."""
        status, error = result["status"], result.get("error") or {}
        if "whole" in result:
            return [Outcome("refused", refusal_of(status, result["whole"]))]
        if status < 300:  # noqa: PLR2004 - HTTP
            assert item.story is not None
            self._homes.keep(item.id, Placement(item.place.index, light(item.story), written_in(result)))
            return item.outcomes
        if status == CONFLICT:
            return ()
        reason = reason_of(error)
        if status in (FORBIDDEN, NOT_FOUND):
            self._homes.forget()  # its index is closed or gone: a migration may have given the stories new homes
        if status in PASSING or status >= 500 or is_full(error):  # noqa: PLR2004 - HTTP
            return [Outcome("busy", f"{item.place.index}: {reason}")]
        return [Outcome("refused", reason)]

    async def _merge(self, item: BulkItem) -> Sequence[Outcome]:
        """Add documents to a story as it is stored this moment. Rare, and a request for each story."""
        try:
            for _ in range(TRIES):
                if outcomes := await self._try_to_merge(item):
                    return outcomes
        except StoreUnavailable as away:
            self._homes.forget()
            return [Outcome("busy", str(away))]
        except StoreError as refusal:
            if len(item.submissions) == 1:
                return [Outcome("refused", str(refusal))]
            return [(await self._merge(one))[0] for one in item.each()]
        self._homes.doubt([item.id])
        return [Outcome("busy", f"{item.place.index}: {item.id} is being written by others")]

    async def _try_to_merge(self, item: BulkItem) -> Sequence[Outcome]:
        """Nothing where somebody else wrote the story first."""
        index = item.place.index
        found = await self._server.fetch(index, item.id)
        if found is None and item.place.written:
            raise StoreUnavailable(f"{index}: {item.id} is no longer there")
        story, written = (story_in(found[0]), found[1]) if found else (None, None)
        after, outcomes = together(story, item.submissions)
        if changes(story, after):
            source = stored(after, item.merges)
            try:
                msgspec.json.encode(source)
            except (UnicodeEncodeError, msgspec.MsgspecError, OverflowError) as error:
                raise StoreError(f"cannot be written as JSON: {error}") from error
            written = await self._server.put(index, item.id, source, written)
            if written is None:
                return ()
        self._homes.keep(item.id, Placement(index, light(after), written))
        return outcomes


def _refused(document: Document) -> Outcome | None:
    """The refusal of a document that no store takes."""
    reason = unfit(document)
    return Outcome("refused", reason) if reason else None


def together(story: Story | None, submissions: Sequence[Submission]) -> tuple[Story, tuple[Outcome, ...]]:
    """What a story comes to with submissions, and what becomes of each."""
    outcomes = []
    for one in submissions:
        story = arrive(story, one.document)
        outcomes.append(outcome_of(story, one.document))
    assert story is not None
    return story, tuple(outcomes)


def prepared(submissions: tuple[Submission, ...], place: Placement, merges: Merges) -> BulkItem:
    """A story's item, with the lines to send where all that they take is at hand."""
    if place.story is not None and place.story.beneath is None:
        return BulkItem(submissions, place, merges)
    after, outcomes = together(place.story, submissions)
    if not changes(place.story, after):
        return BulkItem(submissions, place, merges, after, outcomes)
    if not is_at_hand(after):
        return BulkItem(submissions, place, merges)
    where: dict[str, Any] = {"_index": place.index, "_id": submissions[0].document.id}
    action = {"index": where | place.written.condition} if place.written else {"create": where}
    try:
        lines = msgspec.json.encode(action), msgspec.json.encode(stored(after, merges))
    except (UnicodeEncodeError, msgspec.MsgspecError, OverflowError) as error:
        if len(submissions) > 1:
            return BulkItem(submissions, place, merges)
        return BulkItem(submissions, place, merges, after, (Outcome("refused", f"cannot be written as JSON: {error}"),))
    return BulkItem(submissions, place, merges, after, outcomes, lines)


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
