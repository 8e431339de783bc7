"""Trains the head for targets that somebody chose, on a finished encoder, by labels and an older model's view.

In: NewsMTSC, a model folder, and version 2.0 of this model as commit 3f99b41 has it, which was better at this task: its
encoder had learned nothing but names, pairs and targets. Out: `newsreader.given.npz` in the folder, and its line in the
manifest. The encoder stays as it is, so its hidden states are made once. One core needs about two minutes.
Run: `python -m training.given --teacher runs/version2`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F

from processors.encoder import encoder, heads
from processors.encoder.given import HOPS, VIEWS
from processors.encoder.pieces import WINDOW, pieces_of, to_pieces
from processors.evaluation.labelled_sentences import Targeted
from processors.text.passages import level
from training import corpora
from training.losses import TEMPERATURE
from training.model import HIDDEN, TargetHead, pooled
from training.train import average, schedule

FILE = "newsreader.given.npz"
WIDE = 512  # of the maps between two readings
DROPOUT = 0.2
EPOCHS, RATE, WARM, TOKENS = 12, 4e-4, 60, 4096
SOFT = 0.6  # how much of the loss is the older model's view
POSITIVE = 1.2  # weight of positive targets, which are missed most
SLOW = 0.998  # how slowly the averaged weights follow
TONES = (1.0, 1.0, 0.9)  # how much negative, neutral and positive count; set on NewsMTSC's development parts


class Target(NamedTuple):
    """A target in a sentence: the sentence's hidden states, the target's sub-tokens, label, and the teacher's view."""

    hidden: np.ndarray[Any, Any]
    span: list[int]
    label: int
    view: np.ndarray[Any, Any]


class Hops(nn.Module):
    """A target that reads its sentence several times over: see `processors.encoder.given`."""

    def __init__(self, width: int) -> None:
        """Build the maps; the last one gives nothing at first."""
        super().__init__()

        def maps(given: int, made: int) -> nn.ModuleList:
            return nn.ModuleList(nn.Linear(given, made) for _ in range(HOPS))

        self.q, self.v = maps(width, width * VIEWS), maps(width * VIEWS, width)
        self.n1, self.n2 = (nn.ModuleList(nn.LayerNorm(width) for _ in range(HOPS)) for _ in range(2))
        self.up, self.down = maps(width, WIDE), maps(WIDE, width)
        self.join, self.out = nn.Linear(3 * width, HIDDEN), nn.Linear(HIDDEN, 3)
        for each in self.q:
            nn.init.normal_(each.weight, std=0.02)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, hidden: Tensor, mask: Tensor, span: Tensor) -> Tensor:
        """Give logits (targets, 3)."""
        begun = state = pooled(hidden, span)
        width = hidden.shape[-1]
        for q, v, n1, n2, up, down in zip(self.q, self.v, self.n1, self.n2, self.up, self.down, strict=True):
            scores = torch.einsum("nvw,ntw->nvt", q(state).unflatten(1, (VIEWS, width)), hidden) / math.sqrt(width)
            looks = scores.masked_fill(mask[:, None] == 0, -1e4).softmax(-1)
            state = n1(state + self._less(v(torch.einsum("nvt,ntw->nvw", looks, hidden).flatten(1))))
            state = n2(state + self._less(down(F.gelu(up(state)))))
        features = self._less(torch.cat([begun, state, hidden[:, 0]], -1))
        logits: Tensor = self.out(self._less(F.gelu(self.join(features))))
        return logits

    def _less(self, x: Tensor) -> Tensor:
        return F.dropout(x, DROPOUT, self.training)


class GivenHead(nn.Module):
    """What the encoder's own head says, learned on, and what the hops add to it."""

    def __init__(self, width: int) -> None:
        """Put the two together."""
        super().__init__()
        self.base, self.more = TargetHead(width, 1), Hops(width)

    def forward(self, hidden: Tensor, mask: Tensor, span: Tensor) -> Tensor:
        """Give logits (targets, 3)."""
        logits: Tensor = self.base(hidden, mask, span, 0) + self.more(hidden, mask, span)
        return logits

    def begin(self, weights: heads.Weights) -> None:
        """Take the encoder's own head to begin with."""
        for name, value in self.base.state_dict().items():
            value.copy_(torch.tensor(weights[f"target.{name.replace('out.0.', 'out.')}"]))


def views(folder: Path, examples: Sequence[Targeted]) -> list[heads.Floats]:
    """The older model's scores for each target, sentence by sentence."""
    session = onnxruntime.InferenceSession(str(folder / "newsreader.onnx"), providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    weights = encoder.read_weights(folder / "newsreader.heads.npz")
    found = []
    for each, pieces in zip(examples, to_pieces(tokenizer, [level(e.text) for e in examples]), strict=True):
        ids, shapes = (np.array([row[:WINDOW]], dtype=np.int64) for row in (pieces.ids, pieces.shapes))
        (hidden,) = session.run(["hidden"], {"ids": ids, "shapes": shapes, "mask": np.ones(ids.shape, np.float32)})
        spans = [[at for at in pieces_of(span, pieces) if at < WINDOW] for span in each.targets]
        found.append(heads.target_logits(weights, [hidden[0]], [spans]))
    return found


def targets(models: Path, teacher: Path) -> list[Target]:
    """All targets of the training part."""
    examples = corpora.news_sentiment(corpora.folder() / "sentiment/newsmtsc.train.jsonl")
    encoded = encoder.load(models).encode([level(each.text) for each in examples])
    found = [
        Target(one.hidden.astype(np.float16), pieces_of(span, one.pieces), label, view)
        for each, one, seen in zip(examples, encoded, views(teacher, examples), strict=True)
        for span, label, view in zip(each.targets, each.labels, seen, strict=True)
    ]
    return [each for each in found if each.span]


def groups(found: Sequence[Target], rng: random.Random) -> list[list[Target]]:
    """Targets whose sentences are of like length together, about `TOKENS` at a time, in random order."""
    made: list[list[Target]] = [[]]
    for each in sorted(found, key=lambda one: len(one.hidden) + 6 * rng.random()):
        if (len(made[-1]) + 1) * len(each.hidden) > TOKENS:
            made.append([])
        made[-1].append(each)
    rng.shuffle(made)
    return made


def laid(some: Sequence[Target]) -> tuple[Tensor, Tensor, Tensor]:
    """Hidden states, mask and targets, padded to the longest sentence."""
    longest, width = max(len(each.hidden) for each in some), some[0].hidden.shape[1]
    hidden = torch.zeros(len(some), longest, width)
    mask, span = torch.zeros(len(some), longest), torch.zeros(len(some), longest)
    for row, each in enumerate(some):
        hidden[row, : len(each.hidden)] = torch.from_numpy(each.hidden.astype(np.float32))
        mask[row, : len(each.hidden)] = 1
        span[row, each.span] = 1
    return hidden, mask, span


def loss_of(logits: Tensor, some: Sequence[Target]) -> Tensor:
    """What the labels and the older model say."""
    labels, seen = torch.tensor([each.label for each in some]), torch.tensor(np.stack([each.view for each in some]))
    hard = F.cross_entropy(logits, labels, torch.tensor((1.0, 1.0, POSITIVE)), label_smoothing=0.05)
    mine, theirs = (each.div(TEMPERATURE).log_softmax(-1) for each in (logits, seen))
    soft = F.kl_div(mine, theirs, reduction="batchmean", log_target=True) * TEMPERATURE**2
    return SOFT * soft + (1 - SOFT) * hard


def batches(found: Sequence[Target], rng: random.Random) -> Iterator[list[Target]]:
    """The batches of all epochs."""
    for _ in range(EPOCHS):
        yield from groups(found, rng)


def train(models: Path, teacher: Path, seed: int) -> dict[str, Tensor]:
    """The averaged weights."""
    torch.manual_seed(seed)
    found, rng = targets(models, teacher), random.Random(seed)
    weights = encoder.read_weights(models / "newsreader.heads.npz")
    head = GivenHead(found[0].hidden.shape[1])
    head.begin(weights)
    kept = {name: value.clone() for name, value in head.state_dict().items()}
    optimizer = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=0.01)
    drawn = list(batches(found, rng))
    for step, some in enumerate(drawn):
        optimizer.param_groups[0]["lr"] = RATE * schedule(step, step / len(drawn), WARM)
        loss_of(head(*laid(some)), some).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(head.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        average(kept, head, min(SLOW, (step + 2) / (step + 21)))
    return kept


def write(models: Path, kept: dict[str, Tensor]) -> None:
    """Write the weights as half floats, and name them in the manifest."""
    arrays = {name.replace("out.0.", "out."): value.numpy().astype(np.float16) for name, value in kept.items()}
    arrays["base.out.bias"] += np.log(np.array(TONES, dtype=np.float16))
    np.savez_compressed(models / FILE, **arrays)
    path = models / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["given"] = FILE
    manifest["sha256"][FILE] = hashlib.sha256((models / FILE).read_bytes()).hexdigest()
    path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=encoder.MODELS)
    parser.add_argument("--teacher", type=Path, required=True, help="folder of version 2.0's files")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    write(options.models, train(options.models, options.teacher, options.seed))


if __name__ == "__main__":
    main()
