"""Real articles for the benchmarks, from the public corpora."""

import gzip
import json
import os
import platform
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from streams.records import Article
from streams.wire.article_ids import article_id

CORPORA = Path(os.environ.get("NEWSWIRE_CORPORA", Path(__file__).parents[1] / ".." / "shared" / "corpora"))


def texts(count: int, *, skip: int = 0, file: str = "wire_dev") -> list[tuple[str, str]]:
    """Headline and body of ``count`` real articles. Ends the program with a clear message where there are none."""
    path = CORPORA / "articles" / f"{file}.jsonl.gz"
    if not path.exists():
        sys.exit(f"no articles to measure with: {path} is not there; set NEWSWIRE_CORPORA")
    return list(islice(_rows(path), skip, skip + count))


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row.get("title") or "", row.get("text") or row.get("body") or ""


def articles(count: int, *, skip: int = 0, tag: str = "", file: str = "wire_dev") -> list[Article]:
    """The same as `Article`s, with ids that ``tag`` makes new."""
    now = datetime.now(UTC)
    return [
        Article(
            id=article_id("bench", f"{tag}-{skip + n}"),
            source="bench",
            guid=f"{tag}-{skip + n}",
            version=1,
            format="bench",
            version_created=now,
            received_at=now,
            first_created=now,
            headline=headline,
            body=body,
        )
        for n, (headline, body) in enumerate(texts(count, skip=skip, file=file))
    ]  # fmt: skip - one line of where it is from, one of what it says


def words_of(batch: Iterable[Article]) -> int:
    """Words of all the articles."""
    return sum(len(article.text.split()) for article in batch)


def environment() -> dict[str, str]:
    """The machine and versions that a figure was measured on."""
    packages = ("newswire", "faust-streaming", "kafka-python", "spacy", "elasticsearch")
    return {"python": platform.python_version(), "cores": str(os.cpu_count()), "cpu": cpu_name()} | {
        {"elasticsearch": "elasticsearch-py"}.get(name, name): version(name) for name in packages
    }


def cpu_name() -> str:
    """The processor's name, where Linux tells."""
    info = Path("/proc/cpuinfo")
    names = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    return names[0].partition(":")[2].strip() if names else platform.processor()
