"""What a search can be narrowed by: counts in, groups of values with their addresses out. Pure."""

from collections.abc import Iterator, Sequence

from processors.annotations import Record
from search.query.addresses import NOT, SearchParameters, address
from search.views import Count, Facets

FACETS = {
    "subject": "Subject", "kind": "Kind", "urgency": "Urgency", "source": "Source", "person": "People",
    "organization": "Organizations", "location": "Places", "language": "Language", "sentiment": "Tone",
    "stance": "Position",
}  # fmt: skip
LISTED = FACETS | {"nationality": "Nationalities & groups", "country": "Countries"}  # on a page of their own
VALUES = 6  # of each, in the column beside the list
MORE = 200  # on a page of their own
CONDITIONS = {
    "entity": "Mentions", "holder": "Position of", "target": "Position toward", "label": "Position",
    "named": "Mentions", "country": "Country", "kind": "Kind", "person": "Person", "organization": "Organization",
    "location": "Place", "nationality": "Nationality or group", "source": "Source", "language": "Language",
    "sentiment": "Tone", "stance": "Position", "subject": "Subject", "urgency": "Urgency",
}  # fmt: skip
# Start and end, as in an address, and the name.
PERIODS = (
    ("30m", "", "30 min"), ("1h", "", "1 hour"), ("today", "", "Today"), ("yesterday", "yesterday", "Yesterday"),
    ("7d", "", "7 days"), ("", "", "Any time"),
)  # fmt: skip


class FacetValue(Record, frozen=True):
    """A value to narrow by. ``link`` takes it in, or out where it is ``chosen``; ``without`` leaves its stories out."""

    value: str
    stories: int
    chosen: bool
    link: str
    without: str


class FacetGroup(Record, frozen=True):
    """The values of one field. ``more`` is where all of them are, "" where these are all."""

    name: str
    heading: str
    values: tuple[FacetValue, ...]
    more: str


class Condition(Record, frozen=True):
    """What narrows a search, with the address of the search without it. ``negated``: the value is left out."""

    name: str
    heading: str
    value: str
    negated: bool
    link: str


def groups(asked: SearchParameters, facets: Facets) -> list[FacetGroup]:
    """The fields that can narrow a search further: those of which its stories have several values."""
    found = ((name, _ordered(name, facets.counts.get(name, ()))) for name in FACETS)
    return [
        FacetGroup(
            name,
            FACETS[name],
            tuple(facet_values(asked, name, counts[:VALUES])),
            values_address(asked, name) if len(counts) > VALUES else "",
        )
        for name, counts in found
        if len(counts) > 1
    ]


def _ordered(name: str, counts: tuple[Count, ...]) -> tuple[Count, ...]:
    """Values as they are shown: urgencies by their number, others by how many stories have them."""
    return tuple(sorted(counts, key=lambda count: count.value)) if name == "urgency" else counts


def facet_values(asked: SearchParameters, name: str, counts: Sequence[Count]) -> Iterator[FacetValue]:
    """Values with the addresses of the wire with and without each."""
    for count in counts:
        chosen = asked.has(name, count.value)
        link = asked.link("/", without=[(name, count.value)]) if chosen else asked.with_value("/", name, count.value)
        yield FacetValue(count.value, count.stories, chosen, link, asked.excluding("/", name, count.value))


def values_address(asked: SearchParameters, name: str) -> str:
    """Where all values of a field are shown."""
    return address("/values", [*asked.given, ("field", name)])


def conditions(asked: SearchParameters) -> list[Condition]:
    """What narrows a search beside its words and times."""
    return [
        Condition(
            (bare := name.removeprefix(NOT)),
            CONDITIONS.get(bare, bare),
            value,
            name.startswith(NOT),
            asked.link("/", without=[(name, value)]),
        )
        for name, value in asked.narrowed
    ]


def periods(asked: SearchParameters) -> list[tuple[str, str, bool]]:
    """The usual periods: name, address, and whether it is the one that is asked for."""
    now = asked.value("since"), asked.value("until")
    return [(name, asked.link("/", since=since, until=until), now == (since, until)) for since, until, name in PERIODS]
