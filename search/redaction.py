"""What is left of a story for a reader who may know that it was killed, but not read it. Takes a stored document; pure.

Who that is, `search.visibility` says. A kill is public, since people must take down what they published: that there was
a story, whose, when, and the agency's note.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from search.articles import version_time
from search.visibility import was_public

# That there is a story, whose, when, and why it is not shown. Its address and codes would tell the story.
KEPT = frozenset([
    "id", "source", "format", "version", "version_created", "first_created", "received_at", "indexed_at", "status",
    "kind", "embargo_until", "language", "copyright_holder", "copyright_notice", "usage_terms", "credit",
])  # fmt: skip


def without_text(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with everything emptied that tells its story."""
    return {name: value if name in KEPT else _empty(value) for name, value in document.items()}


def named(document: Mapping[str, Any], *, hidden: bool, shown: bool = False) -> tuple[str, str]:
    """Slugline and headline by which a reader knows the story of a tombstone.

    The slugline is for everybody, unless the story was never public: withheld, or killed before its embargo ended. The
    headline, which a libel may be, is for those with the right to hidden stories, and for readers who were ``shown``
    the story before: ten stories have one slugline, so they could not tell else what to take down.
    """
    killed = document.get("killed") or {}
    slugline, headline = killed.get("slugline") or document.get("slugline") or "", killed.get("headline") or ""
    if hidden:
        return slugline, headline
    if not was_public(document):
        return "", ""
    return slugline, headline if shown else ""


def is_unnamed(document: Mapping[str, Any]) -> bool:
    """Whether only readers who had the story may know a tombstone by its headline; of a forgotten story nobody may."""
    return bool(named(document, hidden=False, shown=True)[1])


def filed_at(document: Mapping[str, Any], *, hidden: bool) -> datetime | None:
    """When the story of a tombstone was filed, as far as its kill or the killed version's number says.

    ``None`` where neither does, and for a reader who may not know of a story that was never public.
    """
    if not (hidden or was_public(document)):
        return None
    first, killed = document.get("first_created"), document.get("killed") or {}
    times = (datetime.fromisoformat(first) if first else None, version_time(killed.get("version") or 0))
    return min((time for time in times if time), default=None)


def _empty(value: Any) -> Any:
    return type(value)() if isinstance(value, str | list | dict) else None
