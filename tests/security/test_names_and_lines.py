"""What strangers write, as it is kept and logged: one spelling of a name, nothing unseen, no forged line of a log."""

import io
import json
import logging
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.logs import TextLines
from streams.wire.text import MOST_ACCENTS, clean_line, clean_text
from tests.streams.wire import one


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ange\u0301lique", "Angélique"),
        ("Pu\u200btin", "Putin"),
        ("Pu\u00adtin", "Putin"),
        ("\u202enituP\u202c", "nituP"),
        ("\u2066Putin\u2069", "Putin"),
        ("Putin\U000e0041\U000e007f", "Putin"),
        ("Pu\x00tin\x1b[31m", "Putin[31m"),
        ("\ue000Putin\ue001", "Putin"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # Persian needs it
    ],
    ids=["composed", "zero width", "soft hyphen", "override", "isolate", "tags", "controls", "marks", "non-joiner"],
)
def test_a_name_has_one_spelling_and_nothing_unseen(written: str, kept: str) -> None:
    assert clean_line(written) == kept
    assert clean_text(written) == kept
    story = {"guid": "1", "source": "x", "headline": f"On {written}", "body": written}
    article = one(json.dumps(story))
    assert (article.headline, article.body) == (f"On {kept}", kept)


def test_a_tower_of_accents_is_cut_at_once() -> None:
    tower = "a" + "\u0591\u05b0\u0301\u0323" * 100_000
    assert len(clean_line(tower)) <= 1 + MOST_ACCENTS


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_and_leaves_the_composed_form(text: str) -> None:
    for clean in (clean_line, clean_text):
        once = clean(text)
        assert clean(once) == once
        assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize("forged", ["\n", "\r\n", "\x85", "\u2028", "\x0b", "\x1b[2K\r"])
def test_no_article_forges_a_line_of_the_log(forged: str) -> None:
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(TextLines("read"))
    log = logging.Logger("forged", "INFO")  # noqa: LOG001 - its own, beside the tree of loggers
    log.addHandler(handler)
    line = f"x{forged}2026-11-24 00:00:00,000 read[1] INFO all is well"
    log.warning("refused %s", line)
    try:
        raise ValueError(line)
    except ValueError:
        log.exception("unexpected")
    lines = said.getvalue().splitlines()
    assert not [one for one in lines if one.startswith("2026-11-24 00:00:00,000")]
    assert "\x1b" not in said.getvalue()
