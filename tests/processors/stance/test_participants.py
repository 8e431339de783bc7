import pytest

from processors.annotations import Entity, Span
from processors.stance.participants import RESOLVED, Parties, Party

TEXT = (
    "Russian President Vladimir Putin met the Chinese delegation in Moscow on Monday. Officials of China thanked NATO. "
    "The US State Department, Beijing and most Americans read the Clean Air Act. The Russian president slept. Trade grew."
)
KINDS = {
    "Vladimir Putin": ("PERSON", None), "Russian": ("NORP", "RU"), "Chinese": ("NORP", "CN"), "China": ("GPE", "CN"),
    "NATO": ("ORG", None), "US State Department": ("ORG", None), "Beijing": ("GPE", "CN"), "Americans": ("NORP", "US"),
    "Clean Air Act": ("LAW", None), "Monday": ("DATE", None),
}  # fmt: skip


def places(name):
    at = [at for at in range(len(TEXT)) if TEXT.startswith(name, at) and not TEXT[at + len(name)].isalpha()]
    return tuple(Span(each, each + len(name), name) for each in at)


ENTITIES = [
    Entity(f"id:{name}", name, kind, places(name), len(places(name)), 0.5, code) for name, (kind, code) in KINDS.items()
]
PARTIES = Parties(TEXT, ENTITIES)


def span(words):
    start = TEXT.index(words)
    return Span(start, start + len(words), words)


@pytest.mark.parametrize(
    ("words", "name", "identity", "sureness"),
    [
        ("Vladimir Putin", "Vladimir Putin", "id:Vladimir Putin", 1.0),
        ("President Vladimir Putin", "Vladimir Putin", "id:Vladimir Putin", 1.0),
        ("NATO", "NATO", "id:NATO", 1.0),
        ("Beijing", "China", "country:CN", 1.0),  # a capital is its government
        ("US State Department", "US State Department", "id:US State Department", 1.0),  # a ministry is itself
        ("most Americans", "Americans", "id:Americans", 1.0),  # people are not their government
        ("the Chinese delegation", "China", "country:CN", RESOLVED),
        ("The Russian president", "Vladimir Putin", "id:Vladimir Putin", RESOLVED),  # the text calls him so
        ("Trade", "Trade", None, 1.0),  # other words stand for themselves
    ],
)
def test_whom_a_phrase_means(words, name, identity, sureness):
    (party,) = PARTIES.of(span(words))
    assert (party.name, party.id, party.sureness) == (name, identity, sureness)


@pytest.mark.parametrize(
    ("words", "can"),
    [("Vladimir Putin", True), ("NATO", True), ("Officials", True), ("Clean Air Act", False)],
)
def test_who_can_hold_a_stance(words, can):
    (party,) = PARTIES.of(span(words))
    assert PARTIES.can_hold(party) is can


def test_dates_and_sums_are_nobody():
    assert PARTIES.is_numeric(span("Monday"))
    assert not PARTIES.is_numeric(span("NATO"))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Officials of China thanked NATO", ("id:China", "id:NATO")),
        ("US State Department, Beijing", ("id:US State Department", "country:CN")),  # a capital as its country
        ("the Chinese delegation", ("country:CN",)),
        ("The Russian president slept", ("country:RU",)),
        ("Moscow on Monday", ()),
        ("NAT", ()),  # a piece of a name names nobody
    ],
)
def test_what_a_phrase_names(words, expected):
    assert PARTIES.named(span(words)) == expected


def test_parties_are_the_same_by_id_or_by_words():
    one = Party("China", "country:CN", Span(0, 5, "China"))
    assert one.key == Party("Beijing", "country:CN", Span(9, 16, "Beijing")).key
    assert Party("Trade", None, Span(0, 5, "Trade")).key == "trade"
