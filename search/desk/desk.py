"""The desk: one database, and what readers keep in it."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from search.desk.collections import Collections
from search.desk.database import Database
from search.desk.lists import SearchChanged, Searches, WatchLists, now_ms
from search.desk.records import words_of
from search.desk.sessions import ReaderSessions
from search.desk.stories import Stories


class Desk:
    """Everything that readers keep. ``on_search_changed`` hears of each change of a saved search, at least once."""

    def __init__(self, database: Database, on_search_changed: SearchChanged | None = None) -> None:
        self._database = database
        self.searches = Searches(database, on_search_changed)
        self.watch_lists = WatchLists(database)
        self.collections = Collections(database)
        self.stories = Stories(database)
        self.sessions = ReaderSessions(database)
        self._known: dict[str, tuple[str, str]] = {}

    async def meet(self, reader: str, display: str, groups: Sequence[str] = ()) -> None:
        """Keep what others see of a reader's name, and the groups that they are in. Known ones cost nothing."""
        kept = msgspec.json.encode(groups).decode()
        if self._known.get(reader) == (display, kept):
            return
        statement = sa.text(
            "INSERT INTO readers (name, display, groups, at) VALUES (:name, :display, :groups, :now) "
            "ON CONFLICT (name) DO UPDATE SET display = excluded.display, groups = excluded.groups, at = excluded.at"
        )
        values = {"name": reader, "display": display, "groups": kept, "now": now_ms()}
        await self._database.write(lambda db: db.execute(statement, values))
        self._known[reader] = display, kept

    async def groups(self) -> dict[str, tuple[str, ...]]:
        """The groups that each reader was in when they were last here."""
        rows = await self._database.read(lambda db: db.execute(sa.text("SELECT name, groups FROM readers")).all())
        return {name: words_of(groups) for name, groups in rows}

    async def close(self) -> None:
        """Give connections back."""
        await self._database.close()
