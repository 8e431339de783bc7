"""``newswire replay``: takes a period and perhaps a source, sends its messages through the pipeline again."""

import sys
from datetime import datetime
from typing import Any, Literal

import click
import msgspec

from streams.cli.options import Moment
from streams.cli.terminal import progress
from streams.operations.admin_log import logged_action, unless_dry_run
from streams.settings import settings


class TopicName(click.Choice[str]):
    """A topic by its short name or as Kafka has it, with the prefix."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The short name."""
        return super().convert(str(value).removeprefix(settings().topic("")).removeprefix("news."), param, ctx)


@click.command()
@click.option("--archive", "archived", is_flag=True, help="From the archive, not from Kafka.")
@click.option("--from", "since", type=Moment(), help="Messages since this time; needed without --archive.")
@click.option("--to", "until", type=Moment(end=True), help="Messages before this time.  [default: now]")
@click.option("--source", default="", help="Only from this agency or feed.")
@click.option(
    "--topic",
    type=TopicName(["raw", "articles"]),
    default="raw",
    show_default=True,
    help="raw: parse, annotate and index again; articles: only annotate and index again.",
)
@click.option("--dry-run", is_flag=True, help="Only count; send nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.option("--quiet", "-q", is_flag=True, help="Show no progress bar.")
def replay(
    since: datetime | None, until: datetime | None, source: str, topic: Literal["raw", "articles"], *, archived: bool,
    dry_run: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    r"""Send past messages through the pipeline again.

    Copies the messages of a period, unchanged, to the end of their topic. Ids and versions stay the same, so nothing
    is duplicated in the index and newer versions are kept. Workers can keep running. Copies are not copied again.

    With --archive, messages come from NEWSWIRE_ARCHIVE, selected by time of receipt, and go to the end of news.raw.
    This can fill an empty Kafka and an empty index. Forgotten stories are not restored.

    Times: 2026-11-23 (a whole day), 2026-11-23T14:30Z, or 24h, 7d, 2w (ago).

    \b
    Examples:
      newswire replay --from 2026-11-23 --to 2026-11-23 --dry-run
      newswire replay --from 24h --source reuters
      newswire replay --from 7d --topic articles        after installing a new model
      newswire replay --archive                         everything, into an empty pipeline
    """
    from streams.operations.replay import ReplayRange

    if archived and topic != "raw":
        raise click.UsageError("the archive holds raw messages only: leave out --topic")
    if not (since or archived):
        raise click.UsageError("--from TIME is required without --archive: messages since then are sent again")
    span = ReplayRange(topic, since, until, source)
    told = msgspec.structs.asdict(span) | ({"archive": settings().archive} if archived else {})
    with unless_dry_run(dry_run, logged_action(settings(), "replay", **told)) as outcome, progress(hidden=quiet) as bar:
        task = bar.add_task("replaying", total=None)
        counts = (_from_archive if archived else _from_kafka)(
            span,
            dry_run=dry_run,
            started=lambda total: bar.update(task, total=total),
            seen=lambda: bar.advance(task),
        )
        outcome.update(msgspec.structs.asdict(counts))
    damaged = getattr(counts, "damaged", 0)
    if as_json:
        click.echo(msgspec.json.encode({"dry_run": dry_run, **msgspec.structs.asdict(counts)}))
    else:
        _print(counts, settings().topic(topic), dry_run=dry_run)
    sys.exit(1 if damaged else 0)


def _print(counts: Any, topic: str, *, dry_run: bool) -> None:
    click.echo(f"{counts.sent} messages {'would be sent' if dry_run else 'sent'} to {topic} again")
    left_out = {"copies": "copies of these messages", "of_others": "from other sources"}
    for name, why in left_out.items():
        if number := getattr(counts, name, 0):
            click.echo(f"  {number} left out: {why}")
    if damaged := getattr(counts, "damaged", 0):
        click.echo(f"  {damaged} files are damaged or not segments; everything else was sent")


def _from_kafka(span: Any, **options: Any) -> Any:
    from streams.operations.replay import replay as send_again

    return send_again(settings(), span, **options)


def _from_archive(span: Any, *, dry_run: bool, **options: Any) -> Any:
    from streams.cli.archive.command import existing, report
    from streams.kafka.topics import create_topics
    from streams.operations.archive_replay import ArchiveReplay

    store = existing()
    if settings().create_topics and not dry_run:
        create_topics(settings())
    return ArchiveReplay(settings(), store, span, report).run(dry_run=dry_run, **options)
