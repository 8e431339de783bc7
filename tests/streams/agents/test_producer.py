"""Sending waits for Kafka's confirmation of every message, and tries again only what failed."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError, RequestTimedOutError

from streams.agents.producer import Outgoing
from streams.agents.stage import Stage
from streams.errors import SettingsError
from tests.streams.agents.stages import stage_of

MESSAGES = [Outgoing("news.articles", b"k%d" % n, b"v", (("trace-id", b"t"),)) for n in range(3)]


class FakeTopic:
    """Confirms what it is sent, but for the errors planned for a key: raised at once, or by the confirmation."""

    def __init__(self, at_once: bool = False, **planned: list[Exception]) -> None:
        self.planned = planned
        self.at_once = at_once
        self.sent: list[bytes] = []

    async def send(self, *, key: bytes, value: bytes, headers: dict[str, bytes], partition: int | None = None) -> Any:
        assert (value, headers, partition) == (b"v", {"trace-id": b"t"}, None)
        self.sent.append(key)
        errors = self.planned.get(key.decode(), [])
        error = errors.pop(0) if errors else None
        if error and self.at_once:
            raise error
        future = asyncio.get_running_loop().create_future()
        if error:
            future.set_exception(error)
        else:
            future.set_result(None)
        return future


@pytest.fixture
def stage(tmp_path) -> Iterator[Stage]:
    with stage_of("read", data=tmp_path) as stage:
        yield stage


async def send(stage: Stage, topic: FakeTopic) -> None:
    stage.producer._topics["news.articles"] = topic
    await stage.send(iter(MESSAGES))


@pytest.mark.parametrize("at_once", [True, False])
async def test_what_kafka_did_not_confirm_is_sent_again_until_it_does(stage, at_once) -> None:
    topic = FakeTopic(at_once, k1=[RequestTimedOutError(), KafkaConnectionError(), KafkaConnectionError()])
    await send(stage, topic)
    assert topic.sent == [b"k0", b"k1", b"k2", b"k1", b"k1", b"k1"]
    assert stage.health._paused, "standing still was meant"


async def test_nothing_returns_before_the_confirmation(stage) -> None:
    class Silent(FakeTopic):
        async def send(self, **_: Any) -> Any:
            return asyncio.get_running_loop().create_future()

    sending = asyncio.ensure_future(send(stage, Silent()))
    for _ in range(10):
        await asyncio.sleep(0)
    assert not sending.done()
    sending.cancel()


async def test_a_topic_with_other_limits_stops_the_stage_and_says_what_to_set(stage) -> None:
    with pytest.raises(SettingsError, match=r"news.articles does not accept 1 bytes: set its max.message.bytes to \d+"):
        await send(stage, FakeTopic(k1=[MessageSizeTooLargeError()]))


async def test_what_no_retry_helps_is_raised(stage) -> None:
    with pytest.raises(ValueError, match="ours"):
        await send(stage, FakeTopic(k2=[ValueError("ours")]))


async def test_a_topic_is_made_once(stage) -> None:
    assert stage.producer.topic("news.articles") is stage.producer.topic("news.articles")
