"""Phrases that the reader of roles cut short, made whole; `[…]` marks what it read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.stance.phrases import whole, with_complement, with_group, with_noun


def marked(text):
    """The text without its brackets, and the place between them."""
    start, end = text.index("["), text.index("]") - 1
    return text.replace("[", "").replace("]", ""), (start, end)


def names(text, *some):
    return [(text.index(name), text.index(name) + len(name)) for name in some]


@pytest.mark.parametrize(
    ("said", "named", "meant"),
    [
        ("It backs a 500 mln [dlr bridge loan to Argentina].", (), "500 mln dlr bridge loan to Argentina"),
        ("He proposed a $[2.2 trillion plan] today.", (), "$2.2 trillion plan"),
        ("It called for an [emergency meeting of the U].N. Security Council.", (), "emergency meeting of the U.N."),
        ("angry over United [Nations sanctions] now", ("United Nations",), "United Nations sanctions"),
        ('against Arizona\'s "[papers], please" law', (), "papers"),
        ('against [Arizona\'s "papers], please" law', (), 'Arizona\'s "papers, please"'),
        ('the creation of "[safe zones" in Syria] now', (), '"safe zones" in Syria'),
        ("condemned the [media’s “rush to judgment]” today", (), "media’s “rush to judgment”"),
        ("opposes a half-a-[billion-dollar effort] there", (), "half-a-billion-dollar effort"),
        ("at an anti-[Trump] protest", (), "Trump"),
        ("and [41]% of voters", (), "41%"),
        ("against [Trump’s] plan", (), "Trump’s"),
        ("a [GOP] strategist said", ("GOP",), "GOP strategist"),
        ("asked [Trump] campaign officials", ("Trump",), "Trump campaign"),
        ("said [Putin] led", ("Putin",), "Putin"),
        ("advance the [proposal that the United States] should seal", ("United States",), "proposal"),
        ("rejects the [notion that masks help] now", (), "notion that masks help"),
    ],
)
def test_words_names_sums_and_quotations_are_not_cut(said, named, meant):
    text, place = marked(said)
    start, end = whole(text, place, names(text, *named))
    assert text[start:end] == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("NSA’s [tracking] of millions of telephone records is fine", "tracking of millions of telephone records"),
        ("the [victims] of a terror attack against a newspaper", "victims of a terror attack"),
        (
            "denounced the [US policy] of interfering in their affairs, he said",
            "US policy of interfering in their affairs",
        ),
        ("accused [Democrats] of rushing a bill", "Democrats"),
        ('accused the [administration] of "sabotage" again', "administration"),
        ("the [evacuation] of more than a million", "evacuation"),
        ("a [plan] to close the base in Cuba", "plan to close the base"),
        ("a [ban] on assault weapons", "ban on assault weapons"),
        ("told [lawmakers] to vote", "lawmakers"),
        ("the [war] on drugs, he said", "war on drugs"),
        ("the [travel ban] on them", "travel ban"),
        ("the [ambassador] of the U.S. said", "ambassador of the U.S."),
    ],
)
def test_of_says_which(said, meant):
    text, place = marked(said)
    start, end = with_complement(text, place)
    assert text[start:end] == meant


@given(
    st.text('ab "“”.-$1of', max_size=60), st.integers(0, 60), st.integers(1, 60), st.integers(0, 60), st.integers(1, 20)
)
def test_a_phrase_only_grows_and_stays_in_its_text(text, start, length, first, long):
    place = (min(start, len(text)), min(start + length, len(text)))
    named = (min(first, len(text)), min(first + long, len(text)))
    for made in (whole(text, place, [named]), with_complement(text, place)):
        assert 0 <= made[0] <= place[0] <= place[1] <= made[1] <= len(text)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a [majority] of Americans say", "majority of Americans"),
        ("[Ten] of the largest oil companies have said", "Ten of the largest oil companies"),
        ("the [president] of Egypt said", "president"),
        ("[many] said so", "many"),
    ],
)
def test_a_part_is_named_with_its_whole(said, meant):
    text, place = marked(said)
    assert text[slice(*with_group(text, place))] == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("criticized [Russian] aggression in Ukraine", "Russian aggression"),
        ("restrictions for [South Korean] goods to help", "South Korean goods"),
        ("praised [Republican] state lawmakers, he said", "Republican state lawmakers"),
        ("criticized the [French] last week", "French"),
        ("told [Democrats] there", "Democrats"),
        ("met the [Dutch] and left", "Dutch"),
        ("attacked the [Saudi] on Monday", "Saudi"),
        ("attacked the [Saudi]", "Saudi"),
    ],
)
def test_a_nationality_goes_with_what_it_describes(said, meant):
    text, place = marked(said)
    start, end = with_noun(text, place)
    assert text[start:end] == meant


def test_what_somebody_does_is_no_part_of_him():
    text, place = marked("[French] bankers propose a facility")
    assert text[slice(*with_noun(text, place, text.index("propose")))] == "French bankers"
    text, place = marked("[French] propose a facility")
    assert text[slice(*with_noun(text, place, text.index("propose")))] == "French"
