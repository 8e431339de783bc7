"""Whether a saved search matches more stories than usual: the page's trend measure, for alerts. Queries the store."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from processors.events.trends import Period, Stretch, Trend, now_and_before, rising, usual_level
from search.alerts.notices import LONGEST_HEADLINE, Notice
from search.alerts.saved import SavedSearch, parsed_query_of
from search.characters import shown_line
from search.query.addresses import address
from search.query.checking import ParsedQuery, parsed
from search.query.request import Query
from search.store import Store

MATCHES = "search"  # the one value that is counted


class Level(NamedTuple):
    """Stories of a search in the past hour, how many are usual (0: not known), and how far that is a rise, if it is."""

    stories: int
    usual: float = 0.0
    rise: Trend | None = None


class RiseCounter:
    """Counts stories in a store. The total number of stories is counted once for all searches of a round."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._counts: dict[ParsedQuery, int] = {}

    async def level(self, search: SavedSearch, now: datetime) -> Level:
        """How many stories of the past hour a search has, and how many are usual."""
        query = parsed_query_of(search, self._store.limits)
        everything = msgspec.structs.replace(parsed(Query(limit=1), self._store.limits), sources=query.sources)
        past_hour, stretches = now_and_before(now)
        recent = await self._count(query, past_hour)
        if not recent or search.rising is None:
            return Level(recent)
        before = [await self._period(query, everything, one) for one in stretches]
        current = Period(await self._cached_count(everything, past_hour), {MATCHES: recent})
        rise = next(iter(rising(MATCHES, current, before, search.rising)), None)
        return Level(recent, usual_level(MATCHES, current.stories, before), rise)

    async def rise(self, search: SavedSearch, now: datetime) -> Trend | None:
        """How far its stories of the past hour are above what is usual, where they are."""
        return (await self.level(search, now)).rise

    def forget(self) -> None:
        """Clear the cached counts, before another round."""
        self._counts.clear()

    async def _period(self, query: ParsedQuery, everything: ParsedQuery, stretch: Stretch) -> Period:
        count = await self._cached_count(everything, stretch)
        return Period(count, {MATCHES: await self._count(query, stretch) if count else 0}, stretch.worth)

    async def _cached_count(self, query: ParsedQuery, stretch: Stretch) -> int:
        bounded = _within(query, stretch)
        if bounded not in self._counts:
            self._counts[bounded] = await self._count(query, stretch)
        return self._counts[bounded]

    async def _count(self, query: ParsedQuery, stretch: Stretch) -> int:
        return (await self._store.find(_within(query, stretch))).total


def _within(query: ParsedQuery, stretch: Stretch) -> ParsedQuery:
    return msgspec.structs.replace(
        query, since=stretch.since, until=stretch.until, sort="newest", position=None, limit=1, brief=True
    )


def rise_id(search: SavedSearch, now: datetime) -> str:
    """The id of such an alert, where others have a story's id: at most one an hour."""
    return f"{rise_id_prefix(search)}{now:%Y-%m-%dT%H}"


def rise_id_prefix(search: SavedSearch) -> str:
    """The prefix of the ids of all rise alerts of a search."""
    return f"rise {search.id} "


def notice_of_rise(search: SavedSearch, rise: Trend, now: datetime) -> Notice:
    """The notice of a rise. It quotes no story, so it never needs a kill."""
    usual = f"{rise.usual:.1f}".rstrip("0").rstrip(".") if rise.usual >= 1 else "fewer than one"
    headline = f"Rising: {shown_line(search.name)}, {rise.stories} stories in the past hour, {rise.said}"
    return Notice(
        story=rise_id(search, now),
        version=int(now.timestamp()) // 3600,
        headline=headline[:LONGEST_HEADLINE],
        source="Newswire",
        version_created=now,
        lead=f"{usual} would be usual at this hour of the week.",
        address=address("/", [*search.parameters, ("since", "1h")]),
    )
