"""Alerts: seconds from enriched to sent with ten thousand saved searches, and whether any was lost or doubled.

    python -m benchmarks.alerts [--searches 10000] [--rate 10] [--seconds 60] [--pipeline] [--json]

Each search asks for three words of one real article. Articles pass at a steady rate; what matches is posted to a
webhook on this machine, whose clock is that of the articles. What should have been sent is worked out by the matcher
from the messages themselves. With ``--pipeline`` the articles are fed, and read, enriched and indexed (SQLite) beside
the stage that alerts; without, they are put on ``news.enriched`` without annotations.

``ratio`` is 1 s over the p95: at least 1 is fast enough. ``cores`` is the processor time of the processes that were
started, over the seconds of the run. ``steps`` says where the time goes (`benchmarks.alert_steps`).

Before what is measured, other articles pass for `WARM_UP` seconds: the broker compiles itself then.
"""

import asyncio
import json
import os
import random
import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec

from benchmarks.alert_steps import steps_of
from benchmarks.corpus import articles
from benchmarks.pipeline import children_cpu, made, parser, percentile, present, worker
from processors.annotations import Annotations
from search.alerts.matching import Matcher
from search.alerts.saved import Channel, SavedSearch, parsed_query_of
from search.documents import source_of
from streams.alerts.searches import publish
from streams.feeds.producer import Feeder, FeedItem
from streams.kafka.reader import TopicReader
from streams.kafka.sender import MessageSender
from streams.records import Article, EnrichedArticle, decode, document_of, encode
from streams.settings import Settings

WORD = re.compile(r"[a-z]{5,}")
WARM_UP = 20.0  # seconds
LONGEST_WAIT = 120.0  # seconds for the stage to start, and for what is still to be sent at the end
PROBE = "zyzzyva"  # a word of no article
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
WIRE = "reuters21578"  # articles of about 170 words


class Receiver:
    """What a webhook got: search and story, and when."""

    def __init__(self) -> None:
        self.times: dict[tuple[str, str], float] = {}
        self.counts: Counter[tuple[str, str]] = Counter()

    def take(self, body: bytes) -> None:
        """One message."""
        now, message = time.time(), json.loads(body)
        for story in message["stories"]:
            key = (message["search"]["id"], story["story"])
            self.times.setdefault(key, now)
            self.counts[key] += 1


class Connection(asyncio.Protocol):
    """One connection to the webhook: no more work than it must be, since it runs beside what is measured."""

    def __init__(self, taking: Receiver) -> None:
        self._taking = taking
        self._got = b""

    def connection_made(self, transport: Any) -> None:
        """Remember where answers go."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take the messages that are whole, and answer them."""
        self._got += data
        while (begins := self._got.find(b"\r\n\r\n") + 4) > 3:  # noqa: PLR2004 - the head is there
            length = LENGTH.search(self._got, 0, begins)
            ends = begins + int(length[1] if length else 0)
            if len(self._got) < ends:
                return
            self._taking.take(self._got[begins:ends])
            self._got = self._got[ends:]
            self._transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")


@contextmanager
def receiver() -> Iterator[tuple[Receiver, str]]:
    """A webhook while the block runs, and its address."""
    taking, loop = Receiver(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    serving = loop.create_server(lambda: Connection(taking), "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(serving, loop).result()
    yield taking, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


def searches_for(some: list[Article], count: int, url: str) -> list[SavedSearch]:
    """Searches for three words of an article each."""
    chance = random.Random(24)
    every = Counter(word for one in some for word in set(WORD.findall(one.body.lower())))
    rare = {word for word, count in every.items() if count <= max(2, len(some) // 50)}
    words = [sorted(rare & set(WORD.findall(one.body.lower()))) for one in some]
    words = [one for one in words if len(one) >= 3]  # noqa: PLR2004 - as many are asked for
    now = datetime.now(UTC)
    hook = (Channel("webhook", url),)
    return [SavedSearch(PROBE, "bench", "Probe", {"q": PROBE}, now, channels=hook)] + [
        SavedSearch(
            f"s{number}", "bench", f"Search {number}", {"q": " ".join(chance.sample(chance.choice(words), 3))}, now,
            channels=hook,
        )
        for number in range(count)
    ]  # fmt: skip


def warm_up(settings: Settings, taking: Receiver, like: Article) -> int:
    """Wait until the stage is there and knows the searches; gives how many stories that took."""
    end, number = time.monotonic() + LONGEST_WAIT, 0
    with MessageSender(settings) as sender:
        while not taking.times and time.monotonic() < end:
            number += 1
            now = datetime.now(UTC)
            probe = msgspec.structs.replace(
                like, id=f"probe-{number}", guid=f"probe-{number}", body=PROBE, received_at=now, version_created=now
            )
            sender.send(settings.topic("enriched"), probe.id.encode(), encode(_enriched(probe)), ())
            sender.flush()
            time.sleep(1)
    return number


def _enriched(article: Article) -> EnrichedArticle:
    return EnrichedArticle(article, Annotations((), None, ()), datetime.now(UTC))


def feed(settings: Settings, some: list[Article], rate: float, *, pipeline: bool) -> None:
    """Put articles on their topic at a steady rate."""
    began = time.monotonic()
    with Feeder(settings) as feeder, MessageSender(settings) as sender:
        for number, article in enumerate(some):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            now = datetime.now(UTC)
            if pipeline:
                fields = {"guid": article.guid, "headline": article.headline, "body": article.body}
                feeder.feed(FeedItem(json.dumps(fields).encode(), article.guid, "bench"))
                feeder.flush()
            else:
                fresh = msgspec.structs.replace(article, received_at=now, version_created=now)
                message = encode(_enriched(fresh))
                sender.send(settings.topic("enriched"), article.id.encode(), message, ())
                sender.flush()


def messages_on(settings: Settings, name: str) -> int:
    """How many messages a topic has."""
    with TopicReader(settings) as reader:
        return sum(one.end - one.start for one in reader.bounds(settings.topic(name)))


def expected(settings: Settings, searches: list[SavedSearch]) -> tuple[int, dict[tuple[str, str], float]]:
    """How many stories were enriched, what should have been sent of them, and when its story was enriched."""
    matcher = Matcher()
    matcher.put({one.id: parsed_query_of(one) for one in searches})
    with TopicReader(settings) as reader:
        messages = list(reader.read(reader.bounds(settings.topic("enriched"))))
    found: dict[tuple[str, str], float] = {}
    stories: set[str] = set()
    for message in messages:
        enriched = decode(message.value, EnrichedArticle)
        story = source_of(document_of(enriched, enriched.enriched_at))
        (names,) = matcher.match([story], datetime.now(UTC))
        if story["guid"].startswith("probe-"):
            continue
        stories.add(story["id"])
        found |= {(name, story["id"]): enriched.enriched_at.timestamp() for name in names}
    return len(stories), found


def measure(
    count: int, rate: float, seconds: float, *, pipeline: bool, file: str = WIRE, **changes: object
) -> dict[str, object]:
    """One run."""
    warming = int(rate * WARM_UP)
    some = articles(warming + int(rate * seconds), file=file)
    os.environ |= {"NEWSWIRE_ALERT_ALLOW_PRIVATE": "true", "NEWSWIRE_ALERT_SECRET": "for this run"}
    folder = tempfile.TemporaryDirectory(prefix="newswire-bench-")
    index = f"sqlite:///{folder.name}/index.db"
    with folder, receiver() as (taking, url), made("alerts", index=index, **changes) as settings:
        searches = searches_for(some[warming:], count, url)
        publish(settings, searches)
        with worker(settings, *(() if pipeline else ("alert",))) as supervisor:
            probes = warm_up(settings, taking, some[0])
            feed(settings, some[:warming], rate, pipeline=pipeline)
            measured_from, began = time.time(), children_cpu(supervisor.pid)
            feed(settings, some[warming:], rate, pipeline=pipeline)
            enriched, wanted = 0, dict[tuple[str, str], float]()
            end = time.monotonic() + LONGEST_WAIT
            while time.monotonic() < end:
                time.sleep(2)
                if enriched < len(some) <= messages_on(settings, "enriched") - probes:
                    enriched, wanted = expected(settings, searches)
                if enriched == len(some) and wanted.keys() <= taking.times.keys():
                    break
            spent = children_cpu(supervisor.pid) - began
            if not enriched:
                enriched, wanted = expected(settings, searches)  # of what was enriched in time
        measured = {key: at for key, at in wanted.items() if at >= measured_from and key in taking.times}
        steps = steps_of(settings, {key: taking.times[key] for key in measured})
    delays = [taking.times[key] - at for key, at in measured.items()]
    p95 = percentile(delays, 0.95) if delays else float("inf")
    return {
        "benchmark": "alerts",
        "ratio": round(1 / max(p95, 1e-3), 3),
        "searches": count,
        "stories": enriched,
        "alerts": len(delays),
        "p50_seconds": round(percentile(delays, 0.5), 3) if delays else None,
        "p95_seconds": round(p95, 3),
        "lost": len(wanted.keys() - taking.times.keys()),
        "doubled": sum(count - 1 for key, count in taking.counts.items() if key in wanted),
        "rate": rate,
        "cores": round(spent / seconds, 3),
        "pipeline": pipeline,
        "steps": steps,
    }


def main() -> None:
    """Measure, and print a table or one line of JSON."""
    arguments = parser(__doc__)
    arguments.add_argument("--searches", type=int, default=10_000)
    arguments.add_argument("--rate", type=float, default=10.0, help="articles a second")
    arguments.add_argument("--seconds", type=float, default=60.0)
    arguments.add_argument("--pipeline", action="store_true", help="with read, enrich and index beside it")
    arguments.add_argument("--file", default=WIRE, help="corpus; wire_dev has articles of about 1,000 words")
    options = arguments.parse_args()
    result = measure(options.searches, options.rate, options.seconds, pipeline=options.pipeline, file=options.file)
    rows = {name: result[name] for name in ("alerts", "p50_seconds", "p95_seconds", "lost", "doubled", "cores")}
    title = f"{options.searches} saved searches, {options.rate:g} articles a second"
    present(result, rows, title, as_json=options.json)


if __name__ == "__main__":
    main()
