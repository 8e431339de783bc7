"""``newswire demo``: takes whether to end by itself and where to keep the index, gives an exit status."""

import signal
import sys
from pathlib import Path

import click
from rich.console import Console


@click.command()
@click.option("--once", is_flag=True, help="Stop when done; exit status 0 only if every sample story is found again.")
@click.option(
    "--keep",
    type=click.Path(file_okay=False, writable=True, path_type=Path),
    metavar="DIR",
    help="Keep the index and the workers' log in this folder; otherwise they are deleted at the end.",
)
def demo(*, once: bool, keep: Path | None) -> None:
    r"""Run the whole pipeline on this machine, on a bundled sample wire, without Kafka or Elasticsearch.

    Starts an embedded broker, the same three stages as in production, an SQLite index and the search page. Then
    prints who is for or against whom, what became of updates, corrections, kills and embargoes, and searches to try.

    \b
    Examples:
      newswire demo
      newswire demo --once --keep demo-data
    """
    from streams.demo import run

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whatever stops us, the workers stop too
    sys.exit(run(Console(), once=once, keep=keep))
