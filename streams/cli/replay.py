"""``newswire replay``: takes a time and perhaps a source, sends what came then through the pipeline again."""

from datetime import datetime
from typing import Any, Literal

import click
import msgspec

from streams.cli.options import Moment
from streams.cli.terminal import progress
from streams.operations.admin_log import noted, unless
from streams.settings import settings


class Topic(click.Choice[str]):
    """A topic by its short name or as Kafka has it, with the prefix."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The short name."""
        return super().convert(str(value).removeprefix(settings().topic("")).removeprefix("news."), param, ctx)


@click.command()
@click.option("--from", "since", type=Moment(), required=True, help="Messages that Kafka took from this time on …")
@click.option("--to", "until", type=Moment(end=True), help="… and before this one; now when left out.")
@click.option("--source", default="", help="Only what came from this agency or feed.")
@click.option(
    "--topic",
    type=Topic(["raw", "articles"]),
    default="raw",
    show_default=True,
    help="raw (or news.raw): decode anew, too; articles: only annotate and index anew.",
)
@click.option("--dry-run", is_flag=True, help="Only count.")
@click.option("--json", "as_json", is_flag=True, help="The counts as a JSON object.")
@click.option("--quiet", "-q", is_flag=True, help="No progress bar.")
def replay(
    since: datetime, until: datetime | None, source: str, topic: Literal["raw", "articles"], *, dry_run: bool,
    as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    r"""Send history through the pipeline again.

    Copies messages of a time to the end of their topic, as they were. Ids and versions stay, so nothing is doubled
    in the index, and what is newer stays. Workers need not stop. Copies are not copied again.

    Times: 2026-11-23 (a whole day), 2026-11-23T14:30Z, or 24h, 7d, 2w (ago).

    \b
    Examples:
      newswire replay --from 2026-11-23 --to 2026-11-23 --dry-run
      newswire replay --from 24h --source reuters
      newswire replay --from 7d --topic articles        after a new model was installed
    """
    from streams.operations.replay import Span
    from streams.operations.replay import replay as send_again

    span = Span(topic, since, until, source)
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
    click.echo(
        f"{counts.sent} messages {'would be sent' if dry_run else 'sent'} to {settings().topic(topic)} once more"
    )
    if counts.copies:
        click.echo(f"  {counts.copies} left out: copies of these")
    if counts.of_others:
        click.echo(f"  {counts.of_others} left out: of other sources")
