"""What a saved search would have sent: takes it and the index, gives its stories or rises of the last week."""

from datetime import UTC, datetime, timedelta
from typing import Any

import click
import msgspec
from rich.table import Table

from processors.events.trends import FEWEST, Trend
from search.alerts.rises import RiseCounter
from search.alerts.saved import SavedSearch, parsed_query_of
from search.store import SearchResults, Store
from search.visibility import arrived_at
from streams.cli.terminal import console
from streams.settings import settings

HOUR, LOOKS = timedelta(hours=1), timedelta(minutes=5)  # of a search that alerts on a rise: how often it is tried
PAGE = 500


async def of_the_week(store: Store, search: SavedSearch, since: datetime) -> list[dict[str, Any]]:
    """The stories that match and have arrived since then, the last one first."""
    page = msgspec.structs.replace(parsed_query_of(search, store.limits), sort="arrived", limit=PAGE, brief=True)
    stories: list[dict[str, Any]] = []
    while True:
        found: SearchResults = await store.find(page)
        for hit in found.hits:
            if arrived_at(hit.document) < since:
                return stories
            stories.append(hit.document)
        if not found.after:
            return stories
        page = page.following(found.after)


async def rises(store: Store, search: SavedSearch, since: datetime) -> list[tuple[datetime, Trend]]:
    """When it would have alerted: tried every few minutes in which there were stories enough."""
    stories = await of_the_week(store, search, since - HOUR)
    times = sorted(datetime.fromisoformat(one["version_created"]) for one in stories)
    counter, found = RiseCounter(store), list[tuple[datetime, Trend]]()
    next_look = since
    for number, moment in enumerate(times[FEWEST - 1 :]):
        if moment < next_look or moment - times[number] > HOUR:
            continue
        next_look = moment + LOOKS
        counter.forget()
        if (rise := await counter.rise(search, moment)) is not None:
            found.append((moment, rise))
            next_look = moment + timedelta(hours=settings().alert_rising_hours)
    return found


def show_rises(found: list[tuple[datetime, Trend]], when: str, *, as_json: bool) -> None:
    """Print when it would have alerted; ``when`` is how its alerts are sent."""
    if as_json:
        for moment, rise in found:
            click.echo(msgspec.json.encode({"at": moment, "stories": rise.stories, "usual": rise.usual}))
        return
    table = Table("at, UTC", "stories in the hour", "usual")
    for moment, rise in found:
        table.add_row(f"{moment.astimezone(UTC):%d %b %H:%M}", str(rise.stories), f"{rise.usual:.1f}")
    out = console()
    if found:
        out.print(table)
    out.print(f"{len(found)} {'alert' if len(found) == 1 else 'alerts'} in the last week; {when}")
