"""The tables of places are those that the packages they are made from give now."""

import gzip

from processors.vocabulary.places import CITIES, REGIONS
from training.places import cities, is_alternate, regions, table


def test_the_tables_are_up_to_date() -> None:
    known = cities()
    assert gzip.decompress(CITIES.read_bytes()) == table(known), "python -m training.places makes it again"
    assert REGIONS.read_bytes() == table(regions(known)), "python -m training.places makes it again"


def test_codes_and_other_scripts_are_no_names() -> None:
    assert [name for name in ("Londres", "LON", "london", "Лондон", "Łondyn") if is_alternate(name)] == [
        "Londres",
        "Łondyn",
    ]
