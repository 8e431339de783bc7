import os

import pytest

from processors.entities.merging import Mention, merge
from processors.vocabulary import aliases, places
from processors.vocabulary.aliases import AliasBook, BadAliasesError, shipped

places.prepare()
ENTRY = '[[entity]]\nname = "Anna Berg"\ntype = "PERSON"\naliases = ["Berg"]\n'


def linked(text, *names, book=None):
    mentions = [Mention(text.index(name), text.index(name) + len(name), kind) for name, kind in names]
    return {entity.id: entity for entity in merge(text, mentions, (book or shipped()).current())}


def test_a_known_surname_is_its_bearer_unless_the_text_has_another():
    assert linked("Trump spoke.", ("Trump", "PERSON")).keys() == {"person:donald-trump"}
    assert linked("Trump spoke.", ("Trump", "ORG")).keys() == {"person:donald-trump"}
    assert "person:donald-trump" not in linked("Melania Trump spoke.", ("Melania Trump", "PERSON"))
    three = linked("Donald Trump, Melania Trump; then Trump.", ("Donald Trump", "PERSON"), ("Melania Trump", "PERSON"))
    assert three.keys() == {"person:donald-trump", "person:melania-trump"}


def test_names_of_one_body_are_one_and_common_ones_need_their_country():
    assert linked("Nato and NATO", ("Nato", "ORG"), ("NATO", "ORG")).keys() == {"org:nato"}
    assert "org:us-supreme-court" in linked("The Supreme Court", ("Supreme Court", "ORG"))
    assert "org:us-supreme-court" not in linked("India's Supreme Court", ("India", "GPE"), ("Supreme Court", "ORG"))


def test_places_have_coordinates_and_the_text_decides_between_namesakes():
    (paris,) = linked("in Paris", ("Paris", "GPE")).values()
    assert (paris.id, paris.country, round(paris.lat), round(paris.lon)) == ("city:2988507", "FR", 49, 2)
    assert "city:4049979" in linked("in Birmingham, Ala., he", ("Birmingham", "GPE"))
    assert "city:2655603" in linked("in Birmingham he", ("Birmingham", "GPE"))
    assert "region:US-NY" in linked("in New York state", ("New York", "GPE"))
    assert linked("Syria-Iraq border", ("Syria-Iraq", "GPE")).keys() == {"country:SY", "country:IQ"}


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Moscow said it would respond.", "Moscow", "country:RU"), ("He flew to Moscow.", "Moscow", None),
        ("sanctions on Tehran", "Tehran", "country:IR"), ("Residents of Tehran slept.", "Tehran", None),
        ("Beijing's policy", "Beijing", "country:CN"), ("in Beijing on Monday", "Beijing", None),
        ("Washington and Beijing agreed on trade.", "Washington", "country:US"), ("the Kremlin", "Kremlin", "country:RU"),
    ],
)  # fmt: skip
def test_a_capital_that_acts_refers_to_its_country(text, name, expected):
    (entity,) = linked(text, (name, "GPE")).values()
    assert entity.refers_to == expected


def test_a_file_of_names_is_read_again_when_it_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(aliases, "LOOK_EVERY", 0.0)
    file = tmp_path / "names.toml"
    file.write_text(ENTRY)
    book = AliasBook(file)
    assert linked("Berg spoke.", ("Berg", "PERSON"), book=book).keys() == {"person:anna-berg"}
    before = book.current().version
    file.write_text(ENTRY.replace("Anna", "Karl"))
    os.utime(file, ns=(1, 1))
    assert linked("Berg spoke.", ("Berg", "PERSON"), book=book).keys() == {"person:karl-berg"}
    assert book.current().version != before
    file.write_text("[[entity]]\nname = 1")  # wrong, or gone: what was known stays known
    assert linked("Berg spoke.", ("Berg", "PERSON"), book=book).keys() == {"person:karl-berg"}
    file.unlink()
    assert linked("Berg spoke.", ("Berg", "PERSON"), book=book).keys() == {"person:karl-berg"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[[entity", "names.toml"), (ENTRY.replace("PERSON", "HUMAN"), "entity 1 .Anna Berg.: type 'HUMAN' is none of"),
        (ENTRY + 'nick = "x"\n', "nick"), (ENTRY + "lat = 3.0\n", "lat and lon go together"),
        (ENTRY + 'country = "Norway"\n', "no ISO 3166-1"), (ENTRY.replace('"Berg"', '" "'), "a name is empty"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_named(tmp_path, text, what):
    file = tmp_path / "names.toml"
    file.write_text(text)
    with pytest.raises(BadAliasesError, match=what):
        AliasBook(file)
    with pytest.raises(BadAliasesError, match=r"absent\.toml"):
        AliasBook(tmp_path / "absent.toml")
