"""What each epoch of training is drawn from: the corpora in, groups of items of all tasks out, mixed."""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from typing import Any, NamedTuple

from training import batches, corpora, frames, unlabelled
from training.batches import Batch
from training.corpora import NAME_TYPES, Tagged

NONE_SHARE, FINANCE_SHARE, EMPTY_SHARE = 0.6, 0.35, 0.5  # of these easy examples, the share seen each epoch


class Group(NamedTuple):
    """Items of one task that make a batch together."""

    task: str
    items: list[Any]

    def batch(self) -> Batch | frames.Batch:
        """The batch of them."""
        return frames.collate(self.items) if self.task == "frames" else batches.collate(self.task, self.items)


class Epochs:
    """All tasks' training examples, and each epoch's batches drawn from them."""

    def __init__(self, tokenizer: Any, options: argparse.Namespace) -> None:
        """Read the corpora once; sentences that are changed each epoch are tokenized again."""
        root = corpora.folder()
        self.tokenizer, self.options = tokenizer, options
        self.tagged = corpora.entities(root / "ner/worldwide.train.tsv")
        self.wiki = corpora.entities(root / "ner/wikigold.3class.tsv")
        news = corpora.news_sentiment(root / "sentiment/newsmtsc.train.jsonl")
        finance = corpora.finance_sentiment(root / "sentiment/sentfin.csv")
        self.pairs = list(corpora.stance_pairs(root / "stance/dse.train.tsv"))
        self.framed = frames.items(tokenizer, corpora.frames(root / "stance/frames.train.jsonl"))
        self.named = corpora.names(root / "ner/names.train.jsonl")
        toned = corpora.mentions(root / "sentiment/mentions.train.jsonl")
        toned += corpora.own_mentions(corpora.LABELS / "mentions.jsonl", root / "articles")
        self.mentions = batches.target_items(tokenizer, toned)
        self.news = batches.target_items(tokenizer, news)
        self.finance = batches.target_items(tokenizer, finance)
        self.unlabelled: dict[str, list[Any]] = {}
        if options.unlabelled:
            self.unlabelled = unlabelled.items(tokenizer, options.unlabelled, options.seed)
        self.names: dict[str, list[str]] = {"Person": [], "Organization": [], "Location": []}
        for example in self.tagged:
            for start, end, kind in example.spans:
                if kind in self.names:
                    self.names[kind].append(example.text[start:end])

    def draw(self, epoch: int, seed: int) -> list[Group]:
        """Draw one epoch's groups of items of all tasks, mixed; the same for the same seed and epoch."""
        rng = random.Random(seed * 1000 + epoch)
        mixed: list[Group] = []
        for task in self.options.tasks:
            seen = repeated(self._labelled(task, rng), self.options.shares.get(task, 1.0), rng)
            mixed += [Group(task, each) for each in batches.groups(seen, self.options.tokens, rng)]
            if task in self.options.taught or task == "meaning":
                rest = self.unlabelled.get(task, [])
                rest = rng.sample(rest, round(self.options.unlabelled_share * len(rest)))
                mixed += [Group(task, each) for each in batches.groups(rest, self.options.tokens, rng)]
        rng.shuffle(mixed)
        return mixed

    def _labelled(self, task: str, rng: random.Random) -> Sequence[Any]:
        """The items of a task with labels, some changed or left out by chance."""
        if task == "entities":
            kept = [e for e in self.tagged if e.spans or rng.random() < EMPTY_SHARE]
            kept = rng.sample(kept, min(len(kept), round(len(kept) * min(1, self.options.shares.get(task, 1)))))
            sentences = batches.joined(kept, rng, 0.4) + self.wiki
            return batches.tag_items(self.tokenizer, [batches.recased(e, rng, self.names) for e in sentences])
        if task == "stance":
            pairs = [e for e in self.pairs if e.label or rng.random() < NONE_SHARE]
            pairs = [batches.retargeted(e, rng, self.options.retarget, self.names) for e in pairs]
            return batches.pair_items(self.tokenizer, pairs)
        if task == "names":
            return batches.tag_items(self.tokenizer, self._renamed(rng), NAME_TYPES)
        if task == "finance":
            return [item for item in self.finance if rng.random() < FINANCE_SHARE]
        return {"sentiment": self.news, "frames": self.framed, "mentions": self.mentions}.get(task, [])

    def _renamed(self, rng: random.Random) -> list[Tagged]:
        """The sentences with names of ten types, some in other capitals."""
        return [batches.recased(each, rng, {}) for each in self.named]


def repeated(made: Sequence[Any], share: float, rng: random.Random) -> list[Any]:
    """``share`` of the batches: each ``int(share)`` times, and a random part of them once more."""
    whole = int(share)
    return [*made] * whole + rng.sample(list(made), round((share - whole) * len(made)))
