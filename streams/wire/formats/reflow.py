"""Joins hard-wrapped wire text: takes lines of a teletype, returns paragraphs separated by blank lines."""

import re

from streams.wire.layout.unwrapping import are_results, glued

_INDENT = re.compile(r"^(?:\t| {2,})")
_TABLE = re.compile(r"\S(?: {3,}|\t)\S")


def reflow(text: str) -> str:
    """Join wrapped lines. A blank or indented line begins a paragraph; columns and results stay lines."""
    paragraphs: list[list[str]] = [[]]
    before = ""
    for line in text.split("\n"):
        bare = line.strip()
        if not bare:
            paragraphs.append([])
        elif _TABLE.search(bare):
            paragraphs[-1].append(f"\n{bare}\n")
        elif before and paragraphs[-1] and not _INDENT.match(line) and are_results(before, bare):
            paragraphs[-1].append(f"\n{bare}")
        else:
            if _INDENT.match(line) and paragraphs[-1]:
                paragraphs.append([])
            paragraphs[-1].append(bare)
        before = bare
    joined = (_lines(paragraph) for paragraph in paragraphs if paragraph)
    return "\n\n".join(joined)


def _lines(paragraph: list[str]) -> str:
    return re.sub(r" ?\n[ \n]*", "\n", _glued(paragraph)).strip()


def _glued(lines: list[str]) -> str:
    if not any(line.endswith("-") for line in lines):
        return " ".join(lines)
    out = [lines[0]]
    for line in lines[1:]:
        before = out.pop()
        both = glued(before, line)  # only the two, so that a long text costs no more than its length
        out += [both[: len(both) - len(line)], both[len(both) - len(line) :]]
    return "".join(out)
