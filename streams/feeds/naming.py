"""Gives each feed entry the name of its story. Takes the entries and what the feed remembers; returns a name for each.

The name is the guid, else the link, and the same name in a later document is an update. But two entries in one document
are different stories: if several share a guid or a link, or have neither, each gets a guid of ours. It is sent in a
header, because entries are sent one by one. The entry that had the guid first keeps it. That a guid is shared is
remembered, so that the last entry left in the document keeps its name too.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from streams.feeds.entries import FeedEntry
from streams.wire.formats.side_by_side import MODES, EntryFields, best_mode, story_guid

Remembered = Callable[[str], str | None]  # looks up the fingerprint under a name, or None


class NamedEntry(NamedTuple):
    """An entry and its name in the feed's memory. ``guid`` is "" if the document's own guid is used."""

    name: str
    digest: str
    fields: EntryFields
    entry: FeedEntry
    guid: str = ""

    @property
    def fingerprint(self) -> str:
        """What is remembered of the entry: a hash of its bytes, and its identity in case the guid becomes shared."""
        return f"{self.digest} {self.fields.key('link')}:{self.fields.key('title')}"

    def is_taken(self, remembered: str | None) -> bool:
        """Whether exactly these bytes were taken before."""
        return (remembered or "").partition(" ")[0] == self.digest


class NamedEntries(NamedTuple):
    """The entries of a document by name, and what else the feed must remember: (name, fingerprint)."""

    entries: list[NamedEntry]
    shared: list[tuple[str, str]]


def name_entries(described: Iterable[tuple[EntryFields, str, FeedEntry]], remembered: Remembered) -> NamedEntries:
    """Name all entries of a document, in its order. A repeated entry counts once."""
    groups: dict[str, dict[str, NamedEntry]] = {}
    for fields, digest, entry in described:
        groups.setdefault(fields.base, {}).setdefault(digest, NamedEntry(fields.base, digest, fields, entry))
    naming = NamedEntries([], [])
    for base, group in groups.items():
        naming.entries.extend(
            _without_base(group, remembered) if not base else _name_group(base, group, naming, remembered)
        )
    naming.entries.sort(key=lambda entry: entry.entry.start)
    return naming


def _name_group(
    base: str, group: dict[str, NamedEntry], naming: NamedEntries, remembered: Remembered
) -> list[NamedEntry]:
    """The entries of one guid or link."""
    flag = f"{base} (shared)"
    mode = remembered(flag) or ""
    if mode not in MODES and len(group) == 1:
        return list(group.values())
    mode = mode if mode in MODES else best_mode(entry.fields for entry in group.values())
    naming.shared.append((flag, mode))
    original = _original_of(group.values(), mode, remembered(base) or "")
    others = [entry for entry in group.values() if entry is not original]
    return [*([original] if original else []), *_with_own_guids(base, others, mode)]


def _original_of(group: Iterable[NamedEntry], mode: str, remembered: str) -> NamedEntry | None:
    """The entry that had the guid before it became shared."""
    digest, _, keys = remembered.partition(" ")
    link, _, title = keys.partition(":")
    known = link if mode == "link" else title
    same = [entry for entry in group if entry.digest == digest]
    same += [entry for entry in group if known and entry.fields.key("link" if mode == "link" else "title") == known]
    return same[0] if same else None


def _with_own_guids(base: str, group: list[NamedEntry], mode: str) -> list[NamedEntry]:
    """Give each entry its own guid: from the fields of the mode, or from the whole text if these are not unique."""
    keys = [entry.fields.key(mode) for entry in group]
    named = []
    for entry, key in zip(group, keys, strict=True):
        is_unique = key and keys.count(key) == 1
        guid = story_guid(base, key if is_unique else entry.fields.key("text"))
        named.append(entry._replace(name=guid, guid=guid))
    return named


def _without_base(group: dict[str, NamedEntry], remembered: Remembered) -> list[NamedEntry]:
    """Entries with neither guid nor link: identified by title and date; without a date, by their whole text."""
    old = [entry._replace(name=entry.digest) for entry in group.values() if entry.is_taken(remembered(entry.digest))]
    new = [entry for entry in group.values() if all(entry.digest != other.digest for other in old)]
    dated = [entry for entry in new if entry.fields.when]
    return [
        *old,
        *_with_own_guids("", dated, "title"),
        *_with_own_guids("", [entry for entry in new if not entry.fields.when], "text"),
    ]
