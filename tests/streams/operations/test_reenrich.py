from datetime import UTC, datetime

import msgspec
import pytest

from processors.annotations import Annotations, Entity, Model, Span
from search.articles import Concept, Link, RawPosition
from search.documents import Document, source_of
from search.query.request import Query
from search.sqlite.store import SqliteStore
from streams.errors import Rejected
from streams.operations.reenrich import ReenrichSelection, article_of, documents, is_outdated, numbers
from streams.records import Article, EnrichedArticle, document_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ARTICLE = Article(
    id="a" * 32, source="wire", guid="g", version=12345, format="ninjs", version_created=NOW, received_at=NOW,
    first_created=NOW, headline="Head", body="Body", urgency=3, subjects=(Concept("Politics", "medtop:11000000"),),
    links=(Link("evolvedFrom", "g0"),), notes=("first 3 of 4 stances kept", "time zone assumed"),
    raw=RawPosition("news.raw", 3, 14), trace_id="t", embargo_until=None,
)  # fmt: skip
MODELS = {name: Model(f"{name} model", "3.8.0") for name in ("entities", "sentiment", "stance")}


def document(article: Article = ARTICLE, models=MODELS, failures=None) -> Document:
    annotations = Annotations(entities=(), stance=(), models=models, failures=failures or {})
    return document_of(EnrichedArticle(article, annotations, NOW), NOW)


def stored(**changes):
    return msgspec.json.decode(msgspec.json.encode(source_of(document(**changes))))


def test_the_article_of_a_document_is_the_one_it_was_made_of() -> None:
    article = msgspec.structs.replace(ARTICLE, notes=("time zone assumed",))
    assert article_of(stored(article=article)) == article


def test_notes_that_the_store_added_are_left_out() -> None:
    span = Span(0, 4, "Head")
    many = tuple(Entity(str(n), "Head", "ORG", (span,), 1, 0.5) for n in range(2001))
    annotations = Annotations(entities=many, models=MODELS)
    article = msgspec.structs.replace(ARTICLE, notes=())
    source = msgspec.json.decode(
        msgspec.json.encode(source_of(document_of(EnrichedArticle(article, annotations, NOW), NOW)))
    )
    assert source["notes"]
    assert article_of(source) == article


def test_what_holds_no_article_is_refused_by_name() -> None:
    broken = stored() | {"version": "x"}
    with pytest.raises(Rejected, match="version"):
        article_of(broken)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("3.9", "3.10.0"),
        ("3.8.0", "3.8.0+lexicon.2"),
        ("3.8.0+lexicon.9", "3.8.0+lexicon.10"),
        ("", "0"),
        ("0596bc1ab4e0", "0.1"),
        ("1.0+0596bc1ab4e0", "2.0"),
        ("1.0+9", "1.1"),
    ],
)
def test_versions_compare_by_their_numbers(older, newer) -> None:
    assert numbers(older) < numbers(newer)


def test_older_models_are_outdated_and_only_the_annotators_asked_for() -> None:
    mixed = MODELS | {"stance": Model("stance model", "3.7")}
    assert is_outdated(stored(models=mixed), ReenrichSelection(Query(), "3.8"))
    assert not is_outdated(stored(models=mixed), ReenrichSelection(Query(), "3.7"))
    assert not is_outdated(stored(models=mixed), ReenrichSelection(Query(), "3.8", annotators=("sentiment",)))
    assert is_outdated(stored(models={}), ReenrichSelection(Query(), "3.8"))


def test_a_story_in_a_language_without_annotators_is_not_outdated() -> None:
    spanish = stored(article=msgspec.structs.replace(ARTICLE, language="es-MX"), models={})
    assert not is_outdated(spanish, ReenrichSelection(Query(), current=MODELS, languages=frozenset({"en"})))
    assert is_outdated(spanish, ReenrichSelection(Query(), current=MODELS, languages=frozenset({"en", "es"})))


def test_current_means_the_same_name_and_version_and_no_failure() -> None:
    wanted = ReenrichSelection(Query(), current=MODELS)
    assert not is_outdated(stored(), wanted)
    assert is_outdated(stored(models=MODELS | {"stance": Model("another", "3.8.0")}), wanted)
    assert is_outdated(stored(failures={"stance": "ValueError: x"}), wanted)


async def test_every_matching_document_is_seen_once_over_many_pages(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("streams.operations.reenrich.PAGE", 3)
    store = SqliteStore(tmp_path / "index.db")
    await store.set_up()
    articles = [msgspec.structs.replace(ARTICLE, id=f"{n:032}", guid=str(n)) for n in range(10)]
    await store.write([document(article) for article in articles])
    seen = [found["id"] async for _, found in documents(store, Query("source:wire"))]
    assert seen == [article.id for article in articles]
    await store.close()


async def test_the_store_keeps_a_kill_and_a_newer_version_against_an_old_article(tmp_path) -> None:
    store = SqliteStore(tmp_path / "index.db")
    await store.set_up()
    await store.write([document()])
    again = article_of(stored())
    await store.write([document(msgspec.structs.replace(ARTICLE, version=12346, status="canceled", kind="kill"))])
    (outcome,) = await store.write([document(again)])
    assert outcome.state == "superseded"
    fates = await store.fates([ARTICLE.id, "other"])
    assert {name: (kept.version, kept.status) for name, kept in fates.items()} == {ARTICLE.id: (12346, "canceled")}
    assert "Body" not in str(await store.get(ARTICLE.id))
    await store.close()
