import pytest

from processors.evaluation import seesaw
from processors.evaluation.labelled_sentences import BadLine


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Xi Jinping", "Xi Jinping met xi jinping", ["Xi Jinping", "xi jinping"]),
        ("Democratic Party", "Democrats voted", ["Democrats"]),
        ("Xi Jinping", "Then Jinping left", ["Jinping"]),  # of a person the last word
        ("Xi Jinping", "It rained", []),
        ("", "", []),
    ],
)
def test_where_a_name_stands(name, text, expected):
    found = [text[slice(*each)] for each in seesaw.mentions(name, text)]
    assert [each for each in found if each] == expected


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"article": {"text": 1}}'])
def test_a_line_that_cannot_be_read_is_named(line):
    with pytest.raises(BadLine, match="line 1"):
        seesaw.read([line])
