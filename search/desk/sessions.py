"""Sessions of readers who logged in at an OpenID provider, and logins that are under way. Both end by themselves.

Only the SHA-256 of a session's token is kept, so that whoever reads the database cannot use it.
"""

import hashlib
import secrets

import sqlalchemy as sa

from search.desk.database import Database
from search.desk.lists import now_ms


class ReaderSessions:
    """The sessions of all readers. What is kept of one is a text, which the login makes and reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, reader: str, kept: str, seconds: float) -> str:
        """A session of a reader for so long; gives its token."""
        token = secrets.token_urlsafe(32)
        now = now_ms()
        values = {
            "token": digest(token), "reader": reader, "kept": kept, "ends": now + int(seconds * 1000), "now": now,
        }  # fmt: skip

        def write(db: sa.Connection) -> None:
            db.execute(sa.text("DELETE FROM sessions WHERE ends_at <= :now"), values)
            statement = "INSERT INTO sessions (token, reader, kept, ends_at) VALUES (:token, :reader, :kept, :ends)"
            db.execute(sa.text(statement), values)

        await self._database.write(write)
        return token

    async def of(self, token: str) -> tuple[str, int] | None:
        """What is kept of a session, and when it ends; ``None`` where there is none or it has ended."""
        statement = sa.text("SELECT kept, ends_at FROM sessions WHERE token = :token AND ends_at > :now")
        values = {"token": digest(token), "now": now_ms()}
        row = await self._database.read(lambda db: db.execute(statement, values).first())
        return (row[0], row[1]) if row else None

    async def end(self, token: str) -> None:
        """End a session."""
        statement = sa.text("DELETE FROM sessions WHERE token = :token")
        await self._database.write(lambda db: db.execute(statement, {"token": digest(token)}))

    async def end_all(self, reader: str) -> int:
        """End all sessions of a reader; gives how many there were."""
        statement = sa.text("DELETE FROM sessions WHERE reader = :reader")
        return await self._database.write(lambda db: db.execute(statement, {"reader": reader}).rowcount)

    async def keep_login(self, state: str, kept: str, seconds: float) -> None:
        """Keep what a login needs when it comes back from the provider."""
        now = now_ms()
        values = {"state": digest(state), "kept": kept, "ends": now + int(seconds * 1000), "now": now}

        def write(db: sa.Connection) -> None:
            db.execute(sa.text("DELETE FROM logins WHERE ends_at <= :now"), values)
            db.execute(sa.text("INSERT INTO logins (state, kept, ends_at) VALUES (:state, :kept, :ends)"), values)

        await self._database.write(write)

    async def take_login(self, state: str) -> str | None:
        """What was kept of a login, once."""
        values = {"state": digest(state), "now": now_ms()}

        def write(db: sa.Connection) -> str | None:
            found = db.execute(sa.text("SELECT kept FROM logins WHERE state = :state AND ends_at > :now"), values)
            kept = found.scalar()
            db.execute(sa.text("DELETE FROM logins WHERE state = :state"), values)
            return str(kept) if kept is not None else None

        return await self._database.write(write)


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
