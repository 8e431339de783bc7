"""The four agents of the enrich stage on the same articles: what each article costs, and that all of them must ack."""

import asyncio
import hashlib
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from processors.encoder.encoder import Encoder
from processors.text.repetitions import BYTES
from streams.agents import enrich
from streams.agents.stage import Stage
from streams.records import Article, EnrichedArticle, decode, encode
from streams.settings import read_settings
from tests.streams.agents.stages import SentMessages, event, given_generation

NOW = datetime(2026, 11, 26, tzinfo=UTC)
AGENTS = ("entities", "sentiment", "stance", "gather")
TEXTS = (
    "Putin criticized Obama on Monday.",
    "Xi Jinping praised the talks in Paris, and Macron thanked him.",
    "Shares fell in Tokyo.",
)

Agents = dict[str, Callable[[list[Any]], Awaitable[None]]]


def article(number: int, **fields: Any) -> Article:
    return Article(f"a{number}", "wire", f"g{number}", 1, "ninjs", NOW, NOW, language="en", **fields)


@pytest.fixture
def running(monkeypatch, tmp_path) -> Iterator[tuple[Stage, Agents, list[Any]]]:
    """The stage, its agents' handlers by name, and what it sends."""
    agents: Agents = {}
    monkeypatch.setattr(Stage, "agent", lambda _, topic, handle, *, name, batch: agents.update({name: handle}))
    stage = enrich.build(read_settings(data=tmp_path))
    sent = SentMessages()
    monkeypatch.setattr(stage, "send", sent)
    given_generation(stage, 1)
    yield stage, agents, sent.messages
    shutil.rmtree(stage.app.conf.datadir, ignore_errors=True)


@pytest.fixture
def counted(monkeypatch) -> Counter[str]:
    """How often articles are decoded, texts hashed, and sentences encoded."""
    counts: Counter[str] = Counter()
    decode_json, blake2b, encode_sentences = msgspec.json.decode, hashlib.blake2b, Encoder.encode

    def decode_counted(data: Any, *, type: Any = Any) -> Any:  # noqa: A002 - msgspec's name
        counts["decoded"] += type is Article
        return decode_json(data, type=type)

    def hash_counted(*arguments: Any, **options: Any) -> Any:
        counts["hashed"] += options.get("digest_size") != BYTES  # which is a sentence's
        return blake2b(*arguments, **options)

    def encode_counted(self: Encoder, texts: Any) -> Any:
        counts["sentences"] += len(texts)
        return encode_sentences(self, texts)

    monkeypatch.setattr(msgspec.json, "decode", decode_counted)
    monkeypatch.setattr(hashlib, "blake2b", hash_counted)
    monkeypatch.setattr(Encoder, "encode", encode_counted)
    return counts


async def test_an_article_is_decoded_hashed_and_encoded_once_for_all_agents(running, counted) -> None:
    stage, agents, sent = running
    events = [
        event(stage, "articles", number, encode(article(number, body=text)), agents=4)
        for number, text in enumerate(TEXTS)
    ]
    await asyncio.gather(*(agents[name](events) for name in AGENTS))
    assert counted == {"decoded": 3, "hashed": 3, "sentences": 3}
    enriched = [decode(message.value, EnrichedArticle) for message in sent]
    assert [one.article.body for one in enriched] == list(TEXTS)
    assert all(one.annotations.models.keys() == {"entities", "sentiment", "stance"} for one in enriched)
    assert all(each.message.acked for each in events)


async def test_what_is_no_article_is_decoded_once_and_refused_once(running, counted) -> None:
    stage, agents, sent = running
    events = [event(stage, "articles", 0, b'{"id": 1}', agents=4)]
    await asyncio.gather(*(agents[name](events) for name in AGENTS))
    assert counted["decoded"] == 1
    assert [message.topic for message in sent] == [stage.settings.topic("dead")]
    assert events[0].message.acked


@pytest.mark.parametrize("missing", AGENTS)
async def test_an_article_is_not_done_before_every_agent_has_acked_it(running, missing) -> None:
    stage, agents, sent = running
    one = event(stage, "articles", 0, encode(article(0, body=TEXTS[0])), agents=4)
    others = {name: asyncio.ensure_future(agents[name]([one])) for name in AGENTS if name != missing}
    await asyncio.gather(*(working for name, working in others.items() if name != "gather"))
    assert not one.message.acked
    assert not sent
    await asyncio.gather(agents[missing]([one]), *others.values())
    assert one.message.acked
    assert len(sent) == 1


async def test_after_a_rebalance_the_articles_are_decoded_again_and_only_the_new_ones_are_sent(running) -> None:
    stage, agents, sent = running
    value = encode(article(0, body=TEXTS[0]))
    old = event(stage, "articles", 0, value, agents=4)
    waiting = asyncio.ensure_future(agents["gather"]([old]))
    await agents["entities"]([old])
    given_generation(stage, 2)
    new = event(stage, "articles", 0, value, generation=2, agents=4)
    await asyncio.gather(*(agents[name]([new]) for name in AGENTS))
    await waiting
    assert len(sent) == 1
    assert new.message.acked
    assert not old.message.acked
