"""What changed between two wordings: texts in, pieces out, each kept, taken out or put in. Pure."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

Piece = tuple[Literal["kept", "out", "in"], str]
LONGEST = 2000  # characters compared word by word; longer ones are shown whole
UNCHANGED = 160  # characters of unchanged words shown between two changes
SENTENCE = re.compile(r".+?(?:[.!?][\"'”’)\]]*(?=\s)|\n[ \t\r]*(?=\n)|\Z)\s*", re.DOTALL)


def changes(before: str, after: str) -> list[Piece]:
    """The pieces of ``before`` and ``after``, in reading order, by words."""
    if max(len(before), len(after)) > LONGEST:
        return [("out", before), ("in", after)]
    return list(_pieces(_words(before), _words(after)))


def changed_passages(before: str, after: str) -> list[list[Piece]]:
    """The passages of a text that changed, in reading order: sentences are compared first, then the words in them."""
    old, new = SENTENCE.findall(before), SENTENCE.findall(after)
    found = []
    for what, first, last, start, end in SequenceMatcher(None, old, new).get_opcodes():
        pieces = changes("".join(old[first:last]).strip(), "".join(new[start:end]).strip())
        if what != "equal" and any(text and which != "kept" for which, text in pieces):
            found.append([(which, _shortened(text) if which == "kept" else text) for which, text in pieces if text])
    return found


def _shortened(text: str) -> str:
    half = UNCHANGED // 2
    return text if len(text) <= UNCHANGED else f"{text[:half]} … {text[-half:]}"


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for what, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield "kept", "".join(old[first:last])
            continue
        if last > first:
            yield "out", "".join(old[first:last])
        if end > start:
            yield "in", "".join(new[start:end])


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|\s+|[^\w\s]", text)
