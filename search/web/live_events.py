"""Events of open pages, as text: what has come, what became of a story that is shown, and the notices."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from search.redaction import named
from search.store import Hit, SearchResults
from search.visibility import EMBARGOED, holds, is_there
from search.web.display import Display
from search.web.subscriptions import ServerSentEvent
from search.web.summaries import Badge, marks, row_of

UNMATCHED = "Kill not matched to a story"


class EventRenderer:
    """Makes events with the templates of a site."""

    def __init__(self, display: Display) -> None:
        self._display = display

    def stories(self, found: SearchResults, before: SearchResults | None, *, hidden: bool) -> ServerSentEvent:
        """The stories that are new or another version, whole; the ids of those gone from where they were."""
        known = {hit.id: hit.document["version"] for hit in before.hits} if before else {}
        told = [hit for hit in found.hits if known.get(hit.id) != hit.document["version"]]
        last = _arrived(found.hits[-1]) if found.hits and found.after else None
        there = {hit.id for hit in found.hits}
        left = [hit for hit in (before.hits if before else ()) if hit.id not in there]
        data = {
            "total": found.total,
            "stories": [self._row(hit, hidden=hidden) for hit in told],
            "gone": [hit.id for hit in left if last is None or _arrived(hit) > last],
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

    def _row(self, hit: Hit, *, hidden: bool) -> dict[str, Any]:
        row = row_of(hit, datetime.now(UTC), hidden=hidden)
        return {
            "id": hit.id,
            "version": str(row.version),
            "state": _state(hit.document),
            "day": self._display.day(row.arrived),
            "html": self._display.html("_row.html", {"row": row, "dated": False}),
        }


def notice(document: dict[str, Any], *, hidden: bool) -> dict[str, Any]:
    """A kill, or an embargo, as the panel shows it: of a kill which story it was, as far as the reader may know."""
    moment = datetime.now(UTC)
    killed = document["status"] == "canceled"
    slugline, headline = named(document, hidden=hidden) if killed else (document["slugline"], document["headline"])
    until = document["embargo_until"] if holds(EMBARGOED, document, moment) else ""
    unmatched = not (killed or until)  # a notice of a kill whose story was not found
    return {
        "id": document["id"],
        "source": document["source"],
        "slugline": slugline,
        "headline": headline,
        "time": datetime.fromisoformat(document["version_created"]),
        "mark": Badge("kill", UNMATCHED) if unmatched else marks(document, moment)[0],
        "note": document["editorial_note"] if killed else document["body"] if unmatched else "",
        "until": until,
        "struck": killed,
    }


def _state(document: Mapping[str, Any]) -> str:
    if document["status"] == "canceled":
        return "killed"
    return "corrected" if document["kind"] == "correction" else "updated"


def _arrived(hit: Hit) -> datetime:
    return datetime.fromisoformat(hit.document["received_at"])


def _text(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
