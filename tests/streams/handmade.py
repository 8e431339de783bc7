"""Handmade records that no feed of ours would send: odd bytes in headers, header names, keys and timestamps."""

from typing import Any

from kafka import KafkaProducer

NO_UTF8 = b"\xff\xfename"


class Bytes(str):
    """A header's name that is no UTF-8: the producer asks a text for its bytes, and gets these."""

    __slots__ = ()

    def encode(self, *_: Any) -> bytes:
        return NO_UTF8


HEADERS: dict[str, list[tuple[str, bytes]]] = {
    "5,000 digits of attempts": [("attempts", b"9" * 5000)],
    "attempts that are no number": [("attempts", b"\xff-1")],
    "a name that is no UTF-8": [(Bytes("x"), b"\xff")],
    "an empty name": [("", b"")],
    "receipt in the year 1": [("received-at", b"0001-01-01T00:00:00+14:00")],
    "receipt in the year 9999": [("received-at", b"9999-12-31T23:59:59-14:00")],
    "receipt that is no time": [("received-at", b"nan")],
    "receipt of a million characters": [("received-at", b"2" * 1_000_000)],
    "headers twice": [("source", b"one"), ("source", b"two"), ("received-at", b""), ("received-at", b"x")],
    "a source that is no UTF-8": [("source", b"\xff\x00\xed\xa0\x80")],
    "a source of a million characters": [("source", b"s" * 1_000_000)],
    "a trace that is no UTF-8": [("trace-id", b"\xff" * 100_000)],
    "a forged origin": [("replayed-from", b"news.raw:999999999:999999999999999999"), ("replay-of", b"\xff")],
    "a record's name": [("record", b"Replayed")],
    "a thousand headers": [(f"h{n}", b"x") for n in range(1000)],
}
STAMPS = {"2^62": 2**62, "before 1970": -(2**50), "none": -1, "0": 0, "2^63-1": 2**63 - 1}
KEYS = {"no key": None, "no UTF-8": b"\xff\xfe\xed\xa0\x80", "huge": b"k" * 500_000, "empty": b""}


def odd_messages(value: bytes) -> list[dict[str, Any]]:
    """What to send, by the producer's own words, in many odd ways."""
    made: list[dict[str, Any]] = [{"value": value, "headers": headers} for headers in HEADERS.values()]
    made += [{"value": value, "timestamp_ms": stamp} for stamp in STAMPS.values()]
    made += [{"value": value, "key": key} for key in KEYS.values()]
    return [*made, {"value": None, "key": b"k"}, {"value": b""}]


def send(producer: KafkaProducer, topic: str, messages: list[dict[str, Any]], partition: int = 0) -> None:
    """Put messages on one partition, each in a batch of its own."""
    for message in messages:
        producer.send(topic, partition=partition, **message).get(timeout=30)
