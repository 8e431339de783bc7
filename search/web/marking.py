"""A story's text in pieces: a stored document in; paragraphs of sentences of segments out, with what is said of each.

Offsets are the annotations' own: code points in headline, blank line, body. Annotations come from a store that others
write to: what does not fit the text is left out, never an error.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import msgspec

KINDS = {
    "PERSON": "person", "ORG": "organization", "GPE": "place", "LOC": "place", "FAC": "place", "NORP": "group",
}  # fmt: skip
FIELDS = {"person": "person", "organization": "organization", "place": "location", "group": "nationality"}
BLANK = re.compile(r"\n[ \t\r]*\n\s*")


class Segment(msgspec.Struct, frozen=True):
    """A stretch of text of which one thing is said all along.

    ``kind`` and ``name`` are of the entity that it mentions, "" for none. ``proves``, ``holders`` and ``targets`` are
    the numbers of the stances that it is evidence of, or names the holder or target of.
    """

    text: str
    kind: str = ""
    name: str = ""
    proves: tuple[int, ...] = ()
    holders: tuple[int, ...] = ()
    targets: tuple[int, ...] = ()


class Sentence(msgspec.Struct, frozen=True):
    """Segments of one tone. ``label`` is "" where nothing is said of the tone."""

    segments: tuple[Segment, ...]
    label: str = ""
    score: float = 0.0


class _Range(msgspec.Struct, frozen=True):
    start: int
    end: int


def text_of(document: Mapping[str, Any]) -> str:
    """The text that offsets count in."""
    return f"{document['headline']}\n\n{document['body']}"


def headline_and_paragraphs(document: Mapping[str, Any]) -> tuple[list[Sentence], list[list[Sentence]]]:
    """The headline, and the paragraphs of the text, as sentences."""
    text = text_of(document)
    tones = _tones(document, len(text))
    notes = _notes(document, len(text))
    headline = len(document["headline"])
    start = headline + 2
    ranges = []
    for gap in [*BLANK.finditer(text, start), None]:
        end = gap.start() if gap else len(text)
        if text[start:end].strip():
            ranges.append(_Range(start, end))
        start = gap.end() if gap else len(text)
    return (
        list(_sentences(text, _Range(0, headline), tones, notes)),
        [list(_sentences(text, one, tones, notes)) for one in ranges],
    )


def _tones(document: Mapping[str, Any], size: int) -> list[tuple[_Range, str, float]]:
    """Sentences with a tone, in order, none into another."""
    found, end = [], 0
    for row in sorted((document.get("sentiment") or {}).get("sentences") or (), key=lambda row: row["start"]):
        if end <= row["start"] < row["end"] <= size:
            found.append((_Range(row["start"], row["end"]), row["label"], row["score"]))
            end = row["end"]
    return found


class _Notes(msgspec.Struct, frozen=True):
    """What is said of stretches of the text, and every place where that changes."""

    mentions: list[tuple[_Range, str, str]]
    roles: list[tuple[_Range, str, int]]
    cuts: list[int]


def _notes(document: Mapping[str, Any], size: int) -> _Notes:
    mentions = [
        (_Range(span["start"], span["end"]), KINDS.get(entity["type"], "other"), entity["name"])
        for entity in document.get("entities") or ()
        for span in entity["mentions"]
    ]
    mentions = _apart(mentions, size)
    roles = [
        (_Range(span["start"], span["end"]), role, number)
        for number, row in enumerate(document.get("stance") or ())
        for role, span in (
            ("proves", row["evidence"]),
            ("holders", row["holder_span"]),
            ("targets", row["target_span"]),
        )
        if 0 <= span["start"] < span["end"] <= size
    ]
    cuts = {edge for one, *_ in [*mentions, *roles] for edge in (one.start, one.end)}
    return _Notes(mentions, roles, sorted(cuts))


def _apart(mentions: list[tuple[_Range, str, str]], size: int) -> list[tuple[_Range, str, str]]:
    """Mentions in order, the longer first where two begin together, none into another."""
    found, end = [], 0
    for one in sorted(mentions, key=lambda one: (one[0].start, -one[0].end)):
        if end <= one[0].start < one[0].end <= size:
            found.append(one)
            end = one[0].end
    return found


def _sentences(
    text: str, within: _Range, tones: Iterable[tuple[_Range, str, float]], notes: _Notes
) -> Iterator[Sentence]:
    """The stretch as sentences, and what lies between them."""
    at = within.start
    for one, label, score in tones:
        start, end = max(one.start, at), min(one.end, within.end)
        if start >= end:
            continue
        if start > at:
            yield Sentence(tuple(_segments(text, _Range(at, start), notes)))
        yield Sentence(tuple(_segments(text, _Range(start, end), notes)), label, score)
        at = end
    if at < within.end:
        yield Sentence(tuple(_segments(text, _Range(at, within.end), notes)))


def _segments(text: str, within: _Range, notes: _Notes) -> Iterator[Segment]:
    cuts = [within.start, *(cut for cut in notes.cuts if within.start < cut < within.end), within.end]
    mentions = [one for one in notes.mentions if one[0].end > within.start and one[0].start < within.end]
    roles = [one for one in notes.roles if one[0].end > within.start and one[0].start < within.end]
    for start, end in pairwise(cuts):
        _, kind, name = next((one for one in mentions if one[0].start <= start < one[0].end), (None, "", ""))
        said: dict[str, list[int]] = {}
        for one, role, number in roles:
            if one.start <= start < one.end:
                said.setdefault(role, []).append(number)
        yield Segment(text[start:end], kind, name, **{role: tuple(numbers) for role, numbers in said.items()})
