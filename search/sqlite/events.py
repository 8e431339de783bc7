"""Which event stories report, in the embedded store: said of stored documents, and read by event."""

# ruff: noqa: S608 - statements are put together from constants and parameter names only

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from processors.events.summary import EventSummary
from search.sqlite.writing import in_one_transaction
from search.visibility import VISIBLE, Rule, holds, sql_condition

FIELD = "event"  # among the codes by which stories are found


def set_events(db: sqlite3.Connection, events: Mapping[str, EventSummary]) -> None:
    """Say of stories, by id, which event they report: of visible ones only."""
    with in_one_transaction(db) as cursor:
        for story, event in events.items():
            _set(cursor, story, event)


def _set(db: sqlite3.Cursor, story: str, event: EventSummary) -> None:
    row = db.execute("SELECT rowid, document FROM stories WHERE id = ?", (story,)).fetchone()
    document = msgspec.json.decode(row[1]) if row else {}
    if not row or not holds(VISIBLE, document, datetime.now(UTC)):
        return
    document["event"] = msgspec.to_builtins(event)
    db.execute("UPDATE stories SET document = ? WHERE rowid = ?", (msgspec.json.encode(document), row[0]))
    db.execute("DELETE FROM codes WHERE story = ? AND field = ?", (row[0], FIELD))
    db.execute("INSERT INTO codes (field, value, story) VALUES (?, ?, ?)", (FIELD, event.id.lower(), row[0]))


class _Reported(msgspec.Struct):
    id: str
    source: str
    headline: str
    version_created: str
    event: dict[str, Any]


class _ReportedSince(_Reported):
    version: int
    embargo_until: str | None = None
    lineage: dict[str, Any] | None = None


def reporting(
    db: sqlite3.Connection, events: Sequence[str], size: int, now: int, rule: Rule, *, firsts: bool
) -> list[dict[str, Any]]:
    """The newest stories that the rule means and that report any of these events, for `search.views.by_event`.

    With ``firsts`` also what says when their first versions were made.
    """
    named = {f"e{number}": event.lower() for number, event in enumerate(events)}
    these = f"SELECT story FROM codes WHERE field = '{FIELD}' AND value IN ({', '.join(f':{name}' for name in named)})"
    statement = (
        f"SELECT document FROM stories WHERE rowid IN ({these}) AND ({sql_condition(rule)}) "
        "ORDER BY version_created DESC, id LIMIT :size"
    )
    found = db.execute(statement, {"now": now, "size": size, **named})
    kind = _ReportedSince if firsts else _Reported
    return [msgspec.structs.asdict(msgspec.json.decode(row[0], type=kind)) for row in found]
