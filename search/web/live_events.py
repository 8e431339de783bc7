"""Events of open pages, as text: what has come, what became of a story that is shown, and the notices."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

import msgspec

from search.mapping import LONG_PARTS
from search.redaction import filed_at, is_unnamed, named
from search.store import Hit, SearchResults
from search.visibility import EMBARGOED, came_at, closing_words, holds, is_forgotten, is_there
from search.web.display import Display
from search.web.subscriptions import ServerSentEvent
from search.web.summaries import Badge, facts_of_kill, marks, row_of

UNMATCHED = "Kill not matched to a story"


class LiveRenderer(Protocol):
    """Makes the text of events."""

    def stories(
        self, found: SearchResults, before: SearchResults | None, *, hidden: bool, by_receipt: bool = False
    ) -> ServerSentEvent:
        """The stories that are new or another version, and the ids of those gone from where they were.

        ``by_receipt`` is whether they are found in the order of receipt.
        """

    def fates(self, changed: Mapping[str, dict[str, Any] | None], *, hidden: bool) -> ServerSentEvent:
        """What became of stories that were sent in another version."""

    def notices(self, documents: Sequence[dict[str, Any]], *, hidden: bool) -> ServerSentEvent:
        """The newest kills, and embargoes for those who may see them."""


class EventRenderer:
    """Makes events with the templates of a site."""

    def __init__(self, display: Display) -> None:
        self._display = display

    def stories(
        self, found: SearchResults, before: SearchResults | None, *, hidden: bool, by_receipt: bool = False
    ) -> ServerSentEvent:
        """The stories that are new or another version, whole; the ids of those gone from where they were."""
        told, gone = _arrivals(found, before, by_receipt=by_receipt)
        data = {
            "total": found.total,
            "stories": [self._row(hit, hidden=hidden, by_receipt=by_receipt) for hit in told],
            "gone": gone,
        }
        return ServerSentEvent(_text("stories", data), tuple((hit.id, hit.document["version"]) for hit in told))

    def fates(self, changed: Mapping[str, dict[str, Any] | None], *, hidden: bool) -> ServerSentEvent:
        """What became of stories that a page shows in another version."""
        data, shows = [], []
        for story, document in changed.items():
            if document is None or not is_there(document, datetime.now(UTC), hidden=hidden):
                data.append({"id": story, "version": "", "state": "gone"})
            else:
                data.append(self._row(Hit(story, 0.0, document), hidden=hidden))
                shows.append((story, document["version"]))
        return ServerSentEvent(_text("states", data), tuple(shows))

    def notices(self, documents: Sequence[dict[str, Any]], *, hidden: bool) -> ServerSentEvent:
        """The panel of kills and embargoes."""
        shown = {"notices": [notice(document, hidden=hidden) for document in documents]}
        return ServerSentEvent(_text("notices", {"html": self._display.html("_notices.html", shown)}))

    def _row(self, hit: Hit, *, hidden: bool, by_receipt: bool = False) -> dict[str, Any]:
        row = row_of(hit, datetime.now(UTC), hidden=hidden, by_receipt=by_receipt)
        told = {
            "id": hit.id,
            "version": str(row.version),
            "state": _state(hit.document),
            "closing": closing_words(hit.document) if row.killed else "",
            "day": self._display.day(row.arrived),
            "html": self._display.html("_row.html", {"row": row, "dated": False}),
        }
        if row.killed:
            told["facts"] = self._display.html("_killed.html", facts_of_kill(hit.document, hidden=hidden))
        return told


class JsonRenderer:
    """Makes events of a JSON object each, a line each: of stories as they are stored, without their long parts."""

    def stories(
        self, found: SearchResults, before: SearchResults | None, *, hidden: bool, by_receipt: bool = False
    ) -> ServerSentEvent:
        """A line for each story that is new or another version, and for each that the search finds no more."""
        told, gone = _arrivals(found, before, by_receipt=by_receipt)
        lines = [self._line(hit.id, hit.document, hidden=hidden) for hit in reversed(told)]
        lines += [_line({"event": "gone", "id": story}) for story in gone]
        return ServerSentEvent("".join(lines), tuple((hit.id, hit.document["version"]) for hit in told))

    def fates(self, changed: Mapping[str, dict[str, Any] | None], *, hidden: bool) -> ServerSentEvent:
        """A line for each story that was sent and is now another version, killed or no longer there."""
        lines, shows = [], []
        for story, document in changed.items():
            if document is None or not is_there(document, datetime.now(UTC), hidden=hidden):
                lines.append(_line({"event": "gone", "id": story}))
            else:
                lines.append(self._line(story, document, hidden=hidden))
                shows.append((story, document["version"]))
        return ServerSentEvent("".join(lines), tuple(shows))

    def notices(self, documents: Sequence[dict[str, Any]], *, hidden: bool) -> ServerSentEvent:
        """A line with the newest kills."""
        told = [notice(document, hidden=hidden) for document in documents]
        return ServerSentEvent(_line({"event": "notices", "notices": told}))

    def _line(self, story: str, document: dict[str, Any], *, hidden: bool) -> str:
        if document["status"] == "canceled":
            event = "removed" if is_forgotten(document) else "killed"
            return _line({"event": event, "id": story, "notice": notice(document, hidden=hidden)})
        return _line({"event": "story", "id": story, "story": without_long_parts(document)})


def without_long_parts(document: Mapping[str, Any]) -> dict[str, Any]:
    """A stored document without what no list shows."""
    kept = dict(document)
    for path in LONG_PARTS:
        name, _, inside = path.partition(".")
        rows = kept.get(name)
        if not inside:
            kept.pop(name, None)
        elif isinstance(rows, list):
            kept[name] = [{key: value for key, value in row.items() if key != inside} for row in rows]
        elif isinstance(rows, dict):
            kept[name] = {key: value for key, value in rows.items() if key != inside}
    return kept


def _line(value: Any) -> str:
    return msgspec.json.encode(value).decode() + "\n"


def _arrivals(found: SearchResults, before: SearchResults | None, *, by_receipt: bool) -> tuple[list[Hit], list[str]]:
    """The hits that are new or another version, and the ids of those gone from where they were."""
    known = {hit.id: hit.document["version"] for hit in before.hits} if before else {}
    told = [hit for hit in found.hits if known.get(hit.id) != hit.document["version"]]
    came = partial(_came, by_receipt=by_receipt)
    last = came(found.hits[-1]) if found.hits and found.after else None
    there = {hit.id for hit in found.hits}
    left = [hit for hit in (before.hits if before else ()) if hit.id not in there]
    return told, [hit.id for hit in left if last is None or came(hit) > last]


def notice(document: dict[str, Any], *, hidden: bool, shown: bool = False) -> dict[str, Any]:
    """A kill, or an embargo, as the panel shows it: of a kill which story it was, as far as the reader may know.

    ``shown`` is whether the reader had seen the story before.
    """
    moment = datetime.now(UTC)
    killed = document["status"] == "canceled"
    slugline, headline = document["slugline"], document["headline"]
    if killed:
        slugline, headline = named(document, hidden=hidden, shown=shown)
    until = document["embargo_until"] if holds(EMBARGOED, document, moment) else ""
    unmatched = not (killed or until)  # a notice of a kill whose story was not found
    return {
        "id": document["id"],
        "source": document["source"],
        "slugline": slugline,
        "headline": headline,
        "time": datetime.fromisoformat(document["version_created"]),
        "unnamed": killed and not headline and is_unnamed(document),
        "filed": filed_at(document, hidden=hidden) if killed else None,
        "mark": Badge("kill", UNMATCHED) if unmatched else marks(document, moment)[0],
        "note": document["editorial_note"] if killed else document["body"] if unmatched else "",
        "until": until,
        "struck": killed,
    }


def _state(document: Mapping[str, Any]) -> str:
    if document["status"] == "canceled":
        return "killed"
    return "corrected" if document["kind"] == "correction" else "updated"


def _came(hit: Hit, *, by_receipt: bool) -> datetime:
    return came_at(hit.document, datetime.now(UTC), by_receipt=by_receipt)


def _text(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
