"""What readers should know of a story's time: takes a document, returns words. Pure.

A story whose agency gave no time that can be read has that of its receipt; the notes of reading say so.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

CLOCKS = timedelta(minutes=5)  # by which clocks may differ without a word
AHEAD = "future date"
UNREADABLE = "date unreadable: time of receipt"
MISSING = "no date: time of receipt"
_NOTE = "version_created: "
_OF_RECEIPT = "taken from the time of receipt"


def undated(document: Mapping[str, Any]) -> str:
    """Why a story's time is that of its receipt, "" where it is its agency's."""
    said = [note for note in document.get("notes") or () if note.startswith(_NOTE)]
    if not any(note.endswith(_OF_RECEIPT) for note in said):
        return ""
    return UNREADABLE if any("cannot be read" in note for note in said) else MISSING


def lies_ahead(document: Mapping[str, Any]) -> bool:
    """Whether the time that the agency gave cannot have come yet."""
    received, made = document.get("received_at"), document["version_created"]
    return received is not None and datetime.fromisoformat(made) - datetime.fromisoformat(received) > CLOCKS


def said_of_time(document: Mapping[str, Any]) -> str:
    """What stands beside a story's time where there is no room for marks, "" where nothing is odd about it."""
    return undated(document) or (AHEAD if lies_ahead(document) else "")
