"""What a stage does with a batch of which something is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from streams.agents.stage import Stage
from streams.dead_letters.letters import dead_letter
from streams.dead_letters.senders import Sender
from streams.errors import TooManyRejected
from streams.records import DeadBundle, DeadLetter, decode
from tests.streams.agents.stages import SentMessages, event, stage_of


@pytest.fixture
def stage(tmp_path, monkeypatch) -> Iterator[Stage]:
    with stage_of("enrich", data=tmp_path, refused_window=10, refused_letters=5) as stage:
        monkeypatch.setattr(stage, "send", SentMessages())
        yield stage


def sent(stage: Any) -> list[Any]:
    messages: list[Any] = stage.send.messages
    return messages


def value(source: str) -> bytes:
    return b'{"source": "%s"}' % source.encode()


async def refuse(stage: Stage, offsets: range, source: str = "bad", fine: int = 0) -> None:
    """Bury a batch of which so many at the end are fine."""
    events = [event(stage, "articles", offset, value(source)) for offset in offsets]
    refused = events[: len(events) - fine]
    await stage.send_dead_letters(
        [dead_letter(each.message, "enrich", "Rejected", "why", source=source) for each in refused], events
    )


async def test_a_batch_without_refusals_sends_nothing(stage) -> None:
    await refuse(stage, range(5), fine=5)
    assert sent(stage) == []


async def test_a_letter_is_sent_whole_under_its_id(stage) -> None:
    await refuse(stage, range(5), fine=4)
    (message,) = sent(stage)
    letter = decode(message.value, DeadLetter)
    assert (message.topic, message.key) == (stage.settings.topic("dead"), letter.id.encode())
    assert (letter.offset, letter.value, letter.error) == (0, value("bad"), "Rejected")


async def test_of_a_sender_that_is_refused_all_the_while_letters_go_together_and_none_is_lost(stage) -> None:
    stage.refusals.senders.note_active({Sender("fine", "")})
    for start in range(0, 100, 10):
        await refuse(stage, range(start, start + 10))
    whole = [decode(each.value, DeadLetter).offset for each in sent(stage) if not each.headers]
    bundles = [decode(each.value, DeadBundle) for each in sent(stage) if each.headers]
    together = [letter.offset for bundle in bundles for letter in bundle.letters]
    assert bundles
    assert sorted(whole + together) == list(range(100))


async def test_alone_and_refused_the_stage_stops_but_not_while_kafka_cannot_say_who_else_sends(stage) -> None:
    async def away() -> set[Sender]:
        raise KafkaConnectionError

    async def nobody() -> set[Sender]:
        return {Sender("bad", "")}

    stage.refusals._senders_on_topic = away
    await refuse(stage, range(40))
    stage.refusals._senders_on_topic = nobody
    with pytest.raises(TooManyRejected, match="why"):
        await refuse(stage, range(40, 50))
    assert sum(len(decode(m.value, DeadBundle).letters) if m.headers else 1 for m in sent(stage)) == 50


async def test_senders_that_are_known_already_are_not_read_from_the_messages(stage) -> None:
    one = event(stage, "articles", 0, value("said"))
    position = one.message.topic, one.message.partition, one.message.offset
    await stage.send_dead_letters([], [one], {position: Sender("known", "")})
    assert stage.refusals.senders.verdict() == "go on"
    assert [sender.source for sender in stage.refusals.senders._known] == ["known"]
