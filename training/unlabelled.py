"""Sentences without labels, for a teacher to label: real news, with the names that the shipped model finds in it.

In: the articles. Out: for each task the sentences as unlabelled items; each sentence goes to every task.
"""

from __future__ import annotations

import gzip
import json
import random
from itertools import combinations
from pathlib import Path
from typing import Any

from processors.encoder import encoder
from processors.encoder.encoder import Encoded
from processors.evaluation.labelled_sentences import Targeted
from processors.stance.pairs import Paired
from processors.text.passages import level, sentences
from training import batches, frames
from training.corpora import MENTIONS, Framed, Tagged

NAMES = frozenset({"Person", "Organization", "Location", "NORP"})
SHORTEST, LONGEST = 40, 400  # characters of a sentence
MOST_PAIRS = 1  # of one sentence: most say nothing
AT_ONCE = 256  # sentences encoded together


def read(path: Path, most: int, seed: int) -> list[str]:
    """Draw sentences, from every article alike."""
    rng = random.Random(seed)
    found = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            text = str(json.loads(line)["text"])
            whole = [level(text[each.start : each.end]) for each in sentences(text)]
            found += [each for each in whole if SHORTEST <= len(each) <= LONGEST]
    return rng.sample(found, min(most, len(found)))


def items(tokenizer: Any, texts: list[str], seed: int) -> dict[str, list[Any]]:
    """The sentences that name somebody, as unlabelled items of each task."""
    model, rng = encoder.load(intra_op_threads=2), random.Random(seed)
    encoded: list[Encoded] = []
    for at in range(0, len(texts), AT_ONCE):
        encoded += model.encode(texts[at : at + AT_ONCE])
    tagged, aimed, paired = [], [], []
    for text, found in zip(texts, encoded, strict=True):
        names = [(m.start, m.end) for m in found.mentions if m.type in NAMES]
        tagged.append(Tagged(text, ()))
        if names:
            aimed.append(Targeted(text, tuple(names), (0,) * len(names), 0))
        pairs = list(combinations(names, 2))
        paired += [Paired(text, p, q, 0) for p, q in rng.sample(pairs, min(MOST_PAIRS, len(pairs)))]
    made = {
        "entities": batches.tag_items(tokenizer, tagged),
        "sentiment": batches.target_items(tokenizer, aimed),
        "stance": batches.pair_items(tokenizer, paired),
        "names": batches.tag_items(tokenizer, tagged),
        "mentions": batches.target_items(tokenizer, [each._replace(domain=MENTIONS) for each in aimed]),
        "frames": frames.items(tokenizer, [Framed(text, ()) for text in texts]),
    }
    for each in made.values():
        for item in each:
            item.labelled = False
    return made
