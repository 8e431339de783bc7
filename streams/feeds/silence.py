"""Decides whether a feed has been silent for longer than usual. Takes arrival times, returns a verdict. Pure.

The usual gap is a quantile of the past gaps *weighted by their length*: the gap at a random moment.
Plain quantiles fail on wires, where hundreds of gaps of a minute by day stand beside one long night. Only gaps that
began at the same time of day as the present one are compared, where there are enough of them: silence since ten in
the morning is judged by mornings, silence since closing time by nights and weekends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

DAY = 86_400.0
SAME_TIME = 2 * 3600.0  # seconds before and after, modulo a day; also covers the hour of summer time
QUANTILE = 0.9  # outages of up to a tenth of the time do not count as usual
FACTOR = 2.0
SHORTEST = 900.0  # never silent before this many seconds
LEAST_GAPS = 5  # gaps that an estimate needs


@dataclass(frozen=True)
class Silence:
    """The verdict on one feed. Seconds throughout; ``usual`` is None where too little is known to say.

    ``allowed`` is how long it may be quiet, ``quiet`` how long it has been. ``expected`` is what the profile of its
    source allows, None where that says nothing.
    """

    quiet: float
    usual: float | None
    allowed: float | None
    expected: float | None = None

    @property
    def silent(self) -> bool:
        """Whether the feed has been quiet for longer than allowed."""
        return self.allowed is not None and self.quiet > self.allowed


def judge(
    arrivals: Sequence[float],
    now: float,
    *,
    factor: float = FACTOR,
    least: float = SHORTEST,
    expected: float | None = None,
) -> Silence:
    """Judge a feed by the times at which something arrived: POSIX seconds, ascending, the last one the present gap's.

    Times that run backwards (a clock set back) count as a gap of zero. ``expected`` is how long it may be quiet
    whatever was usual.
    """
    if not arrivals:
        return Silence(0.0, None, None, expected)
    last = arrivals[-1]
    usual = usual_gap(arrivals, last)
    if expected is not None:
        return Silence(max(0.0, now - last), usual, expected, expected)
    return Silence(max(0.0, now - last), usual, None if usual is None else max(least, usual * factor))


def usual_gap(arrivals: Sequence[float], since: float) -> float | None:
    """The gap in seconds that is usual after an arrival at ``since``; None with fewer than `LEAST_GAPS` gaps known."""
    gaps = [(start, end - start) for start, end in pairwise(arrivals) if end > start]
    near = [gap for start, gap in gaps if _clock_distance(start, since) <= SAME_TIME]
    chosen = sorted(near if len(near) >= LEAST_GAPS else (gap for _, gap in gaps))
    if len(chosen) < LEAST_GAPS:
        return None
    target, passed = QUANTILE * sum(chosen), 0.0
    for gap in chosen:
        passed += gap
        if passed >= target:
            return gap
    return chosen[-1]


def _clock_distance(one: float, other: float) -> float:
    """Seconds between two times of day, at most half a day."""
    difference = abs(one - other) % DAY
    return min(difference, DAY - difference)
