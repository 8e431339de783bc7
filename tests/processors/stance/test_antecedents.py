import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.annotations import Entity, Span
from processors.stance.antecedents import FARTHEST, Antecedents

KINDS = {
    "Vladimir Putin": "PERSON", "Putin": "PERSON", "Xi Jinping": "PERSON", "Anna Berg": "PERSON",
    "Russia": "GPE", "China": "GPE", "NATO": "ORG", "Acme": "ORG", "Monday": "DATE",
}  # fmt: skip


def entities_in(text):
    found: list[Entity] = []
    for name, kind in KINDS.items():
        at = text.find(name)
        if at >= 0 and not any(at < m.end and m.start < at + len(name) for each in found for m in each.mentions):
            found.append(Entity(name, name, kind, (Span(at, at + len(name), name),), 1, 0.5))
    return found


def meant(text, phrase):
    """The names that the last ``phrase`` in the text means."""
    start = text.rindex(phrase)
    found = Antecedents(text, entities_in(text)).of(Span(start, start + len(phrase), phrase))
    return None if found is None else [entity.name for entity in found]


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("Vladimir Putin spoke. He left.", "He", ["Vladimir Putin"]),
        ("Vladimir Putin met Anna Berg. She left.", "She", ["Vladimir Putin"]),  # the first: subjects come first
        ("Russia voted. He left.", "He", []),  # a country is no he
        ("NATO said it agreed.", "it", ["NATO"]),
        ("NATO met. It rained.", "It", []),  # "it" means nobody of another sentence
        ('Xi Jinping spoke. Anna Berg said: "He lied."', "He", ["Xi Jinping"]),  # the speaker is not "he" in her words
        ('Anna Berg spoke. "We met Xi Jinping," she said. He left.', "He", ["Anna Berg"]),
        ("Vladimir Putin and Xi Jinping met. They ate.", "They", ["Vladimir Putin", "Xi Jinping"]),
        ("Russia and China met. They agreed.", "They", ["Russia", "China"]),
        ("Vladimir Putin spoke. They ate.", "They", []),
        ("Vladimir Putin and Xi Jinping met. The two leaders ate.", "two leaders", ["Vladimir Putin", "Xi Jinping"]),
        ("Russia and China met. Both countries agreed.", "Both countries", ["Russia", "China"]),
        (
            "Vladimir Putin told Xi Jinping so. Both presidents ate.",
            "Both presidents",
            ["Vladimir Putin", "Xi Jinping"],
        ),
        ("Vladimir Putin spoke.", "Putin", None),  # a name is no pronoun
        ("The deal fell.", "deal", None),
    ],
)
def test_whom_a_pronoun_or_description_means(text, phrase, expected):
    assert meant(text, phrase) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vladimir Putin spoke. He left.", False),
        ("Vladimir Putin met Anna Berg. He left.", True),
        ("Anna Berg spoke. Vladimir Putin left. He ate.", False),  # only the nearest sentence that names somebody
        ("Putin left. Putin and Acme slept. He ate.", False),
    ],
)
def test_whether_others_could_be_meant(text, expected):
    start = text.rindex("He")
    assert Antecedents(text, entities_in(text)).have_rivals(Span(start, start + 2, "He")) is expected


def test_too_far_back_is_nobody():
    near, far = (f"Xi Jinping spoke. {'It rained. ' * n}He left." for n in (FARTHEST - 2, FARTHEST + 5))
    assert meant(near, "He left"[:2]) == ["Xi Jinping"]
    assert meant(f"It is May. {far}", "He") == []


@given(
    st.lists(
        st.sampled_from([*KINDS, "he", "They", "both", "and", ".", "said", '"', "two leaders", "\n\n"]), max_size=14
    )
)
def test_only_entities_of_the_text_are_meant(words):
    text = " ".join(words)
    entities = entities_in(text)
    antecedents, at = Antecedents(text, entities), 0
    for word in words:
        found = antecedents.of(Span(at, at + len(word), word))
        assert found is None or all(each in entities for each in found)
        at += len(word) + 1
