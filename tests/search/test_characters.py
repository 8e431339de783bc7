"""One set of characters that act, and each medium's way to make them harmless."""

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.characters import ACTING, UNASKED, UNSTORED, escaped, numbered, on_one_line, printable, without

ACTORS = (
    "\x00\x07\x1b\r\x7f\x85\x9b\u061c\u180e\u200b\u200e\u202e\u2028\u2066\u2060\ufeff\ufffa\ue000\ud800\udfff\U000e0041"
)
HARMLESS = "Ein „Süßes“ 中文 می\u200cخواهم 👩\u200d🚀 a\u00a0b\tc\nd"


@pytest.mark.parametrize("char", ACTORS, ids=lambda char: f"U+{ord(char):04X}")
def test_what_acts_is_written_out_or_gone_everywhere(char: str) -> None:
    for safe in (escaped, on_one_line, without, printable):
        assert char not in safe(f"a{char}b"), safe.__name__
        safe(f"a{char}b").encode()
    assert (char in numbered(f"a{char}b")) == (char == "\r"), "to HTML it is a space"
    assert numbered("\u202e") == "⟨U+202E⟩"
    assert escaped("\x1b[2J\u202e") == r"\x1b[2J\u202e"


def test_what_people_write_stays() -> None:
    for safe in (escaped, without, numbered):
        assert safe(HARMLESS) == HARMLESS
    assert on_one_line(HARMLESS) == HARMLESS.replace("\t", "\\t").replace("\n", "\\n")
    assert printable("AP\u202e \u00a0x") == "AP? ?x"


@given(st.text(st.characters()))
def test_nothing_acts_afterwards_and_twice_is_once(text: str) -> None:
    for safe in (escaped, on_one_line, without):
        shown = safe(text)
        assert not ACTING.search(shown)
        assert safe(shown) == shown
    assert len(on_one_line(text).splitlines()) <= 1


def test_what_is_stored_is_shown_in_full_but_for_private_use() -> None:
    """What the reader takes out of a text is, but for what is seen as it is, what is written out where it is shown."""
    every = [chr(code) for code in range(0x110000)]
    only_out = {char for char in every if UNSTORED.match(char) and not ACTING.match(char)}
    assert only_out == {"\xad", *map(chr, range(0xFDD0, 0xFDF0)), "\ufffe", "\uffff"}
    assert not [char for char in every if UNASKED.match(char) and char not in "\t\n" and not ACTING.match(char)]


def test_no_other_module_keeps_a_set_of_its_own() -> None:
    listed = subprocess.run(
        ["git", "grep", "-lE", r"x00-.?x08|u202a-|isprintable\(\)", "--", "streams/*.py", "search/*.py"],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert re.split(r"\s+", listed.stdout.strip()) == [
        "search/characters.py",
        "search/web/display.py",  # asks only whether there is anything to clean
        "streams/demo/report.py",  # which names fit into a line for a shell
        "streams/feeds/apis/credentials.py",  # what HTTP allows in a header
        "streams/wire/formats/plain_text.py",  # what tells the bytes of a program from text
        "streams/wire/text.py",  # asks only whether there is anything to clean
        "streams/wire/xml_mending.py",  # what XML does not allow
    ]
