"""Stories as lines of JSON or CSV: hits in, lines out.

No cell of a CSV can be taken for a formula by a spreadsheet.
"""

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from search.characters import without
from search.store import MARKS, Hit

FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]")

COLUMNS = (
    "version_created", "source", "headline", "status", "kind", "language", "urgency", "people", "organizations",
    "locations", "stances", "sentiment", "sentiment_score", "url", "guid", "id", "credit", "copyright_notice",
    "usage_terms", "score",
)  # fmt: skip


def json_line(hit: Hit) -> bytes:
    """A story as one JSON object: its stored fields, its score, and highlights with ``<em>`` around what matched."""
    highlights = {
        field: [passage.replace(MARKS[0], "<em>").replace(MARKS[1], "</em>") for passage in passages]
        for field, passages in hit.highlights.items()
    }
    return msgspec.json.encode({**hit.document, "score": hit.score, "highlights": highlights})


def csv_line(values: Iterable[Any]) -> str:
    """One CSV line; text that a spreadsheet would run as a formula is made plain by an apostrophe."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([_cell(value) for value in values])
    return line.getvalue()


def csv_row(hit: Hit) -> str:
    """A story as one CSV line, its values in the order of `COLUMNS`."""
    document = hit.document
    sentiment = document.get("sentiment") or {}
    made = {
        "stances": [row["statement"] for row in document.get("stance") or []],
        "sentiment": sentiment.get("label"),
        "sentiment_score": sentiment.get("score"),
        "score": hit.score,
    }
    return csv_line(made.get(name, document.get(name)) for name in COLUMNS)


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return value
    text = without("; ".join(map(str, value)) if isinstance(value, list) else str(value))
    return f"'{text}" if FORMULA.match(text) else text
