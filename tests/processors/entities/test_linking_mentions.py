"""Two hundred mentions judged by hand: is each linked to whom or what it means, given its sentence alone?"""

from pathlib import Path

import pytest

from processors.entities import finding

ROWS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "linking.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
WANTED = 0.9


@pytest.fixture(scope="module")
def linked():
    texts = sorted({sentence for _, sentence, _ in ROWS})
    return dict(zip(texts, finding.load().annotate(texts), strict=True))


def identity(mention, sentence, found):
    """The id of the entity that has a mention at the first place where the sentence says so; "" for none."""
    start = sentence.index(mention)
    end = start + len(mention)
    return next((e.id for e in found for m in e.mentions if m.start < end and start < m.end), "")


def test_nine_of_ten_mentions_are_linked_right(linked):
    assert len(ROWS) == 200
    wrong = [(m, wanted, found) for m, s, wanted in ROWS if (found := identity(m, s, linked[s])) != wanted]
    assert len(wrong) <= (1 - WANTED) * len(ROWS), wrong
