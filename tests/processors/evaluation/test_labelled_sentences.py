import json

import pytest

from processors.evaluation import labelled_sentences
from processors.stance.pairs import Paired


def test_brackets_are_taken_out_and_cut_words_made_whole():
    found = labelled_sentences.unbracket("[Congre]ss blamed [the United State]s.", "Congre", "the United State")
    assert found is not None
    text, p, q = found
    assert text == "Congress blamed the United States."
    assert (text[slice(*p)], text[slice(*q)]) == ("Congress", "the United States")


def test_other_brackets_stay():
    found = labelled_sentences.unbracket("[Xi] said [sic] that [Putin] agreed", "Xi", "Putin")
    assert found is not None
    assert found[0] == "Xi said [sic] that Putin agreed"


def test_two_entities_of_one_name_are_kept_apart():
    found = labelled_sentences.unbracket("[Xi] praised [Xi]", "Xi", "Xi")
    assert found == ("Xi praised Xi", (0, 2), (11, 13))


def test_a_row_without_its_brackets_is_refused():
    assert labelled_sentences.unbracket("Xi praised [Putin]", "Xi", "Putin") is None


def test_spaces_inside_brackets_are_no_part_of_a_name():
    assert labelled_sentences.unbracket("[ Juror]s in [New  York ] met", "Juror", "New York") == (
        " Jurors in New  York  met", (1, 7), (11, 20),
    )  # fmt: skip


def test_targets_of_one_sentence_come_together():
    rows = [
        {"sentence": "Xi met Li.", "mention": "Xi", "from": 0, "to": 2, "polarity": 1},
        {"sentence": "Xi met Li.", "mention": "Li", "polarity": "negative"},
    ]
    assert labelled_sentences.read_targets([*map(json.dumps, rows), ""]) == [
        labelled_sentences.Targeted("Xi met Li.", ((0, 2), (7, 9)), (2, 0))
    ]


@pytest.mark.parametrize(
    "row",
    [
        "no json",
        "[]",
        json.dumps({"sentence": "Xi", "from": 0, "to": 2}),
        json.dumps({"sentence": "Xi", "from": 0, "to": 3, "polarity": 0}),
        json.dumps({"sentence": "Xi", "mention": "Li", "polarity": 0}),
        json.dumps({"sentence": "Xi", "from": 0, "to": 2, "polarity": 7}),
    ],
)
def test_a_bad_target_is_named_by_its_line(row):
    with pytest.raises(labelled_sentences.BadLine, match="line 2: want sentence, mention, from, to and polarity"):
        labelled_sentences.read_targets(["", row])


def test_pairs_keep_the_label_of_a_row_whose_brackets_are_lost():
    lines = ["sentence\tp\tq\tlabel", "[Xi] met [Li]\tXi\tLi\t3", "Xi met [Li]\tXi\tLi\t1", ""]
    assert labelled_sentences.read_pairs(lines) == [Paired("Xi met Li", (0, 2), (7, 9), 3), 1]


@pytest.mark.parametrize("line", ["one field", "[a] [b]\ta\tb\t5", "[a] [b]\ta\tb\tx"])
def test_a_bad_pair_is_named_by_its_line(line):
    with pytest.raises(labelled_sentences.BadLine, match="line 1: want sentence, p, q and a label"):
        labelled_sentences.read_pairs([line])


def test_words_that_are_no_name_are_left_out():
    line = '{"sentence": "Xi met Li", "from": 0, "to": 2, "polarity": %s}'
    assert [each.labels for each in labelled_sentences.read_targets([line % "null", line % "-1"])] == [(0,)]
