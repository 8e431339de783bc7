"""``newswire worker``: takes which stage and how many processes, runs them until stopped."""

import asyncio
import logging
import os
import sys
from typing import NoReturn

import click

from streams.kafka.stages import STAGES
from streams.settings import settings


@click.command()
@click.argument("stage", required=False, type=click.Choice(STAGES))
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
    stage: str | None, processes: int, *, single: bool, end_with_parent: bool, number: int, restarts: int
) -> None:
    r"""Run the pipeline's stages: read, enrich and index, or only STAGE.

    Without STAGE, one process of each runs. A process that dies is restarted; Ctrl-C or SIGTERM stops all of them
    cleanly. A stage can have as many working processes as the topics have partitions.

    Each process serves /metrics, /healthz and /readyz on this machine (NEWSWIRE_METRICS_PORT, NEWSWIRE_METRICS_HOST).

    \b
    Examples:
      newswire worker                          all stages, on one machine
      newswire worker enrich --processes 4     four processes of the slowest stage
    """
    if single:
        _run_single(stage, number, restarts)
    from streams.agents import run
    from streams.kafka.topics import create_topics
    from streams.logs import configure_logging
    from streams.operations.supervisor import Supervisor

    configure_logging("worker", settings().log_level, settings().log_format)
    if end_with_parent:
        run.end_with_parent()
    if settings().create_topics:
        made = create_topics(settings())
        if made.warning:
            logging.getLogger(__name__).warning("%s", made.warning)
    chosen = {stage: processes} if stage else dict.fromkeys(STAGES, processes)
    sys.exit(asyncio.run(Supervisor(chosen).run()))


def _run_single(stage: str | None, number: int, restarts: int) -> NoReturn:
    from streams.agents.run import end_with_parent, run_stage

    if stage not in STAGES:
        raise click.UsageError("--single needs a stage")
    end_with_parent()
    status = run_stage(stage, settings(), number, restarts)  # type: ignore[arg-type]  # click checked it against the same names
    logging.shutdown()
    os._exit(status)  # without waiting for models at work in threads: what they do is not acked
