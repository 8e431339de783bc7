"""Audits the pipeline: accounts for every article that ``news.raw`` accepted.

Takes a time; gives a `Report`. Each raw message is decoded as in the read stage, which gives the ids and versions of
its articles, and these are looked up in the index. What is not there at its version or a newer one stays open, and is
looked for along the pipeline: before read, enrich and index, on ``news.dead``, and in the index once more. Articles
only move forward, so one that moves during the audit is found at a later place. What is still open at the end is
missing.

Memory is bounded: messages come in batches, open entries and dead letters are in temporary files.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from search.store import Store
from streams.dead_letters.choosing import UNLISTED, LetterSelection
from streams.dead_letters.store import DeadStore
from streams.errors import Rejected
from streams.kafka.headers import REPLAYED_FROM_HEADER, headers_of
from streams.kafka.reader import OffsetRange, TopicReader, committed, of_existing, within
from streams.kafka.stages import STAGES, TO_INDEX
from streams.operations.audited_messages import Stamped, article_in, origin, skipped_in
from streams.operations.ledger import (
    AuditVerdict,
    Fates,
    Ledger,
    LedgerEntry,
    MadeArticle,
    Missing,
    Report,
    candidates,
    fate_of,
    letters_about,
    missing_note,
)
from streams.raw_messages import limits_of, raw_of
from streams.settings import Settings
from streams.sources.book import ProfileBook
from streams.wire import parse_all

BATCH = 500
SKIPPED_MEMBER = "no article"  # names the one entry of a message that holds only pictures and the like
HUNG = "Hung"  # the error class of poison messages: they must not be decoded here either

Phase = Callable[[str, int], None]


class Auditor:
    """One audit. ``most_missing`` bounds how many missing articles are named."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        reader: TopicReader,
        *,
        most_missing: int = 1000,
        phase: Phase = lambda _, __: None,
        seen: Callable[[], None] = lambda: None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._reader = reader
        self._most_missing = most_missing
        self._phase = phase
        self._seen = seen
        self._limits = limits_of(settings)
        self._profiles = ProfileBook.of(settings).current()
        self._raw = settings.topic("raw")
        self.report = Report()

    async def run(self, since: datetime | None = None, until: datetime | None = None) -> Report:
        """Audit what Kafka took since, and before, a time; up to the ends that ``news.raw`` has now."""
        with closing(DeadStore(self._settings)) as dead, closing(Ledger()) as ledger:
            self._read_dead(dead)
            await self._read_raw(dead, ledger, since, until)
            if len(ledger):
                await self._follow(dead, ledger, since)
            if len(ledger):
                await self._check_read_output(dead, ledger, since)
            self._list_missing(ledger)
            if not self.report.lag:
                for stage in TO_INDEX:
                    self._positions(stage, STAGES[stage].reads)
            self.report.unreadable_letters = dead.unreadable_count
        return self.report

    def _read_dead(self, dead: DeadStore) -> None:
        self._phase("dead letters", _size(self._reader.bounds(dead.topic)))
        dead.read_on(self._reader, self._seen)

    async def _read_raw(self, dead: DeadStore, ledger: Ledger, since: datetime | None, until: datetime | None) -> None:
        """Look up the articles of every raw message in the index; those not found become open entries."""
        bounds = of_existing(self._raw, self._reader.bounds(self._raw, since, until))
        self._phase("raw messages", _size(bounds))
        hung = bool(dead.groups(LetterSelection(stage="read", error=HUNG, replayed=True)))
        await self._store.refresh()
        for messages in _batches(within(self._reader.read(bounds), until, self._seen)):
            entries = [entry for message in messages for entry in self._entries(message, dead if hung else None)]
            self.report.accepted += len(messages)
            self.report.copies += sum(REPLAYED_FROM_HEADER in headers_of(message) for message in messages)
            self.report.articles += len(entries)
            fates = await self._fates(entries)
            ledger.keep(entry for entry in entries if not self._count_if_settled(entry, fates))

    def _entries(self, message: Any, hung: DeadStore | None) -> list[LedgerEntry]:
        """What the read stage would make of a raw message."""
        where = (message.partition, message.offset, *origin(message))
        if hung and any(letter.error == HUNG for letter in hung.refusals_of_message(*where[2:], self._raw)):
            return [LedgerEntry(*where)]
        stamped = Stamped(
            message.topic, message.partition, message.offset, message.key, message.value, message.headers,
            message.timestamp / 1000,
        )  # fmt: skip
        try:
            parsed = parse_all(raw_of(stamped), self._limits, self._profiles)
        except Rejected:
            return [LedgerEntry(*where)]
        except Exception as error:  # noqa: BLE001 - a fault of the parser is no reason to end the audit
            return [LedgerEntry(*where, note=f"the parser failed on it: {type(error).__name__}: {error}"[:500])]
        if not (parsed.articles or parsed.refused):
            return [LedgerEntry(*where, member=SKIPPED_MEMBER)]
        many = len(parsed.articles)
        articles = [
            LedgerEntry(*where, many, one.id, one.guid, one.version, former=" ".join(one.former_ids))
            for one in parsed.articles
        ]
        return articles + [LedgerEntry(*where, many, member=what) for what, _ in parsed.refused]

    async def _fates(self, entries: Iterable[LedgerEntry]) -> Fates:
        ids = list({one for entry in entries for one in entry.ids if one})
        return await self._store.fates(ids) if ids else {}

    def _count_if_settled(self, entry: LedgerEntry, fates: Fates) -> bool:
        """Count an article that the index accounts for; says whether it does."""
        for one in entry.ids:
            if fate := fate_of(one, entry.version, fates):
                self.report.count(fate)
                return True
        return False

    async def _follow(self, dead: DeadStore, ledger: Ledger, since: datetime | None) -> None:
        """Look for open entries along the pipeline, in its order."""
        read_to = self._positions("read", "raw")
        for stage in TO_INDEX[1:]:
            topic = STAGES[stage].reads
            positions = self._positions(stage, topic)
            bounds = self._reader.bounds(self._settings.topic(topic))
            tails = [b._replace(start=min(b.end, max(b.start, positions.get(b.partition, 0)))) for b in bounds]
            self._phase(f"what waits for {stage}", _size(tails))
            for messages in _batches(within(self._reader.read(tails), None, self._seen)):
                found = [article for message in messages if (article := article_in(message.value, topic))]
                ledger.put_in_transit([(article.id, article.version, stage) for article in found])
        self._read_skipped(ledger, since)
        self._read_dead(dead)
        await self._store.refresh()
        self._phase("open entries", len(ledger))
        for page in ledger.pages():
            fates = await self._fates(page.values())
            ledger.settle(
                number
                for number, entry in page.items()
                if self._count_if_settled(entry, fates) or self._count_if_explained(entry, dead, ledger, read_to)
            )
            for _ in page:
                self._seen()

    def _read_skipped(self, ledger: Ledger, since: datetime | None) -> None:
        """Which open messages ``news.skipped`` says to hold no article. Older versions had no such topic."""
        bounds = self._reader.bounds(self._settings.topic("skipped"), since)
        self._phase("skipped items", _size(bounds))
        for messages in _batches(within(self._reader.read(bounds), None, self._seen)):
            found = [raw for message in messages if (raw := skipped_in(message.value)) and raw.topic == self._raw]
            ledger.put_skipped(
                [(raw.partition, raw.offset) for raw in found if ledger.has_open_at(raw.partition, raw.offset)]
            )

    def _positions(self, stage: str, topic: str) -> dict[int, int]:
        """How far a stage has read its topic, by partition. Reports its lag."""
        name = self._settings.topic(topic)
        bounds = self._reader.bounds(name)
        found = committed(self._settings, self._settings.group(stage), bounds)
        positions = {partition: offset for (_, partition), offset in found.items()}
        self.report.lag[stage] = sum(max(0, b.end - max(b.start, positions.get(b.partition, 0))) for b in bounds)
        return positions

    def _count_if_explained(
        self, entry: LedgerEntry, dead: DeadStore, ledger: Ledger, read_to: Mapping[int, int]
    ) -> bool:
        """Count an entry that is dead-lettered or in transit; says whether it is."""
        if entry.article_id:
            for refusal in dead.refusals_of_article(entry.article_id, entry.version):
                self.report.count("dead_lettered", f"{refusal.stage}: {refusal.error}", refusal.message)
                return True
        elif ledger.is_skipped(entry.partition, entry.offset):
            self.report.count("skipped")
            return True
        known = dead.refusals_of_message(entry.origin_partition, entry.origin_offset, self._raw)
        letters = letters_about(entry, known)
        for letter in letters:
            if letter.replay != "done":
                self.report.count("dead_lettered", f"read: {letter.error}", letter.message)
                return True
        copies = ((letter.copy_partition, letter.copy_offset) for letter in letters)
        places = [(entry.partition, entry.offset), *copies]
        if any(offset >= read_to.get(partition, 0) for partition, offset in places):
            self.report.count("on_their_way", "read")
            return True
        stage = ledger.in_transit(entry.article_id, entry.version) if entry.article_id else ""
        if stage:
            self.report.count("on_their_way", stage)
        elif letters and not entry.article_id:
            self.report.count("replayed")
        return bool(stage or (letters and not entry.article_id))

    async def _check_read_output(self, dead: DeadStore, ledger: Ledger, since: datetime | None) -> None:
        """Find what the read stage really made of open entries: an older parser may have read them differently."""
        bounds = self._reader.bounds(self._settings.topic("articles"), since)
        self._phase("what read made of the rest", _size(bounds))
        for messages in _batches(within(self._reader.read(bounds), None, self._seen)):
            ledger.put_made(list(self._made_of_open(messages, ledger)))
        for page in ledger.pages():
            made = {number: candidates(entry, ledger) for number, entry in page.items()}
            ids = {article.id for articles in made.values() for article in articles}
            fates = await self._store.fates(list(ids)) if ids else {}
            judged = {
                number: self._verdict_on_made(made[number], fates, dead, ledger)
                or (None if made[number] else self._verdict_on_unlisted(page[number], dead))
                for number in page
            }
            for fate, reason, example in filter(None, judged.values()):
                self.report.count(fate, reason, example)
            ledger.settle(number for number, verdict in judged.items() if verdict)
            ledger.note(
                (number, missing_note(page[number], made[number], fates))
                for number, verdict in judged.items()
                if not verdict and not page[number].note
            )

    def _made_of_open(self, messages: Iterable[Any], ledger: Ledger) -> Iterator[MadeArticle]:
        for message in messages:
            article = article_in(message.value, "articles")
            raw = article.raw if article else None
            if article and raw and raw.topic == self._raw and ledger.has_open_at(raw.partition, raw.offset):
                place = f"{message.topic}[{message.partition}]@{message.offset}"
                yield MadeArticle(raw.partition, raw.offset, article.id, article.version, place)

    def _verdict_on_made(
        self, made: Sequence[MadeArticle], fates: Fates, dead: DeadStore, ledger: Ledger
    ) -> AuditVerdict | None:
        """The fate of the articles made from a message: the first one's if all are accounted for."""
        verdicts: list[AuditVerdict] = []
        for article in made:
            if fate := fate_of(article.id, article.version, fates):
                verdicts.append(AuditVerdict(fate))
            elif letters := dead.refusals_of_article(article.id, article.version):
                first = letters[0]
                verdicts.append(AuditVerdict("dead_lettered", f"{first.stage}: {first.error}", first.message))
            elif stage := ledger.in_transit(article.id, article.version):
                verdicts.append(AuditVerdict("on_their_way", stage))
        return verdicts[0] if verdicts and len(verdicts) == len(made) else None

    def _verdict_on_unlisted(self, entry: LedgerEntry, dead: DeadStore) -> AuditVerdict | None:
        """The fate of an article that was not made, if a dead letter of its message does not list all members."""
        for letter in dead.refusals_of_message(entry.origin_partition, entry.origin_offset, self._raw):
            if letter.part == UNLISTED:
                return AuditVerdict("dead_lettered", f"read: {letter.error}", letter.message)
        return None

    def _list_missing(self, ledger: Ledger) -> None:
        for page in ledger.pages():
            self.report.missing += len(page)
            for entry in list(page.values())[: self._most_missing - len(self.report.missing_articles)]:
                self.report.missing_articles.append(
                    Missing(
                        self._raw, entry.partition, entry.offset, entry.article_id, entry.guid, entry.version,
                        entry.member, entry.note,
                    )
                )  # fmt: skip


def _size(bounds: Iterable[OffsetRange]) -> int:
    return sum(bound.end - bound.start for bound in bounds)


def _batches(messages: Iterator[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for message in messages:
        batch.append(message)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
