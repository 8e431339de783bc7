"""What is said of stories as they come, change, end their embargo and go; and that who takes over says the same."""

import msgspec

from processors.events.fingerprint import Fingerprint, fingerprint
from processors.events.grouping import DAY, Bounds
from processors.events.keeping import EventKeeping

QUAKE = "An earthquake shook the town of Amatrice before dawn, and rescuers dug through rubble for survivors."
BOUNDS = Bounds(window=2 * DAY, reach=DAY)
HOUR = DAY // 24


def report(number: int, *, source: str = "AFP", visible_from: int = 0, extra: str = "") -> Fingerprint:
    body = f"{QUAKE} {extra} Report number {number}."
    return fingerprint(
        f"s{number}", source, f"Amatrice earthquake {extra}", body, number * HOUR, visible_from=visible_from
    )


def gone(number: int) -> Fingerprint:
    return Fingerprint(f"s{number}", "", "", number * HOUR)


def test_nothing_is_said_of_a_story_alone_and_of_all_when_a_second_comes() -> None:
    keeping = EventKeeping(BOUNDS)
    keeping.take([report(0)], 0)
    first = keeping.changes(1)
    assert (first.said, first.events) == ({}, {})
    keeping.take([report(1, source="dpa")], 0)
    second = keeping.changes(2)
    assert set(second.said) == {"s0", "s1"}
    assert {(one.id, one.size, one.sources) for one in second.said.values()} == {("s0", 2, ("AFP", "dpa"))}
    event = second.events["s0"]
    assert event is not None
    assert (event.stories, event.version) == (("s0", "s1"), 2)
    assert keeping.changes(3) == msgspec.structs.replace(second, said={}, events={})


def test_a_story_under_embargo_is_in_no_event_until_it_ends() -> None:
    keeping = EventKeeping(BOUNDS)
    keeping.take([report(0), report(1, visible_from=500, extra="secret")], 100)
    assert keeping.changes(1, 499).said == {}
    said = keeping.changes(1, 500).said
    assert {story: one.size for story, one in said.items()} == {"s0": 2, "s1": 2}


def test_a_story_alone_after_its_embargo_is_said_to_be_its_own_event() -> None:
    keeping = EventKeeping(BOUNDS)
    keeping.take([report(1, visible_from=500)], 600)
    assert {story: one.id for story, one in keeping.changes(1, 600).said.items()} == {"s1": "s1"}


def test_a_kill_or_an_embargo_leaves_the_event_and_its_headline_goes_with_it() -> None:
    for leaving in (gone(0), report(0, visible_from=10**15)):
        keeping = EventKeeping(BOUNDS)
        keeping.take([report(0, extra="libel"), report(1), report(2)], 0)
        assert keeping.changes(1).events.keys() == {"s0"}
        keeping.take([leaving], 0)
        changes = keeping.changes(2)
        assert set(changes.said) == {"s1", "s2"}
        assert all(one.id == "s1" and "libel" not in one.headline for one in changes.said.values())
        assert changes.events["s0"] is None
        assert changes.events["s1"] is not None


def test_who_takes_over_comes_to_the_same_events_and_says_nothing_twice() -> None:
    stories = [report(number, source=f"agency {number % 3}") for number in range(0, 120, 6)]
    keeping = EventKeeping(BOUNDS)
    events: dict[str, object] = {}
    records: dict[str, Fingerprint] = {}
    for version, story in enumerate(stories):
        keeping.take([story], 0)
        records[story.id] = story
        changes = keeping.changes(version)
        events |= changes.events
        for forgotten in changes.forgotten:
            del records[forgotten]
    of = {story: key for key, one in events.items() if one for story in one.stories}  # type: ignore[attr-defined]
    heir = EventKeeping(BOUNDS)
    heir.restore(records.values(), of, list(events), 0)
    assert heir.changes(99).said == {}
    assert heir.grouping.event_of == keeping.grouping.event_of
    for each in (keeping, heir):
        each.take([report(130, source="dpa")], 0)
    assert heir.changes(100) == keeping.changes(100)
