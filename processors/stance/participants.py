"""Which entity a phrase of a stance means. Takes spans and a text's entities, gives `Party` tuples.

"Vladimir Putin" is who it names; "Beijing" as an actor is China; "Russian officials" are Russia; "the Chinese
president" is Xi Jinping where the text calls him so; "he" is whom `processors.stance.antecedents` finds.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from processors.annotations import Entity, Span
from processors.stance.antecedents import Antecedents, EntityMention
from processors.story_text import story_text
from processors.text.overlap import Spans
from processors.vocabulary.bare_words import is_bare, is_epithet
from processors.vocabulary.countries import country, country_name
from processors.vocabulary.identifiers import country_id
from processors.vocabulary.names import NUMERIC
from processors.vocabulary.titles import GOVERNMENTS, HEADS, OFFICES, alternatives

RESOLVED = 0.85  # how sure a pronoun's or description's antecedent is
DOUBTFUL = 0.6  # and where somebody else could be meant as well
_OFFICE = re.compile(
    r"(?:(?P<of>[A-Z][\w.]*(?: [A-Z][\w.]*)?)(?:['’]s)? )?(?:[a-z]+ |Prime |Foreign |Defense |Defence |Vice )*"
    rf"(?P<office>{alternatives(OFFICES)}),? $"
)

_PREPOSITION = re.compile(r"(?<=\w) (?:of|by|on|over|against|for|from|to|toward|towards|with|in|at|about|between) ")
_OWNED = re.compile(r"(?:[a-z-]+ ){0,6}?([Hh]is|[Hh]er|[Ii]ts|[Tt]heir) ")  # no name before it, whose it might be
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
        self._text = text
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
            sureness = DOUBTFUL if len(meant) == 1 and self._antecedents.have_rivals(span) else RESOLVED
            return [self._party(entity, span, sureness) for entity in meant]
        head = _head(span)
        here = self._places.meeting(span.start, span.end)
        for place in here:
            if place.start < head.end and head.start < place.end:
                here_span = Span(place.start, place.end, _cut(span, place))
                if place.entity.type != "PERSON" and _is_part(here_span, span):  # "hard-line Republicans" are not all
                    return [Party(self._spelt(span), place.entity.id, span)]
                if place.entity.type == "NORP":  # "Americans" are not their government
                    return [Party(_people(place.entity.name, here_span.text), place.entity.id, here_span)]
                return [self._party(place.entity, here_span, 1.0)]
        described = self._described(span, head, here)
        return [described] if described else [Party(self._spelt(span), None, span)]

    def _spelt(self, span: Span) -> str:
        """The phrase's words; those of a headline in capitals in natural case."""
        return story_text(self._text).spelt[span.start : span.end] if span.text.isupper() else span.text

    def is_numeric(self, span: Span) -> bool:
        """Is the phrase a date or a sum rather than somebody or something?"""
        head = _head(span)
        return bool(self._numeric.meeting(head.start, head.end))

    def is_understood(self, party: Party) -> bool:
        """Does the party's name say who or what it is, read without the text?"""
        if is_bare(party.name) or party.sureness < RESOLVED:
            return False
        entity = self._entities.get(party.id or "")
        if entity is not None and entity.type == "PERSON":
            return True
        before = self._text[max(0, party.span.start - 5) : party.span.start]
        return not (is_epithet(before, party.span.text) or (party.id is None and self.is_numeric(party.span)))

    def is_of_another(self, target: Party, holder: Party) -> bool:
        """Is the target "his plan" or "open its market", and whose it is the text says, and is not the holder?"""
        owner = _OWNED.match(target.span.text) if target.id is None else None
        if owner is None:
            return False
        span = Span(target.span.start + owner.start(1), target.span.start + owner.end(1), owner[1])
        owners = [self._party(each, span, RESOLVED).id for each in self._antecedents.of(span) or ()]
        return bool(owners) and holder.id not in owners

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
        codes = {code for place in here if (code := _state(place.entity))}
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


def _people(name: str, said: str) -> str:
    """A nationality as the text has it: "Iranians" are not "Iranian"."""
    return f"{name}s" if said.casefold() == f"{name}s".casefold() else name


def _is_part(inside: Span, whole: Span) -> bool:
    """Does the phrase say more than the name in it, articles and possessives aside?"""
    words = re.sub(r"^(?:the|a|an) |['’]s?$", "", whole.text, flags=re.IGNORECASE)
    return len(re.split(r"[\s-]+", words)) > len(re.split(r"[\s-]+", inside.text))


def _is_office(office: str, noun: str) -> bool:
    """Is whoever holds the office called by the noun? Heads of state and government are also leaders."""
    return office == noun or (noun == "leader" and office in HEADS)


def _government(entity: Entity) -> str | None:
    """The country for which the entity acts: a capital, a nationality, the White House."""
    if entity.type == "NORP":
        return entity.country
    known = country(entity.name)
    return known.code if known and known.kind in {"seat", "institution"} and entity.type != "PERSON" else None


def _state(entity: Entity) -> str | None:
    """The country whose officials an entity's are: a place's or a nationality's, not a party's or an alliance's."""
    known = country(entity.name)
    if entity.type == "GPE" or (known and known.kind == "demonym"):
        return entity.country
    return _government(entity) if entity.type != "NORP" else None


def _head(span: Span) -> Span:
    """The last word before the first preposition: "charges" of "charges against Xi"."""
    words = _PREPOSITION.split(span.text, maxsplit=1)[0].rstrip("\"'”’ .,")
    start = words.rfind(" ") + 1
    return Span(span.start + start, span.start + len(words), words[start:])


def _cut(span: Span, place: EntityMention) -> str:
    """The place's words, as far as the span holds them."""
    if span.start <= place.start and place.end <= span.end:
        return span.text[place.start - span.start : place.end - span.start]
    return next(each.text for each in place.entity.mentions if each.start == place.start)
