"""The bundled sample wire: what there is to feed, and what must be found again once it is through.

``sample_wire/wire/<source>/`` holds an invented agency's files as it would send them; ``manifest.json`` says, story
by story, which version must win. It was written beside the files, not derived by our own reading of them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import as_file, files
from typing import Literal

import msgspec

from processors.annotations import Record
from search.articles import Status, Utc
from streams.errors import NewswireError
from streams.feeds.files import Refusal, find_files, read_items
from streams.feeds.producer import FeedItem
from streams.wire.article_ids import HASH_BITS, NUMBER_BITS, RANK_BITS, article_id

Life = Literal["", "update", "correction", "kill", "embargo", "withheld"]


class Sample(Record, frozen=True):
    """One story of the sample wire at its final version. ``life`` names what happened to it on the way."""

    source: str
    guid: str
    format: str
    version_created: Utc
    headline: str
    status: Status
    embargo_until: Utc | None
    versions: int
    life: Life

    @property
    def id(self) -> str:
        """The id that the story must have."""
        return article_id(self.source, self.guid)

    @property
    def visible(self) -> bool:
        """Whether a reader must find it at this time."""
        embargoed = self.embargo_until is not None and self.embargo_until > datetime.now(UTC)
        return self.status == "usable" and not embargoed


def samples() -> tuple[Sample, ...]:
    """The stories that must be in the index."""
    data = files("streams").joinpath("sample_wire", "manifest.json").read_bytes()
    return msgspec.json.decode(data, type=tuple[Sample, ...])


def items(max_bytes: int) -> Iterator[FeedItem]:
    """The sample wire, agency by agency, each in the order of sending."""
    with as_file(files("streams").joinpath("sample_wire", "wire")) as wire:
        for agency in sorted(folder for folder in wire.iterdir() if folder.is_dir()):
            for path in find_files((str(agency),)):
                for item in read_items(path, agency.name, max_bytes):
                    if isinstance(item, Refusal):
                        raise NewswireError(f"the sample wire is damaged: {item.name}: {item.reason}")
                    yield item


def time_of(version: int) -> datetime:
    """The time that a version number orders by, to the millisecond (see `streams.wire.article_ids.article_version`)."""
    return datetime.fromtimestamp((version >> (RANK_BITS + NUMBER_BITS + HASH_BITS)) / 1000, UTC)
