"""``newswire topics``: creates the Kafka topics and shows them."""

import click
from rich.console import Console
from rich.table import Table

from streams.cli.options import CommandGroup
from streams.kafka.rights import as_script, grant, rights
from streams.kafka.topics import create_topics, meaning_of, partitions_of
from streams.kafka.topics import topics as topics_of
from streams.operations.admin_log import logged_action
from streams.settings import settings


@click.group(cls=CommandGroup)
def topics() -> None:
    r"""Create and list the Kafka topics.

    \b
    Examples:
      newswire topics create
      newswire topics list
    """


@topics.command()
def create() -> None:
    """Create missing topics. Safe to repeat.

    Partitions, replicas and retention come from NEWSWIRE_PARTITIONS, NEWSWIRE_REPLICATION (by default a replica on each
    broker, up to three), NEWSWIRE_RETENTION_DAYS, NEWSWIRE_DEAD_RETENTION_DAYS and NEWSWIRE_SKIPPED_RETENTION_DAYS; an
    existing topic is left as it is.
    """
    made = create_topics(settings())
    for name, new in made.topics.items():
        click.echo(f"{name}: {'created' if new else 'exists'}")
    if any(made.topics.values()):
        click.echo(f"{made.brokers} broker{'s' * (made.brokers != 1)}, {meaning_of(made.copies)}")


@topics.command()
@click.option(
    "--principal",
    default="User:newswire-{part}",
    show_default=True,
    help="Principal that gets the rights; {part} stands for setup, feed, read and so on.",
)
@click.option("--part", "parts", multiple=True, help="Only the rights of this part; repeatable.")
@click.option("--apply", "applied", is_flag=True, help="Grant them now, as the Kafka user in the settings.")
def acls(principal: str, parts: tuple[str, ...], *, applied: bool) -> None:
    r"""Print the rights that each part needs on Kafka, and no more, or grant them.

    The output is a shell script for Kafka's kafka-acls.sh (deploy/kafka/acls.sh). If the parts have only these
    rights, set NEWSWIRE_CREATE_TOPICS=false for all but setup.

    \b
    Examples:
      newswire topics acls > acls.sh
      newswire topics acls --principal 'User:CN={part},O=Example' --apply
    """
    if unknown := set(parts) - set(rights(settings())):
        raise click.UsageError(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(rights(settings()))}")
    if applied:
        with logged_action(settings(), "topics acls", principal=principal, parts=parts) as outcome:
            outcome["granted"] = grant(settings(), principal, parts)
        click.echo(f"{outcome['granted']} rights granted")
    else:
        click.echo(as_script(settings(), principal, parts), nl=False)


@topics.command(name="list")
def list_topics() -> None:
    """List every topic: partitions, key, value, retention."""
    there = partitions_of(settings())
    table = Table("topic", "partitions", "key", "value", "kept for")
    for topic in topics_of(settings()):
        partitions = str(there.get(topic.name, "missing: newswire topics create"))
        kept = "the newest of each key" if topic.compacted else f"{topic.retention_days} days"
        table.add_row(topic.name, partitions, topic.key, topic.value, kept)
    Console().print(table)
