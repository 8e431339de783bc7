"""The two ways to entities, with what finds mentions faked: here it is shown what becomes of the mentions."""

from types import SimpleNamespace
from typing import Any

import pytest

from processors.annotations import Model
from processors.encoder.encoder import TaggedSpan
from processors.encoder.reading import EncodedSentence, TextReading
from processors.entities.finding import EncoderEntities, _entities
from processors.vocabulary import places
from processors.vocabulary.aliases import shipped
from processors.vocabulary.names import Mention


@pytest.fixture(scope="module", autouse=True)
def places_are_loaded() -> None:
    """Here, and not where this is imported: every process imports all tests, and one runs these."""
    places.prepare()


class Reads:
    """A reader whose sentences are lines, and whose encoder tags the words given."""

    model = Model("test", "1")

    def __init__(self, **words):
        self.words = words

    def read(self, texts):
        return [TextReading(tuple(self._lines(text))) for text in texts]

    def _lines(self, text):
        at = 0
        for line in text.split("\n"):
            tagged = [
                TaggedSpan(line.index(w), line.index(w) + len(w), t, 0.9) for w, t in self.words.items() if w in line
            ]
            encoded: Any = SimpleNamespace(mentions=tuple(tagged))
            yield EncodedSentence(at, at + len(line), encoded)
            at += len(line) + 1


def annotator(**words):
    reader: Any = Reads(**words)
    return EncoderEntities(reader, shipped())


def test_mentions_of_sentences_become_entities_of_the_text():
    text = "Quarterly results\nBerg praised Acme."
    (found,) = annotator(Berg="PERSON", Acme="ORG").annotate([text])
    assert {(e.id, text[m.start : m.end]) for e in found for m in e.mentions} == {
        ("person:berg", "Berg"),
        ("org:acme", "Acme"),
    }


def test_the_model_names_the_aliases_too():
    model = annotator().model
    assert model == Model("test", f"1+aliases.{shipped().current().version}")


@pytest.mark.parametrize(
    ("text", "tagged", "expected"),
    [
        # where a pattern meets a mention, the pattern is right
        ("the Clean Air Act", ("Clean Air", "ORG"), {("Clean Air Act", "LAW")}),
        # but a sum that the model found stays as long as it is
        ("about $5 million won", ("about $5 million", "MONEY"), {("about $5 million", "MONEY")}),
        ("Anna Berg left", ("Anna Berg", "PERSON"), {("Anna Berg", "PERSON")}),
    ],
)
def test_patterns_and_the_models_mentions(text, tagged, expected):
    words, kind = tagged
    start = text.index(words)
    found = _entities(text, [Mention(start, start + len(words), kind)], shipped().current())
    assert {(m.text, e.type) for e in found for m in e.mentions} == expected


def test_the_agency_that_sends_a_story_is_none_of_its_organizations():
    text = "LONDON, March 3 (Reuters) - Acme rose.\nAcme told Reuters so.\nREUTER"
    (found,) = annotator(Reuters="ORG", REUTER="ORG", Acme="ORG").annotate([text])
    organizations = {each.name: [mention.start for mention in each.mentions] for each in found if each.type == "ORG"}
    assert organizations == {"Acme": [28, 39], "Reuters": [49]}
