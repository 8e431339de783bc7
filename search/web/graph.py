"""Who stands where, drawn: stances with their weights in, places of names and lines out. Pure; the template writes SVG.

Holders stand on the left, targets on the right, each name's block as high as its sentences are many, and in an order
that keeps lines from crossing much. A holder who is a target too stands on both sides.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

WIDTH, LEFT, RIGHT = 960.0, 250.0, 710.0  # of the drawing; where the holders' blocks end and the targets' begin
BLOCK = 10.0  # width of a block
TOP, GAP, LEAST, MOST = 12.0, 12.0, 14.0, 70.0  # margin, between blocks, lowest and highest block
EACH = 13.0  # height that a block has for each of its lines
SEVERAL = 10  # sentences from which on the block of the most is as high as blocks become
THIN, THICK = 1.0, 9.0  # lines
ROUNDS = 4


class StanceTally(msgspec.Struct, frozen=True):
    """A stance between two names, how many stories have it, and how many different sentences of theirs say so."""

    holder: str
    label: str
    target: str
    stories: int
    sentences: int


class NameBlock(msgspec.Struct, frozen=True):
    """A holder or target: its block, and how many sentences it has."""

    name: str
    x: float
    y: float
    height: float
    sentences: int


class StanceLine(msgspec.Struct, frozen=True):
    """A stance as a curve with its sign in the middle."""

    standing: StanceTally
    path: str
    width: float
    x: float
    y: float


class Drawing(msgspec.Struct, frozen=True):
    """Everything to draw. Lines name their holders and targets."""

    height: float
    holders: tuple[NameBlock, ...]
    targets: tuple[NameBlock, ...]
    lines: tuple[StanceLine, ...]


def draw(standings: Sequence[StanceTally]) -> Drawing:
    """The drawing of some stances, the weightiest of which should come first."""
    most = max((one.sentences for one in standings), default=1)
    left, right = _orders(standings)
    holders = _column(left, standings, "holder", LEFT - BLOCK)
    targets = _column(right, standings, "target", RIGHT)
    height = max((one.y + one.height for one in [*holders.values(), *targets.values()]), default=0.0) + TOP
    holders, targets = _centred(holders, height), _centred(targets, height)
    ends_left = _ends(standings, "holder", holders, targets)
    ends_right = _ends(standings, "target", targets, holders)
    lines = []
    for number, one in enumerate(standings):
        y1, y2 = ends_left[number], ends_right[number]
        bend = (RIGHT - LEFT) * 0.45
        path = f"M{LEFT:.0f} {y1:.1f}C{LEFT + bend:.0f} {y1:.1f} {RIGHT - bend:.0f} {y2:.1f} {RIGHT:.0f} {y2:.1f}"
        width = THIN + (THICK - THIN) * (one.sentences / max(most, SEVERAL)) ** 0.5
        at = (0.38, 0.5, 0.62)[number % 3]  # signs of neighbouring lines not beside each other
        x, y = _point(at, bend, y1, y2)
        lines.append(StanceLine(one, path, round(width, 1), x, y))
    return Drawing(round(height, 1), tuple(holders.values()), tuple(targets.values()), tuple(lines))


def joined(standings: Sequence[StanceTally], most: int) -> list[StanceTally]:
    """The stances to draw: the more sentences say so, and the more others share their names, the sooner."""
    shared = Counter(name for one in standings for name in {one.holder, one.target})
    ordered = sorted(standings, key=lambda one: -one.sentences * (shared[one.holder] + shared[one.target]))
    return ordered[:most]


def _point(at: float, bend: float, y1: float, y2: float) -> tuple[float, float]:
    """A point of the curve."""
    other = 1 - at
    weights = (other**3, 3 * other**2 * at, 3 * other * at**2, at**3)
    xs, ys = (LEFT, LEFT + bend, RIGHT - bend, RIGHT), (y1, y1, y2, y2)
    x, y = (sum(w * v for w, v in zip(weights, values, strict=True)) for values in (xs, ys))
    return round(x, 1), round(y, 1)


def _orders(standings: Sequence[StanceTally]) -> tuple[list[str], list[str]]:
    """Holders and targets, each near the mean place of those it is joined with."""
    left = list(dict.fromkeys(one.holder for one in standings))
    right = list(dict.fromkeys(one.target for one in standings))
    for _ in range(ROUNDS):
        right = _by_neighbours(right, left, [(one.target, one.holder) for one in standings])
        left = _by_neighbours(left, right, [(one.holder, one.target) for one in standings])
    return left, right


def _by_neighbours(names: list[str], others: list[str], joined: Iterable[tuple[str, str]]) -> list[str]:
    places = {name: place for place, name in enumerate(others)}
    found: dict[str, list[int]] = {name: [] for name in names}
    for name, other in joined:
        found[name].append(places[other])
    return sorted(names, key=lambda name: sum(found[name]) / len(found[name]))


def _column(order: list[str], standings: Sequence[StanceTally], side: str, x: float) -> dict[str, NameBlock]:
    sums: dict[str, int] = {}
    lines: dict[str, int] = {}
    for one in standings:
        name = getattr(one, side)
        sums[name] = sums.get(name, 0) + one.sentences
        lines[name] = lines.get(name, 0) + 1
    most = max(sums.values(), default=1)
    column, y = {}, TOP
    for name in order:
        height = max(LEAST, lines[name] * EACH, MOST * sums[name] / max(most, SEVERAL))
        column[name] = NameBlock(name, x, round(y, 1), round(height, 1), sums[name])
        y += height + GAP
    return column


def _centred(column: dict[str, NameBlock], height: float) -> dict[str, NameBlock]:
    """The column moved down to the middle of the drawing."""
    low = max((one.y + one.height for one in column.values()), default=0.0) + TOP
    down = (height - low) / 2
    return {name: msgspec.structs.replace(one, y=round(one.y + down, 1)) for name, one in column.items()}


def _ends(
    standings: Sequence[StanceTally], side: str, column: dict[str, NameBlock], others: dict[str, NameBlock]
) -> dict[int, float]:
    """Where each line meets its block on one side: spread over the block, in the order of the other ends."""
    other = "target" if side == "holder" else "holder"
    ends = {}
    for name, block in column.items():
        mine = [number for number, one in enumerate(standings) if getattr(one, side) == name]
        mine.sort(key=lambda number: (others[getattr(standings[number], other)].y, standings[number].label))
        for place, number in enumerate(mine):
            ends[number] = block.y + block.height * (place + 1) / (len(mine) + 1)
    return ends
