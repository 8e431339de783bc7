"""Turns what was collected of markup into paragraphs: takes texts and the marks between them, returns clean text."""

import re

from streams.wire.layout.touching import HARD, SOFT, separated
from streams.wire.layout.unwrapping import (
    ENDS_OF_RESULTS,
    FEWEST_INDENTED,
    HYPHENS,
    glued,
    is_german,
    is_set_by_hand,
    joined,
    unwrapped,
)
from streams.wire.text import clean_text

# Marks in what is collected; cleaned text cannot hold these.
BREAK, NEWLINE, CELL, SPACE = "\x02", "\x03", "\x04", "\x05"
WRAPPED, INDENTED = "\x07", "\x0e"  # ends of lines in the source, before a line that is or is not indented
KEPT, BR = "\x0f", "\x10"  # ends of lines in what keeps its space; br
_SEPARATORS = re.compile(r" ?[\x02\x03\x04\x10][\x02\x03\x04\x10 ]*")
_CUT_ENDS = tuple(f"{hyphen}{end}" for hyphen in HYPHENS for end in (WRAPPED, INDENTED))
_CUT = re.compile(rf"([^\W\d_]{{1,60}}[{''.join(HYPHENS)}])[{WRAPPED}{INDENTED}]([^\W\d_]{{1,60}})")
_SOURCE_LINES = re.compile(f"[{WRAPPED}{INDENTED}]")
# An end behind a figure, as results have it, or behind another end; columns: only these, or both ends, mean something.
_SET_BY_HAND = re.compile(f"[{WRAPPED}{INDENTED}](?<=[{ENDS_OF_RESULTS}{WRAPPED}{INDENTED}].)|   |\t")


def paragraphs_of(out: list[str]) -> str:
    """The text of what was collected: texts, and the marks between them."""
    text = "".join(out)
    if HARD in text or SOFT in text:
        text = separated(text)
    text = _SEPARATORS.sub(_separator, text)
    if any(end in text for end in _CUT_ENDS):
        german = is_german(text)
        text = _CUT.sub(lambda cut: glued(cut[1], cut[2], german=german), text)
    if WRAPPED in text or INDENTED in text or KEPT in text or BR in text:
        text = "\n\n".join(_paragraph(part) for part in text.split("\n\n"))
    return clean_text(text.replace(SPACE, " "))


def _paragraph(text: str) -> str:
    """A paragraph whose lines end by more than its own markup: each end is a new line where it means one."""
    wrapped, indented = WRAPPED in text, INDENTED in text
    if wrapped != indented and not _SET_BY_HAND.search(text):
        text = _SOURCE_LINES.sub(" ", text).replace("  ", " ")
    elif wrapped or indented:
        ends = [INDENTED, *_SOURCE_LINES.findall(text)]
        lines = list(
            zip((FEWEST_INDENTED if end == INDENTED else 0 for end in ends), _SOURCE_LINES.split(text), strict=True)
        )
        if " | " in text or not is_set_by_hand(lines):
            text = _SOURCE_LINES.sub(" ", text).replace("  ", " ")
        else:
            text = joined([" " * indent + line.replace(SPACE, " ").strip() for indent, line in lines])
    if KEPT in text or BR in text:
        text = unwrapped(text.replace(KEPT, "\n").replace(BR, "\n").replace(SPACE, " "))
    return text


def _separator(match: "re.Match[str]") -> str:
    """What a run of spaces and marks comes to: the strongest mark in it."""
    run = match[0]
    if BREAK in run:
        return "\n\n"
    if NEWLINE in run:
        return "\n"
    if run.count(BR) > 1:  # a blank line, as many write paragraphs
        return "\n\n"
    return BR if BR in run else " |" * run.count(CELL) + " "
