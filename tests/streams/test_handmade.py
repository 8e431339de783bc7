"""Handmade records affect only themselves: clamped or rejected wherever a topic is read."""

import asyncio
import base64
import json
from contextlib import closing
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka import TopicPartition as AioPartition
from confluent_kafka import Producer
from hypothesis import given
from hypothesis import strategies as st
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from processors.annotations import Model
from streams.agents.enriched_messages import enrich_messages
from streams.agents.index import read_enriched
from streams.agents.read import read_messages
from streams.agents.received_article import ReceivedArticle
from streams.agents.reporting import Tally
from streams.dead_letters.choosing import LetterSelection
from streams.dead_letters.letters import dead_letter, encode_letter
from streams.dead_letters.replay import headers_for
from streams.dead_letters.store import DeadStore
from streams.errors import Rejected
from streams.kafka.embedded import API_VERSION, broker
from streams.kafka.headers import MAX_ATTEMPTS, attempts_of
from streams.kafka.timestamps import UNKNOWN, moment_of, received_at
from streams.operations.replay import headers_for_copy, sources_of
from streams.raw_messages import limits_of
from streams.records import Article, DeadLetter, decode
from streams.settings import read_settings
from tests.streams.handmade import HEADERS, KEYS, STAMPS, odd_messages, send
from tests.streams.messages import Event, Message

SETTINGS = read_settings()
VERSION = tuple(int(part) for part in API_VERSION.split("."))
STORY = b'{"guid": "g", "headline": "H", "body": "B"}'
YEARS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-06-01T00:00:00Z")


def message(
    value: bytes | None = STORY, headers: Any = (), topic: str = "raw", key: Any = b"k", stamp: float = 1.0
) -> Message:
    return Message(SETTINGS.topic(topic), 3, key, value, list(headers), timestamp=stamp)


def odd(value: bytes, topic: str) -> list[Message]:
    plain = [[(str(n.encode("utf-8"), "utf-8", "backslashreplace"), v) for n, v in pairs] for pairs in HEADERS.values()]
    made = [message(value, headers, topic) for headers in plain]
    made += [message(value, [("n", None)], topic), message(value, None or (), topic)]
    made += [message(value, (), topic, stamp=stamp / 1000) for stamp in STAMPS.values()]
    made += [message(value, (), topic, key=key) for key in KEYS.values()]
    return [*made, message(None, (), topic), message(b"", (), topic)]


@given(st.floats(allow_nan=True) | st.none() | st.integers(-(2**63), 2**63))
def test_any_stamp_is_a_time(stamp) -> None:
    assert UNKNOWN <= moment_of(stamp).astimezone(UTC) < datetime(9500, 1, 1, tzinfo=UTC)


@given(
    st.text() | st.sampled_from(YEARS) | st.datetimes(timezones=st.timezones()).map(datetime.isoformat),
    st.floats(allow_nan=True),
)
def test_any_word_of_receipt_is_a_time_and_always_the_same(said, stamp) -> None:
    received = received_at(said, stamp)
    assert received == received_at(said, stamp)
    assert UNKNOWN <= received < datetime(9500, 1, 1, tzinfo=UTC)


def test_receipt_later_than_kafkas_own_stamp_does_not_count() -> None:
    assert received_at("2190-01-01T00:00:00Z", 1_700_000_000) == moment_of(1_700_000_000)
    assert received_at("2023-11-15T00:00:00Z", 1_700_000_000) == datetime(2023, 11, 15, tzinfo=UTC)
    assert received_at("2023-11-15T00:00:00Z", -1) == datetime(2023, 11, 15, tzinfo=UTC), "no stamp proves nothing"


@pytest.mark.parametrize(
    ("said", "attempts"),
    [(b"9" * 5000, MAX_ATTEMPTS), (b"12345678", MAX_ATTEMPTS), (b"3", 3), (b"", 0), (b"-1", 0), ("３".encode(), 0)],
)
def test_attempts_are_clamped(said, attempts) -> None:
    assert attempts_of(message(headers=[("attempts", said)])) == attempts


def test_read_takes_every_odd_message() -> None:
    articles, letters, _, _ = read_messages(odd(STORY, "raw"), "news.articles", limits_of(SETTINGS))
    assert len(articles) == len(odd(STORY, "raw")) - 2
    assert [letter.message for letter in letters] == ["empty", "empty"]
    for one in articles:
        decode(one.value, Article)
    broken, letters, _, _ = read_messages(odd(b"{", "raw"), "news.articles", limits_of(SETTINGS))
    assert broken == []
    for letter in letters:
        assert decode(encode_letter(letter, 2**23), DeadLetter).attempts >= 1


@pytest.fixture(scope="module")
def records() -> dict[str, bytes]:
    """A good record of each topic."""
    (article,), *_ = read_messages([message()], "news.articles", limits_of(SETTINGS))
    (enriched,), _ = enrich([message(article.value, (), "articles")])
    letter = encode_letter(dead_letter(message(b"{"), "read", "Rejected", "x"), 2**23)
    return {"raw": STORY, "articles": article.value, "enriched": enriched.value, "dead": letter}


def enrich(messages: list[Message]):
    parts = {"entities": (), "sentiment": None, "stance": ()}
    annotators: Any = SimpleNamespace(models={name: Model("m", "1") for name in parts})
    return enrich_messages([(ReceivedArticle(one), parts) for one in messages], annotators, "news.enriched")


def test_enrich_and_index_take_every_odd_message(records) -> None:
    articles = odd(records["articles"], "articles")
    enriched, letters = enrich(articles)
    assert (len(enriched), len(letters)) == (len(articles) - 2, 2)
    for one in odd(records["enriched"], "enriched"):
        documents, letters = read_enriched([Event(one)])
        assert len(documents) + len(letters) == 1
        assert bool(documents) == bool(one.value)


BEYOND = [
    {"version": 2**63}, {"version": -1}, {"version": 10**400}, {"received_at": YEARS[0]}, {"version_created": YEARS[1]},
    {"first_created": YEARS[2]}, {"embargo_until": YEARS[0]}, {"raw": {"topic": "t", "partition": 2**64, "offset": 1}},
    {"urgency": 10**400}, {"needs": 10**400},
]  # fmt: skip


@pytest.mark.parametrize("change", BEYOND, ids=str)
def test_numbers_and_years_beyond_bounds_are_refused(records, change) -> None:
    bad = json.dumps(json.loads(records["articles"]) | change).encode()
    outgoing, letters = enrich([message(bad, (), "articles")])
    assert (outgoing, len(letters)) == ([], 1)
    bad = json.dumps(json.loads(records["enriched"]) | {"article": json.loads(bad)}).encode()
    documents, letters = read_enriched([Event(message(bad, (), "enriched"))])
    assert (documents, len(letters)) == ([], 1)


ODD_LETTERS: list[dict[str, Any]] = [
    {"attempts": 10**30}, {"attempts": -1}, {"offset": 2**63}, {"partition": -5}, {"failed_at": YEARS[0]}, {"failed_at": YEARS[1]},
    {"id": "", "topic": "", "source": "\u0000\u202e"}, {"topic": "no.such.topic", "whole": False}, {"whole": False, "offset": 2**62},
    {"refused": [{"member": "m" * 10_000, "reason": ""}] * 500, "unlisted": 2**62, "part": "members"}, {"value": "!"}, {"key": None},
    {"headers": [["replayed-from", "eA=="], ["", ""]]}, {"stage": "index", "value": "e30="}, {"size": 2**63 - 1, "message": "\u0000"},
    {"stage": "enrich", "value": base64.b64encode(b'{"id": "x", "version": 1%s}' % (b"0" * 400)).decode()},
    {"stage": "index", "value": base64.b64encode(b'{"article": {"id": "x", "version": 1%s}}' % (b"0" * 400)).decode()},
]  # fmt: skip


@pytest.mark.parametrize("change", ODD_LETTERS, ids=lambda change: str(change)[:40])
def test_commands_take_every_odd_letter(records, change) -> None:
    letter = json.dumps(json.loads(records["dead"]) | change).encode()
    with closing(DeadStore(SETTINGS)) as store:
        for one in [
            *odd(letter, "dead"),
            *odd(b'{"letter": "x", "state": "done", "at": "%s", "topic": ""}' % YEARS[0].encode(), "dead"),
        ]:
            store.put(one)
        for choice in (
            LetterSelection(),
            LetterSelection(replayed=True, since=datetime(2020, 1, 1, tzinfo=UTC), error="Rejected"),
        ):
            assert len(store.groups(choice)) <= 1
            for summary in store.summaries(choice):
                assert summary.failed_at.isoformat()
                assert isinstance(store.about((summary.topic, summary.partition, summary.offset)), list)
                assert isinstance(store.refusals_of_message(summary.partition, summary.offset, summary.topic), list)
        assert store.begun(LetterSelection()) == []
        assert isinstance(store.refusals_of_article("x", 1), list)


def test_text_that_is_no_unicode_is_refused_in_letters(records) -> None:
    with pytest.raises(Rejected):
        decode(records["dead"].replace(b'"Rejected"', b'"\\ud800"'), DeadLetter)


def test_copies_of_odd_messages_can_be_made() -> None:
    for one in odd(STORY, "raw"):
        assert all(isinstance(value, bytes) for _, value in headers_for_copy(one))
        assert sources_of(one, "raw", SETTINGS) is not None
        letter = dead_letter(one, "read", "Rejected", "x")
        assert dict(headers_for(letter))["attempts"].isdigit()


def test_ages_and_lines_of_the_log_take_every_odd_message() -> None:
    tally = Tally("read", each=True)
    events = [Event(one) for one in odd(STORY, "raw")]
    events += [Event(message(stamp=stamp)) for stamp in (None, float("nan"), float("inf"))]  # type: ignore[arg-type]
    tally.taken(events)
    tally.done(events, 0)
    tally.refused([dead_letter(event.message, "read", "Rejected", "x") for event in events])


def test_both_clients_read_what_was_made_by_hand() -> None:
    """As the stages read it (aiokafka, by Faust) and as the commands do (kafka-python)."""
    wanted = odd_messages(STORY)
    with broker(["raw"]) as address:
        producer = KafkaProducer(bootstrap_servers=address, api_version=VERSION, max_request_size=2**23)
        send(producer, "raw", wanted)
        producer.close()
        other = Producer({"bootstrap.servers": address})
        other.produce("raw", b"x", partition=0, headers=[("empty", None)])
        other.flush(30)
        one, two = by_kafka_python(address, len(wanted) + 1), asyncio.run(by_aiokafka(address, len(wanted) + 1))
    assert [(m.offset, m.value, m.timestamp) for m in one] == [(m.offset, m.value, m.timestamp) for m in two]
    names = [name for m in two for name, _ in m.headers]
    assert "\\xff\\xfename" in names
    assert [tuple(m.headers) for m in one] == [tuple(m.headers) for m in two]


def by_kafka_python(address: str, count: int) -> list[Any]:
    consumer = KafkaConsumer(
        bootstrap_servers=address, api_version=VERSION, auto_offset_reset="earliest", consumer_timeout_ms=30_000
    )
    consumer.assign([TopicPartition("raw", 0)])
    with closing(consumer):
        return [found for found, _ in zip(consumer, range(count), strict=False)]


async def by_aiokafka(address: str, count: int) -> list[Any]:
    consumer = AIOKafkaConsumer(bootstrap_servers=address, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign([AioPartition("raw", 0)])
        found: list[Any] = []
        async with asyncio.timeout(30):
            while len(found) < count:
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    found += records
        return found
    finally:
        await consumer.stop()
