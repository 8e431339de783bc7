"""Forgetting: what the notice becomes, and that nothing brings a forgotten story back, in whatever order it comes."""

import itertools
from datetime import UTC, datetime

import msgspec
import pytest

from processors.annotations import Annotations
from search.articles import RawPosition
from search.documents import MAX_VERSION, Document
from search.open import open_store
from streams.agents.read import read_messages
from streams.errors import Rejected
from streams.feeds.producer import Feeder, FeedItem
from streams.operations import forget
from streams.records import Article, EnrichedArticle, decode, document_of
from streams.settings import read_settings
from streams.wire import ParseLimits, Raw, parse, parse_all
from streams.wire.article_ids import FORGOTTEN_VERSION, article_id
from streams.wire.formats.forgotten import CONTENT_TYPE, Forgotten, encode_notice
from tests.streams.messages import Message

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ID = article_id("AP", "1")


def raw(value: bytes, kind: str = "") -> Raw:
    return Raw(value, NOW, "AP", kind, "x", RawPosition("news.raw", 0, 0), "t")


def story(text: str, created: str) -> Article:
    value = {"guid": "1", "source": "AP", "headline": text, "body": f"Jane Roe {text}", "version_created": created}
    (article,) = parse(raw(msgspec.json.encode(value)))
    return article


def notice() -> Article:
    (article,) = parse_all(raw(encode_notice(Forgotten(ID, "AP", NOW)), CONTENT_TYPE)).articles
    return article


def document(article: Article) -> Document:
    return document_of(EnrichedArticle(article, Annotations(), NOW), NOW)


def test_a_notice_becomes_a_tombstone_above_every_version() -> None:
    article = notice()
    assert (article.id, article.status, article.version) == (ID, "canceled", FORGOTTEN_VERSION)
    assert story("x", "2247-12-31T00:00:00Z").version < FORGOTTEN_VERSION <= MAX_VERSION


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_no_order_of_arrival_brings_a_forgotten_story_back(order, tmp_path) -> None:
    versions = [story("was seen", "2026-11-01T00:00:00Z"), notice(), story("is back", "2030-01-01T00:00:00Z")]
    store = open_store(f"sqlite:///{tmp_path / 'news.db'}")
    await store.set_up()
    for at in order:
        await store.write([document(versions[at])])
    kept = await store.get(ID)
    await store.close()
    assert kept is not None
    assert kept["status"] == "canceled"
    assert "Jane" not in str(kept)
    assert "is back" not in str(kept)


async def test_stories_are_found_by_who_is_named_and_by_id(tmp_path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'news.db'}")
    await store.set_up()
    await store.write([document(story("was seen", "2026-11-01T00:00:00Z"))])
    (found,) = await forget.by_person(store, 'jane  "roe"')
    assert (found.notice.id, found.notice.source, found.there, found.forgotten) == (ID, "AP", True, False)
    assert await forget.by_person(store, "Jane Ro") == []
    assert [one.there for one in await forget.by_id(store, [ID, ID, "none"])] == [True, False]
    await store.write([document(notice())])
    assert [one.forgotten for one in await forget.by_id(store, [ID])] == [True]
    await store.close()


async def test_what_a_killed_story_was_called_is_found_and_forgotten_too(tmp_path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'news.db'}")
    await store.set_up()
    told, killed = story("Jane Roe was seen", "2026-11-01T00:00:00Z"), story("", "2026-11-02T00:00:00Z")
    await store.write([document(told), document(msgspec.structs.replace(killed, status="canceled", body=""))])
    assert [one.notice.id for one in await forget.by_person(store, "Jane Roe")] == [ID]
    await store.write([document(notice()), document(told)])
    assert "Jane" not in str(await store.get(ID))
    await store.close()


@pytest.mark.parametrize("value", [b"", b"{}", b"[1]", b'{"id": "", "source": "", "version_created": "2026-01-01T00:00:00Z"}',
                                   b'{"id": "a", "source": "", "version_created": "2026-01-01T00:00:00"}'])  # fmt: skip
def test_a_broken_notice_is_refused(value) -> None:
    with pytest.raises(Rejected):
        parse_all(raw(value, CONTENT_TYPE))


def test_no_feed_can_have_stories_forgotten(tmp_path) -> None:
    feeder = object.__new__(Feeder)  # without a broker: it must not come so far
    feeder.settings = read_settings(data=tmp_path)
    receipt = feeder.send(
        FeedItem(encode_notice(Forgotten(ID, "AP", NOW)), "x", content_type=CONTENT_TYPE.upper())
    ).result(1)
    assert "only newswire forget may" in receipt.refused


def test_a_notice_without_its_header_forgets_nothing() -> None:
    with pytest.raises(Rejected):
        parse_all(raw(encode_notice(Forgotten(ID, "AP", NOW)), "application/json"))


def test_the_read_stage_passes_notices_on() -> None:
    headers = (("content-type", CONTENT_TYPE.encode()), ("source", b"AP"))
    message = Message(value=encode_notice(Forgotten(ID, "AP", NOW)), headers=headers)
    (sent,), letters, skipped, _ = read_messages([message], "news.articles", ParseLimits())
    assert not letters
    assert not skipped
    assert sent.key == ID.encode()
    assert decode(sent.value, Article).version == FORGOTTEN_VERSION


def test_what_remains_is_said_by_topic(tmp_path) -> None:
    until = forget.kept_until(read_settings(data=tmp_path, retention_days=3, dead_retention_days=9), NOW)
    assert {topic: (moment - NOW).days for topic, moment in until.items()} == {
        "news.raw": 3, "news.articles": 3, "news.enriched": 3, "news.dead": 9, "news.skipped": 30,
    }  # fmt: skip
