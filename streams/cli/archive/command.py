"""``newswire archive``: checks the archive of raw messages, and removes forgotten stories from it."""

import sys
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click
import msgspec

from search.characters import escaped
from streams.archive.stores import ArchiveStore, open_archive
from streams.cli.options import CommandGroup, Moment
from streams.cli.terminal import progress
from streams.errors import SettingsError
from streams.operations.admin_log import logged_action, unless_dry_run
from streams.operations.extras import require
from streams.settings import settings

if TYPE_CHECKING:
    from streams.operations.archive_forget import ArchiveForgetCounts


def opened() -> ArchiveStore:
    """The archive of the settings."""
    if not settings().archive:
        raise SettingsError("there is no archive: set NEWSWIRE_ARCHIVE to a folder or to s3://bucket/prefix")
    if settings().archive.startswith("s3://"):
        require("an archive in a bucket", "pull")
    return open_archive(settings())


def existing() -> ArchiveStore:
    """The archive of the settings, to read: one that does not exist is not taken for an empty one."""
    store = opened()
    if not store.is_there():
        raise SettingsError(
            f"the archive {store.where} does not exist: check NEWSWIRE_ARCHIVE (newswire worker archive makes it with "
            "the first message)"
        )
    return store


def report(why: str) -> None:
    """Say on standard error that a file cannot be used."""
    click.echo(escaped(f"damaged: {why}"), err=True)


@click.group(cls=CommandGroup)
def archive() -> None:
    r"""The archive of raw messages, which `newswire worker archive` fills.

    \b
    Examples:
      newswire archive check
      newswire archive forget --from 2d --apply
      newswire replay --archive --dry-run
    """


@archive.command()
@click.option("--from", "since", type=Moment(), help="Only messages received on this day or later.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines, one line per source.")
def check(since: datetime | None, *, as_json: bool) -> None:
    """Read the whole archive; show each source's messages and bytes, and every file that is damaged or not a segment.

    The exit status is 1 if there is such a file.
    """
    from streams.operations.archive_check import check_archive

    with progress() as bar:
        task = bar.add_task("reading the archive", total=None)
        found, damaged = check_archive(
            existing(),
            _day(since),
            report,
            started=lambda total: bar.update(task, total=total),
            seen=lambda: bar.advance(task),
        )
    for one in found:
        line = (
            f"{one.source}  {one.messages} messages in {one.segments} segments, {one.bytes} bytes, "
            f"from {one.first} to {one.last}"
        )
        click.echo(msgspec.json.encode(one) if as_json else escaped(line))
    if not as_json and not found:
        click.echo("the archive is empty")
    sys.exit(1 if damaged else 0)


@archive.command()
@click.option("--from", "since", type=Moment(), help="Only messages received on this day or later.")
@click.option("--apply", "applied", is_flag=True, help="Remove them; without this option they are only counted.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def forget(since: datetime | None, *, applied: bool, as_json: bool) -> None:
    """Remove all stories whose notices of forgetting are in the archive.

    `newswire forget --apply` removes what is archived of its stories at that moment. Run this every day to catch what
    came later: new versions of forgotten stories, and messages that were still on their way to the archive.
    """
    from streams.archive.reading import forgotten_ids

    store = existing()
    ids = forgotten_ids(store, report)
    with unless_dry_run(
        not applied, logged_action(settings(), "archive forget", ids=sorted(ids), since=since)
    ) as outcome:
        counts = clear(store, ids, _day(since), dry_run=not applied)
        outcome.update(msgspec.structs.asdict(counts))
    if as_json:
        click.echo(msgspec.json.encode({"dry_run": not applied, **msgspec.structs.asdict(counts)}))
    else:
        say(counts, applied=applied)
    sys.exit(1 if counts.damaged else 0)


def clear(store: ArchiveStore, ids: Collection[str], since: date | None, *, dry_run: bool) -> "ArchiveForgetCounts":
    """Remove stories from the archive, with a progress bar."""
    from streams.operations.archive_forget import ArchiveForgetter

    with progress() as bar:
        task = bar.add_task("searching the archive", total=None)
        return ArchiveForgetter(settings(), store, ids, report).run(
            since,
            dry_run=dry_run,
            started=lambda total: bar.update(task, total=total),
            seen=lambda: bar.advance(task),
        )


def say(counts: "ArchiveForgetCounts", *, applied: bool) -> None:
    """Print what was found, and what could not be read."""
    done = "removed from" if applied else "would be removed from"
    click.echo(f"{counts.found} of {counts.looked_at} messages {done} the archive at {settings().archive}")
    if counts.others:
        click.echo(escaped(f"  including other stories in the same messages, such as {', '.join(counts.others)}"))
    if counts.unreadable:
        click.echo(f"  {counts.unreadable} messages cannot be read, so their stories are unknown; they are kept")
    if counts.damaged:
        click.echo(f"  {counts.damaged} files are damaged or not segments, and are left unchanged")


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(UTC).date() if moment else None
