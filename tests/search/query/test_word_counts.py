"""Counts of words are remembered by what the reader may see, and for a while only."""

from search.query.language import Leaf
from search.query.word_counts import WordCounts, sight_of
from tests.search.samples import question


def test_each_sight_has_its_own_counts_and_a_write_ends_them() -> None:
    counts = WordCounts()
    everybody, editor = sight_of(question("oil")), sight_of(question("oil", hidden=True))
    counts.keep(editor, {Leaf("oil"): 3, None: 9})
    assert counts.known(everybody, [Leaf("oil"), None]) == {}
    assert counts.known(editor, [Leaf("oil"), Leaf("gas"), None]) == {Leaf("oil"): 3, None: 9}
    counts.forget()
    assert counts.known(editor, [Leaf("oil")]) == {}


def test_counts_grow_old_and_the_oldest_give_way() -> None:
    late = WordCounts(seconds=-1)
    late.keep("sight", {Leaf("oil"): 3})
    assert late.known("sight", [Leaf("oil")]) == {}
    few = WordCounts(most=2)
    few.keep("sight", {Leaf(word): 1 for word in ("a", "b", "c")})
    assert few.known("sight", [Leaf(word) for word in ("a", "b", "c")]) == {Leaf("b"): 1, Leaf("c"): 1}
