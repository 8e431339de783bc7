"""The mapping, the document and the description of the index are one and the same."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import fields

from search.articles import ArticleFields, Concept, Link, NamedStory, RawPosition, Stated
from search.documents import (
    MOST_ENTITIES,
    MOST_MENTIONS,
    MOST_STANCES,
    NOT_STORED,
    STORED,
    TOMBSTONE_KEEPS,
    Document,
    KillNotice,
    document_from,
    source_of,
)
from search.field_types import Field
from search.mapping import FIELDS, MAPPING, properties
from search.mapping_page import markdown
from search.query.fields import QUERY_FIELDS, values
from search.versions.corrections import Correction
from search.versions.history import KilledVersion
from search.versions.lineage import Lineage
from search.versions.precedence import KnownVersions
from search.words.stemming import STEMMINGS
from streams.records import Article
from tests.search.samples import START, annotated, document

FULL = document(
    subjects=(Concept("economy", "medtop:04000000"),), places=(Concept("Taiwan", "TW"),),
    links=(Link("evolvedFrom", "urn:1"),), raw=RawPosition("news.raw", 1, 2),
    kills=KillNotice("x", "x", "x", "x", story="x"),
    annotations=msgspec.structs.replace(annotated(), failures={"language": "too short"}),
)  # fmt: skip


CORRECTION = Correction(
    "stance", "wrong", "ann", START, "a", "b", "favor", "0f", "A backs b.", "a", "person:a", "PERSON", {"score": 0.9}
)


def stored() -> dict[str, Any]:
    source: dict[str, Any] = msgspec.json.decode(
        msgspec.json.encode(
            source_of(FULL)
            | {
                "previous_headlines": [{"headline": "Before", "version": 1}],
                "previous_texts": [{"body": "It was.", "version": 1}],
                "killed_version": 1,
                "killed": KilledVersion(1, "usable", "Libel", "US-LIBEL", START),
                "lineage": Lineage(KnownVersions()),
                "beneath": [source_of(FULL)],
                "corrections": [CORRECTION],
                "annotated": {"stance": []},
                "stance_claims": [{"claim": "denied", **row} for row in source_of(FULL)["stance"]],
                "stemming": "german",
                **{language: {"headline": "Kurz", "body": "Lang."} for language in STEMMINGS},
                "joined": [{"entity": "person:a", "name": "A", "into": "person:b", "by": "ann", "at": str(START)}],
            }
        )
    )
    return source


def unmapped(value: Any, fields: Mapping[str, Field], path: str = "") -> Iterator[str]:
    """Paths in a stored document that the strict mapping does not have."""
    for name, inner in value.items():
        field = fields.get(name)
        if field is None:
            yield f"{path}{name}"
        elif field.inside:
            for row in inner if isinstance(inner, list) else [inner] if inner else []:
                yield from unmapped(row, field.inside, f"{path}{name}.")


def every(fields: Mapping[str, Field], path: str = "") -> Iterator[tuple[str, Field]]:
    for name, field in fields.items():
        yield path + name, field
        yield from every(field.inside, f"{path}{name}.")


def every_path() -> set[str]:
    """The path of every field that can be asked for, those inside others and their other analyses too."""
    paths = set()
    for path, field in every(FIELDS):
        paths |= {path, *(f"{path}.{name}" for name in field.parameters.get("fields", {}))}
    return paths


def test_every_stored_field_is_mapped_and_every_mapped_one_stored() -> None:
    assert list(unmapped(stored(), FIELDS)) == []
    assert set(stored()) == set(FIELDS)
    assert set(Document.__struct_fields__) - {"annotations", *NOT_STORED} <= set(FIELDS)


def test_every_row_that_is_mapped_is_stored() -> None:
    source = stored()
    empty = {
        "entities.country",
        "entities.lat",
        "entities.lon",
        "entities.refers_to",
        "stance.target_id",
        "stance_claims.target_id",
        "event.copy_of",
    }  # of some rows only
    for path, field in every(FIELDS):
        if "." in path and not field.inside and path not in empty:
            assert list(values(source, path)), path


def test_every_field_says_what_it_is() -> None:
    for path, field in every(FIELDS):
        assert len(field.description) >= 4, path
        assert not field.description.endswith("."), path


def test_keywords_are_bounded_and_text_is_analyzed_by_name() -> None:
    for path, field in every(FIELDS):
        parameters = field.parameters
        if parameters["type"] in ("keyword", "flattened"):
            assert parameters["ignore_above"] <= 8191, path  # Lucene's 32,766 bytes, at 4 a character
        if parameters["type"] == "text" and parameters.get("index", True):
            assert "analyzer" in parameters, path
    assert properties()["headline"]["fields"].keys() == {"exact", "keyword"}


@pytest.mark.parametrize("name", QUERY_FIELDS)
def test_what_a_query_can_name_is_indexed_as_it_is_asked(name: str) -> None:
    mapped = dict(every(FIELDS))
    asked = QUERY_FIELDS[name]
    for path in asked.paths:
        parameters = mapped[path].parameters
        match asked.kind:
            case "text":
                assert "exact" in parameters["fields"]
            case "words":
                assert parameters["type"] == "text" or "words" in parameters["fields"]
            case "code":
                assert parameters["type"] == "keyword"
            case "number":
                assert parameters["type"] in ("integer", "long")


def test_the_description_of_the_index_is_up_to_date() -> None:
    path = Path(__file__).parents[2] / "docs" / "fields.md"
    assert path.read_text("utf-8") == markdown(), "run: newswire index fields > docs/fields.md"


def test_a_changed_mapping_has_a_new_number() -> None:
    """Programs tell by it whether an index was made by a newer one. Raise MAPPING, then put the new digest here."""
    digest = hashlib.sha256(msgspec.json.encode(properties(), order="sorted")).hexdigest()[:12]
    assert (MAPPING, digest) == (11, "6aa70fc423c5")


def test_what_is_left_out_of_a_huge_document_is_said() -> None:
    entity, stance = annotated().entities[0], annotated().stance[0]  # type: ignore[index]  # they are there
    crowd = [msgspec.structs.replace(entity, id=str(n), salience=n / 5000) for n in range(MOST_ENTITIES + 500)]
    crowd[-1] = msgspec.structs.replace(crowd[-1], mentions=entity.mentions * MOST_MENTIONS)
    found = msgspec.structs.replace(annotated(), entities=tuple(crowd), stance=(stance,) * (MOST_STANCES + 1))
    source = source_of(document(annotations=found))
    assert {row["id"] for row in source["entities"]} == {str(n) for n in range(500, MOST_ENTITIES + 500)}
    assert len(source["entities"][0]["mentions"]) == MOST_MENTIONS
    assert len(source["stance"]) == len(source["stance_rows"]) == MOST_STANCES
    assert source["notes"] == ["1000 most salient of 1500 entities kept", "first 500 of 501 stances kept"]


def test_a_name_that_the_text_breaks_is_counted_with_the_others() -> None:
    found = annotated()
    broken = msgspec.structs.replace(
        found,
        entities=(msgspec.structs.replace(found.entities[0], name="Xi\nJinping"),),  # type: ignore[index]  # it is there
        stance=(msgspec.structs.replace(found.stance[0], target="United\n  States"),),  # type: ignore[index]  # so is it
    )
    source = source_of(document(annotations=broken))
    assert source["people"] == ["Xi Jinping"]
    assert source["stance"][0]["statement"] == "Xi Jinping → against → United States"
    hyphen = msgspec.structs.replace(found.stance[0], target="Iraq-\n Iran war")  # type: ignore[index]  # it is there
    source = source_of(document(annotations=msgspec.structs.replace(found, stance=(hyphen,))))
    assert source["stance"][0]["target"] == "Iraq-Iran war"


def test_a_failed_annotator_leaves_null_and_its_reason() -> None:
    found = msgspec.structs.replace(annotated(), stance=None, failures={"stance": "parser died"})
    source = source_of(document(annotations=found))
    assert source["stance"] is None
    assert source["stance_rows"] == []
    assert source["failed"] == ["stance"]
    assert source["failures"] == {"stance": "parser died"}


def test_coordinates_off_the_globe_are_left_out() -> None:
    entity = msgspec.structs.replace(annotated().entities[2], lat=95.0)  # type: ignore[index]  # it is there
    assert (
        source_of(document(annotations=msgspec.structs.replace(annotated(), entities=(entity,))))["coordinates"] == []
    )


def test_every_field_of_an_article_has_a_row_in_the_table_and_is_stored() -> None:
    """A new field: one line in search/articles.py, one row in search/mapping.py. Either alone fails here."""
    assert set(ArticleFields.__struct_fields__) - set(FIELDS) == {"former_ids"}
    assert set(STORED) == {*ArticleFields.__struct_fields__, "enriched_at", "indexed_at", "read_at"} - {"former_ids"}
    assert list(source_of(FULL))[: len(STORED)] == list(STORED)


def test_a_document_has_all_that_its_article_says() -> None:
    article = Article(
        **{name: getattr(FULL, name) for name in ArticleFields.__struct_fields__ if name != "kills"},
        kills=NamedStory("slug", "head", "guid", "14:05", sure=False),
    )
    made = Document.of(article, FULL.annotations, enriched_at=START, indexed_at=START)
    assert made.kills == KillNotice("slug", "head", "guid", "14:05", sure=False, state="open")
    for name in set(ArticleFields.__struct_fields__) - {"kills"}:
        assert getattr(made, name) == getattr(article, name), name
    assert document_from(source_of(made)) == msgspec.structs.replace(
        made, kills=msgspec.structs.replace(made.kills, sure=True)
    )


def test_a_tombstone_keeps_no_text_that_it_does_not_name() -> None:
    said: dict[str, Any] = {one.name: "word" for one in fields(Stated) if one.type is str}
    source = source_of(document(status="canceled", keywords=("word",), subjects=(Concept("word"),), **said))
    assert {name for name in Stated.__struct_fields__ if source[name]} == {*TOMBSTONE_KEEPS} - {"links"}
