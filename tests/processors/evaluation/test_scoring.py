import math

import pytest

from processors.evaluation import scoring as score


def test_spans_are_read_off_bio_tags():
    tags = ["B-Person", "I-Person", "O", "I-Location", "B-Location", "I-Person"]
    assert score.bio_spans(tags) == [
        (0, 2, "Person"),
        (3, 4, "Location"),
        (4, 5, "Location"),
        (5, 6, "Person"),
    ]


def test_character_spans_become_token_spans():
    tokens = ["the", "U.S.", "and", "Mr", "Xi"]
    assert score.token_spans(tokens, [(0, 8, "Location"), (13, 18, "Person")]) == [
        (0, 2, "Location"),
        (3, 5, "Person"),
    ]


def test_a_span_of_spaces_alone_is_no_token_span():
    assert score.token_spans(["a", "b"], [(1, 2, "Person")]) == []


def test_leading_articles_do_not_count():
    tokens = ["The", "United", "Nations"]
    overall, by_type = score.entity_f1(
        [(tokens, [(1, 3, "Organization")], [(0, 3, "Organization")])], ["Organization", "Person"]
    )
    assert overall["f1"] == 100
    assert by_type["Person"] == {"precision": 0, "recall": 0, "f1": 0, "support": 0}


def test_types_that_are_not_asked_for_count_neither_way():
    overall, _ = score.entity_f1([(["Monday", "Oslo"], [(0, 1, "Date")], [(1, 2, "Location")])], ["Location"])
    assert overall["precision"] == 0
    assert overall["support"] == 0


def test_macro_and_micro_f1():
    macro, micro, by_class = score.class_f1(["a", "a", "b", "b"], ["a", "b", "b", "b"], ["a", "b"])
    assert micro == 75
    assert by_class["a"]["f1"] == pytest.approx(200 / 3)
    assert macro == pytest.approx((200 / 3 + 80) / 2)


def test_a_pair_counts_once_in_each_direction():
    _, micro, by_class = score.stance_f1([1, 4, 0], [1, 3, 0])
    assert by_class["favor"]["f1"] == 100
    assert by_class["against"]["f1"] == 0
    assert by_class["none"]["support"] == 4
    assert micro == pytest.approx(100 * 4 / 6)


def test_pearson():
    assert score.pearson([1, 2, 3], [2, 4, 6]) == pytest.approx(1)
    assert score.pearson([1, 2, 3], [1, 1, 1]) == 0
    assert math.isclose(score.pearson([1, 2, 3], [3, 2, 1]), -1)
