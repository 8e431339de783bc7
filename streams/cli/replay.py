"""``newswire replay``: takes a period and perhaps a source, sends its messages through the pipeline again."""

from datetime import datetime
from typing import Any, Literal

import click
import msgspec

from streams.cli.options import Moment
from streams.cli.terminal import progress
from streams.operations.admin_log import noted, unless
from streams.settings import settings


class TopicName(click.Choice[str]):
    """A topic by its short name or as Kafka has it, with the prefix."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The short name."""
        return super().convert(str(value).removeprefix(settings().topic("")).removeprefix("news."), param, ctx)


@click.command()
@click.option("--from", "since", type=Moment(), required=True, help="Messages in Kafka since this time.")
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
    since: datetime, until: datetime | None, source: str, topic: Literal["raw", "articles"], *, dry_run: bool,
    as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    r"""Send past messages through the pipeline again.

    Copies the messages of a period, unchanged, to the end of their topic. Ids and versions stay the same, so nothing
    is duplicated in the index and newer versions are kept. Workers can keep running. Copies are not copied again.

    Times: 2026-11-23 (a whole day), 2026-11-23T14:30Z, or 24h, 7d, 2w (ago).

    \b
    Examples:
      newswire replay --from 2026-11-23 --to 2026-11-23 --dry-run
      newswire replay --from 24h --source reuters
      newswire replay --from 7d --topic articles        after installing a new model
    """
    from streams.operations.replay import ReplayRange
    from streams.operations.replay import replay as send_again

    span = ReplayRange(topic, since, until, source)
    told = msgspec.structs.asdict(span)
    with unless(dry_run, noted(settings(), "replay", **told)) as outcome, progress(hidden=quiet) as bar:
        task = bar.add_task("replaying", total=None)
        counts = send_again(
            settings(),
            span,
            dry_run=dry_run,
            started=lambda total: bar.update(task, total=total),
            seen=lambda: bar.advance(task),
        )
        outcome.update(msgspec.structs.asdict(counts))
    if as_json:
        click.echo(msgspec.json.encode({"dry_run": dry_run, **msgspec.structs.asdict(counts)}))
        return
    click.echo(f"{counts.sent} messages {'would be sent' if dry_run else 'sent'} to {settings().topic(topic)} again")
    if counts.copies:
        click.echo(f"  {counts.copies} left out: already copies of these")
    if counts.of_others:
        click.echo(f"  {counts.of_others} left out: from other sources")
