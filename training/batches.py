"""Examples to tensors.

In: examples of one task. Out: batches of about equal token count, sentences of like length together, with
that task's labels; and the random changes (capitals, swapped names, joined sentences) made on the way.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor

from processors.encoder.pieces import Pieces, pieces_of, to_pieces
from training.corpora import TYPES, Paired, Tagged, Targeted

LONGEST = 192
UNLABELLED, PARTIAL_OUTSIDE = -100, -200
THINGS = (
    "policy plan bill law deal treaty sanctions tariffs reform budget proposal agreement resolution program war "
    "intervention interference strike ban referendum mandate pipeline visit ceasefire verdict decision inquiry merger"
)
KINDS = (
    "new proposed trade tax nuclear military foreign health climate border security one-state economic peace energy "
    "immigration defence cultural unilateral two-year"
)


@dataclass
class Item:
    """One sentence ready for a batch: its sub-tokens and what is to be learned from it."""

    pieces: Pieces
    tags: list[int] = field(default_factory=list)
    spans: list[list[int]] = field(default_factory=list)  # sub-token indices, one list a target
    labels: list[int] = field(default_factory=list)
    domain: int = 0
    labelled: bool = True  # else its labels say nothing


@dataclass
class Batch:
    """Tensors of one task's sentences; `rows` says which sentence each target or pair is in."""

    task: str
    ids: Tensor
    shapes: Tensor
    mask: Tensor
    tags: Tensor
    rows: Tensor
    spans: Tensor  # (spans, tokens); for pairs p, q and between follow each other
    labels: Tensor
    domain: int
    labelled: bool

    def to(self, device: torch.device) -> Batch:
        """The same on a device."""
        moved = {name: each.to(device) for name, each in vars(self).items() if isinstance(each, Tensor)}
        return replace(self, **moved)


def tag_ids(pieces: Pieces, example: Tagged, types: Sequence[str] = TYPES) -> list[int]:
    """Label the first sub-token of each word: 0 outside, then B and I of each type."""
    tags, last = [], -1
    begun: set[int] = set()
    for word, (start, end) in zip(pieces.words, pieces.offsets, strict=True):
        if word < 0 or word == last:
            tags.append(UNLABELLED)
            continue
        last = word
        tag = PARTIAL_OUTSIDE if example.partial else 0
        for number, (s, e, kind) in enumerate(example.spans):
            if start < e and end > s:
                tag = 1 + 2 * types.index(kind) + (number in begun)
                begun.add(number)
        tags.append(tag)
    return tags


def tag_items(tokenizer: Any, examples: Sequence[Tagged], types: Sequence[str] = TYPES) -> list[Item]:
    """Prepare tagged sentences."""
    found = to_pieces(tokenizer, [e.text for e in examples])
    return [Item(p, tags=tag_ids(p, e, types)) for p, e in zip(found, examples, strict=True)]


def target_items(tokenizer: Any, examples: Sequence[Targeted]) -> list[Item]:
    """Prepare sentences with targets."""
    found = to_pieces(tokenizer, [e.text for e in examples])
    return [
        Item(p, spans=[pieces_of(t, p) for t in e.targets], labels=list(e.labels), domain=e.domain)
        for p, e in zip(found, examples, strict=True)
    ]


def pair_items(tokenizer: Any, examples: Sequence[Paired]) -> list[Item]:
    """Prepare sentences with a pair."""
    items = []
    for pieces, e in zip(to_pieces(tokenizer, [e.text for e in examples]), examples, strict=True):
        p, q = pieces_of(e.p, pieces), pieces_of(e.q, pieces)
        items.append(Item(pieces, spans=[p, q, between(p, q)], labels=[e.label]))
    return items


def between(p: Sequence[int], q: Sequence[int]) -> list[int]:
    """Name the sub-tokens that stand between the two, whichever comes first."""
    if not p or not q:
        return []
    low, high = sorted((p, q), key=lambda s: s[0])
    return list(range(low[-1] + 1, high[0]))


def recased(example: Tagged, rng: random.Random, names: dict[str, list[str]]) -> Tagged:
    """Change a sentence at times: other names in it, all capitals, headline capitals or none at all."""
    if not example.partial and rng.random() < 0.2:
        example = swapped(example, rng, names)
    draw = rng.random()
    text = example.text
    if draw < 0.05:
        text = text.upper()
    elif draw < 0.08:
        text = " ".join(w[:1].upper() + w[1:] for w in text.split(" "))
    elif draw < 0.11:
        text = text.lower()
    # Some letters change their number when their case does; the offsets would then be wrong.
    return Tagged(text, example.spans, example.partial) if len(text) == len(example.text) else example


def swapped(example: Tagged, rng: random.Random, names: dict[str, list[str]]) -> Tagged:
    """Put other names of the same kind in place of some of the sentence's."""
    text, spans, shift = example.text, [], 0
    for start, end, kind in example.spans:
        name = example.text[start:end]
        if names.get(kind) and rng.random() < 0.5:
            name = rng.choice(names[kind])
        at = start + shift
        text = text[:at] + name + text[end + shift :]
        spans.append((at, at + len(name), kind))
        shift += len(name) - (end - start)
    return Tagged(text, tuple(spans), example.partial)


def phrase(rng: random.Random, names: dict[str, list[str]]) -> str:
    """Make up a noun phrase such as a policy's: `the new tariffs`, `Merkel's proposal`, `the Athens deal`."""
    thing = rng.choice(THINGS.split())
    kind = rng.choice(KINDS.split())
    place, person = rng.choice(names["Location"]), rng.choice(names["Person"])
    return rng.choice((f"the {kind} {thing}", f"the {place} {thing}", f"{person}'s {thing}"))


def retargeted(example: Paired, rng: random.Random, share: float, names: dict[str, list[str]]) -> Paired:
    """At times put a made-up policy, or another name, where the target stands: a stance is not in the target's name."""
    if rng.random() >= share:
        return example
    there = example.label in (1, 3) or (example.label == 0 and rng.random() < 0.5)
    start, end = example.q if there else example.p
    other = phrase(rng, names) if rng.random() < 0.6 else rng.choice(names[rng.choice(tuple(names))])
    text, shift = example.text[:start] + other + example.text[end:], len(other) - (end - start)
    new = (start, start + len(other))
    if there:
        return Paired(text, example.p, new, example.label)
    return Paired(text, new, (example.q[0] + shift, example.q[1] + shift), example.label)


def joined(examples: Sequence[Tagged], rng: random.Random, share: float, most: int = 110) -> list[Tagged]:
    """Join some sentences with those that follow them, up to about `most` words: names in their context."""
    found: list[Tagged] = []
    for example in examples:
        last = found[-1] if found else None
        if (
            last is not None
            and last.partial == example.partial
            and rng.random() < share
            and last.text.count(" ") + example.text.count(" ") < most
        ):
            shift = len(last.text) + 1
            moved = tuple((s + shift, e + shift, kind) for s, e, kind in example.spans)
            found[-1] = Tagged(f"{last.text} {example.text}", last.spans + moved, last.partial)
        else:
            found.append(example)
    return found


def collate(task: str, items: Sequence[Item]) -> Batch:
    """Pad sentences to the longest (cut at LONGEST) and lay their labels out beside them."""
    length = padded(items)
    ids = torch.zeros(len(items), length, dtype=torch.long)
    shapes, mask, tags = torch.full_like(ids, 7), torch.zeros(len(items), length), torch.full_like(ids, UNLABELLED)
    rows, spans = [], []
    for row, item in enumerate(items):
        n = min(length, len(item.pieces.ids))
        ids[row, :n] = torch.tensor(item.pieces.ids[:n])
        shapes[row, :n] = torch.tensor(item.pieces.shapes[:n])
        mask[row, :n] = 1
        if item.tags:
            tags[row, :n] = torch.tensor(item.tags[:n])
        rows += [row] * len(item.labels)
        for span in item.spans:
            line = torch.zeros(length)
            line[[i for i in span if i < length]] = 1
            spans.append(line)
    laid = torch.stack(spans) if spans else torch.zeros(0, length)
    labels = torch.tensor([label for item in items for label in item.labels])
    return Batch(task, ids, shapes, mask, tags, torch.tensor(rows), laid, labels, items[0].domain, items[0].labelled)


def padded(items: Iterable[Any]) -> int:
    """How many tokens a batch of the items is wide: a multiple of eight, which accelerators like."""
    return min(LONGEST, -(-max(len(each.pieces.ids) for each in items) // 8) * 8)


def groups(items: Iterable[Any], tokens: int, rng: random.Random) -> list[list[Any]]:
    """Part the items into groups of about `tokens` padded tokens, like lengths together, in random order."""
    found: list[list[Any]] = []
    group: list[Any] = []
    for item in sorted(items, key=lambda i: len(i.pieces.ids) + rng.random() * 8):
        longest = max(len(each.pieces.ids) for each in (item, *group))
        if group and min(longest, LONGEST) * (len(group) + 1) > tokens:
            found.append(group)
            group = []
        group.append(item)
    if group:
        found.append(group)
    rng.shuffle(found)
    return found
