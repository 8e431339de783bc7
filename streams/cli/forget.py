"""``newswire forget``: removes stories on request, for good."""

import asyncio
import sys
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from search.characters import escaped
from search.store import Store, StoreTrouble
from streams.errors import NewswireError
from streams.operations.admin_log import logged_action
from streams.settings import settings
from streams.stores import open_items, with_store

if TYPE_CHECKING:
    from streams.operations.forget import ForgetCandidate

SHOWN = 50


@click.command()
@click.option("--id", "ids", multiple=True, help="A story's id, as in search --json; repeatable.")
@click.option("--person", default="", help="Every story that mentions this person, in any case.")
@click.option("--not-indexed", is_flag=True, help="Also ids that the index lacks: Kafka or the archive may have them.")
@click.option("--apply", "applied", is_flag=True, help="Forget them; without this option they are only listed.")
def forget(ids: tuple[str, ...], person: str, *, not_indexed: bool, applied: bool) -> None:
    r"""Forget stories, and items such as pictures: delete their text and annotations for good, and leave a tombstone.

    A notice on news.raw does it, so replays end the same way and later versions of a forgotten story stay out.
    If NEWSWIRE_ARCHIVE is set, the stories are also removed from the archive: docs/archive.md.
    The stages must be running. An id that the index does not have is refused, since it may be mistyped: --not-indexed
    keeps its story out all the same, where Kafka or the archive may still have it. New stories about a person are not
    held back. Kafka keeps its copies until their retention ends, and the output says when; files, backups and snapshots
    are yours to clear.

    \b
    Examples:
      newswire forget --person "Jane Roe"
      newswire forget --person "Jane Roe" --apply
      newswire forget --id 1f0c… --apply
    """
    from streams.operations import forget as work

    if bool(ids) == bool(person.strip()):
        raise click.UsageError("say which: --id ID or --person NAME")

    async def find(store: Store) -> Any:
        await store.refresh()
        sealed = not settings().may_see_embargoed
        return await (work.by_person(store, person, sealed=sealed) if person else work.by_id(store, ids, sealed=sealed))

    found = asyncio.run(with_store(find))
    items = asyncio.run(with_store(lambda store: _if_there(find(store)), open_items))
    known = {item.notice.id for item in items if item.there}
    found = [one for one in found if one.there or one.notice.id not in known] + [item for item in items if item.there]
    _list(found)
    unknown = [] if not_indexed else [story.notice.id for story in found if not story.there]
    if unknown and applied:
        raise NewswireError(f"nothing was forgotten: {_refusal(unknown)}")
    found = [story for story in found if story.there or not_indexed]
    waiting = [story for story in found if not story.forgotten]
    stories = f"{len(waiting)} {'story' if len(waiting) == 1 else 'stories'}"
    if not applied:
        click.echo(f"{stories} would be forgotten; add --apply to do it")
        if unknown:
            raise NewswireError(_refusal(unknown))
        return
    # Not the name: what is to be forgotten must not live on in the log of it.
    with logged_action(
        settings(), "forget", ids=[s.notice.id for s in waiting], by="person" if person else "id"
    ) as outcome:
        outcome["sent"] = work.send(settings(), waiting)
        if settings().archive:
            outcome["archived"] = _from_the_archive([story.notice.id for story in found])
    are = "is" if len(waiting) == 1 else "are"
    click.echo(f"{stories} {are} being forgotten; this shows in the index when the stages have caught up")
    for topic, until in work.kept_until(settings(), datetime.now(UTC)).items():
        click.echo(f"  {topic} may hold bytes of them until {until:%Y-%m-%d %H:%M} UTC", err=True)
    sys.exit(0 if waiting else 1)


def _refusal(unknown: list[str]) -> str:
    some = ", ".join(escaped(one) for one in unknown[:SHOWN])
    return f"not in the index: {some}. If that is not mistyped, and Kafka or the archive may have it, add --not-indexed"


def _from_the_archive(ids: list[str]) -> int:
    """Remove stories from the archive; returns how many messages were removed."""
    from streams.cli.archive.command import clear, opened, say

    store = opened()
    click.echo("searching the archive; if you stop this, newswire archive forget --apply finishes it")
    counts = clear(store, ids, None, dry_run=False)
    say(counts, applied=True)
    return counts.found


async def _if_there(found: Awaitable[list["ForgetCandidate"]]) -> list["ForgetCandidate"]:
    """What is found in the index of items; nothing where the index is from before items were kept."""
    try:
        return await found
    except StoreTrouble as trouble:
        if trouble.remedy != "set up":
            raise
        return []


def _list(found: list["ForgetCandidate"]) -> None:
    for story in found[:SHOWN]:
        called = story.headline or "(embargoed or withheld)"
        what = "already forgotten" if story.forgotten else called if story.there else "not in the index"
        click.echo(escaped(f"{story.notice.id}  {story.notice.source}  {what}"))
    if len(found) > SHOWN:
        click.echo(f"… and {len(found) - SHOWN} more")
