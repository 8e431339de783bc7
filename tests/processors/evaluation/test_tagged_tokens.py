import pytest

from processors.annotations import Entity, Model, Span
from processors.evaluation import labelled_sentences, tagged_tokens

FILE = """\
President\tO
Xi\tB-Person
’\tO
s\tO
trip\tO
to\tO
the\tB-Location
U\tI-Location
.\tI-Location
S\tI-Location
.\tI-Location

Al\tB-PER
-\tI-PER
Qahtani\tI-PER
(\tO
ACME\tB-ORG
)\tO
did\tO
n't\tO
pay\tO
$\tB-Money
5\tI-Money
.\tO
"""


class Fixed:
    """Finds given words, each as given."""

    model = Model("fixed", "1")

    def __init__(self, **words):
        self.words = words

    def annotate(self, texts):
        return [tuple(self.entities(text)) for text in texts]

    def entities(self, text):
        for word, kind in self.words.items():
            if (at := text.find(word)) >= 0:
                yield Entity(word, word, kind, (Span(at, at + len(word), word),), 1, 0.0)


def test_tokens_become_text_as_it_is_printed():
    texts = [tagged_tokens.printed(sentence.tokens)[0] for sentence in tagged_tokens.read(FILE.splitlines())]
    assert texts == ["President Xi’s trip to the U.S.", "Al-Qahtani (ACME) didn't pay $5."]


def test_every_token_begins_where_it_is_said_to():
    for sentence in tagged_tokens.read(FILE.splitlines()):
        text, starts = tagged_tokens.printed(sentence.tokens)
        for token, start in zip(sentence.tokens, starts, strict=True):
            assert text[start : start + len(token)] == token


def test_scores_count_exact_spans_with_gpe_as_location_and_articles_aside():
    annotator = Fixed(**{"Xi": "PERSON", "U.S.": "GPE", "Al-Qahtani": "PERSON", "didn": "ORG", "$5": "MONEY"})
    scores = tagged_tokens.score(annotator, tagged_tokens.read(FILE.splitlines()))
    # Four names are wanted and four found, three of them the same; with the sum of money four of five.
    assert scores["f1"] == pytest.approx(75)
    assert scores["f1_all_types"] == pytest.approx(80)
    assert {kind: each["f1"] for kind, each in scores["by_type"].items()} == {
        "LOC": 100,
        "MONEY": 100,
        "ORG": 0,
        "PERSON": 100,
    }
    assert scores["words"] == 23
    assert scores["words_per_second"] > 0


@pytest.mark.parametrize("line", ["Xi B-Person", "Xi\tPerson", "Xi\tB-", "\tO", "Xi\t"])
def test_a_wrong_line_is_named(line):
    with pytest.raises(labelled_sentences.BadLine, match="line 3: want a token, a tab"):
        tagged_tokens.read(["Oil\tO", "", line])


def test_names_may_be_given_as_characters_of_a_sentence_with_gpe_and_loc_apart():
    line = (
        '{"sentence": "Xi left the U.S. by the Nile.", "names": [[0, 2, "PERSON"], [12, 16, "GPE"], [24, 28, "LOC"]]}'
    )
    (sentence,) = tagged_tokens.read_json([line])
    assert sentence.spans == ((0, 1, "PERSON"), (3, 7, "GPE"), (9, 10, "LOC"))
    scores = tagged_tokens.score(Fixed(**{"Xi": "PERSON", "U.S.": "GPE", "Nile": "GPE"}), [sentence])
    assert scores["by_type"]["GPE"]["recall"] == 100
    assert scores["by_type"]["LOC"]["recall"] == 0
    with pytest.raises(labelled_sentences.BadLine, match="line 2"):
        tagged_tokens.read_json([line, '{"sentence": "Xi"}'])
