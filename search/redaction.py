"""What is left of a story for a reader who may know that it was killed, but not read it. Takes a stored document; pure.

Who that is, `search.visibility` says. A kill is public, since people must take down what they published: that there was
a story, whose, when, and the agency's note.
"""

from collections.abc import Mapping
from typing import Any

from search.visibility import was_public

# That there is a story, whose, when, and why it is not shown. Its address and codes would tell the story.
KEPT = frozenset([
    "id", "source", "format", "version", "version_created", "first_created", "received_at", "indexed_at", "status",
    "kind", "embargo_until", "language", "copyright_holder", "copyright_notice", "usage_terms", "credit",
])  # fmt: skip


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
    return slugline if was_public(document) else "", ""


def _empty(value: Any) -> Any:
    return type(value)() if isinstance(value, str | list | dict) else None
