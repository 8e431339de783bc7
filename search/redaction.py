"""What a reader without the right to hidden stories may learn of one. Takes a stored document; pure.

A withheld or embargoed story is not there for such a reader: a page that said "under embargo" would already tell that
an agency has something. A kill is public, since people must take down what they published: that there was a story,
whose, when, and the agency's note. A kill of a story that was withheld, or whose embargo has not ended, is as hidden as
the story was.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

# That there is a story, whose, when, and why it is not shown. Its address and codes would tell the story.
KEPT = frozenset([
    "id", "source", "format", "version", "version_created", "first_created", "received_at", "indexed_at", "status",
    "kind", "embargo_until", "language", "copyright_holder", "copyright_notice", "usage_terms", "credit",
])  # fmt: skip


def is_embargoed(document: Mapping[str, Any], now: datetime) -> bool:
    """Whether a story is withheld, or under an embargo that has not ended."""
    until = document.get("embargo_until")
    return document.get("status") not in ("usable", "canceled") or bool(until and datetime.fromisoformat(until) > now)


def is_there(document: Mapping[str, Any] | None, now: datetime, *, hidden: bool) -> bool:
    """Whether a story is in the archive for a reader; ``hidden``: for one with the right to see what is hidden."""
    if document is None or hidden:
        return document is not None
    killed = document.get("killed") if document.get("status") == "canceled" else None
    return not (is_embargoed(document, now) or (killed and is_embargoed(killed, now)))


def without_text(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with everything emptied that tells its story."""
    return {name: value if name in KEPT else _empty(value) for name, value in document.items()}


def named(document: Mapping[str, Any], *, hidden: bool) -> tuple[str, str]:
    """Slugline and headline by which a reader knows the story of a tombstone.

    The slugline is for everybody, unless the story was never public: withheld, or killed before its embargo ended. The
    headline, which a libel may be, is for those with the right to hidden stories.
    """
    killed = document.get("killed") or {}
    slugline = killed.get("slugline") or document.get("slugline") or ""
    if hidden:
        return slugline, killed.get("headline") or ""
    until = killed.get("embargo_until") or document.get("embargo_until")
    was_public = killed.get("status", "usable") == "usable"
    if until and datetime.fromisoformat(until) > datetime.fromisoformat(document["received_at"]):
        was_public = False
    return slugline if was_public else "", ""


def without_names(document: Mapping[str, Any]) -> dict[str, Any]:
    """A tombstone as those see it who have no right to hidden stories."""
    slugline, _ = named(document, hidden=False)
    return {**document, "slugline": slugline, "killed": None}


def _empty(value: Any) -> Any:
    return type(value)() if isinstance(value, str | list | dict) else None
