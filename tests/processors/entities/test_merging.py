import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.entities.merging import Mention, merge
from processors.vocabulary import places
from processors.vocabulary.names import covers, initials, parts

places.prepare()  # so that no property waits for the gazetteers

NAMES = [
    ("Vladimir Putin", "PERSON"), ("Putin", "PERSON"), ("President Putin", "PERSON"), ("Putin's", "ORG"), ("PUTIN", "PERSON"),
    ("Bill Clinton", "PERSON"), ("Hillary Clinton", "PERSON"), ("Clinton", "PERSON"), ("Hillary", "PERSON"),
    ("Donald Trump", "PERSON"), ("Donald Trump Jr.", "PERSON"), ("Trump", "ORG"),
    ("Xi Jinping", "PERSON"), ("Xi", "GPE"), ("the United States", "GPE"), ("U.S.", "GPE"), ("US", "ORG"), ("America", "GPE"),
    ("European Union", "ORG"), ("EU", "GPE"), ("World Health Organization", "ORG"), ("WHO", "ORG"), ("the WHO's", "ORG"),
    ("Russian", "NORP"), ("Russians", "GPE"), ("Kremlin", "FAC"), ("Moscow", "GPE"), ("Tuesday", "DATE"), ("$5 million", "MONEY"),
    ("'", "ORG"), ("the", "ORG"), ("Åse Öberg", "PERSON"), ("Ushakov’s", "PERSON"),
]  # fmt: skip


def text_and_mentions(chosen):
    text, mentions = "", []
    for name, kind in chosen:
        mentions.append(Mention(len(text), len(text) + len(name), kind))
        text += f"{name} and "
    return text, mentions


def merged(*chosen):
    return {entity.name: entity for entity in merge(*text_and_mentions(chosen))}


@given(st.lists(st.sampled_from(NAMES), max_size=14), st.randoms())
def test_merging_is_independent_of_the_order_of_mentions(chosen, chance):
    text, mentions = text_and_mentions(chosen)
    shuffled = chance.sample(mentions, len(mentions))
    assert merge(text, mentions) == merge(text, shuffled)


@given(st.lists(st.sampled_from(NAMES), max_size=14))
def test_offsets_slice_back_and_mentions_never_overlap(chosen):
    text, mentions = text_and_mentions(chosen)
    taken: set[int] = set()
    for entity in merge(text, mentions):
        assert entity.count == len(entity.mentions) > 0
        assert 0 <= entity.salience <= 1
        for mention in entity.mentions:
            assert text[mention.start : mention.end] == mention.text
            assert taken.isdisjoint(range(mention.start, mention.end))
            taken.update(range(mention.start, mention.end))


@given(st.lists(st.sampled_from(NAMES), max_size=14))
def test_merging_what_is_merged_changes_nothing(chosen):
    text, mentions = text_and_mentions(chosen)
    once = merge(text, mentions)
    again = merge(text, [Mention(m.start, m.end, entity.type) for entity in once for m in entity.mentions])
    assert again == once


@given(st.lists(st.sampled_from(NAMES), max_size=14))
def test_ids_are_unique_within_a_text_and_the_same_twice(chosen):
    text, mentions = text_and_mentions(chosen)
    ids = [entity.id for entity in merge(text, mentions)]
    assert len(set(ids)) == len(ids)
    assert ids == [entity.id for entity in merge(text, mentions)]


@given(st.text(max_size=80), st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=8))
def test_any_spans_of_any_text_are_taken(text, spans):
    mentions = [
        Mention(min(a, b, len(text)), min(max(a, b), len(text)), random.choice(["PERSON", "ORG"])) for a, b in spans
    ]
    for entity in merge(text, mentions):
        assert all(text[m.start : m.end] == m.text for m in entity.mentions)


def test_a_surname_joins_its_full_name_whatever_its_type_or_title():
    found = merged(("Vladimir Putin", "PERSON"), ("President Putin", "PERSON"), ("Putin's", "ORG"), ("PUTIN", "PERSON"))
    assert [m.text for m in found["Vladimir Putin"].mentions] == ["Vladimir Putin", "Putin", "Putin", "PUTIN"]


def test_a_family_name_that_comes_first_joins_too():
    assert merged(("Xi Jinping", "PERSON"), ("Xi", "PERSON")).keys() == {"Xi Jinping"}


def test_two_people_of_one_surname_stay_two_and_the_bare_surname_is_neither():
    found = merged(
        ("Bill Clinton", "PERSON"), ("Hillary Clinton", "PERSON"), ("Clinton", "PERSON"), ("Hillary", "PERSON")
    )
    assert found["Hillary Clinton"].count == 2
    assert found.keys() == {"Bill Clinton", "Hillary Clinton", "Clinton"}


@pytest.mark.parametrize("others", [("Donald Trump Jr.",), ("Donald Trump", "Donald Trump Jr.")])
def test_father_and_son_stay_apart(others):
    found = merged(*[(name, "PERSON") for name in ("Donald Trump", *others)])
    assert found.keys() == {"Donald Trump", "Donald Trump Jr."}


@pytest.mark.parametrize(
    ("text", "marked", "name"),
    [
        ("It condemned al-Qaida again.", "al", "al-Qaeda"),
        ("Iran backs al-Nusra.", "al", "al-Nusra"),
        ("Abu Bakr al-Baghdadi spoke.", "Abu Bakr al", "Abu Bakr al-Baghdadi"),
        ("Al Gore spoke.", "Al Gore", "Al Gore"),
        ("The United States-led force", "United States", "United States"),
        ("Chairman (Paul) Volcker spoke.", "Paul) Volcker", "Paul Volcker"),
        ("It bought Coastal (Inc.) again.", "Coastal (", "Coastal"),
    ],
)
def test_a_name_that_a_model_cuts_wrongly_is_mended(text, marked, name):
    start = text.index(marked)
    (entity,) = merge(text, [Mention(start, start + len(marked), "ORG")])
    assert entity.name == name


def test_all_names_of_the_united_states_are_one_entity():
    found = merged(("the United States", "GPE"), ("U.S.", "GPE"), ("US", "ORG"), ("America", "GPE"))
    assert found.keys() == {"United States"}
    assert found["United States"].id == "country:US"
    assert found["United States"].count == 4


def test_an_acronym_joins_its_one_expansion():
    found = merged(("World Health Organization", "ORG"), ("WHO", "ORG"), ("the WHO's", "ORG"))
    assert [m.text for m in found["World Health Organization"].mentions] == ["World Health Organization", "WHO", "WHO"]
    two = merged(("North Sea Council", "ORG"), ("National Security Council", "ORG"), ("NSC", "ORG"))
    assert "NSC" in two


def test_nationality_and_country_are_two_entities_of_one_country():
    found = merged(("Russian", "NORP"), ("Russians", "GPE"), ("Russia", "GPE"))
    assert {name: each.country for name, each in found.items()} == {"Russian": "RU", "Russia": "RU"}


def test_the_american_state_of_georgia_is_not_the_country():
    assert merged(("Georgia", "GPE"))["Georgia"].id == "region:US-GA"
    assert merged(("Georgia", "GPE"), ("Tbilisi", "GPE"))["Georgia"].country == "GE"


@pytest.mark.parametrize(
    ("full", "short", "expected"),
    [
        ("Ursula von der Leyen", "von der Leyen", True), ("Kim Jong-un", "Kim", True), ("Kim Jong Un", "Kim Jong-un", True),
        ("George H.W. Bush", "George W. Bush", False), ("Donald J. Trump", "Donald Trump", True),
        ("Bill Clinton", "Hillary Clinton", False), ("Bashar al-Assad", "Assad", True), ("Joe Biden", "Hunter Biden", False),
    ],
)  # fmt: skip
def test_covers(full, short, expected):
    assert covers(parts(full), parts(short)) is expected


def test_initials():
    assert "fao" in initials("Food and Agriculture Organization")
    assert "doj" in initials("Department of Justice")
    assert not initials("Nato")


def test_a_capital_that_acts_is_no_namesake_of_a_person_in_the_text():
    text = "Washington rejected Moscow's offer. George Washington was the first president."
    spans = [(0, 10, "PERSON"), (text.index("George"), text.index("George") + 17, "PERSON")]
    found = {e.name: e for e in merge(text, [Mention(*span) for span in spans])}
    assert found["George Washington"].count == 1
    assert found["Washington"].refers_to == "country:US"


def test_a_city_is_that_of_the_state_beside_it():
    text = "He left Paris, Texas. She left London, Ontario, and Portland, Maine."
    names = [("Paris", "GPE"), ("London", "GPE"), ("Portland, Maine", "GPE")]
    found = merge(text, [Mention(text.index(n), text.index(n) + len(n), kind) for n, kind in names])
    assert {e.id for e in found} == {"city:4717560", "city:6058560", "city:4975802"}


def test_decimals_tell_sums_apart():
    text = "$1.5 billion and $15 billion"
    found = merge(text, [Mention(0, 12, "MONEY"), Mention(17, 28, "MONEY")])
    assert [e.id for e in found] == ["money:dollar-1-5-billion", "money:dollar-15-billion"]
