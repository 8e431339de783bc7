"""No regular expression of ours backtracks for long: each is tried on texts made to make it."""

import importlib
import json
import os
import pkgutil
import re
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import processors
import search
import streams
from processors.text import passages
from streams.wire.text import clean_line, clean_text
from tests import forks

ANYWHERE, AT_START = 1000, 8000  # characters of texts that are searched, and of those that are matched at their start
MOST_SECONDS = 0.5  # of processor time, for one pattern on one text: a time that grows with the square is more
# A text of an eighth is tried first. What takes a 512th of the time on it stays below, even if it grows with the cube.
PART, QUICK = 8, MOST_SECONDS / 8**3
PIECES = (
    "a", "A", "1", " ", "\n", "\t", ".", ",", "-", "_", "(", "[", "<", "&", '"', "'", "’", "=", "/", ":", "@", "#", "*", "%", "\\", "é", "中",
    "a ", "A ", "Aa ", "A. ", "1.", "1,", "1 ", "a-", "a.", "a:", "a=", ", ", "- ", " \n", "\n ", "<a", "<a ", "&a", "&#", "a'", "' ", '" ',
    "a@", "a@a.", "http://a", "//", "a/", "(a", "((", "U.S. ", "Mr. ", "a_a", "a, A ", "UPDATE 1-", "1st Ld-", "Correction: ", "1:1", "T1:",
)  # fmt: skip
ENDS = ("", "!", "\x00")


def patterns() -> dict[str, re.Pattern[str] | re.Pattern[bytes]]:
    """Every compiled expression that a module of ours holds, by module and name."""
    found: dict[str, re.Pattern[str] | re.Pattern[bytes]] = {}
    for package in (streams, search, processors):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not info.name.endswith("__main__"):
                found |= held_by(importlib.import_module(info.name))
    return found


def held_by(module: ModuleType) -> dict[str, re.Pattern[str] | re.Pattern[bytes]]:
    """Those of one module; in tables of it too."""
    found = {}
    for name, value in vars(module).items():
        values = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else [value]
        for number, one in enumerate(values):
            if isinstance(one, re.Pattern):
                found[f"{module.__name__}.{name}[{number}]"] = one
    return found


def texts(length: int) -> list[str]:
    """Each piece over and over, with an end that does not fit."""
    return [piece * (length // len(piece)) + end for piece in PIECES for end in ENDS]


def seconds(ask: Callable[..., object], pattern: re.Pattern[Any], text: str) -> float:
    """The processor time of one question."""
    data = text.encode() if isinstance(pattern.pattern, bytes) else text
    began = time.process_time()
    ask(data)
    return time.process_time() - began


def slowest() -> list[tuple[float, str]]:
    """The longest time of each pattern on one text, the longest first."""
    unique = {(pattern.pattern, pattern.flags): (name, pattern) for name, pattern in patterns().items()}
    found: dict[str, float] = {}
    for name, pattern in unique.values():
        for ask, length in ((pattern.search, ANYWHERE), (pattern.match, AT_START)):
            for part, whole in zip(texts(length // PART), texts(length), strict=True):
                spent = seconds(ask, pattern, part)
                if spent > QUICK:
                    spent = seconds(ask, pattern, whole)
                found[name] = max(found.get(name, 0.0), spent)
    return sorted(((spent, name) for name, spent in found.items()), reverse=True)


def test_a_pattern_that_backtracks_is_found() -> None:
    text = "a" * (ANYWHERE // PART)
    assert seconds(re.compile("(?:a|a)*b").match, re.compile("b"), "a" * 18) > QUICK
    assert seconds(re.compile("a*a*a*b").search, re.compile("b"), text) > QUICK


def test_no_pattern_backtracks_for_long() -> None:
    # In a process of its own: a pattern cannot be interrupted.
    done = forks.run([], os.environ, Path.cwd(), seconds=250, program=__name__)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = json.loads(done.stdout)
    assert len(rows) > 50
    slow = [row for row in rows if row[0] > MOST_SECONDS]
    assert not slow, slow


@pytest.mark.parametrize("end", ENDS)
def test_cutting_a_long_text_takes_time_in_its_length(end: str) -> None:
    for piece in PIECES:
        text = piece * (40_000 // len(piece)) + end
        began = time.process_time()
        passages.sentences(text)
        passages.chunks(text)
        clean_text(text)
        clean_line(text)
        assert time.process_time() - began < MOST_SECONDS, piece


if __name__ == "__main__":
    print(json.dumps(slowest()))  # noqa: T201
