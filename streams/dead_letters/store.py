"""A local table of ``news.dead``: every dead letter once, and which of them were replayed.

Takes the topic's messages; gives the letters of a `LetterSelection`, without their bytes, and groups of them. The
table is in a temporary SQLite file, so memory stays bounded however many letters there are; bytes are read again from
Kafka where they are wanted. ``news.dead`` itself says what was replayed: a `Replayed` lies beside each such letter.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter names only

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

from streams.dead_letters.choosing import (
    UNLISTED,
    ArticleRefusal,
    BegunReplay,
    Group,
    LetterReference,
    LetterSelection,
    MessageRefusal,
    Summary,
    UnreadableMessage,
    article_in,
    moment,
    sql_condition,
)
from streams.dead_letters.letters import MEMBERS, letters_of
from streams.errors import Rejected
from streams.kafka.headers import RECORD_HEADER, headers_of, origin_of
from streams.kafka.reader import OffsetRange, TopicReader
from streams.records import DeadBundle, DeadLetter, Refused, Replayed, decode
from streams.settings import Settings

TABLES = """
CREATE TABLE letters (id TEXT PRIMARY KEY, stage TEXT, error TEXT, message TEXT, source TEXT, topic TEXT,
  partition INTEGER, "offset" INTEGER, attempts INTEGER, failed_at REAL, part TEXT, article_id TEXT,
  software_version TEXT, size INTEGER, whole INTEGER, unlisted INTEGER, version INTEGER, origin_topic TEXT,
  origin_partition INTEGER, origin_offset INTEGER, at_partition INTEGER, at_offset INTEGER) WITHOUT ROWID;
CREATE TABLE members (id TEXT, number INTEGER, member TEXT, reason TEXT, PRIMARY KEY (id, number)) WITHOUT ROWID;
CREATE INDEX letters_by_origin ON letters (origin_partition, origin_offset);
CREATE INDEX letters_by_article ON letters (article_id);
CREATE INDEX letters_by_position ON letters (topic, partition, "offset");
CREATE TABLE claimed (topic, partition, "offset", PRIMARY KEY (topic, partition, "offset")) WITHOUT ROWID;
CREATE TABLE replays (id TEXT PRIMARY KEY, state TEXT, at REAL, topic TEXT, partition INTEGER, "offset" INTEGER)
  WITHOUT ROWID;
"""
SUMMARY = (
    "letters.id, stage, error, message, source, letters.topic, letters.partition, letters.offset, attempts, "
    "failed_at, part, article_id, software_version, size, whole, unlisted, ifnull(replays.state, '')"
)
JOINED = "letters LEFT JOIN replays ON replays.id = letters.id"


class DeadStore:
    """The dead letters read so far from ``news.dead``."""

    def __init__(self, settings: Settings) -> None:
        self.topic = settings.topic("dead")
        self.gone = 0  # letters, of those asked for last, whose message Kafka no longer has
        self._topics = [settings.topic(name) for name in ("raw", "articles", "enriched")]
        self.unreadable: list[UnreadableMessage] = []  # the first ten
        self.unreadable_count = 0
        self._file = tempfile.NamedTemporaryFile(prefix="newswire-dead-", suffix=".sqlite")  # noqa: SIM115 - closed by close
        self._db = sqlite3.connect(self._file.name, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + TABLES)
        self._next: dict[int, int] = {}

    def read_on(self, reader: TopicReader, seen: Callable[[], None] = lambda: None) -> None:
        """Read the messages that arrived since the last call, up to the current end of the topic."""
        bounds = [b._replace(start=max(b.start, self._next.get(b.partition, 0))) for b in reader.bounds(self.topic)]
        self._db.execute("BEGIN")
        for message in reader.read(bounds):
            self.put(message)
            seen()
        self._db.execute("COMMIT")
        self._next = {b.partition: b.end for b in bounds}

    def put(self, message: Any) -> None:
        """Add one message from ``news.dead``; one that is no known record is counted as unreadable."""
        try:
            kind = headers_of(message).get(RECORD_HEADER, b"").decode("utf-8", "replace")
            if kind == Replayed.__name__:
                self._put_replayed(decode(message.value, Replayed))
            elif kind == DeadBundle.__name__:
                for letter in letters_of(decode(message.value, DeadBundle)):
                    self._put_letter(message, letter)
            elif kind in ("", DeadLetter.__name__):
                self._put_letter(message, decode(message.value, DeadLetter))
            else:
                raise Rejected(f"{kind[:100]}: a kind of record that this version does not know")  # a later one's
        except Rejected as refusal:
            self.unreadable_count += 1
            if len(self.unreadable) < 10:  # noqa: PLR2004 - examples
                place = f"{self.topic}[{message.partition}]@{message.offset}"
                self.unreadable.append(UnreadableMessage(place, str(refusal)))

    def _put_letter(self, message: Any, letter: DeadLetter) -> None:
        article = article_in(letter)
        origin = origin_of(letter)
        row = (
            letter.id, letter.stage, letter.error, letter.message, letter.source, letter.topic, letter.partition,
            letter.offset, letter.attempts, letter.failed_at.timestamp(), letter.part, letter.article_id or article.id,
            letter.software_version, letter.size or len(letter.value), letter.whole, letter.unlisted, article.version,
            *origin, message.partition, message.offset,
        )  # fmt: skip
        self._db.execute(f"INSERT OR REPLACE INTO letters VALUES ({', '.join('?' * len(row))})", row)
        self._db.execute("DELETE FROM members WHERE id = ?", (letter.id,))
        listed = ((letter.id, number, one.member, one.reason) for number, one in enumerate(letter.refused))
        self._db.executemany("INSERT INTO members VALUES (?, ?, ?, ?)", listed)

    def _put_replayed(self, mark: Replayed) -> None:
        # "done" stays, whatever came after it: the letter of a message that is read twice may come twice.
        row = (mark.letter, mark.state, mark.at.timestamp(), mark.topic, mark.partition, mark.offset)
        self._db.execute(
            "INSERT INTO replays VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state, "
            'at = excluded.at, topic = excluded.topic, partition = excluded.partition, "offset" = excluded."offset" '
            "WHERE replays.state != 'done'",
            row,
        )

    def groups(self, selection: LetterSelection) -> list[Group]:
        """The chosen letters by stage, error and source, the largest group first."""
        where, parameters = sql_condition(selection)
        # SQLite: beside a lone max(), bare columns are of the row that has it.
        rows = self._db.execute(
            f"SELECT stage, error, source, count(*), max(failed_at), letters.id, message FROM {JOINED} "
            f"WHERE {where} GROUP BY stage, error, source ORDER BY count(*) DESC, stage, error, source",
            parameters,
        ).fetchall()
        groups = []
        for stage, error, source, count, last, example, message in rows:
            more = self._db.execute(
                f"SELECT min(failed_at), max(attempts) FROM {JOINED} "
                f"WHERE {where} AND stage = :g0 AND error = :g1 AND source = :g2",
                parameters | {"g0": stage, "g1": error, "g2": source},
            ).fetchone()
            first, attempts = moment(more[0]), more[1]
            groups.append(Group(stage, error, source, count, attempts, first, moment(last), example, message))
        return groups

    def summaries(self, selection: LetterSelection) -> Iterator[Summary]:
        """The chosen letters, the newest first."""
        where, parameters = sql_condition(selection)
        cursor = self._db.cursor()
        for row in cursor.execute(
            f"SELECT {SUMMARY} FROM {JOINED} WHERE {where} ORDER BY failed_at DESC, letters.id", parameters
        ):
            values = (*row[:9], moment(row[9]), *row[10:14], bool(row[14]), *row[15:])
            yield Summary(**dict(zip(Summary.__struct_fields__, values, strict=True)))

    def letters(self, selection: LetterSelection, reader: TopicReader) -> Iterator[DeadLetter]:
        """The chosen letters with their bytes, read again from Kafka, in their order there.

        Those without their message's bytes come last, with the bytes from where the message lies. Where Kafka no longer
        has it they are only counted, as ``gone``.
        """
        yield from self._whole(selection, reader)
        yield from self._referring(selection, reader)

    def _whole(self, selection: LetterSelection, reader: TopicReader) -> Iterator[DeadLetter]:
        where, parameters = sql_condition(selection)
        where += " AND whole"
        self._db.execute(
            "CREATE TEMP TABLE IF NOT EXISTS wanted (partition, at_offset, PRIMARY KEY (partition, at_offset))"
        )
        self._db.execute("DELETE FROM wanted")
        self._db.execute(f"INSERT INTO wanted SELECT at_partition, at_offset FROM {JOINED} WHERE {where}", parameters)
        spans = self._db.execute("SELECT partition, min(at_offset), max(at_offset) FROM wanted GROUP BY 1").fetchall()
        for message in reader.read([OffsetRange(self.topic, p, first, last + 1) for p, first, last in spans]):
            chosen = self._db.execute(
                "SELECT 1 FROM wanted WHERE partition = ? AND at_offset = ?", (message.partition, message.offset)
            )
            if chosen.fetchone():
                yield decode(message.value, DeadLetter)

    def _referring(self, selection: LetterSelection, reader: TopicReader) -> Iterator[DeadLetter]:
        where, parameters = sql_condition(selection)
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS referring (id, topic, partition, at_offset)")
        self._db.execute("CREATE INDEX IF NOT EXISTS temp.by_place ON referring (topic, partition, at_offset)")
        self._db.execute("DELETE FROM referring")
        self._db.execute(
            f"INSERT INTO referring SELECT letters.id, letters.topic, letters.partition, letters.offset FROM {JOINED} "
            f"WHERE {where} AND NOT whole",
            parameters,
        )
        self.gone = self._db.execute("SELECT count(*) FROM referring").fetchone()[0]
        for message in reader.read(self._spans(reader)):
            position = message.topic, message.partition, message.offset
            for letter in self._at(position):
                self.gone -= 1
                yield letter.of(message)

    def _spans(self, reader: TopicReader) -> list[OffsetRange]:
        """The offset ranges of the messages that letters refer to, limited to what Kafka still has."""
        spans = []
        for topic in self._topics:
            stretches = self._db.execute(
                "SELECT partition, min(at_offset), max(at_offset) FROM referring WHERE topic = ? GROUP BY 1", (topic,)
            ).fetchall()
            there = {bound.partition: bound for bound in reader.bounds(topic)} if stretches else {}
            for partition, first, last in stretches:
                if bound := there.get(partition):
                    spans.append(OffsetRange(topic, partition, max(first, bound.start), min(last + 1, bound.end)))
        return spans

    def _at(self, position: tuple[str, int, int]) -> list[LetterReference]:
        rows = self._db.execute(
            "SELECT id FROM referring WHERE topic = ? AND partition = ? AND at_offset = ?", position
        ).fetchall()
        letters = []
        for (letter,) in rows:
            summary = next(self.summaries(LetterSelection((letter,), replayed=True)))
            letters.append(LetterReference(summary, tuple(Refused(*row) for row in self.members(letter))))
        return letters

    def members(self, letter: str) -> list[tuple[str, str]]:
        """The members that a letter lists, each with its reason."""
        return self._db.execute("SELECT member, reason FROM members WHERE id = ? ORDER BY number", (letter,)).fetchall()

    def begun(self, selection: LetterSelection) -> list[BegunReplay]:
        """Replays of chosen letters that began and were not seen to end."""
        where, parameters = sql_condition(selection)
        rows = self._db.execute(
            f"SELECT letters.id, replays.topic, at FROM {JOINED} WHERE {where} AND replays.state = 'begun'", parameters
        )
        return [BegunReplay(letter, topic, moment(at)) for letter, topic, at in rows]

    def about(self, position: tuple[str, int, int]) -> list[str]:
        """The ids of the letters about one message that were not replayed."""
        rows = self._db.execute(
            f"SELECT letters.id FROM {JOINED} WHERE letters.topic = ? AND letters.partition = ? AND letters.offset = ? "
            "AND ifnull(replays.state, '') != 'done'",
            position,
        )
        return [row[0] for row in rows]

    def position(self, letter: str) -> tuple[str, int, int] | None:
        """The position of the message that a letter is about: topic, partition, offset."""
        row = self._db.execute('SELECT topic, partition, "offset" FROM letters WHERE id = ?', (letter,)).fetchone()
        return (row[0], row[1], row[2]) if row else None

    def claim(self, position: tuple[str, int, int]) -> bool:
        """Claim a message for replay; False if it was claimed before."""
        return self._db.execute("INSERT OR IGNORE INTO claimed VALUES (?, ?, ?)", position).rowcount > 0

    def refusals_of_message(self, partition: int, offset: int, topic: str) -> list[MessageRefusal]:
        """The refusals of a message and of its copies.

        A letter that members share gives one for each member, and one with the part `UNLISTED` if it does not list
        all of them.
        """
        replay = "ifnull(replays.state, ''), ifnull(replays.partition, -1), ifnull(replays.offset, -1), "
        replay += "letters.partition, letters.offset"
        at = "origin_partition = :p AND origin_offset = :o AND origin_topic = :t"
        rows = self._db.execute(
            f"SELECT part, error, message, {replay} FROM {JOINED} WHERE {at} AND part != :members "
            f"UNION ALL SELECT member, error, reason, {replay} FROM members JOIN letters USING (id) "
            f"LEFT JOIN replays USING (id) WHERE {at} "
            f"UNION ALL SELECT :unlisted, error, message, {replay} FROM {JOINED} WHERE {at} AND unlisted",
            {"p": partition, "o": offset, "t": topic, "members": MEMBERS, "unlisted": UNLISTED},
        )
        return [MessageRefusal(*row) for row in rows]

    def refusals_of_article(self, article_id: str, version: int) -> list[ArticleRefusal]:
        """The letters, not replayed, with which a later stage refused this version of an article."""
        rows = self._db.execute(
            f"SELECT stage, error, message FROM {JOINED} WHERE article_id = ? AND ifnull(version, ?) = ? "
            "AND part = '' AND ifnull(replays.state, '') != 'done'",
            (article_id, version, version),
        )
        return [ArticleRefusal(*row) for row in rows]

    def close(self) -> None:
        """Remove the table."""
        self._db.close()
        self._file.close()
