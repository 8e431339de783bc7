"""What changed between two wordings: texts in, pieces out, each kept, taken out or put in. Pure."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

Piece = tuple[Literal["kept", "out", "in"], str]
LONGEST = 2000  # characters compared word by word; longer texts are shown whole


def changes(before: str, after: str) -> list[Piece]:
    """The pieces of ``before`` and ``after``, in reading order, by words."""
    if max(len(before), len(after)) > LONGEST:
        return [("out", before), ("in", after)]
    return list(_pieces(_words(before), _words(after)))


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
