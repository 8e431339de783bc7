"""The questions of docs/searching.md: both ways of asking are understood, ask for fields that exist, find the same."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from benchmarks.questions import Question, query_for, questions
from search.articles import Concept
from search.elastic.query import condition, request
from search.elastic.store import ElasticsearchStore
from search.query.checking import parsed
from tests.kql import KqlError, fields_of, query_of
from tests.search.conftest import remove
from tests.search.samples import annotated, document
from tests.search.samples import question as query_asking
from tests.search.test_mapping import every_path

EVERY = questions()
LIBRARY = (
    document(subjects=(Concept("crude", ""), Concept("trade", "")), keywords=("james-baker",)),
    document("oil", 2, headline="Oil prices rise on coffee quotas", body="OPEC and Brazil. A tender offer.", kind="correction"),
    document("oil only", 3, headline="Oil price", version_created="1987-03-31T23:00:00Z", dateline="LONDON, March 31"),
    document("after", 4, headline="Oil price", version_created="1987-04-01T00:00:00Z", places=(Concept("japan", ""),)),
    document("crash", 5, headline="Panicky stock market", body="Interest rates. Interventions.", dateline="LONDON",
             version_created="1987-10-20T23:59:00Z", annotations=msgspec.structs.replace(annotated(), stance=())),
    document("killed", 6, status="canceled"),
)  # fmt: skip


@pytest.mark.parametrize("question", EVERY, ids=lambda question: question.asks)
def test_both_ways_are_understood_and_ask_for_what_is_there(question: Question) -> None:
    assert fields_of(query_of(question.kql)) <= every_path()
    query_for(question.search)
    page = (Path(__file__).parents[3] / "docs" / "searching.md").read_text("utf-8")
    assert f". {question.asks}\n\n    {question.kql}\n\n    newswire search {question.search}\n\n" in page


def test_kql_that_is_none_is_refused() -> None:
    for text in ("headline:", "(a: b", "a: b or", "a: b)", "{a}", ": b"):
        with pytest.raises(KqlError):
            query_of(text)


LEAVES = ("match_phrase", "intervals", "exists", "prefix", "term", "match_all", "range")


def leaves(query: Any) -> int:
    """How many conditions a query has that Elasticsearch counts: those that have none within."""
    if isinstance(query, list):
        return sum(map(leaves, query))
    if not isinstance(query, dict):
        return 0
    return sum(1 if name in LEAVES else leaves(value) for name, value in query.items())


def depth(query: Any) -> int:
    """How deep conditions are nested."""
    if isinstance(query, list):
        return max(map(depth, query), default=0)
    if not isinstance(query, dict):
        return 0
    return max(((name == "bool" or name in LEAVES) + depth(value) for name, value in query.items()), default=0)


def test_a_query_has_few_conditions_however_many_languages_there_are() -> None:
    """64 words had 2,048, and Elasticsearch allows 1,310 of them to a node of 16 processors with 512 MB of heap."""
    words = [f"word{number}" for number in range(64)]
    for text, most in ((" ".join(words), 770), (" OR ".join(words), 770), ("(one two) OR three", 75)):
        assert leaves(request(query_asking(text))["query"]) <= most, text
    assert leaves(condition(query_asking(" ".join(words)))) <= 770
    deepest = "(" * 20 + "one two" + ") OR three" * 20
    assert depth(request(query_asking(deepest))["query"]) <= 30  # indices.query.bool.max_nested_depth


@pytest.fixture
async def store(elasticsearch_url: str, prefix: str) -> AsyncIterator[ElasticsearchStore]:
    opened = ElasticsearchStore(elasticsearch_url, prefix)
    await opened.set_up()
    made = [msgspec.convert(msgspec.to_builtins(one), type(one)) for one in LIBRARY]
    assert {outcome.state for outcome in await opened.write(made)} == {"written"}
    await opened.refresh()
    yield opened
    await opened.close()
    remove(elasticsearch_url, prefix)


@pytest.mark.integration
async def test_both_ways_find_the_same(store: ElasticsearchStore) -> None:
    found = {}
    for question in EVERY:
        search = store.server.client.search(index=store.server.prefix, query=query_of(question.kql))
        hits = (await store.server.call(search))["hits"]["hits"]
        found[question.asks] = {hit["_id"] for hit in hits}
        assert {hit.id for hit in (await store.find(parsed(query_for(question.search)))).hits} == found[
            question.asks
        ], question
    assert len([ids for ids in found.values() if ids]) >= 10
    assert found["What about oil prices in March, without OPEC?"] == {"oil only"}
    assert found["Who opposes the United States?"] == {"call", "oil", "oil only", "after"}
