"""Names that a model found once or should know, found everywhere. Takes a text and mentions, gives more mentions.

A small model tags "Xi" in one sentence and misses it in the next. What it knows in this text, and the world's
countries, are looked up as words in the rest.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from processors.story_text import story_text
from processors.text.overlap import Taken
from processors.vocabulary import names
from processors.vocabulary.aliases import Aliases
from processors.vocabulary.countries import country, entity_type, pattern
from processors.vocabulary.names import NUMERIC, PERSON, Mention
from processors.vocabulary.titles import OFFICES, alternatives

_REPEATED = frozenset({PERSON, "ORG", "GPE"})
MOST_NAMES = 200  # of one text's names, the most that are looked up again
SHORTEST = 2


_NAME = r"(?P<name>[A-Z][a-z'’-]+ [A-Z][a-z'’-]+(?:-[a-z]+)?)"
_OFFICE = rf"(?:{alternatives(OFFICES)})"
_ACTS = r"(?= (?:said|says|told|spoke|met|is|was|has|had|will|would|[a-z]+ed)\b)"


@cache
def _introductions() -> tuple[re.Pattern[str], ...]:
    """How wires introduce people: by office, or "China's Xi Jinping spoke"."""
    return (re.compile(rf"\b{_OFFICE} {_NAME}\b"), re.compile(rf"(?:{pattern().pattern})['’]s {_NAME}{_ACTS}"))


def with_countries(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """``mentions`` and the countries and introduced people that a small model leaves out."""
    found = list(mentions)
    spelt = story_text(text).spelt  # so that "US" in capitals is told from "us"
    taken = _taken(text, found)
    for match in pattern().finditer(spelt):
        known = country(match.group())
        if known and known.kind != "seat" and taken.add(*match.span()):
            found.append(Mention(*match.span(), entity_type(known)))
    people = (match.span("name") for each in _introductions() for match in each.finditer(spelt))
    found += [Mention(start, end, PERSON) for start, end in people if taken.add(start, end)]
    return found


def with_known(text: str, mentions: Sequence[Mention], aliases: Aliases) -> list[Mention]:
    """``mentions`` and the known names of several words that they leave out, or have only pieces of."""
    if aliases.pattern is None:
        return list(mentions)
    matches = list(aliases.pattern.finditer(story_text(text).spelt))
    whole = {at: m.span() for m in matches for at in range(*m.span())}
    kept = [each for each in mentions if not _is_piece(each, whole.get(each.start))]
    taken = _taken(text, kept)
    missed = [Mention(*m.span(), aliases.type_of(m.group())) for m in matches if taken.add(*m.span())]
    return [*kept, *missed]


def _is_piece(mention: Mention, known: tuple[int, int] | None) -> bool:
    """Is the mention inside a longer known name?"""
    return known is not None and mention.end <= known[1] and mention.end - mention.start < known[1] - known[0]


def with_repeated(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """``mentions`` and the places where the text repeats their names, or a person's surname."""
    found = list(mentions)
    taken = _taken(text, found)
    repeated = _repeated(text, found)
    if repeated:
        words = "|".join(re.escape(name) for name in sorted(repeated, key=lambda name: (-len(name), name)))
        again = re.finditer(rf"(?<![\w-])(?:{words})(?![\w-])", story_text(text).spelt)
        found += [Mention(*m.span(), repeated[m.group()]) for m in again if taken.add(*m.span())]
    return found


def _taken(text: str, mentions: Iterable[Mention]) -> Taken:
    taken = Taken(len(text))
    for mention in mentions:
        taken.add(mention.start, mention.end)
    return taken


def _repeated(text: str, mentions: Iterable[Mention]) -> dict[str, str]:
    """Names worth looking up again, with their type: as tagged, and the surnames of people."""
    found: dict[str, str] = {}
    for mention in sorted(mentions):
        trimmed = names.trim(text, mention)
        if trimmed is None or trimmed.type not in _REPEATED or trimmed.type in NUMERIC or len(found) >= MOST_NAMES:
            continue
        name = text[trimmed.start : trimmed.end]
        if len(name) >= SHORTEST and name[0].isupper() and "\n" not in name:
            found.setdefault(name, trimmed.type)
            surname = name.split()[-1]
            if trimmed.type == PERSON and " " in name and surname[0].isupper() and len(surname) > SHORTEST:
                found.setdefault(surname, PERSON)
    return found
