import pytest

from processors.entities.metonymy import acts
from processors.vocabulary.names import Mention


def acting(text, name="Moscow"):
    start = text.index(name)
    return acts(text, [Mention(start, start + len(name), "GPE")])


@pytest.mark.parametrize(
    "text",
    [
        "Moscow said it would respond.", "Moscow has denied it.", "Moscow's policy failed.", "sanctions on Moscow grew",
        "ties with Moscow cooled", "Moscow and Beijing agreed on trade.", "Moscow will not retaliate.",
        "Washington accused Moscow of lying.",
    ],
)  # fmt: skip
def test_a_capital_named_as_its_government(text):
    assert acting(text)


@pytest.mark.parametrize(
    "text",
    ["He lives in Moscow.", "Moscow residents slept.", "He flew to Moscow.", "snow in Moscow said to fall", "Moscow", "the city of Moscow said"],
)  # fmt: skip
def test_a_capital_named_as_a_place(text):
    assert not acting(text)


def test_one_mention_that_acts_is_enough():
    text = "He lives in Moscow. Moscow said no."
    places = [Mention(12, 18, "GPE"), Mention(20, 26, "GPE")]
    assert acts(text, places)
    assert not acts(text, places[:1])
    assert not acts(text, [])
