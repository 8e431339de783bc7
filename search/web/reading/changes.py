"""What changed between two wordings: texts in, pieces out, each kept, taken out or put in. Pure, at a bounded cost."""

import re
from collections.abc import Iterator
from typing import Literal

from search.web.reading.comparing import Block, StepBudget, common

Piece = tuple[Literal["kept", "out", "in"], str]
LONGEST = 2000  # characters compared word by word; longer ones are shown whole
LONGEST_TEXT = 100_000  # characters of a text whose sentences are compared; of a longer one the ends are shown
STEPS = 1_000_000  # of all comparisons of a story's versions
UNCHANGED = 160  # characters of unchanged words shown between two changes
CHANGED = 4000  # characters shown of one change
SEPARATED = "[.,:/'\u2019]"
GAP = "[ \u00a0\u2009\u202f]"
WORD = re.compile(rf"\d{{1,3}}(?:{GAP}\d{{3}})+(?!\w)(?:{SEPARATED}\d+)*|\d+(?:{SEPARATED}\d+)+(?!\w)|\w+|\s+|[^\w\s]")
SENTENCE = re.compile(r".+?(?:[.!?][\"'”’)\]]*(?=\s)|\n[ \t\r]*(?=\n)|\Z)\s*", re.DOTALL)


def changes(before: str, after: str, effort: StepBudget | None = None) -> list[Piece]:
    """The pieces of ``before`` and ``after``, in reading order, by words."""
    if before == after:
        return [("kept", after)] if after else []
    if max(len(before), len(after)) > LONGEST:
        return [("out", before), ("in", after)]
    return list(_pieces(_words(before), _words(after), effort or StepBudget(STEPS)))


def changed_passages(before: str, after: str, effort: StepBudget | None = None) -> list[list[Piece]]:
    """The passages of a text that changed, in reading order: sentences are compared first, then the words in them."""
    if before == after:
        return []
    if max(len(before), len(after)) > LONGEST_TEXT:
        return [shortened_pieces([("out", before), ("in", after)])]
    effort = effort or StepBudget(STEPS)
    old, new = SENTENCE.findall(before), SENTENCE.findall(after)
    found = []
    for kept, first, last, start, end in _runs(old, new, effort):
        was, now = "".join(old[first:last]).strip(), "".join(new[start:end]).strip()
        if not kept and was != now:
            found.append(shortened_pieces(changes(was, now, effort)))
    return found


def shortened_pieces(pieces: list[Piece], whole: int = UNCHANGED) -> list[Piece]:
    """The pieces as they are shown: without the middle of what is long, for what is unchanged beyond ``whole``."""
    return [(what, _shortened(text, whole if what == "kept" else CHANGED)) for what, text in pieces if text]


def _shortened(text: str, longest: int) -> str:
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]} … {text[-half:]}"


def _pieces(old: list[str], new: list[str], effort: StepBudget) -> Iterator[Piece]:
    for kept, first, last, start, end in _runs(old, new, effort):
        if kept:
            yield "kept", "".join(old[first:last])
            continue
        if last > first:
            yield "out", "".join(old[first:last])
        if end > start:
            yield "in", "".join(new[start:end])


def _runs(old: list[str], new: list[str], effort: StepBudget) -> Iterator[tuple[bool, int, int, int, int]]:
    """Stretches of both, in order: whether they are alike, and where each begins and ends."""
    at = other = 0
    for start, there, size in [*_joined(common(old, new, effort)), (len(old), len(new), 0)]:
        if start > at or there > other:
            yield False, at, start, other, there
            at, other = start, there
        if size:
            yield True, start, start + size, there, there + size
            at, other = start + size, there + size


def _joined(blocks: list[Block]) -> list[Block]:
    """Blocks that follow one another in both, as one."""
    joined: list[Block] = []
    for at, other, size in blocks:
        if joined and (joined[-1][0] + joined[-1][2], joined[-1][1] + joined[-1][2]) == (at, other):
            at, other, size = joined[-1][0], joined[-1][1], joined.pop()[2] + size  # noqa: PLW2901
        joined.append((at, other, size))
    return joined


def _words(text: str) -> list[str]:
    """Words, numbers, spaces and signs. A number is one, as written: 1,234.5 and 10:30, and 1 200 000 with its gaps."""
    return WORD.findall(text)
