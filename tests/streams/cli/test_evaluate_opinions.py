import json

import pytest
from click.testing import CliRunner

from streams.cli.evaluate import evaluate

TARGETS = [
    ("Everyone praised Anna Berg for her brave and brilliant work.", "Anna Berg", 1),
    ("Police say Carl Voss is a corrupt and cruel liar.", "Carl Voss", -1),
    ("The committee meets in Oslo on Tuesday.", "Oslo", 0),
]
PAIRS = [
    "[Berlin] sharply condemned [Moscow] over the attack.\tBerlin\tMoscow\t3",
    "[Moscow] was sharply condemned by [Berlin].\tMoscow\tBerlin\t4",
    "[Biden] pledged support for [Ukraine].\tBiden\tUkraine\t1",
    "[Oslo] is colder than [Rome] in winter.\tOslo\tRome\t0",
]
ARTICLE = {
    "doc": "1",
    "article": {
        "title": "A row",
        "text": [
            {"id": 0, "text": "Berlin sharply condemned Moscow over the attack."},
            {"id": 1, "text": "Biden warmly praised Zelensky as a brave and brilliant leader."},
        ],
    },
    "annotation": {
        "sentence-level stances": {
            "0": [{"subject": "Berlin", "object": "Moscow", "sentiment": "NEG"}],
            "1": [{"subject": "Biden", "object": "Zelensky", "sentiment": "POS"}],
        }
    },
}


def run(*arguments):
    return CliRunner().invoke(evaluate, [str(each) for each in arguments])


@pytest.fixture
def targets(tmp_path):
    file = tmp_path / "targets.jsonl"
    rows = [
        {"sentence": text, "mention": name, "from": text.index(name), "to": text.index(name) + len(name), "polarity": p}
        for text, name, p in TARGETS
    ]
    file.write_text("\n".join(map(json.dumps, rows)))
    return file


@pytest.fixture
def pairs(tmp_path):
    file = tmp_path / "pairs.tsv"
    file.write_text("\n".join(PAIRS))
    return file


@pytest.fixture
def articles(tmp_path):
    file = tmp_path / "articles.jsonl"
    file.write_text(json.dumps(ARTICLE))
    return file


def test_plain_sentiment_is_told_right_and_stands_beside_vader(targets):
    found = json.loads(run("sentiment", targets, "--json").stdout)
    assert (found["macro_f1"], found["micro_f1"], found["examples"]) == (100, 100, 3)
    assert found["by_class"]["negative"]["support"] == 1
    assert found["sentences_per_second"] > 0
    assert set(found["beside"]) == {"vader_macro_f1", "vader_micro_f1"}


def test_plain_stances_are_told_right_in_both_directions(pairs):
    found = json.loads(run("stance", pairs, "--json").stdout)
    assert (found["macro_f1"], found["micro_f1"], found["examples"]) == (100, 100, 8)
    assert found["by_class"]["none"]["support"] == 5
    assert found["beside"]["majority_micro_f1"] == pytest.approx(62.5)


def test_the_polarity_of_an_articles_stances(articles):
    found = json.loads(run("stance", articles, "--json").stdout)
    assert (found["macro_f1"], found["examples"]) == (100, 2)
    assert found["by_article"] == {"macro_f1": 100, "micro_f1": 100, "pairs": 2}


def test_a_table_for_people(targets):
    shown = run("sentiment", targets).stdout
    assert "macro-F1" in shown
    assert "100.0" in shown


@pytest.mark.parametrize(
    ("command", "name", "content", "said"),
    [
        ("sentiment", "a.jsonl", '{"sentence": "Xi"}', "line 1: want sentence, mention, from, to and polarity"),
        ("sentiment", "a.jsonl", "\n", "it is empty"),
        ("stance", "a.tsv", "Xi\tXi", "line 1: want sentence, p, q and a label"),
        ("stance", "a.jsonl", "{}", "line 1: want article.text"),
        ("stance", "a.jsonl", json.dumps({**ARTICLE, "annotation": {"sentence-level stances": {}}}), "no stance"),
        ("stance", "a.jsonl", json.dumps(ARTICLE).replace('"0": [', '"7": ['), "names sentence 7"),
        ("stance", "a.tsv", "\xff", "codec"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path, command, name, content, said):
    file = tmp_path / name
    file.write_bytes(content.encode("latin-1"))
    done = run(command, file)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.replace("│", "").split())
