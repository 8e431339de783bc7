"""What may be shown of a hidden story to those who may not read it yet. Takes a stored document, gives one; pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

# That there is a story, whose, when, and why it is not shown. Its address and codes would tell the story.
KEPT = frozenset([
    "id", "source", "version", "version_created", "first_created", "received_at", "indexed_at", "status", "kind",
    "embargo_until", "language", "copyright_holder", "copyright_notice", "usage_terms", "credit",
])  # fmt: skip


def is_embargoed(document: Mapping[str, Any], now: datetime) -> bool:
    """Whether a story is withheld, or under an embargo that has not ended."""
    until = document.get("embargo_until")
    return document.get("status") == "withheld" or bool(until and datetime.fromisoformat(until) > now)


def without_text(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with everything emptied that tells its story."""
    return {name: value if name in KEPT else _empty(value) for name, value in document.items()}


def _empty(value: Any) -> Any:
    return type(value)() if isinstance(value, str | list | dict) else None
