"""What readers do with stories, by the stories' ids: claims, notes, tags, what was read, saved and used.

Every change that others see gets a number in ``changes``, so that pages elsewhere hear of it.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from search.desk.database import Database
from search.desk.lists import now_ms
from search.desk.records import DeskChanges, Note, ReaderMark, StoryMarks, moment

MOST_NOTES, LONGEST_NOTE = 100, 2000  # of one story; characters
MOST_TAGS, LONGEST_TAG = 30, 60  # of one story; characters
MOST_SHOWN = 50  # readers who have seen a story
MOST_TAGGED = 10_000  # stories with one tag that are counted
LONGEST_ID = 512  # characters of a story's id
CHANGES_KEPT = 10_000
BEFORE = 20  # changes that a look goes back, beyond those known

SHOWN = "LEFT JOIN readers ON readers.name = {}.reader WHERE story IN :stories"
MARKS = {
    "claims": "SELECT story, reader, display, claims.at, taken_from FROM claims",
    "notes": "SELECT story, reader, display, notes.at, id, words FROM notes",
    "tags": "SELECT story, reader, display, tags.at, tag FROM tags",
    "marks": "SELECT story, reader, display, marks.at, kind FROM marks",
}
HAD = " UNION ".join(
    f"SELECT story FROM {table} WHERE reader = :reader AND story IN :stories"  # noqa: S608 - constants
    for table in ("marks", "claims", "collected")
)
SAVED = (
    "SELECT story, collected.reader, display, collected.at FROM collected "
    "JOIN collections ON collections.id = collection LEFT JOIN readers ON readers.name = collected.reader "
    "WHERE story IN :stories AND (shared = 1 OR owner = :reader) ORDER BY collected.at"
)


class Stories:
    """What is kept of stories."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, reader: str, story: str) -> ReaderMark:
        """Take a story; gives who has it, which is somebody else where they were first."""

        def write(db: sa.Connection) -> Any:
            values = {"story": checked_id(story), "reader": reader, "now": now_ms()}
            made = db.execute(
                sa.text(
                    "INSERT INTO claims (story, reader, at) VALUES (:story, :reader, :now) "
                    "ON CONFLICT (story) DO NOTHING"
                ),
                values,
            )
            if made.rowcount:
                changed(db, story)
            return db.execute(_shown("claims"), {"stories": [story]}).one()

        return _mark(await self._database.write(write))

    async def take_over(self, reader: str, story: str, at: int) -> None:
        """Take a story over from who took it at this moment, in milliseconds; nothing where somebody has since."""
        await self._change(
            story,
            "UPDATE claims SET reader = :reader, at = :now, "
            "taken_from = coalesce((SELECT display FROM readers WHERE name = claims.reader), claims.reader) "
            "WHERE story = :story AND at = :at AND reader <> :reader",
            reader=reader, at=at,
        )  # fmt: skip

    async def release(self, reader: str, story: str) -> None:
        """Give a story back that this reader has taken."""
        await self._change(story, "DELETE FROM claims WHERE story = :story AND reader = :reader", reader=reader)

    async def note(self, reader: str, story: str, words: str) -> None:
        """Note something on a story. ``ValueError`` where it cannot be."""
        words = words.strip()
        if not 1 <= len(words) <= LONGEST_NOTE:
            raise ValueError(f"a note has 1 to {LONGEST_NOTE} characters")
        await self._change(
            story,
            "INSERT INTO notes (id, story, reader, words, at) VALUES (:id, :story, :reader, :words, :now)",
            most=("notes", MOST_NOTES), id=uuid4().hex, reader=reader, words=words,
        )  # fmt: skip

    async def unnote(self, reader: str, story: str, note: str) -> None:
        """Remove a note of this reader's."""
        statement = "DELETE FROM notes WHERE id = :note AND story = :story AND reader = :reader"
        await self._change(story, statement, note=note, reader=reader)

    async def tag(self, reader: str, story: str, tag: str) -> None:
        """Tag a story. ``ValueError`` where it cannot be."""
        tag = " ".join(tag.split()).lstrip("#").lower()
        if not 1 <= len(tag) <= LONGEST_TAG:
            raise ValueError(f"a tag has 1 to {LONGEST_TAG} characters")
        if tag in (".", ".."):  # in the tag's address a browser would take them for folders
            raise ValueError("a tag has letters or digits, not only dots")
        await self._change(
            story,
            "INSERT INTO tags (story, tag, reader, at) VALUES (:story, :tag, :reader, :now) "
            "ON CONFLICT (story, tag) DO NOTHING",
            most=("tags", MOST_TAGS), tag=tag, reader=reader,
        )  # fmt: skip

    async def untag(self, story: str, tag: str) -> None:
        """Take a tag off a story."""
        await self._change(story, "DELETE FROM tags WHERE story = :story AND tag = :tag", tag=tag)

    async def use(self, reader: str, story: str, version: int) -> None:
        """Keep that the reader has used this version."""
        await self._change(story, UPSERT, reader=reader, kind="used", version=version)

    async def unuse(self, story: str, *, reader: str = "", at: int = -1) -> None:
        """Take back that a story was used: by this reader, or by who kept it at this moment, in milliseconds."""
        await self._change(
            story,
            "DELETE FROM marks WHERE story = :story AND kind = 'used' AND (reader = :reader OR at = :at)",
            reader=reader, at=at,
        )  # fmt: skip

    async def read(self, reader: str, story: str, version: int) -> None:
        """Keep that the reader has seen this version; nothing is written where that is known."""
        values = {"story": checked_id(story), "reader": reader, "version": version}
        known = sa.text(
            "SELECT 1 FROM marks WHERE story = :story AND reader = :reader AND kind = 'seen' AND version >= :version"
        )
        if await self._database.read(lambda db: db.execute(known, values).first()) is None:
            await self._change(story, UPSERT, reader=reader, kind="seen", version=version)

    async def had_by(self, reader: str, stories: Sequence[str]) -> frozenset[str]:
        """Those of the stories that a reader has read, used, taken or saved, which nobody can once it is killed."""
        statement = sa.text(HAD).bindparams(sa.bindparam("stories", expanding=True))
        return frozenset(row[0] for row in await self._rows(statement, {"reader": reader, "stories": [*stories]}))

    async def tagged(self, tag: str, most: int = MOST_TAGGED) -> list[str]:
        """The stories with a tag, the last one first."""
        statement = sa.text("SELECT story FROM tags WHERE tag = :tag ORDER BY at DESC LIMIT :most")
        return [row[0] for row in await self._rows(statement, {"tag": tag, "most": most})]

    async def claimed(self, most: int = 100) -> list[tuple[str, ReaderMark]]:
        """The stories that somebody has taken, the last one first."""
        statement = sa.text(
            f"{MARKS['claims']} LEFT JOIN readers ON readers.name = reader ORDER BY claims.at DESC LIMIT :most"
        )
        return [(row[0], _mark(row)) for row in await self._rows(statement, {"most": most})]

    async def marks(self, reader: str, stories: Sequence[str]) -> dict[str, StoryMarks]:
        """What is known of each story, for a reader, by its id."""
        ids = [story for story in dict.fromkeys(stories) if len(story) <= LONGEST_ID]
        if not ids:
            return {}

        def read(db: sa.Connection) -> dict[str, list[Any]]:
            found = {name: [*db.execute(_shown(name), {"stories": ids})] for name in MARKS}
            saved = sa.text(SAVED).bindparams(sa.bindparam("stories", expanding=True))
            return found | {"saved": [*db.execute(saved, {"stories": ids, "reader": reader})]}

        return _by_story(await self._database.read(read), reader, ids)

    async def changes(self, after: int | None) -> DeskChanges:
        """The stories on which something has changed after a number; with ``None`` only the number of the last."""

        def read(db: sa.Connection) -> DeskChanges:
            last = db.execute(sa.text("SELECT max(number) FROM changes")).scalar() or 0
            if after is None or last <= after:
                return DeskChanges(last)
            rows = db.execute(sa.text("SELECT story FROM changes WHERE number > :after"), {"after": after})
            return DeskChanges(last, tuple(dict.fromkeys(row[0] for row in rows)))

        return await self._database.read(read)

    async def _rows(self, statement: sa.TextClause, values: dict[str, Any]) -> Sequence[Any]:
        return await self._database.read(lambda db: db.execute(statement, values).all())

    async def _change(self, story: str, statement: str, *, most: tuple[str, int] | None = None, **values: Any) -> None:
        """Carry out a statement on one story, and say so to others if it did something."""

        def write(db: sa.Connection) -> None:
            given = {"story": checked_id(story), "now": now_ms(), **values}
            if most:
                count = sa.text(f"SELECT count(*) FROM {most[0]} WHERE story = :story")  # noqa: S608 - a constant
                if (db.execute(count, given).scalar() or 0) >= most[1]:
                    raise ValueError(f"a story has at most {most[1]} {most[0]}")
            if db.execute(sa.text(statement), given).rowcount:
                changed(db, story)

        await self._database.write(write)


UPSERT = (
    "INSERT INTO marks (story, reader, kind, version, at) VALUES (:story, :reader, :kind, :version, :now) "
    "ON CONFLICT (story, reader, kind) DO UPDATE SET version = excluded.version, at = excluded.at"
)


def checked_id(story: str) -> str:
    """A story's id, of a length that an id can have."""
    if not 1 <= len(story) <= LONGEST_ID:
        raise ValueError("no story has such an id")
    return story


def changed(db: sa.Connection, story: str) -> None:
    """Say to the pages of others that something has changed on a story. Writers take turns, so numbers have order."""
    number = (db.execute(sa.text("SELECT max(number) FROM changes")).scalar() or 0) + 1
    values = {"number": number, "story": story, "now": now_ms(), "old": number - CHANGES_KEPT}
    db.execute(sa.text("INSERT INTO changes (number, story, at) VALUES (:number, :story, :now)"), values)
    if number % 100 == 0:
        db.execute(sa.text("DELETE FROM changes WHERE number <= :old"), values)


def _shown(table: str) -> sa.TextClause:
    statement = f"{MARKS[table]} {SHOWN.format(table)} ORDER BY {table}.at"
    return sa.text(statement).bindparams(sa.bindparam("stories", expanding=True))


def _mark(row: Any) -> ReaderMark:
    """A row of story, reader, display, and time."""
    return ReaderMark(row[1], row[2] or row[1], moment(row[3]))


def _by_story(found: dict[str, list[Any]], reader: str, ids: Sequence[str]) -> dict[str, StoryMarks]:
    rows: dict[str, dict[str, list[Any]]] = {story: defaultdict(list) for story in ids}
    for table, some in found.items():
        for row in some:
            rows[row[0]][row[4] if table == "marks" else table].append(row)
    return {
        story: StoryMarks(
            story,
            claim=_mark(one["claims"][0]) if one["claims"] else None,
            taken_from=one["claims"][0][4] if one["claims"] else "",
            notes=tuple(Note(row[4], _mark(row), row[5]) for row in one["notes"]),
            tags=tuple(row[4] for row in one["tags"]),
            seen=tuple(_mark(row) for row in one["seen"][-MOST_SHOWN:]),
            saved=tuple(_mark(row) for row in one["saved"][-MOST_SHOWN:]),
            used=tuple(_mark(row) for row in one["used"][-MOST_SHOWN:]),
            read=any(row[1] == reader for row in one["seen"]),
        )
        for story, one in rows.items()
    }
