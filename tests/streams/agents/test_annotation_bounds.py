from datetime import UTC, datetime
from types import SimpleNamespace

import msgspec

from processors.annotations import Model
from processors.pipeline import Annotators
from processors.text.bounds import DEFAULT_BOUNDS, bounded
from streams.agents.annotation_bounds import truncation_note
from streams.agents.enrich import by_cost
from streams.agents.enriched_messages import enrich_message
from streams.agents.read import with_language
from streams.agents.received_article import AnnotatorInput, ReceivedArticle, digest_of
from streams.records import Article, EnrichedArticle, decode, encode
from tests.streams.messages import Message

NOW = datetime(2026, 11, 24, tzinfo=UTC)
GERMAN = Article(
    "1", "dpa", "1", 1, "plain", NOW, NOW, body="Merkel traf Macron in Paris und sprach lange über die Lage in Europa."
)
ANY = SimpleNamespace(model=Model("any", "1"))
ANNOTATORS = Annotators(ANY, ANY, ANY)


def message(article):
    return Message("news.articles", value=encode(article))


def received(article, others=()):
    return ReceivedArticle(message(article), others)


def enriched(article, parts, others=()):
    outgoing, letters = enrich_message(received(article, others), parts, ANNOTATORS, "news.enriched")
    assert letters == []
    assert outgoing
    return decode(outgoing.value, EnrichedArticle)


def test_the_language_is_detected_and_a_wrong_one_noted():
    assert with_language(GERMAN).language == "de"
    said = with_language(msgspec.structs.replace(GERMAN, language="en-GB"))
    assert said.language == "de"
    assert said.notes == ("language: the text is in de, the provider said en-GB",)
    assert with_language(said) is said


def test_a_story_in_a_language_without_a_pipeline_has_no_annotations_and_says_so():
    german = with_language(GERMAN)
    assert received(german).text == ""
    found = enriched(german, {"entities": (), "sentiment": None, "stance": ()})
    assert (found.annotations.entities, found.annotations.sentiment, found.annotations.stance) == (None, None, None)
    assert found.annotations.failures == found.annotations.models == {}
    assert found.article.language == "de"
    assert found.article.notes == (
        "entities, sentiment, stance: not looked for, since the text is in de (NEWSWIRE_LANGUAGE_PIPELINES)",
    )


def test_a_language_with_a_pipeline_has_entities():
    german = with_language(GERMAN)
    assert received(german, ["de"]).text == german.text
    found = enriched(german, {"entities": (), "sentiment": None, "stance": ()}, ["de"])
    assert found.annotations.entities == ()
    assert found.annotations.stance is None
    assert found.annotations.models.keys() == {"entities"}
    assert found.article.notes[0].startswith("sentiment, stance: not looked for")


def test_of_a_costly_text_the_beginning_is_annotated_and_the_document_says_so():
    text = "Putin backs Xi.\n\n" + "a\n\n" * 5000
    story = msgspec.structs.replace(GERMAN, body=text, language="en", notes=("first",))
    outgoing, letters = enrich_message(
        received(story), {"entities": (), "sentiment": None, "stance": ()}, ANNOTATORS, "news.enriched"
    )
    assert letters == []
    assert outgoing
    article = decode(outgoing.value, EnrichedArticle).article
    assert article.notes == (
        "first",
        truncation_note(text, bounded(text), DEFAULT_BOUNDS),
    )
    assert article.notes[1].endswith(
        "of 15017 characters, since the text has more than 2000 sentences (NEWSWIRE_ANNOTATED_SENTENCES)"
    )
    assert article.body == text


def test_texts_are_annotated_in_batches_of_bounded_cost():
    parts = [AnnotatorInput(str(cost), cost, digest_of(str(cost))) for cost in (10, 10, 90, 5, 200, 1, 1)]
    batches = list(by_cost(range(7), parts, 100))
    assert [events for events, _ in batches] == [[0, 1], [2, 3], [4], [5, 6]]
    assert [text for _, shown in batches for text in shown] == parts
    assert list(by_cost([], [], 100)) == []
