"""Other names of the same, and names that are spelt nearly so: stored documents and names in, names out. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any

MOST = 8
ALIKE = 0.8  # of two words, from which on one may be the other misspelt or put into letters in another way
WORD = re.compile(r"[^\W\d_]+")
SHORTEST = 4  # letters of a word that is compared by its letters


def also_known_as(documents: Iterable[Mapping[str, Any]], name: str) -> list[str]:
    """What stories call the thing of this name besides, the most frequent first."""
    called: Counter[str] = Counter()
    for entity in _entities(documents):
        if entity["name"] == name:
            called.update(" ".join(mention["text"].split()) for mention in entity.get("mentions") or ())
    return [text for text, _ in called.most_common(MOST + 1) if text != name][:MOST]


def called_so(documents: Iterable[Mapping[str, Any]], name: str) -> list[str]:
    """The names of those that stories call so, the most frequent first: Mikhail Gorbachev for Gorbachev."""
    wanted = name.casefold()
    names: Counter[str] = Counter()
    for entity in _entities(documents):
        texts = (mention["text"].casefold() for mention in entity.get("mentions") or ())
        if entity["name"] != name and any(text == wanted for text in texts):
            names[entity["name"]] += 1
    return [one for one, _ in names.most_common(MOST)]


def spelt_nearly(name: str, known: Iterable[str]) -> list[str]:
    """Names each word of which is nearly one of theirs, the nearest first."""
    words = [word.casefold() for word in WORD.findall(name)]
    found: dict[str, float] = {}
    for other in known:
        if other.casefold() != name.casefold() and other not in found:
            score = _likeness(words, [word.casefold() for word in WORD.findall(other)])
            if score:
                found[other] = score
    return sorted(found, key=lambda one: (-found[one], one))[:MOST]


def halves(name: str) -> list[str]:
    """Letters one or the other of which a nearly spelt name has, too: one mistake leaves half of a word as it is."""
    longest = max(WORD.findall(name), key=len, default="")
    middle = max(2, len(longest) // 2)
    return [half for half in (longest[:middle], longest[middle:]) if len(half) > 1]


def _likeness(words: list[str], others: list[str]) -> float:
    """How alike the least alike word is to one of the others; 0.0 where it is another."""
    if not words or not others:
        return 0.0
    least = min(max(_ratio(word, other) for other in others) for word in words)
    return least if least >= ALIKE else 0.0


def _ratio(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if min(len(word), len(other)) < SHORTEST:
        return 0.0
    return SequenceMatcher(None, word, other).ratio()


def _entities(documents: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    return (entity for document in documents for entity in document.get("entities") or ())
