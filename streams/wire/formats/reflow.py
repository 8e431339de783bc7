"""Joins hard-wrapped wire text: takes lines of a teletype, returns paragraphs separated by blank lines."""

import re
from itertools import pairwise

from streams.wire.layout.unwrapping import HYPHENS, are_results, glued, is_german

_INDENT = re.compile(r"^(?:\t| {2,})")
_TABLE = re.compile(r"\S(?: {3,}|\t)\S")
NARROWEST, WIDEST = 55, 72  # characters: a column of a teletype; a shorter line tells of its width only if it goes on
TYPICAL = 60
SHORT = 0.6  # of the width: what is shorter, with the word that follows it, was not cut off by the margin
_STOPS = (".", "!", "?", "…", "”", '"', "»")  # of sentences; results and lists have none


def reflow(text: str) -> str:
    """Join wrapped lines. A blank or indented line begins a paragraph; columns, results and other lists stay lines."""
    paragraphs: list[list[str]] = [[]]
    lines = text.split("\n")
    short = SHORT * _width(lines)
    before, listed = "", False
    for line in lines:
        bare = line.strip()
        indented = _INDENT.match(line)
        listed = bool(before and bare and not indented and _is_ended(before, bare, short, listed=listed))
        if not bare:
            paragraphs.append([])
        elif _TABLE.search(bare):
            paragraphs[-1].append(f"\n{bare}\n")
        elif paragraphs[-1] and listed:
            paragraphs[-1].append(f"\n{bare}")
        else:
            if indented and paragraphs[-1]:
                paragraphs.append([])
            paragraphs[-1].append(bare)
        before = bare
    german = any(line.rstrip().endswith(HYPHENS) for line in lines) and is_german(text)
    joined = (_lines(paragraph, german=german) for paragraph in paragraphs if paragraph)
    return "\n\n".join(joined)


def _width(lines: list[str]) -> int:
    """The width of the column that lines were wrapped in; a list in short lines says nothing of it."""
    longest = min(max((len(line.strip()) for line in lines), default=0), WIDEST)
    if longest < NARROWEST and not any(
        after[:1].islower() and len(line) > longest * SHORT for line, after in pairwise(lines)
    ):
        return TYPICAL
    return longest


def _is_ended(line: str, following: str, short: float, *, listed: bool) -> bool:
    """Whether a line was ended on purpose: as a result, or as one of a list of short lines.

    ``listed`` says that the line is one of a list itself.
    """
    if are_results(line, following):
        return True
    begins = following[0].isalnum() and not following[0].islower()
    goes_on = not begins or line.endswith((",", *HYPHENS)) or (line.endswith(_STOPS) and not listed)
    if goes_on or not (listed or len(following) <= short):
        return False
    return line.endswith(":") or len(line) + 1 + len(following.partition(" ")[0]) <= short


def _lines(paragraph: list[str], *, german: bool) -> str:
    return re.sub(r" ?\n[ \n]*", "\n", _glued(paragraph, german=german)).strip()


def _glued(lines: list[str], *, german: bool) -> str:
    if not any(line.endswith(HYPHENS) for line in lines):
        return " ".join(lines)
    out = [lines[0]]
    for line in lines[1:]:
        before = out.pop()
        both = glued(before, line, german=german)  # only the two, so that a long text costs no more than its length
        out += [both[: len(both) - len(line)], both[len(both) - len(line) :]]
    return "".join(out)
