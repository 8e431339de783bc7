import pytest

from training import corpora


def test_tags_become_character_spans():
    example = corpora.tagged([("Xi", "B-Person"), ("of", "O"), ("China", "B-Location")], {"Person": "Person"})
    assert example.text == "Xi of China"
    assert example.spans == ((0, 2, "Person"),)


@pytest.mark.corpus
def test_the_corpora_can_be_read():
    root = corpora.folder()
    assert len(corpora.stance_pairs(root / "stance/dse.dev.tsv")) > 1360
    assert sum(len(e.targets) for e in corpora.news_sentiment(root / "sentiment/newsmtsc.dev_rw.jsonl")) == 343
    examples = corpora.entities(root / "ner/worldwide.dev.tsv")
    assert all(e.text[s:t].strip() == e.text[s:t] for e in examples for s, t, _ in e.spans)
