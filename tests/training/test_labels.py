"""What was labelled here points into articles that may be learned from."""

import json

import pytest

from training import agreement, corpora, sureness

pytestmark = pytest.mark.corpus


@pytest.fixture
def root():
    return corpora.folder()


@pytest.mark.parametrize("name", ["agreement.jsonl", "mentions.jsonl", "tones.jsonl"])
def test_no_labelled_article_is_one_to_be_scored(root, name):
    rows = map(json.loads, (corpora.LABELS / name).read_text(encoding="utf-8").splitlines())
    assert not {row["source"] for row in rows} & corpora.kept_apart(root)


@pytest.mark.servers
@pytest.mark.parametrize(("name", "least"), [("mentions.jsonl", 2600), ("tones.jsonl", 2200)])
def test_mentions_are_words_of_their_sentences(root, name, least):
    found = corpora.own_mentions(corpora.LABELS / name, root / "articles")
    assert sum(len(each.targets) for each in found) > least
    for each in found:
        assert all(each.text[start:end].strip() == each.text[start:end] != "" for start, end in each.targets)


@pytest.mark.servers
def test_judged_rows_lie_in_their_sentences(root):
    rows = list(agreement.judged(agreement.ROWS, root / "articles"))
    assert len(rows) > 5000
    for row in rows:
        for start, end in (row.holder, row.target):
            assert 0 <= start < end <= len(row.sentence)


def test_no_tone_that_sets_the_least_chance_is_of_an_article_whose_tones_were_learned(root):
    files = (root / "sentiment/mentions.train.jsonl", corpora.LABELS / "mentions.jsonl")
    learned, held = (
        {json.loads(line)["source"] for path in paths for line in path.read_text(encoding="utf-8").splitlines()}
        for paths in (files, [sureness.ROWS])
    )
    assert held
    assert not learned & held
