"""The state of each source: its last story, its pace, its refusals, and whether it is silent.

Takes the store and its views, the dead letters and the profiles; gives a `SourceStatus` for each source that has a
profile of the operator's, stories in the index, or dead letters. What is counted is the index's and Kafka's, so every
machine reports the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from processors.annotations import Record
from search.query.checking import parsed
from search.query.request import Query
from search.store import Store
from search.views import Views
from streams.dead_letters.choosing import Group
from streams.feeds.silence import Silence, judge
from streams.feeds.state import APART
from streams.wire.profile import Profiles

LOOKED_AT = 500  # newest stories of a source, by which its pace and usual gaps are judged
MOST_SOURCES = 500
DAY = timedelta(hours=24)


class SourceStatus(Record, frozen=True):
    """One source. ``sources`` are the names under which its stories are kept; ``per_hour`` is over the last 24 hours.

    ``refused`` counts its dead letters of that time, ``None`` where Kafka does not answer.
    """

    name: str
    display_name: str
    has_profile: bool
    sources: tuple[str, ...]
    stories: int
    last_story: datetime | None
    per_hour: float
    refused: int | None
    quiet_seconds: float | None
    usual_gap_seconds: float | None
    expected_seconds: float | None
    silent: bool


async def source_report(
    store: Store, views: Views, profiles: Profiles, refused: Counter[str] | None, now: datetime, *, hidden: bool = False
) -> list[SourceStatus]:
    """Every source by name, once: profiles that keep their stories under one source are one.

    ``refused`` counts dead letters by source.
    """
    facets = await views.facets(parsed(Query(hidden=hidden), store.limits), ("source",), size=MOST_SOURCES)
    kept: dict[str, set[str]] = defaultdict(set)
    for name in (*(count.value for count in facets.counts.get("source", ())), *(refused or ())):
        kept[profiles.of_source(name).name or name].add(name)
    for profile in profiles.all.values():
        if profile.is_named:
            group = profiles.of_source(profile.source or profile.name).name
            kept[group].update({profile.name, profile.source} - {""})
    kept = {name: one_spelling(spellings) for name, spellings in kept.items()}
    return [
        await _status(store, name, sorted(kept[name]), profiles, refused, now, hidden=hidden) for name in sorted(kept)
    ]


async def _status(
    store: Store,
    name: str,
    sources: Sequence[str],
    profiles: Profiles,
    refused: Counter[str] | None,
    now: datetime,
    *,
    hidden: bool,
) -> SourceStatus:
    count = 0
    arrivals: list[datetime] = []
    for source in sources:
        query = Query(exact=(("source", source),), sort="arrived", limit=LOOKED_AT, brief=True, hidden=hidden)
        page = await store.find(msgspec.structs.replace(parsed(query, store.limits), by_receipt=True))
        count += page.total
        arrivals += [datetime.fromisoformat(hit.document["received_at"]) for hit in page.hits]
    arrivals = sorted(arrivals)[-LOOKED_AT:]
    profile = profiles.of_source(name)
    verdict = silence_of(arrivals, now, profile.silence)
    return SourceStatus(
        name=name,
        display_name=profile.display_name,
        has_profile=bool(profile.name),
        sources=tuple(sources),
        stories=count,
        last_story=arrivals[-1] if arrivals else None,
        per_hour=pace(arrivals, now),
        refused=None if refused is None else sum(refused[source] for source in sources),
        quiet_seconds=verdict.quiet if arrivals else None,
        usual_gap_seconds=verdict.usual,
        expected_seconds=verdict.expected,
        silent=verdict.silent,
    )


def one_spelling(names: Iterable[str]) -> set[str]:
    """Names of which the store takes two for one, since it finds them in upper and lower case, only once."""
    return set({name.casefold(): name for name in sorted(names, reverse=True)}.values())


def silence_of(arrivals: Sequence[datetime], now: datetime, expected: float) -> Silence:
    """The verdict on a source, as that on a feed: arrivals less than a minute apart count as one."""
    separate: list[float] = []
    for moment in (arrival.timestamp() for arrival in arrivals):
        if separate and moment - separate[-1] < APART:
            continue
        separate.append(moment)
    if separate:
        separate[-1] = max(separate[-1], arrivals[-1].timestamp())  # the end of a burst that counts as one arrival
    return judge(separate, now.timestamp(), expected=expected or None)


def pace(arrivals: Sequence[datetime], now: datetime) -> float:
    """Stories an hour over the last 24 hours, or over the time of the newest `LOOKED_AT` where that is shorter."""
    recent = [moment for moment in arrivals if now - moment <= DAY]
    if not recent:
        return 0.0
    span = DAY if len(recent) < LOOKED_AT else max(now - recent[0], timedelta(minutes=1))
    return len(recent) / (span / timedelta(hours=1))


def refusals(groups: Iterable[Group]) -> Counter[str]:
    """Dead letters by source."""
    counts: Counter[str] = Counter()
    for group in groups:
        counts[group.source] += group.letters
    return counts
