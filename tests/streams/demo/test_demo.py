"""The demo's own moves: its feeder loses nothing on a broker that forgets, and its check sees what is wrong."""

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import msgspec
import pytest
from confluent_kafka import Consumer
from rich.console import Console

from streams.dead_letters.letters import dead_letter
from streams.demo import elsewhere
from streams.demo.check import difference
from streams.demo.pipeline import DemoPipeline
from streams.demo.report import made_up
from streams.demo.sample import Sample, items, samples
from streams.demo.wires import OwnFiles, _rejected
from streams.feeds.producer import Feeder, FeedItem
from streams.kafka.embedded import API_VERSION, broker
from streams.settings import Settings, read_settings
from streams.wire.article_ids import article_version
from streams.wire.parse import parse_all
from streams.wire.raw import Raw
from tests.streams.messages import Message

ITEM_BYTES, ITEMS = 200_000, 60  # 12 MB under one key: more than the embedded broker keeps of a partition


class SlowReader(threading.Thread):
    """Plays the read stage: takes news.raw, counts what came, commits. Begins when the feeder first waits for it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(daemon=True)
        self.seen: Counter[bytes] = Counter()
        self.asked = threading.Event()
        self.stopping = threading.Event()
        self.consumer = Consumer(
            {
                "bootstrap.servers": settings.kafka,
                "group.id": "news-read",
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
                "queued.max.messages.kbytes": 1024,
            }
        )
        self.topic = settings.topic("raw")

    def ask(self, _: object) -> None:
        self.asked.set()

    def run(self) -> None:
        self.asked.wait(60)
        self.consumer.subscribe([self.topic])
        while not self.stopping.is_set():
            if (message := self.consumer.poll(0.1)) is not None and message.error() is None:
                self.seen[message.value()[:8]] += 1
                self.consumer.commit(message, asynchronous=False)
        self.consumer.close()


@contextmanager
def slow_pipeline(folder: Path) -> Iterator[tuple[DemoPipeline, SlowReader]]:
    """A pipeline whose one stage is a slow reader; the process that stands for the workers does nothing."""
    with broker(["news.raw", "news.articles", "news.enriched", "news.dead"]) as address:
        settings = read_settings(
            kafka=address, kafka_api_version=API_VERSION, create_topics=False, topic_prefix="news", partitions=4
        )
        log = folder / "workers.log"
        log.touch()
        idle = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
        assert idle.stdin is not None
        pipeline, reader = DemoPipeline(settings, idle, log), SlowReader(settings)
        reader.start()
        try:
            yield pipeline, reader
        finally:
            reader.stopping.set()
            reader.join(30)
            pipeline.close()
            idle.stdin.close()


def numbered(count: int) -> list[FeedItem]:
    return [FeedItem(b"%08d" % number + bytes(ITEM_BYTES), "one key") for number in range(count)]


def test_a_paced_feeder_loses_nothing(tmp_path: Path) -> None:
    with slow_pipeline(tmp_path) as (pipeline, reader):
        assert pipeline.feed(numbered(ITEMS), reader.ask, pace=2_000_000) == ITEMS
        assert reader.seen == Counter(b"%08d" % number for number in range(ITEMS))


def test_without_a_pace_the_broker_forgets(tmp_path: Path) -> None:
    """The test above could not fail otherwise."""
    with slow_pipeline(tmp_path) as (pipeline, reader):
        pipeline.feed(numbered(ITEMS), reader.ask, pace=ITEMS * ITEM_BYTES * 2)
        assert len(reader.seen) < ITEMS


def test_an_item_larger_than_the_pace_goes_alone(tmp_path: Path) -> None:
    with slow_pipeline(tmp_path) as (pipeline, reader):
        assert pipeline.feed(numbered(3), reader.ask, pace=1000) == 3
        assert sorted(reader.seen) == [b"00000000", b"00000001", b"00000002"]


def test_the_sample_wire_is_what_its_manifest_says() -> None:
    """Each file is read by the wire room as the manifest, which was written by hand, expects."""
    expected = {(sample.source, sample.guid): sample for sample in samples()}
    versions: Counter[tuple[str, str]] = Counter()
    for item in items(2**20):
        parsed = parse_all(Raw(value=item.value, received_at=item.received_at, source=item.source))
        assert not parsed.refused
        for article in parsed.articles:
            sample = expected[(article.source, article.guid)]
            versions[(article.source, article.guid)] += 1
            assert article.format == sample.format
            if article.version_created == sample.version_created:
                assert article.status == sample.status
                assert article.headline == sample.headline or sample.status == "canceled"
                assert article.embargo_until == sample.embargo_until
            else:
                assert article.version_created < sample.version_created
    assert versions == {key: sample.versions for key, sample in expected.items()}


def test_the_sample_wire_has_every_format_and_every_life() -> None:
    told = samples()
    assert len(told) >= 40
    assert {sample.format for sample in told} == {
        "json", "ninjs", "newsml-g2", "newsml-1.2", "nitf", "anpa-1312", "iptc-7901", "rss", "atom",
    }  # fmt: skip
    assert {sample.life for sample in told} == {"", "update", "correction", "kill", "embargo", "withheld"}


@pytest.fixture
def sample() -> Sample:
    return next(sample for sample in samples() if sample.life == "correction")


def stored(sample: Sample, **changes: object) -> dict[str, object]:
    """A document as a store gives it back for this sample."""
    version = article_version(sample.version_created, sample.status, "correction", "2", sample.headline)
    document = {**json.loads(msgspec.json.encode(sample)), "id": sample.id, "version": version}
    return document | {"failures": {}, "body": "…", "entities": [], "stance": []} | changes


def test_a_story_as_it_must_be_has_no_difference(sample: Sample) -> None:
    assert difference(sample, stored(sample)) == ""


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"headline": "Orion Motors profit rises to 410 million euros"}, "headline is"),
        ({"status": "canceled"}, "status is"),
        ({"version": 1}, "version is of 1970"),
        ({"failures": {"stance": "ValueError"}}, "annotations failed"),
        ({"guid": "another"}, "guid is"),
    ],
)
def test_a_story_that_is_wrong_is_named(sample: Sample, changes: dict[str, object], says: str) -> None:
    assert says in difference(sample, stored(sample, **changes))


def test_a_missing_story_is_named(sample: Sample) -> None:
    assert difference(sample, {}) == "is not in the index"


def test_a_killed_story_must_have_no_text() -> None:
    killed = next(sample for sample in samples() if sample.life == "kill")
    assert difference(killed, stored(killed, body="")) == ""
    assert "still has text" in difference(killed, stored(killed, body="A fire at the Orfeum cinema"))


def test_another_terminal_gets_what_this_one_has_set_otherwise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSWIRE_KAFKA_PROTOCOL", "SASL_SSL")
    monkeypatch.setenv("NEWSWIRE_KAFKA_MECHANISM", "PLAIN")
    monkeypatch.setenv("NEWSWIRE_KAFKA_USER", "me")
    monkeypatch.setenv("NEWSWIRE_KAFKA_PASSWORD", "it's")
    monkeypatch.setenv("NEWSWIRE_TOPIC_PREFIX", "news")
    changes = {"kafka": "127.0.0.1:1", "kafka_protocol": "PLAINTEXT", "kafka_mechanism": "", "kafka_user": "",
               "kafka_password": "", "kafka_ca": "", "create_topics": False, "topic_prefix": "news",
               "partitions": 4, "index": "sqlite:////tmp/a b/news.sqlite"}  # fmt: skip
    lines = [line for line in elsewhere.exports(changes) if "PATH" not in line]
    assert lines == [
        "export NEWSWIRE_KAFKA=127.0.0.1:1",
        "export NEWSWIRE_KAFKA_PROTOCOL=PLAINTEXT",
        "export NEWSWIRE_KAFKA_MECHANISM=''",
        "export NEWSWIRE_KAFKA_USER=''",
        "export NEWSWIRE_KAFKA_PASSWORD=''",
        "export NEWSWIRE_CREATE_TOPICS=false",
        "export NEWSWIRE_INDEX='sqlite:////tmp/a b/news.sqlite'",
    ]


def test_another_terminal_gets_the_profiles_of_sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources.toml").touch()
    monkeypatch.setenv("NEWSWIRE_SOURCES", "sources.toml")
    assert f"export NEWSWIRE_SOURCES={tmp_path}/sources.toml" in elsewhere.exports({})


def test_another_terminal_is_told_to_feed_the_files_that_were_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my stories.jsonl").touch()
    output = StringIO()
    for wire in (OwnFiles(("my stories.jsonl",), "me"), OwnFiles(("-",))):
        elsewhere.feeds(Console(file=output, width=300), wire.example())
    fed = [line for line in output.getvalue().splitlines() if "feed files" in line]
    assert len(fed) == 1, "standard input cannot be read again"
    assert fed[0].endswith(f"feed files '{tmp_path}/my stories.jsonl' --source me")


def test_what_was_rejected_is_named_by_file_and_line() -> None:
    rejected = Message(value=b"not json at all", headers=[("name", b"wire/stories.jsonl line 3")])
    letters = [dead_letter(rejected, "read", "Rejected", "unknown format"), dead_letter(Message(), "read", "E", "no")]
    assert _rejected(letters) == ["rejected by read: wire/stories.jsonl line 3: unknown format", "rejected by read: no"]


def test_what_the_broker_forgot_unread_is_noticed(tmp_path: Path) -> None:
    with slow_pipeline(tmp_path) as (pipeline, reader):
        with Feeder(pipeline.settings) as feeder:
            for item in numbered(10):
                feeder.feed(item)
            feeder.flush()
            assert pipeline.forgotten() == 0
            for item in numbered(ITEMS):
                feeder.feed(item)
            feeder.flush()
        assert pipeline.forgotten() > 0
        reader.asked.set()


def test_searches_are_made_of_names_that_tell_stories_apart() -> None:
    def document(number: int, *names: str) -> dict[str, object]:
        entities = [{"name": name, "type": "GPE"} for name in ("Agency", *names)]
        return {"id": str(number), "entities": entities, "stance": [ROW] if number == 0 else []}

    in_german: dict[str, object] = {"id": "4", "entities": None, "stance": None}
    documents = [document(0, "Peru", "Chile"), document(1, "Chile"), document(2), document(3), in_german]
    asked = [arguments for arguments, _ in made_up(documents)]
    assert asked == [
        ("--entity", "Chile"),
        ("--entity", "Peru"),
        ("--holder", "Peru", "--target", "Chile", "--label", "favor"),
        ("--sort", "newest"),
    ]


ROW = {"holder": "Peru", "target": "Chile", "label": "favor"}
