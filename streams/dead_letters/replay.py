"""Replays dead letters to the topics that they came from, each once, even if a run is repeated or interrupted.

Takes a `LetterSelection`; gives counts. A message is sent with its own key, bytes and headers, ``attempts`` from its
letter, ``replayed-from`` for the position of the original and ``replay-of`` for the refused message's.

Replays are recorded on ``news.dead`` itself: first `Replayed` "begun" is confirmed, then the copy, then "done". An
interrupted run leaves some begun: the next run looks for their copies on the topic, and sends only those that are not
there. A letter that is done is not selected again; a copy that fails again gets a letter of its own.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

import msgspec

from streams.dead_letters.choosing import BegunReplay, LetterSelection
from streams.dead_letters.store import DeadStore
from streams.kafka.headers import ATTEMPTS_HEADER, RECORD_HEADER, REPLAY_OF_HEADER, copied_headers, headers_of
from streams.kafka.reader import SKEW, TopicReader
from streams.kafka.sender import MessageSender
from streams.records import DeadLetter, Replayed, encode
from streams.settings import Settings

BATCH = 200  # messages between two `Replayed` records
BATCH_BYTES = 16 * 1024 * 1024
MARK_HEADERS = ((RECORD_HEADER, Replayed.__name__.encode()),)

Position = tuple[str, int, int]


class RequeueCounts(msgspec.Struct):
    """The result of a run. ``messages`` were sent; several letters can be about one message."""

    letters: int = 0
    messages: int = 0
    found: int = 0  # letters that an interrupted run had already replayed
    foreign: int = 0  # dead letters from topics of another pipeline, left alone
    gone: int = 0  # letters whose message only Kafka had, and no longer has


class Replayer:
    """One run over the dead letters in ``store``."""

    def __init__(self, settings: Settings, store: DeadStore, reader: TopicReader) -> None:
        self._settings = settings
        self._store = store
        self._reader = reader
        self._topics = {settings.topic(origin) for origin in ("raw", "articles", "enriched")}
        self.counts = RequeueCounts()

    def run(
        self, selection: LetterSelection, *, dry_run: bool = False, seen: Callable[[], None] = lambda: None
    ) -> RequeueCounts:
        """Replay the selected letters, or with ``dry_run`` only count them."""
        with MessageSender(self._settings) as sender:
            self._finish_begun(selection, sender, dry_run=dry_run)
            for batch in self._batches(selection, seen):
                self.counts.messages += len(batch)
                if not dry_run:
                    self._resend(batch, sender)
            self.counts.gone = self._store.gone
        return self.counts

    def _batches(self, selection: LetterSelection, seen: Callable[[], None]) -> Iterator[dict[Position, DeadLetter]]:
        batch: dict[Position, DeadLetter] = {}
        size = 0
        for letter in self._store.letters(selection, self._reader):
            seen()
            position = letter.topic, letter.partition, letter.offset
            if letter.topic not in self._topics:
                self.counts.foreign += 1
                continue
            self.counts.letters += 1
            if not self._store.claim(position):
                continue  # already being sent, for another letter about the same message
            batch[position] = letter
            size += len(letter.value)
            if len(batch) >= BATCH or size >= BATCH_BYTES:
                yield batch
                batch, size = {}, 0
        if batch:
            yield batch

    def _resend(self, batch: dict[Position, DeadLetter], sender: MessageSender) -> None:
        for position in batch:
            self._mark(position, position[0], None, sender)
        sender.flush()
        copies: dict[Position, tuple[int, int]] = {}
        for position, letter in batch.items():
            sender.send(
                letter.topic, letter.key, letter.value, headers_for(letter), _position_recorder(copies, position)
            )
        sender.flush()
        for position, copy in copies.items():
            self._mark(position, position[0], copy, sender)
        sender.flush()

    def _mark(self, position: Position, topic: str, copy: tuple[int, int] | None, sender: MessageSender) -> None:
        """Record for every letter about a message that its replay began, or where its ``copy`` is."""
        for letter in self._store.about(position):
            state = Replayed(letter, "begun" if copy is None else "done", datetime.now(UTC), topic, *(copy or ()))
            sender.send(self._store.topic, letter.encode(), encode(state), MARK_HEADERS)

    def _finish_begun(self, selection: LetterSelection, sender: MessageSender, *, dry_run: bool) -> None:
        """Find which replays of an interrupted run reached their topic, and mark these as done."""
        begun = self._store.begun(selection)
        for topic in {replay.topic for replay in begun} & self._topics:
            expected = {position_text(position): position for _, position in self._begun_on(topic, begun)}
            since = min(replay.at for replay in begun if replay.topic == topic) - SKEW
            for message in self._reader.read(self._reader.bounds(topic, since)):
                origin = headers_of(message).get(REPLAY_OF_HEADER, b"").decode("utf-8", "replace")
                if position := expected.pop(origin, None):
                    self.counts.found += len(self._store.about(position))
                    if not dry_run:
                        self._mark(position, topic, (message.partition, message.offset), sender)
                    self._store.claim(position)

    def _begun_on(self, topic: str, begun: Iterable[BegunReplay]) -> Iterator[tuple[str, Position]]:
        for replay in begun:
            if replay.topic == topic and (position := self._store.position(replay.letter)):
                yield replay.letter, position


def headers_for(letter: DeadLetter) -> list[tuple[str, bytes]]:
    """The headers of the message that is sent for a letter."""
    headers = dict(copied_headers(letter))
    headers[ATTEMPTS_HEADER] = str(letter.attempts).encode()
    headers[REPLAY_OF_HEADER] = position_text((letter.topic, letter.partition, letter.offset)).encode()
    if letter.stage == "read":  # so that copies of this copy are received at the same time
        headers.setdefault("received-at", letter.failed_at.isoformat().encode())
    return list(headers.items())


def position_text(position: Position) -> str:
    """The position as ``topic:partition:offset``."""
    return ":".join(map(str, position))


def _position_recorder(copies: dict[Position, tuple[int, int]], position: Position) -> Callable[[int, int], None]:
    def keep(partition: int, offset: int) -> None:
        copies[position] = (partition, offset)

    return keep
