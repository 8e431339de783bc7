import pytest

from streams.kafka.owners import _Member, share_out


def given(**members: tuple[str, str]) -> dict[str, list[str]]:
    """Members by what they know and what they held, one letter for each feed."""
    return share_out({name: _Member(list(knows), list(held)) for name, (knows, held) in members.items()})


def test_each_feed_has_one_owner_and_everybody_a_fair_share() -> None:
    assert given(one=("abcd", ""), two=("abcd", "")) == {"one": ["a", "c"], "two": ["b", "d"]}
    assert given(one=("a", ""), two=("a", "")) == {"one": ["a"], "two": []}


def test_a_feed_stays_where_it_is() -> None:
    assert given(one=("abcd", ""), two=("abcd", "ac")) == {"two": ["a", "c"], "one": ["b", "d"]}


def test_a_newcomer_gets_its_share_and_no_more_moves_than_that() -> None:
    assert given(one=("abcd", "abcd"), two=("abcd", "")) == {"one": ["a", "b"], "two": ["c", "d"]}


def test_a_feed_goes_only_to_those_that_know_it() -> None:
    assert given(one=("ab", ""), two=("c", ""), three=("", "")) == {"one": ["a", "b"], "two": ["c"], "three": []}
    assert given(one=("a", "a"), two=("b", "a")) == {"one": ["a"], "two": ["b"]}


@pytest.mark.parametrize("members", [{}, {"one": _Member()}])
def test_nothing_to_share_out(members) -> None:
    assert share_out(members) == {name: [] for name in members}
