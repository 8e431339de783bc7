"""Scores whole articles: which of the stances that a careful reader would index are found, and at which level.

In: a model folder and labelled articles (`stance/articles.dev.jsonl`). Out: the share found of the clear ones and of
the implied ones, shown and kept. A labelled stance is found where a row has its label, a holder that shares a word with
its holder (or is named as the label says) and a target that shares a word with its target; words are compared by
their first six letters, without articles, prepositions and pronouns. Run: `python -m training.articles`.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from processors.annotations import Stance
from processors.pipeline import load
from training import corpora

SMALL = frozenset(
    """a about against all an and are as at be by for from has have her his in is it its new not of on or our that the
    their this to was who will with would""".split()  # noqa: SIM905 - words read best as words
)
STEM = 6  # letters
SHOWN = ("high", "medium")
BATCH = 16  # articles annotated at a time


def words(*phrases: str) -> set[str]:
    """The phrases' words that tell one from another, each by its first letters."""
    found = re.findall(r"[a-z0-9]+", " ".join(phrases).casefold())
    return {word[:STEM] for word in found if word not in SMALL and (len(word) > 1 or word.isdigit())}


def is_found(labelled: Mapping[str, Any], rows: Iterable[Stance]) -> bool:
    """Is the labelled stance among the rows?"""
    holder, target = words(labelled["holder"], labelled["said"]), words(labelled["target"])
    return any(
        row.label == labelled["label"]
        and holder & words(row.holder, row.holder_span.text)
        and target & words(row.target, row.target_span.text)
        for row in rows
    )


def counts(file: Path) -> Counter[tuple[str, str]]:
    """How many labelled stances there are, are shown and are kept, by strength."""
    articles = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    annotator, found = load(), Counter[tuple[str, str]]()
    for at in range(0, len(articles), BATCH):
        some = articles[at : at + BATCH]
        texts = [f"{each['headline']}\n\n{each['body']}" for each in some]
        for article, made in zip(some, annotator.annotate(texts), strict=True):
            rows = made.stance or ()
            shown = [row for row in rows if row.level in SHOWN]
            found["rows", "shown"] += len(shown)
            for labelled in article["stances"]:
                strength = labelled["strength"]
                found[strength, "labelled"] += 1
                found[strength, "shown"] += is_found(labelled, shown)
                found[strength, "kept"] += is_found(labelled, rows)
    return found


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, default=corpora.folder() / "stance/articles.dev.jsonl")
    found = counts(parser.parse_args().file)
    for strength in ("clear", "implied"):
        total = found[strength, "labelled"]
        shares = ", ".join(f"{100 * found[strength, which] / total:.1f}% {which}" for which in ("shown", "kept"))
        print(f"{strength}: {total} labelled, {shares}")
    print(f"{found['rows', 'shown']} rows shown")


if __name__ == "__main__":
    main()
