"""Counts rejections by source and by feed, so that one sender's bad items do not stop the others.

Takes, for each message of a stage, its `Sender` and whether it was refused; says which senders are *unwell*, which dead
letters may include their bytes, and when the stage must stop. A sender stays unwell until it has been well for a while.

The source of a message says whose story it is, the feed who really sent it: an HTTP key, an address. A sender may
invent sources, so if a message names its feed, the feed is counted when it matters how many senders are affected.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from search.characters import printable
from streams.dead_letters.letters import MEMBERS
from streams.kafka.headers import (
    FEED_HEADER,
    MAX_SOURCE,
    SOURCE_HEADER,
    text_of,
)
from streams.records import DeadLetter, Stage

MOST_KNOWN = 1000  # senders remembered; the ones that have been silent longest are forgotten first
MOST_NAMED = 20  # unwell senders named at a time; the rest are reported as one
LONGEST_NAME = 60  # characters of a name in reports
ACTIVE_FOR = 24 * 3600.0  # seconds since its last message for which a sender counts as active
MINUTE = 60.0

Verdict = Literal["go on", "alone", "several"]


class Sender(NamedTuple):
    """Who sent a message: the source that it names, and the feed that it came through. Each may be empty."""

    source: str
    feed: str

    @property
    def counted_as(self) -> "Sender":
        """The sender to count: the feed, or the source if no feed is named."""
        return Sender("", self.feed) if self.feed else self

    @property
    def shown(self) -> "Sender":
        """The same with printable names of bounded length, since senders choose the names."""
        return Sender(_shown(self.source), _shown(self.feed))


OTHERS = Sender("others", "others")


def sender_text(sender: Sender) -> str:
    """The sender in words, for people."""
    parts = [f"source {sender.source}" if sender.source else "", f"feed {sender.feed}" if sender.feed else ""]
    return ", ".join(filter(None, parts)) or "an unnamed sender"


def _shown(name: str) -> str:
    return printable(name[:LONGEST_NAME])


class _ArticleSource(msgspec.Struct):
    source: str = ""


class _EnrichedSource(msgspec.Struct):
    article: _ArticleSource


def sender_of(stage: Stage, message: Any) -> Sender:
    """The sender of a message on the stage's input topic; empty fields if the message does not name them."""
    if stage == "read":
        return Sender(text_of(message, SOURCE_HEADER, MAX_SOURCE), text_of(message, FEED_HEADER, MAX_SOURCE))
    try:
        if stage == "enrich":
            return Sender(msgspec.json.decode(message.value or b"", type=_ArticleSource).source[:MAX_SOURCE], "")
        return Sender(msgspec.json.decode(message.value or b"", type=_EnrichedSource).article.source[:MAX_SOURCE], "")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Sender("", "")


def refusals_by_sender(
    senders: Mapping[tuple[str, int, int], Sender], letters: Iterable[DeadLetter]
) -> list[tuple[Sender, bool]]:
    """The sender of each message of a batch, with whether it was refused.

    A message with some refused members counts as both. A failed annotator is no refusal.
    """
    letters = list(letters)
    refused = {(letter.topic, letter.partition, letter.offset) for letter in letters if not letter.part}
    messages = [(sender, place in refused) for place, sender in senders.items()]
    return messages + [
        (senders[letter.topic, letter.partition, letter.offset], True) for letter in letters if letter.part == MEMBERS
    ]


class SenderHistory:
    """The recent messages of one sender, each rejected or not."""

    def __init__(self, window: int) -> None:
        self._recent: deque[bool] = deque(maxlen=window)
        self.refused = 0
        self.last_sent = 0.0
        self.bad_at: float | None = (
            None  # last time that too much of what it sent was refused; None for never, or long ago
        )
        self.letters: deque[float] = deque()  # times of its letters with bytes, in the last minute

    def count(self, now: float, *, refused: bool) -> None:
        """Add one message."""
        if len(self._recent) == self._recent.maxlen:
            self.refused -= self._recent[0]
        self._recent.append(refused)
        self.refused += refused
        self.last_sent = now

    def __len__(self) -> int:
        """The number of messages remembered."""
        return len(self._recent)

    @property
    def share(self) -> float:
        """The share of rejected messages among them, 0…1."""
        return self.refused / max(1, len(self._recent))


class Senders:
    """The senders of one stage's messages, as one process sees them. ``calm`` is in seconds, ``letters`` per minute."""

    def __init__(
        self,
        stage: Stage,
        *,
        share: float,
        window: int,
        calm: float = 600.0,
        letters: int = 60,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stage = stage
        self._share, self._window, self._calm, self._letters = share, window, calm, letters
        self._least = max(5, window // 4)  # messages before a sender is judged
        self._clock = clock
        self._all = SenderHistory(window)
        self._known: OrderedDict[Sender, SenderHistory] = OrderedDict()

    def count(self, messages: Iterable[tuple[Sender, bool]]) -> None:
        """Add messages, each with whether it was rejected."""
        now, touched = self._clock(), set()
        for sender, refused in messages:
            self._all.count(now, refused=refused)
            for counted in {sender, sender.counted_as}:
                self._history_of(counted).count(now, refused=refused)
                touched.add(counted)
        for sender in touched & self._known.keys():
            history = self._known[sender]
            if len(history) >= self._least and history.share > self._share:
                history.bad_at = now

    def _history_of(self, sender: Sender) -> SenderHistory:
        history = self._known.setdefault(sender, SenderHistory(self._window))
        self._known.move_to_end(sender)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return history

    def note_active(self, senders: Iterable[Sender]) -> None:
        """Note that senders are active whose messages other processes read."""
        for sender in senders:
            self._history_of(sender.counted_as).last_sent = self._clock()

    def is_unwell(self, sender: Sender) -> bool:
        """Whether too much of what it or its whole feed sends is refused, now or a short while ago."""
        return any(self._is_bad(self._known.get(counted)) for counted in (sender, sender.counted_as))

    def _is_bad(self, history: SenderHistory | None) -> bool:
        return bool(history) and history.bad_at is not None and self._clock() - history.bad_at <= self._calm  # type: ignore[union-attr]

    def may_include_bytes(self, sender: Sender) -> bool:
        """Whether a letter of this sender may contain its bytes: while it is unwell, only ``letters`` a minute may."""
        if not self.is_unwell(sender):
            return True
        now, sent = self._clock(), self._history_of(sender.counted_as).letters
        while sent and now - sent[0] > MINUTE:
            sent.popleft()
        if len(sent) >= self._letters:
            return False
        sent.append(now)
        return True

    def verdict(self) -> Verdict:
        """Whether the stage must stop: nearly everything is refused, of the only active sender or of several.

        Several are two or more, and at least half of the active ones: then the fault is more likely ours than theirs.
        """
        if len(self._all) < self._window or self._all.share <= self._share:
            return "go on"
        now = self._clock()
        active = {
            sender
            for sender, history in self._known.items()
            if sender == sender.counted_as and now - history.last_sent <= ACTIVE_FOR
        }
        if len(active) == 1:
            return "alone"
        bad = sum(self._is_bad(self._known[sender]) for sender in active)
        return "several" if bad > 1 and 2 * bad >= len(active) else "go on"

    def stop_reason(self, example: str) -> str:
        """Why the stage stops, as a sentence for people."""
        return (
            f"{self.stage} rejected {self._all.refused} of the last {len(self._all)} messages, so it stops. Last "
            f"reason: {example or 'see newswire dead list'}. If they really are bad, raise NEWSWIRE_REFUSED_SHARE."
        )

    def unwell(self) -> Mapping[Sender, float]:
        """Unwell senders with the refused share of their recent messages: at most `MOST_NAMED`, and the rest as one."""
        bad = {sender: history for sender, history in self._known.items() if self._is_bad(history)}
        # A feed is listed only if none of its sources is: it may have invented many.
        listed = [
            sender
            for sender in bad
            if sender.source or not any(other.source and other.counted_as == sender for other in bad)
        ]
        listed.sort(key=lambda sender: bad[sender].last_sent, reverse=True)
        shares = {sender.shown: bad[sender].share for sender in listed[:MOST_NAMED]}
        if rest := listed[MOST_NAMED:]:
            shares[OTHERS] = max(bad[sender].share for sender in rest)
        return shares
