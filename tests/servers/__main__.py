"""``python -m tests.servers start``: Kafka and Elasticsearch for a human, until Ctrl-C."""

import signal
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import click

from tests.servers import CannotInstall, CannotStart, Elasticsearch, Kafka


@click.group()
def servers() -> None:
    """Real servers from Maven artifacts, on free loopback ports."""


@servers.command()
@click.option("--only", type=click.Choice(["kafka", "elasticsearch"]), help="Start just this one.")
@click.option("--data", type=click.Path(path_type=Path), help="Keep data here instead of in a temporary folder.")
@click.option("--heap", default="512m", show_default=True, help="Elasticsearch's heap.")
@click.option("--plain", is_flag=True, help="Leave the analysis plugin out, as in the bare artifact.")
def start(only: str | None, data: Path | None, heap: str, plain: bool) -> None:
    """Start Kafka and Elasticsearch, print the environment that points to them, run until Ctrl-C."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with ExitStack() as running:
        if only != "elasticsearch":
            kafka = running.enter_context(Kafka.start(data and data.absolute() / "kafka"))
            click.echo(f"export NEWSWIRE_KAFKA={kafka.address} NEWSWIRE_TEST_KAFKA={kafka.address}")
        if only != "kafka" and not ended.is_set():
            folder = data and data.absolute() / "elasticsearch"
            index = running.enter_context(Elasticsearch.start(folder, analysis=not plain, heap=heap))
            click.echo(f"export NEWSWIRE_INDEX={index.url} NEWSWIRE_TEST_INDEX={index.url}")
        click.echo("# running until Ctrl-C", err=True)
        sys.stdout.flush()
        ended.wait()


if __name__ == "__main__":
    try:
        servers()
    except (CannotInstall, CannotStart) as error:
        click.echo(f"servers: {error}", err=True)
        sys.exit(1)
