"""What is above its usual level: counts of now and of before in, trends out. Pure.

A value (a name, a place, an event, a stance, a source) is looked at as its share of all stories, so that neither the
hour nor a quiet day makes a trend, and a gap in which nothing came says nothing. Its usual share is a mean over
periods: the same hour of the same weekday in the weeks before counts most, then the past week, then the past year. How
likely so many stories are by chance is the tail of a negative binomial distribution, since news comes in bursts by
itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import exp, inf, lgamma, log
from typing import NamedTuple

import msgspec

from processors.annotations import Record

FEWEST = 5  # stories of now: fewer are no trend
LEAST_TIMES = 3.0  # the usual level
CHANCE = 4e-4  # that so many stories come without a cause
DISPERSION = 4.0  # of the negative binomial: its variance is mean + mean² / DISPERSION
PRIOR = 0.5  # stories that a value is taken to have had before it was ever seen
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
WORTH = {"hour": 200, "week": 300, "year": 100}  # how many stories each period before counts for at most


class Stretch(NamedTuple):
    """A stretch of time, and how many stories of it count at most."""

    since: datetime
    until: datetime
    worth: float


def now_and_before(moment: datetime) -> tuple[Stretch, list[Stretch]]:
    """The hour before a moment, and what it is compared with: this hour of earlier weeks, the past week and year."""
    now = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    before = [Stretch(now - week * WEEK - 2 * HOUR, now - week * WEEK + HOUR, WORTH["hour"]) for week in range(1, 5)]
    before += [Stretch(now - WEEK, now - HOUR, WORTH["week"]), Stretch(now - 52 * WEEK, now - HOUR, WORTH["year"])]
    return Stretch(now - HOUR, now, 0), before


class Period(Record, frozen=True):
    """Stories of a period: how many there are, and how many have each value.

    ``worth`` is how many stories it counts for at most. Of a value that is not in ``counts``, ``floor`` stories are
    taken to have it: where only the most frequent values were counted, as many as the last of these.
    """

    stories: int
    counts: Mapping[str, int]
    worth: float = 0.0
    floor: int = 0


class Trend(Record, frozen=True):
    """A value above its usual level: stories of now, how many were usual, and the chance of so many without a cause.

    ``usual`` is 0 where no story before had it: what `PRIOR` adds, much in a young archive, is no level to quote.
    """

    field: str
    value: str
    stories: int
    usual: float
    chance: float

    @property
    def times(self) -> float:
        """How many times the usual level it is."""
        return self.stories / self.usual if self.usual else inf

    @property
    def said(self) -> str:
        """The same in words."""
        return f"{self.times:.0f} times the usual" if self.usual >= 1 else "hardly ever before"


def rising(field: str, now: Period, before: Sequence[Period], least_times: float = LEAST_TIMES) -> list[Trend]:
    """The values of one field that are so many times above their usual level, the least likely first."""
    found = []
    for value, stories in now.counts.items():
        if stories < FEWEST:
            continue
        usual = usual_level(value, now.stories, before)
        if usual and stories >= least_times * usual and (chance := tail(stories, usual)) <= CHANCE:
            was_seen = any(period.stories and period.counts.get(value, period.floor) for period in before)
            found.append(Trend(field, value, stories, usual if was_seen else 0.0, chance))
    return sorted(found, key=lambda one: (one.chance, one.value))


def usual_level(value: str, stories: int, before: Iterable[Period]) -> float:
    """How many of so many stories would have a value as usual; 0 where nothing came before."""
    having = worth = 0.0
    for period in before:
        if period.stories:
            counted = min(period.worth, period.stories)
            having += counted * period.counts.get(value, period.floor) / period.stories
            worth += counted
    return stories * (having + PRIOR) / (worth + 1) if worth else 0.0


def tail(stories: int, usual: float) -> float:
    """The chance of so many stories or more where ``usual`` are expected: of a negative binomial distribution."""
    size, success = DISPERSION, DISPERSION / (DISPERSION + usual)
    below = sum(
        exp(lgamma(count + size) - lgamma(size) - lgamma(count + 1) + size * log(success) + count * log(1 - success))
        for count in range(stories)
    )
    return max(0.0, 1.0 - below)


def first_of(trends: Iterable[Trend], most: int) -> tuple[Trend, ...]:
    """The least likely ones, of all fields."""
    return tuple(sorted(trends, key=lambda one: (one.chance, one.field, one.value))[:most])


def with_worth(period: Period, worth: float) -> Period:
    """A period that counts for so many stories at most."""
    return msgspec.structs.replace(period, worth=worth)
