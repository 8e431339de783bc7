"""Which of a story's words find others like it; how stores count them is in the stores' contract."""

from search.query.language import Leaf
from search.query.ranking import COUNTED, LIKEST, SHARE, few_have

EACH = ("heaviest", "second", "third", "lightest")


def kept(*counts: int) -> list[str]:
    """The words that take part, by how many stories have each, the heaviest first."""
    having = {Leaf(word, exact=True): number for word, number in zip(EACH, counts, strict=False)}
    return [
        leaf.text for leaf, _ in few_have([(leaf, 1) for leaf in having], lambda leaf, most: min(having[leaf], most))
    ]


def test_heavier_words_take_what_stories_there_are_but_for_very_rare_ones() -> None:
    assert kept(LIKEST - 30, 40, 20, 30) == ["heaviest", "third"]
    assert kept(LIKEST, LIKEST, LIKEST // SHARE, LIKEST // SHARE + 1) == ["heaviest", "third"]
    assert kept(LIKEST + 1, 2, 0, 1) == ["second", "third", "lightest"]


def test_where_the_others_find_nothing_else_the_rarest_of_the_common_words_takes_part() -> None:
    many = COUNTED * LIKEST
    assert kept(900, 620, 620, 700) == ["second"]
    assert kept(many, many + 5, many + 1, many) == ["heaviest"]
    assert kept(many, 1, 0, many - 1) == ["second", "third", "lightest"]
