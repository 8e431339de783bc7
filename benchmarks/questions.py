"""Twenty questions of a newsroom, as KQL and as ``newswire search``, put to a real archive.

    python -m benchmarks.archive load reuters.jsonl.gz --prefix reuters
    python -m benchmarks.questions --prefix reuters > docs/searching.md
    python -m benchmarks.questions --prefix reuters --json

Each is put both ways to the index that NEWSWIRE_INDEX names, with the query that Kibana would send for the KQL
(`tests.kql`). Exit status 1 where the two find different numbers of stories.
"""

import argparse
import asyncio
import json
import shlex
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from processors.annotations import Record
from search.elastic.store import ElasticsearchStore
from search.query.checking import parsed
from search.query.request import Query
from streams.cli.search import asked_for, search
from streams.settings import read_settings
from streams.stores import open_index
from tests.kql import query_of

PAGE = Path(__file__).with_name("questions.md")
ROUNDS = 5


class Question(Record, frozen=True):
    """What somebody wants to know, and how to ask it in KQL and after ``newswire search``."""

    asks: str
    kql: str
    search: str


def questions() -> list[Question]:
    """The questions of ``questions.txt``: three lines each, parted by blank lines."""
    parts = PAGE.with_suffix(".txt").read_text("utf-8").strip().split("\n\n")
    return [Question(*part.splitlines()) for part in parts]


def query_for(words: str) -> Query:
    """What the command asks the store for the words after ``newswire search``."""
    params = dict(search.make_context("search", shlex.split(words)).params)
    for name in ("limit", "as_json", "as_csv"):
        del params[name]
    return asked_for(params.pop("query"), **params)


async def answers(store: ElasticsearchStore) -> list[dict[str, Any]]:
    """Each question with how many stories each way finds, the first of them, and the median milliseconds of both."""
    found = []
    for question in questions():
        query = query_for(question.search)
        took: dict[str, list[float]] = {"kql_ms": [], "search_ms": []}
        for _ in range(ROUNDS):
            began = time.perf_counter()
            hits = await store.server.call(
                store.server.client.search(
                    index=store.server.prefix, query=query_of(question.kql), size=20, track_total_hits=True
                )
            )
            between = time.perf_counter()
            page = await store.find(parsed(msgspec.structs.replace(query, limit=20), store.limits))
            took["kql_ms"].append((between - began) * 1000)
            took["search_ms"].append((time.perf_counter() - between) * 1000)
        first = page.hits[0].document if page.hits else {}
        found.append(
            msgspec.structs.asdict(question)
            | {"kql_stories": hits["hits"]["total"]["value"], "search_stories": page.total}
            | {"first": first.get("guid", ""), "of": first.get("version_created", "")}
            | {name: round(statistics.median(values), 1) for name, values in took.items()}
        )
    return found


def page_of(found: list[dict[str, Any]]) -> str:
    """docs/searching.md: its beginning, and each question with what was found."""
    made = PAGE.read_text("utf-8")
    for number, one in enumerate(found, 1):
        first = f"; the first is {one['first']} of {one['of'][:16].replace('T', ' ')} UTC" if one["first"] else ""
        made += (
            f"\n### {number}. {one['asks']}\n\n"
            f"    {one['kql']}\n\n"
            f"    newswire search {one['search']}\n\n"
            f"{one['search_stories']} stor{'y' if one['search_stories'] == 1 else 'ies'}{first}.\n"
        )
    return made


async def ask(prefix: str) -> list[dict[str, Any]]:
    """The answers of the index that the settings name."""
    store = open_index(read_settings(index_prefix=prefix))
    if not isinstance(store, ElasticsearchStore):
        sys.exit("KQL is asked of Elasticsearch: set NEWSWIRE_INDEX=http://…")
    try:
        return await answers(store)
    finally:
        await store.close()


def main() -> None:
    """Ask, and print the page or one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prefix", default="reuters", help="index prefix of the archive")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = asyncio.run(ask(options.prefix))
    differ = [one["asks"] for one in found if one["kql_stories"] != one["search_stories"]]
    if options.json:
        slowest = max(max(one["kql_ms"], one["search_ms"]) for one in found)
        print(json.dumps({"benchmark": "questions", "slowest_ms": slowest, "differ": differ, "questions": found}))
    else:
        print(page_of(found), end="")
    for asks in differ:
        print(f"the two ways differ: {asks}", file=sys.stderr)
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
