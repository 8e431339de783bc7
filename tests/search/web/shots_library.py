"""A library to look at the page with: saved documents (`benchmarks.archive`), up to this moment, grouped into events."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from processors.events.fingerprint import fingerprint
from processors.events.grouping import Bounds
from processors.events.keeping import EventKeeping
from search.documents import Document
from search.open import open_store

BETWEEN = timedelta(minutes=4)
KILLED, CORRECTED = 7, 11  # among the last ones


def moved(documents: Sequence[Document], end: datetime) -> list[Document]:
    """The documents as they would have come up to a moment, with a correction and a kill among the last."""
    found = []
    for number, document in enumerate(documents):
        made = end - (len(documents) - number) * BETWEEN
        times = dict.fromkeys(("version_created", "first_created", "received_at", "enriched_at", "indexed_at"), made)
        found.append(msgspec.structs.replace(document, read_at=None, **times))
    for back, changes in ((CORRECTED, {"kind": "correction"}), (KILLED, {"kind": "kill", "status": "canceled"})):
        before = found[-back]
        later = {name: getattr(before, name) + 9 * BETWEEN / 10 for name in ("received_at", "version_created")}
        words = before.headline.split()
        said = {
            "headline": " ".join([*words[:-1], "again,", *words[-1:]]),
            "body": before.body.replace(" will ", " may "),
        }
        found.append(msgspec.structs.replace(before, version=before.version + 1, **later, **changes, **said))
    return found


async def fill(path: Path, documents: Sequence[Document]) -> None:
    """Write documents to a new file, with the events that they report."""
    store = open_store(f"sqlite:///{path}")
    await store.set_up()
    await store.write(documents)
    keeping = EventKeeping(Bounds())
    keeping.take(
        (
            fingerprint(one.id, one.source, one.headline, one.body, round(one.version_created.timestamp() * 1000))
            for one in documents
            if one.status == "usable"
        ),
        round(datetime.now(UTC).timestamp() * 1000),
    )
    await store.set_events(keeping.changes().said)
    await store.close()


def library(path: Path, saved: Path) -> None:
    """A file of the documents that another file has as JSON Lines."""
    decoder = msgspec.json.Decoder(Document)
    documents = [decoder.decode(line) for line in saved.read_bytes().splitlines()]
    documents.sort(key=lambda one: one.version_created)  # the sources' own times, by which the later ones come last
    asyncio.run(fill(path, moved(documents, datetime.now(UTC))))
