"""Labelled sentences with given targets and pairs. Takes lines in NewsMTSC's or DSE's fields, gives examples.

NewsMTSC: JSON Lines of sentence, mention, from, to, polarity. DSE: sentence, p, q and label separated by tabs, p and q
in brackets in the sentence. Every position is a character offset into the example's own text.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from processors.encoder.pieces import Offsets
from processors.stance.pairs import Paired

# Names of the labels as corpora write them, to 0 negative, 1 neutral, 2 positive.
_POLARITIES = {"-1": 0, "0": 1, "1": 2, "negative": 0, "neutral": 1, "positive": 2}
_MOST_LABEL = 4


class BadLine(ValueError):
    """A line is not in the fields of its kind of file."""


OPINION, FINANCE, NATURAL = 0, 1, 2  # domains: chosen targets of opinion, of business news, names as they come


class Targeted(NamedTuple):
    """A sentence with targets, each with its sentiment: 0 negative, 1 neutral, 2 positive."""

    text: str
    targets: tuple[Offsets, ...]
    labels: tuple[int, ...]
    domain: int = OPINION


def read_targets(lines: Iterable[str]) -> list[Targeted]:
    """Read NewsMTSC; the targets of one sentence come together, since one reading of it serves them all.

    A row whose polarity is null is left out: its words were found to be no name. Rows that say the type of a name are
    of names as they come, most of which are spoken of neutrally.
    """
    grouped: dict[tuple[str, int], list[tuple[Offsets, int]]] = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and (target := _target(number, line)):
            text, span, label, domain = target
            grouped.setdefault((text, domain), []).append((span, label))
    return [
        Targeted(text, tuple(s for s, _ in rows), tuple(p for _, p in rows), domain)
        for (text, domain), rows in grouped.items()
    ]


def _target(number: int, line: str) -> tuple[str, Offsets, int, int] | None:
    try:
        row: dict[str, Any] = json.loads(line)
        text, polarity = str(row["sentence"]), row["polarity"]
        if polarity is None:
            return None
        start = int(row["from"]) if "from" in row else text.index(row["mention"])
        end = int(row["to"]) if "to" in row else start + len(row["mention"])
        if not 0 <= start < end <= len(text):
            raise ValueError(f"{start} to {end} is no part of a sentence of {len(text)} characters")
        label = _POLARITIES[polarity if isinstance(polarity, str) else str(round(polarity))]
    except (KeyError, ValueError, TypeError) as error:
        what = f"no field {error}" if isinstance(error, KeyError) else str(error)
        raise BadLine(f"line {number}: want sentence, mention, from, to and polarity -1, 0 or 1; {what}") from None
    return text, (start, end), label, NATURAL if "type" in row else OPINION


def read_pairs(lines: Iterable[str]) -> list[Paired | int]:
    """Read DSE, brackets taken out; of a row whose brackets cannot be found only the label. A header is left out."""
    found: list[Paired | int] = []
    for number, line in enumerate(lines, 1):
        fields = line.rstrip("\r\n").split("\t")
        if not line.strip() or (number == 1 and fields[-1].strip().lower() == "label"):
            continue
        if len(fields) < 4 or not fields[3].strip().isdecimal() or int(fields[3]) > _MOST_LABEL:  # noqa: PLR2004
            raise BadLine(
                f"line {number}: want sentence, p, q and a label 0 to 4, separated by tabs; got {line[:60]!r}"
            )
        label, bare = int(fields[3]), unbracket(*fields[:3])
        found.append(Paired(*bare, label) if bare else label)
    return found


def unbracket(sentence: str, p: str, q: str) -> tuple[str, Offsets, Offsets] | None:
    """Take the brackets of p and q out of the sentence and say where p and q then stand (p comes first)."""
    text = sentence.replace('""', '"')
    first = _bracketed(text, p, 0)
    second = _bracketed(text, q, first[1]) if first else None
    if first is None or second is None:
        return None
    cuts = (first[0], first[1] - 1, second[0], second[1] - 1)
    clean = "".join(c for i, c in enumerate(text) if i not in cuts)
    ends = [cut - sum(other < cut for other in cuts) for cut in cuts]
    return clean, _widened(clean, ends[0], ends[1]), _widened(clean, ends[2], ends[3])


def _bracketed(text: str, field: str, start: int) -> Offsets | None:
    """Where a field stands in brackets, spaces beside it allowed."""
    words = r"\s+".join(map(re.escape, _plain(field).split()))
    match = re.compile(rf"\[\s*{words}\s*\]").search(text, start)
    return match.span() if match else None


def _plain(field: str) -> str:
    """Undo the quoting that a spreadsheet once put around a field."""
    return (field[1:-1] if len(field) > 1 and field[0] == field[-1] == '"' else field).replace('""', '"')


def _widened(text: str, start: int, end: int) -> Offsets:
    """Grow a span to whole words, and shrink it by spaces: the brackets are sometimes cut inside a word."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return start, end
