"""Headlines and lines in capitals, put in sentence case. Takes a text, gives one of exactly the same length.

A model trained on running text misreads "PUTIN, XI DENOUNCE US INTERFERENCE" and "Putin, Xi Denounce US
Interference". Each word of such a line is spelt as the rest of the text spells it, so offsets stay true and no
word list decides what is a name.
"""

import re
from collections import Counter
from collections.abc import Mapping
from importlib.resources import files

from processors.text.passages import Passage, headline, paragraphs
from processors.vocabulary.countries import country
from processors.vocabulary.lexicon import lexicon

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ACRONYM = re.compile(r"(?:[A-Z]\.){2,}")
_SHOUTED_SHARE, _TITLE_SHARE, _FEWEST = 0.8, 0.75, 3

# Words that title case capitalizes and that are never names on their own.
COMMON = frozenset((files("processors") / "data" / "common_words.txt").read_text("utf-8").split())
_PRONOUN_US = re.compile(
    r"\b(?:let|tell|tells|told|give|gives|help|helps|show|shows|all of|most of|both of|many of)\s+us\b", re.IGNORECASE
)


def natural_case(text: str) -> str:
    """``text`` with its shouted and title-case lines in sentence case."""
    lines = [line for line in _candidates(text) if _is_unnatural(text[line.start : line.end])]
    if not lines:
        return text
    spellings = _spellings(text, lines)
    parts, end = [], 0
    for line in lines:
        parts += [text[end : line.start], _recased(text[line.start : line.end], spellings, COMMON | lexicon().forms)]
        end = line.end
    return "".join([*parts, text[end:]])


def _candidates(text: str) -> list[Passage]:
    top = headline(text)
    return [each for each in paragraphs(text) if each == top or text[each.start : each.end].isupper()]


def _is_unnatural(line: str) -> bool:
    words: list[str] = [word for word in _WORD.findall(line) if len(word) > 3]  # noqa: PLR2004 - short ones vary
    if len(words) < _FEWEST:
        return line.isupper() and bool(words)
    shouted = sum(word.isupper() for word in words)
    titled = sum(word[0].isupper() for word in words)
    return shouted >= _SHOUTED_SHARE * len(words) or titled >= _TITLE_SHARE * len(words)


def _spellings(text: str, lines: list[Passage]) -> Mapping[str, str]:
    """How the rest of the text spells each word, most often; words that open a sentence say nothing."""
    counts: dict[str, Counter[str]] = {}
    outside = [True] * len(text)
    for line in lines:
        outside[line.start : line.end] = [False] * (line.end - line.start)
    for match in _WORD.finditer(text):
        before = text[max(0, match.start() - 3) : match.start()].rstrip("\"'“‘( ")
        opens = not before or before[-1] in ".!?\n:"
        if outside[match.start()] and (not opens or match.group()[0].islower()):
            counts.setdefault(match.group().lower(), Counter())[match.group()] += 1
    return {word: max(sorted(forms), key=lambda form: forms[form]) for word, forms in counts.items()}


def _recased(line: str, spellings: Mapping[str, str], common: frozenset[str]) -> str:
    shouted = line.isupper()
    pronouns = {match.end() - 2 for match in _PRONOUN_US.finditer(line)}
    acronyms = [match.span() for match in _ACRONYM.finditer(line)]

    def respell(match: re.Match[str]) -> str:
        word = match.group()
        if any(start <= match.start() < end for start, end in acronyms):
            return word
        if word == "US":
            return "us" if match.start() in pronouns else word
        new = _respelt(word, spellings, common, shouted)
        return new if len(new) == len(word) else word

    return _WORD.sub(respell, line)


def _respelt(word: str, spellings: Mapping[str, str], common: frozenset[str], shouted: bool) -> str:
    lower = word.lower()
    if lower.endswith(("'s", "’s")):
        return _respelt(word[:-2], spellings, common, shouted) + lower[-2:]
    if lower in spellings:
        return spellings[lower]
    if lower in common:
        return lower
    if not shouted:
        return word
    if country(word.capitalize()) or len(word) <= 3:  # noqa: PLR2004 - a short word in capitals may be an acronym
        return word.capitalize() if country(word.capitalize()) else word
    return word.capitalize()
