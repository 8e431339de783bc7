"""``newswire searches``: adds, lists, tries, pauses and removes saved searches that alert."""

import asyncio
import getpass
from datetime import UTC, datetime, timedelta
from typing import Any

import click
import msgspec
from rich.table import Column, Table

from search.alerts.saved import (
    NOT_ON_THE_DESK,
    Channel,
    QuietHours,
    SavedSearch,
    checked,
    search_id,
    with_alerts_to_come,
    without_empty,
)  # fmt: skip
from search.characters import shown_line
from search.visibility import arrived_at
from streams.cli.options import CommandGroup
from streams.cli.searches.trying import of_the_week, rises, show_rises
from streams.cli.terminal import cell, console
from streams.errors import NewswireError
from streams.settings import settings
from streams.stores import limits_of, with_store

WEEK = timedelta(days=7)
CHANNELS = ("mail", "slack", "teams", "webhook")
SHORTEST_ID = 4  # characters of the beginning of an id by which a search may be named


@click.group(cls=CommandGroup)
def searches() -> None:
    r"""Saved searches: stories that match are sent as they come, by mail, Slack, Teams, webhook, browser, or the page.

    What was sent is kept true: whoever got a story is told of its correction, kill or embargo. docs/alerts.md has more.

    \b
    Examples:
      newswire searches add "Floods in Brno" 'flood* Brno' --mail desk@example.org
      newswire searches add Acme --target Acme --label against --slack https://hooks.slack.com/… --updates
      newswire searches add "Acme rising" --entity Acme --rising 3 --mail desk@example.org
      newswire searches test "Floods in Brno"
    """


@searches.command()
@click.argument("name")
@click.argument("query", nargs=-1)
@click.option("--entity", default="", help="Person, organization, place or group mentioned, by any of its names.")
@click.option("--holder", default="", help="Who takes the position.")
@click.option("--target", default="", help="Toward whom or what the position is taken.")
@click.option("--label", type=click.Choice(["favor", "against"]), default=None, help="The position.")
@click.option("--source", default="", help="Agency or feed, by any name that its profile has.")
@click.option("--language", default="", help="Language tag; en also finds en-GB.")
@click.option("--mail", multiple=True, help="Send to this mail address; repeatable, as all channels.")
@click.option("--slack", multiple=True, help="Post to this incoming webhook of Slack or Mattermost.")
@click.option("--teams", multiple=True, help="Post to this workflow of Teams.")
@click.option("--webhook", multiple=True, help="Post signed JSON to this URL.")
@click.option("--desk", is_flag=True, help="Show on the page.")
@click.option(
    "--digest", type=click.Choice(["at once", "hourly", "daily"]), default="at once", show_default=True,
    help="When stories are sent; corrections and kills are sent at once.",
)  # fmt: skip
@click.option("--quiet", metavar="22:00-07:00", help="Hours in which only corrections and kills are sent.")
@click.option("--zone", default="", help="Time zone for these; NEWSWIRE_PAGE_ZONE if not given.")
@click.option(
    "--updates", is_flag=True, help="Every new version of a story, with what has changed, not the first only."
)
@click.option(
    "--one-an-event/--every-report",
    default=None,
    help="Only one of several reports of the same event, the default for digests.",
)
@click.option(
    "--rising",
    type=float,
    default=None,
    help="Alert when this many times as many stories as usual came in the past hour (2 to 1000), not of stories.",
)
@click.option("--owner", default="", help="Whose search it is; you if not given.")
def add(name: str, query: tuple[str, ...], **options: Any) -> None:
    """Add a saved search, or change the one with this NAME."""
    from streams.alerts.channels.needed import unsendable
    from streams.alerts.searches import publish
    from streams.alerts.webhook_keys import keys_of

    search = _made(name, query, options)
    publish(settings(), [search])
    click.echo(f"{search.id}  {search.name}")
    for url, key in keys_of(settings(), search):
        click.echo(f"key for {url}: {key}")
    for lack in unsendable(settings(), [search]):
        click.echo(f"newswire: it cannot alert with the settings here: {lack} where the alert stage runs", err=True)


@searches.command("list")
@click.option("--keys", is_flag=True, help="Show the keys with which messages to webhooks are signed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines.")
def list_(*, keys: bool, as_json: bool) -> None:
    """List saved searches."""
    from streams.alerts.searches import saved_searches
    from streams.alerts.webhook_keys import keys_of

    found = saved_searches(settings())
    if as_json:
        for search in found:
            click.echo(msgspec.json.encode(search))
        return
    table = Table(Column("id", no_wrap=True))  # of ids nothing may be cut: commands take them
    for title in ("owner", "name", "asks", "by", "when"):
        table.add_column(title, overflow="fold")
    for search in found:
        by = ", ".join(channel.label for channel in search.channels)
        row = (search.id, search.owner, search.name, _asks(search), by, _when(search))
        table.add_row(*(cell(value) for value in row))
    console().print(table)
    for search in found if keys else ():
        for url, key in keys_of(settings(), search):
            click.echo(f"{search.name}: {url}: {key}")


@searches.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines.")
def test(name: str, *, as_json: bool) -> None:
    """Show what the search with this NAME or id would have sent in the last week, from the index."""
    search = _named(name)
    since = datetime.now(UTC) - WEEK
    if search.rising is not None:
        risen = asyncio.run(with_store(lambda store: rises(store, search, since)))
        show_rises(risen, _when(search), as_json=as_json)
        return
    found: list[dict[str, Any]] = asyncio.run(with_store(lambda store: of_the_week(store, search, since)))
    if as_json:
        for story in found:
            click.echo(msgspec.json.encode(story))
        return
    table = Table("arrived, UTC", "source", "headline")
    for story in found:
        arrived = arrived_at(story).astimezone(UTC)
        table.add_row(*(cell(value) for value in (f"{arrived:%d %b %H:%M}", story["source"], story["headline"])))
    out = console()
    if found:
        out.print(table)
    stories = f"{len(found)} {'story' if len(found) == 1 else 'stories'}"
    out.print(f"{stories} in the last week, {len(found) / WEEK.days:.1f} a day; {_when(search)}")


@searches.command()
@click.argument("name")
@click.option("--resume", is_flag=True, help="Resume it; stories that arrived during the pause are not sent.")
def pause(name: str, *, resume: bool) -> None:
    """Pause the search with this NAME or id. Corrections and kills of what it has sent are sent all the same."""
    from streams.alerts.searches import publish

    search = _named(name)
    publish(settings(), [msgspec.structs.replace(search, paused=not resume, changed_at=datetime.now(UTC))])
    click.echo(f"{search.name} {'goes on' if resume else 'is paused'}")


@searches.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove the search with this NAME or id. Corrections and kills of what it has sent are sent all the same."""
    from streams.alerts.searches import withdraw

    search = _named(name)
    withdraw(settings(), search.id)
    click.echo(f"{search.name} is removed")


@searches.command()
@click.argument("name", required=False, default="")
@click.option("--list", "only_list", is_flag=True, help="Only list them, with the reasons.")
def retry(name: str, *, only_list: bool) -> None:
    """Retry alerts that were given up: all of them, or those of the search with this NAME or id."""
    from streams.alerts.retrying import given_up, request_retries

    search = _named(name).id if name else ""
    found = [one for one in given_up(settings()) if search in ("", one[1].search)]
    table = Table("given up, UTC", "search", "by", "story", "because")
    for _, wanted, delivery in found:
        row = (f"{delivery.at:%d %b %H:%M}", wanted.name, wanted.channel.label, wanted.notice.headline, delivery.reason)
        table.add_row(*(cell(value) for value in row))
    if found:
        console().print(table)
    if only_list:
        click.echo(f"{len(found)} {'was' if len(found) == 1 else 'were'} given up")
    else:
        click.echo(f"{request_retries(settings(), [place for place, *_ in found])} will be retried")


def _made(name: str, words: tuple[str, ...], options: dict[str, Any]) -> SavedSearch:
    owner = options["owner"] or getpass.getuser()
    asked = {one: options[one] or "" for one in ("entity", "holder", "target", "label", "source", "language")}
    quiet = None
    if options["quiet"]:
        start, _, end = options["quiet"].partition("-")
        quiet = QuietHours(start.strip(), end.strip())
    channels = [Channel(kind, to) for kind in CHANNELS for to in options[kind]]  # type: ignore[arg-type]  # as listed
    if options["rising"] is not None and not channels:
        raise NewswireError(f"rising: {NOT_ON_THE_DESK}; give --mail, --slack, --teams or --webhook")
    if options["desk"] or not channels:
        channels.append(Channel("desk"))
    search = SavedSearch(
        id=search_id(owner, name),
        owner=owner,
        name=name,
        query=without_empty({"q": " ".join(words), **asked}),
        changed_at=datetime.now(UTC),
        channels=tuple(channels),
        digest=options["digest"],
        quiet=quiet,
        zone=options["zone"] or settings().page_zone,
        updates=options["updates"],
        one_an_event=options["one_an_event"],
        rising=options["rising"],
    )
    try:
        return with_alerts_to_come(checked(search, limits_of(settings())))
    except ValueError as error:
        raise NewswireError(str(error)) from None


def _named(name: str) -> SavedSearch:
    """The search with this name or id, or whose id alone begins so."""
    from streams.alerts.searches import saved_searches

    every = saved_searches(settings())
    found = [search for search in every if search.id == name or search.name == shown_line(name)]
    if not found and len(name) >= SHORTEST_ID:
        found = [search for search in every if search.id.startswith(name)]
    if len(found) != 1:
        what = "no saved search" if not found else f"{len(found)} saved searches"
        raise NewswireError(f"{what} with the name or id {name!r}: newswire searches list shows all")
    return found[0]


def _asks(search: SavedSearch) -> str:
    return " ".join(f"{name}={value}" if name != "q" else value for name, value in search.parameters)


def _when(search: SavedSearch) -> str:
    if search.paused:
        return "paused"
    parts: list[str] = [search.digest if search.alert else "no alerts"]
    if search.rising is not None:
        parts.append(f"when {search.rising:g} times the usual")
    if search.quiet:
        parts.append(f"quiet {search.quiet.start}-{search.quiet.end} {search.zone}")
    return ", ".join(parts)
