"""The query language: what a text is understood as, and how it says where it is wrong."""

import base64
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.query.checking import after_token, parsed
from search.query.language import AllOf, AnyOf, Leaf, Node, Not, parse, wanted
from search.query.request import Limits, Query, QueryError

A, B, C = Leaf("a1"), Leaf("b1"), Leaf("c1")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("", AllOf()),
        (" * ", AllOf()),
        ("a1", A),
        ("a1 b1", AllOf((A, B))),
        ("a1 AND b1", AllOf((A, B))),
        ("a1 OR b1 c1", AnyOf((A, AllOf((B, C))))),
        ("(a1 OR b1) c1", AllOf((AnyOf((A, B)), C))),
        ("a1 -b1", AllOf((A, Not(B)))),
        ("a1 AND NOT b1", AllOf((A, Not(B)))),
        ("NOT (a1 OR b1)", Not(AnyOf((A, B)))),
        ("-(a1 b1)", Not(AllOf((A, B)))),
        ("-source:AP", Not(Leaf("AP", "source"))),
        ('-"a1 b1"', Not(Leaf("a1 b1", exact=True))),
        ("one-China", Leaf("one-China")),
        ('"a1 OR b1"', Leaf("a1 OR b1", exact=True)),
        ('"say \\"no\\""', Leaf('say "no"', exact=True)),
        ("sanction*", Leaf("sanction", prefix=True)),
        ("and or not", AllOf(tuple(Leaf(word, exact=True) for word in ("and", "or", "not")))),
        ("China's", Leaf("China")),
        ("SOURCE:AP", Leaf("AP", "source")),
        ("person:(xi OR putin)", AnyOf((Leaf("xi", "person"), Leaf("putin", "person")))),
        ('person:"Xi Jinping"', Leaf("Xi Jinping", "person", exact=True)),
        ("url:https\\://a", Leaf("https://a", "url")),
        ("10:30", Leaf("10:30")),
        ("a1 — b1", AllOf((A, B))),
        ("a1 OR —", A),
        ("a1 -- b1", AllOf((A, B))),
    ],
)
def test_what_a_text_is_understood_as(text: str, node: Node) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a1 (b1", "at character 4, “(”: this parenthesis is never closed"),
        ("a1 b1)", "at character 6, “)”: this parenthesis was never opened"),
        ('a1 "b1', 'at character 4, “"”: this quotation is never closed'),
        ("a1 OR", "at the end of the query: a word is missing"),
        ("a1 AND OR b1", "at character 8, “OR”: a word is missing before OR"),
        ("()", "at character 2, “)”: a word is missing"),
        ("a1 nofield:b1", "at character 4, “nofield:”: unknown field 'nofield'; use one of headline, body"),
        ("a1 b*", "at character 4, “b*”: write at least 2 letters"),
        ("pu*in", "at character 1, “pu*in”: * works only at the end of a word"),
        ("urgency:high", "at character 9, “high”: urgency takes a whole number"),
        ("guid:-5", "at character 6, “-”: put the minus before the field name"),
        ("a1 \\", "at character 4, “\\”: a backslash"),
        ("a1 source:", "at character 4, “source:”: a value is missing after source:"),
        ("—", "no letters or digits"),
    ],
)
def test_an_error_says_where_and_what(text: str, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert said in str(caught.value)


def test_limits_are_named() -> None:
    limits = Limits(characters=40, words=3, depth=2, prefixes=1)
    for text, said in (("x" * 41, "41 characters, 40 allowed"), ("a b c d", "more than 3 words"), ("(((a)))", "more than 2 deep"),
                       ("NOT NOT NOT a", "more than 2 deep"), ("ab* ac*", "more than 1 words with *")):  # fmt: skip
        with pytest.raises(QueryError, match=said.replace("*", r"\*")):
            parse(text, limits)


def test_only_what_must_match_is_marked() -> None:
    assert list(wanted(parse("a1 -b1 (c1 OR headline:d1) source:AP NOT (e1 f1)"))) == [A, C, Leaf("d1", "headline")]


@given(st.text(max_size=200))
def test_any_text_is_a_tree_or_refused(text: str) -> None:
    try:
        parse(text)
    except QueryError as error:
        assert str(error)  # noqa: PT017 - either is right


@given(st.integers(0, 2**53), st.text(st.characters(codec="utf-8"), max_size=100))
def test_a_page_ends_where_the_next_begins(moment: int, name: str) -> None:
    query = Query(sort="newest", after=after_token("newest", [moment, name]))
    assert parsed(query).position == (moment, name)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(-(2**70), 2**70) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=6,
)


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "arrived"])
@given(position=st.lists(JSON, max_size=4))
@example(position=[10**40, "x"])
@example(position=[1e300, 1, "x"])
@example(position=[1.0, -(2**63) - 1, "x"])
@example(position=[True, True, "x"])
@example(position=[1, "x" * 513])
def test_a_forged_place_to_go_on_from_is_one_that_a_store_takes_or_is_refused(sort: Any, position: list[Any]) -> None:
    token = base64.urlsafe_b64encode(json.dumps([sort, *position]).encode()).decode()
    try:
        found = parsed(Query("x", sort=sort, after=token)).position
    except QueryError:
        return
    assert found is not None
    assert all(not isinstance(value, int) or abs(value) < 2**63 for value in found)
    assert len(str(found[-1]).encode()) <= 512
    assert not any(isinstance(value, bool) or str(value) == "nan" for value in found)


def test_what_is_no_place_at_all_is_refused() -> None:
    for after in (
        "x",
        "=",
        "\ud800",
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        "bnVsbA==",
        "WyJuZXdlc3QiLDFlOTk5LCJ4Il0=",
    ):
        with pytest.raises(QueryError, match="after"):
            parsed(Query(sort="newest", after=after))
