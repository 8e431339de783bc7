"""Reads the corpora into examples.

In: the corpora folder. Out: tagged sentences, sentences with targets and their sentiment, sentences with a
pair and its stance, and sentences with stance frames; every position is a character offset into the example's
own text.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from processors.encoder.pieces import Offsets
from processors.evaluation.labelled_sentences import FINANCE, Targeted, read_pairs, read_targets
from processors.stance.pairs import Paired
from processors.story_text import story_text
from processors.text.passages import level

TYPES = ("Person", "Organization", "Location", "NORP", "Facility", "Date", "Money", "Product", "Misc")
WIKIGOLD = {"PER": "Person", "ORG": "Organization", "LOC": "Location"}
NAME_TYPES = ("PERSON", "NORP", "ORG", "GPE", "LOC", "FAC", "EVENT", "LAW", "PRODUCT", "WORK_OF_ART")
STANCES = ("favor", "against")
ARTICLES = {"wire_dev": "text", "reuters21578": "body"}  # files of articles, and the field that holds their text
DEVELOPMENT = (
    "stance/frames.dev.jsonl",
    "stance/articles.dev.jsonl",
    "ner/names.dev.jsonl",
    "sentiment/mentions.dev.jsonl",
)
FIRST_WORDS = 400  # of an article that those who labelled here saw
LABELS = Path(__file__).with_name("labels")  # what was labelled here, by places in articles


@dataclass(frozen=True)
class Tagged:
    """A sentence with its entities; `partial` says that only people, organizations and places are marked."""

    text: str
    spans: tuple[tuple[int, int, str], ...]
    partial: bool = False


class Frame(NamedTuple):
    """One stance as a sentence states it: who holds it, toward what, and the words that carry it."""

    holder: Offsets
    target: Offsets
    cue: Offsets
    label: int  # index into STANCES


@dataclass(frozen=True)
class Framed:
    """A sentence with all its stance frames, which may be none."""

    text: str
    frames: tuple[Frame, ...]


def folder() -> Path:
    """Say where the corpora are."""
    default = Path(__file__).resolve().parents[1] / ".." / "shared" / "corpora"
    return Path(os.environ.get("NEWSWIRE_CORPORA", default)).resolve()


def kept_apart(root: Path) -> set[str]:
    """The articles, as ``source:id``, that nothing may be learned from, not even without labels."""
    apart = set((root / "articles/unlabelled_ids.txt").read_text(encoding="utf-8").split())
    for name in DEVELOPMENT:
        for line in (root / name).read_text(encoding="utf-8").splitlines():
            apart.add(json.loads(line)["source"])
    return apart


def article_texts(articles: Path, wanted: Collection[str]) -> dict[str, str]:
    """The first `FIRST_WORDS` of the wanted articles under their headlines, by ``file:id``."""
    found = {}
    for name, field in ARTICLES.items():
        with gzip.open(articles / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for article in map(json.loads, lines):
                if (key := f"{name}:{article['id']}") in wanted:
                    body = " ".join(article[field].split(" ")[:FIRST_WORDS])
                    found[key] = f"{article['title']}\n\n{body}" if article.get("title") else body
    return found


def own_mentions(labels: Path, articles: Path) -> list[Targeted]:
    """Read names with the tone toward each that were labelled here, by their places in articles."""
    return read_targets(json.dumps({**row, "type": ""}) for row in own_rows(labels, articles))


def own_rows(labels: Path, articles: Path) -> list[dict[str, Any]]:
    """The rows of a file that was labelled here, each with its sentence as the product reads it."""
    rows = _rows(labels)
    texts = article_texts(articles, {row["source"] for row in rows})
    spelt = {source: level(story_text(text).spelt) for source, text in texts.items()}
    return [{**row, "sentence": spelt[row["source"]][row["start"] : row["end"]]} for row in rows]


def read_columns(path: Path) -> list[list[tuple[str, str]]]:
    """Read token TAB tag lines into sentences."""
    lines = path.read_text(encoding="utf-8").split("\n")
    sentences = []
    for filled, group in groupby(lines, key=lambda line: bool(line.strip())):
        if filled:
            sentences.append([(line.split("\t")[0], line.split("\t")[1].strip()) for line in group])
    return sentences


def tagged(rows: list[tuple[str, str]], names: dict[str, str], *, partial: bool = False) -> Tagged:
    """Join tokens by spaces (the tokenizer is blind to them) and turn BIO tags into character spans."""
    spans: list[tuple[int, int, str]] = []
    position, open_type = 0, ""
    for token, tag in rows:
        kind = names.get(tag[2:], "")
        if kind and tag[0] == "I" and open_type == kind:
            spans[-1] = (spans[-1][0], position + len(token), kind)
        elif kind:
            spans.append((position, position + len(token), kind))
        open_type = kind
        position += len(token) + 1
    return Tagged(" ".join(token for token, _ in rows), tuple(spans), partial)


def entities(path: Path) -> list[Tagged]:
    """Read one file of tagged sentences; WikiGold's short label names mark it as partial."""
    sentences = read_columns(path)
    partial = any(tag[2:] == "PER" for rows in sentences for _, tag in rows)
    names = WIKIGOLD if partial else {name: name for name in TYPES}
    return [tagged(rows, names, partial=partial) for rows in sentences]


def news_sentiment(path: Path) -> list[Targeted]:
    """Read NewsMTSC."""
    return read_targets(path.read_text(encoding="utf-8").splitlines())


def finance_sentiment(path: Path) -> list[Targeted]:
    """Read SEntFiN; its dictionaries hold unescaped apostrophes, hence the expression."""
    found = []
    pattern = re.compile(r"""['"](.+?)['"]: ['"](positive|negative|neutral)['"]""")
    labels = {"negative": 0, "neutral": 1, "positive": 2}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            title = row["Title"]
            rows = [(title.find(name), name, labels[value]) for name, value in pattern.findall(row["Decisions"])]
            kept = [((at, at + len(name)), label) for at, name, label in rows if at >= 0]
            if kept:
                found.append(Targeted(title, tuple(s for s, _ in kept), tuple(v for _, v in kept), FINANCE))
    return found


def stance_pairs(path: Path) -> list[Paired]:
    """Read DSE rows, brackets taken out; a row whose brackets cannot be found is left out."""
    rows = read_pairs(path.read_text(encoding="utf-8").splitlines())
    return [row for row in rows if isinstance(row, Paired)]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def frames(path: Path) -> list[Framed]:
    """Read sentences with stance frames."""
    return [
        Framed(
            row["sentence"],
            tuple(
                Frame(tuple(each["holder"]), tuple(each["target"]), tuple(each["cue"]), STANCES.index(each["label"]))
                for each in row["stances"]
            ),
        )
        for row in _rows(path)
    ]


def names(path: Path) -> list[Tagged]:
    """Read sentences with names of ten types."""
    return [Tagged(row["sentence"], tuple((a, b, kind) for a, b, kind in row["names"])) for row in _rows(path)]


def mentions(path: Path) -> list[Targeted]:
    """Read names with the tone toward each."""
    return read_targets(path.read_text(encoding="utf-8").splitlines())
