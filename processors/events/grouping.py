"""Stories that report one event, grouped online. Takes fingerprints as they come, in any order; gives events.

The groups are a function of the set of stories, whatever order they came in. Stories are ordered by the time of their
first version and their id. Each in turn joins the event whose reports it is most like on average, if it is like enough,
or begins one. So what a story joins depends on stories before it only, and where one comes late, changes or goes, only
those behind it are decided again that it or its event concerns.

This holds for as long as a story is within ``window`` of the newest. What is older keeps its event for good (it is
*settled*); ``reach`` later it is forgotten, since nothing can join it any more.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator
from heapq import heapify, heappop, heappush

from processors.annotations import Record
from processors.events.copies import COPY, resemblance
from processors.events.fingerprint import Fingerprint, keys_of
from processors.events.words import likeness

DAY = 24 * 60 * 60 * 1000
LIKE = 50_000  # of a million: two stories that are less like are not alike at all
PART = 10_000  # what the words that both are looked up by must give of it
JOINS = 150_000  # how like a story must be to the reports of an event, on average
CERTAIN = 10_000_000  # a near-copy
UNKNOWN = 150  # the weight of a hash that two stories without words are looked up by

Key = tuple[int, str]


class Bounds(Record, frozen=True):
    """How long stories are looked at, in milliseconds, and how many there may be."""

    window: int = 2 * DAY  # in which stories may come in any order
    reach: int = 3 * DAY  # between two stories of one event, the longest pause
    most: int = 100_000


class Grouping:
    """The stories in the window, each with its event. An event bears the id of the story that began it."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        self.stories: dict[str, Fingerprint] = {}
        self.event_of: dict[str, str] = {}
        self.touched: set[str] = set()  # events with a story that came, changed or went; whoever reads it empties it
        self.forgotten: list[str] = []  # stories that have left the window, likewise
        self.newest = 0
        self._order: list[Key] = []
        self._reports: defaultdict[str, list[Key]] = defaultdict(list)
        self._alike: dict[str, dict[str, int]] = {}
        self._having: defaultdict[str, set[str]] = defaultdict(set)

    def put(self, story: Fingerprint, event: str = "") -> None:
        """A story came, or changed. ``event`` is that of a settled one, where it is known."""
        if self.stories.get(story.id) == story:
            return
        before = self._take_out(story.id)
        self.newest = max(self.newest, story.made)
        key = story.made, story.id
        self.stories[story.id] = story
        self._alike[story.id] = {}
        for other, like in self._found(story):
            self._alike[story.id][other] = self._alike[other][story.id] = like
        for name in keys_of(story):
            self._having[name].add(story.id)
        insort(self._order, key)
        if event or (before and self._is_settled(key)):
            self._join(key, event or before)
        else:
            self._decide_from([key])
        self._forget()

    def remove(self, story: str) -> None:
        """A story is no longer to be seen: it was killed, or withheld."""
        self._take_out(story)

    def reports(self, event: str) -> list[Fingerprint]:
        """The stories of an event, in order."""
        return [self.stories[story] for _, story in self._reports.get(event, ())]

    def alike(self, story: str) -> dict[str, int]:
        """The stories that one is like, and how much, in millionths."""
        return self._alike[story]

    def copied(self, story: str) -> str:
        """The first story of which one is a near-copy; "" if it is none."""
        own = self.stories[story].made, story
        copies = [self._key(other) for other, like in self._alike[story].items() if like >= CERTAIN]
        return min((key for key in copies if key < own), default=(0, ""))[1]

    def _key(self, story: str) -> Key:
        return self.stories[story].made, story

    def _is_settled(self, key: Key) -> bool:
        return key[0] < self.newest - self.bounds.window

    def _found(self, story: Fingerprint) -> Iterator[tuple[str, int]]:
        """The stories that one is like, whether they are before or behind it."""
        parts: defaultdict[str, int] = defaultdict(int)
        for name in keys_of(story):
            weight = story.words.get(name, UNKNOWN)
            for other in self._having.get(name, ()):
                parts[other] += weight * self.stories[other].words.get(name, UNKNOWN)
        for other, part in parts.items():
            if part >= PART and (like := self._likeness(story, self.stories[other])) >= LIKE:
                yield other, like

    def _likeness(self, one: Fingerprint, other: Fingerprint) -> int:
        apart, reach = abs(one.made - other.made), self.bounds.reach
        if apart > reach:
            return 0
        like = likeness(one.words, other.words)
        same = min(likeness(one.words, one.words), likeness(other.words, other.words)) if like >= LIKE else 0
        if (2 * like > same or not one.words) and resemblance(one.sketch, other.sketch) >= COPY:
            return CERTAIN
        return like * (2 * reach - apart) // (2 * reach)

    def _decide_from(self, keys: list[Key]) -> None:
        """Decide stories in their order, and with each that changes its event those behind it that it concerns."""
        waiting, queued = list(keys), set(keys)
        heapify(waiting)
        while waiting:
            key = heappop(waiting)
            before, after = self.event_of.get(key[1], ""), self._choice(key)
            if before == after:
                continue
            self._leave(key)
            self._join(key, after)
            for other in self._behind(key, {before, after}):
                if other not in queued:
                    queued.add(other)
                    heappush(waiting, other)

    def _behind(self, key: Key, events: set[str]) -> set[Key]:
        """The stories behind one that are like a report of any of these events, or like itself."""
        if key >= self._order[-1]:
            return set()
        concerned = {key[1], *(story for event in events for _, story in self._reports.get(event, ()))}
        others = {other for story in concerned for other in self._alike.get(story, ())}
        return {behind for other in others if (behind := self._key(other)) > key and not self._is_settled(behind)}

    def _choice(self, key: Key) -> str:
        """The event that a story belongs to: by what is before it alone."""
        sums: defaultdict[str, int] = defaultdict(int)
        copied: list[Key] = []
        for other, like in self._alike[key[1]].items():
            if self._key(other) < key:
                sums[self.event_of[other]] += like
                if like >= CERTAIN:
                    copied.append(self._key(other))
        if copied:
            return self.event_of[min(copied)[1]]
        means = [(-total / self._size(event, key), event) for event, total in sums.items()]
        least, event = min(means, default=(0.0, ""))
        return event if -least >= JOINS else key[1]

    def _size(self, event: str, key: Key) -> int:
        """How many reports of an event are before a story, and within its reach."""
        reports = self._reports[event]
        return bisect_left(reports, key) - bisect_left(reports, (key[0] - self.bounds.reach, ""))

    def _join(self, key: Key, event: str) -> None:
        self.event_of[key[1]] = event
        insort(self._reports[event], key)
        self.touched.add(event)

    def _leave(self, key: Key) -> str:
        event = self.event_of.pop(key[1], "")
        if event:
            reports = self._reports[event]
            del reports[bisect_left(reports, key)]
            if not reports:
                del self._reports[event]
            self.touched.add(event)
        return event

    def _take_out(self, story: str) -> str:
        """Remove a story, decide again those behind it, and give the event that it was in."""
        if story not in self.stories:
            return ""
        key = self._key(story)
        event = self._leave(key)
        behind = self._behind(key, {event})
        self._drop(key)
        self._decide_from(sorted(behind))
        return event

    def _drop(self, key: Key) -> None:
        story = self.stories.pop(key[1])
        for other in self._alike.pop(story.id):
            del self._alike[other][story.id]
        for name in keys_of(story):
            self._having[name].discard(story.id)
            if not self._having[name]:
                del self._having[name]
        del self._order[bisect_left(self._order, key)]

    def _forget(self) -> None:
        """Leave out what nothing can join any more, and the oldest where there are too many."""
        first = self.newest - self.bounds.window - self.bounds.reach
        while self._order and (self._order[0][0] < first or len(self._order) > self.bounds.most):
            key = self._order[0]
            touched = self._reports.get(self.event_of[key[1]])
            event = self._leave(key)
            if touched is not None and not touched:
                self.touched.discard(event)
            self._drop(key)
            self.forgotten.append(key[1])
