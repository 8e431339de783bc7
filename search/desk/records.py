"""What the desk gives: marks of readers on stories, and lists of a reader."""

from datetime import UTC, datetime

import msgspec

from processors.annotations import Record
from search.alerts.saved import SavedSearch

EPOCH_MS = 1000


class ReaderMark(Record, frozen=True):
    """Somebody did something with a story: ``reader`` is their name, ``display`` what others see of it."""

    reader: str
    display: str
    at: datetime


class Note(Record, frozen=True):
    """What somebody noted on a story, for all who may see it."""

    id: str
    by: ReaderMark
    words: str


class StoryMarks(Record, frozen=True):
    """What the desk knows of one story. ``claim`` is who takes it; ``read`` whether the reader who asks has read it.

    ``taken_from`` is the display name of the reader whose claim was taken over; "" if none was.
    """

    story: str
    claim: ReaderMark | None = None
    taken_from: str = ""
    notes: tuple[Note, ...] = ()
    tags: tuple[str, ...] = ()
    seen: tuple[ReaderMark, ...] = ()
    saved: tuple[ReaderMark, ...] = ()
    used: tuple[ReaderMark, ...] = ()
    read: bool = False


class KeptSearch(Record, frozen=True):
    """A saved search, and up to when its reader has seen what it finds; ``shared`` is whether all readers see it."""

    search: SavedSearch
    seen_at: datetime
    shared: bool = False


class SharedSearch(Record, frozen=True):
    """A saved search that another reader shares; ``display`` is what others see of that reader."""

    search: SavedSearch
    display: str


class WatchList(Record, frozen=True):
    """Names that a reader watches, and up to when they have seen what is new of them."""

    id: str
    name: str
    names: tuple[str, ...]
    seen_at: datetime


class Collection(Record, frozen=True):
    """Stories that belong together, by their ids. All readers see a shared one; its owner alone removes it."""

    id: str
    owner: str
    display: str
    name: str
    shared: bool
    stories: int


class CollectionChoice(Record, frozen=True):
    """The collections that a reader sees, by name: the ids of those that have a story, and of the one used last.

    ``last`` is "" where the reader has saved nothing yet that is still there.
    """

    collections: tuple[Collection, ...] = ()
    having: tuple[str, ...] = ()
    last: str = ""


class DeskChanges(Record, frozen=True):
    """The stories on which something has changed, up to the change of this number."""

    number: int
    stories: tuple[str, ...] = ()


def moment(milliseconds: int) -> datetime:
    """A kept time."""
    return datetime.fromtimestamp(milliseconds / EPOCH_MS, UTC)


def words_of(kept: str) -> tuple[str, ...]:
    """A kept list of texts."""
    return msgspec.json.decode(kept, type=tuple[str, ...])
