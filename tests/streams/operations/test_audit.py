"""The ledger over topics in memory: every fate, and every planted loss."""

import json
import tracemalloc
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from search.versions.lineage import StoryState
from streams.agents.read import read_messages
from streams.dead_letters.letters import dead_letter
from streams.dead_letters.replay import headers_for
from streams.errors import SettingsError
from streams.kafka.headers import RECORD_HEADER
from streams.kafka.reader import OffsetRange
from streams.kafka.stages import TO_INDEX
from streams.operations import audit
from streams.operations.audit import Auditor
from streams.operations.audited_messages import Stamped
from streams.operations.ledger import Ledger, LedgerEntry, fate_of, is_about
from streams.raw_messages import limits_of, raw_of
from streams.records import Article, DeadLetter, Replayed, decode, encode
from streams.settings import read_settings
from tests.streams.messages import Message

SETTINGS = read_settings()
NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Pipeline:
    """Topics of one partition, an index, and how far each stage has come; stands for reader and store."""

    def __init__(self) -> None:
        self.topics: dict[str, list[Message]] = defaultdict(list)
        self.committed: dict[str, int] = {}
        self.index: dict[str, StoryState] = {}
        self.looked_up: list[int] = []
        self.on_refresh: list[Any] = []

    def put(self, topic: str, value: bytes, headers=(), key: bytes = b"k") -> Message:
        name = SETTINGS.topic(topic)
        headers = [*headers] if headers else [("source", b"wire"), ("received-at", NOW.isoformat().encode())]
        at = NOW + timedelta(seconds=len(self.topics[name]))
        message = Message(name, len(self.topics[name]), key, value, headers, timestamp=at.timestamp() * 1000)
        self.topics[name].append(message)
        return message

    def accept(self, **story: Any) -> Message:
        story.setdefault("version_created", "2026-11-23T10:00:00Z")
        return self.put("raw", json.dumps({"headline": f"About {story.get('guid')}", **story}).encode())

    def read(self, message: Message) -> None:
        """What the read stage does with a message."""
        stamped = Stamped(
            **{name: getattr(message, name) for name in Stamped.__dataclass_fields__}
            | {"timestamp": message.timestamp / 1000}
        )
        articles, letters, skipped, _ = read_messages([stamped], SETTINGS.topic("articles"), limits_of(SETTINGS))
        for outgoing in articles:
            self.put("articles", outgoing.value, key=outgoing.key)
        for letter in letters:
            self.send_dead_letters(letter)
        for item in skipped:
            self.put("skipped", encode(item), key=item.id.encode())
        self.committed["read"] = message.offset + 1

    def send_dead_letters(self, letter) -> None:
        self.put("dead", encode(letter), key=letter.id.encode())

    def mark(self, letter, message: Message, state="done") -> None:
        mark = Replayed(letter.id, state, NOW, message.topic, message.partition, message.offset)
        self.put("dead", encode(mark), [(RECORD_HEADER, b"Replayed")])

    def enrich(self, message: Message) -> None:
        self.put("enriched", b'{"article": %s}' % message.value)
        self.committed["enrich"] = message.offset + 1

    def store(self, message: Message) -> None:
        article = json.loads(message.value or b"")["article"]
        standing = self.index.get(article["id"], StoryState(0, ""))
        arrived = StoryState(article["version"], article["status"])
        self.index[article["id"]] = max(standing, arrived, key=lambda kept: kept.version)
        self.committed["index"] = message.offset + 1

    def go(self, *stages: str) -> None:
        """Let stages work off what waits for them."""
        for stage, topic in (("read", "raw"), ("enrich", "articles"), ("index", "enriched")):
            work = {"read": self.read, "enrich": self.enrich, "index": self.store}[stage]
            for message in self.topics[SETTINGS.topic(topic)][self.committed.get(stage, 0) :]:
                if stage in stages:
                    work(message)

    # what is asked of the reader
    def bounds(self, topic: str, since=None, until=None):
        return [OffsetRange(topic, 0, 0, len(self.topics[topic]))]

    def read_bounds(self, bounds):
        for bound in bounds:
            yield from self.topics[bound.topic][bound.start : bound.end]

    # what is asked of the store
    async def fates(self, ids):
        self.looked_up.append(len(ids))
        return {one: self.index[one] for one in ids if one in self.index}

    async def refresh(self) -> None:
        for action in self.on_refresh[:1]:
            self.on_refresh.remove(action)
            action()

    async def audit(self, **changes):
        reader: Any = SimpleNamespace(bounds=self.bounds, read=self.read_bounds)
        store: Any = self
        return await Auditor(SETTINGS, store, reader, **changes).run()


ALL = TO_INDEX


@pytest.fixture
def pipeline(monkeypatch) -> Pipeline:
    pipeline = Pipeline()
    topics = {"read": "raw", "enrich": "articles", "index": "enriched"}

    def committed(_: object, group: str, _bounds: object):
        stage = group.rpartition("-")[2]
        found = pipeline.committed.get(stage)
        return {} if found is None else {(SETTINGS.topic(topics[stage]), 0): found}

    monkeypatch.setattr(audit, "committed", committed)
    return pipeline


async def test_versions_and_kills(pipeline) -> None:
    pipeline.accept(guid="a")
    pipeline.accept(guid="a", version_created="2026-11-23T11:00:00Z")
    pipeline.accept(guid="b")
    pipeline.accept(guid="b", status="canceled", version_created="2026-11-23T11:00:00Z")
    pipeline.go(*ALL)
    report = await pipeline.audit()
    assert (report.indexed, report.superseded, report.tombstoned, report.missing) == (1, 1, 2, 0)
    assert report.on_their_way == {}
    assert report.lag == {"read": 0, "enrich": 0, "index": 0}


async def test_each_stage_has_its_own_waiting(pipeline) -> None:
    for stages in (("read", "enrich"), ("read",), ()):
        pipeline.accept(guid=f"waits after {stages}")
        pipeline.go(*stages)
    report = await pipeline.audit()
    assert report.on_their_way == {"read": 1, "enrich": 1, "index": 1}
    assert report.missing == 0


def picture(pipeline: Pipeline, guid: str = "p", **more: Any) -> Message:
    return pipeline.put("raw", json.dumps({"uri": guid, "type": "picture", "pubstatus": "usable", **more}).encode())


async def test_pictures_end_as_skipped_and_a_story_with_pictures_as_itself(pipeline) -> None:
    for number in range(5):
        picture(pipeline, f"p{number}")
    pipeline.accept(guid="a")
    story = {"uri": "s", "type": "text", "headline": "H", "body_text": "B.", "versioncreated": "2026-11-23T10:00:00Z"}
    pipeline.put("raw", json.dumps(story | {"associations": {"p": {"uri": "p", "type": "picture"}}}).encode())
    pipeline.go(*ALL)
    picture(pipeline, "late")
    report = await pipeline.audit()
    assert (report.skipped, report.indexed, report.missing, report.dead_lettered) == (5, 2, 0, {})
    assert (report.articles, report.on_their_way) == (8, {"read": 1})


async def test_a_picture_that_read_has_passed_without_a_record_is_missing(pipeline) -> None:
    picture(pipeline)
    pipeline.committed["read"] = 1
    report = await pipeline.audit()
    assert (report.skipped, report.missing) == (0, 1)


async def test_a_record_of_a_storys_picture_explains_no_lost_story(pipeline) -> None:
    story = {"uri": "s", "type": "text", "headline": "H", "body_text": "B.", "versioncreated": "2026-11-23T10:00:00Z"}
    pipeline.put("raw", json.dumps(story | {"associations": {"p": {"uri": "p", "type": "picture"}}}).encode())
    pipeline.go("read")
    pipeline.topics[SETTINGS.topic("articles")].clear()
    report = await pipeline.audit()
    assert (report.skipped, report.missing) == (0, 1)


async def test_a_picture_that_an_older_version_refused_stays_dead_lettered(pipeline) -> None:
    message = picture(pipeline)
    pipeline.send_dead_letters(dead_letter(message, "read", "Rejected", "picture: not an article"))
    pipeline.committed["read"] = 1
    report = await pipeline.audit()
    assert (report.skipped, report.missing, report.dead_lettered["read: Rejected"].articles) == (0, 0, 1)


@pytest.mark.parametrize("skipping", ALL)
async def test_a_stage_that_acks_without_doing_is_found(pipeline, skipping) -> None:
    pipeline.accept(guid="kept")
    pipeline.go(*ALL)
    pipeline.accept(guid="skipped")
    for stage, topic in (("read", "raw"), ("enrich", "articles"), ("index", "enriched")):
        if stage == skipping:
            pipeline.committed[stage] = len(pipeline.topics[SETTINGS.topic(topic)])
            break
        pipeline.go(stage)
    report = await pipeline.audit()
    (lost,) = report.missing_articles
    assert (lost.guid, lost.offset, report.missing) == ("skipped", 1, 1)
    assert ("produced nothing" in lost.note) == (skipping == "read")
    assert ("news.articles[0]@1" in lost.note) == (skipping != "read")


async def test_an_older_version_that_stands_is_a_loss_and_said(pipeline) -> None:
    pipeline.accept(guid="a")
    pipeline.go(*ALL)
    pipeline.accept(guid="a", version_created="2026-11-23T11:00:00Z")
    pipeline.go("read", "enrich")
    pipeline.committed["index"] = 2
    (lost,) = (await pipeline.audit()).missing_articles
    assert "older version" in lost.note


async def test_one_article_of_several_that_is_skipped_is_found(pipeline) -> None:
    items = [{"guid": guid, "headline": guid, "version_created": "2026-11-23T10:00:00Z"} for guid in "abc"]
    pipeline.put("raw", json.dumps({"items": [*items, {"guid": "empty"}]}).encode())
    pipeline.go("read")
    del pipeline.topics[SETTINGS.topic("articles")][1]
    pipeline.go("enrich", "index")
    pipeline.committed = {"read": 1, "enrich": 2, "index": 2}
    report = await pipeline.audit()
    assert [lost.guid for lost in report.missing_articles] == ["b"]
    assert (report.articles, report.indexed, report.dead_lettered["read: Rejected"].articles) == (4, 2, 1)


async def test_a_refusal_without_its_dead_letter_is_a_loss(pipeline) -> None:
    pipeline.put("raw", b'{"nothing": 1}')
    pipeline.go("read")
    assert (await pipeline.audit()).dead_lettered["read: Rejected"].example
    pipeline.topics[SETTINGS.topic("dead")].clear()
    (lost,) = (await pipeline.audit()).missing_articles
    assert (lost.guid, lost.offset) == ("", 0)


@pytest.mark.parametrize("stage", ["enrich", "index"])
async def test_later_stages_dead_letters_are_a_fate_until_they_are_replayed(pipeline, stage) -> None:
    pipeline.accept(guid="a")
    pipeline.go("read")
    if stage == "index":
        pipeline.go("enrich")
    topic = "articles" if stage == "enrich" else "enriched"
    message = pipeline.topics[SETTINGS.topic(topic)][0]
    letter = dead_letter(message, stage, "Rejected", "why")
    pipeline.send_dead_letters(letter)
    pipeline.committed = {"read": 1, "enrich": 1, "index": 0} | {stage: 1}
    report = await pipeline.audit()
    assert {why: fate.example for why, fate in report.dead_lettered.items()} == {f"{stage}: Rejected": "why"}
    copy = pipeline.put(topic, message.value or b"", headers_for(letter))
    pipeline.mark(letter, copy)
    assert (await pipeline.audit()).on_their_way == {stage: 1}
    pipeline.committed[stage] = 2
    assert (await pipeline.audit()).missing == 1, "replayed, and lost then"


async def test_a_failed_annotation_is_no_fate(pipeline) -> None:
    pipeline.accept(guid="a")
    pipeline.go("read")
    message = pipeline.topics[SETTINGS.topic("articles")][0]
    pipeline.send_dead_letters(dead_letter(message, "enrich", "ValueError", "x", part="stance"))
    pipeline.committed |= {"enrich": 1}
    assert (await pipeline.audit()).missing == 1


async def test_a_replayed_refusal_is_followed_to_its_copy(pipeline) -> None:
    first = pipeline.put("raw", b'{"nothing": 1}')
    pipeline.go("read")
    letter = decode(pipeline.topics[SETTINGS.topic("dead")][0].value, DeadLetter)
    copy = pipeline.put("raw", first.value or b"", headers_for(letter))
    pipeline.mark(letter, copy, "begun")
    report = await pipeline.audit()
    assert (report.dead_lettered["read: Rejected"].articles, report.on_their_way) == (2, {})
    pipeline.mark(letter, copy)
    report = await pipeline.audit()
    assert (report.dead_lettered, report.on_their_way, report.copies) == ({}, {"read": 2}, 1)
    pipeline.go("read")
    report = await pipeline.audit()
    assert (report.dead_lettered["read: Rejected"].articles, report.replayed) == (1, 1), "the copy failed again"
    second = decode(pipeline.topics[SETTINGS.topic("dead")][-1].value, DeadLetter)
    pipeline.mark(second, copy)
    report = await pipeline.audit()
    assert (report.replayed, report.missing) == (2, 0)


async def test_an_audit_of_no_topic_is_an_error(pipeline) -> None:
    pipeline.bounds = lambda *_: []
    with pytest.raises(SettingsError, match=r"news\.raw does not exist: .* NEWSWIRE_TOPIC_PREFIX"):
        await pipeline.audit()


async def test_what_hung_the_reader_is_not_decoded_here(pipeline, monkeypatch) -> None:
    message = pipeline.accept(guid="hangs")
    pipeline.send_dead_letters(dead_letter(message, "read", "Hung", "hung it"))
    pipeline.committed = {"read": 1}
    monkeypatch.setattr(audit, "parse_all", lambda *_: pytest.fail("decoded"))
    assert (await pipeline.audit()).dead_lettered["read: Hung"].articles == 1


async def test_what_the_parser_dies_on_does_not_end_the_audit(pipeline, monkeypatch) -> None:
    pipeline.accept(guid="a")
    pipeline.committed = {"read": 1}

    def dies(*_: object) -> None:
        raise ValueError("ours")

    monkeypatch.setattr(audit, "parse_all", dies)
    (lost,) = (await pipeline.audit()).missing_articles
    assert lost.note == "the parser failed on it: ValueError: ours"


async def test_an_article_read_by_an_older_parser_is_found_at_the_version_it_got_then(pipeline) -> None:
    pipeline.accept(guid="a")
    pipeline.go("read")
    (message,) = pipeline.topics[SETTINGS.topic("articles")]
    old = decode(message.value, Article)
    message.value = encode(old).replace(str(old.version).encode(), str(old.version - 5).encode())
    pipeline.go("enrich", "index")
    report = await pipeline.audit()
    assert (report.indexed, report.missing) == (1, 0)


async def test_what_moves_on_during_the_audit_is_not_missing(pipeline) -> None:
    pipeline.accept(guid="a")
    pipeline.go("read", "enrich")
    pipeline.on_refresh = [lambda: None, lambda: pipeline.go("index")]
    report = await pipeline.audit()
    assert (report.indexed, report.on_their_way, report.missing) == (1, {}, 0)


async def test_look_ups_are_in_bounded_batches_and_the_missing_named_are_limited(pipeline) -> None:
    for n in range(audit.BATCH * 2 + 10):
        pipeline.accept(guid=str(n))
    pipeline.committed = {"read": audit.BATCH * 2 + 10}
    report = await pipeline.audit(most_missing=7)
    assert max(pipeline.looked_up) <= audit.BATCH
    assert (report.missing, len(report.missing_articles)) == (audit.BATCH * 2 + 10, 7)
    assert [lost.offset for lost in report.missing_articles] == list(range(7))


def test_the_index_is_judged_by_version() -> None:
    fates = {"a": StoryState(5, "usable"), "k": StoryState(5, "canceled")}
    assert [fate_of("a", version, fates) for version in (4, 5, 6)] == ["superseded", "indexed", ""]
    assert [fate_of("k", version, fates) for version in (4, 5, 6)] == ["tombstoned", "tombstoned", ""]
    assert fate_of("x", 0, fates) == ""


def test_a_letter_about_one_member_is_not_about_the_others() -> None:
    entry = LedgerEntry(0, 0, 0, 0, 2, "id", "urn:b", 1)
    assert is_about("", entry)
    assert is_about("item 2 urn:b", entry)
    assert not is_about("item 1 urn:a", entry)


def test_the_ledger_gives_pages_that_can_be_settled_meanwhile(monkeypatch) -> None:
    monkeypatch.setattr("streams.operations.ledger.PAGE", 3)
    with closing(Ledger()) as ledger:
        ledger.keep(LedgerEntry(0, n, 0, n) for n in range(10))
        seen = []
        for page in ledger.pages():
            seen += [entry.offset for entry in page.values()]
            ledger.settle(number for number in page if number % 2)
        assert seen == list(range(10))
        assert len(ledger) == 5


def test_the_ledger_reads_as_the_read_stage_does(pipeline) -> None:
    message = pipeline.accept(guid="a")
    assert (
        raw_of(
            Stamped(
                **{name: getattr(message, name) for name in Stamped.__dataclass_fields__}
                | {"timestamp": message.timestamp / 1000}
            )
        ).received_at
        == NOW
    )


@pytest.mark.servers
@pytest.mark.parametrize("indexed", [True, False])
async def test_memory_does_not_grow_with_the_number_of_articles(monkeypatch, indexed) -> None:
    monkeypatch.setattr(audit, "BATCH", 100)
    monkeypatch.setattr("streams.operations.ledger.PAGE", 100)
    monkeypatch.setattr(audit, "committed", lambda *_: {})
    headers = [("received-at", NOW.isoformat().encode())]

    class Endless:
        """Raw messages made as they are read; an index that has each, or none."""

        def __init__(self, count: int) -> None:
            self.count = count

        def bounds(self, topic: str, *_: object) -> list[OffsetRange]:
            return [OffsetRange(topic, 0, 0, self.count if topic.endswith("raw") else 0)]

        def read(self, bounds: list[OffsetRange]):
            for bound in bounds:
                for n in range(bound.start, bound.end):
                    value = b'{"guid": "%d", "headline": "Story %d", "body": "%s"}' % (n, n, b"word " * 100)
                    yield Message(bound.topic, n, b"", value, headers, timestamp=0.0)

        async def fates(self, ids):
            return dict.fromkeys(ids, StoryState(2**62, "usable")) if indexed else {}

        async def refresh(self) -> None:
            pass

    async def peak(count: int) -> int:
        both: Any = Endless(count)
        tracemalloc.start()
        report = await Auditor(SETTINGS, both, both).run()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (report.superseded, report.on_their_way) == ((count, {}) if indexed else (0, {"read": count}))
        return most

    await peak(200)  # what is loaded and cached once
    few = await peak(600)
    many = min([await peak(1800), await peak(3000)])  # garbage that waits for its collector is no growth
    assert many < 1.3 * few


async def test_odd_records_on_any_topic_end_no_audit(pipeline) -> None:
    pipeline.accept(guid="a")
    odd = (b"{", b'{"id": "x", "version": 1%s}' % (b"0" * 40), b'{"article": {"id": "x", "version": -1}}', b"")
    for topic in ("articles", "enriched", "dead", "skipped", "raw"):
        for value in odd:
            pipeline.put(
                topic, value, [("replayed-from", b"news.raw:999999999:999999999999999999"), ("\\xff", b"")], key=b"\xff"
            )
    report = await pipeline.audit()
    assert report.accepted == 1 + len(odd)


@pytest.mark.parametrize(
    "origin", [b"other.raw:999999999:999999999999999999", b"news.raw:999999999:999999999999999999", b"\xff"]
)
async def test_a_refused_message_with_a_forged_origin_has_its_fate_all_the_same(pipeline, origin) -> None:
    pipeline.put("raw", b"{", [("source", b"bad"), ("replayed-from", origin)])
    pipeline.go(*ALL)
    report = await pipeline.audit()
    assert report.missing == 0
    assert report.dead_lettered["read: Rejected"].articles == 1
