"""``newswire reenrich``: takes which stories, sends them to be annotated again."""

import asyncio
from datetime import datetime
from typing import Any

import click
import msgspec

from search.characters import escaped
from search.query.request import Query
from search.store import Store
from streams.cli.options import Moment
from streams.cli.terminal import progress
from streams.operations.admin_log import logged_action, unless_dry_run
from streams.settings import settings
from streams.stores import with_store

ANNOTATORS = ("entities", "sentiment", "stance")


@click.command()
@click.option(
    "--model-older-than", "older_than", default="", metavar="VERSION",
    help="Stories annotated by a model older than this, by the numbers in its version; "
    '"current" means any other than the models installed here.',
)  # fmt: skip
@click.option(
    "--annotator", "annotators", type=click.Choice(ANNOTATORS), multiple=True,
    help="Compare only this annotator's model; repeatable.",
)  # fmt: skip
@click.option("--query", "-q", "text", default="", help="Stories that match this query, as in newswire search.")
@click.option("--source", default="", help="Agency or feed, by any name that its profile has.")
@click.option("--since", type=Moment(), help="Only versions created at or after this time.")
@click.option("--until", type=Moment(end=True), help="Only versions created before this time.")
@click.option("--dry-run", is_flag=True, help="Only count; send nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def reenrich(
    older_than: str, annotators: tuple[str, ...], text: str, source: str, since: datetime | None,
    until: datetime | None, *, dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    r"""Annotate indexed stories again, and only those that need it.

    Sends each, in its indexed version, to news.articles; the enrich and index stages do the rest. Killed stories
    stay killed, and newer versions that arrive meanwhile are kept. Safe to repeat.

    \b
    Examples:
      newswire reenrich --model-older-than current --dry-run
      newswire reenrich --model-older-than 2.0 --annotator stance
      newswire reenrich --query 'failed:stance' --since 7d
    """
    from processors.text.language import ENGLISH
    from streams.operations.reenrich import ReenrichCounts, ReenrichSelection
    from streams.operations.reenrich import reenrich as send

    if not (older_than or text.strip()):
        raise click.UsageError("say which: --model-older-than VERSION, --query Q, or both")
    if older_than and older_than != "current" and not any(character.isdigit() for character in older_than):
        raise click.UsageError(f"--model-older-than: {older_than!r} contains no version number")
    query = Query(text, source=source, since=since, until=until)
    current = _models() if older_than == "current" else None
    languages = frozenset([ENGLISH, *settings().others])
    wanted = ReenrichSelection(query, "" if current else older_than, current, annotators, languages)

    async def work(store: Store) -> ReenrichCounts:
        with progress() as bar:
            task = bar.add_task("checking stories", total=None)
            return await send(
                settings(), store, wanted, dry_run=dry_run, seen=lambda total: bar.update(task, total=total, advance=1)
            )

    act = logged_action(
        settings(), "reenrich", query=text, source=source, since=since, until=until, older_than=older_than
    )
    with unless_dry_run(dry_run, act) as outcome:
        counts = asyncio.run(with_store(work))
        outcome.update(msgspec.structs.asdict(counts))
    _print(counts, dry_run=dry_run, as_json=as_json)


def _models() -> Any:
    """The models that the enrich stage would use here."""
    from processors.pipeline import load

    return load(settings().pipeline, settings().others, settings().aliases).models


def _print(counts: Any, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode({"dry_run": dry_run, **msgspec.structs.asdict(counts)}))
        return
    sent = "would be sent" if dry_run else "sent"
    click.echo(f"{counts.looked_at} stories checked, {counts.sent} {sent} to {settings().topic('articles')}")
    for number, what in ((counts.up_to_date, "already annotated by these models"), (counts.killed, "killed")):
        if number:
            click.echo(f"  {number} left out: {what}")
    if counts.unfit:
        click.echo(f"  {counts.unfit} left out: the index does not hold their whole article")
    for story, why in counts.examples.items():
        click.echo(f"    {escaped(story)}: {escaped(why)}")
