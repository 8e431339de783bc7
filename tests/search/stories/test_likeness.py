"""How like a story others are."""

from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.stories.likeness import HEADLINES, MEANING, READ, Described

WORDS = (
    "zambia",
    "miners",
    "copper",
    "strike",
    "walkout",
    "the",
    "of",
    "said",
    "Moody's",
    "O’Neil",
    "https://a.example",
)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)


def story(headline: str, body: str = "", *meaning: int) -> Described:
    vector = b64encode(bytes(number % 256 for number in meaning)).decode() if meaning else None
    return Described({"headline": headline, "body": body, "meaning": vector})


STRIKE = "Copper miners walk out in Zambia", "Zambia's copper miners walked out on Monday over pay."


def test_a_copy_is_the_likest_and_a_story_of_other_words_is_not_like_at_all() -> None:
    one = story(*STRIKE, 90, -10)
    assert one.like(story(*STRIKE, 90, -10)) == pytest.approx(1 + HEADLINES + MEANING)
    assert one.like(story("Ballet prize awarded", "A dancer won it in Lausanne.")) == 0


def test_rare_words_count_more_than_frequent_ones() -> None:
    one = story("", "Zambia copper miners said the government")
    assert one.like(story("", "Zambia copper miners remembered")) > one.like(
        story("", "The government said so on Monday")
    )


def test_a_story_that_begins_with_the_others_headline_is_more_like_it() -> None:
    text = "Zambia miners strike over copper pay. " + "Ballet dancers won in Lausanne. " * 40
    late = "Ballet dancers won in Lausanne. " * 40 + "Zambia miners strike over copper pay."
    one = story("Zambia miners strike", "Copper pay is low.")
    assert one.like(story("Miners strike", text)) > one.like(story("Miners strike", late))


def test_what_two_stories_mean_counts_either_way() -> None:
    one = story("Zambia miners strike", "", 90, 10)
    assert one.like(story("Pit workers down tools", "", 90, 10)) == MEANING
    assert one.like(story("Pit workers down tools", "", -90, -10)) == -MEANING
    assert one.like(story("Pit workers down tools")) == one.like(story("Pit workers down tools", "", 90)) == 0


def test_what_stands_far_down_a_text_is_not_read() -> None:
    far = " " * READ + "Zambia copper"
    assert story("", far).like(story("", "Zambia copper")) == 0


@given(st.tuples(TEXTS, TEXTS), st.tuples(TEXTS, TEXTS))
@settings(max_examples=50)
def test_likeness_is_the_same_both_ways_and_no_more_than_a_copys(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    one, other = story(*first, 3, 4), story(*second, 4, -3)
    assert one.like(other) == other.like(one)
    assert 0 <= one.like(other) <= 1 + HEADLINES
