"""The pages that benchmarks make are those that they would make now, as far as this machine can say."""

import pytest

from benchmarks import formats, questions
from tests.corpora import CORPORA


def test_the_page_of_formats_has_the_prose_and_the_aliases_of_now() -> None:
    made = formats.PROSE.read_text("utf-8").replace("{aliases}", formats._aliases())
    shown = formats.PAGE.read_text("utf-8")
    for part in made.split("{samples}"):
        assert part in shown, "run: python -m benchmarks.formats"


@pytest.mark.corpus
def test_the_page_of_formats_says_what_became_of_every_sample() -> None:
    wire = CORPORA / "wire"
    if not wire.is_dir():
        pytest.skip(f"no wire samples in {wire}")
    assert formats.PAGE.read_text("utf-8") == formats.page(wire), "run: python -m benchmarks.formats"


def test_the_page_of_questions_begins_as_it_would_now() -> None:
    page = (formats.PAGE.parent / "searching.md").read_text("utf-8")
    assert page.startswith(questions.PAGE.read_text("utf-8")), "run: python -m benchmarks.questions > docs/searching.md"
