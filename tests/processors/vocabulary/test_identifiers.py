import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.vocabulary.identifiers import LONGEST, country_id, identifier, slug


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("PERSON", "Vladimir Putin", "person:vladimir-putin"), ("PERSON", "Åse Öberg", "person:ase-oberg"),
        ("ORG", "Acme Inc.", "org:acme"), ("ORG", "State Department", "org:department-of-state"),
        ("GPE", "Springfield", "place:springfield"), ("LOC", "North Sea", "place:north-sea"), ("NORP", "Sunni", "group:sunni"),
        ("MONEY", "$1.5 billion", "money:dollar-1-5-billion"), ("PERCENT", "5%", "percent:5-percent"),
        ("WORK_OF_ART", "War and Peace", "work:war-and-peace"),
    ],
)  # fmt: skip
def test_ids_can_be_read(kind, name, expected):
    assert identifier(kind, name) == expected


def test_country_id():
    assert country_id("RU") == "country:RU"


def test_long_names_that_begin_alike_have_different_ids():
    one, other = (slug("word " * 30 + end) for end in ("one", "two"))
    assert one != other
    assert one[:LONGEST] == other[:LONGEST]


@given(st.text(max_size=200))
def test_any_name_has_a_short_id_that_stays_the_same(name):
    found = slug(name)
    assert found == slug(name)
    assert 0 < len(found) <= LONGEST + 13
    assert not re.search(r"\s|--|^-|-$", found)
