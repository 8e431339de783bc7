"""Trends on a real wire: how soon Black Monday is flagged, and how many false alarms there are.

Replays Reuters of 1987 by its own times. Every five minutes the past hour is compared with what is usual, as the page
does it. Counted are the names of two words and more in each text (runs of capitalized words that begin no sentence;
no table's "Mths Shr"), the places, people and organizations that Reuters coded, and the events that stories are
grouped by.

The corpus has stories from 26 February to July with gaps of days, then 19 and 20 October alone. A gap is no quiet
time: periods without stories say nothing, and in October what is usual is that of the spring. Black Monday is flagged
when a name of the exchange (`CRASH`) rises, or an event whose headlines tell of the fall. Its stories are few in this
corpus: the first headline of the fall is of 12:25, and five stories that name the exchange come within one hour for
the first time in the afternoon. The minutes after both are given. An alarm is a moment at which something rises that
has not risen in the 24 hours before; what rises at the same moment, or in stories that share half of theirs with an
earlier alarm's, is one alarm. Every alarm before 19 October counts as false, though many are news.

Beside it, a made stream: a thousand stories a day for three weeks over 200 names of unequal frequency, with bursts of
8 to 20 stories within the hour planted every second day.
"""

import gzip
import json
import os
import random
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import click

from processors.events.fingerprint import fingerprint
from processors.events.grouping import Grouping
from processors.events.trends import FEWEST, Period, rising

MINUTE = 60
HOUR, DAY, WEEK = 60 * MINUTE, 24 * 60 * MINUTE, 7 * 24 * 60 * MINUTE
EVERY = 5 * MINUTE
NAME = re.compile(r"(?<=[a-z,;] )(?:[A-Z][a-z]+ ){1,3}[A-Z][a-z]+")
NO_NAME = re.compile(r"\b[^aeiou ]+\b", re.IGNORECASE)
CRASH = {
    f"name:{one}" for one in ("New York Stock Exchange", "Wall Street", "Dow Jones", "Dow Jones Industrial Average")
}
FALLING = re.compile(r"\b(PLUNG|DROP|FALL|CRASH|COLLAPS|SLUMP|PANIC|TUMBL|DIVE)")
STOCKS = re.compile(r"\b(STOCKS?|SHARES?|WALL STREET|DOW|EQUIT|MARKETS?|NYSE|BOURSE)\b")
WEEKEND = (5, 6)
WORTH = {"hour": 200, "week": 300, "year": 100}


class Sent(NamedTuple):
    """A story: when it was sent, in POSIX seconds, its headline, and the values that are counted."""

    at: float
    headline: str
    values: tuple[str, ...]


def reuters(corpora: Path) -> Iterator[Sent]:
    """The stories of Reuters-21578 in order of sending."""
    grouping, rows = Grouping(), list[tuple[float, int, dict[str, Any]]]()
    with gzip.open(corpora / "articles" / "reuters21578.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row: dict[str, Any] = json.loads(line)
            try:
                sent = datetime.strptime(row["date"].strip().split(".")[0], "%d-%b-%Y %H:%M:%S").replace(tzinfo=UTC)
            except ValueError:  # a handful of the corpus's own dates are broken
                continue
            rows.append((sent.timestamp(), len(rows), row))
    for at, number, row in sorted(rows, key=lambda one: one[:2]):
        title, body = row["title"] or "", row["body"] or ""
        story = f"{number:06}"
        grouping.put(fingerprint(story, "Reuters", title, body, int(at * 1000)))
        values = {f"name:{one}" for one in NAME.findall(" ".join(body.split())) if not NO_NAME.search(one)}
        values |= {f"{field}:{one}" for field in ("places", "people", "orgs") for one in row[field]}
        yield Sent(at, title, (*sorted(values), f"event:{grouping.event_of.get(story, story)}"))


def made(seed: int = 1) -> tuple[list[Sent], list[float]]:
    """A made stream, and when its bursts began."""
    rand = random.Random(seed)
    names = [f"name {number}" for number in range(200)]
    weights = [1 / (number + 3) for number in range(200)]
    stories = []
    for day in range(21):
        for _ in range(300 if day % 7 in WEEKEND else 1000):
            at = day * DAY + min(rand.gauss(14, 4), 23.9) % 24 * HOUR
            stories.append(Sent(at, "", tuple(set(rand.choices(names, weights, k=3)))))
    bursts = [day * DAY + rand.uniform(8, 18) * HOUR for day in range(8, 21, 2)]
    for number, begins in enumerate(bursts):
        stories += [
            Sent(begins + rand.uniform(0, 40) * MINUTE, "", (names[60 + 15 * number],))
            for _ in range(rand.randint(8, 20))
        ]
    return sorted(stories), bursts


class Archive:
    """Stories in order, counted over any period."""

    def __init__(self, stories: Sequence[Sent]) -> None:
        self.stories = stories
        self._times = [one.at for one in stories]
        self._of: dict[str, list[float]] = {}
        for one in stories:
            for value in one.values:
                self._of.setdefault(value, []).append(one.at)

    def between(self, since: float, until: float) -> Sequence[Sent]:
        """The stories of a period."""
        return self.stories[bisect_left(self._times, since) : bisect_left(self._times, until)]

    def period(self, since: float, until: float, values: Iterable[str], worth: float) -> Period:
        """How many stories there are, and how many have each of these values."""
        counts = {}
        for value in values:
            of = self._of[value]
            counts[value] = bisect_left(of, until) - bisect_left(of, since)
        return Period(bisect_left(self._times, until) - bisect_left(self._times, since), counts, worth)

    def risen(self, now: float) -> dict[str, frozenset[float]]:
        """What is above its usual level in the hour before a moment, with the times of its stories."""
        lately = self.between(now - HOUR, now)
        counts = Counter(value for one in lately for value in one.values)
        values = [value for value, count in counts.items() if count >= FEWEST]
        if not values:
            return {}
        before = [
            self.period(now - week * WEEK - 2 * HOUR, now - week * WEEK + HOUR, values, WORTH["hour"])
            for week in range(1, 5)
        ]
        before.append(self.period(now - WEEK, now - HOUR, values, WORTH["week"]))
        before.append(self.period(now - 52 * WEEK, now - HOUR, values, WORTH["year"]))
        found = rising("", Period(len(lately), {value: counts[value] for value in values}), before)
        return {one.value: frozenset(story.at for story in lately if one.value in story.values) for one in found}


class Alarm(NamedTuple):
    """Something rises: when it was noticed, and what."""

    at: float
    values: tuple[str, ...]


def alarms(stories: Sequence[Sent]) -> list[Alarm]:
    """Every alarm of a stream, looked for every five minutes in which stories came."""
    archive, found = Archive(stories), list[Alarm]()
    risen: dict[str, float] = {}
    known: list[tuple[float, frozenset[float]]] = []
    for now in sorted({(int(one.at) // EVERY + 1) * EVERY for one in stories}):
        rises = archive.risen(now)
        new = {value: of for value, of in rises.items() if now - risen.get(value, -DAY) >= DAY}
        risen |= dict.fromkeys(rises, now)
        known = [(at, of) for at, of in known if now - at < DAY]
        told = [of for of in new.values() if not any(2 * len(of & other) >= len(of) for _, other in known)]
        known += [(now, of) for of in rises.values()]
        if told:
            found.append(Alarm(now, tuple(sorted(new))))
    return found


def black_monday(stories: Sequence[Sent]) -> dict[str, Any]:
    """When it was flagged, beside its first stories, and how many alarms there were on the days before."""
    day = datetime(1987, 10, 19, tzinfo=UTC).timestamp()
    found = alarms(stories)
    before = [one for one in found if one.at < day]
    days = len({int(one.at // DAY) for one in stories if one.at < day})
    told = [one for one in stories if one.at >= day and FALLING.search(one.headline) and STOCKS.search(one.headline)]
    crash = CRASH | {value for one in told for value in one.values if value.startswith("event:")}
    flagged = next((one for one in found if one.at >= day and crash & {*one.values}), None)
    answer = {"days_before": days, "false_alarms": len(before), "false_alarms_a_day": len(before) / days}
    if flagged is None:
        return {"flagged": None, **answer}
    of = crash & {*flagged.values}
    lately = [one.at for one in stories if flagged.at - HOUR <= one.at < flagged.at and of & {*one.values}]
    return {
        "flagged": f"{datetime.fromtimestamp(flagged.at, UTC):%d %B %H:%M}",
        "flagged_by": sorted(of),
        "stories_of_the_hour": [f"{datetime.fromtimestamp(at, UTC):%H:%M:%S}" for at in lately],
        "minutes_after_the_fifth": (flagged.at - lately[min(4, len(lately) - 1)]) / 60,
        "minutes_after_the_first": (flagged.at - lately[0]) / 60,
        "minutes_after_the_first_headline": (flagged.at - told[0].at) / 60,
        **answer,
    }


def planted() -> dict[str, Any]:
    """How many planted bursts are flagged while they last, how soon, and how many other alarms there are."""
    stories, bursts = made()
    found = alarms(stories)
    waits, right = [], set()
    for begins in bursts:
        hit = next((one for one in found if begins <= one.at <= begins + 2 * HOUR), None)
        if hit:
            right.add(hit.at)
            waits.append((hit.at - begins) / 60)
    false = [one for one in found if one.at not in right]
    return {"bursts": len(bursts), "found": len(waits), "minutes": sorted(waits), "false_alarms_a_day": len(false) / 21}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def trends(as_json: bool) -> None:
    """How soon Black Monday is flagged on Reuters of 1987, and how often there are false alarms."""
    found = {
        "black_monday": black_monday(list(reuters(Path(os.environ["NEWSWIRE_CORPORA"])))),
        "made_stream": planted(),
    }
    click.echo(json.dumps(found, indent=2 if as_json else None, ensure_ascii=False))


if __name__ == "__main__":
    trends()
