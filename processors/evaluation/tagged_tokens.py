"""Entities scored on labelled sentences. Takes lines and an annotator, gives scores.

The lines are a token, a tab and a BIO tag each, a blank line ending a sentence: the tokens are put together as print
has them, so that an annotator reads real text. Or they are JSON Lines of a sentence and its names as character offsets.
"""

import json
import re
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypedDict

from processors.annotations import Entity
from processors.annotator import Annotator
from processors.evaluation.labelled_sentences import BadLine
from processors.evaluation.scoring import Measured, TypedSpan, bio_spans, entity_f1, token_spans

BATCH = 32  # sentences annotated at a time
NAMES = ("PERSON", "ORG", "LOC", "GPE")  # the types that the one score is over, since these are what people search by
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


_TOKEN = re.compile(r"\w+|[^\w\s]")


class TaggedSentence(NamedTuple):
    """A sentence's tokens, the spans that the file marks with its own types, its text, and where each token begins."""

    tokens: tuple[str, ...]
    spans: tuple[TypedSpan, ...]
    text: str
    starts: tuple[int, ...]


class EntityScores(TypedDict):
    """What an annotator finds: F1 in percent over `NAMES` and over all the file's types, and its speed."""

    model: str
    f1: float
    f1_all_types: float
    by_type: dict[str, Measured]
    words: int
    words_per_second: float


def read(lines: Iterable[str]) -> list[TaggedSentence]:
    """The sentences of a tagged file; `BadLine` names the first line that is wrong."""
    found: list[TaggedSentence] = []
    rows: list[tuple[str, str]] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            rows.append(_row(number, line.rstrip("\r\n")))
        elif rows:
            tokens = tuple(token for token, _ in rows)
            text, starts = printed(tokens)
            found.append(TaggedSentence(tokens, tuple(bio_spans([tag for _, tag in rows])), text, tuple(starts)))
            rows = []
    return found


def read_json(lines: Iterable[str]) -> list[TaggedSentence]:
    """The sentences of JSON Lines with ``sentence`` and ``names``, each name as from, to and type."""
    return [_sentence(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _sentence(number: int, line: str) -> TaggedSentence:
    try:
        row = json.loads(line)
        text = str(row["sentence"])
        names = [(int(start), int(end), str(kind)) for start, end, kind in row["names"]]
    except (KeyError, ValueError, TypeError) as error:
        raise BadLine(f"line {number}: want sentence and names as [from, to, type]: {error!r}") from None
    found = list(_TOKEN.finditer(text))
    tokens, starts = tuple(token[0] for token in found), tuple(token.start() for token in found)
    return TaggedSentence(tokens, tuple(token_spans(tokens, names, starts)), text, starts)


def _row(number: int, line: str) -> tuple[str, str]:
    token, _, tag = line.partition("\t")
    tag = tag.strip()
    if not token.strip() or not (tag == "O" or (tag[:2] in {"B-", "I-"} and len(tag) > 2)):  # noqa: PLR2004
        raise BadLine(f"line {number}: want a token, a tab, and O, B-Type or I-Type; got {line[:60]!r}")
    return token.strip(), tag


def canonical(kind: str, *, apart: bool = False) -> str:
    """Our name of a corpus's type: "Person" and "PER" are PERSON. GPE counts as LOC unless they are kept ``apart``."""
    kind = kind.upper()
    return kind if apart and kind == "GPE" else _OTHER_NAMES.get(kind, kind)


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


def score(annotator: Annotator[tuple[Entity, ...]], sentences: Sequence[TaggedSentence]) -> EntityScores:
    """The annotator's exact-span F1 on the sentences, each a text by itself; leading articles count for nothing.

    GPE and LOC are one type, unless the sentences have both.
    """
    kinds = {kind.upper() for sentence in sentences for _, _, kind in sentence.spans}
    apart = {"GPE", "LOC"} <= kinds
    wanted = {canonical(kind, apart=apart) for kind in kinds}
    texts = [sentence.text for sentence in sentences]
    found: list[tuple[Entity, ...]] = []
    annotator.annotate(texts[:1])  # what a model does on first use is no part of its speed
    begun = time.perf_counter()
    for at in range(0, len(texts), BATCH):
        found += annotator.annotate(texts[at : at + BATCH])
    seconds = time.perf_counter() - begun
    rows = [
        (
            each.tokens,
            [(start, end, canonical(kind, apart=apart)) for start, end, kind in each.spans],
            token_spans(each.tokens, _mentions(entities, apart=apart), each.starts),
        )
        for each, entities in zip(sentences, found, strict=True)
    ]
    overall, by_type = entity_f1(rows, sorted(wanted))
    named, _ = entity_f1(rows, [kind for kind in NAMES if kind in wanted] or sorted(wanted))
    words = sum(len(sentence.tokens) for sentence in sentences)
    model = f"{annotator.model.name} {annotator.model.version}"
    return EntityScores(
        model=model,
        f1=named["f1"],
        f1_all_types=overall["f1"],
        by_type=by_type,
        words=words,
        words_per_second=words / max(seconds, 1e-9),
    )


def _mentions(entities: Iterable[Entity], *, apart: bool) -> list[tuple[int, int, str]]:
    return [(m.start, m.end, canonical(entity.type, apart=apart)) for entity in entities for m in entity.mentions]
