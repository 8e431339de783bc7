"""Names as texts write them. Takes spans and spellings, gives them trimmed, split and compared.

Nothing here looks beyond two names, so every rule can be read and tested alone.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from processors.vocabulary.titles import ADDRESSED, TITLES, alternatives

PERSON = "PERSON"
LOCATED = frozenset({"GPE", "LOC", "FAC"})
NUMERIC = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL"})

_TITLES = re.compile(rf"(?:(?:{alternatives(TITLES)})\b\.?[ -]+)+", re.IGNORECASE)
_TITLE_BEFORE = re.compile(rf"\b(?:{'|'.join(word.capitalize() for word in ADDRESSED)})\.? $")
_ARTICLE = re.compile(r"(?:the|a|an)\s+", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$", re.IGNORECASE)
_EDGE = " \t\r\n\f\v\"“”„«»'‘’`,;:!?()[]{}<>*_|/\\–—-…•"
_CORPORATE = frozenset(
    "inc corp corporation co company ltd limited plc llc lp sa ag nv se gmbh group holdings".split()  # noqa: SIM905 - words read best as words
)
_GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
_SMALL = frozenset("of the and for on in to de la del du des di da et y".split())  # noqa: SIM905 - words read best as words
_MINISTRY = re.compile(r"(.+) (department|ministry)")
SHORTEST_ACRONYM, LONGEST_ACRONYM = 2, 7


class Mention(NamedTuple):
    """``text[start:end]`` names a thing of an OntoNotes type."""

    start: int
    end: int
    type: str


def trim(text: str, mention: Mention) -> Mention | None:
    """The mention without articles, titles, possessives and punctuation at its edges; ``None`` if nothing is left."""
    start, end = mention.start, mention.end
    if mention.type in NUMERIC:
        return mention if end > start and text[start:end].strip() == text[start:end] else None
    while True:
        before = (start, end)
        start, end = _off_edges(text, start, end)
        span = text[start:end]
        opening = _ARTICLE.match(span) or (_TITLES.match(span) if mention.type == PERSON else None)
        if opening and opening.end() < len(span):
            start += opening.end()
        elif closing := _POSSESSIVE.search(span):
            end = start + closing.start()
        if (start, end) == before:
            break
    if not any(character.isalnum() for character in text[start:end]):
        return None
    return Mention(start, end, mention.type)


def _off_edges(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        if _POSSESSIVE.search(text[start:end]) and text[end - 1] in "'’":
            break
        end -= 1
    # A full stop belongs to a name only as part of an abbreviation.
    if (
        end > start
        and text[end - 1] == "."
        and not re.search(r"(?:\.\w|\b\w|\b(?:Inc|Corp|Co|Ltd|Jr|Sr))\.$", text[start:end])
    ):
        end -= 1
    return start, end


def follows_title(text: str, start: int) -> bool:
    """Does a person's title stand right before ``start``?"""
    return bool(_TITLE_BEFORE.search(text[max(0, start - 14) : start]))


def key(name: str) -> str:
    """What spellings of one name share: case, dots and spacing folded, corporate endings dropped."""
    folded = " ".join(name.casefold().replace(".", "").replace("’", "'").split())
    words = folded.split()
    while len(words) > 1 and words[-1].strip(",") in _CORPORATE:
        words.pop()
    folded = " ".join(words).rstrip(",")
    ministry = _MINISTRY.fullmatch(folded)
    return f"{ministry[2]} of {ministry[1]}" if ministry else folded.replace(" of the ", " of ")


def parts(name: str) -> tuple[str, ...]:
    """The words of a person's name, folded; hyphens part them, so that "Jong-un" is "Jong Un"."""
    return tuple(word for word in re.split(r"[\s.,\-‐‑]+", name.casefold()) if word)


def covers(full: Sequence[str], short: Sequence[str]) -> bool:
    """Can ``short`` be a shorter way to write ``full``, both as `parts`?

    One word must be the surname (last) or the first word, since family names come first in Chinese and Korean.
    More words must agree at both ends, or be an end of the full name. "Donald Trump" is not "Donald Trump Jr.".
    """
    full_name, full_generation = _generation(full)
    short_name, short_generation = _generation(short)
    if len(short_name) == 1:
        return (
            bool(full_name)
            and short_name[0] in {full_name[-1], full_name[0]}
            and short_generation in {"", full_generation}
        )
    if full_generation != short_generation or len(short_name) > len(full_name):
        return False
    size = len(short_name)
    if short_name in (full_name[-size:], full_name[:size]):
        return True
    ends_agree = (short_name[0], short_name[-1]) == (full_name[0], full_name[-1])
    return ends_agree and all(map(_same_middle, full_name[1:-1], short_name[1:-1]))


def is_surname(full: Sequence[str], word: str) -> bool:
    """Is ``word`` the last of a full name's `parts`, a generation such as "Jr." aside?"""
    name = _generation(full)[0]
    return len(name) > 1 and name[-1] == word


def _generation(name: Sequence[str]) -> tuple[tuple[str, ...], str]:
    if len(name) > 1 and name[-1] in _GENERATIONS:
        return tuple(name[:-1]), name[-1]
    return tuple(name), ""


def _same_middle(one: str, other: str) -> bool:
    return one == other or (1 in {len(one), len(other)} and one[0] == other[0])


def is_acronym(name: str) -> bool:
    """Is the name an acronym such as "NATO" or "U.N."?"""
    bare = name.replace(".", "").replace("&", "")
    return bare.isupper() and bare.isalpha() and SHORTEST_ACRONYM <= len(bare) <= LONGEST_ACRONYM


def initials(name: str) -> frozenset[str]:
    """The acronyms that a name of several words may have: from its large words, or from all of them."""
    words = [word for word in re.split(r"[\s\-‐‑/]+", name.replace(".", "")) if word[:1].isalnum()]
    if len(words) < SHORTEST_ACRONYM:
        return frozenset()
    large = [word for word in words if word.casefold() not in _SMALL]
    return frozenset("".join(word[0] for word in each).casefold() for each in (words, large))
