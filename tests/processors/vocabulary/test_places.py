import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.vocabulary import places
from processors.vocabulary.places import city, country_place, fold, plain, region

places.prepare()  # so that no property waits for the gazetteers


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Valparaíso", "valparaiso"), ("St. Louis", "st louis"), ("Saint-Denis", "st denis"), ("N.Y.", "ny")],
)
def test_spellings_of_a_place_share_a_folded_name(name, expected):
    assert fold(name) == expected


@given(st.text(max_size=30))
def test_a_plain_name_stays_as_it_is(name):
    assert plain(plain(name)) == plain(name)


@pytest.mark.parametrize(
    ("name", "countries", "regions", "found"),
    [
        ("Paris", (), (), "FR"), ("Paris", ("US",), (), "FR"), ("Paris", ("US",), ("US-TX",), "US-TX"),
        ("London", ("CA",), (), "GB"), ("Birmingham", (), (), "GB"), ("Birmingham", (), ("US-AL",), "US-AL"),
        ("München", (), (), "DE"), ("Munich", (), (), "DE"),
    ],
)  # fmt: skip
def test_a_city_is_the_likeliest_of_its_name(name, countries, regions, found):
    place = city(name, countries, regions, only="-" in found)
    assert place is not None
    assert found in {place.country, f"{place.country}-{place.region}"}


@pytest.mark.parametrize("name", ["Nowhere at all", "", "Smallville"])
def test_what_is_no_city(name):
    assert city(name) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Texas", "region:US-TX"), ("Calif.", "region:US-CA"), ("N.Y.", "region:US-NY"), ("Ontario", "region:CA-ON"), ("Bavaria", None)],
)  # fmt: skip
def test_regions(name, expected):
    found = region(name)
    assert (found.id if found else None) == expected


@pytest.mark.parametrize("code", ["US", "RU", "TW", "PS"])
def test_countries_have_a_place_on_the_map(code):
    place = country_place(code)
    assert place.id == f"country:{code}"
    assert place.lat is not None
    assert -90 <= place.lat <= 90


def test_a_country_that_nobody_knows_has_none():
    assert country_place("ZZ")[:3] == ("country:ZZ", "ZZ", "ZZ")
    assert country_place("ZZ").lat is None
