"""Runs one stage in this process until it is asked to stop. Returns the exit status for the supervisor."""

import gc
import importlib
import logging
import shutil

import faust

from streams import metrics
from streams.agents.health_server import serve_health, watch_lag
from streams.agents.stage import Stage
from streams.errors import STOPPED_BY_REFUSALS, TooManyRejected, Unavailable
from streams.kafka.rights import check_rights
from streams.kafka.stages import topics_of
from streams.kafka.topics import missing_for
from streams.logs import configure_logging
from streams.records import Stage as StageName
from streams.settings import Settings

log = logging.getLogger(__name__)


def run_stage(name: StageName, settings: Settings, number: int = 0, restarts: int = 0) -> int:
    """Run the stage ``name`` until SIGTERM or SIGINT. Returns 0 when stopped, 3 if it rejected too much.

    ``number`` counts the processes of one supervisor from 0; ``restarts`` how often it has started this one again.
    """
    configure_logging(name, settings.log_level, settings.log_format)
    if settings.kafka_protocol != "PLAINTEXT":  # there are no rights without names
        check_rights(settings, name)
    check_topics(settings, name)
    metrics.RESTARTS.labels(name).set(restarts)
    # Models and tables live as long as the process: to look through them costs an eighth of the start, and then 2%.
    gc.disable()
    stage: Stage = importlib.import_module(f"streams.agents.{name}").build(settings)
    gc.collect()
    gc.freeze()
    gc.enable()
    worker = faust.Worker(
        stage.app, quiet=True, loglevel=settings.log_level, override_logging=False, redirect_stdouts=False
    )
    worker.spinner = None  # it would write control sequences into the log
    log.info("%s starts on %s", name, settings.kafka)
    try:
        with serve_health(name, stage.health, settings, number), watch_lag(name, stage.health, settings):
            worker.execute_from_commandline()
    except SystemExit as stop:
        if stage.failure is None and stop.code not in (None, 0):
            raise
    finally:
        shutil.rmtree(stage.app.conf.datadir, ignore_errors=True)
    if stage.failure is None:
        stage.close()
    if isinstance(stage.failure, TooManyRejected):
        return STOPPED_BY_REFUSALS
    return 1 if stage.failure else 0


def check_topics(settings: Settings, name: StageName) -> None:
    """Check that the stage's topics exist, and log which are missing, as after an upgrade that adds one.

    A stage without its topics is not ready, and goes on once they are created: on Kubernetes it may start before the
    Job that creates them. Messages to a missing topic wait until then. If Kafka is unavailable the stage waits for it.
    """
    try:
        missing = missing_for(settings, topics_of(name))
    except Unavailable as away:
        log.warning("%s: topics not checked: %s", name, away)
        return
    if missing:
        log.error(
            "%s: Kafka at %s has no topic %s: run newswire topics create and, if users have ACLs, newswire topics "
            "acls --apply",
            name,
            settings.kafka,
            " and ".join(missing),
        )
