"""Alerts without servers: processor time to match stories with ten thousand saved searches, and for each alert.

    python -m benchmarks.alert_stage [--searches 10000] [--stories 300] [--json]

The searches are those of `benchmarks.alerts`. ``match_ms`` is for batches of 1, 10 and 100 stories. ``alert_ms`` is
what one webhook alert costs the stage, from the story to the record that it was sent, without matching, Kafka and the
network.

``ratio`` is 40 ms over what matching a hundred stories takes, which is what a sketch took.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from benchmarks.alerts import WIRE, searches_for
from benchmarks.corpus import articles
from benchmarks.pipeline import parser, present
from processors.annotations import Annotations
from search.alerts.matching import Matcher
from search.alerts.saved import SavedSearch, parsed_query_of
from search.documents import source_of
from streams.alerts.channels.webhooks import WebhookSender
from streams.alerts.decider import AlertDecider, Arrival
from streams.alerts.outbox import Outbox
from streams.alerts.searches import SearchTable
from streams.records import Article, EnrichedArticle, document_of, encode
from streams.settings import read_settings
from tests.streams.alerts.processes import Log, MemoryJournal

SKETCH_MS = 40.0
BATCHES = (1, 10, 100)


class Nobody:
    """Takes what is posted."""

    def __init__(self) -> None:
        self.taken = 0

    async def post(self, *_: Any) -> None:
        """Take one message."""
        await asyncio.sleep(0)
        self.taken += 1


def milliseconds_to_match(some: Sequence[Article], searches: Sequence[SavedSearch]) -> dict[int, float]:
    """Processor time for batches of each size, by the size: the best of the batches, when words are known."""
    matcher = Matcher()
    matcher.put({one.id: parsed_query_of(one) for one in searches})
    now = datetime.now(UTC)
    stories = [source_of(document_of(EnrichedArticle(one, Annotations((), None, ()), now), now)) for one in some]
    matcher.match(stories[:100], now)
    found = {}
    for size in BATCHES:
        each = []
        for at in range(100, len(stories) - size + 1, size):
            began = time.process_time()
            matcher.match(stories[at : at + size], now)
            each.append(1000 * (time.process_time() - began))
        found[size] = sum(each) / len(each)
    return found


async def milliseconds_an_alert(some: Sequence[Article], searches: Sequence[SavedSearch]) -> tuple[float, int]:
    """Processor time for each alert without its matching, and how many there were."""
    settings = read_settings(alert_page="https://wire.example.org", alert_secret="for this run")  # noqa: S106 - none
    journal: Any = MemoryJournal(Log())
    table = SearchTable(settings, lambda: None)  # type: ignore[arg-type, return-value]
    table.take((one.id.encode(), msgspec.json.encode(one)) for one in searches)
    desk, nobody = AlertDecider(settings, journal, table), Nobody()
    senders: Any = {"webhook": WebhookSender(settings, nobody)}  # type: ignore[arg-type]
    outbox = Outbox(settings, journal, senders, search_of=table.search)
    sending = asyncio.create_task(outbox.run())
    matching, began = 0.0, time.process_time()
    real, expected = table.match, 0

    def timed(*arguments: Any) -> Any:
        nonlocal matching, expected
        started = time.process_time()
        found = real(*arguments)
        matching += time.process_time() - started
        expected += sum(map(len, found))
        return found

    table.match = timed  # type: ignore[assignment, method-assign]
    for one in some:
        now = datetime.now(UTC)
        enriched = EnrichedArticle(msgspec.structs.replace(one, received_at=now), Annotations((), None, ()), now)
        await journal.write(desk.decide([Arrival(0, document_of(enriched, now), encode(enriched))]))
        await asyncio.sleep(0)
    while journal.table.open:  # noqa: ASYNC110 - the stage itself does not wait for this
        await asyncio.sleep(0.01)
    spent = time.process_time() - began - matching
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    return 1000 * spent / expected, expected


def main() -> None:
    """Measure, and print a table or one line of JSON."""
    arguments = parser(__doc__)
    arguments.add_argument("--searches", type=int, default=10_000)
    arguments.add_argument("--stories", type=int, default=300)
    options = arguments.parse_args()
    some = articles(options.stories, file=WIRE)
    searches = searches_for(some, options.searches, "https://hooks.example.org/")
    match = milliseconds_to_match(some, searches)
    each, alerts = asyncio.run(milliseconds_an_alert(some, searches))
    rows = {f"match {size} stories, ms": round(spent, 2) for size, spent in match.items()}
    rows |= {"an alert, ms": round(each, 3), "alerts": alerts}
    result = {
        "benchmark": "alert_stage",
        "ratio": round(SKETCH_MS / match[BATCHES[-1]], 3),
        "match_ms": {str(size): round(spent, 2) for size, spent in match.items()},
        "alert_ms": round(each, 3),
        "alerts": alerts,
        "searches": options.searches,
    }
    present(result, rows, f"{options.searches} saved searches, without servers", as_json=options.json)


if __name__ == "__main__":
    main()
