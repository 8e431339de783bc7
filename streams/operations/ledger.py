"""The audit's ledger: entries that are not accounted for yet, and the report.

Open entries are kept on disk until they are settled. `Ledger` takes entries, the versions of articles in transit, and
what the read stage made of raw messages; all can be looked up, in bounded memory.
"""

# ruff: noqa: S608 - statements are put together from constants only

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from processors.annotations import Record
from search.versions.lineage import StoryState
from streams.dead_letters.choosing import UNLISTED, MessageRefusal

TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
CREATE TABLE open (number INTEGER PRIMARY KEY, partition INTEGER, "offset" INTEGER, origin_partition INTEGER,
  origin_offset INTEGER, articles INTEGER, article_id TEXT, guid TEXT, version INTEGER, member TEXT, note TEXT,
  former TEXT);
CREATE INDEX open_by_place ON open (partition, "offset");
CREATE TABLE moving (article_id TEXT, version INTEGER, stage TEXT, PRIMARY KEY (article_id, version)) WITHOUT ROWID;
CREATE TABLE skipped (partition INTEGER, "offset" INTEGER, PRIMARY KEY (partition, "offset")) WITHOUT ROWID;
CREATE TABLE made (partition INTEGER, "offset" INTEGER, article_id TEXT, version INTEGER, place TEXT,
  PRIMARY KEY (partition, "offset", article_id, version)) WITHOUT ROWID;
"""
COLUMNS = (
    'partition, "offset", origin_partition, origin_offset, articles, article_id, guid, version, member, note, former'
)
PAGE = 500

Fates = Mapping[str, StoryState]  # id → what the index keeps


class MadeArticle(NamedTuple):
    """An article that the read stage made from the raw message at ``partition`` and ``offset``; its own ``place``."""

    partition: int
    offset: int
    id: str
    version: int
    place: str


class AuditVerdict(NamedTuple):
    """A fate with its reason and an example, both "" if there is nothing to add."""

    fate: str
    reason: str = ""
    example: str = ""


class LedgerEntry(Record, frozen=True):
    """One article of a raw message, or a member of one that is none, by ``member``; "" is the whole message.

    The message is at ``partition`` and ``offset``; the origin is the position of the message that it is a copy of, or
    its own. ``articles`` is how many the message holds. ``note`` says what is known about the loss. ``former`` has the
    ids that earlier releases gave the story, separated by spaces.
    """

    partition: int
    offset: int
    origin_partition: int
    origin_offset: int
    articles: int = 0
    article_id: str = ""
    guid: str = ""
    version: int = 0
    member: str = ""
    note: str = ""
    former: str = ""

    @property
    def ids(self) -> list[str]:
        """The ids that the index may have the story by."""
        return [one for one in (self.article_id, *self.former.split()) if one]


class Fate(msgspec.Struct):
    """How many articles ended in one way, with one dead letter's reason as an example."""

    articles: int = 0
    example: str = ""


class Missing(msgspec.Struct):
    """A missing article, and the position of its raw message."""

    topic: str
    partition: int
    offset: int
    article_id: str
    guid: str
    version: int
    member: str
    note: str


class Report(msgspec.Struct):
    """The report on everything accepted.

    ``accepted`` counts raw messages, ``copies`` those among them that a replay sent. All others count articles, of
    which a message can hold several, or none that can be read: that counts as one. ``skipped``: a message that holds
    only pictures, events or other items that are no articles. ``replayed``: a message that cannot be read, whose dead
    letter was put back; its copy is counted on its own. ``lag``: messages before each stage.
    """

    accepted: int = 0
    copies: int = 0
    articles: int = 0
    indexed: int = 0
    superseded: int = 0
    tombstoned: int = 0
    skipped: int = 0
    replayed: int = 0
    dead_lettered: dict[str, Fate] = msgspec.field(default_factory=dict)  # stage and error
    on_their_way: dict[str, int] = msgspec.field(default_factory=dict)  # before which stage
    lag: dict[str, int] = msgspec.field(default_factory=dict)
    missing: int = 0
    missing_articles: list[Missing] = msgspec.field(default_factory=list)  # the first of them
    unreadable_letters: int = 0

    def count(self, fate: str, reason: str = "", example: str = "") -> None:
        """Count one article."""
        if fate == "dead_lettered":
            counted = self.dead_lettered.setdefault(reason, Fate(example=example))
            counted.articles += 1
        elif fate == "on_their_way":
            self.on_their_way[reason] = self.on_their_way.get(reason, 0) + 1
        else:
            setattr(self, fate, getattr(self, fate) + 1)


def fate_of(article_id: str, version: int, fates: Fates) -> str:
    """The fate of an article's version in the index; "" if it knows neither that version nor a newer one."""
    kept = fates.get(article_id)
    if kept is None or (kept.version < version and not kept.known.accounts_for(version)):
        return ""
    if kept.status == "canceled":
        return "tombstoned"
    return "indexed" if kept.version == version else "superseded"


def is_about(part: str, entry: LedgerEntry) -> bool:
    """Whether a letter of the read stage, about this part of a message or "" for all of it, is about an entry."""
    if part == UNLISTED:  # of articles it is not known which of them the letter means
        return bool(entry.member)
    return part in ("", entry.member) or bool(entry.guid and part.endswith(entry.guid[:100]))


def letters_about(entry: LedgerEntry, known: Iterable[MessageRefusal]) -> list[MessageRefusal]:
    """The letters of the read stage about an entry, of those of its message and of the copies of it.

    A message that cannot be read is judged by its own letters, if it has any: each copy is an entry with letters of its
    own. A readable article is the same one in every copy.
    """
    letters = [letter for letter in known if is_about(letter.part, entry)]
    own = [letter for letter in letters if (letter.partition, letter.offset) == (entry.partition, entry.offset)]
    return letters if entry.article_id else own or letters


class Ledger:
    """Open entries, numbered in the order in which they came."""

    def __init__(self) -> None:
        self._file = tempfile.NamedTemporaryFile(prefix="newswire-ledger-", suffix=".sqlite")  # noqa: SIM115 - closed by close
        self._db = sqlite3.connect(self._file.name, isolation_level=None)
        self._db.executescript(TABLES)

    def keep(self, entries: Iterable[LedgerEntry]) -> None:
        """Add open entries."""
        rows = [tuple(getattr(entry, name) for name in LedgerEntry.__struct_fields__) for entry in entries]
        self._many(f"INSERT INTO open ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _many(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        self._db.execute("BEGIN")
        self._db.executemany(statement, rows)
        self._db.execute("COMMIT")

    def pages(self) -> Iterator[dict[int, LedgerEntry]]:
        """The open entries by number, a page at a time; entries of a page may be settled before the next is asked."""
        last = 0
        while True:
            rows = self._db.execute(
                f"SELECT number, {COLUMNS} FROM open WHERE number > ? ORDER BY number LIMIT ?", (last, PAGE)
            ).fetchall()
            if not rows:
                return
            last = rows[-1][0]
            yield {row[0]: LedgerEntry(*row[1:]) for row in rows}

    def settle(self, numbers: Iterable[int]) -> None:
        """Close entries that are accounted for."""
        self._many("DELETE FROM open WHERE number = ?", [(number,) for number in numbers])

    def __len__(self) -> int:
        """How many entries are open."""
        return int(self._db.execute("SELECT count(*) FROM open").fetchone()[0])

    def note(self, notes: Iterable[tuple[int, str]]) -> None:
        """Add notes to entries, by number."""
        self._many("UPDATE open SET note = ? WHERE number = ?", [(text, number) for number, text in notes])

    def put_in_transit(self, rows: Sequence[tuple[str, int, str]]) -> None:
        """Add articles in transit: id, version, and the stage that they wait for."""
        self._many("INSERT OR IGNORE INTO moving VALUES (?, ?, ?)", rows)

    def in_transit(self, article_id: str, version: int) -> str:
        """The stage that this version of an article waits for, "" if it waits for none."""
        found = self._db.execute(
            "SELECT stage FROM moving WHERE article_id = ? AND version = ?", (article_id, version)
        ).fetchone()
        return found[0] if found else ""

    def put_skipped(self, places: Sequence[tuple[int, int]]) -> None:
        """Partition and offset of raw messages that hold only items that are no articles, as ``news.skipped`` says."""
        self._many("INSERT OR IGNORE INTO skipped VALUES (?, ?)", places)

    def is_skipped(self, partition: int, offset: int) -> bool:
        """Whether ``news.skipped`` says so of the raw message at this position."""
        statement = 'SELECT 1 FROM skipped WHERE partition = ? AND "offset" = ?'
        return self._db.execute(statement, (partition, offset)).fetchone() is not None

    def has_open_at(self, partition: int, offset: int) -> bool:
        """Whether an entry of the raw message at this position is open."""
        statement = 'SELECT 1 FROM open WHERE partition = ? AND "offset" = ? LIMIT 1'
        return self._db.execute(statement, (partition, offset)).fetchone() is not None

    def put_made(self, articles: Sequence[MadeArticle]) -> None:
        """Add articles that the read stage made."""
        self._many("INSERT OR REPLACE INTO made VALUES (?, ?, ?, ?, ?)", articles)

    def made(self, partition: int, offset: int) -> list[MadeArticle]:
        """The articles that the read stage made from the raw message at this position."""
        rows = self._db.execute(
            'SELECT partition, "offset", article_id, version, place FROM made WHERE partition = ? AND "offset" = ?',
            (partition, offset),
        )
        return [MadeArticle(*row) for row in rows]

    def close(self) -> None:
        """Remove the file."""
        self._db.close()
        self._file.close()


def candidates(entry: LedgerEntry, ledger: Ledger) -> list[MadeArticle]:
    """What an entry may have become: the article of its id, else all, unless the read stage made fewer than we do."""
    made = ledger.made(entry.partition, entry.offset)
    if own := [one for one in made if one.id == entry.article_id]:
        return own
    enough = entry.articles if entry.article_id else entry.articles + 1
    return made if len(made) >= enough else []


def missing_note(entry: LedgerEntry, made: Sequence[MadeArticle], fates: Fates) -> str:
    """Why an entry counts as missing, given what the read stage made of its message."""
    if not made:
        return "the read stage is past it, and produced nothing from it"
    older = fates.get(entry.article_id)
    kept = f"; the index holds the older version {older.version}" if older else ""
    return f"the read stage produced {made[0].place} from it, and the later stages are past that{kept}"
