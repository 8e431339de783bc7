"""A story in the forms that other programs read: valid by the IPTC's schemas, and read again as the same story."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree

from search.articles import Concept
from search.documents import source_of
from search.exports.newsml_g2 import newsml_g2_of
from search.exports.ninjs import ninjs_of
from search.exports.texts import credit_of, text_of_story
from streams.wire.parse import parse
from streams.wire.raw import Raw
from tests.corpora import CORPORA
from tests.search.samples import document
from tests.search.web.samples import HOSTILE, call, hostile

SPECS = CORPORA.parent / "specs"
FULL: dict[str, Any] = {
    "slugline": "policy-call", "byline": "By Jan Novák", "dateline": "PRAGUE, Nov 2", "credit": "Model Press/Novák",
    "copyright_holder": "Model Press", "copyright_notice": "© Model Press", "usage_terms": "No use in print",
    "editorial_note": "Adds a quote", "genre": "Analysis", "keywords": ("policy", "call"), "urgency": 3, "url": "https://example.org/call",
    "subjects": (Concept("politics", "medtop:11000000"), Concept("custom", "x y")), "places": (Concept("Prague", ""),),
    "body": "First paragraph with 3 < 5 & \u201cquotes\u201d.\n\nA table\n1 2\n3 4\n\nLast.",
}  # fmt: skip
STORIES = {
    "bare": document(annotations=msgspec.structs.replace(document().annotations, entities=None), language=""),
    "annotated": document(),
    "full": document(**FULL),
    "odd": document(
        guid="no uri at all", urgency=0, language="english (US)", headline="", body="", provider_version="v"
    ),
    "call": call(),
    "hostile": hostile(),
}


@pytest.fixture(params=STORIES)
def source(request: pytest.FixtureRequest) -> dict[str, Any]:
    return source_of(STORIES[request.param])


def schema(name: str) -> Path:
    if not SPECS.is_dir():
        pytest.skip(f"no schemas here: {SPECS}")
    return SPECS / name


@pytest.mark.corpus
def test_ninjs_is_valid(source: dict[str, Any]) -> None:
    # Imported here: it takes seconds, every process imports all tests, and one runs this.
    import jsonschema  # noqa: PLC0415
    from referencing import Registry  # noqa: PLC0415
    from referencing.jsonschema import DRAFT202012  # noqa: PLC0415

    described = json.loads(schema("ninjs-schema_3.1.json").read_text("utf-8"))
    known = Registry().with_resource("https://geojson.org/schema/GeoJSON.json", DRAFT202012.create_resource({}))
    checker = jsonschema.Draft202012Validator(described, registry=known, format_checker=jsonschema.FormatChecker())
    assert not list(checker.iter_errors(ninjs_of(source)))


@pytest.fixture(scope="module")
def newsml_g2() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(schema("NewsML-G2_2.35-spec-All-Power.xsd")))


@pytest.mark.corpus
def test_newsml_g2_is_valid(source: dict[str, Any], newsml_g2: etree.XMLSchema) -> None:
    newsml_g2.assertValid(etree.fromstring(newsml_g2_of(source)))


def raw(value: bytes) -> Raw:
    return Raw(value, datetime(2026, 11, 2, 10, tzinfo=UTC))


@pytest.mark.parametrize("form", [lambda source: json.dumps(ninjs_of(source)).encode(), newsml_g2_of])
def test_what_was_written_is_read_again_as_the_same_story(form: Any) -> None:
    (article,) = parse(raw(form(source_of(document(**FULL)))))
    told = ("headline", "slugline", "byline", "dateline", "credit", "copyright_notice", "usage_terms", "editorial_note", "guid",
            "source", "urgency", "status", "version_created", "body", "genre")  # fmt: skip
    expected = document(**FULL)
    assert {name: getattr(article, name) for name in told} == {name: getattr(expected, name) for name in told}
    assert {concept.name for concept in article.subjects} >= {"politics", "custom"}


def test_text_names_its_source_time_and_rights() -> None:
    text = text_of_story(source_of(document(**FULL)), "Europe/Prague")
    assert text.startswith(
        "Putin and Xi discuss policies\nBy Jan Novák\nAP, 2 November 2026, 10:00 CET\n\nPRAGUE, Nov 2\n"
    )
    assert text.endswith(
        "Note to editors: Adds a quote\nCredit: Model Press/Novák\nCopyright: © Model Press\nUsage terms: No use in print\n"
    )
    assert text_of_story(source_of(document()), name="Associated Press").endswith("\n\nCredit: Associated Press\n")
    assert credit_of(source_of(document())) == "AP"


def test_no_character_that_acts_is_copied() -> None:
    assert "\x1b" not in text_of_story(source_of(hostile()))
    assert HOSTILE.partition("<img")[0] in text_of_story(source_of(hostile()))
