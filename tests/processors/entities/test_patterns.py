import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.entities.patterns import mentions


def found(text):
    return {(text[m.start : m.end], m.type) for m in mentions(text)}


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("rose 3.5 percent in May", "3.5 percent", "PERCENT"), ("fell 12 pct", "12 pct", "PERCENT"),
        ("paid $1.5 billion for it", "$1.5 billion", "MONEY"), ("worth 20 mln dlrs", "20 mln dlrs", "MONEY"),
        ("€300 in cash", "€300", "MONEY"), ("ran 10 miles", "10 miles", "QUANTITY"),
        ("under the Clean Air Act of 1970", "Clean Air Act of 1970", "LAW"), ("the Fourth Amendment", "Fourth Amendment", "LAW"),
        ("after the Cold War ended", "Cold War", "EVENT"), ("when Hurricane Katrina hit", "Hurricane Katrina", "EVENT"),
        ("at Heathrow Airport", "Heathrow Airport", "FAC"), ("a Boeing 737 landed", "Boeing 737", "PRODUCT"),
        ("her novel “The Long Winter” sold", "The Long Winter", "WORK_OF_ART"),
    ],
)  # fmt: skip
def test_what_a_pattern_tells(text, name, kind):
    assert (name, kind) in found(text)


@pytest.mark.parametrize("text", ["", "They won 3 times.", "He said “We Won” twice.", "An act of war", "in 1970"])
def test_what_is_none(text):
    assert found(text) == set()


@given(st.text(alphabet='$5. %AaWar“”"Act', max_size=80))
def test_mentions_lie_within_the_text(text):
    assert all(0 <= m.start < m.end <= len(text) for m in mentions(text))
