"""Scores SEESAW: who sides with whom in an article, the pair being given.

In: articles with annotated sentences (source, target, polarity). Out: how often the polarity is told right,
for each annotated sentence and for each pair of an article. Nothing is learned or tuned here: the corpus's
licence forbids commercial use, so no shipped model may be trained on it.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from processors.encoder.encoder import Encoded, Encoder
from processors.encoder.pieces import Offsets
from processors.evaluation.labelled_sentences import BadLine
from processors.evaluation.scoring import class_f1

NOBODY = frozenset({"None", "Not in the list", "Author"})
LABELS = {"POS": "favor", "NEG": "against"}
# How the tone toward the target and the stance of the pair are joined: by logistic regression on the pairs of DSE's
# development part that hold a stance. SEESAW itself has no say in it.
TONE, PAIR, LEAN = 0.29, 0.80, -0.14
COMMON = frozenset({"the", "of", "and", "party", "for", "in", "to", "on", "a", "an", "lawmakers", "members"})


class Labelled(NamedTuple):
    """A stance that the annotators found in a sentence, by the sentence's id."""

    sentence: str
    source: str
    target: str
    label: str


class LabelledArticle(NamedTuple):
    """An article's sentences by id, and its stances."""

    sentences: dict[str, str]
    stances: tuple[Labelled, ...]


def mentions(name: str, text: str) -> list[Offsets]:
    """Find a name's words in a text, by their first six letters: `Democratic Party` is found in `Democrats`."""
    whole = [m.span() for m in re.finditer(re.escape(name), text, re.IGNORECASE)]
    if whole:
        return whole
    words = [w for w in re.findall(r"\w+", name) if len(w) > 1 and w.lower() not in COMMON]
    last = words[-1:] if len(words) > 1 and name.istitle() else words
    for candidates in (last, words):
        stems = {w.lower()[:6] for w in candidates}
        found = [m.span() for m in re.finditer(r"\w+", text) if m.group().lower()[:6] in stems]
        if found:
            return found
    return []


def leaning(model: Encoder, encoded: Encoded, source: str, target: str, start: int = 0) -> tuple[int, float]:
    """Weigh favor against enmity in a sentence; the first number tells how much of the pair it names.

    The sentence begins at `start`; what stands before it is its context, whose last mentions count.
    """
    text = encoded.text
    targets = mentions(target, text) if target not in NOBODY else []
    holders = mentions(source, text) if source not in NOBODY else []
    if start:
        targets, holders = targets[::-1], holders[::-1]
    spans = targets[:3] or [(start, len(text))]
    views = [math.log(c[2] + 1e-6) - math.log(c[0] + 1e-6) for c in model.target_sentiment(encoded, spans)]
    value = TONE * sum(views) / len(views) + LEAN
    pairs = [(h, t) for h in holders[:2] for t in targets[:2] if h != t]
    if pairs:
        chances = model.pair_stance(encoded, [h for h, _ in pairs], [t for _, t in pairs])
        value += PAIR * sum(math.log(c[1] + 1e-6) - math.log(c[3] + 1e-6) for c in chances) / len(pairs)
    return bool(targets) + bool(pairs), value


def read(lines: Iterable[str]) -> list[LabelledArticle]:
    """Read articles; those without an annotated stance are kept, for they cost only time."""
    return [_article(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _article(number: int, line: str) -> LabelledArticle:
    try:
        row = json.loads(line)
        sentences = {str(each["id"]): str(each["text"]) for each in row["article"]["text"]}
        stances = [
            Labelled(str(at), str(each["subject"]), str(each["object"]), LABELS[each["sentiment"]])
            for at, rows in row["annotation"]["sentence-level stances"].items()
            for each in rows
        ]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        what = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise BadLine(f"line {number}: want article.text and annotation.sentence-level stances; {what}") from None
    if missing := [each.sentence for each in stances if each.sentence not in sentences]:
        raise BadLine(f"line {number}: a stance names sentence {missing[0]}, which the article lacks")
    return LabelledArticle(sentences, tuple(stances))


def scores(model: Encoder, articles: Sequence[LabelledArticle]) -> dict[str, Any]:
    """Score annotated sentences, and pairs by article from all the sentences that name most of the pair."""
    begun = time.perf_counter()
    told: list[tuple[str, str]] = []
    by_article: list[tuple[str, str]] = []
    for article in articles:
        encoded = dict(zip(article.sentences, model.encode(list(article.sentences.values())), strict=True))
        within = _in_context(model, article)
        for each in article.stances:
            value = leaning(model, encoded[each.sentence], each.source, each.target)[1]
            value += leaning(model, within[each.sentence][0], each.source, each.target, within[each.sentence][1])[1]
            told.append((each.label, _label(value)))
        by_article += _pairs(model, article, list(encoded.values()))
    seconds = time.perf_counter() - begun
    macro, micro, by_class = class_f1(*_columns(told), ("favor", "against"))
    pair_macro, pair_micro, _ = class_f1(*_columns(by_article), ("favor", "against"))
    return {
        "macro_f1": macro,
        "micro_f1": micro,
        "by_class": by_class,
        "examples": len(told),
        "by_article": {"macro_f1": pair_macro, "micro_f1": pair_micro, "pairs": len(by_article)},
        "sentences_per_second": sum(len(each.sentences) for each in articles) / max(seconds, 1e-9),
    }


def _in_context(model: Encoder, article: LabelledArticle) -> dict[str, tuple[Encoded, int]]:
    """Each sentence that holds a stance, behind the one before it, and where it begins there."""
    before = dict(zip(article.sentences, ["", *article.sentences.values()], strict=False))
    wanted = list(dict.fromkeys(each.sentence for each in article.stances))
    texts = [f"{before[each]} {article.sentences[each]}".lstrip() for each in wanted]
    starts = [max(0, len(text) - len(article.sentences[each])) for text, each in zip(texts, wanted, strict=True)]
    return dict(zip(wanted, zip(model.encode(texts), starts, strict=True), strict=True))


def _pairs(model: Encoder, article: LabelledArticle, encoded: Sequence[Encoded]) -> Iterator[tuple[str, str]]:
    """Gold and found label of each named pair on which the article's sentences agree."""
    labels: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in article.stances:
        labels[each.source, each.target].add(each.label)
    for (source, target), gold in labels.items():
        if len(gold) > 1 or source in NOBODY or target in NOBODY:
            continue
        found = [leaning(model, each, source, target) for each in encoded]
        most = max(named for named, _ in found)
        yield gold.pop(), _label(sum(value for named, value in found if named == most))


def _label(value: float) -> str:
    return "favor" if value > 0 else "against"


def _columns(rows: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
    return [gold for gold, _ in rows], [found for _, found in rows]
