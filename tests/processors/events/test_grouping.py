"""Events: the same groups for every order of arrival, whatever comes twice, changes or goes meanwhile."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from processors.events.fingerprint import Fingerprint, fingerprint
from processors.events.grouping import DAY, Bounds, Grouping

HOUR = 60 * 60 * 1000
BOUNDS = Bounds(window=2 * DAY, reach=DAY)
WORDS = [f"word{number}" for number in range(8)]

QUAKE = "An earthquake shook the town of Amatrice before dawn, and rescuers dug through rubble for survivors."
STRIKE = "Pilots of Lufthansa walk out on Friday after talks on pensions failed, the Cockpit union said."


def story(story_id: str, headline: str, body: str, made: int = 0, source: str = "AFP") -> Fingerprint:
    return fingerprint(story_id, source, headline, body, made, language="en")


def drawn(number: int, made: int, words: list[int]) -> Fingerprint:
    weights = {WORDS[word]: 300 + 100 * place for place, word in enumerate(dict.fromkeys(words))}
    return Fingerprint(f"s{number:02}", "AFP", "", made * HOUR, 0, weights, (number % 3,) * 3)


@st.composite
def histories(draw: st.DrawFn, hours: int) -> list[list[Fingerprint | str]]:
    """For each of some stories, what arrives of it in this order: versions, copies, and perhaps its end."""
    found: list[list[Fingerprint | str]] = []
    for number in range(draw(st.integers(2, 9))):
        texts = draw(st.lists(st.lists(st.integers(0, 7), min_size=1, max_size=4), min_size=1, max_size=3))
        made = draw(st.integers(0, hours))
        versions: list[Fingerprint | str] = [drawn(number, made, words) for words in texts]
        if draw(st.booleans()):
            versions.append(versions[-1])
        if draw(st.integers(0, 4)) == 0:
            versions.append(f"s{number:02}")
        found.append(versions)
    return found


def arrived(grouping: Grouping, arrivals: list[Fingerprint | str]) -> dict[str, str]:
    for one in arrivals:
        if isinstance(one, str):
            grouping.remove(one)
        else:
            grouping.put(one)
    return grouping.event_of


def in_some_order(data: st.DataObject, stories: list[list[Fingerprint | str]]) -> list[Fingerprint | str]:
    """Every story's arrivals in their order, mixed with those of the others."""
    turns = data.draw(st.permutations([number for number, one in enumerate(stories) for _ in one]))
    left = [iter(one) for one in stories]
    return [next(left[number]) for number in turns]


@given(histories(hours=40), st.data())
def test_every_order_of_arrival_ends_in_the_same_groups(
    stories: list[list[Fingerprint | str]], data: st.DataObject
) -> None:
    standing = [one[-1] for one in stories if isinstance(one[-1], Fingerprint)]
    in_time = sorted(standing, key=lambda one: (one.made, one.id))
    expected = arrived(Grouping(BOUNDS), list(in_time))
    assert arrived(Grouping(BOUNDS), in_some_order(data, stories)) == expected


@given(histories(hours=200), st.data())
def test_orders_that_are_late_by_less_than_the_window_settle_alike(
    stories: list[list[Fingerprint | str]], data: st.DataObject
) -> None:
    """A story and all that becomes of it arrives before another that is a window younger."""
    mixed = [(one, arrival) for one in stories for arrival in one]
    late = [data.draw(st.integers(0, 47)) * HOUR for _ in stories]
    made = {id(one): one[0].made for one in stories if isinstance(one[0], Fingerprint)}
    delay = {id(one): wait for one, wait in zip(stories, late, strict=True)}
    in_time = sorted(mixed, key=lambda pair: made[id(pair[0])])
    delayed = sorted(mixed, key=lambda pair: made[id(pair[0])] + delay[id(pair[0])])
    settled, later = Grouping(BOUNDS), Grouping(BOUNDS)
    assert arrived(settled, [one for _, one in in_time]) == arrived(later, [one for _, one in delayed])


def test_reports_of_one_event_are_together_and_others_apart() -> None:
    grouping = Grouping()
    grouping.put(story("a", "Earthquake shakes Amatrice", QUAKE))
    grouping.put(story("b", "Lufthansa pilots to strike", STRIKE, HOUR))
    grouping.put(story("c", "Amatrice: survivors after earthquake", f"Dogs helped. {QUAKE}", 2 * HOUR, "dpa"))
    assert grouping.event_of == {"a": "a", "b": "b", "c": "a"}
    assert [one.source for one in grouping.reports("a")] == ["AFP", "dpa"]
    assert grouping.touched == {"a", "b"}


def test_near_copies_are_together_in_any_language_and_said_to_be_copies() -> None:
    text = "Die Piloten der Lufthansa streiken am Freitag, sagte die Gewerkschaft Cockpit nach den Verhandlungen. " * 3
    other = "Ein Erdbeben hat die Stadt vor der Morgendämmerung erschüttert, und Helfer suchen nach den Opfern. " * 3
    grouping = Grouping()
    for number, body in enumerate((text, other, f"{text} Mehr in Kürze.")):
        grouping.put(fingerprint(f"s{number}", "dpa", "Eilmeldung", body, number * HOUR, language="de"))
    assert grouping.event_of == {"s0": "s0", "s1": "s1", "s2": "s0"}
    assert [grouping.copied(one) for one in ("s0", "s1", "s2")] == ["", "", "s0"]


def test_a_story_that_goes_leaves_its_event_and_who_remains_bears_another_name() -> None:
    grouping = Grouping()
    for number in range(3):
        grouping.put(story(f"s{number}", "Earthquake shakes Amatrice", f"{QUAKE} {number}", number * HOUR))
    grouping.touched.clear()
    grouping.remove("s0")
    assert grouping.event_of == {"s1": "s1", "s2": "s1"}
    assert grouping.touched == {"s0", "s1"}
    assert grouping.reports("s0") == []


def test_what_is_long_past_is_forgotten_and_its_event_goes_on() -> None:
    grouping, made = Grouping(BOUNDS), [0, 20, 40, 60, 80, 100]
    for number, hour in enumerate(made):
        grouping.put(story(f"s{number}", "Earthquake shakes Amatrice", f"{QUAKE} {number}", hour * HOUR))
    assert grouping.forgotten == ["s0", "s1"]
    assert {grouping.event_of[one] for one in ("s2", "s5")} == {"s0"}
    assert all(after - before <= 20 for before, after in pairwise(made))


def test_no_more_stories_are_held_than_allowed() -> None:
    grouping = Grouping(Bounds(most=3))
    for number in range(10):
        grouping.put(story(f"s{number}", "Earthquake shakes Amatrice", f"{QUAKE} {number}", number))
    assert list(grouping.stories) == ["s7", "s8", "s9"]
    assert len(grouping.forgotten) == 7
