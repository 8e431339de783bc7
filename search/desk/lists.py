"""Saved searches and watch-lists: of one reader each, with up to when they have seen what these find."""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import sqlalchemy as sa

from search.alerts.saved import SavedSearch, checked, with_alerts_to_come
from search.desk.database import Database
from search.desk.records import KeptSearch, SharedSearch, WatchList, moment, words_of
from search.visibility import Sources

log = logging.getLogger(__name__)

MOST_LISTS = 200  # of one reader
MOST_SHARED = 50  # of others, that a reader is shown
MOST_NAMES = 30  # of one watch-list
LONGEST_NAME = 200

# What becomes of a saved search: its id, and the search, or ``None`` where it was removed.
SearchChanged = Callable[[str, SavedSearch | None], Awaitable[None]]


def now_ms() -> int:
    """Milliseconds since 1970."""
    return int(time.time() * 1000)


class Searches:
    """The saved searches of all readers. ``changed`` hears of each change, later where it fails at first.

    A change and the note that it must still be published are one transaction, so that no fault between loses it.
    """

    def __init__(self, database: Database, changed: SearchChanged | None = None) -> None:
        self._database = database
        self._changed = changed

    async def save(self, search: SavedSearch, *, shared: bool | None = None) -> SavedSearch:
        """Keep a search, in place of the one of the same id, and whether it is ``shared``, where that is given.

        ``ValueError`` says what is wrong with it.
        """
        kept = with_alerts_to_come(checked(msgspec.structs.replace(search, changed_at=datetime.now(UTC))))
        if not kept.owner or not kept.name.strip():
            raise ValueError("name: give the search a name")
        values = {
            "id": kept.id, "owner": kept.owner, "name": kept.name, "saved": msgspec.json.encode(kept).decode(),
            "now": now_ms(), "shared": None if shared is None else int(shared),
        }  # fmt: skip

        def write(db: sa.Connection) -> None:
            mine = db.execute(
                sa.text(
                    "SELECT count(*), max(CASE WHEN id = :id THEN 1 ELSE 0 END) FROM searches WHERE owner = :owner"
                ),
                values,
            ).one()
            if mine[0] >= MOST_LISTS and not mine[1]:
                raise ValueError(f"there are {MOST_LISTS} saved searches already; remove one")
            taken = sa.text("SELECT id FROM searches WHERE owner = :owner AND name = :name AND id <> :id")
            if db.execute(taken, values).first():
                raise ValueError(f"there is a saved search {kept.name!r} already; give another name")
            db.execute(
                sa.text(
                    "INSERT INTO searches (id, owner, name, saved, seen_at, shared) "
                    "VALUES (:id, :owner, :name, :saved, :now, coalesce(CAST(:shared AS INTEGER), 0)) "
                    "ON CONFLICT (id) DO UPDATE SET name = excluded.name, saved = excluded.saved, "
                    "shared = coalesce(CAST(:shared AS INTEGER), searches.shared) "
                    "WHERE searches.owner = excluded.owner"
                ),
                values,
            )
            _to_tell(db, kept.id)

        await self._database.write(write)
        await self.tell()
        return kept

    async def remove(self, owner: str, search: str) -> None:
        """Remove a search of this reader; nothing where there is none."""

        def write(db: sa.Connection) -> None:
            statement = sa.text("DELETE FROM searches WHERE owner = :owner AND id = :id")
            if db.execute(statement, {"owner": owner, "id": search}).rowcount:
                _to_tell(db, search)

        await self._database.write(write)
        await self.tell()

    async def of(self, owner: str) -> list[KeptSearch]:
        """The searches of a reader, by name."""
        statement = sa.text("SELECT saved, seen_at, shared FROM searches WHERE owner = :owner ORDER BY name")
        rows = await self._database.read(lambda db: db.execute(statement, {"owner": owner}).all())
        return [
            KeptSearch(msgspec.json.decode(saved, type=SavedSearch), moment(seen), bool(shared))
            for saved, seen, shared in rows
        ]

    async def share(self, owner: str, search: str, *, shared: bool) -> None:
        """Keep whether all readers see a search of this reader."""
        statement = sa.text("UPDATE searches SET shared = :shared WHERE owner = :owner AND id = :id")
        values = {"owner": owner, "id": search, "shared": int(shared)}
        await self._database.write(lambda db: db.execute(statement, values))

    async def shared_with(self, owner: str) -> list[SharedSearch]:
        """The searches that other readers share, by name."""
        statement = sa.text(
            "SELECT saved, coalesce(display, owner) FROM searches LEFT JOIN readers ON readers.name = owner "
            "WHERE shared = 1 AND owner <> :owner ORDER BY searches.name, id LIMIT :most"
        )
        values = {"owner": owner, "most": MOST_SHARED}
        rows = await self._database.read(lambda db: db.execute(statement, values).all())
        return [SharedSearch(msgspec.json.decode(saved, type=SavedSearch), display) for saved, display in rows]

    async def all(self) -> list[SavedSearch]:
        """The searches of all readers."""
        rows = await self._database.read(lambda db: db.execute(sa.text("SELECT saved FROM searches")).all())
        return [msgspec.json.decode(row[0], type=SavedSearch) for row in rows]

    async def narrow(self, search: SavedSearch, sources: Sources) -> None:
        """Keep that the owner of a search may see other sources now, unless it was changed meanwhile."""
        values = {
            "id": search.id, "before": msgspec.json.encode(search).decode(),
            "saved": msgspec.json.encode(msgspec.structs.replace(search, sources=sources)).decode(),
        }  # fmt: skip

        def write(db: sa.Connection) -> None:
            statement = sa.text("UPDATE searches SET saved = :saved WHERE id = :id AND saved = :before")
            if db.execute(statement, values).rowcount:
                _to_tell(db, search.id)

        await self._database.write(write)

    async def see(self, owner: str, search: str) -> None:
        """Keep that the reader has seen now what a search finds."""
        statement = sa.text("UPDATE searches SET seen_at = :now WHERE owner = :owner AND id = :id")
        values = {"owner": owner, "id": search, "now": now_ms()}
        await self._database.write(lambda db: db.execute(statement, values))

    async def tell(self) -> None:
        """Tell of the changes that were not told yet. What cannot be told now stays for the next time."""
        changed = self._changed
        if changed is None:
            return
        statement = sa.text(
            "SELECT unsent.search, number, saved FROM unsent LEFT JOIN searches ON id = unsent.search ORDER BY number"
        )
        waiting = await self._database.read(lambda db: db.execute(statement).all())
        told = []
        for search, number, saved in waiting:
            try:
                await changed(search, msgspec.json.decode(saved, type=SavedSearch) if saved else None)
            except Exception as error:  # noqa: BLE001 - whatever hears of it may be away; it is kept
                log.warning("desk: the change of a saved search waits: %s", error)
                break
            told.append({"search": search, "number": number})
        if told:
            done = sa.text("DELETE FROM unsent WHERE search = :search AND number = :number")
            await self._database.write(lambda db: db.execute(done, told))


def _to_tell(db: sa.Connection, search: str) -> None:
    """Note that a search has changed, under a new number: a change meanwhile is not taken for told."""
    number = (db.execute(sa.text("SELECT max(number) FROM unsent")).scalar() or now_ms() * 1000) + 1
    db.execute(
        sa.text(
            "INSERT INTO unsent (search, number) VALUES (:search, :number) "
            "ON CONFLICT (search) DO UPDATE SET number = excluded.number"
        ),
        {"search": search, "number": number},
    )


class WatchLists:
    """The watch-lists of all readers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, owner: str, name: str, names: Sequence[str]) -> None:
        """Keep a list of names, in place of the reader's list of the same name. ``ValueError`` where it cannot be."""
        kept = list(dict.fromkeys(one.strip()[:LONGEST_NAME] for one in names if one.strip()))
        name = name.strip()[:LONGEST_NAME]
        if not name or not 1 <= len(kept) <= MOST_NAMES:
            raise ValueError(f"names: give the list a name, and 1 to {MOST_NAMES} names, one per line")
        values = {
            "id": uuid4().hex, "owner": owner, "name": name, "names": msgspec.json.encode(kept).decode(),
            "now": now_ms(),
        }  # fmt: skip

        def write(db: sa.Connection) -> None:
            count = sa.text("SELECT count(*) FROM watch_lists WHERE owner = :owner AND name <> :name")
            if (db.execute(count, values).scalar() or 0) >= MOST_LISTS:
                raise ValueError(f"there are {MOST_LISTS} watch-lists already; remove one")
            db.execute(
                sa.text(
                    "INSERT INTO watch_lists (id, owner, name, names, seen_at) "
                    "VALUES (:id, :owner, :name, :names, :now) "
                    "ON CONFLICT (owner, name) DO UPDATE SET names = excluded.names"
                ),
                values,
            )

        await self._database.write(write)

    async def remove(self, owner: str, name: str) -> None:
        """Remove a list of this reader."""
        statement = sa.text("DELETE FROM watch_lists WHERE owner = :owner AND name = :name")
        await self._database.write(lambda db: db.execute(statement, {"owner": owner, "name": name}))

    async def of(self, owner: str) -> list[WatchList]:
        """The lists of a reader, by name."""
        statement = sa.text("SELECT id, name, names, seen_at FROM watch_lists WHERE owner = :owner ORDER BY name")
        rows = await self._database.read(lambda db: db.execute(statement, {"owner": owner}).all())
        return [WatchList(row[0], row[1], words_of(row[2]), moment(row[3])) for row in rows]

    async def see(self, owner: str, name: str) -> None:
        """Keep that the reader has seen now what is new of the names."""
        statement = sa.text("UPDATE watch_lists SET seen_at = :now WHERE owner = :owner AND name = :name")
        values = {"owner": owner, "name": name, "now": now_ms()}
        await self._database.write(lambda db: db.execute(statement, values))
