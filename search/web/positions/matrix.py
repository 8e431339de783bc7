"""Who stands where toward whom, as a table of holders by targets: counted stances in, rows and columns out. Pure.

Targets that mean one thing are joined first: "the one-China policy", "one-China policy" and "One China policies".
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from search.web.graph import StanceTally

MOST_HOLDERS, MOST_TARGETS = 14, 10
SHORTEST = 4  # letters of a word whose plural is told from its singular
WORD = re.compile(r"\w+")
# Words before a noun phrase that change nothing of what it means.
IDLE = frozenset(["the", "a", "an", "its", "his", "her", "their", "our", "this", "that", "these", "those"])


class PositionCell(msgspec.Struct, frozen=True):
    """What one holder says of one target: how many different sentences are for it, and against it."""

    holder: str
    target: str
    favor: int
    against: int


class PositionMatrix(msgspec.Struct, frozen=True):
    """Holders with a cell for each target, ``None`` where they say nothing.

    ``left_out`` are holders not shown, ``targets_left_out`` targets.
    """

    targets: tuple[str, ...]
    rows: tuple[tuple[str, tuple[PositionCell | None, ...]], ...]
    left_out: int
    targets_left_out: int = 0


def meaning(name: str) -> str:
    """What names of one thing share: their words without articles, hyphens, case, and the plural of the last."""
    words = WORD.findall(name.casefold())
    while len(words) > 1 and words[0] in IDLE:
        words = words[1:]
    if not words:
        return name.casefold()
    return " ".join([*words[:-1], _singular(words[-1])])


def _singular(word: str) -> str:
    if len(word) <= SHORTEST or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word.removesuffix("s")


def joined_targets(tallies: Iterable[StanceTally]) -> tuple[list[StanceTally], dict[str, tuple[str, ...]]]:
    """Tallies in which targets of one meaning are one, under the name that most sentences use; and its other names.

    The first tally is still the one that most sentences state; equals stay in their order.
    """
    tallies = list(tallies)
    names: dict[str, dict[str, int]] = defaultdict(dict)
    for one in tallies:
        known = names[meaning(one.target)]
        known[one.target] = known.get(one.target, 0) + one.sentences
    called = {key: max(sorted(found), key=lambda name: found[name]) for key, found in names.items()}
    sums: dict[tuple[str, str, str], list[int]] = {}
    for one in tallies:
        counts = sums.setdefault((one.holder, one.label, called[meaning(one.target)]), [0, 0])
        counts[0] += one.stories
        counts[1] += one.sentences
    rows = [StanceTally(*key, *counts) for key, counts in sums.items()]
    others = {called[key]: tuple(sorted(found.keys() - {called[key]})) for key, found in names.items()}
    rows.sort(key=lambda one: (-one.sentences, -one.stories))
    return rows, {name: found for name, found in others.items() if found}


def matrix_of(tallies: Sequence[StanceTally]) -> PositionMatrix:
    """The table: the targets that most holders speak of, and the holders that say most of them."""
    holders_of: dict[str, set[str]] = defaultdict(set)
    said: dict[str, int] = defaultdict(int)
    for one in tallies:
        holders_of[one.target].add(one.holder)
        said[one.target] += one.sentences
    targets = sorted(said, key=lambda name: (-len(holders_of[name]), -said[name], name))[:MOST_TARGETS]
    cells: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: {"favor": 0, "against": 0})
    for one in tallies:
        if one.target in targets:
            cells[one.holder, one.target][one.label] += one.sentences
    weight: dict[str, int] = defaultdict(int)
    for (holder, _), counts in cells.items():
        weight[holder] += sum(counts.values())
    holders = sorted(weight, key=lambda name: -weight[name])
    rows = tuple(
        (holder, tuple(_cell(holder, target, cells.get((holder, target))) for target in targets))
        for holder in holders[:MOST_HOLDERS]
    )
    left_out = len({one.holder for one in tallies}) - len(rows)
    spoken_of = [at for at in range(len(targets)) if any(row[at] for _, row in rows)]  # by the holders shown
    return PositionMatrix(
        tuple(targets[at] for at in spoken_of),
        tuple((holder, tuple(row[at] for at in spoken_of)) for holder, row in rows),
        left_out,
        len(said) - len(spoken_of),
    )


def _cell(holder: str, target: str, counts: dict[str, int] | None) -> PositionCell | None:
    return PositionCell(holder, target, counts["favor"], counts["against"]) if counts else None
