"""Source profiles: what a parser cannot know about the messages of a source, as data with look-ups.

A `Profile` is handed to the pure functions that read messages. `Profiles` is what one reading of the configuration
gives: it never changes. Which profile a message gets is decided by `Profiles.of_message`, and nowhere else:

1. If its feed (or folder, or HTTP key) is bound to a profile, that one, whatever the message says.
2. Else, if the feed names a source, the profile of that source, or none.
3. Else the profile of the provider that each item states (`Profiles.stated`).

A profile that is bound to feeds is for what comes through them, and for messages of no feed (an operator's own). So no
sender can choose another sender's profile by writing its name.
"""

from collections.abc import Iterable, Mapping
from typing import Literal
from zoneinfo import ZoneInfo

from processors.annotations import Record

MAX_FEED = 200  # characters of a feed's name that a message carries
MAX_NAME = 500  # characters of an item's name that a message carries, its last ones

KindWord = Literal["new", "update", "correction", "advisory", "kill", "withhold"]


class Profile(Record, frozen=True):
    """One source's habits; "" and empty mean that nothing is known. ``silence`` is in seconds, 0 for unknown."""

    name: str = ""
    display_name: str = ""
    colour: str = ""  # #rrggbb
    names: tuple[str, ...] = ()  # under which items or feeds call it, beside ``name``
    feeds: tuple[str, ...] = ()  # that are bound to it: rss:name, watch:/folder, http:key …
    folders: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    source: str = ""  # under which its stories are kept, whatever they state; only for bound feeds
    zone: str = ""  # of times that state none
    embargo_zone: str = ""  # of embargoes that state none: only what an operator has written
    language: str = ""
    charset: str = ""
    format: str = ""
    id: str = ""
    id_shape: str = ""
    empty_embargo: Literal["", "none", "withhold"] = ""
    placeholders: Mapping[str, tuple[str, ...]] = {}  # by field: values that mean nothing
    kinds: Mapping[str, KindWord] = {}  # by folded word
    usage_terms: str = ""
    copyright_holder: str = ""
    copyright_notice: str = ""
    credit: str = ""
    silence: float = 0.0
    is_named: bool = False  # whether the operator's file has it, and not only what ships

    @property
    def tz(self) -> ZoneInfo | None:
        """The zone of times that state none."""
        return ZoneInfo(self.zone) if self.zone else None

    @property
    def embargo_tz(self) -> ZoneInfo | None:
        """The zone of embargoes that state none."""
        return ZoneInfo(self.embargo_zone) if self.embargo_zone else None

    @property
    def is_bound(self) -> bool:
        """Whether it is for certain feeds only."""
        return bool(self.feeds or self.folders or self.keys)


NO_PROFILE = Profile()


def folded(name: str) -> str:
    """A name as it is compared: without case and surplus white space."""
    return " ".join(name.casefold().split())


class Profiles:
    """All profiles of one reading of the configuration, by name and by feed. Never changes."""

    def __init__(self, profiles: Iterable[Profile] = (), version: str = "") -> None:
        self.all = {profile.name: profile for profile in profiles}
        self.version = version
        self._by_name = {
            folded(name): profile for profile in self.all.values() for name in (profile.name, *profile.names)
        }
        self._by_kept = {folded(profile.source): profile for profile in reversed(self.all.values()) if profile.source}
        self._by_display = {folded(one.display_name): one for one in self.all.values() if one.display_name}
        self._by_feed = {feed[:MAX_FEED]: profile for profile in self.all.values() for feed in _feeds_of(profile)}
        folders = [(folder, profile) for profile in self.all.values() for folder in profile.folders]
        self._folders = sorted(folders, key=lambda pair: -len(pair[0]))  # the innermost first

    def of_message(self, feed: str, source: str, name: str = "") -> Profile | None:
        """The profile of a message, by what its feed knows; ``None`` where its items may state their provider."""
        bound = self.bound(feed, name)
        if bound is not None:
            return bound
        return self._named(source, feed) if source else None

    def stated(self, provider: str, feed: str = "") -> Profile:
        """The profile of the provider that an item states, for a message that `of_message` knows nothing of."""
        return self._named(provider, feed) if provider else NO_PROFILE

    def bound(self, feed: str, name: str = "") -> Profile | None:
        """The profile that a feed is bound to. ``name`` is the item's, in which a drop folder has the file's path."""
        if not feed:
            return None
        if feed in self._by_feed:
            return self._by_feed[feed]
        kind, _, root = feed.partition(":")
        if kind != "watch":
            return None
        found = next((profile for folder, profile in self._folders if within(name or root, folder)), None)
        found = found or next((profile for folder, profile in self._folders if within(root, folder)), None)
        if found is None and len(name) >= MAX_NAME and self._lost(feed, root):
            return NO_PROFILE
        return found

    def _lost(self, feed: str, root: str) -> bool:
        """Whether a path without its beginning may lie in a bound folder: it must not choose another one by that."""
        return any(len(feed) >= MAX_FEED or within(folder, root) for folder, _ in self._folders)

    def of_feed(self, feed: str, source: str = "") -> Profile:
        """The profile of a feed, by its own name (``rss:bbc``, ``http:afp``) and the source that it gives its items."""
        return self.of_message(feed, source) or NO_PROFILE

    def of_source(self, source: str) -> Profile:
        """The profile of the source of a story, for showing it: of this name, or whose stories are kept under it."""
        name = folded(source)
        return self._by_name.get(name) or self._by_kept.get(name, NO_PROFILE)

    def names_of(self, source: str) -> tuple[str, ...]:
        """All names under which the stories of a source may be kept, once each: the given one, then its profile's."""
        found = self.of_source(source)
        if not found.name:
            found = self._by_display.get(folded(source), NO_PROFILE)
        every = (source, found.name, found.display_name, found.source, *found.names)
        return tuple({folded(name): name for name in reversed(every) if name}.values())[::-1]

    def _named(self, name: str, feed: str) -> Profile:
        found = self._by_name.get(folded(name), NO_PROFILE)
        return NO_PROFILE if feed and found.is_bound else found


def _feeds_of(profile: Profile) -> Iterable[str]:
    yield from profile.feeds
    yield from (f"http:{key}" for key in profile.keys)


def within(path: str, folder: str) -> bool:
    """Whether a path is a folder, or lies in it."""
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")


NO_PROFILES = Profiles()
