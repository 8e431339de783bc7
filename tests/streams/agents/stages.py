"""Stages for tests below integration: their Kafka is a list, and their events are Faust's own."""

from collections.abc import Iterable
from typing import Any

import faust
from faust.types.tuples import TP, ConsumerMessage

from streams.agents.stage import Stage


def given_generation(stage: Stage, generation: int = 1) -> Stage:
    """The stage, not started, as a member of its group in that generation."""
    stage.app.consumer_generation_id = generation
    return stage


def event(stage: Stage, topic: str, offset: int, value: bytes = b"", *, generation: int = 1, agents: int = 1) -> Any:
    """Faust's own event, as the conductor would make it for so many agents."""
    where = TP(stage.settings.topic(topic), 0)
    message = ConsumerMessage(
        *where, offset, 0.0, 0, {}, b"key", value, None, tp=where, generation_id=generation, time_in=0.0
    )
    message.incref(agents)
    return faust.Event(stage.app, b"key", value, {}, message)


class SentMessages:
    """What a stage sends, in place of `Stage.send`."""

    def __init__(self) -> None:
        self.messages: list[Any] = []

    async def __call__(self, outgoing: Iterable[Any]) -> None:
        self.messages += outgoing
