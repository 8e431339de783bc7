"""Mentions into entities. Takes a text and its mentions in any order, gives a tuple of `Entity`.

Spellings are settled first (`_settle`: which type, which country), then grouped: countries by code, people by
full name and unambiguous shorter forms, acronyms with their one expansion, the rest by folded spelling. All
choices go by sets and counts over the whole text, so the order of the mentions changes nothing. Who the groups
are, `processors.entities.linking` says.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from processors.annotations import Entity
from processors.entities.linking import EntityDraft, Linker
from processors.entities.metonymy import acts
from processors.entities.salience import salience
from processors.text.overlap import Taken
from processors.vocabulary import names
from processors.vocabulary.aliases import Aliases, shipped
from processors.vocabulary.countries import AMBIGUOUS, Country, country, demonym, entity_type, is_state_of_georgia
from processors.vocabulary.names import NUMERIC, PERSON, Mention

__all__ = ["Mention", "merge"]

# At equal counts the earlier type wins: mistakes among these mostly turn people and places into organizations.
PRIORITY = ("PERSON", "GPE", "NORP", "ORG", "LOC", "FAC", "EVENT", "LAW", "PRODUCT", "WORK_OF_ART", "LANGUAGE")
_EXPANDED = frozenset({"ORG", "GPE", "LOC", "FAC", "EVENT", "LAW", "PRODUCT"})
_NAMESAKES = frozenset({"Chad", "Georgia", "Jordan", "Israel"})  # people's names too: only a GPE is the country

_ARTICLE = re.compile(r"\b[Aa](?:l|n|r|s|sh|t|z)$|\b[Ee]l$|\b[Uu]l$")  # before a hyphen
_AFTER_ARTICLE = re.compile(r"[-‐‑][A-Z][\w’']*+(?:[-‐‑]\w+)*+")
SHORTEST_SHOUTED = 4  # a name of fewer letters in capitals may be an acronym

Groups = dict[str, list[Mention]]


class _Settled(NamedTuple):
    """A spelling's type, and the country that it stands for, if any."""

    type: str
    country: Country | None


def merge(text: str, mentions: Iterable[Mention], aliases: Aliases | None = None) -> tuple[Entity, ...]:
    """The entities that the mentions name, most salient first; spans are trimmed and never overlap.

    ``aliases`` are the names known beforehand; the table that ships where none are given.
    """
    aliases = aliases or shipped().current()
    parted = (part for mention in mentions for part in _parted(text, mention))
    kept = _apart({trimmed for mention in parted if (trimmed := names.trim(text, mention))})
    spellings: dict[str, list[Mention]] = defaultdict(list)
    numeric: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    for mention in kept:
        name = text[mention.start : mention.end]
        if mention.type in NUMERIC:
            numeric[(mention.type, " ".join(name.casefold().split()))].append(mention)
        else:
            spellings[" ".join(name.split())].append(mention)
    settled = _settle(text, spellings, aliases)
    found = [_numeric(text, kind, each) for (kind, _), each in numeric.items()]
    found += _countries(spellings, settled)
    rest = {name: each for name, each in spellings.items() if not _is_country(settled[name])}
    people = {name: each for name, each in rest.items() if settled[name].type == PERSON}
    found += [_draft(text, PERSON, group) for group in _people(people)]
    things = {name: each for name, each in rest.items() if name not in people}
    found += _things(text, things, settled)
    linked = Linker(text, found, aliases).entities()
    scored = salience(text, linked)
    return tuple(sorted(scored, key=lambda entity: (-entity.salience, entity.mentions[0].start)))


def _parted(text: str, mention: Mention) -> list[Mention]:
    """The two countries of "Syria-Iraq", which are no third thing; else the mention without what ran into it."""
    mention = _with_article(text, _unglued(text, _outside_brackets(text, mention)))
    first, dash, second = text[mention.start : mention.end].partition("-")
    if not (dash and country(first) and country(second)):
        return [mention]
    start = mention.start + len(first)
    return [Mention(mention.start, start, mention.type), Mention(start + 1, mention.end, mention.type)]


def _outside_brackets(text: str, mention: Mention) -> Mention:
    """Of "Paul) Volcker" and "Coastal (the" what is on one side of the lone bracket."""
    name = text[mention.start : mention.end]
    if ")" in name and "(" not in name:
        return mention._replace(start=mention.start + name.rindex(")") + 1)
    return mention._replace(end=mention.start + name.index("(")) if "(" in name and ")" not in name else mention


def _with_article(text: str, mention: Mention) -> Mention:
    """Of "al-Qaida", of which a model marks "al" at times, all."""
    rest = _AFTER_ARTICLE.match(text, mention.end)
    is_cut = rest and _ARTICLE.search(text, mention.start, mention.end)
    return mention._replace(end=rest.end()) if rest and is_cut else mention


def _unglued(text: str, mention: Mention) -> Mention:
    """Of "Trump Donald John TrumpSenators", where a list of links ran into a name, "Trump"."""
    words = list(re.finditer(r"\S+", text[mention.start : mention.end])) if mention.type == PERSON else []
    again = [
        first
        for first, second in itertools.combinations(words, 2)
        if second[0] == first[0] or (second[0].startswith(first[0]) and second[0][len(first[0])].isupper())
    ]
    return mention._replace(end=mention.start + max(each.end() for each in again)) if again else mention


def _apart(mentions: set[Mention]) -> list[Mention]:
    """Mentions that do not overlap: of two that do, the longer, then the earlier."""
    taken = Taken(max((mention.end for mention in mentions), default=0))
    longest_first = sorted(mentions, key=lambda m: (m.start - m.end, m.start, _rank(m.type)))
    return sorted(mention for mention in longest_first if taken.add(mention.start, mention.end))


def _rank(kind: str) -> tuple[int, str]:
    return (PRIORITY.index(kind) if kind in PRIORITY else len(PRIORITY), kind)


def _majority(types: Iterable[str]) -> str:
    counts = Counter(types)
    return min(counts, key=lambda kind: (-counts[kind], _rank(kind)))


def _settle(text: str, spellings: Mapping[str, list[Mention]], aliases: Aliases) -> dict[str, _Settled]:
    """One type for each spelling: its country's, else PERSON after a title, else what most mentions say.

    A known person's name is his also where a model takes it for a body: "the Trump administration".
    """
    by_key: dict[str, list[str]] = defaultdict(list)
    for name, mentions in spellings.items():
        titled = [PERSON] * len(mentions) if any(names.follows_title(text, m.start) for m in mentions) else []
        by_key[names.key(name)] += [*(m.type for m in mentions), *titled]
    types = {name: _majority(by_key[names.key(name)]) for name in spellings}
    types |= {name: PERSON for name, kind in types.items() if kind == "ORG" and aliases.get(name, PERSON)}
    namesakes = {word for name, kind in types.items() if kind == PERSON for word in names.parts(name)[1:]}
    settled = {name: _Settled(kind, None) for name, kind in types.items()}
    for name, kind in types.items():
        # A capital is taken for a person where it acts; it is one only if the text has a person of that name.
        has_namesake = name.casefold() in namesakes and not acts(text, spellings[name])
        if meant := _meant_country(text, name, kind, has_namesake):
            settled[name] = _Settled(entity_type(meant), meant)
    return _surnames_are_people(settled)


def _meant_country(text: str, name: str, kind: str, has_namesake: bool) -> Country | None:
    found = country(name)
    if found is None or (kind == "LANGUAGE" and found.kind == "demonym"):
        return None
    ambiguous = name in _NAMESAKES or (found.kind == "seat" and (has_namesake or name in AMBIGUOUS))
    if kind == PERSON and ambiguous:
        return None
    return None if name.title() == "Georgia" and is_state_of_georgia(text) else found


def _surnames_are_people(settled: dict[str, _Settled]) -> dict[str, _Settled]:
    """A lone word that is the surname of one full-named person is that person, whatever the model says."""
    full = {names.parts(name) for name, each in settled.items() if each.type == PERSON}
    longer = {word for name, each in settled.items() if each.type != PERSON for word in names.parts(name)[:-1]}
    for name, each in settled.items():
        word = names.parts(name)
        if each.type == PERSON or each.country or len(word) != 1 or word[0] in longer:
            continue
        if sum(names.is_surname(one, word[0]) for one in full) == 1:
            settled[name] = _Settled(PERSON, None)
    return settled


def _is_country(settled: _Settled) -> bool:
    return settled.country is not None and settled.country.kind in {"name", "demonym"}


def _countries(spellings: Mapping[str, list[Mention]], settled: Mapping[str, _Settled]) -> list[EntityDraft]:
    groups: dict[Country, list[Mention]] = defaultdict(list)
    for name, mentions in spellings.items():
        meant = settled[name].country
        if meant and _is_country(settled[name]):
            groups[meant] += mentions
    return [
        EntityDraft(
            meant.name if meant.kind == "name" else demonym(meant.code),
            entity_type(meant),
            tuple(sorted(mentions)),
            meant.code,
            meant.kind,
        )
        for meant, mentions in groups.items()
    ]


def _people(people: Mapping[str, list[Mention]]) -> list[list[Mention]]:
    """Mentions by person. A shorter form joins the one longer name that covers it; if two do, it stays alone."""
    forms: dict[tuple[str, ...], list[Mention]] = defaultdict(list)
    for name, mentions in people.items():
        forms[names.parts(name)] += mentions
    groups: dict[tuple[str, ...], list[Mention]] = {}
    for form in sorted(forms, key=lambda form: (-len(form), form)):
        heads = [head for head in groups if names.covers(head, form)]
        if len(form) == 1:
            heads = [head for head in heads if names.is_surname(head, form[0])] or heads
        if len(heads) == 1:
            groups[heads[0]] = groups[heads[0]] + forms[form]
        else:
            groups[form] = forms[form]
    return list(groups.values())


def _things(text: str, things: Mapping[str, list[Mention]], settled: Mapping[str, _Settled]) -> list[EntityDraft]:
    """Places, organizations and the rest: by folded spelling, acronyms with the one name they abbreviate."""
    groups: Groups = defaultdict(list)
    acronyms = {names.key(name) for name in things if names.is_acronym(name)}
    expansions: dict[str, set[str]] = defaultdict(set)
    kinds: dict[str, str] = {}
    for name in sorted(things):
        kinds[names.key(name)] = settled[name].type
        if settled[name].type in _EXPANDED:
            for short in names.initials(name):
                expansions[short].add(names.key(name))
    for name, mentions in things.items():
        folded = names.key(name)
        longer = expansions[folded] if folded in acronyms else set()
        groups[next(iter(longer)) if len(longer) == 1 else folded] += mentions
    found = []
    for folded, mentions in groups.items():
        meant = {each.country for name in things if (each := settled[name]).country and names.key(name) == folded}
        found.append(_draft(text, kinds[folded], mentions, min(meant, default=None)))
    return found


def _draft(text: str, kind: str, mentions: list[Mention], meant: Country | None = None) -> EntityDraft:
    name, ordered = _best_name(text, kind, mentions), tuple(sorted(mentions))
    return EntityDraft(name, kind, ordered, meant.code, meant.kind) if meant else EntityDraft(name, kind, ordered)


def _numeric(text: str, kind: str, mentions: list[Mention]) -> EntityDraft:
    return EntityDraft(min(" ".join(text[m.start : m.end].split()) for m in mentions), kind, tuple(sorted(mentions)))


def _best_name(text: str, kind: str, mentions: list[Mention]) -> str:
    """A full name rather than a part, an expansion rather than its acronym; then what is written most often."""
    counts = Counter(" ".join(text[m.start : m.end].split()) for m in mentions)
    words = {name: len(names.parts(name)) for name in counts}
    name = min(counts, key=lambda name: (words[name] == 1, name.isupper(), -counts[name], words[name], name))
    shouted = kind in {PERSON, "GPE", "LOC"} and name.isupper() and len(name) >= SHORTEST_SHOUTED
    return name.title() if shouted else name
