"""A story's text in pieces: a stored document in; paragraphs of sentences of segments out, with what is said of each.

Offsets are the annotations' own: code points in headline, blank line, body. Annotations come from a store that others
write to: what does not fit the text is left out, never an error. The text is gone through once, whatever is said of it,
and there are so many pieces at most: beyond `MarkingLimits` the text is shown as it is.
"""

import heapq
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec

KINDS = {
    "PERSON": "person", "ORG": "organization", "GPE": "place", "LOC": "place", "FAC": "place", "NORP": "group",
}  # fmt: skip
FIELDS = {"person": "person", "organization": "organization", "place": "location", "group": "nationality"}
LONGEST_NAME = 200
TOLD = ("negative", "positive")  # tones that are shown
BLANK = re.compile(r"\n[ \t\r]*\n\s*")


class MarkingLimits(msgspec.Struct, frozen=True):
    """How much of a story is marked and set apart, so that no page of one is too large or takes too long."""

    characters: int = 1_000_000  # shown of a text
    marks: int = 2000  # names marked, sentences with a tone
    roles: int = 10_000  # times that a piece of text is said to belong to a stance
    paragraphs: int = 2000


MOST = MarkingLimits()


class Segment(msgspec.Struct, frozen=True):
    """A stretch of text of which one thing is said all along.

    ``kind`` and ``name`` are of the entity that it mentions, "" for none. ``proves``, ``holders`` and ``targets`` are
    the numbers of the stances that it is evidence of, or names the holder or target of. ``searched`` is whether it is
    what a search looked for.
    """

    text: str
    kind: str = ""
    name: str = ""
    proves: tuple[int, ...] = ()
    holders: tuple[int, ...] = ()
    targets: tuple[int, ...] = ()
    searched: bool = False


class MarkedSentence(msgspec.Struct, frozen=True):
    """Segments of one tone. ``label`` is "" where nothing is said of the tone."""

    segments: tuple[Segment, ...]
    label: str = ""
    score: float = 0.0


class MarkedText(msgspec.Struct, frozen=True):
    """A story's text in pieces. ``rest`` is what lies beyond the paragraphs that are set apart.

    ``cut`` says that not all of the text is there, ``unmarked`` that not all that is said of it is shown.
    """

    headline: list[MarkedSentence]
    paragraphs: list[list[MarkedSentence]]
    rest: list[MarkedSentence]
    cut: bool
    unmarked: bool


class _Mention(NamedTuple):
    start: int
    last: int  # the end, negative: of those that begin together the longer is first
    kind: str
    name: str


class _Role(NamedTuple):
    start: int
    end: int
    role: str
    number: int


class _Tone(NamedTuple):
    start: int
    end: int
    label: str
    score: float


def text_of(document: Mapping[str, Any]) -> str:
    """The text that offsets count in."""
    return f"{document['headline']}\n\n{document['body']}"


def headline_and_paragraphs(document: Mapping[str, Any]) -> tuple[list[MarkedSentence], list[list[MarkedSentence]]]:
    """The headline, and the paragraphs of the text, as sentences."""
    found = marked_text(document)
    return found.headline, [*found.paragraphs, *([found.rest] if found.rest else [])]


def marked_text(
    document: Mapping[str, Any], most: MarkingLimits = MOST, searched: Sequence[tuple[int, int]] = ()
) -> MarkedText:
    """The text with what is said of it, and with the places that a search looked for (in order, none into another)."""
    whole = text_of(document)
    headline = len(document["headline"])
    text = whole[: headline + 2 + most.characters]
    marker = _Marker(document, text, most, [place for place in searched if place[1] <= len(text)])
    head = list(marker.sentences(0, headline))
    ranges = list(_paragraphs(text, headline + 2, most.paragraphs))
    paragraphs = [list(marker.sentences(start, end)) for start, end in ranges[: most.paragraphs]]
    rest = [one for start, end in ranges[most.paragraphs :] for one in marker.sentences(start, end)]
    return MarkedText(head, paragraphs, rest, len(text) < len(whole), marker.unmarked)


def _paragraphs(text: str, start: int, most: int) -> Iterator[tuple[int, int]]:
    """Where the paragraphs begin and end; after ``most`` of them, all the rest as one."""
    number = 0
    for gap in BLANK.finditer(text, start):
        if number == most:
            break
        if text[start : gap.start()].strip():
            yield start, gap.start()
            number += 1
        start = gap.end()
    if text[start:].strip():
        yield start, len(text)


class _Marker:
    """Goes through a text from its beginning to its end, and gives it in pieces."""

    def __init__(
        self, document: Mapping[str, Any], text: str, most: MarkingLimits, searched: Sequence[tuple[int, int]]
    ) -> None:
        self._text = text
        self._searched = searched
        mentions, tones = _mentions(document, len(text), most.marks), _tones(document, len(text), most.marks)
        self.unmarked = len(mentions) > most.marks or len(tones) > most.marks
        self._mentions, self._tones = mentions[: most.marks], tones[: most.marks]
        self._roles = _roles(document, len(text))
        cuts = {edge for one in self._mentions for edge in (one.start, -one.last)}
        cuts.update(edge for place in searched for edge in place)
        self._cuts = sorted(cuts.union(edge for one in self._roles for edge in (one.start, one.end)))
        self._starts = [one.start for one in self._mentions]
        self._tone_ends = [one.end for one in self._tones]
        self._begun = 0  # how many of the roles have begun
        self._active: list[tuple[int, str, int]] = []  # those that have not ended, the next to end first
        self._left = most.roles

    def sentences(self, start: int, end: int) -> Iterator[MarkedSentence]:
        """A stretch as sentences, and what lies between them."""
        at = start
        for tone in self._tones[bisect_right(self._tone_ends, start) :]:
            if tone.start >= end:
                break
            first, last = max(tone.start, at), min(tone.end, end)
            if first > at:
                yield MarkedSentence(tuple(self._segments(at, first)))
            yield MarkedSentence(tuple(self._segments(first, last)), tone.label, tone.score)
            at = last
        if at < end:
            yield MarkedSentence(tuple(self._segments(at, end)))

    def _segments(self, start: int, end: int) -> Iterator[Segment]:
        inside = self._cuts[bisect_right(self._cuts, start) : bisect_left(self._cuts, end)]
        for first, last in pairwise([start, *inside, end]):
            kind, name = self._mentioned(first)
            searched = self._is_searched(first)
            yield Segment(self._text[first:last], kind, name, **self._stances(first), searched=searched)

    def _is_searched(self, at: int) -> bool:
        number = bisect_right(self._searched, (at, len(self._text))) - 1
        return number >= 0 and at < self._searched[number][1]

    def _mentioned(self, at: int) -> tuple[str, str]:
        number = bisect_right(self._starts, at) - 1
        if number >= 0 and at < -self._mentions[number].last:
            return self._mentions[number].kind, self._mentions[number].name
        return "", ""

    def _stances(self, at: int) -> dict[str, Any]:
        """The stances of which a place is part, by the role; none when too many have been told."""
        while self._begun < len(self._roles) and self._roles[self._begun].start <= at:
            one = self._roles[self._begun]
            heapq.heappush(self._active, (one.end, one.role, one.number))
            self._begun += 1
        while self._active and self._active[0][0] <= at:
            heapq.heappop(self._active)
        if len(self._active) > self._left:
            self.unmarked = True
            return {}
        self._left -= len(self._active)
        said: dict[str, list[int]] = {}
        for _, role, number in sorted(self._active, key=lambda one: one[2]):
            said.setdefault(role, []).append(number)
        return {role: tuple(numbers) for role, numbers in said.items()}


def _tones(document: Mapping[str, Any], size: int, most: int) -> list[_Tone]:
    """Sentences with a tone that is shown, in order, none into another; at most one more than ``most``."""
    rows = (document.get("sentiment") or {}).get("sentences") or ()
    told = sorted((row["start"], row["end"], row["label"], row["score"]) for row in rows if row["label"] in TOLD)
    found: list[_Tone] = []
    end = 0
    for one in map(_Tone._make, told):
        if end <= one.start < one.end <= size:
            found.append(one)
            end = one.end
            if len(found) > most:
                break
    return found


def _mentions(document: Mapping[str, Any], size: int, most: int) -> list[_Mention]:
    """Mentions in order, the longer first where two begin together, none into another; at most one over ``most``."""
    named = ((KINDS.get(entity["type"], "other"), entity) for entity in document.get("entities") or ())
    told = sorted(
        (span["start"], -span["end"], kind, entity["name"]) for kind, entity in named for span in entity["mentions"]
    )
    found: list[_Mention] = []
    end = 0
    for start, last, kind, name in told:
        if end <= start < -last <= size:
            found.append(_Mention(start, last, kind, name[:LONGEST_NAME]))
            end = -last
            if len(found) > most:
                break
    return found


def _roles(document: Mapping[str, Any], size: int) -> list[_Role]:
    """What stances have to do with which stretches, in the order in which these begin."""
    return sorted(
        _Role(span["start"], span["end"], role, number)
        for number, row in enumerate(document.get("stance") or ())
        for role, span in (
            ("proves", row["evidence"]),
            ("holders", row["holder_span"]),
            ("targets", row["target_span"]),
        )
        if 0 <= span["start"] < span["end"] <= size
    )
