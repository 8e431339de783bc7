"""What alerts is what is found: the matcher and both stores, asked the same of the same stories.

Elasticsearch cuts some words otherwise ("acme's" is one there), so that it is asked of words of letters only.
"""

import asyncio
import random
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.annotations import Annotations
from search.alerts.matching import Matcher
from search.alerts.story_terms import WordPieces
from search.alerts.terms import Tokenizer, term_of
from search.documents import Document, source_of
from search.open import open_store
from search.query.checking import parsed
from search.query.request import Query, QueryError
from search.sqlite.tables import apart
from search.store import Store
from search.visibility import EVERY_SOURCE, Sources, sources_named
from tests.examples import examples
from tests.search.conftest import StoreMaker, fill, remove
from tests.search.samples import CALL, START, annotated, document, question

WORDS = re.split(
    " ",
    "trade trading traded sanction sanctions sanctioned Acme acme's minister ministers the of and it or ore is US U.S. "
    "one-China co-op café naïve São 5,000 3.5% flood floods flooding bank banking Zürich not to be in",
)
TEXT = ("stems", "exact")
NOW = datetime(2026, 11, 26, tzinfo=UTC)


def story(number: int, chance: random.Random, words: list[str] = WORDS) -> Document:
    """A story of random words, some with the annotations of the sample."""
    text = " ".join(chance.choice(words) for _ in range(chance.randrange(2, 30)))
    body = chance.choice([text, f"{text}\n\n{CALL}", CALL])
    fields: dict[str, Any] = {
        "headline": " ".join(chance.choice(words) for _ in range(5)),
        "body": body,
        "source": chance.choice(["AP", "AFP", "dpa"]),
        "language": chance.choice(["en", "en-GB", "de", ""]),
        "status": chance.choice(["usable"] * 8 + ["withheld", "canceled"]),
        "kind": chance.choice(["new", "update", "correction"]),
        "urgency": chance.choice([None, 1, 4]),
        "embargo_until": chance.choice([None, None, NOW - timedelta(days=1), NOW + timedelta(days=99_999)]),
        "keywords": tuple(chance.sample(words, 2)),
        "annotations": annotated() if body.endswith(CALL) else Annotations((), None, ()),
    }
    return document(f"story{number}", 1 + number, **fields)


CHANCE = random.Random(24)
STORIES = [story(number, CHANCE) for number in range(120)]
PLAIN = [one for one in WORDS if one.isalpha()]  # which both stores cut alike
PLAIN_STORIES = [story(number, CHANCE, PLAIN) for number in range(120)]


def texts_of(words: list[str]) -> st.SearchStrategy[str]:
    """Random searches in words: these and a few more."""
    word = st.sampled_from([*words, "Putin", "Xi", "policy", "policies", "absent"])
    escaped = word.map(lambda one: one.replace("(", ""))
    phrase = st.lists(word, min_size=1, max_size=3).map(lambda words: '"' + " ".join(words) + '"')
    prefix = st.sampled_from(["trad*", "sanct*", "flo*", "Zür*", "headline:min*", "person:Xi*", "source:A*"])
    field = st.sampled_from(
        ["headline", "body", "person", "entity", "holder", "target", "keyword", "source", "kind", "language", "status"]
    ).flatmap(
        lambda name: st.one_of(word, phrase, st.sampled_from(["AP", "afp", "update", "en"])).map(f"{name}:{{}}".format)
    )
    leaf = st.one_of(escaped, phrase, prefix, field, st.sampled_from(["urgency:1", 'stance:"Xi Jinping against"', "*"]))
    return st.recursive(
        leaf,
        lambda part: st.one_of(
            st.tuples(part, part).map(" ".join),
            st.tuples(part, part).map(" OR ".join),
            part.map("NOT ({})".format),
            st.tuples(part, part).map("({}) -({})".replace("{}", "%s").__mod__),
        ),
        max_leaves=5,
    )


def queries_of(words: list[str]) -> st.SearchStrategy[Query]:
    """Random searches, by all that a search can ask."""
    text = texts_of(words)
    name = st.sampled_from(["", "", "", "", "Xi", "Xi Jinping", "United States", "US", "Putin", "Acme"])
    return st.builds(
        Query,
        st.one_of(st.just(""), text, text),
        entity=name,
        holder=name,
        target=name,
        label=st.sampled_from(["", "", "favor", "against"]),
        about=name,
        source=st.sampled_from(["", "", "ap", "dpa"]),
        language=st.sampled_from(["", "", "en", "de"]),
        since=st.sampled_from([None, None, START + timedelta(seconds=60)]),
        sources=st.sampled_from([EVERY_SOURCE] * 3 + [Sources(("ap", "dpa"), only=True), Sources(("ap",))]),
        exact=st.sampled_from(
            [(), (), (("person", "Xi Jinping"),), (("named", "United States"),), (("kind", "update"),)]
        ),
        excluded=st.sampled_from([(), (), (), (("person", "Xi Jinping"),), (("kind", "update"),), (("source", "ap"),)]),
        limit=st.just(1000),
        brief=st.just(value=True),
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> StoreMaker:
    file = tmp_path_factory.mktemp("library") / "index.db"
    return fill(lambda: open_store(f"sqlite:///{file}"), STORIES)


async def found_in(store: Store, query: Any) -> set[str]:
    return {hit.id for hit in (await store.find(query)).hits}


@given(asked=st.lists(queries_of(WORDS), min_size=8, max_size=8))
@settings(max_examples=examples(40, 20))  # of eight searches each
async def test_what_alerts_is_what_is_found(filled: StoreMaker, asked: list[Query]) -> None:
    searches = {}
    for number, one in enumerate(asked):
        try:
            searches[str(number)] = parsed(one)
        except QueryError:  # such as a word without letters, which nobody can save either
            continue
    matcher = Matcher()
    matcher.put(searches)
    matched = matcher.match([source_of(one) for one in STORIES], datetime.now(UTC))
    store = filled()
    try:
        for key, query in searches.items():
            alerts = {one.id for one, names in zip(STORIES, matched, strict=True) if key in names}
            assert alerts == await found_in(store, query), asked[int(key)]
    finally:
        await store.close()


@pytest.fixture(scope="module")
def filled_elasticsearch(request: pytest.FixtureRequest) -> Iterator[StoreMaker]:
    url, index = request.getfixturevalue("elasticsearch_url"), f"t{uuid.uuid4().hex[:12]}"
    yield fill(lambda: open_store(url, prefix=index), PLAIN_STORIES)
    remove(url, index)


@pytest.mark.integration
@given(asked=st.lists(queries_of(PLAIN), min_size=15, max_size=15))
@settings(max_examples=4)  # of fifteen searches each
async def test_what_alerts_is_what_elasticsearch_finds(filled_elasticsearch: StoreMaker, asked: list[Query]) -> None:
    searches = {}
    for number, one in enumerate(asked):
        with suppress(QueryError):
            searches[str(number)] = parsed(one)
    matcher = Matcher()
    matcher.put(searches)
    matched = matcher.match([source_of(one) for one in PLAIN_STORIES], datetime.now(UTC))
    store = filled_elasticsearch()
    try:
        found = await asyncio.gather(*(found_in(store, query) for query in searches.values()))
    finally:
        await store.close()
    for key, stories in zip(searches, found, strict=True):
        alerts = {one.id for one, names in zip(PLAIN_STORIES, matched, strict=True) if key in names}
        assert alerts == stories, asked[int(key)]


@given(texts=st.lists(st.one_of(st.text(max_size=40), texts_of(WORDS)), min_size=1, max_size=5))
@settings(max_examples=100)
def test_a_text_cut_at_white_space_has_the_words_of_the_whole(texts: list[str]) -> None:
    """FTS5 is asked for the words of pieces, and what it makes of them is kept."""
    tokenizer = Tokenizer()
    whole = [
        {term_of(table, word) for word in tokenizer.cut(table, [apart(one)])[0]} for one in texts for table in TEXT
    ]
    pieces = WordPieces(tokenizer, *TEXT)
    for _ in range(2):
        found = pieces.terms(texts)
        assert found == [whole[at] | whole[at + 1] for at in range(0, len(whole), 2)]


def test_versions_of_one_story_in_a_batch_are_each_matched() -> None:
    matcher = Matcher()
    matcher.put({"flood": question("floods"), "fire": question("fire"), "id": question("id:call")})
    versions = [document(body="A flood."), document(version=2, body="A fire."), document("other", body="Flooding")]
    matched = matcher.match([source_of(one) for one in versions], NOW)
    assert matched == [{"flood", "id"}, {"fire", "id"}, {"flood"}]


def test_an_embargoed_story_matches_when_its_embargo_has_ended() -> None:
    matcher = Matcher()
    matcher.put({"flood": question("floods")})
    stories = [source_of(document(body="A flood.", embargo_until=NOW))]
    assert matcher.match(stories, NOW - timedelta(seconds=1)) == [set()]
    assert matcher.match(stories, NOW) == [{"flood"}]


def test_a_search_finds_nothing_of_sources_that_its_owner_may_not_see() -> None:
    """Whether its terms alone decide, or the tables are asked."""
    matcher = Matcher()
    stories = [source_of(document(name, source=name)) for name in ("AP", "TASS")]
    asked = {"whole": "putin", "phrase": '"denounced the United States"', "all": ""}
    for sources in (sources_named(["ap"], only=True), sources_named(["tass"], only=False)):
        matcher.put({name: question(words, sources=sources) for name, words in asked.items()})
        assert matcher.match(stories, datetime.now(UTC)) == [asked.keys(), set()]


def test_a_search_that_is_replaced_or_removed_matches_no_more() -> None:
    matcher = Matcher()
    matcher.put({"one": question("flood*"), "two": question("NOT fire")})
    matcher.put({"one": question("fire")})
    matcher.remove("two")
    matcher.remove("three")
    assert len(matcher) == 1
    assert matcher.match([source_of(document(body="A flood."))], NOW) == [set()]
    assert matcher.match([source_of(document(body="A fire."))], NOW) == [{"one"}]


@pytest.mark.servers
def test_ten_thousand_searches_are_asked_of_a_hundred_stories_in_a_fraction_of_a_second() -> None:
    chance = random.Random(1)
    vocabulary = [f"{chance.choice(WORDS)}{chance.randrange(2000)}" for _ in range(4000)]
    searches = {
        str(n): question(f'{chance.choice(vocabulary)} {chance.choice(vocabulary)} OR "{chance.choice(vocabulary)} x"')
        for n in range(10_000)
    }
    stories = [
        source_of(document(f"s{n}", body=" ".join(chance.choice(vocabulary) for _ in range(250)))) for n in range(100)
    ]
    matcher = Matcher()
    matcher.put(searches)
    began = time.process_time()
    matched = matcher.match(stories, NOW)
    assert any(matched)
    assert time.process_time() - began < 2.0, "ten times what it takes, since machines differ"
