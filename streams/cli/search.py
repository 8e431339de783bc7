"""``newswire search``: takes a query and filters, prints what the index holds as cards, JSON or CSV."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeVar

import click
import msgspec
from rich.console import Console

from search.exports.tables import COLUMNS, csv_line, csv_row, json_line
from search.query.checking import ParsedQuery, parsed
from search.query.language import parse
from search.query.request import Query, QueryError
from search.query.telling import asks_of_kept
from search.redaction import filed_at, named, without_text
from search.store import Hit, Store
from search.stories.alike import stories_about
from search.stories.described import Describer
from streams.cli.hits import card
from streams.cli.options import FORMS, Moment
from streams.operations.extras import require
from streams.settings import settings
from streams.stores import answered, limits_of, open_index

PAGE = 500
NEEDS_RIGHT = "what is withheld or embargoed needs NEWSWIRE_MAY_SEE_EMBARGOED=true"
NOT_BY_WORDS = "what was killed is listed only without words and names"

T = TypeVar("T")


@click.command()
@click.argument("query", nargs=-1)
@click.option("--entity", default="", help="Person, organization, place or group mentioned, by any of its names.")
@click.option("--holder", default="", help="Who takes the position.")
@click.option("--target", default="", help="Toward whom or what the position is taken.")
@click.option("--label", type=click.Choice(["favor", "against"]), help="The position; one must match all three.")
@click.option("--source", default="", help="Agency or feed, by any name that its profile has.")
@click.option("--language", default="", help="Language tag; en also finds en-GB.")
@click.option("--since", type=Moment(), help=f"At or after this time: {FORMS}.")
@click.option("--until", type=Moment(end=True), help="Before this time; a day, week, month or year includes all of it.")
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
    help="Killed, withheld and embargoed stories too; without NEWSWIRE_MAY_SEE_EMBARGOED the killed ones only, and "
    "those only if nothing is searched by words or names: by kind:, status:, source:, language: or time.",
)
@click.option(
    "--by-meaning",
    is_flag=True,
    help="QUERY says in plain English what stories are about; they may use other words.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV with a header line.")
def search(
    query: tuple[str, ...], limit: int, *, by_meaning: bool, as_json: bool, as_csv: bool, **options: Any
) -> None:
    r"""Search enriched articles in the index that NEWSWIRE_INDEX names.

    QUERY: words that must all occur, "exact phrases", prefix*, field:value, AND, OR, NOT, -word and parentheses.
    Words are found by their stems in English, German, French, Spanish and Italian stories.
    Fields: headline body person organization location entity holder target label sentiment source subject
    keyword kind status urgency usage_terms copyright previous_headline … Put -- before a QUERY that starts
    with a minus. docs/searching.md has twenty questions with their queries.

    \b
    Examples:
      newswire search '"one-China policy"' --holder Putin --label favor
      newswire search 'sanction* -oil' --entity "Xi Jinping" --since 7d --sort newest
      newswire search 'kind:correction source:AP' --json | jq -r .headline
      newswire search --target "United States" --label against --csv > against.csv
      newswire search --by-meaning 'workers refuse to load ships' --since 7d
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv cannot be combined")
    style = "json" if as_json else "csv" if as_csv else "cards"
    wanted = asked_for(() if by_meaning else query, **options)
    asked = permitted(wanted, by_meaning=by_meaning)
    if by_meaning:
        require("newswire search --by-meaning", "enrich")
        hits = _nearest(" ".join(query), asked, limit)
    else:
        hits = _hits(asked, limit)
    found = asyncio.run(_print(hits, asked, style))
    hint = left_out(wanted, asked, by_meaning=by_meaning)
    if not found:
        click.echo(f"no stories match ({hint})" if hint else "no stories match", err=True)
    elif wanted.hidden and hint:
        click.echo(hint, err=True)


def asked_for(words: Sequence[str], **options: Any) -> Query:
    """The query of the command's words and of those options that are parts of a `Query`; empty ones are left out."""
    text = " ".join(words)
    options = {name: value for name, value in options.items() if value}
    options.setdefault("sort", "relevance" if text.strip() else "newest")
    return Query(text, **options)


def permitted(query: Query, *, by_meaning: bool = False) -> Query:
    """The query, restricted to what this installation may show.

    Kills are public, but neither withheld nor embargoed stories are there. What a kill's story said is not searched,
    neither by words nor by meaning: only what the kill shows to everybody.
    """
    if not query.hidden or settings().may_see_embargoed:
        return query
    tells = by_meaning or query.entity or query.holder or query.target or query.label
    return msgspec.structs.replace(query, hidden=False, kills=not tells and _asks_of_kept(query.text))


def _asks_of_kept(text: str) -> bool:
    try:
        return asks_of_kept(parse(text, limits_of(settings())))
    except QueryError:  # which the search itself says
        return False


def left_out(wanted: Query, asked: Query, *, by_meaning: bool = False) -> str:
    """Which stories were not looked for, and how to see them; "" if none."""
    if asked.hidden:
        return ""
    if wanted.hidden:
        return NEEDS_RIGHT if asked.kills else f"{NEEDS_RIGHT}; {NOT_BY_WORDS}"
    every = permitted(msgspec.structs.replace(wanted, hidden=True), by_meaning=by_meaning)
    return "--all includes hidden ones" if every.hidden else "--all includes killed ones" if every.kills else ""


async def _print(hits: AsyncIterator[tuple[int, Hit]], query: Query, style: str) -> int:
    """Print what is found; returns how many stories that are."""
    console = Console(highlight=False, markup=False, soft_wrap=not sys.stdout.isatty())
    printed = 0
    async for total, hit in hits:
        if not printed and style == "csv":
            click.echo(csv_line(COLUMNS))
        if not printed and style == "cards":
            console.print(f"{total} {'story' if total == 1 else 'stories'}\n", style="dim")
        printed += 1
        if style == "cards":
            console.print(card(hit, hidden=query.hidden))
        else:
            click.echo(json_line(hit) if style == "json" else csv_row(hit))
    if not printed and style == "csv":
        click.echo(csv_line(COLUMNS))
    return printed


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
                yield found.total, without_the_killed_text(hit, query)
            limit -= len(found.hits)
            if not found.after:
                return
            page = page.following(found.after)
    finally:
        await store.close()


async def _nearest(text: str, query: Query, limit: int) -> AsyncIterator[tuple[int, Hit]]:
    """What is near a description in plain words, with how much that is."""
    store = open_index(settings())
    try:
        meaning = await answered(Describer().meaning(text))
        page = await answered(_understood(msgspec.structs.replace(query, limit=min(limit, PAGE)), store))
        hits = await answered(stories_about(store, text, meaning, page))
        for hit in hits:
            yield len(hits), without_the_killed_text(hit, query)
    finally:
        await store.close()


def without_the_killed_text(hit: Hit, query: Query) -> Hit:
    """The hit; of a kill that is shown to somebody without the right, that there was a story and what all call it."""
    if not query.kills or hit.document["status"] == "usable":
        return hit
    slugline, _ = named(hit.document, hidden=False)
    filed = filed_at(hit.document, hidden=False)
    first = {"first_created": filed.isoformat().replace("+00:00", "Z")} if filed else {}
    return Hit(hit.id, hit.score, {**without_text(hit.document), "slugline": slugline, "killed": None, **first})
