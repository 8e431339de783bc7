"""Found stories for people: hits in, cards for a terminal out.

What stands in a story was written by strangers: control characters never reach the terminal.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rich.console import Group
from rich.text import Text

from search.characters import without
from search.redaction import filed_at, named
from search.store import MARKS, Hit
from search.stories.stated_times import said_of_time
from search.visibility import EMBARGOED, is_forgotten, reasons
from streams.cli.terminal import shortened

STANCES_SHOWN = 4
NAMES_SHOWN = 8
BODY_SHOWN = 240  # characters of a text in which nothing is highlighted
LABEL_STYLES = {"favor": "green", "against": "red", "positive": "green", "negative": "red"}
NOTABLE = {"correction": "CORRECTION", "update": "update", "kill": "KILL", "advisory": "ADVISORY"}


def card(hit: Hit, *, hidden: bool = False) -> Group:
    """A story as a card: text, sender, matches, stances and usage terms. ``hidden`` is the right to hidden stories."""
    document = hit.document
    if document["status"] == "canceled":
        return _tombstone(document, hidden=hidden)
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


def marked(passage: str) -> Text:
    """A passage on one line, what matched in bold."""
    text = Text()
    for number, part in enumerate(re.split("|".join(MARKS), " ".join(passage.split()))):
        text.append(without(part), style="bold yellow" if number % 2 else "")
    return text


def _tombstone(document: Mapping[str, Any], *, hidden: bool) -> Group:
    """The card of a killed story: by what readers know it, or else whose it is and when it was filed, and its id."""
    slugline, headline = (without(name) for name in named(document, hidden=hidden))
    filed = filed_at(document, hidden=hidden)
    when = f"filed {filed:%Y-%m-%d %H:%M} UTC" if filed else ""
    source = without(document.get("source") or "")
    name, what = headline or slugline, "Removed story" if is_forgotten(document) else "Killed story"
    title = Text(
        name or ", ".join(filter(None, (what, source, when))),
        style="bold",
    )
    if headline:
        title.stylize("strike")
    lines = [title, _facts({**document, "slugline": slugline if headline else ""})]
    lines.append(
        Text("  " + " · ".join(filter(None, (when if name else "", f"ID {without(document['id'])}"))), style="dim")
    )
    if note := document.get("editorial_note"):
        lines.append(Text(f"  {shortened(without(note), BODY_SHOWN)}"))
    return Group(*lines, Text())


def _title(hit: Hit) -> Text:
    headline = hit.highlights.get("headline", (hit.document.get("headline") or "",))[0]
    title = marked(headline) if headline.strip() else Text("(no headline)")
    title.stylize("bold")
    return title


def _facts(document: Mapping[str, Any]) -> Text:
    time = (document.get("version_created") or "")[:16].replace("T", " ")
    facts = [without(document.get(name) or "") for name in ("source", "slugline", "language")]
    reason = said_of_time(document)
    time = f"{time} UTC ({reason})" if reason else f"{time} UTC"
    text = Text("  " + " · ".join(fact for fact in [time, *facts] if fact), style="dim")
    for flag in _flags(document):
        text.append(f"  {flag}", style="bold magenta not dim")
    sentiment = (document.get("sentiment") or {}).get("label")
    if sentiment:
        text.append(f"  {without(sentiment)}", style=LABEL_STYLES.get(sentiment, "dim"))
    return text


def _flags(document: Mapping[str, Any]) -> list[str]:
    flags = [NOTABLE[document["kind"]]] if document.get("kind") in NOTABLE and not is_forgotten(document) else []
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
