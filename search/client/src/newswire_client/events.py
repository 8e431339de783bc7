"""What the live wire tells: lines in, events out, each version of a story once."""

import json
from collections import OrderedDict
from typing import Any, Literal, TypedDict, cast

from newswire_client.models import Story

REMEMBERED = 10_000  # stories


class LiveStory(TypedDict):
    """A story that is new, or in a new version."""

    event: Literal["story"]
    id: str
    story: Story


class KillNotice(TypedDict):
    """The agency killed a story. Take it down."""

    event: Literal["killed"]
    id: str
    notice: dict[str, Any]


class RemovalNotice(TypedDict):
    """The archive's operator removed a story; the agency did not kill it. Ask them before you use it."""

    event: Literal["removed"]
    id: str
    notice: dict[str, Any]


class Gone(TypedDict):
    """A story is withheld, embargoed or deleted, or your search no longer finds it."""

    event: Literal["gone"]
    id: str


class Notices(TypedDict):
    """The newest kills and removals."""

    event: Literal["notices"]
    notices: list[dict[str, Any]]


LiveEvent = LiveStory | KillNotice | RemovalNotice | Gone | Notices


class Told:
    """The last event of each story, since a new connection begins with the newest stories again."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, object] = OrderedDict()

    def event(self, line: str) -> LiveEvent | None:
        """The event of a line; nothing for an empty one, and for one that says again what was told."""
        if not line.strip():
            return None
        event = cast("LiveEvent", json.loads(line))
        key, state = self._state(event)
        if self._last.get(key) == state:
            return None
        self._last[key] = state
        self._last.move_to_end(key)
        while len(self._last) > REMEMBERED:
            self._last.popitem(last=False)
        return event

    @staticmethod
    def _state(event: LiveEvent) -> tuple[str, object]:
        if event["event"] == "notices":
            return "", [(notice.get("id"), notice.get("time")) for notice in event["notices"]]
        return event["id"], (event["event"], event["story"].get("version") if event["event"] == "story" else None)
