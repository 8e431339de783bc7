"""Who or what the groups of mentions in a text are. Takes a text and drafts of entities, gives them with an identity.

Known names (`processors.vocabulary.aliases`) come first, then places by gazetteer; the rest is identified by type and
normalized name. Drafts of one identity are one entity. All is decided by the whole text, never by the order of the
drafts.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from processors.annotations import Entity, Span
from processors.entities.metonymy import acts
from processors.vocabulary import names, places
from processors.vocabulary.aliases import Aliases, KnownEntity
from processors.vocabulary.countries import country
from processors.vocabulary.identifiers import country_id, identifier
from processors.vocabulary.names import LOCATED, PERSON, Mention
from processors.vocabulary.places import GazetteerPlace

_STATE_BEFORE = re.compile(
    r"(?:\bupstate|\bstate of|\b(?:Sen|Rep|Gov|Senators?|Representatives?|Governor|[Cc]ongress(?:wo)?man|Republicans?|"
    r"Democrats?|Democratic|House)\b[^.,;]{1,40} of) $"
)
_LISTED = re.compile(r"(?P<place>[A-Z]\w+(?: [A-Z]\w+)?)(?:,| and|, and|, as well as| or) $")
_STATE_AFTER = re.compile(r",? state\b(?! (?:media|television|TV|news|visit))")
_AFTER = re.compile(r", (?P<place>[A-Z][\w.]*(?: [A-Z][\w.]*)?)")
# Named alike are a city and its state; a text that means the state says so.
_CITY_FIRST = frozenset({"new york", "washington"})
# Of these countries alone are states and provinces named without the country beside them.
_STATES_KNOWN = frozenset({"US", "GB", "CA", "AU"})
_NATURAL = re.compile(
    r"\b(?:Sea|Ocean|River|Lake|Mount|Mountains?|Mt|Gulf|Straits?|Bay|Desert|Valley|Peninsula|Islands?|Coast|Basin|Forest|"
    r"Canyon|Cape|Delta|Channel|Canal|Falls|Plateau|Sahara|Alps|Himalayas|Andes|Balkans|Caucasus|Caribbean|Baltics?|"
    r"Arctic|Antarctica|Pacific|Atlantic|Mediterranean|Europe|Asia|Africa|Americas|America|East|West|North|South|Midwest|"
    r"Scandinavia|Sahel|Border|Hemisphere|Earth|Mars|Moon)\b"
)
_INITIAL = re.compile(r"(?<=\w )(?:[A-Z]\.? )+(?=\w)")


class EntityDraft(NamedTuple):
    """Mentions of one thing, the best of its names in the text, its type, and what country it is or belongs to."""

    name: str
    type: str
    mentions: tuple[Mention, ...]
    code: str | None = None
    kind: str | None = None  # how it stands for the country, as in `countries.Country`


class _Identity(NamedTuple):
    id: str
    name: str
    type: str
    country: str | None = None
    lat: float | None = None
    lon: float | None = None


class Linker:
    """One text's drafts beside what is known beforehand."""

    def __init__(self, text: str, drafts: Iterable[EntityDraft], aliases: Aliases) -> None:
        self._text = text
        self._aliases = aliases
        self._drafts = sorted(drafts, key=lambda draft: draft.mentions[0])
        located = [draft for draft in self._drafts if draft.type in LOCATED and draft.kind != "name"]
        self._regions = {place.id.removeprefix("region:") for each in located if (place := self._region(each, ()))}
        self._codes = {each.code for each in self._drafts if each.code} | {code[:2] for code in self._regions}
        self._full_names = [each.name for each in self._drafts if each.type == PERSON and " " in each.name]
        self._people = _short_names(draft.name for draft in self._drafts if draft.type == PERSON)

    def entities(self) -> list[Entity]:
        """The entities in the order of their first mentions, without salience."""
        groups: dict[str, list[tuple[_Identity, EntityDraft]]] = defaultdict(list)
        for draft in self._drafts:
            identity = self._identity(draft)
            groups[identity.id].append((identity, draft))
        return [self._entity(group) for group in groups.values()]

    def _entity(self, group: Sequence[tuple[_Identity, EntityDraft]]) -> Entity:
        # Names of one identity may differ ("Smith's" and "Smiths"): the most frequent, then the first by letters.
        identity, _ = min(group, key=lambda each: (-len(each[1].mentions), each[0].name, each[0].type))
        mentions = sorted(mention for _, draft in group for mention in draft.mentions)
        spans = tuple(Span(m.start, m.end, self._text[m.start : m.end]) for m in mentions)
        kinds = {draft.kind for _, draft in group}
        refers = identity.country and ("institution" in kinds or ("seat" in kinds and acts(self._text, mentions)))
        return Entity(
            identity.id, identity.name, identity.type, spans, len(spans), 0.0, identity.country, identity.lat,
            identity.lon, country_id(identity.country) if refers and identity.country else None,
        )  # fmt: skip

    def _identity(self, draft: EntityDraft) -> _Identity:
        if draft.kind == "name" and draft.code:
            return _of_place(places.country_place(draft.code), draft.type)
        if draft.kind == "demonym":
            return _Identity(f"nationality:{draft.code}", draft.name, draft.type, draft.code)
        if known := self._known(draft):
            kind = "NORP" if draft.type == "NORP" else known.type  # "Republican voters" are no party, but of one
            return _Identity(known.id, known.name, kind, known.country or draft.code, known.lat, known.lon)
        if draft.type == PERSON:
            return _Identity(identifier(PERSON, self._people.get(draft.name, draft.name)), draft.name, PERSON)
        if draft.type in {"GPE", "LOC"}:
            return self._place(draft)
        return _Identity(identifier(draft.type, draft.name), draft.name, draft.type, draft.code)

    def _known(self, draft: EntityDraft) -> KnownEntity | None:
        """What the table says of the draft's name, or else of another of its forms that the text uses."""
        if draft.type == PERSON:
            return self._known_person(draft)
        forms = sorted({" ".join(self._text[m.start : m.end].split()) for m in draft.mentions})
        found = (self._aliases.get(form, draft.type) for form in (draft.name, *forms))
        return next((known for known in found if known and known.fits(self._codes)), None)

    def _known_person(self, draft: EntityDraft) -> KnownEntity | None:
        """A known person. By a surname alone only if nobody else in the text could be meant."""
        found = self._aliases.get(draft.name, PERSON)
        if found is None:
            return self._aliases.get(self._people.get(draft.name, draft.name), PERSON)
        if " " in draft.name:
            return found
        short = names.parts(draft.name)
        others = [name for name in self._full_names if names.covers(names.parts(name), short)]
        known = (self._aliases.get(name, PERSON) for name in others)
        return found if not others or any(each and each.id == found.id for each in known) else None

    def _place(self, draft: EntityDraft) -> _Identity:
        beside = self._beside(draft)
        place = _city_and_state(draft.name) or self._region(draft, beside) or self._city(draft, beside)
        if place:
            return _of_place(place, "GPE")
        kind = "LOC" if draft.type == "LOC" or _NATURAL.search(draft.name) else "GPE"
        return _Identity(identifier(kind, draft.name), draft.name, kind, draft.code)

    def _region(self, draft: EntityDraft, beside: Sequence[str]) -> GazetteerPlace | None:
        """The state or province that the draft names, unless it is a city of the state that stands beside it."""
        found = places.region(draft.name)
        if found is None or found.country not in _STATES_KNOWN:
            return None
        if places.fold(draft.name) in _CITY_FIRST:
            return found if self._is_state(draft) else None
        here = places.city(draft.name, (), beside) if beside else None
        return None if here and f"{here.country}-{here.region}" in beside else found

    def _city(self, draft: EntityDraft, beside: Sequence[str]) -> GazetteerPlace | None:
        regions = {code for code in beside if "-" in code}
        near = {code[:2] for code in beside}
        if draft.kind == "seat" and draft.code:
            near, regions = near or {draft.code}, regions or ({"US-DC"} if draft.code == "US" else set())
        named = bool(regions) and bool(beside)  # "Paris, Texas"
        return places.city(draft.name, near or self._codes, regions or (() if near else self._regions), only=named)

    def _is_state(self, draft: EntityDraft) -> bool:
        """Does the text say "New York state" or "Nebraska and Washington", or name a politician "of New York"?"""
        for mention in draft.mentions:
            before = self._text[max(0, mention.start - 60) : mention.start]
            listed = _LISTED.search(before)
            if _STATE_AFTER.match(self._text, mention.end) or _STATE_BEFORE.search(before):
                return True
            if listed and places.region(listed["place"]):
                return True
        return False

    def _beside(self, draft: EntityDraft) -> list[str]:
        """Codes of the states and countries that stand right after the place: "Birmingham, Ala."."""
        found = []
        for mention in draft.mentions:
            if match := _AFTER.match(self._text, mention.end):
                # "Paris, Texas. She" ends at the full stop, "Troy, N.Y." does not.
                for name in (match["place"], match["place"].split(" ")[0]):
                    known, state = country(name), places.region(name)
                    if known or state:
                        found += [state.id.removeprefix("region:")] if state else [known.code] if known else []
                        break
        return sorted(set(found))


def _city_and_state(name: str) -> GazetteerPlace | None:
    """The city of a name that says its state too: "Portland, Maine"."""
    first, _, second = name.rpartition(", ")
    state = places.region(second) if first else None
    return places.city(first, [state.country], [state.id.removeprefix("region:")], only=True) if state else None


def _of_place(place: GazetteerPlace, kind: str) -> _Identity:
    return _Identity(place.id, place.name, kind, place.country, place.lat, place.lon)


def _short_names(full: Iterable[str]) -> dict[str, str]:
    """Names without middle initials, which only some texts give; kept where two people differ by nothing else."""
    short: dict[str, list[str]] = defaultdict(list)
    for name in full:
        short[names.key(_INITIAL.sub("", name))].append(name)
    return {each[0]: name for name, each in short.items() if len(each) == 1}
