"""The words that carry stance, from ``data/stance.toml``. Takes nothing, gives one frozen `Lexicon`.

The tables: ``verbs`` take the target as object; ``phrasal`` after prepositions; ``nouns`` and ``adjectives`` after
a preposition, their holder before them; ``judgments`` are said of the target by a speaker; ``control`` verbs pass
their subject on to the verb they govern, keeping, negating or cancelling what it says; ``light`` verbs lend a
noun their subject.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple, get_args

from processors.annotations import StanceLabel

Labels = Mapping[str, StanceLabel]


class Lexicon(NamedTuple):
    """The tables of ``stance.toml``, words as lemmas."""

    version: str
    verbs: Labels
    phrasal: Mapping[str, Labels]
    nouns: Labels
    noun_prepositions: tuple[str, ...]
    under: frozenset[str]
    adjectives: Labels
    adjective_prepositions: frozenset[str]
    judgments: Labels
    judging: frozenset[str]
    control: Mapping[str, str]
    wishing: frozenset[str]
    light: Mapping[str, str]
    speech_verbs: frozenset[str]
    speech_nouns: frozenset[str]
    agencies: frozenset[str]
    agents: Labels
    holders: frozenset[str]
    nobody: frozenset[str]
    titles: frozenset[str]
    patients: frozenset[str]
    undergone: frozenset[str]
    deeds: frozenset[str]
    forms: frozenset[str]
    cue: re.Pattern[str]


@cache
def lexicon() -> Lexicon:
    """The lexicon that ships with this package."""
    data = tomllib.loads((files("processors") / "data" / "stance.toml").read_text("utf-8"))
    verbs, nouns, adjectives, judgments = (
        _labels(data[name]) for name in ("verbs", "nouns", "adjectives", "judgments")
    )
    agents = _labels(data["agents"])
    opening = [*verbs, *data["verbs_with"], *nouns, *adjectives, *judgments, *agents, *data["nouns"]["under"].split()]
    return Lexicon(
        version=data["version"],
        verbs=verbs,
        phrasal=data["verbs_with"],
        nouns=nouns,
        noun_prepositions=tuple(data["nouns"]["prepositions"].split()),
        under=_words(data["nouns"]["under"]),
        adjectives=adjectives,
        adjective_prepositions=_words(data["adjectives"]["prepositions"]),
        judgments=judgments,
        judging=_words(data["judgments"]["verbs"]),
        control=_kinds(data["control"]),
        wishing=_words(data["control"]["wish"]) | {"want", "like", "expect"},
        light=_kinds(data["light"]),
        speech_verbs=_words(data["speech"]["verbs"]),
        speech_nouns=_words(data["speech"]["nouns"]),
        agencies=frozenset(name.strip() for name in data["speech"]["agencies"].split("|")),
        agents=agents,
        holders=_words(data["holders"]["nouns"]),
        nobody=_words(data["names"]["nobody"]),
        titles=_words(data["names"]["titles"]),
        patients=_words(data["patients"]["nouns"]),
        undergone=_words(data["patients"]["undergone"]),
        deeds=_words(data["deeds"]["nouns"]),
        forms=_forms([*verbs, *data["verbs_with"]]),
        cue=_cue_pattern(opening, _words(data["forms"]["irregular"])),
    )


def american(lemma: str) -> str:
    """A lemma in the lexicon's spelling: lower case, "-ize", "-or"."""
    word = lemma.lower()
    if word.endswith(("ise", "yse")) and len(word) > 6:  # noqa: PLR2004 - "rise", "advise" and "praise" stay
        word = _BRITISH.get(word, word)
    return _BRITISH.get(word, word)


_BRITISH = {
    "antagonise": "antagonize", "apologise": "apologize", "authorise": "authorize", "characterise": "characterize",
    "criticise": "criticize", "demonise": "demonize", "destabilising": "destabilizing", "emphasise": "emphasize",
    "favour": "favor", "harbour": "harbor", "honour": "honor", "label": "label", "manoeuvre": "maneuver",
    "recognise": "recognize", "sceptical": "skeptical", "sympathise": "sympathize", "behaviour": "behavior",
}  # fmt: skip


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def _labels(table: Mapping[str, str]) -> Labels:
    labels: dict[str, StanceLabel] = {}
    for label in get_args(StanceLabel):
        labels.update(dict.fromkeys(table[label].split(), label))
    return labels


def _kinds(table: Mapping[str, Any]) -> dict[str, str]:
    return {word: kind for kind, listed in table.items() for word in listed.split()}


def _forms(lemmas: Iterable[str]) -> frozenset[str]:
    """The regular forms of verbs, which in a headline are no names: "denounces", "denounced", "denouncing"."""
    found = set()
    for lemma in lemmas:
        stem = lemma.removesuffix("e")
        found |= {lemma, f"{stem}es" if stem != lemma else f"{lemma}s", f"{stem}ed", f"{stem}ing"}
        if lemma.endswith("y"):
            found |= {f"{lemma[:-1]}ies", f"{lemma[:-1]}ied"}
    return frozenset(found)


def _inflected(lemma: str) -> set[str]:
    """Every regular form of a verb, noun or adjective; some that do not exist do no harm."""
    stem, last = lemma.removesuffix("e"), lemma[-1]
    found = {lemma, f"{lemma}s", f"{lemma}es", f"{stem}ed", f"{stem}ing", f"{lemma}{last}ed", f"{lemma}{last}ing"}
    return found | {f"{lemma[:-1]}ies", f"{lemma[:-1]}ied"} if last == "y" else found


def _cue_pattern(lemmas: Iterable[str], irregular: Iterable[str]) -> re.Pattern[str]:
    """Matches any sentence that may hold a cue, in either spelling, so that the others need no parse."""
    spelt = set(lemmas)
    spelt |= {re.sub(r"(?<=[iy])z(?=e$)", "s", each) for each in spelt} | {
        re.sub(r"or$", "our", each) for each in spelt
    }
    spelt |= {british for british, lemma in _BRITISH.items() if lemma in spelt}
    words = {form for each in spelt for form in _inflected(each)} | set(irregular)
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, words)))})\b", re.IGNORECASE)
