"""Skipped items from the read stage to Kafka: no rejection, a topic of their own, and a report if it is missing."""

import json
import logging
from typing import Any, Self

import pytest
from click.testing import CliRunner
from prometheus_client import REGISTRY

from streams.agents import run
from streams.agents.read import read_messages
from streams.agents.reporting import Tally
from streams.cli import skipped as command
from streams.cli.main import newswire
from streams.dead_letters.senders import Senders, refusals_by_sender, sender_of
from streams.errors import Unavailable
from streams.kafka.rights import rights
from streams.kafka.topics import topics
from streams.raw_messages import limits_of
from streams.records import encode
from streams.settings import read_settings
from tests.streams.messages import STAMP, Message

SETTINGS = read_settings()


def message(offset: int, **item: Any) -> Message:
    value = json.dumps({"uri": f"urn:{offset}", "versioncreated": "2026-11-26T10:00:00Z", **item}).encode()
    headers = [("source", b"wire"), ("trace-id", b"t")]
    return Message(offset=offset, key=b"", value=value, headers=headers)


def picture_heavy(count: int) -> list[Any]:
    """A wire of 84% pictures."""
    story = {"type": "text", "headline": "H", "body_text": "B."}
    return [message(n, **({"type": "picture"} if n % 100 < 84 else story)) for n in range(count)]


def test_a_wire_of_pictures_makes_no_dead_letter_and_stops_nothing() -> None:
    wire = picture_heavy(1000)
    made = read_messages(wire, "news.articles", limits_of(SETTINGS))
    assert (len(made.articles), len(made.letters), len(made.skipped)) == (160, 0, 840)
    senders = Senders("read", share=SETTINGS.refused_share, window=SETTINGS.refused_window)

    def count(batch: list[Any], letters: list[Any]) -> None:
        senders.count(
            refusals_by_sender({("news.raw", 0, one.offset): sender_of("read", one) for one in batch}, letters)
        )

    for start in range(0, len(wire), 50):
        batch = read_messages(wire[start : start + 50], "news.articles", limits_of(SETTINGS))
        count(wire[start : start + 50], batch.letters)
    assert senders.unwell() == {}
    pictures = [message(n, type="picture") for n in range(500)]
    only = read_messages(pictures, "news.articles", limits_of(SETTINGS))
    count(pictures, only.letters)
    assert (senders.verdict(), senders.unwell()) == ("go on", {})
    assert {item.source for item in only.skipped} == {"wire"}


def counted(kind: str) -> float:
    return REGISTRY.get_sample_value("newswire_skipped_total", {"kind": kind}) or 0


def test_skipped_items_are_counted_by_kind_and_fill_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    before = counted("picture"), counted("other")
    message_of_many = message(0, type="picture")
    message_of_many.value = b"\n".join([message_of_many.value] * 1000)
    strange = message(1, type="a kind that nobody knows")
    made = read_messages([message_of_many, strange], "news.articles", limits_of(SETTINGS))
    Tally("read", each=False).skipped(made.skipped)
    assert (counted("picture") - before[0], counted("other") - before[1]) == (200, 801)
    assert caplog.text == ""


def test_only_the_read_stage_may_write_the_topic_and_the_audit_reads_it() -> None:
    given = {part: {(right.operation, right.name) for right in some} for part, some in rights(SETTINGS).items()}
    assert {part for part, some in given.items() if ("Write", "news.skipped") in some} == {"read", "operator"}
    assert {part for part, some in given.items() if ("Read", "news.skipped") in some} == {"audit", "operator"}
    assert ("Create", "news.skipped") in given["setup"]


@pytest.mark.parametrize(("days", "skipped", "kept"), [(30, 30, 37), (30, 90, 90), (1, 1, 8), (365, 30, 372)])
def test_records_of_skipped_items_outlive_the_messages_that_the_audit_asks_for(
    days: int, skipped: int, kept: int
) -> None:
    changed = read_settings(retention_days=days, skipped_retention_days=skipped)
    (topic,) = (topic for topic in topics(changed) if topic.name == "news.skipped")
    assert (topic.retention_days, topic.value) == (kept, "Skipped")


def test_a_stage_whose_topic_an_upgrade_brought_says_so_at_its_start(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[list[str]] = []

    def missing_for(_: object, names: Any) -> list[str]:
        asked.append(list(names))
        return ["news.skipped"] if "skipped" in names else []

    monkeypatch.setattr(run, "missing_for", missing_for)
    run.check_topics(SETTINGS, "read")
    assert "has no topic news.skipped: run newswire topics create" in caplog.text
    run.check_topics(SETTINGS, "enrich")
    run.check_topics(SETTINGS, "index")
    assert asked == [
        ["raw", "articles", "enriched", "dead", "skipped"],
        ["articles", "enriched", "dead"],
        ["enriched", "dead", "stories", "events"],
    ]


def test_a_stage_waits_for_kafka_as_before_when_topics_cannot_be_looked_at(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object) -> list[str]:
        raise Unavailable("Kafka is away")

    monkeypatch.setattr(run, "missing_for", away)
    run.check_topics(SETTINGS, "read")
    assert "topics not checked: Kafka is away" in caplog.text


class Topic:
    """Stands for the reader of a topic."""

    def __init__(self, values: list[bytes]) -> None:
        self._messages = [Message(value=value, timestamp=STAMP * 1000) for value in values]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def bounds(self, topic: str, *_: object) -> list[str]:
        return [topic]

    def read(self, bounds: list[str]) -> list[Any]:
        assert bounds == [SETTINGS.topic("skipped")]
        return self._messages


def test_the_command_counts_each_skipped_item_once_and_prints_records(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = [message(n, type="picture" if n else "video", headline="\x1b[31mA bridge") for n in range(3)]
    items = read_messages(wire, "news.articles", limits_of(SETTINGS)).skipped
    values = [*map(encode, items), encode(items[1]), b"odd"]
    monkeypatch.setattr(command, "TopicReader", lambda _: Topic(values))
    shown = CliRunner().invoke(newswire, ["skipped"]).output
    rows = [line.replace("│", " ").split()[:3] for line in shown.splitlines() if "wire" in line]
    assert rows == [["2", "picture", "wire"], ["1", "video", "wire"]]
    assert "\x1b" not in shown
    lines = CliRunner().invoke(newswire, ["skipped", "--kind", "picture", "--source", "wire", "--json"]).output
    assert [json.loads(line)["guid"] for line in lines.splitlines()] == ["urn:1", "urn:2"]
    monkeypatch.setattr(command, "TopicReader", lambda _: Topic([]))
    assert CliRunner().invoke(newswire, ["skipped"]).output == "nothing was skipped\n"
