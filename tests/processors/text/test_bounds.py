"""A costly text is bounded before the models see it, and what is left out is known."""

import json
import random
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.text.bounds import DEFAULT_BOUNDS, TextBounds, bounded
from processors.text.passages import level, sentences

PROSE = "Putin backed Xi on Monday. The United States denounced it, officials in Washington said.\n\n"
TIGHT = TextBounds(characters=300, sentences=8, tokens=60)
ALPHABET = ' .!?\n\t。中한あaK\u0301😀,;-"“”\u2029\u200d1$' + "ab "


def shouted(count: int, seed: int = 1) -> str:
    names = random.Random(seed)
    return " ".join(
        "".join(names.choices("abcdefghij", k=7)).capitalize() + " opposes Ruritania." for _ in range(count)
    )


COSTLY = {
    "marks and spaces": ". " * 50_000,
    "marks": "?!.,;:" * 100_000,
    "one word": "x" * 1_000_000,
    "one word in capitals": "X" * 1_000_000,
    "one word of letters and digits": "aB1" * 300_000,
    "newlines": "\n" * 1_000_000,
    "short lines": "a\n" * 200_000,
    "short paragraphs": "a\n\n" * 200_000,
    "emoji": "😀👨\u200d👩\u200d👧" * 100_000,
    "ideographs without a break": "中國政府反對美國" * 100_000,
    "ideographs in sentences": "中。" * 100_000,
    "sentences of one letter": "K! " * 100_000,
    "accents": "a" + "\u0301" * 500_000,
    "names": shouted(20_000),
    "a list of names": shouted(30_000).replace(" opposes Ruritania.", ","),
    "clauses": "Putin denounced Xi; " * 50_000,
    "initials": "U.S. " * 200_000,
    "quotes": '"“”' * 100_000,
    "hyphens": "Syria-Iraq-" * 50_000,
    "prose": PROSE * 10_000,
}


@given(st.text(ALPHABET, max_size=2000))
def test_a_part_is_a_beginning_within_the_bounds_and_all_of_it_where_nothing_is_exceeded(text: str) -> None:
    part = bounded(text, TIGHT)
    assert text.startswith(part.text)
    assert bool(part.exceeded) == (part.text != text) or not text[len(part.text) :].strip()
    assert len(part.text) <= TIGHT.characters or not part.exceeded
    assert len(sentences(part.text)) <= TIGHT.sentences
    assert bounded(part.text, TIGHT).text == part.text
    if part.exceeded in ("sentences", "tokens"):
        assert part.text == "" or [p.end for p in sentences(part.text)][-1] == len(part.text)


def test_short_texts_are_within_whatever_they_hold_and_long_prose_is_cut_at_a_sentence() -> None:
    assert bounded(PROSE) == (PROSE, "", len(PROSE) // 4)
    part = bounded(PROSE * 10_000)
    assert part.exceeded
    assert len(part.text) > 50_000
    assert part.text.endswith("said.")
    assert bounded("a\n\n" * 3000).exceeded == "sentences"


@pytest.mark.parametrize("name", COSTLY)
def test_bounding_takes_no_time_and_leaves_little(name: str) -> None:
    begun = time.process_time()
    part = bounded(COSTLY[name])
    assert time.process_time() - begun < 2
    assert part.exceeded
    assert len(part.text) <= DEFAULT_BOUNDS.characters
    assert part.cost <= DEFAULT_BOUNDS.tokens


def test_a_word_of_endless_length_is_no_word_for_the_models() -> None:
    assert level("a " + "X" * 999 + " b") == "a " + "X" * 999 + " b"
    assert level("a " + "X" * 1000 + " b") == "a " + " " * 1000 + " b"
    assert level("中" * 3000) == "中" * 3000


COSTLIEST = ("marks and spaces", "one word in capitals", "ideographs without a break", "a list of names", "clauses")
MEASURE = """
import json, resource, sys, time
from processors.pipeline import load
from tests.processors.text.test_bounds import COSTLY
annotators = load()
for name in sys.argv[1:]:
    begun = time.process_time()
    (found,) = annotators.annotate([COSTLY[name]])
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps([name, time.process_time() - begun, used, found.failures]), flush=True)
"""


@pytest.mark.timeout(900)
@pytest.mark.parametrize("names", [COSTLIEST[:2], pytest.param(COSTLIEST[2:], marks=pytest.mark.servers)])
def test_costly_texts_are_annotated_in_bounded_time_and_memory(names: tuple[str, ...]) -> None:
    """By all three annotators together, in seconds of the processor. Without bounds the first takes 60 s and 1.4 GB."""
    run = subprocess.run([sys.executable, "-c", MEASURE, *names], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert tuple(name for name, *_ in rows) == names
    assert {name: failures for name, *_, failures in rows if failures} == {}
    assert {name: seconds for name, seconds, *_ in rows if seconds > 40} == {}
    assert rows[-1][2] < 1200
