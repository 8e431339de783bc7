"""Notices: what an alert says about a story version, and what has changed since the last one. Pure.

Takes stories as they are stored. The notice of a kill or hold has no text of the story except the headline by which
readers know it.
"""

import difflib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from processors.annotations import Record
from search.articles import Utc
from search.characters import shown_line
from search.stories.stated_times import said_of_time
from search.visibility import is_forgotten

LEAD, LONGEST_PARAGRAPH, LONGEST_HEADLINE = 600, 500, 500  # characters
MOST_CHANGES = 6
MOST_NAMES = 6
ALIKE = 0.3  # share of common words from which a paragraph counts as a new wording of another

NoticeKind = Literal["alert", "refresh", "update", "correction", "kill", "hold", "release"]


class Change(Record, frozen=True):
    """What stood in the version before, and what stands there now; "" where there was or is nothing."""

    where: Literal["headline", "text"]
    before: str
    after: str


class Notice(Record, frozen=True):
    """What an alert says about a story version."""

    story: str
    version: int
    headline: str
    source: str
    version_created: Utc
    slugline: str = ""
    byline: str = ""
    lead: str = ""
    names: tuple[str, ...] = ()
    note: str = ""  # the agency's to editors
    terms: str = ""
    embargo_until: Utc | None = None
    changes: tuple[Change, ...] = ()
    more_changes: int = 0
    odd_time: str = ""  # what is to be said of its time
    removed: bool = False  # by the archive's operator, who had it forgotten, not by the agency
    address: str = ""  # of the page to link to, if not the story's own


def notice_of(source: Mapping[str, Any], changes: tuple[Change, ...] = ()) -> Notice:
    """The notice of a story that readers may see."""
    entities = sorted(source.get("entities") or (), key=lambda entity: -entity["salience"])
    names = dict.fromkeys(entity["name"] for entity in entities if entity["type"] in ("PERSON", "ORG", "GPE"))
    return Notice(
        story=source["id"],
        version=source["version"],
        headline=shown_line(source["headline"]) or shown_line(source["slugline"]) or "(no headline)",
        source=shown_line(source["source"]),
        version_created=datetime.fromisoformat(source["version_created"]),
        odd_time=said_of_time(source),
        slugline=shown_line(source["slugline"]),
        byline=shown_line(source["byline"]),
        lead=lead_of(source["body"]),
        names=tuple(shown_line(name) for name in list(names)[:MOST_NAMES]),
        note=_cut(shown_line(source["editorial_note"]), LONGEST_PARAGRAPH),
        terms=_cut(shown_line(source["usage_terms"]), LONGEST_PARAGRAPH),
        changes=changes[:MOST_CHANGES],
        more_changes=max(0, len(changes) - MOST_CHANGES),
    )


def retraction_notice(source: Mapping[str, Any], headline: str) -> Notice:
    """The notice that a story must not be published: after a kill, or an embargo that came too late."""
    until, removed = source.get("embargo_until"), is_forgotten(source)
    return Notice(
        story=source["id"],
        version=source["version"],
        headline=shown_line(headline)[:LONGEST_HEADLINE],
        source=shown_line(source["source"]),
        version_created=datetime.fromisoformat(source["version_created"]),
        odd_time=said_of_time(source),
        note="" if removed else _cut(shown_line(source.get("editorial_note") or ""), LONGEST_PARAGRAPH),
        removed=removed,
        embargo_until=datetime.fromisoformat(until) if until else None,
    )


def lead_of(body: str) -> str:
    """The beginning of a text: whole paragraphs as far as they fit, at least a part of the first."""
    lead = ""
    for paragraph in (text for text in paragraphs_of(body) if text):
        if lead and len(lead) + len(paragraph) > LEAD:
            break
        lead = f"{lead}\n\n{paragraph}" if lead else _cut(paragraph, LEAD)
    return lead


def paragraphs_of(body: str) -> list[str]:
    """The paragraphs of a text, each on one line."""
    return [shown_line(paragraph) for paragraph in body.split("\n\n")]


def changes_between(before: tuple[str, str], after: tuple[str, str]) -> tuple[Change, ...]:
    """What differs between two versions, each given by headline and text; the text only where both have one."""
    found = []
    if before[0] and before[0] != after[0]:
        found.append(
            Change("headline", shown_line(before[0])[:LONGEST_HEADLINE], shown_line(after[0])[:LONGEST_HEADLINE])
        )
    if before[1] and after[1]:
        found += _text_changes(paragraphs_of(before[1]), paragraphs_of(after[1]))
    return tuple(found)


def _text_changes(old: list[str], new: list[str]) -> list[Change]:
    found = []
    for kind, first, last, other, other_last in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        removed, added = old[first:last], new[other:other_last]
        while removed and added and _is_reworded(removed[0], added[0]):
            found.append(_change(removed.pop(0), added.pop(0)))
        found += [_change(paragraph, "") for paragraph in removed]
        found += [_change("", paragraph) for paragraph in added]
    return found


def _is_reworded(old: str, new: str) -> bool:
    words, others = set(old.casefold().split()), set(new.casefold().split())
    return len(words & others) >= ALIKE * max(1, min(len(words), len(others)))


def _change(before: str, after: str) -> Change:
    return Change("text", _cut(before, LONGEST_PARAGRAPH), _cut(after, LONGEST_PARAGRAPH))


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
