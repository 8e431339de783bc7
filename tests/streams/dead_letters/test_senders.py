"""One sender's bad items stop nobody else; several at once, or the only one, still stop the stage."""

import random
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import generate_latest

from streams.agents.read import read_messages
from streams.agents.stage import Stage
from streams.cli.top import shown
from streams.dead_letters.choosing import LetterSelection
from streams.dead_letters.letters import MEMBERS, bundled, dead_letter, letters_of, members_letter
from streams.dead_letters.replay import headers_for
from streams.dead_letters.senders import MOST_NAMED, OTHERS, Sender, Senders, refusals_by_sender, sender_of
from streams.dead_letters.store import DeadStore
from streams.errors import TooManyRejected
from streams.kafka.reader import OffsetRange
from streams.operations.overview import Snapshot, overview
from streams.operations.scraping import samples_in, unwell_in
from streams.raw_messages import limits_of
from streams.records import DeadBundle, DeadLetter, decode, encode
from streams.settings import read_settings
from tests.streams.messages import Event, Message
from tests.waiting import Clock

SETTINGS = read_settings(refused_window=40, refused_letters=3)
BAD, GOOD = Sender("bad", ""), Sender("good", "")


@pytest.fixture
def clock() -> Clock:
    return Clock(1000.0)


@pytest.fixture
def senders(clock) -> Senders:
    return Senders("read", share=0.8, window=40, calm=600, letters=3, clock=clock)


def test_the_only_sender_stops_the_stage_when_nearly_all_is_refused(senders) -> None:
    senders.count([(BAD, False)] * 2 + [(BAD, True)] * 37)
    assert senders.verdict() == "go on", "the window is not full"
    senders.count([(BAD, True)] * 2)
    assert senders.verdict() == "alone"
    assert "read rejected 39 of the last 40 messages, so it stops. Last reason: no text" in senders.stop_reason(
        "no text"
    )


def test_a_few_refusals_do_nothing(senders) -> None:
    for _ in range(200):
        senders.count([(BAD, True), (BAD, False)])
    assert senders.verdict() == "go on"
    assert senders.unwell() == {}


def test_four_hundred_bad_messages_of_one_sender_stop_nobody(senders) -> None:
    senders.count([(GOOD, False)])
    for _ in range(20):
        senders.count([(BAD, True)] * 20)
        assert senders.verdict() == "go on"
    assert senders.unwell() == {BAD: 1.0}
    assert senders.is_unwell(BAD)
    assert not senders.is_unwell(GOOD)


@pytest.mark.parametrize(
    ("hit", "well", "verdict"),
    [(2, 0, "several"), (2, 2, "several"), (5, 4, "several"), (2, 3, "go on"), (1, 1, "go on"), (1, 0, "alone")],
)
def test_several_are_two_or_more_and_half_of_those_in_sight(senders, hit, well, verdict) -> None:
    senders.count((Sender(f"well {n}", ""), False) for n in range(well))
    for _ in range(30):
        senders.count((Sender(f"hit {n}", ""), True) for n in range(hit))
    senders.count((Sender(f"hit {n}", ""), True) for _ in range(20) for n in range(hit))
    assert senders.verdict() == verdict


def test_a_sender_that_invents_sources_is_one(senders) -> None:
    senders.count([(Sender("good", "http:good"), False)])
    for _ in range(30):
        senders.count((Sender(f"invented {random.random()}", "http:bad"), True) for _ in range(20))
        assert senders.verdict() == "go on"
    assert senders.unwell() == {Sender("", "http:bad"): 1.0}
    assert senders.is_unwell(Sender("another", "http:bad"))


def test_one_bad_source_of_a_feed_of_many_is_named_and_not_the_feed(senders) -> None:
    for _ in range(40):
        senders.count([(Sender("a", "http:all"), False), (Sender("b", "http:all"), True)])
    assert senders.unwell() == {Sender("b", "http:all"): 1.0}
    assert not senders.is_unwell(Sender("a", "http:all"))


def test_others_that_are_found_on_the_topic_keep_the_stage_going(senders) -> None:
    senders.count([(BAD, True)] * 40)
    assert senders.verdict() == "alone"
    senders.note_active([BAD])
    assert senders.verdict() == "alone"
    senders.note_active([GOOD])
    assert senders.verdict() == "go on"


def test_who_is_unwell_is_named_until_it_has_been_well_for_a_while(senders, clock) -> None:
    senders.count([(BAD, True)] * 20)
    clock.now += 599
    senders.count([(BAD, False)])
    assert senders.unwell() == {BAD: 20 / 21}, "still bad now"
    senders.count([(BAD, False)] * 40)
    clock.now += 599
    senders.count([(BAD, False)] * 40)
    assert senders.unwell() == {BAD: 0.0}
    clock.now += 2
    assert senders.unwell() == {}


def test_an_unwell_sender_costs_only_so_many_whole_letters_a_minute(senders, clock) -> None:
    assert all(senders.may_include_bytes(BAD) for _ in range(100)), "well as yet"
    senders.count([(BAD, True)] * 20)
    assert [senders.may_include_bytes(BAD) for _ in range(5)] == [True] * 3 + [False] * 2
    assert senders.may_include_bytes(GOOD)
    clock.now += 61
    assert [senders.may_include_bytes(BAD) for _ in range(5)] == [True] * 3 + [False] * 2


def test_invented_sources_share_the_letters_of_their_feed(senders) -> None:
    senders.count((Sender(f"s{n}", "http:bad"), True) for n in range(40))
    assert sum(senders.may_include_bytes(Sender(f"t{n}", "http:bad")) for n in range(50)) == 3


@given(st.lists(st.tuples(st.text(max_size=100), st.text(max_size=100)), min_size=1, max_size=60))
def test_names_are_few_short_and_printable_whoever_sends(names) -> None:
    senders = Senders("read", share=0.5, window=20)
    for source, feed in names:
        senders.count([(Sender(source, feed), True)] * 20)
    named = senders.unwell()
    assert 0 < len(named) <= MOST_NAMED + 1
    assert all(len(part) <= 60 and (part.isprintable() or not part) for sender in named for part in sender)


def test_beyond_so_many_the_others_are_one(senders) -> None:
    for n in range(50):
        senders.count([(Sender(f"s{n}", ""), True)] * 20)
    assert len(senders.unwell()) == MOST_NAMED + 1
    assert senders.unwell()[OTHERS] == 1.0


def test_memory_is_bounded(senders) -> None:
    senders.count((Sender(f"s{n}", f"f{n}"), True) for n in range(5000))
    assert len(senders._known) <= 1000


def message(offset: int, value: bytes = b"{", source: str = "bad", feed: str = "http:bad", **more: Any) -> Message:
    headers = [("source", source.encode()), ("feed", feed.encode()), ("received-at", b"2026-11-26T00:00:00Z")]
    return Message(SETTINGS.topic("raw"), offset, b"k", value, headers, **more)


def test_senders_are_told_by_headers_and_later_by_the_article() -> None:
    assert sender_of("read", message(1)) == Sender("bad", "http:bad")
    assert sender_of("read", Message("t", 1, b"", b"", [("source", b"\xff" * 1000)])) == Sender("�" * 200, "")
    assert sender_of("enrich", message(1, b'{"source": "a"}')) == Sender("a", "")
    assert sender_of("index", message(1, b'{"article": {"source": "a"}}')) == Sender("a", "")
    for value in (b"", None, b"[", b'{"source": 1}', b"[" * 10_000):
        assert sender_of("enrich", message(1, value)) == Sender("", "")  # type: ignore[arg-type]
        assert sender_of("index", message(1, value)) == Sender("", "")  # type: ignore[arg-type]


def test_a_message_counts_once_and_as_both_where_members_were_refused() -> None:
    places = {("news.raw", 0, n): Sender(str(n), "") for n in range(3)}
    letters = [dead_letter(message(0), "read", "Rejected", "x"), members_letter(message(1), "read", [("a", "b")], 5),
               dead_letter(message(2), "enrich", "Hung", "x", part="stance")]  # fmt: skip
    assert refusals_by_sender(places, letters) == [
        (Sender("0", ""), True),
        (Sender("1", ""), False),
        (Sender("2", ""), False),
        (Sender("1", ""), True),
    ]


def odd_letters() -> list[DeadLetter]:
    copy = message(7, value=b"x" * 5000)
    copy.headers += [("replayed-from", b"news.raw:3:4"), ("attempts", b"2")]
    return [dead_letter(message(5), "read", "Rejected", "r" * 5000), members_letter(message(6), "read", [("line 1", "no"), ("line 2", "no")], 1),
            dead_letter(copy, "read", "Hung", "x"), dead_letter(message(8, source="other"), "read", "Rejected", "x")]  # fmt: skip


class Reader:
    """A topic in memory."""

    def __init__(self, messages: list[Message]) -> None:
        self.messages = {m.offset: m for m in messages}

    def bounds(self, topic: str) -> list[OffsetRange]:
        return (
            [OffsetRange(topic, 0, min(self.messages), max(self.messages) + 1)]
            if topic == SETTINGS.topic("raw")
            else []
        )

    def read(self, bounds: list[OffsetRange]) -> Iterator[Message]:
        for bound in bounds:
            yield from (m for n, m in self.messages.items() if bound.start <= n < bound.end)


def put(store: DeadStore, letters: list[DeadLetter]) -> None:
    for at, bundle in enumerate(bundled(letters)):
        assert decode(encode(bundle), DeadBundle) == bundle
        store.put(Message("news.dead", at, b"k", encode(bundle), [("record", b"DeadBundle")]))


def test_letters_of_a_bundle_are_chosen_shown_and_replayed_like_any_other() -> None:
    letters = odd_letters()
    whole = [message(5), message(6, b"6"), message(7, b"x" * 5000), message(8)]
    with closing(DeadStore(SETTINGS)) as store:
        put(store, letters)
        assert store.unreadable == []
        assert {s.id for s in store.summaries(LetterSelection())} == {letter.id for letter in letters}
        assert {s.id for s in store.summaries(LetterSelection(source="other"))} == {letters[3].id}
        fetched = {one.id: one for one in store.letters(LetterSelection(), Reader(whole))}  # type: ignore[arg-type]
        assert store.gone == 0
        assert {one.offset: one.value for one in fetched.values()} == {m.offset: m.value for m in whole}
        assert dict(headers_for(fetched[letters[2].id]))["attempts"] == b"3"
        assert store.about(("news.raw", 0, 7)) == [letters[2].id]
        # Where Kafka no longer has a message its letter is still listed.
        assert len(list(store.letters(LetterSelection(), Reader(whole[1:])))) == 3  # type: ignore[arg-type]
        assert store.gone == 1
        assert [row[:2] for row in store.refusals_of_message(3, 4, "news.raw")] == [("", "Hung")]
        assert [row[0] for row in store.refusals_of_message(0, 6, "news.raw")] == ["*"]


def test_a_bundle_is_small_whatever_its_letters_hold() -> None:
    value = b"x" * 1_000_000
    letters = [dead_letter(message(n, value), "read", "Rejected", "r" * 3000) for n in range(100)]
    (bundle,) = bundled(letters)
    assert len(encode(bundle)) < 100 * 800
    assert [one.size for one in letters_of(bundle)] == [1_000_000] * 100
    assert len(bundled(letters * 11)) == 3


class Sent(Stage):
    """A stage whose Kafka is a list."""

    def __init__(self) -> None:
        super().__init__("read", SETTINGS)
        self.sent: list[Any] = []

    async def send(self, outgoing: Any) -> None:
        self.sent += list(outgoing)


async def send_dead_letters(stage: Sent, messages: list[Message]) -> int:
    articles, letters, _, _ = read_messages(messages, "news.articles", limits_of(SETTINGS))
    await stage.send_dead_letters(letters, [Event(one) for one in messages])
    return len(articles)


def good(offset: int, source: str) -> Message:
    return message(offset, b'{"guid": "%d", "headline": "H", "body": "B"}' % offset, source, f"http:{source}")


async def test_every_bad_item_has_its_letter_and_good_ones_of_the_same_sender_pass() -> None:
    stage = Sent()
    assert await send_dead_letters(stage, [good(0, "fine")]) == 1
    passed = 0
    for start in range(1, 401, 20):
        passed += await send_dead_letters(
            stage, [*(message(n) for n in range(start, start + 19)), good(start + 19, "bad")]
        )
    assert passed == 20, "its good stories and kills pass"
    letters = [one for one in stage.sent if not one.headers]
    bundles = [decode(one.value, DeadBundle) for one in stage.sent if one.headers]
    assert len(letters) + sum(len(bundle.letters) for bundle in bundles) == 380, "nothing is lost"
    assert len(stage.sent) < 100
    assert list(stage.refusals.senders.unwell()) == [Sender("bad", "http:bad")]
    ids = {decode(one.value, DeadLetter).id for one in letters} | {
        one.id for bundle in bundles for one in bundle.letters
    }
    assert len(ids) == 380
    assert MEMBERS not in ids


async def test_alone_it_asks_kafka_for_others_and_stops_if_there_are_none(monkeypatch) -> None:
    asked: list[str] = []
    there: set[Sender] = {Sender("bad", "http:bad")}

    async def look(settings: Any, stage: str) -> set[Sender]:
        asked.append(stage)
        return there

    monkeypatch.setattr("streams.agents.stage.senders_on", look)
    stage = Sent()
    with pytest.raises(TooManyRejected, match=r"rejected 40 of the last 40.*truncated"):
        await send_dead_letters(stage, [message(n) for n in range(40)])
    assert asked == ["read"]
    there.add(Sender("fine", "http:fine"))
    for start in range(40, 400, 40):
        await send_dead_letters(stage, [message(n) for n in range(start, start + 40)])
    assert asked == ["read"] * 2, "once it knows others it does not ask again"


async def test_several_at_once_stop_the_stage() -> None:
    stage = Sent()

    async def feed() -> None:
        for n in range(0, 200, 4):
            await send_dead_letters(stage, [message(n + k, source=f"s{k}", feed=f"rss:{k}") for k in range(4)])

    with pytest.raises(TooManyRejected):
        await feed()


def test_metrics_and_top_name_who_is_unwell(senders) -> None:
    stage = Sent()
    stage.tally.unwell({Sender("bad", "http:bad"): 0.95})
    samples = samples_in(generate_latest().decode())
    assert unwell_in([samples]) == {"read: source bad, feed http:bad": 0.95}
    look = Snapshot(1.0, {"a": samples}, {}, 0, [])
    seen = overview(look, look._replace(at=2.0))
    assert seen.unwell == {"read: source bad, feed http:bad": 0.95}
    assert any(
        "read: source bad, feed http:bad: 95% of its messages are rejected" in str(line)
        for line in shown(seen).renderables
    )
    stage.tally.unwell({})
    assert unwell_in([samples_in(generate_latest().decode())]) == {}
