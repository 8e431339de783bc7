"""Handles a stage's refusals: prepares its dead letters, and stops the stage if nearly everything is refused.

Takes dead letters and the senders of all messages of their batch; gives messages for ``news.dead``.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from aiokafka.errors import KafkaError

from streams.agents.acks import Position
from streams.agents.producer import Outgoing
from streams.dead_letters.letters import bundled, encode_letter
from streams.dead_letters.senders import Sender, Senders, refusals_by_sender
from streams.errors import TooManyRejected
from streams.kafka.headers import RECORD_HEADER
from streams.kafka.topics import record_limit
from streams.records import DeadBundle, DeadLetter, encode
from streams.records import Stage as StageName
from streams.settings import Settings

log = logging.getLogger(__name__)


class SortedLetters(NamedTuple):
    """The dead letters of a batch: those sent one by one, and those that are bundled."""

    whole: list[DeadLetter]
    others: list[DeadLetter]


class Refusals:
    """The refusals of a stage, by sender.

    ``senders_on_topic`` looks up the other senders; it is called when only one sender has been seen so far.
    """

    def __init__(
        self, stage: StageName, settings: Settings, senders_on_topic: Callable[[], Awaitable[set[Sender]]]
    ) -> None:
        self._stage = stage
        self._settings = settings
        self._senders_on_topic = senders_on_topic
        self.senders = Senders(
            stage,
            share=settings.refused_share,
            window=settings.refused_window,
            calm=settings.refused_calm,
            letters=settings.refused_letters,
        )

    def sort(self, letters: Sequence[DeadLetter], senders: Mapping[Position, Sender]) -> SortedLetters:
        """Sort letters: of an unwell sender, only some a minute are sent one by one."""
        refused = SortedLetters([], [])
        for letter in letters:
            sender = senders[letter.topic, letter.partition, letter.offset]
            (refused.whole if self.senders.may_include_bytes(sender) else refused.others).append(letter)
        return refused

    def messages(self, refused: SortedLetters) -> list[Outgoing]:
        """The messages for ``news.dead``."""
        topic, limit = self._settings.topic("dead"), record_limit(self._settings)
        header = ((RECORD_HEADER, DeadBundle.__name__.encode()),)
        outgoing = [Outgoing(topic, letter.id.encode(), encode_letter(letter, limit)) for letter in refused.whole]
        bundles = bundled(refused.others)
        return outgoing + [Outgoing(topic, bundle.letters[0].id.encode(), encode(bundle), header) for bundle in bundles]

    async def judge(self, letters: Sequence[DeadLetter], senders: Mapping[Position, Sender]) -> None:
        """Count a batch; ``senders`` are those of all its messages, also of those that went well.

        Raises:
            TooManyRejected: nearly everything is refused, so the fault is ours.
        """
        self.senders.count(refusals_by_sender(senders, letters))
        verdict = self.senders.verdict()
        if verdict == "alone":  # as far as this process has seen since its start
            try:
                self.senders.note_active(await self._senders_on_topic())
            except KafkaError as error:
                log.warning("%s cannot look for other senders: %r", self._stage, error)
                return
            verdict = self.senders.verdict()
        if verdict != "go on":
            raise TooManyRejected(self.senders.stop_reason(letters[-1].message if letters else ""))
