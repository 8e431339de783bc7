"""``newswire sources``: shows each source with its last story, pace, refusals and silence, as a table or JSON Lines."""

import asyncio
import sys
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime

import click
import msgspec
from rich.table import Table

from search.open import views_of
from search.store import Store
from streams.cli.terminal import cell, console
from streams.errors import Unavailable
from streams.operations.source_report import DAY, SourceStatus, refusals, source_report
from streams.settings import settings
from streams.sources.book import ProfileBook
from streams.spans import span
from streams.stores import with_store

KAFKA_SECONDS = 10.0


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines instead of a table.")
@click.option("--check", is_flag=True, help="For monitoring: exit status 1 if any source is silent.")
def sources(*, as_json: bool, check: bool) -> None:
    r"""Show each source: its last story, stories an hour, dead letters of the last 24 hours, and whether it is silent.

    A source is listed if NEWSWIRE_SOURCES has a profile of it, the index has stories of it, or dead letters name it.
    It is silent if nothing has come for longer than its profile expects, or than twice its usual gap. What shipped
    profiles say is in docs/sources.md.

    \b
    Examples:
      newswire sources
      newswire sources --json | jq -r 'select(.silent) | .name'
      newswire sources --check
    """
    profiles = ProfileBook.of(settings()).current()
    refused = _refused()
    now = datetime.now(UTC)

    async def report(store: Store) -> list[SourceStatus]:
        await store.count()  # raises if there is no index
        views = views_of(store)
        try:
            hidden = settings().may_see_embargoed
            return await source_report(store, views, profiles, refused, now, hidden=hidden)
        finally:
            await views.close()

    found: list[SourceStatus] = asyncio.run(with_store(report))
    if as_json:
        for one in found:
            click.echo(msgspec.json.encode(one))
    else:
        _print(found, now)
    if check and any(one.silent for one in found):
        sys.exit(1)


def _refused() -> Counter[str] | None:
    """Dead letters of the last day by source; without Kafka, which is said, nobody knows."""
    from streams.dead_letters.choosing import LetterSelection
    from streams.dead_letters.store import DeadStore
    from streams.kafka.reader import TopicReader

    try:
        with TopicReader(settings(), KAFKA_SECONDS) as reader, closing(DeadStore(settings())) as store:
            store.read_on(reader)
            return refusals(store.groups(LetterSelection(since=datetime.now(UTC) - DAY)))
    except Unavailable as away:
        click.echo(f"refusals are not known: {away}", err=True)
        return None


def _print(found: list[SourceStatus], now: datetime) -> None:
    table = Table()
    for column in ("source", "name", "stories", "last story, UTC", "ago", "per hour", "refused", "silent"):
        table.add_column(column, overflow="fold", no_wrap=column in ("last story, UTC", "ago"))
    for one in found:
        last = f"{one.last_story.astimezone(UTC):%Y-%m-%d %H:%M}" if one.last_story else "never"
        ago = span((now - one.last_story).total_seconds()) if one.last_story else ""
        refused = "?" if one.refused is None else str(one.refused)
        name = one.name or "(unnamed)"
        shown = (name, one.display_name, one.stories, last, ago, f"{one.per_hour:.1f}", refused, _silent(one))
        table.add_row(*map(cell, shown))
    console().print(table if found else "no sources: neither profiles nor stories")


def _silent(one: SourceStatus) -> str:
    if one.silent:
        return "SILENT"
    if one.expected_seconds is not None:
        return f"no (expected within {span(one.expected_seconds)})"
    return "no" if one.usual_gap_seconds is not None else "not known"
