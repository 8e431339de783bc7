"""How good the order of found stories is: words put to an archive whose stories its agency has filed by subject.

    python -m benchmarks.archive load reuters.jsonl.gz --prefix reuters
    python -m benchmarks.relevance --prefix reuters

Says which share of the first 10 and 20 stories is filed under the subject that the words mean, as a mean over the
questions, and the median milliseconds of a search. The newest stories with the words are set beside it.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Iterator

import msgspec

from search.query.checking import parsed
from search.query.request import Query
from search.store import Store
from streams.settings import read_settings
from streams.stores import open_index

FIRST = (10, 20)
# Subjects of Reuters-21578, each with words that a reader would type for it, separated by |.
ASKED = {
    "crude": "crude oil|oil OR opec OR barrel",
    "grain": "grain|grain OR wheat OR corn",
    "wheat": "wheat",
    "corn": "corn",
    "coffee": "coffee|coffee quota",
    "cocoa": "cocoa",
    "sugar": "sugar",
    "interest": "interest rate|prime OR discount rate",
    "trade": "trade deficit|trade surplus OR tariffs",
    "money-fx": "currency intervention|dollar exchange rate",
    "ship": "shipping|tanker OR vessel OR port",
    "gold": "gold|gold mine",
    "gnp": "gross national product|gnp growth",
    "cpi": "consumer prices|inflation",
    "earn": "quarterly earnings|net profit|dividend",
    "acq": "takeover bid|merger|acquire shares stake",
    "nat-gas": "natural gas",
    "jobs": "unemployment",
    "reserves": "foreign reserves",
    "bop": "balance payments|current account deficit",
    "copper": "copper",
    "rubber": "rubber",
    "cotton": "cotton",
    "livestock": "cattle OR hogs OR pork",
    "veg-oil": "palm oil",
    "oilseed": "soybean",
    "housing": "housing starts",
    "retail": "retail sales",
    "ipi": "industrial production",
    "money-supply": "money supply",
    "iron-steel": "steel",
    "tin": "tin",
}


def questions() -> Iterator[tuple[str, str]]:
    """Each subject with each of its questions."""
    for subject, asked in ASKED.items():
        for words in asked.split("|"):
            yield subject, words


async def precision(store: Store, sort: str) -> tuple[list[float], float]:
    """The mean share of right stories among the first ones, for each of `FIRST`, and the median milliseconds."""
    shares: list[list[float]] = [[] for _ in FIRST]
    took = []
    for subject, words in questions():
        query = parsed(msgspec.structs.replace(Query(words, limit=max(FIRST)), sort=sort), store.limits)
        began = time.perf_counter()
        hits = (await store.find(query)).hits
        took.append((time.perf_counter() - began) * 1000)
        right = [any(row["name"] == subject for row in hit.document["subjects"]) for hit in hits]
        for most, found in zip(FIRST, shares, strict=True):
            found.append(sum(right[:most]) / most)
    return [statistics.mean(found) for found in shares], statistics.median(took)


async def show(prefix: str) -> None:
    """Print both orders."""
    store = open_index(read_settings(index_prefix=prefix))
    try:
        for sort in ("relevance", "newest"):
            shares, took = await precision(store, sort)
            first = ", ".join(f"first {most}: {share:.1%}" for most, share in zip(FIRST, shares, strict=True))
            print(f"{sort:<10} {first}; median {took:.0f} ms")
    finally:
        await store.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How good the order of found stories is")
    parser.add_argument("--prefix", default="news")
    asyncio.run(show(parser.parse_args().prefix))
