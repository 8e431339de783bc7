"""``newswire worker``: takes which stage and how many processes, runs them until stopped."""

import asyncio
import logging
import os
import sys
from typing import NoReturn

import click

from streams.kafka.stages import ARCHIVE, EVERY, stages_with
from streams.operations.extras import require
from streams.settings import settings


@click.command()
@click.argument("stages", metavar="[STAGE]...", nargs=-1, type=click.Choice(EVERY))
@click.option(
    "--processes",
    "-n",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="Number of processes.",
)
@click.option("--single", is_flag=True, hidden=True, help="Run a single process, unsupervised.")
@click.option("--end-with-parent", is_flag=True, hidden=True, help="Stop when stdin closes, as when the parent dies.")
@click.option("--number", type=int, default=0, hidden=True, help="Number of this process under its supervisor.")
@click.option("--restarts", type=int, default=0, hidden=True, help="How often it has been restarted.")
def worker(
    stages: tuple[str, ...], processes: int, *, single: bool, end_with_parent: bool, number: int, restarts: int
) -> None:
    r"""Run the pipeline's stages: read, enrich, index and alert, or only the STAGEs named.

    If NEWSWIRE_ARCHIVE is set, a fifth stage, archive, stores all raw messages there.

    Each stage runs in one process, or in as many as --processes says. A process that dies is restarted; Ctrl-C or
    SIGTERM stops all of them cleanly. A stage can use as many processes as the topics have partitions.

    Each process serves /metrics, /healthz and /readyz on this machine (NEWSWIRE_METRICS_PORT, NEWSWIRE_METRICS_HOST).

    \b
    Examples:
      newswire worker                          all stages, on one machine
      newswire worker read enrich index        all but the alerts
      newswire worker enrich --processes 4     four processes of the slowest stage
    """
    place = settings().archive
    chosen = dict.fromkeys(stages or stages_with(place), processes)
    if ARCHIVE in chosen and not place:
        raise click.UsageError("archive: set NEWSWIRE_ARCHIVE to a folder or to s3://bucket/prefix")
    bucket = ARCHIVE in chosen and place.startswith("s3://")
    extras = {"worker": True, "enrich": "enrich" in chosen, "pull": bucket}
    require(" ".join(("newswire worker", *stages)), *(extra for extra, needed in extras.items() if needed))
    if single:
        _run_single(stages, number, restarts)
    from streams.kafka.topics import create_topics
    from streams.logs import configure_logging
    from streams.operations.supervisor import Supervisor, stop_with_parent

    configure_logging("worker", settings().log_level, settings().log_format)
    if end_with_parent:
        stop_with_parent()
    if settings().create_topics:
        made = create_topics(settings())
        if made.warning:
            logging.getLogger(__name__).warning("%s", made.warning)
    sys.exit(asyncio.run(Supervisor(chosen).run()))


def _run_single(stages: tuple[str, ...], number: int, restarts: int) -> NoReturn:
    from streams.agents.run import run_stage
    from streams.operations.supervisor import stop_with_parent

    if len(stages) != 1:
        raise click.UsageError("--single needs one stage")
    stop_with_parent()
    status = run_stage(stages[0], settings(), number, restarts)  # type: ignore[arg-type]  # click checked it against the same names
    logging.shutdown()
    os._exit(status)  # without waiting for models at work in threads: what they do is not acked
