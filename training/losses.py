"""What a batch costs a model. Takes a model, a batch and perhaps a teacher's logits for it, gives the loss.

A batch with labels costs what its labels say; a teacher's view counts beside them, and alone where there are none
(Hinton et al. 2015, arXiv:1503.02531).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from processors.evaluation.labelled_sentences import FINANCE
from training.batches import PARTIAL_OUTSIDE, UNLABELLED, Batch
from training.corpora import TYPES
from training.model import Encoder, Newsreader, pooled

PAIR_WEIGHTS = (1.0, 1.5, 1.5, 1.2, 1.2)  # favor is rarest, none by far the commonest
NAMED = (1, 2, 3, 4, 5, 6)  # tags of people, organizations and places
TAGGED = ("entities", "names")  # tasks that tag words
SOFT = 0.7  # how much of the loss is the teacher's where there are labels too
TEMPERATURE = 2.0  # softens both views, so that unlikely classes teach as well


def logits_of(model: Newsreader, batch: Batch) -> Tensor:
    """Run the encoder and the batch's own head."""
    hidden = model.encoder(batch.ids, batch.shapes, batch.mask)
    if batch.task in TAGGED:
        tagger = model.tagger if batch.task == "entities" else model.names
        return tagger(F.dropout(hidden, 0.1, model.training)).float()  # type: ignore[no-any-return]
    of_row, mask = hidden[batch.rows], batch.mask[batch.rows]
    if batch.task == "stance":
        p, q, between = batch.spans[0::3], batch.spans[1::3], batch.spans[2::3]
        return model.pair(of_row, mask, p, q, between).float()  # type: ignore[no-any-return]
    return model.target(of_row, mask, batch.spans, batch.domain).float()  # type: ignore[no-any-return]


def loss_of(logits: Tensor, batch: Batch, positive: float, taught: Tensor | None = None) -> Tensor:
    """The mean loss of logits; `taught` are a teacher's logits for the same batch."""
    if taught is None:
        return hard_loss(logits, batch, positive)
    soft = soft_loss(logits, taught, batch)
    return SOFT * soft + (1 - SOFT) * hard_loss(logits, batch, positive) if batch.labelled else soft


def hard_loss(logits: Tensor, batch: Batch, positive: float) -> Tensor:
    """What the labels say."""
    if batch.task in TAGGED:
        return tag_loss(logits, batch.tags)
    if batch.task == "stance":
        return F.cross_entropy(
            logits, batch.labels, torch.tensor(PAIR_WEIGHTS, device=logits.device), label_smoothing=0.05
        )
    weight = 0.5 if batch.domain == FINANCE else 1.0
    weights = torch.tensor((1.0, 1.0, positive), device=logits.device)
    return weight * F.cross_entropy(logits, batch.labels, weights, label_smoothing=0.05)


def soft_loss(logits: Tensor, taught: Tensor, batch: Batch) -> Tensor:
    """How far the student's chances are from the teacher's."""
    if batch.task in TAGGED:
        words = batch.tags != UNLABELLED
        logits, taught = logits[words], taught[words]
    student, teacher = (each.div(TEMPERATURE).log_softmax(-1) for each in (logits, taught))
    return F.kl_div(student, teacher, reduction="batchmean", log_target=True) * TEMPERATURE**2


def tag_loss(logits: Tensor, tags: Tensor) -> Tensor:
    """Cross entropy; where only names are marked, an unmarked word may be anything but a name."""
    chances = logits.log_softmax(-1)
    whole = tags >= 0
    loss = F.nll_loss(chances[whole], tags[whole], reduction="sum")
    partial = chances[tags == PARTIAL_OUTSIDE]
    others = [i for i in range(2 * len(TYPES) + 1) if i not in NAMED]
    loss = loss - partial[:, others].logsumexp(-1).sum()
    return loss / max(1, int((tags != UNLABELLED).sum()))


def meaning_loss(model: Newsreader, sentences: Encoder, batch: Batch) -> Tensor:
    """One less the likeness of the sentences' vectors to those that the published sentence model gives."""
    with torch.no_grad():
        theirs = pooled(sentences(batch.ids, torch.full_like(batch.shapes, 7), batch.mask), batch.mask)
    mine = model.meaning(pooled(model.encoder(batch.ids, batch.shapes, batch.mask), batch.mask))
    return 1 - F.cosine_similarity(mine.float(), theirs.float()).mean()
