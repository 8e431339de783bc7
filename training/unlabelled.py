"""Sentences without labels, for teachers to label: real news, with the names that the shipped model finds in it.

In: the articles. Out: a file of sentences with their names, one JSON object a line; and from it, for each task, the
sentences as unlabelled items. Articles that a development file or a judgement draws from are left out, and half of
the sentences say a word that carries stances in the labelled ones, which most sentences do not.
Run: `python -m training.unlabelled --most 60000 --out runs/unlabelled.jsonl.gz`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

from processors.encoder import encoder
from processors.evaluation.labelled_sentences import NATURAL, Targeted
from processors.stance.pairs import Paired
from processors.text.passages import level, sentences
from training import batches, corpora, frames
from training.corpora import Framed, Tagged

NAMES = frozenset({"PERSON", "ORG", "GPE", "LOC", "NORP"})
SHORTEST, LONGEST = 40, 400  # characters of a sentence
MOST_PAIRS = 1  # of one sentence: most say nothing
AT_ONCE = 256  # sentences encoded together
OFTEN = 3  # times that a word must be part of a cue to count as one that carries stances


def stance_words(root: Path) -> set[str]:
    """Words of the labelled cues."""
    counted: Counter[str] = Counter()
    for each in corpora.frames(root / "stance/frames.train.jsonl"):
        for start, end in {frame.cue for frame in each.frames}:
            counted.update(word for word in each.text[start:end].casefold().split() if len(word) > 3)
    return {word for word, times in counted.items() if times >= OFTEN}


def read(root: Path) -> Iterator[str]:
    """Every sentence of a fit length, of the articles that may be learned from."""
    apart = corpora.kept_apart(root)
    for source, field in corpora.ARTICLES.items():
        with gzip.open(root / f"articles/{source}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for article in map(json.loads, lines):
                if f"{source}:{article['id']}" in apart:
                    continue
                text = str(article[field])
                whole = (level(text[each.start : each.end]) for each in sentences(text))
                yield from (each for each in whole if SHORTEST <= len(each) <= LONGEST)


def draw(root: Path, most: int, seed: int) -> list[str]:
    """``most`` different sentences, half of them with a word that carries stances."""
    rng, words = random.Random(seed), stance_words(root)
    found = sorted(set(read(root)))
    likely = [each for each in found if words & set(each.casefold().split())]
    rest = sorted(set(found) - set(likely))
    drawn = rng.sample(likely, min(most // 2, len(likely))) + rng.sample(rest, min(most // 2, len(rest)))
    rng.shuffle(drawn)
    return drawn


def write(texts: list[str], path: Path) -> None:
    """Write the sentences with the names in them."""
    model = encoder.load()
    with gzip.open(path, "wt", encoding="utf-8") as out:
        for at in range(0, len(texts), AT_ONCE):
            for each in model.encode(texts[at : at + AT_ONCE]):
                names = [(m.start, m.end) for m in each.mentions if m.type in NAMES]
                out.write(json.dumps({"text": each.text, "names": names}, ensure_ascii=False) + "\n")


def items(tokenizer: Any, path: Path, seed: int) -> dict[str, list[Any]]:
    """The sentences of a file that `write` wrote, as unlabelled items of each task."""
    rng = random.Random(seed)
    texts, aimed, paired = [], [], []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            text, names = row["text"], [(a, b) for a, b in row["names"]]
            texts.append(text)
            if names:
                aimed.append(Targeted(text, tuple(names), (0,) * len(names), 0))
            pairs = list(combinations(names, 2))
            paired += [Paired(text, p, q, 0) for p, q in rng.sample(pairs, min(MOST_PAIRS, len(pairs)))]
    tagged = [Tagged(text, ()) for text in texts]
    made = {
        "entities": batches.tag_items(tokenizer, tagged),
        "sentiment": batches.target_items(tokenizer, aimed),
        "stance": batches.pair_items(tokenizer, paired),
        "names": batches.tag_items(tokenizer, tagged),
        "mentions": batches.target_items(tokenizer, [each._replace(domain=NATURAL) for each in aimed]),
        "frames": frames.items(tokenizer, [Framed(text, ()) for text in texts]),
        "meaning": batches.tag_items(tokenizer, tagged),
    }
    for each in made.values():
        for item in each:
            item.labelled = False
    return made


def main() -> None:
    """Draw and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write(draw(corpora.folder(), options.most, options.seed), options.out)


if __name__ == "__main__":
    main()
