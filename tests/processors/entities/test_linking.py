import pytest

from processors.entities.linking import EntityDraft, Linker
from processors.vocabulary import places
from processors.vocabulary.aliases import Aliases, KnownEntity
from processors.vocabulary.names import Mention

places.prepare()
KNOWN = Aliases(
    [
        KnownEntity("Anna Berg", "PERSON", ("Berg",), "person:the-berg", "NO"),
        KnownEntity("US Congress", "ORG", ("Congress",), "org:us-congress", "US", local=True),
    ]
)


def draft(text, name, kind, code=None, how=None):
    start = text.index(name)
    return EntityDraft(name, kind, (Mention(start, start + len(name), kind),), code, how)


def ids(text, *drafts):
    made = [draft(text, *each) for each in drafts]
    found = [each.id for each in Linker(text, made, KNOWN).entities()]
    assert found == [each.id for each in Linker(text, reversed(made), KNOWN).entities()]  # order does not matter
    return found


@pytest.mark.parametrize(
    ("text", "drafts", "expected"),
    [
        ("Berg spoke", [("Berg", "PERSON")], ["person:the-berg"]),
        # a surname alone is no known person's where the text has another of that name
        ("Ole Berg spoke to Berg,", [("Ole Berg", "PERSON")], ["person:ole-berg"]),
        ("Ann J. Lee and Ann Lee", [("Ann J. Lee", "PERSON")], ["person:ann-lee"]),
        ("Congress met", [("Congress", "ORG")], ["org:us-congress"]),
        ("India's Congress met", [("India", "GPE", "IN", "name"), ("Congress", "ORG")], ["country:IN", "org:congress"]),
        ("the Russians", [("Russians", "NORP", "RU", "demonym")], ["nationality:RU"]),
        ("in Paris, Texas, he", [("Paris", "GPE")], ["city:4717560"]),
        ("in New York state", [("New York", "GPE")], ["region:US-NY"]),
        ("in New York on Monday", [("New York", "GPE")], ["city:5128581"]),
        ("on the North Sea", [("North Sea", "GPE")], ["place:north-sea"]),
    ],
)
def test_who_or_what_a_draft_is(text, drafts, expected):
    assert ids(text, *drafts) == expected


def test_drafts_of_one_identity_are_one_entity():
    text = "Anna Berg, or Berg"
    drafts = [draft(text, "Anna Berg", "PERSON"), EntityDraft("Berg", "PERSON", (Mention(14, 18, "PERSON"),))]
    (found,) = Linker(text, drafts, KNOWN).entities()
    assert (found.name, found.count, [m.text for m in found.mentions]) == ("Anna Berg", 2, ["Anna Berg", "Berg"])


@pytest.mark.parametrize(("text", "refers"), [("Moscow said no", "country:RU"), ("in Moscow", None)])
def test_a_capital_refers_to_its_country_where_it_acts(text, refers):
    (found,) = Linker(text, [draft(text, "Moscow", "GPE", "RU", "seat")], KNOWN).entities()
    assert (found.country, found.refers_to) == ("RU", refers)
