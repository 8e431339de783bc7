"""A story as plain text with its credit, to be copied, printed or saved. Takes a stored document."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from search.characters import without
from search.stories.stated_times import said_of_time

LABELS = {"credit": "Credit", "copyright_notice": "Copyright", "usage_terms": "Usage terms"}


def text_of_story(document: Mapping[str, Any], zone: str = "UTC", name: str = "") -> str:
    """Headline, byline, source and time, the text, and whose it is. ``name`` is the source's for readers."""
    made = datetime.fromisoformat(document["version_created"]).astimezone(ZoneInfo(zone))
    source, odd = without(name or document["source"]), said_of_time(document)
    head = [document["headline"] or "(no headline)", document["byline"]]
    head.append(f"{source}, {made.day} {made:%B %Y}, {made:%H:%M} {_zone(made, zone)}{f' ({odd})' if odd else ''}")
    dateline = f"{document['dateline']}\n\n" if document["dateline"] else ""
    parts = ["\n".join(filter(None, head)), f"{dateline}{document['body']}".strip(), "\n".join(_foot(document, source))]
    return without("\n\n".join(filter(None, parts))) + "\n"


def credit_of(document: Mapping[str, Any], name: str = "") -> str:
    """Who is to be named with a story: its credit line, or its source."""
    return without(document["credit"] or name or document["source"])


def _foot(document: Mapping[str, Any], source: str) -> Iterator[str]:
    if document["editorial_note"]:
        yield f"Note to editors: {document['editorial_note']}"
    for field, label in LABELS.items():
        value = document[field] or (source if field == "credit" else "")
        if value:
            yield f"{label}: {value}"


def _zone(moment: datetime, zone: str) -> str:
    return "UTC" if zone == "UTC" or moment.tzinfo is UTC else moment.strftime("%Z") or zone
