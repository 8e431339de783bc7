"""``newswire demo``: takes whether to end by itself and where to keep the index, gives an exit status."""

import signal
import sys
from pathlib import Path

import click
from rich.console import Console


@click.command()
@click.option("--once", is_flag=True, help="End by itself: exit status 0 only if every sample story is found again.")
@click.option(
    "--keep",
    type=click.Path(file_okay=False, writable=True, path_type=Path),
    metavar="DIR",
    help="Keep the index and the workers' log here; otherwise they go when the demo ends.",
)
def demo(*, once: bool, keep: Path | None) -> None:
    r"""Run the whole pipeline here on a bundled sample wire, with no Kafka and no Elasticsearch.

    An embedded broker, the same three stages as in production, an SQLite index and the page; then who stands
    for or against whom, what became of updates, corrections, kills and embargoes, and searches to try.

    \b
    Examples:
      newswire demo
      newswire demo --once --keep demo-data
    """
    from streams.demo import run

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whatever stops us, the workers stop too
    sys.exit(run(Console(), once=once, keep=keep))
