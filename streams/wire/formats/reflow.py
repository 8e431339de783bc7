"""Joins hard-wrapped wire text: takes lines of a teletype, returns paragraphs separated by blank lines."""

import re

_INDENT = re.compile(r"^(?:\t| {2,})")
_DATELINE = re.compile(
    r"\s*([A-Z][\w .,'’/-]{1,60}?(?:, [A-Z][a-z]{2,8}\.? \d{1,2})?) \(([\w/ .-]{2,30})\) (?:_|-|--|–|—) "
)
_TABLE = re.compile(r"\S(?: {3,}|\t)\S")


def reflow(text: str) -> str:
    """Join wrapped lines. A blank or indented line begins a paragraph; lines with columns stay lines."""
    paragraphs: list[list[str]] = [[]]
    for line in text.split("\n"):
        bare = line.strip()
        if not bare:
            paragraphs.append([])
        elif _TABLE.search(line.strip()):
            paragraphs[-1].append(f"\n{bare}\n")
        else:
            if _INDENT.match(line) and paragraphs[-1]:
                paragraphs.append([])
            paragraphs[-1].append(bare)
    joined = (_lines(paragraph) for paragraph in paragraphs if paragraph)
    return "\n\n".join(joined)


def _lines(paragraph: list[str]) -> str:
    return re.sub(r" ?\n[ \n]*", "\n", " ".join(paragraph)).strip()


def dateline_of(body: str) -> str:
    """The dateline that a wire story's text begins with, such as ``LONDON (Reuters)``, or ""."""
    match = _DATELINE.match(body)
    return f"{match[1]} ({match[2]})" if match else ""
