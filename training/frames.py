"""Stance frames as a training task: sentences to batches, and what a batch costs a model.

A cue is tagged word by word; then, given a cue, every word is tagged holder, target or neither. Words that look like
a cue to the model but are none are shown to the role reader as well, with all roles empty. Tags stand on each
word's first sub-token.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from processors.encoder import stances
from processors.encoder.pieces import Offsets, Pieces, pieces_of, to_pieces
from training.batches import LONGEST, UNLABELLED, padded
from training.corpora import Framed
from training.losses import TEMPERATURE
from training.model import Newsreader

HOLDER, TARGET = 0, 1
LOOKALIKE = 0.15  # how likely a word must seem a cue to be shown as one that is none
OUTSIDE_WEIGHT = 0.5  # most words are outside: they count less
CUE_TEACHING, ROLE_TEACHING = 2.0, 2.0  # how much a teacher's view of cues and roles counts beside the other tasks


class Cue(NamedTuple):
    """A cue in a sentence: its sub-tokens, its label, and the role tag of each of the sentence's sub-tokens."""

    pieces: list[int]
    label: int
    roles: list[int]


@dataclass
class Item:
    """One sentence ready for a batch."""

    pieces: Pieces
    tags: list[int]
    cues: list[Cue]
    labelled: bool = True


@dataclass
class Batch:
    """Tensors of some sentences, and of their cues; `rows` says which sentence each cue is in."""

    ids: Tensor
    shapes: Tensor
    mask: Tensor
    tags: Tensor
    rows: Tensor
    marks: Tensor  # (cues, tokens): 0, or 1 + label on the cue
    roles: Tensor
    labelled: bool
    task: str = "frames"

    def to(self, device: torch.device) -> Batch:
        """The same on a device."""
        moved = {name: each.to(device) for name, each in vars(self).items() if isinstance(each, Tensor)}
        return replace(self, **moved)


def tags_of(pieces: Pieces, spans: Iterable[tuple[Offsets, int]]) -> list[int]:
    """Tag the words under each span: B on its first word and I on the others of its kind; 0 elsewhere."""
    first = set(pieces.firsts)
    tags = [0 if at in first else UNLABELLED for at in range(len(pieces.ids))]
    for span, kind in spans:
        inside = False
        for at in pieces_of(span, pieces):
            if at in first:
                tags[at] = 1 + 2 * kind + inside
                inside = True
    return tags


def items(tokenizer: Any, examples: Sequence[Framed]) -> list[Item]:
    """Prepare sentences with frames; frames of one cue and label are one cue with several roles."""
    made = []
    for pieces, example in zip(to_pieces(tokenizer, [e.text for e in examples]), examples, strict=True):
        grouped: dict[tuple[Offsets, int], list[tuple[Offsets, int]]] = {}
        for frame in example.frames:
            roles = grouped.setdefault((frame.cue, frame.label), [])
            roles += [each for each in ((frame.target, TARGET), (frame.holder, HOLDER)) if each not in roles]
        cues = [
            Cue(pieces_of(span, pieces), label, tags_of(pieces, sorted(roles, key=lambda each: -each[1])))
            for (span, label), roles in grouped.items()
        ]
        tags = tags_of(pieces, [(span, label) for span, label in grouped])
        made.append(Item(pieces, tags, [cue for cue in cues if cue.pieces and cue.pieces[0] < LONGEST]))
    return made


def collate(some: Sequence[Item]) -> Batch:
    """Pad sentences to the longest, cut at LONGEST, and lay their cues out beside them."""
    length = padded(some)
    cues = [(row, cue) for row, item in enumerate(some) for cue in item.cues]
    ids = torch.zeros(len(some), length, dtype=torch.long)
    shapes, mask, tags = torch.full_like(ids, 7), torch.zeros(len(some), length), torch.full_like(ids, UNLABELLED)
    for row, item in enumerate(some):
        n = min(length, len(item.pieces.ids))
        ids[row, :n] = torch.tensor(item.pieces.ids[:n])
        shapes[row, :n] = torch.tensor(item.pieces.shapes[:n])
        mask[row, :n] = 1
        tags[row, :n] = torch.tensor(item.tags[:n])
    marks = torch.zeros(len(cues), length, dtype=torch.long)
    roles = torch.full((len(cues), length), UNLABELLED)
    for at, (_, cue) in enumerate(cues):
        marks[at, [p for p in cue.pieces if p < length]] = 1 + cue.label
        roles[at, : min(length, len(cue.roles))] = torch.tensor(cue.roles[:length])
    rows = torch.tensor([row for row, _ in cues], dtype=torch.long)
    return Batch(ids, shapes, mask, tags, rows, marks, roles, some[0].labelled)


def loss_of(model: Newsreader, batch: Batch, teachers: Sequence[Newsreader] = ()) -> Tensor:
    """What a batch costs: its labels where it has them, the teachers' mean view where there are teachers."""
    hidden = model.encoder(batch.ids, batch.shapes, batch.mask)
    cues = model.cue(F.dropout(hidden, 0.1, model.training)).float()
    loss = hidden.new_zeros((), dtype=torch.float32)
    if batch.labelled:
        loss = loss + _labels_cost(model, batch, hidden, cues)
    if teachers:
        loss = loss + _teaching_cost(model, batch, hidden, cues, teachers)
    return loss


def _labels_cost(model: Newsreader, batch: Batch, hidden: Tensor, cues: Tensor) -> Tensor:
    weight = torch.ones(cues.shape[-1], device=cues.device)
    weight[0] = OUTSIDE_WEIGHT
    loss = F.cross_entropy(cues.flatten(0, 1), batch.tags.flatten(), weight, ignore_index=UNLABELLED)
    rows, marks, roles = _with_lookalikes(batch, cues.detach())
    if len(rows):
        scores = model.roles(hidden[rows], batch.mask[rows], marks).float()
        loss = loss + F.cross_entropy(scores.flatten(0, 1), roles.flatten(), ignore_index=UNLABELLED)
    return loss


def _with_lookalikes(batch: Batch, cues: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The batch's cues, and for each sentence the likeliest word that is none, whose roles are all empty."""
    chances = cues.softmax(-1) * (batch.tags == 0)[..., None]
    likeliest, at = chances[..., 1:].sum(-1).max(1)
    rows = torch.nonzero(likeliest > LOOKALIKE).flatten()
    marks = torch.zeros(len(rows), batch.ids.shape[1], dtype=torch.long, device=cues.device)
    against = chances[rows, at[rows], 3:].sum(-1) > chances[rows, at[rows], 1:3].sum(-1)
    marks[torch.arange(len(rows), device=cues.device), at[rows]] = 1 + against.long()
    none = torch.where(batch.tags[rows] == UNLABELLED, UNLABELLED, 0)
    return torch.cat([batch.rows, rows]), torch.cat([batch.marks, marks]), torch.cat([batch.roles, none])


def _teaching_cost(
    model: Newsreader, batch: Batch, hidden: Tensor, cues: Tensor, teachers: Sequence[Newsreader]
) -> Tensor:
    words = batch.tags != UNLABELLED
    with torch.no_grad():
        seen = [teacher.encoder(batch.ids, batch.shapes, batch.mask) for teacher in teachers]
        views = torch.stack([t.cue(h).float() for t, h in zip(teachers, seen, strict=True)]).mean(0)
        rows, marks = taught_cues(batch, views)
    loss = CUE_TEACHING * _apart(cues[words], views[words])
    if len(rows):
        with torch.no_grad():
            asked = [t.roles(h[rows], batch.mask[rows], marks).float() for t, h in zip(teachers, seen, strict=True)]
        mine = model.roles(hidden[rows], batch.mask[rows], marks).float()
        loss = loss + ROLE_TEACHING * _apart(mine[words[rows]], torch.stack(asked).mean(0)[words[rows]])
    return loss


def taught_cues(batch: Batch, views: Tensor) -> tuple[Tensor, Tensor]:
    """The cues that a teacher sees: rows and marks, one for each run of words of one label."""
    chances, words = views.softmax(-1).cpu(), (batch.tags != UNLABELLED).cpu()
    found: list[tuple[int, Tensor, int]] = []
    for row in range(len(chances)):
        places = torch.nonzero(words[row]).flatten()
        found += [(row, places[c.first : c.last], c.kind) for c in stances.cues(chances[row, places].numpy())]
    marks = torch.zeros(len(found), batch.ids.shape[1], dtype=torch.long, device=views.device)
    for at, (_, run, label) in enumerate(found):
        marks[at, run] = 1 + label
    return torch.tensor([row for row, *_ in found], dtype=torch.long, device=views.device), marks


def _apart(mine: Tensor, theirs: Tensor) -> Tensor:
    """How far the student's chances are from the teacher's, both softened."""
    student, teacher = (each.div(TEMPERATURE).log_softmax(-1) for each in (mine, theirs))
    return F.kl_div(student, teacher, reduction="batchmean", log_target=True) * TEMPERATURE**2
