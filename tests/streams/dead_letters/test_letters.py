from typing import Any

from streams.dead_letters.letters import dead_letter
from streams.records import DeadLetter, decode, encode
from tests.streams.messages import Message


def message(**changes) -> Message:
    headers = [("source", b"wire"), ("attempts", b"2")]
    values: dict[str, Any] = {"offset": 14, "partition": 3, "value": b"\xff\x00broken", "headers": headers}
    return Message(**values | changes)


def test_it_keeps_the_original_whole() -> None:
    letter = decode(encode(dead_letter(message(), "read", "Rejected", "no text")), DeadLetter)
    assert letter.value == b"\xff\x00broken"
    assert letter.headers == (("source", b"wire"), ("attempts", b"2"))
    assert (letter.topic, letter.partition, letter.offset, letter.source) == ("news.raw", 3, 14, "wire")


def test_each_try_is_counted() -> None:
    assert dead_letter(message(), "read", "Rejected", "x").attempts == 3


def test_the_same_refusal_has_the_same_id_and_parts_differ() -> None:
    once, twice = (dead_letter(message(), "read", "Rejected", "x") for _ in range(2))
    assert once.id == twice.id
    assert dead_letter(message(), "enrich", "ValueError", "x", part="stance").id != once.id


def test_a_message_without_value_or_headers_can_be_refused_too() -> None:
    letter = dead_letter(message(value=None, headers=None), "read", "Rejected", "x" * 9000)
    assert letter.value == b""
    assert len(letter.message) < 9000
