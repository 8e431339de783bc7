"""Tracks files: their delivery to Kafka, and files that may still be written to. For drop folders and pulls."""

from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from streams.feeds.producer import Receipt

EMPTY_PATIENCE = 10  # times as long is an empty file waited for


class ListedFile(Protocol):
    """A listed file. The fingerprint changes when the file is written to."""

    @property
    def path(self) -> str:
        """Its path."""

    @property
    def fingerprint(self) -> str:
        """Changes with the content, without reading it."""

    @property
    def size(self) -> int:
        """Its size in bytes."""


F = TypeVar("F", bound=ListedFile)


@dataclass
class Delivery(Generic[F]):
    """One file that is being sent: the results of its items so far."""

    file: F
    accepted: int = 0
    refused: int = 0
    reason: str = ""
    retry: str = ""  # why the file must be tried again
    unconfirmed: str = ""  # why Kafka did not confirm it
    content: str = ""  # the hash of its bytes, if it is identified by content
    known: bool = False  # whether these bytes were taken before under another name

    def take(self, receipt: Receipt) -> None:
        """Count one receipt."""
        if receipt.accepted:
            self.accepted += 1
        elif receipt.refused:
            self.refuse(receipt.item.name, receipt.refused)
        else:
            self.unconfirmed = self.unconfirmed or receipt.unconfirmed

    def refuse(self, name: str, reason: str) -> None:
        """Count one refusal."""
        self.refused += 1
        self.reason = self.reason or f"{name}: {reason}"

    def summary(self) -> str:
        """The result, for the log."""
        if self.refused:
            return f"{self.refused} of {self.accepted + self.refused} items rejected: {self.reason}"
        return f"{self.accepted} accepted"


@dataclass
class UnsettledFiles:
    """Files that may still be written to, with their last fingerprint and since when they have had it."""

    settle: float
    seen: dict[str, tuple[str, float]] = field(default_factory=dict)

    def is_settled(self, file: ListedFile, now: float) -> bool:
        """Whether a file has been unchanged long enough. ``now`` is monotonic: the server's clock is not trusted."""
        before = self.seen.get(file.path)
        if before is None or before[0] != file.fingerprint:
            self.seen[file.path] = (file.fingerprint, now)
            return self.settle <= 0
        return now - before[1] >= self.settle * (1 if file.size else EMPTY_PATIENCE)
