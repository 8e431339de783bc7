"""Names the story of each feed entry: takes the entries and what the feed remembers, returns a name for each.

The name is the guid, else the link, and the same name in a later document is an update. But entries that stand side by
side are different stories: once several share a guid or a link, or have neither, each gets a guid of ours, which goes
with it in a header, because entries travel alone. Who had the guid first keeps it. That a guid is shared is remembered
with the entries, so that the last one left in the document keeps its name too.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from streams.feeds.entries import FeedEntry
from streams.wire.formats.side_by_side import MODES, Said, best_mode, story_guid

Remembered = Callable[[str], str | None]  # the fingerprint under a name, None where there is none


class Named(NamedTuple):
    """An entry and its name in the feed's memory. ``guid`` is "" if the document's own guid is used."""

    name: str
    digest: str
    said: Said
    entry: FeedEntry
    guid: str = ""

    @property
    def fingerprint(self) -> str:
        """What is remembered of the entry: a hash of its bytes, and what identifies it if its guid becomes shared."""
        return f"{self.digest} {self.said.key('link')}:{self.said.key('title')}"

    def is_taken(self, remembered: str | None) -> bool:
        """Whether exactly these bytes were taken before."""
        return (remembered or "").partition(" ")[0] == self.digest


class Naming(NamedTuple):
    """The entries of a document by name, and what else the feed must remember: (name, fingerprint)."""

    entries: list[Named]
    shared: list[tuple[str, str]]


def name_entries(described: Iterable[tuple[Said, str, FeedEntry]], remembered: Remembered) -> Naming:
    """Name all entries of a document, in its order. A repeated entry counts once."""
    groups: dict[str, dict[str, Named]] = {}
    for said, digest, entry in described:
        groups.setdefault(said.base, {}).setdefault(digest, Named(said.base, digest, said, entry))
    naming = Naming([], [])
    for base, group in groups.items():
        naming.entries.extend(_without_base(group, remembered) if not base else _of(base, group, naming, remembered))
    naming.entries.sort(key=lambda one: one.entry.start)
    return naming


def _of(base: str, group: dict[str, Named], naming: Naming, remembered: Remembered) -> list[Named]:
    """The entries of one guid or link."""
    flag = f"{base} (shared)"
    mode = remembered(flag) or ""
    if mode not in MODES and len(group) == 1:
        return list(group.values())
    mode = mode if mode in MODES else best_mode(one.said for one in group.values())
    naming.shared.append((flag, mode))
    holder = _holder(group.values(), mode, remembered(base) or "")
    rest = [one for one in group.values() if one is not holder]
    return [*([holder] if holder else []), *_apart(base, rest, mode)]


def _holder(group: Iterable[Named], mode: str, remembered: str) -> Named | None:
    """The entry that has had the guid from before it came to be shared."""
    digest, _, keys = remembered.partition(" ")
    link, _, title = keys.partition(":")
    known = link if mode == "link" else title
    same = [one for one in group if one.digest == digest]
    same += [one for one in group if known and one.said.key("link" if mode == "link" else "title") == known]
    return same[0] if same else None


def _apart(base: str, group: list[Named], mode: str) -> list[Named]:
    """Each entry with a guid of its own: by what the mode says, by all that it says where that is not enough."""
    keys = [one.said.key(mode) for one in group]
    named = []
    for one, key in zip(group, keys, strict=True):
        enough = key and keys.count(key) == 1
        guid = story_guid(base, key if enough else one.said.key("text"))
        named.append(one._replace(name=guid, guid=guid))
    return named


def _without_base(group: dict[str, Named], remembered: Remembered) -> list[Named]:
    """Entries with neither guid nor link: known by title and date, without a date only by all that they say."""
    old = [one._replace(name=one.digest) for one in group.values() if one.is_taken(remembered(one.digest))]
    new = [one for one in group.values() if all(one.digest != other.digest for other in old)]
    dated = [one for one in new if one.said.when]
    return [*old, *_apart("", dated, "title"), *_apart("", [one for one in new if not one.said.when], "text")]
