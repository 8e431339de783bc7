"""Which entity a phrase of a stance means. Takes spans and a text's entities, gives `Party` tuples.

"Vladimir Putin" is who it names; "Beijing" as an actor is China; "Russian officials" are Russia; "the Chinese
president" is Xi Jinping where the text calls him so; "he" is whom `processors.stance.antecedents` finds.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from processors.annotations import Entity, Span
from processors.stance.antecedents import Antecedents, EntityMention
from processors.text.overlap import Spans
from processors.vocabulary.countries import country, country_name
from processors.vocabulary.identifiers import country_id
from processors.vocabulary.names import NUMERIC
from processors.vocabulary.titles import GOVERNMENTS, HEADS, OFFICES, alternatives

RESOLVED = 0.85  # how sure a pronoun's or description's antecedent is
_OFFICE = re.compile(
    r"(?:(?P<of>[A-Z][\w.]*(?: [A-Z][\w.]*)?)(?:['’]s)? )?(?:[a-z]+ |Prime |Foreign |Defense |Defence |Vice )*"
    rf"(?P<office>{alternatives(OFFICES)}),? $"
)

_HOLDERS = frozenset({"PERSON", "ORG", "GPE", "NORP", "LOC"})


class Party(NamedTuple):
    """A holder or target: its name, the entity's id if it is one, where it stands and how sure that is."""

    name: str
    id: str | None
    span: Span
    sureness: float = 1.0

    @property
    def key(self) -> str:
        """What makes two parties of an article the same."""
        return self.id or self.name.casefold()


class Parties:
    """The entities of one text, ready to be looked up by the phrases that mean them."""

    def __init__(self, text: str, entities: Sequence[Entity]) -> None:
        self._places = Spans(
            EntityMention(mention.start, mention.end, entity)
            for entity in entities
            if entity.type not in NUMERIC
            for mention in entity.mentions
        )
        self._numeric = Spans(mention for each in entities if each.type in NUMERIC for mention in each.mentions)
        self._entities = {entity.id: entity for entity in entities}
        self._antecedents = Antecedents(text, entities)
        self._offices = self._offices_in(text)

    def of(self, span: Span) -> list[Party]:
        """Whom the phrase means; its own words where it is no entity, nobody for a pronoun with no antecedent."""
        meant = self._antecedents.of(span)
        if meant is not None:
            return [self._party(entity, span, RESOLVED) for entity in meant]
        head = _head(span)
        here = self._places.meeting(span.start, span.end)
        for place in here:
            if place.start < head.end and head.start < place.end:
                here_span = Span(place.start, place.end, _cut(span, place))
                if place.entity.type == "NORP":  # "most Americans" are not their government
                    return [Party(place.entity.name, place.entity.id, here_span)]
                if place.entity.type != "PERSON" and _is_part(here_span, span):  # "hard-line Republicans" are not all
                    return [Party(span.text, place.entity.id, span)]
                return [self._party(place.entity, here_span, 1.0)]
        described = self._described(span, head, here)
        return [described] if described else [Party(span.text, None, span)]

    def is_numeric(self, span: Span) -> bool:
        """Is the phrase a date or a sum rather than somebody or something?"""
        head = _head(span)
        return bool(self._numeric.meeting(head.start, head.end))

    def can_hold(self, party: Party) -> bool:
        """Can the party hold a stance: not a law, a book or a building."""
        entity = self._entities.get(party.id or "")
        return entity is None or entity.type in _HOLDERS

    def named(self, span: Span) -> tuple[str, ...]:
        """The entities that the phrase names, each once, nationalities as their countries."""
        places = self._places.meeting(span.start, span.end)
        inside = [place for place in places if span.start <= place.start and place.end <= span.end]
        ids = [self._party(place.entity, span, 1.0).id for place in inside]
        return tuple(dict.fromkeys(each for each in ids if each))

    def _party(self, entity: Entity, span: Span, sureness: float) -> Party:
        """The entity; a capital that acts, or a nationality, as its country."""
        code = _government(entity)
        if code is None:
            return Party(entity.name, entity.id, span, sureness)
        return Party(country_name(code), country_id(code), span, sureness)

    def _described(self, span: Span, head: Span, here: Sequence[EntityMention]) -> Party | None:
        """As in "The Chinese president" and "Russian officials": a person of that office, else the country."""
        noun = head.text.lower()
        codes = {place.entity.country for place in here if place.entity.country}
        holders = {
            person
            for office, code, person in self._offices
            if _is_office(office, noun) and (not codes or code in codes)
        }
        if len(holders) == 1:
            return self._party(self._entities[holders.pop()], span, RESOLVED)
        if noun in GOVERNMENTS and len(codes) == 1:
            code = codes.pop()
            return Party(country_name(code), country_id(code), span, RESOLVED)
        return None

    def _offices_in(self, text: str) -> set[tuple[str, str | None, str]]:
        """Offices that the text gives people: ("president", "RU", his id) for "Russian President Vladimir Putin"."""
        found = set()
        for place in self._places.all:
            if place.entity.type != "PERSON":
                continue
            if match := _OFFICE.search(text[max(0, place.start - 60) : place.start]):
                words = (match["of"] or "").removesuffix("'s").removesuffix("’s")
                known = country(words) or country(words.split(" ")[-1])
                found.add((match["office"].lower(), known.code if known else None, place.entity.id))
        return found


def _is_part(inside: Span, whole: Span) -> bool:
    """Does the phrase say more than the name in it, articles and possessives aside?"""
    words = re.sub(r"^(?:the|a|an) |['’]s?$", "", whole.text, flags=re.IGNORECASE)
    return len(words.split()) > len(inside.text.split())


def _is_office(office: str, noun: str) -> bool:
    """Is whoever holds the office called by the noun? Heads of state and government are also leaders."""
    return office == noun or (noun == "leader" and office in HEADS)


def _government(entity: Entity) -> str | None:
    """The country for which the entity acts: a capital, a nationality, the White House."""
    if entity.type == "NORP":
        return entity.country
    known = country(entity.name)
    return known.code if known and known.kind in {"seat", "institution"} and entity.type != "PERSON" else None


def _head(span: Span) -> Span:
    """The last word of the phrase, or the last before its first "of"."""
    words = re.split(r" (?:of|by) ", span.text, maxsplit=1)[0].rstrip("\"'”’ .,")
    start = words.rfind(" ") + 1
    return Span(span.start + start, span.start + len(words), words[start:])


def _cut(span: Span, place: EntityMention) -> str:
    """The place's words, as far as the span holds them."""
    if span.start <= place.start and place.end <= span.end:
        return span.text[place.start - span.start : place.end - span.start]
    return next(each.text for each in place.entity.mentions if each.start == place.start)
