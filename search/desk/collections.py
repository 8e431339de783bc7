"""Collections: stories that belong together, by their ids; a reader's own, or shared with all."""

from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from search.desk.database import Database
from search.desk.lists import LONGEST_NAME, MOST_LISTS, now_ms
from search.desk.records import Collection, CollectionChoice
from search.desk.stories import changed, checked_id

MOST_STORIES = 1000  # of one collection
VISIBLE = "(shared = 1 OR owner = :reader)"
FOUND = (
    "SELECT id, owner, display, collections.name, shared, "
    "(SELECT count(*) FROM collected WHERE collection = collections.id) "
    "FROM collections LEFT JOIN readers ON readers.name = owner WHERE "
)
LAST = (
    "SELECT id FROM collected JOIN collections ON id = collection "  # noqa: S608 - constants
    f"WHERE collected.reader = :reader AND {VISIBLE} ORDER BY collected.at DESC LIMIT 1"
)
SEEN = sa.text(f"{FOUND}{VISIBLE} ORDER BY collections.name, id")


class Collections:
    """The collections of all readers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(self, owner: str, name: str, *, shared: bool) -> str:
        """A collection of this name, which is made where the owner has none; gives its id."""
        name = name.strip()[:LONGEST_NAME]
        if not name:
            raise ValueError("name: give the collection a name")
        values = {"id": uuid4().hex, "owner": owner, "name": name, "shared": int(shared), "now": now_ms()}

        def write(db: sa.Connection) -> str:
            mine = sa.text("SELECT id FROM collections WHERE owner = :owner AND name = :name")
            if there := db.execute(mine, values).scalar():
                return str(there)
            count = sa.text("SELECT count(*) FROM collections WHERE owner = :owner")
            if (db.execute(count, values).scalar() or 0) >= MOST_LISTS:
                raise ValueError(f"there are {MOST_LISTS} collections already; remove one")
            db.execute(
                sa.text(
                    "INSERT INTO collections (id, owner, name, shared, at) VALUES (:id, :owner, :name, :shared, :now)"
                ),
                values,
            )
            return str(values["id"])

        return await self._database.write(write)

    async def remove(self, owner: str, collection: str) -> None:
        """Remove a collection of this owner; the stories stay where they are."""
        values = {"owner": owner, "id": collection}

        def write(db: sa.Connection) -> None:
            if db.execute(sa.text("DELETE FROM collections WHERE id = :id AND owner = :owner"), values).rowcount:
                for row in db.execute(sa.text("SELECT story FROM collected WHERE collection = :id"), values).all():
                    changed(db, row[0])
                db.execute(sa.text("DELETE FROM collected WHERE collection = :id"), values)

        await self._database.write(write)

    async def put(self, reader: str, collection: str, story: str) -> None:
        """Put a story into a collection that the reader may see."""
        await self._at(
            reader, collection, story,
            "INSERT INTO collected (collection, story, reader, at) VALUES (:id, :story, :reader, :now) "
            "ON CONFLICT (collection, story) DO NOTHING",
        )  # fmt: skip

    async def take(self, reader: str, collection: str, story: str) -> None:
        """Take a story out of a collection that the reader may see."""
        await self._at(reader, collection, story, "DELETE FROM collected WHERE collection = :id AND story = :story")

    async def seen_by(self, reader: str) -> list[Collection]:
        """The reader's own collections and the shared ones, by name."""
        rows = await self._database.read(lambda db: db.execute(SEEN, {"reader": reader}).all())
        return [_collection(row) for row in rows]

    async def choice(self, reader: str, story: str) -> CollectionChoice:
        """Where the reader can save a story, and where it is saved already."""
        values = {"reader": reader, "story": story}
        having = sa.text("SELECT collection FROM collected WHERE story = :story")
        last = sa.text(LAST)

        def read(db: sa.Connection) -> CollectionChoice:
            seen = tuple(_collection(row) for row in db.execute(SEEN, values))
            there = {row[0] for row in db.execute(having, values)}
            used = db.execute(last, values).scalar() or ""
            return CollectionChoice(seen, tuple(one.id for one in seen if one.id in there), used)

        return await self._database.read(read)

    async def of(self, reader: str, collection: str) -> tuple[Collection, list[str]] | None:
        """A collection that the reader may see, and the ids of its stories, the last one first."""
        values = {"reader": reader, "id": collection}

        def read(db: sa.Connection) -> tuple[Collection, list[str]] | None:
            row = db.execute(sa.text(f"{FOUND}{VISIBLE} AND id = :id"), values).first()
            if row is None:
                return None
            stories = sa.text("SELECT story FROM collected WHERE collection = :id ORDER BY at DESC, story")
            return _collection(row), [one[0] for one in db.execute(stories, values)]

        return await self._database.read(read)

    async def _at(self, reader: str, collection: str, story: str, statement: str) -> None:
        values = {"reader": reader, "id": collection, "story": checked_id(story), "now": now_ms()}

        def write(db: sa.Connection) -> None:
            if db.execute(sa.text(f"{FOUND}{VISIBLE} AND id = :id"), values).first() is None:
                raise ValueError("there is no such collection")
            count = sa.text("SELECT count(*) FROM collected WHERE collection = :id")
            if "INSERT" in statement and (db.execute(count, values).scalar() or 0) >= MOST_STORIES:
                raise ValueError(f"a collection has at most {MOST_STORIES} stories")
            if db.execute(sa.text(statement), values).rowcount:
                changed(db, story)

        await self._database.write(write)


def _collection(row: Any) -> Collection:
    return Collection(row[0], row[1], row[2] or row[1], row[3], bool(row[4]), row[5])
