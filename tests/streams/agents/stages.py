"""Stages for tests below integration: not started, with Faust's own events, and with Kafka or the waiting left out."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import faust
from faust.types.tuples import TP, ConsumerMessage

from streams.agents.stage import Stage
from streams.settings import read_settings


@contextmanager
def stage_of(name: Any, **options: Any) -> Iterator[Stage]:
    """A stage that is not started, in generation 1 of its group."""
    stage = Stage(name, read_settings(kafka="127.0.0.1:1", retry_longest=0.001, **options))
    given_generation(stage, 1)
    yield stage
    stage.close()
    shutil.rmtree(stage.app.conf.datadir, ignore_errors=True)


def given_generation(stage: Stage, generation: int) -> None:
    """Have the stage's group be in that generation, as after a rebalance."""
    stage.app.consumer_generation_id = generation


def event(stage: Stage, topic: str, offset: int, value: bytes = b"", *, generation: int = 1, agents: int = 1) -> Any:
    """Faust's own event, as the conductor would make it for so many agents."""
    where = TP(stage.settings.topic(topic), 0)
    message = ConsumerMessage(*where, offset, 0.0, 0, {}, b"key", value, None, tp=where, generation_id=generation)
    message.incref(agents)
    return faust.Event(stage.app, b"key", value, {}, message)


class SentMessages:
    """What a stage sends, in place of `Stage.send`."""

    def __init__(self) -> None:
        self.messages: list[Any] = []

    async def __call__(self, outgoing: Iterable[Any]) -> None:
        self.messages += outgoing
