"""How what is connected to Kafka ends with its ``with`` block. Base classes of those that read and those that send."""

from types import TracebackType
from typing import Any, Self

CLOSE_WITHIN = 10.0  # seconds for what a producer still has to send


class ConsumerBlock:
    """Closes its consumer at the end. It is in no group, or only asks about one: nothing is committed."""

    _consumer: Any

    def close(self) -> None:
        """Close the connection."""
        self._consumer.close(autocommit=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class ProducerBlock:
    """Closes its producer at the end, and before that waits until Kafka has confirmed everything, unless it failed."""

    _producer: Any

    def flush(self) -> object:
        """Wait until what was sent is settled."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.flush()
        self._producer.close(timeout=CLOSE_WITHIN)
