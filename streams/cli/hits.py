"""Found stories for people and programs: hits in; cards for a terminal, JSON or CSV lines out.

What stands in a story was written by strangers: control characters never reach the terminal, and no cell of a CSV
can be taken for a formula by a spreadsheet.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from rich.console import Group
from rich.text import Text

from search.characters import without
from search.store import MARKS, Hit
from search.visibility import EMBARGOED, reasons
from streams.cli.terminal import shortened

STANCES_SHOWN = 4
NAMES_SHOWN = 8
BODY_SHOWN = 240  # characters of a text in which nothing is highlighted
LABEL_STYLES = {"favor": "green", "against": "red", "positive": "green", "negative": "red"}
NOTABLE = {"correction": "CORRECTION", "update": "update", "kill": "KILL", "advisory": "ADVISORY"}

FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]")

COLUMNS = (
    "version_created", "source", "headline", "status", "kind", "language", "urgency", "people", "organizations",
    "locations", "stances", "sentiment", "sentiment_score", "url", "guid", "id", "credit", "copyright_notice",
    "usage_terms", "score",
)  # fmt: skip


def card(hit: Hit) -> Group:
    """A story as a card: text, sender, matches, stances and usage terms."""
    document = hit.document
    lines = [_title(hit), _facts(document)]
    lines += [
        Text(f"  was: {without(row['headline'])}", style="dim strike")
        for row in (document.get("previous_headlines") or [])[-1:]
    ]
    passages = hit.highlights.get("body") or (_beginning(document),)
    lines += [Text("  ").append(marked(passage)) for passage in passages if passage.strip()]
    lines += _stances(document)
    if people := _names(document):
        lines.append(Text(f"  {people}", style="cyan"))
    rights = " · ".join(
        without(document.get(name) or "") for name in ("copyright_notice", "usage_terms") if document.get(name)
    )
    if rights:
        lines.append(Text(f"  {shortened(rights, BODY_SHOWN)}", style="dim"))
    return Group(*lines, Text())


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


def marked(passage: str) -> Text:
    """A passage on one line, what matched in bold."""
    text = Text()
    for number, part in enumerate(re.split("|".join(MARKS), " ".join(passage.split()))):
        text.append(without(part), style="bold yellow" if number % 2 else "")
    return text


def _title(hit: Hit) -> Text:
    headline = hit.highlights.get("headline", (hit.document.get("headline") or "",))[0]
    title = marked(headline) if headline.strip() else Text("(no headline)")
    title.stylize("bold")
    return title


def _facts(document: Mapping[str, Any]) -> Text:
    time = (document.get("version_created") or "")[:16].replace("T", " ")
    facts = [without(document.get(name) or "") for name in ("source", "slugline", "language")]
    text = Text("  " + " · ".join(fact for fact in [f"{time} UTC", *facts] if fact), style="dim")
    for flag in _flags(document):
        text.append(f"  {flag}", style="bold magenta not dim")
    sentiment = (document.get("sentiment") or {}).get("label")
    if sentiment:
        text.append(f"  {without(sentiment)}", style=LABEL_STYLES.get(sentiment, "dim"))
    return text


def _flags(document: Mapping[str, Any]) -> list[str]:
    flags = [NOTABLE[document["kind"]]] if document.get("kind") in NOTABLE else []
    for reason in reasons(document, datetime.now(UTC)):
        until = f" until {document['embargo_until'][:16].replace('T', ' ')} UTC" if reason.rule == EMBARGOED else ""
        flags.append(reason.flag + without(until))
    return flags


def _beginning(document: Mapping[str, Any]) -> str:
    return shortened(document.get("body") or "", BODY_SHOWN)


def _stances(document: Mapping[str, Any]) -> list[Text]:
    lines = []
    for row in (document.get("stance") or [])[:STANCES_SHOWN]:
        line = Text(f"  {without(row['holder'])} ", style="bold")
        line.append(f"{without(row['label'])} ", style=LABEL_STYLES.get(row["label"], ""))
        line.append(without(row["target"]))
        line.append(f"  “{shortened(without(row['evidence']['text']), BODY_SHOWN)}”", style="not bold italic dim")
        lines.append(line)
    return lines


def _names(document: Mapping[str, Any]) -> str:
    names = [name for field in ("people", "organizations", "locations") for name in document.get(field) or []]
    return without(", ".join(names[:NAMES_SHOWN]))


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return value
    text = without("; ".join(map(str, value)) if isinstance(value, list) else str(value))
    return f"'{text}" if FORMULA.match(text) else text
