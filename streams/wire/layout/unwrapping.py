"""Joins lines that were wrapped at a margin: takes text, returns paragraphs; tables and results keep their lines.

A line was wrapped where the next line's first word would not have fitted. What is shorter was ended on purpose: a
result, a list, a line of a table.
"""

import re
from itertools import pairwise

from streams.wire.text import with_newlines

NARROWEST, WIDEST = 45, 100  # characters of the longest line: beyond it, lines are not wrapped at a margin
FEWEST_INDENTED = 2  # spaces that begin a paragraph
SLACK = 6  # characters by which a margin may be missed
RESULT_NUMBERS = 2

_COLUMNS = re.compile(r"\S(?: {3,}|\t)\S")
# "Ein- und Ausfuhr": a hyphen for what both words share.
_BESIDE_IN_GERMAN = re.compile(r"(?:und|oder|bis|sowie|bzw|beziehungsweise|statt|noch)\b")
_BESIDE = re.compile(rf"{_BESIDE_IN_GERMAN.pattern}|(?:and|or|to|et|ou|en|of|och|eller|og|y|o|e|ja|tai|i)\b")
_GERMAN = re.compile(
    r"\b(?:der|die|das|und|ist|nicht|mit|von|den|dem|im|ein|eine|für|auf|sich|hat|am|zu)\b", re.IGNORECASE
)
_NORTHERN = frozenset(["der", "die", "den", "mit", "ein", "von"])  # which Dutch, Danish or Norwegian have as well
SURELY_GERMAN = 3  # of its commonest words
FAR = 4000  # characters that are looked through for them
# What a hyphen stands behind in a word that is no cut one: deutsch-französisch, schwarz-grün.
_COMPOUND = re.compile(
    r"(?:isch|\b(?:deutsch|schwarz|weiß|rot|grün|gelb|blau|links|rechts|sozial|christlich|nord|süd|ost|west|ex|nicht))$",
    re.IGNORECASE,
)
_OF_ADJECTIVES = re.compile(r"e[nrsm]?\b")  # französisch-/en is a cut word
HYPHENS = ("-", "‐", "\u00ad")  # the last is one for a cut word only
_INDENT = re.compile(r"[ \t]*")
_ITEM = re.compile(r"(?:[-*•–—·▪>]|\(?\d{1,3}[.)]|[a-z]\))\s")
_NUMBER = re.compile(r"(?<![\w.,])[+-]?\d[\d.,:/-]*(?!\w)")
ENDS_OF_RESULTS = r"\d)%_½{}"  # the characters that a row of results ends in, as a pattern has them
_ENDED = re.compile(rf"[{ENDS_OF_RESULTS}]$")
_WIDE = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")  # written without spaces


def unwrapped(text: str) -> str:
    """A plain text, its paragraphs joined where it was wrapped at a margin; any other text as it is."""
    if "\n" not in text:
        return text
    lines = with_newlines(text).split("\n")
    width = _width(lines)
    if not NARROWEST <= width <= WIDEST or not _is_wrapped(lines, width):
        return text
    return joined(lines, width)


def joined(lines: list[str], width: int = 0) -> str:
    """Lines as paragraphs: a blank or an indented line begins one; what was ended on purpose stays a line."""
    width = width or _width(lines)
    german = any(line.endswith(HYPHENS) for line in lines) and is_german("\n".join(lines))
    out: list[str] = []
    before = ""
    for raw in lines:
        line = raw.strip()
        if not line:
            out.append("")
        elif not before:
            out.append(line)
        elif _indent(raw) >= FEWEST_INDENTED and not is_row(line):
            out += ["", line]
        elif is_row(line) or is_row(before) or not continues(before, line, width):
            out.append(line)
        else:
            out[-1] = glued(out[-1], line, german=german)
        before = line
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip("\n")


def glued(before: str, line: str, *, german: bool) -> str:
    """A text or its last line, and the line in which it goes on; a word that was cut at the margin is whole again.

    A German word is cut by a hyphen, and stays one word; elsewhere the hyphen is the word's own ("well-known").
    """
    beside = (_BESIDE_IN_GERMAN if german else _BESIDE).match(line)
    if beside or not before.endswith(HYPHENS) or not before[-2:-1].isalpha() or not line[:1].isalpha():
        return f"{before} {line}"
    own = _COMPOUND.search(before[:-1][-20:]) and not _OF_ADJECTIVES.match(line)
    is_cut = before[-1] == HYPHENS[-1] or (german and line[0].islower() and not own)
    return f"{before[:-1]}{line}" if is_cut else f"{before}{line}"


def is_german(text: str) -> bool:
    """Whether a text has enough of the commonest German words."""
    words = {word.lower() for word in _GERMAN.findall(text[:FAR])}
    return len(words) >= SURELY_GERMAN and not words <= _NORTHERN


def continues(line: str, following: str, width: int) -> bool:
    """Whether a line goes on in the following one, which its margin cut off."""
    if _ITEM.match(following) or _WIDE.match(following) or are_results(line, following):
        return False
    first = following[0]
    if len(line) + 1 + len(following.partition(" ")[0]) > width - SLACK:
        return True
    return first.islower() and not line.endswith((".", "!", "?", ":"))


def are_results(line: str, following: str) -> bool:
    """Whether two lines are rows of one list of results: ``Reds 3 Blues 1``."""
    if not (_ENDED.search(line) and (following[0].isupper() or following[0].isdigit())):
        return False
    return all(len(_NUMBER.findall(one)) >= RESULT_NUMBERS for one in (line, following))


def is_set_by_hand(lines: list[tuple[int, str]]) -> bool:
    """Whether lines inside a paragraph of markup, each with its indent, mean something.

    Markup may be broken anywhere, and then all lines begin in one column. Paragraphs that are indented, blank lines
    between them, columns and results are the work of a desk.
    """
    rest = [(indent, line) for indent, line in lines[1:] if line]
    if not rest:
        return False
    plain = sum(indent < FEWEST_INDENTED for indent, _ in rest)
    if 0 < plain < len(rest):
        return True
    texts = [line for _, line in lines if line]
    rows = sum(is_row(line) for line in texts)
    pairs = sum(are_results(one, two) for one, two in pairwise(texts))
    blank = any(not line for _, line in lines[1:-1])
    return rows > 1 or pairs > 0 or (blank and plain == len(rest))


def is_row(line: str) -> bool:
    """Whether a line has columns."""
    return ("   " in line or "\t" in line) and _COLUMNS.search(line) is not None


def _indent(line: str) -> int:
    space = _INDENT.match(line)
    return len(space[0].expandtabs(4)) if space else 0


def _width(lines: list[str]) -> int:
    return max((len(line.rstrip()) for line in lines if not is_row(line.strip())), default=0)


def _is_wrapped(lines: list[str], width: int) -> bool:
    """Whether some line goes on in lower case behind a margin, and few lines fall short of it that do."""
    kept = broken = 0
    for line, following in pairwise(lines):
        bare, after = line.strip(), following.strip()
        if not bare or not after or is_row(bare) or is_row(after) or not after[0].islower():
            continue
        if len(line.rstrip()) + 1 + len(after.partition(" ")[0]) > width - SLACK:
            kept += 1
        else:
            broken += 1
    return kept > broken
