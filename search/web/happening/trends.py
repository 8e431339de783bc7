"""What is rising, for the page: a library in, trends out, counted once a minute and never while a reader waits."""

import asyncio
import logging
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from processors.events.trends import Period, Stretch, Trend, first_of, now_and_before, rising
from search.query.addresses import address, entity_address, event_address
from search.query.checking import ParsedQuery, parsed
from search.query.request import Query, QueryError
from search.store import StoreTrouble
from search.views import MOST_VALUES, Facets
from search.visibility import Sources
from search.web.happening.reports import called_in, event_headline
from search.web.library import Library

FIELDS = ("person", "organization", "location", "event", "stance", "source")
NAMES = ("person", "organization", "location")
COUNTED = 100  # values of each field of the past hour
AGAIN = 60.0  # seconds between two counts
SHOWN = 8

log = logging.getLogger(__name__)


class CountedTrends(NamedTuple):
    """What was rising at a moment, and what the stories of those events said that these are called."""

    at: float  # monotonic seconds
    trends: tuple[Trend, ...] = ()
    called: Mapping[str, str] = {}


NEVER = CountedTrends(-AGAIN)  # counted: due at once


class TrendWatch:
    """The trends of a site, for each set of sources that readers may see."""

    def __init__(self) -> None:
        self._known: dict[Sources, CountedTrends] = {}
        self._counting: dict[Sources, asyncio.Task[None]] = {}

    def of(self, library: Library, now: datetime) -> tuple[Trend, ...]:
        """What was rising when it was last counted; where that is long ago, it is counted beside."""
        known = self._known.get(library.sources, NEVER)
        if time.monotonic() - known.at >= AGAIN and library.sources not in self._counting:
            self._counting[library.sources] = asyncio.ensure_future(self._count(library, now))
        return known.trends

    def called(self, library: Library) -> Mapping[str, str]:
        """What the events among them were called when they were counted."""
        return self._known.get(library.sources, NEVER).called

    async def counted(self, library: Library, now: datetime) -> tuple[Trend, ...]:
        """The same, waited for where it was never counted."""
        trends = self.of(library, now)
        if library.sources not in self._known:
            await self._counting[library.sources]
            trends = self._known.get(library.sources, NEVER).trends
        return trends

    async def settle(self) -> None:
        """Wait until what is being counted is counted."""
        await asyncio.gather(*self._counting.values())

    async def _count(self, library: Library, now: datetime) -> None:
        try:
            trends = await trends_of(library, now)
            called = {one.value: await _called(library, one.value) for one in trends if one.field == "event"}
        except (StoreTrouble, QueryError) as trouble:
            log.info("trends are not counted: %s", trouble)
            trends, called = (), {}
        finally:
            self._counting.pop(library.sources, None)
        self._known[library.sources] = CountedTrends(time.monotonic(), trends, called)


async def trends_of(library: Library, now: datetime) -> tuple[Trend, ...]:
    """What is above its usual level in the past hour."""
    past_hour, spans = now_and_before(now)
    lately = await library.facets(_within(library, past_hour), FIELDS, size=COUNTED)
    if not lately.counted:
        return ()
    before = [  # one after another: readers come first
        (await library.facets(_within(library, span), FIELDS, size=MOST_VALUES), span.worth) for span in spans
    ]
    found: list[Trend] = []
    for field in FIELDS:
        periods = [_period(facets, field, worth) for facets, worth in before]
        found += rising(field, _period(lately, field, 0), periods)
    return first_of(found, SHOWN)


async def _called(library: Library, event: str) -> str:
    """What the newest story of an event says that it is called; "" where readers of these sources may not know."""
    query = parsed(Query(exact=(("event", event),), sort="newest", limit=1, brief=True), library.limits)
    found = await library.find(msgspec.structs.replace(query, fields=("id", "event.headline")))
    return next(filter(None, called_in(found.hits)), "")


def _within(library: Library, span: Stretch) -> ParsedQuery:
    return parsed(Query(since=span.since, until=span.until, limit=1), library.limits)


def _period(facets: Facets, field: str, worth: float) -> Period:
    counts = {one.value: one.stories for one in facets.counts.get(field, ())}
    floor = min(counts.values()) if len(counts) >= MOST_VALUES else 0
    return Period(facets.counted, counts, worth, floor)


class TrendLine(msgspec.Struct, frozen=True):
    """A trend in a list: what rises, what it is called, where it leads, and how many times the usual it is."""

    text: str
    link: str
    times: str
    stories: int


def lines_of(trends: tuple[Trend, ...], headlines: Mapping[str, str]) -> list[TrendLine]:
    """Trends for a list; of an event the headline is given, and one without is left out: nobody may see it."""
    found = []
    for one in trends:
        text = headlines.get(one.value, "") if one.field == "event" else one.value
        if text:
            found.append(TrendLine(text, _link(one), one.said, one.stories))
    return found


def _link(trend: Trend) -> str:
    if trend.field == "event":
        return event_address(trend.value)
    if trend.field in NAMES:
        return entity_address(trend.value)
    return address("/", [(trend.field, trend.value), ("since", "1h")])


async def trend_context(watch: TrendWatch, library: Library, now: datetime) -> dict[str, Any]:
    """What the front page shows of trends."""
    trends = watch.of(library, now)
    reports = await library.reports([one.value for one in trends if one.field == "event"], SHOWN * COUNTED)
    called = watch.called(library)
    headlines = {event: event_headline([called.get(event)], of) for event, of in reports.items()}
    return {"trends": lines_of(trends, headlines)}


def trend_of_name(watch: TrendWatch, library: Library, now: datetime, name: str) -> str:
    """What a name's page says of its trend, "" for none."""
    trends = watch.of(library, now)
    found = next((one for one in trends if one.field in NAMES and one.value == name), None)
    return f"Rising: {found.stories} stories in the past hour, {found.said}" if found else ""
