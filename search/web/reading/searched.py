"""Where the words of a search stand in a story: a stored document and a query in, places in its text out. Pure.

Words are taken as the embedded store takes them, whichever store found the story: by the stems of the story's
language, exactly in a phrase, by their beginning before a ``*``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from search.query.checking import ParsedQuery
from search.query.language import Leaf
from search.sqlite.words import stems
from search.words.stemming import ENGLISH, WORD, marked_stem, stemming_of, without_elision

LONGEST = 200_000  # characters of a text that are looked at
MOST_LEAVES = 32
MOST_ALIKE = 500  # words of a text whose stems are compared with that of one word
SHARED = 2  # letters at its beginning that a word has in common with its stem

Place = tuple[int, int]
_Token = tuple[int, int, str]


def searched_places(document: Mapping[str, Any], query: ParsedQuery, most: int) -> list[Place]:
    """The first ``most`` places of headline, blank line, body that a query's words and names match, in order."""
    leaves = query.wanted[:MOST_LEAVES]
    if not leaves:
        return []
    headline = len(document["headline"])
    text = f"{document['headline']}\n\n{document['body']}"[:LONGEST]
    tokens = [(found.start(), found.end(), found[0].lower()) for found in WORD.finditer(text)]
    where: dict[str, list[int]] = {}
    for number, (_, _, word) in enumerate(tokens):
        where.setdefault(word, []).append(number)
    sides = {"headline": (0, headline), "body": (headline, len(text))}
    name = stemming_of(document.get("language") or "")
    places: list[Place] = []
    for leaf in leaves:
        first, last = sides.get(leaf.field, (0, len(text)))
        places += [place for place in _places(leaf, tokens, where, name) if first <= place[0] and place[1] <= last]
    return _apart(places)[:most]


def _places(leaf: Leaf, tokens: list[_Token], where: Mapping[str, list[int]], name: str) -> Iterator[Place]:
    """The places of one word or phrase."""
    text = leaf.text if leaf.exact or leaf.prefix else without_elision(leaf.text, name)
    words = [found[0].lower() for found in WORD.finditer(text)]
    if not words:
        return
    fitting = [_fitting(leaf, word, where, name, last=number == len(words) - 1) for number, word in enumerate(words)]
    for start in sorted(number for word in fitting[0] for number in where[word]):
        following = tokens[start : start + len(words)]
        if len(following) == len(words) and all(token[2] in fit for token, fit in zip(following, fitting, strict=True)):
            yield following[0][0], following[-1][1]


def _fitting(leaf: Leaf, word: str, where: Mapping[str, list[int]], name: str, *, last: bool) -> set[str]:
    """The words of the text that one of a query's words finds."""
    if leaf.prefix and last:
        return {one for one in where if one.startswith(word)}
    if leaf.exact or leaf.prefix:
        return {word} & where.keys()
    alike = [one for one in where if one.startswith(word[:SHARED])][:MOST_ALIKE]
    if name != ENGLISH:
        return {one for one in alike if marked_stem(one, name) == marked_stem(word, name)}
    found = stems(" ".join([word, *alike]))
    if len(found) != len(alike) + 1:  # FTS5 takes one of them for several words, or for none
        return {word} & where.keys()
    return {one for one, stem in zip(alike, found[1:], strict=True) if stem == found[0]}


def _apart(places: list[Place]) -> list[Place]:
    """Places in order, none into another; where two begin together the longer."""
    found: list[Place] = []
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return found
