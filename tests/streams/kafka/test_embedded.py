"""The embedded broker is a broker: kafka-python and Faust talk to it, and it forgets as much as it says."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from kafka import KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition

from streams.kafka.connection import client_options
from streams.kafka.embedded import API_VERSION, PARTITION_BYTES, PARTITIONS, broker
from streams.kafka.reader import TopicReader, committed
from streams.operations.doctor import _members
from streams.settings import read_settings

VERSION = tuple(int(part) for part in API_VERSION.split("."))

FORWARDER = """
import os, sys, faust
app = faust.App("forwarder", broker="kafka://" + os.environ["BROKER"], datadir=os.environ["DATADIR"],
                web_enabled=False, topic_allow_declare=False, topic_disable_leader=True, topic_partitions=4,
                consumer_auto_offset_reset="earliest")
incoming = app.topic("in", value_serializer="raw", key_serializer="raw")
outgoing = app.topic("out", value_serializer="raw", key_serializer="raw")
@app.agent(incoming)
async def forward(stream):
    async for event in stream.events():
        sent = await outgoing.send(key=event.message.key, value=event.message.value.upper())
        await sent
app.finalize()
faust.Worker(app, quiet=True, loglevel="ERROR").execute_from_commandline()
"""


def each_value(address: str, topic: str) -> Iterator[bytes]:
    """The values of a topic as they come, until none comes for 30 s."""
    consumer = KafkaConsumer(
        bootstrap_servers=address, api_version=VERSION, auto_offset_reset="earliest", consumer_timeout_ms=30_000
    )
    # Not by `subscribe`: where the version is given, kafka-python 3.0 does not wait for the first metadata, and if
    # these come just after, it takes them for those of the topic and asks again only after five minutes.
    consumer.assign([TopicPartition(topic, number) for number in range(PARTITIONS)])
    try:
        for message in consumer:
            yield message.value
    finally:
        consumer.close()


def values(address: str, topic: str, count: int) -> list[bytes]:
    """The first ``count`` values of a topic, or fewer if no more come within 30 s."""
    return list(islice(each_value(address, topic), count))


def produce(address: str, topic: str, messages: list[tuple[bytes, bytes]]) -> None:
    producer = KafkaProducer(
        bootstrap_servers=address, api_version=VERSION, acks="all", enable_idempotence=True, max_request_size=2**21
    )
    sent = [producer.send(topic, key=key, value=value) for key, value in messages]
    for future in sent:
        future.get(timeout=30)
    assert producer.partitions_for(topic) == set(range(PARTITIONS))
    producer.close()


def test_idempotent_producer_and_consumer() -> None:
    with broker(["raw"]) as address:
        produce(address, "raw", [(b"%d" % number, b"story %d" % number) for number in range(200)])
        assert sorted(values(address, "raw", 200)) == sorted(b"story %d" % number for number in range(200))


def test_two_brokers_share_nothing() -> None:
    with broker(["raw"]) as one, broker(["raw"]) as other:
        assert one != other
        produce(one, "raw", [(b"k", b"one")])
        produce(other, "raw", [(b"k", b"other")])
        assert values(other, "raw", 1) == [b"other"]


def test_faust_reads_and_writes(tmp_path: Path) -> None:
    with broker(["in", "out"]) as address:
        produce(address, "in", [(b"%d" % number, b"story %d" % number) for number in range(100)])
        environment = {**os.environ, "BROKER": address, "DATADIR": str(tmp_path)}
        worker = subprocess.Popen([sys.executable, "-c", FORWARDER], env=environment, start_new_session=True)
        try:
            assert sorted(values(address, "out", 100)) == sorted(b"STORY %d" % number for number in range(100))
        finally:
            worker.terminate()
            worker.wait(30)


def test_commands_do_without_the_requests_that_the_broker_does_not_know() -> None:
    """Asked for all offsets of a group it answers nothing at all, with which ``newswire audit`` ended."""
    with broker(["raw"]) as address:
        settings = read_settings(kafka=address, kafka_api_version=API_VERSION)
        produce(address, "raw", [(b"%d" % number, b"story") for number in range(50)])
        with TopicReader(settings) as reader:
            bounds = reader.bounds("raw")
            assert reader.bounds("raw", datetime.now(UTC) - timedelta(hours=1)) == bounds
            seen = sorted(message.timestamp for message in reader.read(bounds))
            later = reader.bounds("raw", datetime.now(UTC) + timedelta(hours=1))
            assert [bound.start for bound in later] == [bound.end for bound in bounds], "it looks up no times"
            middle = reader.bounds("raw", datetime.fromtimestamp(seen[25] / 1000, UTC))
            assert sum(b.end - b.start for b in middle) == sum(stamp >= seen[25] for stamp in seen)
        assert committed(settings, "audited", bounds) == {}
        first = TopicPartition("raw", 0)
        consumer = KafkaConsumer(**client_options(settings), group_id="audited", enable_auto_commit=False)
        consumer.assign([first])
        consumer.commit({first: OffsetAndMetadata(7, "", -1)})
        consumer.close()
        assert committed(settings, "audited", bounds) == {("raw", 0): 7}
        assert _members(settings, "audited") is None, "newswire doctor took this for a Kafka that is down"
    assert committed(settings, "audited", []) == {}, "a topic that does not exist"


def test_a_partition_forgets_what_is_older_than_its_last_bytes() -> None:
    """Why the demo paces its feeder: should this begin to fail, the pace can go."""
    size = 500_000
    count = 2 * PARTITION_BYTES // size
    with broker(["raw"]) as address:
        produce(address, "raw", [(b"same key", b"%03d" % number + bytes(size)) for number in range(count)])
        kept = []
        for value in each_value(address, "raw"):
            kept.append(int(value[:3]))
            if kept[-1] == count - 1:
                break
    assert kept, "nothing was kept"
    assert kept == list(range(kept[0], count))
    assert 0.5 * PARTITION_BYTES <= len(kept) * size <= 1.2 * PARTITION_BYTES


def test_a_topic_that_was_not_announced_appears_at_first_use() -> None:
    with broker() as address:
        produce(address, "late", [(b"k", b"v")])
        assert values(address, "late", 1) == [b"v"]
