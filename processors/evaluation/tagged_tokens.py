"""Entities scored on a file of tagged tokens. Takes lines of token TAB BIO tag and an annotator, gives scores.

A blank line ends a sentence. The tokens are put together as print has them, so that an annotator reads real text.
"""

import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypedDict

from processors.annotations import Entity
from processors.annotator import Annotator
from processors.evaluation.scoring import Measured, TypedSpan, bio_spans, entity_f1, token_spans

BATCH = 32  # sentences annotated at a time
NAMES = ("PERSON", "ORG", "LOC")  # the types that the one score is over, since these are what people search by
# Other corpora's names of the types; GPE counts as LOC, since few corpora part them.
_OTHER_NAMES = {
    "PER": "PERSON",
    "ORGANIZATION": "ORG",
    "ORGANISATION": "ORG",
    "LOCATION": "LOC",
    "GPE": "LOC",
    "FACILITY": "FAC",
}
_CLOSING = frozenset(".,;:!?%)]}…") | {"..."}
_OPENING = frozenset("([{$€£#@")
_APOSTROPHES = frozenset("'’")
_CLITICS = frozenset({"s", "t", "d", "m", "re", "ve", "ll"})
_ATTACHED = frozenset({"n't", "n’t"})


class BadLine(ValueError):
    """A line is not a token, a tab and a BIO tag."""


class Sentence(NamedTuple):
    """A sentence's tokens and the spans that its tags mark, as they are typed in the file."""

    tokens: tuple[str, ...]
    spans: tuple[TypedSpan, ...]


class Scores(TypedDict):
    """What an annotator finds: F1 in percent over `NAMES` and over all the file's types, and its speed."""

    model: str
    f1: float
    f1_all_types: float
    by_type: dict[str, Measured]
    words: int
    words_per_second: float


def read(lines: Iterable[str]) -> list[Sentence]:
    """The sentences of a tagged file; `BadLine` names the first line that is wrong."""
    found: list[Sentence] = []
    rows: list[tuple[str, str]] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            rows.append(_row(number, line.rstrip("\r\n")))
        elif rows:
            found.append(Sentence(tuple(token for token, _ in rows), tuple(bio_spans([tag for _, tag in rows]))))
            rows = []
    return found


def _row(number: int, line: str) -> tuple[str, str]:
    token, _, tag = line.partition("\t")
    tag = tag.strip()
    if not token.strip() or not (tag == "O" or (tag[:2] in {"B-", "I-"} and len(tag) > 2)):  # noqa: PLR2004
        raise BadLine(f"line {number}: want a token, a tab, and O, B-Type or I-Type; got {line[:60]!r}")
    return token.strip(), tag


def canonical(kind: str) -> str:
    """Our name of a corpus's type, GPE with LOC: "Person" and "PER" are PERSON."""
    return _OTHER_NAMES.get(kind.upper(), kind.upper())


def printed(tokens: Sequence[str]) -> tuple[str, list[int]]:
    """The tokens as running text, and where each begins in it."""
    text, starts = "", []
    for at, token in enumerate(tokens):
        text += " " if at and not _touches(tokens, at) else ""
        starts.append(len(text))
        text += token
    return text, starts


def _touches(tokens: Sequence[str], at: int) -> bool:
    """Does a token stand right after the one before: "U" "." "S" ".", "Al" "-" "Qahtani", "Xi" "’" "s"?"""
    before, token = tokens[at - 1], tokens[at]
    if token in _CLOSING or before in _OPENING or "-" in (before, token):
        return True
    if token in _ATTACHED or (token[0] in _APOSTROPHES and token[1:] in _CLITICS):
        return True
    if token in _APOSTROPHES:
        return at + 1 < len(tokens) and tokens[at + 1] in _CLITICS
    if before in _APOSTROPHES:
        return token in _CLITICS
    return before == "." and at > 1 and _is_initial(tokens[at - 2]) and _is_initial(token)


def _is_initial(token: str) -> bool:
    return len(token) == 1 and token.isupper()


def score(annotator: Annotator[tuple[Entity, ...]], sentences: Sequence[Sentence]) -> Scores:
    """The annotator's exact-span F1 on the sentences, each a text by itself; leading articles count for nothing."""
    wanted = {canonical(kind) for sentence in sentences for _, _, kind in sentence.spans}
    texts = [printed(sentence.tokens) for sentence in sentences]
    found: list[tuple[Entity, ...]] = []
    annotator.annotate([texts[0][0]] if texts else [])  # what a model does on first use is no part of its speed
    begun = time.perf_counter()
    for at in range(0, len(texts), BATCH):
        found += annotator.annotate([text for text, _ in texts[at : at + BATCH]])
    seconds = time.perf_counter() - begun
    rows = [
        (sentence.tokens, _canonical(sentence.spans), token_spans(sentence.tokens, _mentions(entities), starts))
        for sentence, entities, (_, starts) in zip(sentences, found, texts, strict=True)
    ]
    overall, by_type = entity_f1(rows, sorted(wanted))
    named, _ = entity_f1(rows, [kind for kind in NAMES if kind in wanted] or sorted(wanted))
    words = sum(len(sentence.tokens) for sentence in sentences)
    model = f"{annotator.model.name} {annotator.model.version}"
    return Scores(
        model=model,
        f1=named["f1"],
        f1_all_types=overall["f1"],
        by_type=by_type,
        words=words,
        words_per_second=words / max(seconds, 1e-9),
    )


def _canonical(spans: Iterable[TypedSpan]) -> list[TypedSpan]:
    return [(start, end, canonical(kind)) for start, end, kind in spans]


def _mentions(entities: Iterable[Entity]) -> list[tuple[int, int, str]]:
    return [(m.start, m.end, canonical(entity.type)) for entity in entities for m in entity.mentions]
