"""Fits the head that gives a text's vector of meaning: a mean and a map, from articles without labels.

In: the articles that may be learned from, the shipped encoder. Out: `newsreader.meaning.npz`, and its SHA-256 in the
manifest. The map takes the directions in which sentences differ most, and scales each by how much they do (whitening),
so that rare differences count as much as frequent ones. Run: `python -m training.meaning`, some minutes on one core.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from processors.encoder import encoder, meaning, reading
from processors.encoder.heads import Floats, Weights
from training import corpora

SIZES = {"wire_dev": 4, "reuters21578": 1}  # articles of each, as shares
SENTENCES = 14  # of an article
FILE = "newsreader.meaning.npz"


def texts(root: Path, most: int, seed: int) -> Iterator[str]:
    """The beginnings of so many articles, none of which is kept apart."""
    rng, apart = random.Random(seed), corpora.kept_apart(root)
    for source, field in corpora.ARTICLES.items():
        with gzip.open(root / f"articles/{source}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [row for row in map(json.loads, lines) if f"{source}:{row['id']}" not in apart]
        for row in rng.sample(rows, most * SIZES[source] // sum(SIZES.values())):
            yield f"{row['title'] or ''}\n\n{row[field]}"


def states(all_texts: Iterator[str]) -> Floats:
    """What the words of each sentence mean, one row a sentence."""
    reader = reading.load()
    rows = []
    for text in all_texts:
        (read,) = reader.read([" ".join(text.split(" ")[: SENTENCES * 25])])
        for each in read.sentences[:SENTENCES]:
            total, counted = meaning.summed([each.encoded])
            if counted:
                rows.append(total / np.float32(counted))
    return np.stack(rows)


def whitening(rows: Floats, dimensions: int) -> Weights:
    """The rows' mean, and the map to their main directions, each of variance one."""
    mean = rows.mean(axis=0)
    spreads, directions = np.linalg.eigh(np.cov((rows - mean).T.astype(np.float64)))
    chosen = directions[:, -dimensions:] / np.sqrt(spreads[-dimensions:])
    return {"mean": mean.astype(np.float16), "weight": chosen.T.astype(np.float16)}


def write(weights: Weights, folder: Path) -> None:
    """Write the head, and its name and hash into the manifest."""
    np.savez(folder / FILE, mean=weights["mean"], weight=weights["weight"])
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["meaning"] = FILE
    manifest["sha256"][FILE] = hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=1_000, help="articles")
    parser.add_argument("--dimensions", type=int, default=128)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=encoder.MODELS)
    options = parser.parse_args()
    write(whitening(states(texts(corpora.folder(), options.most, options.seed)), options.dimensions), options.out)


if __name__ == "__main__":
    main()
