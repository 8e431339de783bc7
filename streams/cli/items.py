"""``newswire items``: takes a query and filters, lists what is no text: pictures, videos, events and the like."""

import asyncio
from datetime import datetime
from typing import Any

import click
import msgspec
from rich.table import Table

from search.query.checking import parsed
from search.query.request import Query
from search.store import SearchResults, Store, StoreTrouble
from search.stories.cited import cited_by
from search.visibility import is_there
from streams.cli.options import FORMS, Moment
from streams.cli.search import asked_for, left_out, permitted, without_the_killed_text
from streams.cli.terminal import cell, console
from streams.errors import NewswireError
from streams.settings import settings
from streams.stores import open_items, with_store
from streams.wire.raw import KINDS, OTHER, REFERENCE

ITEM_KINDS = sorted({*KINDS.values(), OTHER} - {REFERENCE})
RIGHTS = ("credit", "copyright_notice", "usage_terms")


@click.command()
@click.argument("query", nargs=-1)
@click.option("--kind", type=click.Choice(ITEM_KINDS), help="Only items of this kind.")
@click.option("--of", "story", default="", help="Only items that the story with this id cites.")
@click.option("--source", default="", help="Agency or feed, by any name that its profile has.")
@click.option("--since", type=Moment(), help=f"At or after this time: {FORMS}.")
@click.option("--until", type=Moment(end=True), help="Before this time; a date includes that whole day.")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="Maximum number of items.")
@click.option("--all", "hidden", is_flag=True, help="Killed, withheld and embargoed items too, as with search --all.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines.")
def items(
    query: tuple[str, ...],
    kind: str | None,
    story: str,
    source: str,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    *,
    hidden: bool,
    as_json: bool,
) -> None:
    r"""List items that are not articles: pictures, graphics, videos, audio, events, planning, packages.

    They are kept beside the stories, with their captions and rights, and never fetched. Kills, embargoes and versions
    apply to them as to stories. QUERY is as in newswire search; the stories that cite an item are found by
    newswire search 'link:"GUID"'. newswire skipped counts what came in.

    \b
    Examples:
      newswire items --kind picture --since 24h
      newswire items flood --source AFP --json | jq -r .guid
      newswire items --of 1f0c…
    """
    wanted = asked_for(query, source=source, since=since, until=until, hidden=hidden, limit=limit)
    if kind:
        wanted = msgspec.structs.replace(wanted, exact=(("class", kind),))
    asked = permitted(wanted)
    found = asyncio.run(_found(asked, story))
    if hidden and (hint := left_out(wanted, asked)):
        click.echo(hint, err=True)
    if as_json:
        for hit in found.hits:
            click.echo(msgspec.json.encode(hit.document))
        return
    table = Table("time, UTC", "kind", "source", "caption", "rights", "guid")
    for hit in found.hits:
        table.add_row(*(cell(value) for value in _row(hit.document)))
    out = console()
    out.print(f"{found.total} {'item' if found.total == 1 else 'items'}")
    if found.hits:
        out.print(table)


def _row(item: dict[str, Any]) -> tuple[str, ...]:
    kind = item.get("item_class") or ""
    caption = ": ".join(filter(None, (item.get("headline"), item.get("body"))))
    rights = " · ".join(item[name] for name in RIGHTS if item.get(name))
    state = "" if item["status"] == "usable" else f" ({item['status']})"
    return (
        item["version_created"][:16].replace("T", " "),
        f"{kind}{state}",
        item["source"],
        caption,
        rights,
        item["guid"],
    )


async def _found(query: Query, story: str) -> SearchResults:
    if story:
        query = await _those_of(story, query)
    empty = SearchResults(0, ())
    if story and not query.text:
        return empty

    async def find(store: Store) -> SearchResults:
        try:
            found = await store.find(parsed(query, store.limits))
        except StoreTrouble as trouble:
            if trouble.remedy != "set up":
                raise
            await with_store(lambda stories: stories.count())  # raises if there is no index of stories either
            return empty  # the index of items is made with the first of them
        hits = tuple(without_the_killed_text(hit, query) for hit in found.hits)
        return msgspec.structs.replace(found, hits=hits)

    result: SearchResults = await with_store(find, open_items)
    return result


async def _those_of(story: str, query: Query) -> Query:
    """The query, restricted to what a story cites; without a text if it cites nothing."""
    document = await with_store(lambda store: store.get(story))
    if not is_there(document, datetime.now().astimezone(), hidden=settings().may_see_embargoed):
        raise NewswireError(f"there is no story {story}")
    cited = cited_by(document)
    text = cited.text if cited else ""
    return msgspec.structs.replace(query, text=f"({text}) {query.text}" if text and query.text else text)
