"""``newswire search``: takes a query and filters, prints what the index holds as cards, JSON or CSV."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeVar

import click
import msgspec
from rich.console import Console

from search.query.checking import ParsedQuery, parsed
from search.query.request import Query
from search.redaction import named, without_text
from search.store import Hit, Store
from streams.cli.hits import COLUMNS, card, csv_line, csv_row, json_line
from streams.cli.options import Moment
from streams.settings import settings
from streams.stores import answered, open_index

PAGE = 500

T = TypeVar("T")


@click.command()
@click.argument("query", nargs=-1)
@click.option("--entity", default="", help="Person, organization, place or group mentioned, by any of its names.")
@click.option("--holder", default="", help="Who takes the position.")
@click.option("--target", default="", help="Toward whom or what the position is taken.")
@click.option("--label", type=click.Choice(["favor", "against"]), help="The position; one must match all three.")
@click.option("--source", default="", help="Agency or feed.")
@click.option("--language", default="", help="Language tag; en also finds en-GB.")
@click.option("--since", type=Moment(), help="At or after this time: 2026-11-23, 2026-11-23T14:30Z or 24h (ago).")
@click.option("--until", type=Moment(end=True), help="Before this time; a date includes that whole day.")
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest"]),
    help="[default: relevance with a QUERY, otherwise newest]",
)
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=20, show_default=True, help="Maximum number of stories."
)
@click.option(
    "--all",
    "hidden",
    is_flag=True,
    help="Killed, withheld and embargoed stories too; without NEWSWIRE_MAY_SEE_EMBARGOED the killed ones only.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV with a header line.")
def search(query: tuple[str, ...], limit: int, *, as_json: bool, as_csv: bool, **options: Any) -> None:
    r"""Search enriched articles in the index that NEWSWIRE_INDEX names.

    QUERY: words that must all occur, "exact phrases", prefix*, field:value, AND, OR, NOT, -word and parentheses.
    Fields: headline body person organization location entity holder target label sentiment source subject
    keyword kind status urgency usage_terms copyright previous_headline … Put -- before a QUERY that starts
    with a minus. docs/searching.md has twenty questions with their queries.

    \b
    Examples:
      newswire search '"one-China policy"' --holder Putin --label favor
      newswire search 'sanction* -oil' --entity "Xi Jinping" --since 7d --sort newest
      newswire search 'kind:correction source:AP' --json | jq -r .headline
      newswire search --target "United States" --label against --csv > against.csv
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv cannot be combined")
    style = "json" if as_json else "csv" if as_csv else "cards"
    asyncio.run(_print(permitted(asked_for(query, **options)), limit, style))


def asked_for(words: Sequence[str], **options: Any) -> Query:
    """The query of the command's words and of those options that are parts of a `Query`; empty ones are left out."""
    text = " ".join(words)
    options = {name: value for name, value in options.items() if value}
    options.setdefault("sort", "relevance" if text.strip() else "newest")
    return Query(text, **options)


def permitted(query: Query) -> Query:
    """The query, restricted to what this installation may show.

    Kills are public, but neither withheld nor embargoed stories are there. What a kill's story said is not searched.
    """
    if not query.hidden or settings().may_see_embargoed:
        return query
    tells = query.text.strip() or query.entity or query.holder or query.target or query.label
    return msgspec.structs.replace(query, hidden=False, kills=not tells)


async def _print(query: Query, limit: int, style: str) -> None:
    console = Console(highlight=False, markup=False, soft_wrap=not sys.stdout.isatty())
    printed = 0
    async for total, hit in _hits(query, limit):
        if not printed and style == "csv":
            click.echo(csv_line(COLUMNS))
        if not printed and style == "cards":
            console.print(f"{total} {'story' if total == 1 else 'stories'}\n", style="dim")
        printed += 1
        if style == "cards":
            console.print(card(hit))
        else:
            click.echo(json_line(hit) if style == "json" else csv_row(hit))
    if not printed:
        if style == "csv":
            click.echo(csv_line(COLUMNS))
        hint = "" if query.hidden or query.kills else " (--all includes hidden ones)"
        click.echo(f"no stories match{hint}", err=True)


async def _understood(query: Query, store: Store) -> ParsedQuery:
    return parsed(query, store.limits)


async def _hits(query: Query, limit: int) -> AsyncIterator[tuple[int, Hit]]:
    """The total and each hit, page after page."""
    store = open_index(settings())
    try:
        page = await answered(_understood(query, store))
        while limit > 0:
            found = await answered(store.find(msgspec.structs.replace(page, limit=min(limit, PAGE))))
            for hit in found.hits:
                yield found.total, _shown(hit, query)
            limit -= len(found.hits)
            if not found.after:
                return
            page = page.following(found.after)
    finally:
        await store.close()


def _shown(hit: Hit, query: Query) -> Hit:
    """The hit; of a kill that is shown to somebody without the right, that there was a story and what all call it."""
    if not query.kills or hit.document["status"] == "usable":
        return hit
    slugline, _ = named(hit.document, hidden=False)
    return Hit(hit.id, hit.score, {**without_text(hit.document), "slugline": slugline, "killed": None})
