"""``newswire index``: creates the index, migrates it to a new mapping, and counts and describes it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

import click

from search.elastic.migration import Migration
from search.elastic.retention import MonthlyIndex, delete, outdated
from search.elastic.store import ElasticsearchStore
from search.mapping_page import markdown
from search.store import Store
from streams.cli.options import CommandGroup
from streams.errors import NewswireError
from streams.logs import warn_in_commands
from streams.operations.admin_log import logged_action, unless_dry_run
from streams.settings import Settings, settings
from streams.stores import open_index, open_items, with_store

SHORTEST_MONTH = 28  # days

T = TypeVar("T")


@click.group(cls=CommandGroup)
def index() -> None:
    r"""Create and migrate the search index that NEWSWIRE_INDEX names, and count stories.

    \b
    Examples:
      newswire index setup
      newswire index count --all
      newswire index migrate
      newswire index retain --months 24 --dry-run
    """


@index.command()
def setup() -> None:
    """Create or upgrade templates, aliases and tables. Safe to repeat; workers do it too when they start."""
    warn_in_commands()
    for opened in (open_index, open_items):
        asyncio.run(with_store(lambda store: store.set_up(), opened))
    click.echo(f"{settings().index} is ready")


@index.command()
@click.option("--apply", "applied", is_flag=True, help="Create them on the server, as the index user in the settings.")
def roles(*, applied: bool) -> None:
    r"""Print a role for each part, with only the rights it needs, or create these roles on Elasticsearch.

    The output is a roles.yml for Elasticsearch's configuration folder (deploy/elasticsearch/roles.yml). If the index
    stage's user has only its own role, set NEWSWIRE_SET_UP_INDEX=false for it and run newswire index setup as another.

    \b
    Examples:
      newswire index roles > roles.yml
      newswire index roles --apply
    """
    from search.elastic.roles import as_yaml
    from search.elastic.roles import roles as roles_of

    given = roles_of(settings().index_prefix)
    if not applied:
        click.echo(as_yaml(given), nl=False)
        return

    async def put(store: ElasticsearchStore) -> None:
        await store.server.put_roles(given)

    with logged_action(settings(), "index roles", roles=list(given)):
        asyncio.run(_with_elasticsearch(put))
    click.echo(f"{len(given)} roles created: {', '.join(given)}")


@index.command()
@click.option("--all", "hidden", is_flag=True, help="Include killed, withheld and embargoed stories.")
def count(*, hidden: bool) -> None:
    """Print how many stories readers can find."""

    async def counted(store: Store) -> int:
        return await store.count(hidden=hidden)

    click.echo(asyncio.run(with_store(counted)))


@index.command()
def fields() -> None:
    """Print every stored field with its type and meaning, as Markdown (docs/fields.md)."""
    click.echo(markdown(), nl=False)


@index.command()
@click.option("--abort", is_flag=True, help="Undo an unfinished migration: delete what was copied.")
@click.option("--drop-old", is_flag=True, help="Delete the generations before the current one.")
@click.option("--items", is_flag=True, help="Work on the separate index of pictures and other items instead.")
def migrate(*, abort: bool, drop_old: bool, items: bool) -> None:
    r"""Copy everything into a new generation of indices, with the current mapping and shards, while feeds keep running.

    Needed for a mapping that existing indices cannot take, for a change of NEWSWIRE_INDEX_SHARDS, or for word stems
    after the english analyzer was added. Writes wait only while the last documents are copied; readers notice nothing.
    It can be stopped at any time and run again. The old generation stays, closed, until --drop-old.

    \b
    Examples:
      newswire index migrate
      newswire index migrate --drop-old
    """
    if abort and drop_old:
        raise click.UsageError("--abort and --drop-old cannot be combined")
    warn_in_commands()

    async def work(store: ElasticsearchStore) -> None:
        migration = Migration(store.generations, say=click.echo)
        if abort:
            await migration.abort()
            click.echo("migration undone: everything is as it was")
        elif drop_old:
            for name in await migration.drop_old():
                click.echo(f"deleted {name}")
        else:
            moved = await migration.run()
            click.echo(f"{moved.copied} documents copied; `newswire index migrate --drop-old` deletes the old ones")
            if moved.unlike:
                some = ", ".join(moved.unlike[:5])
                click.echo(
                    f"{len(moved.unlike)} of them were not made by newswire and stay as they were: {some}", err=True
                )

    with logged_action(settings(), "index migrate", abort=abort, drop_old=drop_old, items=items):
        asyncio.run(_with_elasticsearch(work, open_items if items else open_index))


@index.command()
@click.option("--months", type=click.IntRange(1), required=True, help="Number of months to keep, including this one.")
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted.")
@click.option("--items", is_flag=True, help="Work on the separate index of pictures and other items instead.")
def retain(*, months: int, dry_run: bool, items: bool) -> None:
    r"""Delete the indices of older months, by when their stories were first filed. Tombstones of kills are kept.

    \b
    Examples:
      newswire index retain --months 24 --dry-run
      newswire index retain --months 24
    """
    kafka = settings().retention_days
    if months * SHORTEST_MONTH < kafka:
        raise NewswireError(
            f"Kafka keeps articles for {kafka} days (NEWSWIRE_RETENTION_DAYS), and a replay would bring back what is "
            f"deleted: keep at least {-(-kafka // SHORTEST_MONTH)} months"
        )

    async def work(store: ElasticsearchStore) -> list[MonthlyIndex]:
        await store.count()  # raises if there is no index
        old = await outdated(store.generations, datetime.now(UTC).date(), months)
        for month in old:
            click.echo(
                f"{'would delete' if dry_run else 'deleting'} {month.index}: {month.documents} stories, of which "
                f"{month.tombstones} tombstones are kept"
            )
            if not dry_run:
                await delete(store.generations, month)
        return old

    with unless_dry_run(dry_run, logged_action(settings(), "index retain", months=months, items=items)) as outcome:
        old = asyncio.run(_with_elasticsearch(work, open_items if items else open_index))
        outcome["deleted"] = [month.index for month in old]
    if not old:
        click.echo("no month is old enough")


async def _with_elasticsearch(
    work: Callable[[ElasticsearchStore], Awaitable[T]], opened: Callable[[Settings], Store] = open_index
) -> T:
    async def checked(store: Store) -> T:
        if not isinstance(store, ElasticsearchStore):
            raise NewswireError(
                f"{settings().index} has no months, generations or roles, only Elasticsearch has: to start over, name "
                "another file in NEWSWIRE_INDEX and send the stories again (newswire replay, newswire feed)"
            )
        return await work(store)

    result: T = await with_store(checked, opened)
    return result
