"""Which spans of a text meet: which characters are taken, and which of many spans lie at a place."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import Generic, Protocol, TypeVar


class Taken:
    """A mark for each character of a text of the given length."""

    def __init__(self, length: int) -> None:
        self._taken = bytearray(length)

    def add(self, start: int, end: int) -> bool:
        """Take ``[start, end)`` if all of it is free; say whether it was."""
        if 1 in self._taken[start:end]:
            return False
        self._taken[start:end] = b"\1" * (end - start)
        return True


class Placed(Protocol):
    """What has a start and an end in a text."""

    @property
    def start(self) -> int:
        """The first character."""

    @property
    def end(self) -> int:
        """The one after the last."""


P = TypeVar("P", bound=Placed)


class Spans(Generic[P]):
    """Spans in the order of their starts, in which those at a place are found without looking at all of them."""

    def __init__(self, spans: Iterable[P]) -> None:
        self.all = sorted(spans, key=lambda span: span.start)
        self._starts = [span.start for span in self.all]
        self._ends = list(accumulate((span.end for span in self.all), max))  # the farthest so far

    def meeting(self, start: int, end: int) -> list[P]:
        """The spans that share a character with ``[start, end)``, in order."""
        first = bisect_right(self._ends, start)
        after = bisect_left(self._starts, end, first)
        return [span for span in self.all[first:after] if start < span.end]
