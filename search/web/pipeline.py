"""How the pipeline stands, as whoever starts the page hands it in: this room knows no Kafka."""

from datetime import datetime
from typing import Protocol

from processors.annotations import Record


class StageProgress(Record, frozen=True):
    """A stage: how many messages it is done with, of how many; per second lately, ``None`` before that is known."""

    name: str
    done: int
    total: int
    per_second: float | None = None

    @property
    def lag(self) -> int:
        """How many messages wait for it."""
        return max(0, self.total - self.done)


class DeadLetterGroup(Record, frozen=True):
    """Dead letters of one stage, error and source, with the newest's message."""

    stage: str
    error: str
    source: str
    letters: int
    last: datetime
    message: str


class FeedStatus(Record, frozen=True):
    """A feed: when something came last, whether it is silent for longer than the ``usual`` seconds, its last error."""

    feed: str
    kind: str
    last_arrival: datetime | None
    silent: bool
    usual: float | None
    error: str


class PipelineState(Record, frozen=True):
    """All of it at a moment. ``troubles`` say what could not be found out, and why; ``dead`` is then ``None``."""

    at: datetime
    stages: tuple[StageProgress, ...] = ()
    dead: tuple[DeadLetterGroup, ...] | None = ()
    feeds: tuple[FeedStatus, ...] = ()
    troubles: tuple[str, ...] = ()


class PipelineSource(Protocol):
    """Finds out how the pipeline stands."""

    async def state(self) -> PipelineState:
        """How it stands now, or stood some seconds ago. What cannot be found out is a trouble, never an error."""
