"""Messages and events as the stages get them, without a broker."""

from dataclasses import dataclass, field
from typing import Any

STAMP = 1_795_700_000.0  # seconds: 26 November 2026


@dataclass
class Message:
    """A message on a topic, with what Kafka's clients and Faust tell of one."""

    topic: str = "news.raw"
    offset: int = 0
    key: Any = b"k"
    value: Any = b""
    headers: Any = field(default_factory=list)
    partition: int = 0
    timestamp: float = STAMP
    generation_id: int = 1


@dataclass
class Event:
    """An event of a stream; ``acked`` is where it writes its offset when it is acknowledged."""

    message: Message = field(default_factory=Message)
    acked: list[int] = field(default_factory=list)

    def ack(self) -> bool:
        """Acknowledge it."""
        self.acked.append(self.message.offset)
        return True
