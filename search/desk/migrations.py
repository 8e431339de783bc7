"""The tables of the desk, by number: takes a connection in a transaction, brings its database up to date.

The statements are the same for SQLite and PostgreSQL. Times are milliseconds since 1970. One that has been released is
never changed: what comes later is a migration of its own.
"""

import sqlalchemy as sa

FIRST = """
CREATE TABLE readers (name TEXT PRIMARY KEY, display TEXT NOT NULL, groups TEXT NOT NULL, at BIGINT NOT NULL);
CREATE TABLE searches (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, saved TEXT NOT NULL, seen_at BIGINT NOT NULL,
  UNIQUE (owner, name));
CREATE TABLE unsent (search TEXT PRIMARY KEY, number BIGINT NOT NULL);
CREATE TABLE watch_lists (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, names TEXT NOT NULL, seen_at BIGINT NOT NULL,
  UNIQUE (owner, name));
CREATE TABLE collections (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, shared INTEGER NOT NULL, at BIGINT NOT NULL,
  UNIQUE (owner, name));
CREATE TABLE collected (
  collection TEXT NOT NULL, story TEXT NOT NULL, reader TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (collection, story));
CREATE INDEX collected_by_story ON collected (story);
CREATE TABLE notes (
  id TEXT PRIMARY KEY, story TEXT NOT NULL, reader TEXT NOT NULL, words TEXT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX notes_by_story ON notes (story);
CREATE TABLE tags (
  story TEXT NOT NULL, tag TEXT NOT NULL, reader TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (story, tag));
CREATE TABLE claims (story TEXT PRIMARY KEY, reader TEXT NOT NULL, at BIGINT NOT NULL);
CREATE TABLE marks (
  story TEXT NOT NULL, reader TEXT NOT NULL, kind TEXT NOT NULL, version BIGINT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (story, reader, kind));
CREATE TABLE sessions (token TEXT PRIMARY KEY, reader TEXT NOT NULL, kept TEXT NOT NULL, ends_at BIGINT NOT NULL);
CREATE TABLE logins (state TEXT PRIMARY KEY, kept TEXT NOT NULL, ends_at BIGINT NOT NULL);
CREATE TABLE changes (number BIGINT PRIMARY KEY, story TEXT NOT NULL, at BIGINT NOT NULL)
"""

# Display name of the reader that a claim was taken over from.
SECOND = "ALTER TABLE claims ADD COLUMN taken_from TEXT NOT NULL DEFAULT ''"

# Whether all readers see a saved search.
THIRD = "ALTER TABLE searches ADD COLUMN shared INTEGER NOT NULL DEFAULT 0"

# Which collection a reader has used last is asked whenever they open a story.
FOURTH = "CREATE INDEX collected_by_reader ON collected (reader, at)"

MIGRATIONS = (FIRST, SECOND, THIRD, FOURTH)


class DeskTooNew(Exception):
    """The database was made by a later version of the program."""


def migrate(connection: sa.Connection) -> int:
    """Carry out what the database has not had yet; gives the number that it is at."""
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS desk_layout (number INTEGER NOT NULL)")
    found = connection.execute(sa.text("SELECT max(number) FROM desk_layout")).scalar() or 0
    if found > len(MIGRATIONS):
        raise DeskTooNew(f"the desk's database has layout {found}, this program knows {len(MIGRATIONS)}")
    for number, script in enumerate(MIGRATIONS[found:], found + 1):
        for statement in script.split(";"):
            connection.exec_driver_sql(statement)
        connection.execute(sa.text("INSERT INTO desk_layout VALUES (:number)"), {"number": number})
    return len(MIGRATIONS)
