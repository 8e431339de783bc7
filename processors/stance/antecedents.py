"""Whom "he", "they" and "the two leaders" mean. Takes a text's mentions and a place in it, gives entities.

After Hobbs (1978) without his trees: look back sentence by sentence, and in each from left to right, since
subjects come first. Only mentions of a fitting type count; pairs must stand together ("Putin and Xi").
"""

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from processors.annotations import Entity, Span
from processors.story_text import story_text
from processors.text.overlap import Spans
from processors.text.passages import Passage

FARTHEST = 4  # sentences to look back
_PEOPLE, _STATES, _BODIES = frozenset({"PERSON"}), frozenset({"GPE"}), frozenset({"GPE", "ORG"})
_SINGULAR = dict.fromkeys(("he", "she", "him", "her", "his", "hers"), _PEOPLE) | dict.fromkeys(("it", "its"), _BODIES)
_PLURAL = frozenset({"they", "them", "their", "theirs"})
_PAIR = re.compile(
    r"\b(?:(?:two|both)\s+(?:\w+\s+)?(?P<noun>leaders|presidents|men|women|politicians|statesmen|ministers|countries|"
    r"nations|sides|governments|states|powers|capitals|neighbors|allies)|the\s+(?P<bare>leaders|presidents|pair|duo|two)|"
    r"both)$",
    re.IGNORECASE,
)
_COUNTRIES = frozenset({"countries", "nations", "governments", "states", "powers", "capitals", "neighbors"})
# What may stand between names that belong together: "and", "and Russian President", ", the president of China, and".
_TOGETHER = re.compile(
    r"(?:\s+of\s+[A-Z]\w+)?(?:,[^,.;]{1,60})?,?\s*(?:and|with|&|/|-)\s*"
    r"(?:(?:[A-Z][\w.'’-]*|the|his|her|its|of|president|counterpart|leader|chancellor|prime|foreign|minister|premier|"
    r"king|secretary|head|state),?\s+){0,7}"
)
_QUOTES = '"“”'


class EntityMention(NamedTuple):
    """A mention in the text, and whose."""

    start: int
    end: int
    entity: Entity


class Antecedents:
    """The mentions of one text by sentence, ready to be looked back through."""

    def __init__(self, text: str, entities: Sequence[Entity]) -> None:
        self._text = text
        self._places = Spans(
            EntityMention(mention.start, mention.end, entity) for entity in entities for mention in entity.mentions
        )
        self._sentences = story_text(text).sentences
        self._starts = [sentence.start for sentence in self._sentences]
        self._ends = [sentence.end for sentence in self._sentences]

    def of(self, span: Span) -> list[Entity] | None:
        """The entities that a pronoun or "the two leaders" means, maybe none; ``None`` if the span is neither."""
        word = span.text.lower()
        if types := _SINGULAR.get(word):
            return self._nearest(span, types, 1 if types is _BODIES else FARTHEST)
        if word in _PLURAL:
            return self._first_pair(span, _PEOPLE, _STATES, frozenset({"ORG"}))
        if match := _PAIR.search(self._text[max(0, span.start - 12) : span.end]):
            noun = (match["noun"] or match["bare"] or "").lower()
            if noun in _COUNTRIES:
                return self._pair(span, _STATES)
            if noun in {"sides", "allies", ""}:
                return self._first_pair(span, _PEOPLE, _STATES)
            return self._pair(span, _PEOPLE) or self._only_two(span)
        return None

    def _first_pair(self, span: Span, *kinds: frozenset[str]) -> list[Entity]:
        return next((pair for types in kinds if (pair := self._pair(span, types))), [])

    def have_rivals(self, span: Span) -> bool:
        """Does the sentence that names whom "he" or "she" means name other people too?"""
        types = _SINGULAR.get(span.text.lower())
        return types is _PEOPLE and len({each.id for each in self._fitting(span, types, FARTHEST)}) > 1

    def _nearest(self, span: Span, types: frozenset[str], farthest: int) -> list[Entity]:
        return self._fitting(span, types, farthest)[:1]

    def _fitting(self, span: Span, types: frozenset[str], farthest: int) -> list[Entity]:
        """The entities of those types in the nearest sentence that has any, in its order.

        The speaker is not "he" in a quotation, nor is whom a quotation names "he" outside it.
        """
        quoted = self._is_quoted(span)
        for sentence in itertools.islice(self._back_from(span.start), farthest):
            here = sentence.start <= span.start < sentence.end
            found = [
                place.entity
                for place in self._within(sentence, span.start)
                if place.entity.type in types and (quoted == self._is_quoted(place) or (quoted and not here))
            ]
            if found:
                return found
        return []

    def _pair(self, span: Span, types: frozenset[str]) -> list[Entity]:
        for sentence, limit in self._around(span):
            found = [place for place in self._within(sentence, limit) if place.entity.type in types]
            for first, second in itertools.pairwise(found):
                between = self._text[first.end : second.start]
                listed = between.strip() == "," and self._text[sentence.end - 1] != "."  # a headline's comma is "and"
                if first.entity.id != second.entity.id and (listed or _TOGETHER.fullmatch(between)):
                    return [first.entity, second.entity]
        return []

    def _only_two(self, span: Span) -> list[Entity]:
        """The two people of the nearest sentence before that names just two: "Putin told Xi …. Both leaders …"."""
        for sentence in self._back_from(span.start):
            people = {p.entity.id: p.entity for p in self._within(sentence, span.start) if p.entity.type in _PEOPLE}
            if len(people) == 2:  # noqa: PLR2004 - two, as the name says
                return list(people.values())
        return []

    def _around(self, span: Span) -> Iterator[tuple[Passage, int]]:
        """Sentences looking back from the span, each with where to stop; last the rest of its own and the next."""
        yield from ((sentence, span.start) for sentence in self._back_from(span.start))
        after = bisect_right(self._ends, span.start)
        yield from ((each, each.end) for each in self._sentences[after : after + 2])

    def _back_from(self, position: int) -> Iterator[Passage]:
        before = bisect_right(self._starts, position)
        yield from reversed(self._sentences[max(0, before - FARTHEST - 1) : before])
        if before > FARTHEST + 1:
            yield self._sentences[0]  # the headline

    def _within(self, sentence: Passage, limit: int) -> list[EntityMention]:
        end = min(sentence.end, limit)
        return [p for p in self._places.meeting(sentence.start, end) if sentence.start <= p.start and p.end <= end]

    def _is_quoted(self, span: Span | EntityMention) -> bool:
        before = bisect_right(self._starts, span.start)
        start = self._starts[before - 1] if before else 0
        return sum(self._text.count(mark, start, span.start) for mark in _QUOTES) % 2 == 1
