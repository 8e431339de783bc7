"""The public samples: every text item is understood, what is no article is skipped by name, the page says so."""

import gzip
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.errors import Rejected
from streams.wire.message import ParsedMessage
from streams.wire.raw import OTHER
from tests.corpora import CORPORA
from tests.streams.wire import one, read_all

WIRE = CORPORA / "wire"
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not WIRE.is_dir(), reason=f"no wire samples in {WIRE}; set NEWSWIRE_CORPORA"),
]

# Text items without any text in the file, and fragments that are no items.
NO_TEXT = {"LISTING_29_Hop_History.xml", "facet-example.xml", "facet-example-2.xml"}
HEADLINE_ONLY = {"LISTING_1_A_NewsML-G2_News_Item.xml"}
FRAGMENTS = ("groupSet", "contentMeta")
BROKEN_PACKAGE = {"LISTING_24_News_Message_conveying_a_complete_News_Package.xml"}  # its texts have none


def samples() -> Iterator[tuple[Path, ParsedMessage | str]]:
    for path in sorted(p for p in WIRE.rglob("*") if p.is_file() and "cases" not in p.parts):
        try:
            yield path, read_all(path.read_bytes())
        except Rejected as refusal:
            yield path, str(refusal)


def test_every_text_item_is_whole_and_everything_else_is_skipped_by_name() -> None:
    articles = refused = skipped = 0
    for path, outcome in samples():
        if isinstance(outcome, str):
            refused += 1
            fragment = any(f"{name}: a fragment" in outcome for name in FRAGMENTS)
            assert fragment or path.name in NO_TEXT, f"{path.name}: {outcome}"
            continue
        if not outcome.articles:
            skipped += 1
            assert all(skip.kind != OTHER for skip in outcome.skipped), path.name
            assert path.name in BROKEN_PACKAGE or all(skip.guid for skip in outcome.skipped), path.name
            assert path.name in BROKEN_PACKAGE or outcome.refused == (), path.name
            continue
        assert outcome.refused == ()
        for article in outcome.articles:
            articles += 1
            assert article.guid
            assert article.headline, path.name
            assert article.body or path.name in HEADLINE_ONLY, path.name
            assert article.status == "usable"
            assert article.version_created.year < 2024 or "contentSet" in article.notes[0], path.name
    assert articles == 37
    assert (refused, skipped) == (7, 39)


def test_bodies_hold_no_markup() -> None:
    for path, outcome in samples():
        for article in () if isinstance(outcome, str) else outcome.articles:
            assert not {"<p>", "</", "&nbsp;", "&amp;"} & set(article.body.split()), path.name
            assert "</p" not in article.body, path.name
            assert not article.body.startswith(article.headline + "\n"), path.name


def test_the_page_of_formats_is_up_to_date() -> None:
    check = subprocess.run(
        [sys.executable, "-m", "benchmarks.formats", "--check"], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout + check.stderr


@pytest.mark.parametrize("name", ["reuters21578", "wire_dev"])
def test_real_stories_have_a_headline_a_time_and_are_never_killed_by_their_words(name: str) -> None:
    with gzip.open(CORPORA / "articles" / f"{name}.jsonl.gz") as rows:
        for number, row in enumerate(rows):
            if number == 1500:
                break
            article = one(row)
            assert article.headline
            assert article.body
            assert article.version_created.year < 2024
            assert article.status == "usable", article.headline
