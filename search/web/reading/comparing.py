"""What two sequences have in common: lists in, blocks of equal items out, at a bounded cost. Pure.

Sequences that are nearly alike are compared by the shortest way from one to the other (Myers). Where that way is long,
items that stand once in each are taken as fixed points (patience), and what lies between them is compared in turn. All
that is done counts against a `StepBudget`; when it is spent, what is left counts as different. So the cost never
exceeds what was allowed, however the sequences were made.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

import msgspec

Block = tuple[int, int, int]  # where it begins in the one, where in the other, how long it is
FURTHEST = 100  # items put in or taken out on the shortest way, beyond which fixed points are looked for


class StepBudget(msgspec.Struct):
    """How many steps may still be made. A step is some 0.1 µs."""

    steps: int


class _Range(msgspec.Struct, frozen=True):
    """A part of each sequence, ends not included."""

    start: int
    end: int
    other: int
    other_end: int

    @property
    def size(self) -> int:
        return self.end - self.start + self.other_end - self.other


def common(old: Sequence[str], new: Sequence[str], effort: StepBudget) -> list[Block]:
    """Blocks that both have, in order, none into another."""
    found: list[Block] = []
    waiting = [_Range(0, len(old), 0, len(new))]
    while waiting:
        within = _trimmed(old, new, waiting.pop(), found)
        if within.start == within.end or within.other == within.other_end:
            continue
        effort.steps -= within.size
        if effort.steps <= 0:
            continue
        blocks = _shortest(old, new, within, effort)
        if blocks is not None:
            found += blocks
        elif effort.steps > 0:
            waiting += _between(within, _fixed(old, new, within), found)
    return sorted(found)


def _trimmed(old: Sequence[str], new: Sequence[str], within: _Range, found: list[Block]) -> _Range:
    """The range without what is alike at its beginning and its end, which goes into ``found``."""
    most = min(within.end - within.start, within.other_end - within.other)
    first = 0
    while first < most and old[within.start + first] == new[within.other + first]:
        first += 1
    last = 0
    while last < most - first and old[within.end - 1 - last] == new[within.other_end - 1 - last]:
        last += 1
    if first:
        found.append((within.start, within.other, first))
    if last:
        found.append((within.end - last, within.other_end - last, last))
    return _Range(within.start + first, within.end - last, within.other + first, within.other_end - last)


def _shortest(old: Sequence[str], new: Sequence[str], within: _Range, effort: StepBudget) -> list[Block] | None:
    """The blocks on the shortest way from one to the other; ``None`` where it is too long to be found."""
    size, other_size = within.end - within.start, within.other_end - within.other
    reached = {1: 0}  # by diagonal, how far the one sequence has been gone through
    before: list[dict[int, int]] = []
    for edits in range(min(FURTHEST, size + other_size) + 1):
        before.append(dict(reached))
        effort.steps -= edits + 1
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1])
            at = reached[diagonal + 1] if down else reached[diagonal - 1] + 1
            start, other = at, at - diagonal
            while at < size and other < other_size and old[within.start + at] == new[within.other + other]:
                at, other = at + 1, other + 1
            effort.steps -= at - start + 1
            reached[diagonal] = at
            if at >= size and other >= other_size:
                return _way_back(before, within, size, other_size)
        if effort.steps <= 0:
            return None
    return None


def _way_back(before: list[dict[int, int]], within: _Range, at: int, other: int) -> list[Block]:
    blocks = []
    for edits in range(len(before) - 1, -1, -1):
        reached, diagonal = before[edits], at - other
        down = diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1])
        came = diagonal + 1 if down else diagonal - 1
        from_at = reached[came] if edits else 0
        from_other = from_at - came if edits else 0
        start = from_at if down or not edits else from_at + 1
        if at > start:
            blocks.append((within.start + start, within.other + start - diagonal, at - start))
        at, other = from_at, from_other
    return blocks


def _fixed(old: Sequence[str], new: Sequence[str], within: _Range) -> list[tuple[int, int]]:
    """Places of items that stand once in each, as many as keep their order."""
    counts = Counter(old[within.start : within.end])
    there = Counter(new[within.other : within.other_end])
    places = {new[at]: at for at in range(within.other, within.other_end) if there[new[at]] == 1}
    pairs = [
        (at, places[old[at]]) for at in range(within.start, within.end) if counts[old[at]] == 1 and old[at] in places
    ]
    ends: list[int] = []  # the lowest end of a chain of each length
    chains: list[int] = []
    previous: list[int] = []
    for number, (_, other) in enumerate(pairs):
        length = bisect_left(ends, other)
        previous.append(chains[length - 1] if length else -1)
        ends[length : length + 1] = [other]
        chains[length : length + 1] = [number]
    kept, number = [], chains[-1] if chains else -1
    while number >= 0:
        kept.append(pairs[number])
        number = previous[number]
    return kept[::-1]


def _between(within: _Range, fixed: list[tuple[int, int]], found: list[Block]) -> list[_Range]:
    """What lies between fixed points, which go into ``found``; nothing where there is none."""
    ranges, start, other = [], within.start, within.other
    for at, there in fixed:
        ranges.append(_Range(start, at, other, there))
        found.append((at, there, 1))
        start, other = at + 1, there + 1
    return [*ranges, _Range(start, within.end, other, within.other_end)] if fixed else []
