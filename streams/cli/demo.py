"""``newswire demo``: takes whether to end by itself and where to keep the index, gives an exit status."""

import signal
import sys
from pathlib import Path

import click
from rich.console import Console

from search.private_files import private_folder
from streams.operations.extras import require


@click.command()
@click.argument("files", nargs=-1)
@click.option("--source", default="", help="Name of the provider of FILES.  [default: as the articles say]")
@click.option("--once", is_flag=True, help="Stop when done; exit status 0 only if every story is found again.")
@click.option(
    "--keep",
    type=click.Path(file_okay=False, writable=True, path_type=Path),
    metavar="DIR",
    help="Keep the index and the workers' log in this folder; otherwise they are deleted at the end.",
)
def demo(files: tuple[str, ...], source: str, *, once: bool, keep: Path | None) -> None:
    r"""Run the whole pipeline on this machine, without Kafka or Elasticsearch.

    Feeds FILES: articles in any format that newswire parse reads, JSON Lines, gzip, or folders of these. Without
    FILES, feeds a bundled sample wire.

    Starts an embedded broker, the same stages as in production, an SQLite index and the search page. Then prints who
    is for or against whom, searches to try, and commands for another terminal that feed and search it; of the sample
    wire also what became of updates, corrections, kills and embargoes.

    \b
    Examples:
      newswire demo
      newswire demo stories.jsonl wire/ --source me
      newswire demo --once --keep demo-data
    """
    require("newswire demo", "demo")
    from streams.demo import run
    from streams.demo.wires import OwnFiles, SampleWire

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whatever stops us, the workers stop too
    if keep:
        try:
            private_folder(keep)
        except OSError as error:
            raise click.BadParameter(f"{keep} cannot be made: {error.strerror}", param_hint="--keep") from None
    wire = OwnFiles(files, source) if files else SampleWire()
    sys.exit(run(Console(), wire, once=once, keep=keep))
