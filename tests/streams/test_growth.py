"""What a stage sends is bounded by what it takes: no message grows beyond a ratio, whatever its members share."""

import json
import time
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.annotations import Entity, Model, Span
from streams.agents.batches import split_by_size
from streams.agents.enriched_messages import enrich_messages
from streams.agents.producer import GROWTH_ROOM
from streams.agents.read import read_messages
from streams.agents.received_article import ReceivedArticle
from streams.dead_letters.letters import MEMBERS, dead_letter, encode_letter, members_letter
from streams.kafka.topics import record_limit
from streams.operations.ledger import LedgerEntry, is_about
from streams.records import Article, DeadLetter, EnrichedArticle, decode, encode
from streams.settings import read_settings
from streams.wire.raw import ParseLimits
from tests.streams.messages import Event, Message

SETTINGS = read_settings()
GROWTH = SETTINGS.message_growth
LIMIT = record_limit(SETTINGS)
BODY = "<body><body.content><p>T</p></body.content></body>"
TERMS = "r" * 900_000
WORST = {
    "a thousand bad lines and a good one": b'{"headline":"H","body":"B"}\n' + b"{}\n" * 999,
    "a megabyte of bad members": json.dumps([{"headline": "H"}, {"uri": "b", "x": "y" * 900_000}, *[{}] * 998]).encode(),
    "bad members with long names": json.dumps([{"headline": "H"}, *[{"guid": "g" * 990}] * 999]).encode(),
    "a shared copyright notice, RSS": b"<rss version='2.0'><channel><copyright>" + TERMS.encode() + b"</copyright>"
    + b"".join(b"<item><guid>%d</guid><title>T</title></item>" % n for n in range(1000)) + b"</channel></rss>",
    "a shared notice, Atom": b"<feed xmlns='http://www.w3.org/2005/Atom'><rights>" + TERMS.encode() + b"</rights>"
    + b"".join(b"<entry><id>%d</id><title>T</title></entry>" % n for n in range(1000)) + b"</feed>",
    "a shared title that names the provider": b"<rss version='2.0'><channel><title>" + TERMS.encode() + b"</title>"
    + b"".join(b"<item><title>T%d</title></item>" % n for n in range(1000)) + b"</channel></rss>",
    "a thousand NewsML-G2 items": b"<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'><itemSet>" + b"".join(
        b"<newsItem guid='g%d' version='1'><rightsInfo><usageTerms>%s</usageTerms></rightsInfo><contentMeta><headline>H"
        b"</headline></contentMeta><contentSet><inlineXML><nitf>%s</nitf></inlineXML></contentSet></newsItem>"
        % (n, b"t" * 900, BODY.encode()) for n in range(1000)) + b"</itemSet></newsMessage>",
    "an envelope that all NewsML items share": b"<NewsML><NewsEnvelope><SentFrom><Party FormalName='" + b"p" * 900_000
    + b"'/></SentFrom></NewsEnvelope>" + b"".join(b"<NewsItem><Identification><NewsIdentifier><NewsItemId>n%d</NewsItemId>"
        b"</NewsIdentifier></Identification><NewsComponent><NewsLines><HeadLine>H</HeadLine></NewsLines><ContentItem>"
        b"<DataContent><p>B</p></DataContent></ContentItem></NewsComponent></NewsItem>" % n for n in range(999)) + b"</NewsML>",
    "one association in another": json.dumps({"uri": "a", "pubstatus": "usable", "headline": "h", "body_text": "B",
        "usageterms": TERMS[:20000], "associations": [{"uri": f"a{n}", "type": "text", "headline": "h", "body_text": "B",
        "usageterms": TERMS[:500]} for n in range(999)]}).encode(),
    "a thousand pictures": json.dumps([{"headline": "H", "body": "B"}, *[{"uri": "u" * 990, "type": "picture",
        "headline": "h" * 1000}] * 500]).encode(),
    "quotes, which JSON escapes": json.dumps({"headline": "H", "body": '"\\\t' * 60_000}).encode(),
    "notes on every field": b"\n".join(b'{"headline":"H","urgency":"%s","language":"%s","url":"x","%s":1}'
        % (b"9" * 40, b"!" * 40, b"k" * 300) for _ in range(1000)),
    "teletype": b"".join(b"\x16\x16\x01a%04d\x1f\r\nr s BC-X 01-01 0001\r\n\x02^H<\r\n   B\r\n\x03\r\n" % n for n in range(999)),
}  # fmt: skip


def message(value: bytes, headers: Any = (), topic: str = "raw", key: bytes = b"k") -> Message:
    return Message(SETTINGS.topic(topic), 3, key, value, list(headers))


def sent(value: bytes, headers: Any = ()) -> tuple[int, list[Any], list[DeadLetter]]:
    articles, letters, skipped, _ = read_messages(
        [message(value, headers)], "news.articles", ParseLimits(max_growth=GROWTH)
    )
    out = [len(one.value) + len(one.key) + sum(len(v) for _, v in one.headers) for one in articles]
    out += [len(encode_letter(one, LIMIT)) for one in letters] + [len(encode(one)) for one in skipped]
    return sum(out), articles, letters


def bound(size: int) -> float:
    """Eight times what came in and 2 MiB for articles, two times for a letter, whose list and reason are bounded too."""
    return (GROWTH + 2) * size + GROWTH_ROOM + 400_000


@pytest.mark.parametrize("name", WORST)
def test_read_sends_no_more_than_a_ratio_of_what_it_takes(name) -> None:
    began = time.process_time()
    size, articles, letters = sent(WORST[name])
    assert time.process_time() - began < 5, "nor does what many share cost time for each of them"
    assert size <= bound(len(WORST[name]))
    assert len(letters) <= 1, "members share one letter"
    assert articles or letters


HEADERS = ("source", "name", "content-type", "received-at", "trace-id", "attempts", "replayed-from", "replay-of", "x")


@pytest.mark.parametrize("header", HEADERS)
def test_a_long_header_is_not_copied_into_every_article(header) -> None:
    lines = b"\n".join(b'{"headline":"H","guid":"%d"}' % n for n in range(1000))
    size, articles, _ = sent(lines, [(header, b"7" * 900_000)])
    assert len(articles) == 1000
    assert size <= 3_000_000


def test_articles_beyond_the_ratio_are_refused_by_name_and_the_others_pass() -> None:
    _, articles, letters = sent(WORST["a shared copyright notice, RSS"])
    (letter,) = letters
    assert 0 < len(articles) < 1000
    assert len(articles) + len(letter.refused) + letter.unlisted == 1000
    assert letter.part == MEMBERS
    assert "too much: " in letter.refused[0].reason
    assert letter.value == WORST["a shared copyright notice, RSS"]


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.text(max_size=2000), st.text(max_size=2000)), min_size=1, max_size=300),
    st.binary(max_size=3000),
)
def test_a_letter_is_bounded_whatever_its_members_are_called(refused, value) -> None:
    letter = members_letter(message(value), "read", refused, 1)
    assert len(letter.refused) + letter.unlisted == len(refused)
    assert len(encode_letter(letter, LIMIT)) < 2 * len(value) + 100_000
    assert decode(encode_letter(letter, LIMIT), DeadLetter).refused == letter.refused


@settings(max_examples=15)
@given(st.integers(0, 9_000_000), st.integers(0, 2_000_000), st.integers(0, 2_000_000))
def test_a_letter_always_fits_on_its_topic(size, key, header) -> None:
    one = message(b"\xff" * size, [("h\x01" * 10, b"\xff" * header), ("attempts", b"4")], key=b"\xfe" * key)
    data = encode_letter(dead_letter(one, "read", "Rejected", "\x01" * 5000), LIMIT)
    assert len(data) <= LIMIT - 64 * 1024
    letter = decode(data, DeadLetter)
    assert letter.size == size
    assert letter.attempts == 5
    assert (letter.value == one.value) == letter.whole


def test_batches_are_bounded_in_bytes() -> None:
    events = [Event(Message(value=b"x" * n)) for n in (5, 5, 1, 20, 0, 3, 7)]
    assert [[len(e.message.value) for e in batch] for batch in split_by_size(events, 10)] == [
        [5, 5],
        [1],
        [20],
        [0, 3, 7],
    ]


def test_a_letter_that_lists_not_all_means_the_members_and_is_not_about_articles() -> None:
    assert is_about("*", LedgerEntry(0, 0, 0, 0, member="line 900"))
    assert not is_about("*", LedgerEntry(0, 0, 0, 0, article_id="a", guid="g"))


def enriched(parts: dict[str, Any], article: Article | None = None, growth: float = GROWTH):
    article = article or decode(COMPAT, Article)
    annotators: Any = SimpleNamespace(models={name: Model("m", "1") for name in parts})
    one = message(msgspec.json.encode(article), topic="articles")
    outgoing, letters = enrich_messages([(ReceivedArticle(one), parts)], annotators, "news.enriched", growth, LIMIT)
    return one, outgoing, letters


COMPAT = json.dumps({
    "id": "i", "source": "s", "guid": "g", "version": 1, "format": "f", "version_created": "2026-11-26T00:00:00Z",
    "received_at": "2026-11-26T00:00:00Z", "headline": "H", "body": "B",
}).encode()  # fmt: skip


def test_annotations_that_swell_a_message_fail_alone_and_are_named() -> None:
    mentions = tuple(Span(0, 1, "H") for _ in range(100_000))
    parts = {"entities": (Entity("e", "H", "ORG", mentions, 1, 0.5),), "sentiment": None, "stance": ()}
    one, (outgoing,), (letter,) = enriched(parts)
    assert len(outgoing.value) <= GROWTH * len(one.value) + GROWTH_ROOM
    annotations = decode(outgoing.value, EnrichedArticle).annotations
    assert annotations.entities is None
    assert annotations.failures["entities"].startswith("TooLarge: ")
    assert (letter.error, letter.part) == ("TooLarge", "entities")


def test_an_article_that_does_not_fit_even_without_annotations_is_refused() -> None:
    article = msgspec.structs.replace(decode(COMPAT, Article), body="\\" * (LIMIT // 2))
    parts = {"entities": (), "sentiment": None, "stance": ()}
    _, outgoing, (letter,) = enriched(parts, article)
    assert outgoing == []
    assert "without annotations" in letter.message
    assert not decode(encode_letter(letter, LIMIT), DeadLetter).whole
