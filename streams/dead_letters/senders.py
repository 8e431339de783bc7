"""Counts rejections by source and by feed, so that one sender's bad items do not stop the others.

Takes, for each message of a stage, its `Sender` and whether it was refused; says who is *unwell*, which dead letters
may be whole, and when the stage must stop. Who is unwell stays named until it has been well for a while.

A source says whose stories they are, a feed who really sends them: a key over HTTP, an address. A sender may invent
sources, so where a message names its feed, that is who is counted when the question is how many are hit.
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

MOST_KNOWN = 1000  # senders remembered; those longest silent are forgotten first
MOST_NAMED = 20  # senders named at once; the others are one
LONGEST_NAME = 60  # characters of a name that is shown
IN_SIGHT = 24 * 3600.0  # seconds since it last sent for which a sender counts as there
MINUTE = 60.0

Verdict = Literal["go on", "alone", "several"]


class Sender(NamedTuple):
    """Who sent a message: the source that it names, and the feed that it came through. Each may be empty."""

    source: str
    feed: str

    @property
    def who(self) -> "Sender":
        """The sender to count: the feed, or the source if no feed is named."""
        return Sender("", self.feed) if self.feed else self

    @property
    def shown(self) -> "Sender":
        """The same with printable names of bounded length, since the names may come from anybody."""
        return Sender(_shown(self.source), _shown(self.feed))


OTHERS = Sender("others", "others")


def named(sender: Sender) -> str:
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


def outcomes(
    senders: Mapping[tuple[str, int, int], Sender], letters: Iterable[DeadLetter]
) -> list[tuple[Sender, bool]]:
    """Each message of a batch, by its position, with whether it was rejected.

    One of whose members some were refused counts as both. An annotator that failed is no refusal.
    """
    letters = list(letters)
    refused = {(letter.topic, letter.partition, letter.offset) for letter in letters if not letter.part}
    messages = [(sender, place in refused) for place, sender in senders.items()]
    return messages + [(senders[one.topic, one.partition, one.offset], True) for one in letters if one.part == MEMBERS]


class SenderHistory:
    """The recent messages of one sender, each rejected or not."""

    def __init__(self, window: int) -> None:
        self._recent: deque[bool] = deque(maxlen=window)
        self.refused = 0
        self.heard = 0.0
        self.bad_at: float | None = None  # when it last sent while too much of it was refused; None: long ago, or never
        self.letters: deque[float] = deque()  # when it cost whole letters, within the last minute

    def count(self, now: float, *, refused: bool) -> None:
        """Add one message."""
        if len(self._recent) == self._recent.maxlen:
            self.refused -= self._recent[0]
        self._recent.append(refused)
        self.refused += refused
        self.heard = now

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
            for one in {sender, sender.who}:
                self._standing(one).count(now, refused=refused)
                touched.add(one)
        for one in touched & self._known.keys():
            standing = self._known[one]
            if len(standing) >= self._least and standing.share > self._share:
                standing.bad_at = now

    def _standing(self, sender: Sender) -> SenderHistory:
        standing = self._known.setdefault(sender, SenderHistory(self._window))
        self._known.move_to_end(sender)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return standing

    def saw(self, senders: Iterable[Sender]) -> None:
        """Note other senders to this stage whose messages other processes read."""
        for sender in senders:
            self._standing(sender.who).heard = self._clock()

    def is_unwell(self, sender: Sender) -> bool:
        """Whether too much of what it, or its feed as a whole, sends is refused, or was until a while ago."""
        return any(self._is_bad(self._known.get(one)) for one in (sender, sender.who))

    def _is_bad(self, standing: SenderHistory | None) -> bool:
        return bool(standing) and standing.bad_at is not None and self._clock() - standing.bad_at <= self._calm  # type: ignore[union-attr]

    def whole_letter(self, sender: Sender) -> bool:
        """Whether a letter of this sender may contain its bytes: while it is unwell, only ``letters`` a minute may."""
        if not self.is_unwell(sender):
            return True
        now, sent = self._clock(), self._standing(sender.who).letters
        while sent and now - sent[0] > MINUTE:
            sent.popleft()
        if len(sent) >= self._letters:
            return False
        sent.append(now)
        return True

    def verdict(self) -> Verdict:
        """Whether the stage must stop: nearly everything is refused, of the one sender in sight, or of several at once.

        Several are two or more, and at least half of all in sight: then the fault is ours more likely than theirs.
        """
        if len(self._all) < self._window or self._all.share <= self._share:
            return "go on"
        now = self._clock()
        there = {one for one, standing in self._known.items() if one == one.who and now - standing.heard <= IN_SIGHT}
        if len(there) == 1:
            return "alone"
        hit = sum(self._is_bad(self._known[one]) for one in there)
        return "several" if hit > 1 and 2 * hit >= len(there) else "go on"

    def why(self, example: str) -> str:
        """Why the stage stops, as a sentence for people."""
        return (
            f"{self.stage} rejected {self._all.refused} of the last {len(self._all)} messages, so it stops. Last "
            f"reason: {example or 'see newswire dead list'}. If they really are bad, raise NEWSWIRE_REFUSED_SHARE."
        )

    def unwell(self) -> Mapping[Sender, float]:
        """Who is unwell, with the share of its recent messages that was refused: `MOST_NAMED` at most, and others."""
        bad = {one: standing for one, standing in self._known.items() if self._is_bad(standing)}
        # A feed is named by itself only where none of its sources is: it may have invented many.
        told = [one for one in bad if one.source or not any(two.source and two.who == one for two in bad)]
        told.sort(key=lambda one: bad[one].heard, reverse=True)
        named = {one.shown: bad[one].share for one in told[:MOST_NAMED]}
        if rest := told[MOST_NAMED:]:
            named[OTHERS] = max(bad[one].share for one in rest)
        return named
