"""An archive brought to new annotations and new indices under a running feed: what it takes, and whether any is lost.

    python -m benchmarks.renewal [--stories 5000] [--json]

Reuters stories are put into the index as an earlier version of Newswire left them: annotated by an older model, their
stances without level, ``about`` and hash of the sentence. Then the whole pipeline runs, stories arrive all the time
(new ones, and updates and kills of archived ones), and an operator enters ``newswire reenrich --model-older-than
current`` and, while that is being annotated, ``newswire index migrate``. In the end every document is looked at. Kafka
and Elasticsearch are those of NEWSWIRE_TEST_KAFKA and NEWSWIRE_TEST_INDEX, or started here.
"""

import asyncio
import json
import os
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path
from typing import Any

import msgspec
from elasticsearch import Elasticsearch as Client
from elasticsearch import helpers

from benchmarks.archive import articles
from benchmarks.pipeline import broker, index_server, parser, present
from processors.annotations import Annotations, Model, Span, Stance
from search.documents import Document
from search.elastic.placement import month_of
from search.elastic.store import ElasticsearchStore
from search.versions.history import arrive
from search.versions.lineage import stored
from streams.records import Article, EnrichedArticle, document_of
from tests import forks
from tests.integration.pipeline import Pipeline
from tests.search.conftest import remove
from tests.waiting import wait_for

OLD = {name: Model("newsreader-l6", "2.0+0123456789ab") for name in ("entities", "sentiment", "stance")}
LATER = ("level", "about")  # what stances of that version lack
EACH_CALL = 10  # stories fed at once
UPDATE_EVERY, KILL_EVERY = 4, 10  # every so many of the stories fed is an update, or a kill, of an archived one
PATIENCE = 7200.0  # seconds
TRIES = 5


def old_document(article: Article) -> Document:
    """The story as the older version annotated it: as one that had found a single stance."""
    words = Span(0, len(article.headline), article.headline)
    stance = Stance("Reuters", "Nobody", "favor", 0.9, words, "", words, words)
    annotations = Annotations((), None, (stance,), OLD)
    made = article.received_at
    return document_of(EnrichedArticle(article, annotations, made, made), made)


def old_source(article: Article) -> dict[str, Any]:
    """The same as it was stored then."""
    source: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(stored(arrive(None, old_document(article)))))
    for row in source["stance"]:
        for name in LATER:
            del row[name]
    for row in source["stance_rows"]:
        del row["sentence"]
    del source["stance_unsure"]
    return source


def put_archive(pipeline: Pipeline, archive: Sequence[Article]) -> None:
    """Set the index up and write the documents behind the pipeline's back."""

    async def set_up() -> None:
        store = ElasticsearchStore(pipeline.index, pipeline.prefix)
        await store.set_up()
        await store.close()

    asyncio.run(set_up())
    actions = (
        {
            "_index": f"{pipeline.prefix}-v1-{month_of(old_document(one))}", "_id": one.id, "version": one.version,
            "version_type": "external_gte", "_source": old_source(one),
        }
        for one in archive
    )  # fmt: skip
    with Client(pipeline.index, request_timeout=PATIENCE) as client:
        helpers.bulk(client, actions, chunk_size=200)
        client.indices.refresh(index=f"{pipeline.prefix}-all")


class Feed:
    """Stories fed until told to stop, and which version of which story they make."""

    def __init__(self, pipeline: Pipeline, archive: Sequence[Article], pause: float) -> None:
        self._pipeline, self._pause = pipeline, pause
        self._rows = self._endless(archive)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.fed: list[dict[str, str]] = []
        self.refused: list[str] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Feed while the block lasts, at least once."""
        self._thread.start()
        try:
            yield
        finally:
            self._over.set()
            self._thread.join()

    def _run(self) -> None:
        while True:
            some = list(islice(self._rows, EACH_CALL))
            lines = "".join(json.dumps(row) + "\n" for row in some).encode()
            done = self._pipeline.run("feed", "files", "-", "--source", "reuters", stdin=lines)
            if f"{len(some)} accepted, 0 rejected" not in done.stdout:
                self.refused.append(done.stdout + done.stderr)
            self.fed += some
            if self._over.wait(self._pause):
                return

    @staticmethod
    def _endless(archive: Sequence[Article]) -> Iterator[dict[str, str]]:
        for number in count():
            row = {
                "guid": f"fresh-{number}", "headline": f"Shareholders of plant {number} back the merger",
                "body": f"Shareholders of plant {number} backed its merger with Bethlehem Steel on Monday.",
                "version_created": "2026-11-26T10:00:00Z",
            }  # fmt: skip
            old = archive[number * 7 % len(archive)].guid if archive else ""
            if old and number % KILL_EVERY == 0:
                row |= {"guid": old, "status": "canceled", "headline": "KILL", "body": "Kill this story."}
            elif old and number % UPDATE_EVERY == 0:
                row |= {"guid": old, "version_created": f"2026-11-26T09:{number // 60 % 60:02d}:{number % 60:02d}Z"}
            yield row


def renew(pipeline: Pipeline, archive: Sequence[Article], *, pause: float = 1.0) -> dict[str, Any]:
    """Put the archive in, renew it under a feed, and look at what is there in the end."""
    put_archive(pipeline, archive)
    feed = Feed(pipeline, archive, pause)
    began = time.monotonic()
    with pipeline.worker():
        with feed.running():
            sent = said(pipeline, "reenrich", "--model-older-than", "current", "--json")
            moved = run(pipeline, "index", "migrate")
            assert f"{pipeline.prefix} is now {pipeline.prefix}-v2" in moved, moved
            migrated = time.monotonic() - began
            wait_for(lambda: pipeline.committed("enrich") >= sent["sent"], "the archive is annotated", PATIENCE)
        pipeline.settle(PATIENCE)
    seconds = time.monotonic() - began
    left = said(pipeline, "reenrich", "--model-older-than", "current", "--dry-run", "--json")
    audit = said(pipeline, "audit", "--json")
    return {
        "archive": len(archive), "fed": len(feed.fed), "refused": feed.refused, "sent": sent["sent"],
        "seconds": round(seconds), "migrated_after": round(migrated), "left": left["sent"],
        "missing": audit["missing"], "rounds": moved.splitlines(),
        **looked_at(pipeline, archive, feed.fed),
    }  # fmt: skip


def said(pipeline: Pipeline, *arguments: str) -> dict[str, Any]:
    """What a command says as JSON."""
    found: dict[str, Any] = json.loads(run(pipeline, *arguments))
    return found


def run(pipeline: Pipeline, *arguments: str) -> str:
    """What a command prints, entered again where an overloaded server ended it: all of these are safe to repeat."""
    for _ in range(TRIES):
        done = forks.run(arguments, pipeline.environment, pipeline.folder, None, PATIENCE)
        if done.returncode == 0:
            return done.stdout.decode()
    raise AssertionError((done.stdout + done.stderr).decode())


def looked_at(pipeline: Pipeline, archive: Sequence[Article], fed: Sequence[dict[str, str]]) -> dict[str, Any]:
    """Every document that there is, against those that there must be."""
    expected = Counter({one.guid: 1 for one in archive} | {row["guid"]: 1 for row in fed})
    killed = {row["guid"] for row in fed if row.get("status") == "canceled"}
    found: Counter[str] = Counter()
    wrong: dict[str, list[str]] = {"not_killed": [], "old_model": [], "no_sentence": [], "old_index": []}
    with Client(pipeline.index, request_timeout=PATIENCE) as client:
        for hit in helpers.scan(client, index=f"{pipeline.prefix}-all"):
            source = hit["_source"]
            found[source["guid"]] += 1
            models = {name: (model["name"], model["version"]) for name, model in source["models"].items()}
            is_wrong = {
                "not_killed": (source["status"] == "canceled") != (source["guid"] in killed),
                "old_model": any(models.get(name) == (old.name, old.version) for name, old in OLD.items()),
                "no_sentence": not all("sentence" in row for row in source["stance_rows"]),
                "old_index": not hit["_index"].startswith(f"{pipeline.prefix}-v2-"),
            }
            for what, is_so in is_wrong.items():
                if is_so:
                    wrong[what].append(source["guid"])
    return {
        "documents": found.total(), "lost": sorted((expected - found).elements()),
        "doubled": sorted((found - expected).elements()), "killed": len(killed), **wrong,
    }  # fmt: skip


def main() -> None:
    """Measure, and print a table or one line of JSON."""
    arguments = parser(__doc__)
    arguments.add_argument("--stories", type=int, default=5000)
    arguments.add_argument("--longest", type=int, default=0, help="only stories of at most so many words  [any]")
    options = arguments.parse_args()
    longest = options.longest or float("inf")
    archive = list(islice((one for one in articles() if len(one.body.split()) <= longest), options.stories))
    with broker() as kafka, index_server() as index, tempfile.TemporaryDirectory(prefix="newswire-bench-") as folder:
        prefix = f"bench-{os.getpid()}-renewal"
        pipeline = Pipeline(kafka, index, prefix, Path(folder), forked=False)
        result = renew(pipeline, archive)
        remove(index, prefix)
    rows = {name: len(value) if isinstance(value, list) else value for name, value in result.items()}
    present({"benchmark": "renewal", **result}, rows, f"{options.stories} stories renewed", as_json=options.json)


if __name__ == "__main__":
    main()
