import pytest

from processors.vocabulary import countries
from processors.vocabulary.countries import country, country_name, demonym, entity_type, is_state_of_georgia, pattern


@pytest.mark.parametrize(
    ("name", "code", "kind", "type_"),
    [
        ("Russia", "RU", "name", "GPE"), ("RUSSIA", "RU", "name", "GPE"), ("US", "US", "name", "GPE"),
        ("U.S.", "US", "name", "GPE"), ("Russians", "RU", "demonym", "NORP"), ("Chinese", "CN", "demonym", "NORP"),
        ("Beijing", "CN", "seat", "GPE"), ("Kremlin", "RU", "institution", "ORG"), ("EU", "EU", "name", "ORG"),
        ("Russian Federation", "RU", "name", "GPE"),
    ],
)  # fmt: skip
def test_countries_by_every_name(name, code, kind, type_):
    found = country(name)
    assert found is not None
    assert (found.code, found.kind, entity_type(found)) == (code, kind, type_)


@pytest.mark.parametrize("name", ["us", "russia", "Atlantis", "", "The Russia"])
def test_other_words_are_no_country(name):
    assert country(name) is None


def test_names_by_code():
    assert [country_name(code) for code in ("GB", "ZZ")] == ["United Kingdom", "ZZ"]
    assert [demonym(code) for code in ("RU", "ZZ")] == ["Russian", "ZZ"]


@pytest.mark.parametrize(("text", "is_state"), [("Georgia voted", True), ("Georgia and Abkhazia", False)])
def test_georgia(text, is_state):
    assert is_state_of_georgia(text) is is_state


def test_countries_are_found_as_words_of_their_own():
    text = "Russian-born, in Pakistan, Georgia and the U.S. but not Indianapolis or Chad"
    assert [match.group() for match in pattern().finditer(text)] == ["Russian", "Pakistan", "U.S."]


def test_every_name_in_the_table_has_a_code():
    assert all(len(found.code) == 2 and found.code.isupper() for found in countries.table().values())
