"""What the process that is forked imports and loads, once for all its forks."""

import gc
import importlib
import inspect
import os
from collections.abc import Mapping
from pathlib import Path

from streams.kafka import stages

IMPORTED = (
    "streams.cli.main",
    *(f"streams.cli.{name}" for name in ("audit", "dead", "feed", "index", "replay", "search", "top", "topics")),
    *(f"streams.{name}" for name in ("feeds.files", "kafka.reader", "kafka.topics", "operations.audit", "stores")),
    *(f"search.{name}.store" for name in ("elastic", "sqlite")),
)  # of commands
STAGES = (
    "streams.cli.worker",
    "streams.operations.supervisor",
    *(f"streams.agents.{name}" for name in ("run", *stages.STAGES)),
)
# What Faust imports when an app begins.
FAUST = (
    "faust.worker",
    "faust.app.router",
    "faust.assignor.partition_assignor",
    "faust.events",
    "faust.fixups.django",
    "faust.tables.manager",
    "faust.tables.sets",
    "faust.topics",
    "faust.transport.conductor",
    "faust.transport.drivers.aiokafka",
    "faust.utils.terminal.tables",
    "mode.debug",
)


def warm() -> None:
    """Import it all, and load the models."""
    from streams.operations.supervisor import ONE_THREAD  # noqa: PLC0415 - libraries look as they are imported

    os.environ.update(ONE_THREAD)
    for name in (*IMPORTED, *STAGES, *FAUST):
        importlib.import_module(name)
    _load_models()
    inspect.getmodule(inspect.currentframe())  # looks where each module lies, as Faust does for each task of an app
    gc.collect()
    gc.freeze()  # forks share it as long as nobody looks through it


def _load_models() -> None:
    """The annotators as they come, for whoever asks for no others."""
    from processors import pipeline  # noqa: PLC0415 - after the number of threads is set
    from processors.spacy_pipelines import DEFAULT_PIPELINE  # noqa: PLC0415
    from streams.agents import enrich  # noqa: PLC0415

    load, default = pipeline.load, DEFAULT_PIPELINE
    loaded = load()

    def loaded_or_load(
        name: str = default, others: Mapping[str, str] | None = None, aliases: Path | None = None
    ) -> pipeline.Annotators:
        return load(name, others, aliases) if (name, others or None, aliases) != (default, None, None) else loaded

    for module in (pipeline, enrich):
        module.load = loaded_or_load  # type: ignore[attr-defined]
