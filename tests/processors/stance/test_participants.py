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
        ("Americans", "Americans", "id:Americans", 1.0),  # people are not their government
        ("most Americans", "most Americans", "id:Americans", 1.0),  # nor is a part of them all of them
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
    ("words", "is_understood"),
    [("NATO", True), ("Trade", True), ("Monday", False), ("president slept", True), ("Russian president", True)],
)
def test_a_party_that_a_reader_understands(words, is_understood):
    assert all(PARTIES.is_understood(party) is is_understood for party in PARTIES.of(span(words)))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("charges against NATO", "charges against NATO"),
        ("attacks on NATO", "attacks on NATO"),
        ("old NATO", "old NATO"),
    ],
)
def test_a_phrase_means_the_name_in_it_only_where_that_is_its_head(words, name):
    text = f"They dropped {words}."
    at = text.index("NATO")
    entity = Entity("id:NATO", "NATO", "ORG", (Span(at, at + 4, "NATO"),), 1, 0.5, None)
    (party,) = Parties(text, [entity]).of(Span(text.index(words), len(text) - 1, words))
    assert (party.name, party.id) == (name, "id:NATO" if words == "old NATO" else None)


def test_another_name_for_somebody_is_understood_only_in_its_text():
    text = "The Vermont independent praised Denmark. Vermont independents praised it."
    parties = Parties(text, [])
    for words, is_understood in (("Vermont independent ", False), ("Vermont independents", True), ("Denmark", True)):
        start = text.index(words)
        named = words.strip()
        (party,) = parties.of(Span(start, start + len(named), named))
        assert parties.is_understood(party) is is_understood


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


@pytest.mark.parametrize(
    ("holder", "is_another"), [("Ronald Reagan", False), ("Jim Wright", True), ("Some senators", True)]
)
def test_his_plan_is_understood_only_where_he_is_the_holder(holder, is_another):
    text = "Ronald Reagan defended his plan. Jim Wright and Some senators opposed it."
    named = [Span(text.index(name), text.index(name) + len(name), name) for name in ("Ronald Reagan", "Jim Wright")]
    entities = [Entity(one.text, one.text, "PERSON", (one,), 1, 0.5) for one in named]
    parties = Parties(text, entities)
    start = text.index("his plan")
    target = Party("his plan", None, Span(start, start + 8, "his plan"))
    (by,) = parties.of(Span(text.index(holder), text.index(holder) + len(holder), holder))
    assert parties.is_of_another(target, by) is is_another
    inside = target._replace(span=Span(start - 9, start + 8, "defended his plan"))
    assert parties.is_of_another(inside, by) is is_another
    said = target._replace(span=Span(start - 16, start + 8, "Reagan defended his plan"))
    assert not parties.is_of_another(said, by)  # whose it is the phrase says


def test_phrases_of_a_headline_in_capitals_are_spelt_as_in_the_text():
    text = "U.S. URGES JAPAN TO OPEN FARM MARKET\n\nThe U.S. wants Japan to open its farm market. Japan declined."
    place = Span(text.index("OPEN"), text.index("\n"), "OPEN FARM MARKET")
    (party,) = Parties(text, []).of(place)
    assert (party.name, party.span) == ("open farm market", place)


def test_peoples_are_many_and_a_party_has_governments_everywhere():
    text = "Workers struck against the Socialist government. The Iranians left. The Iranian army stayed."
    found = [
        Entity("socialist", "Socialist", "NORP", (Span(27, 36, "Socialist"),), 1, 0.5),
        Entity("nationality:IR", "Iranian", "NORP", (Span(53, 61, "Iranians"), Span(72, 79, "Iranian")), 2, 0.5, "IR"),
    ]
    parties = Parties(text, found)
    for words, name, is_understood in (
        ("Socialist government", "Socialist government", False),
        ("Iranians", "Iranians", True),
        ("Iranian army", "Iran", True),
    ):
        start = text.index(words)
        (party,) = parties.of(Span(start, start + len(words), words))
        assert (party.name, parties.is_understood(party)) == (name, is_understood)
