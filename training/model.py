"""The network: one encoder with word-shape embeddings, and the heads that read it.

In: token ids, shape ids and an attention mask (batch, tokens). Out: hidden states (batch, tokens, width)
and, from the heads, logits for entity tags, target sentiment, directed stance and sentence sentiment.
The encoder is written out in full, rather than taken from a library, so that the exported graph has
exactly the nodes that onnxruntime's fused int8 kernels recognise.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

SHAPES = 8


@dataclass(frozen=True)
class EncoderConfig:
    """Sizes of the encoder; the defaults are MiniLM-L6's."""

    vocabulary: int = 30522
    width: int = 384
    layers: int = 6
    heads: int = 12
    feed_forward: int = 1536
    positions: int = 512
    dropout: float = 0.1
    epsilon: float = 1e-12
    distances: int = 0  # how many classes of distance attention tells apart; 0: positions alone tell it


class Layer(nn.Module):
    """One post-norm transformer layer."""

    def __init__(self, config: EncoderConfig) -> None:
        """Build the layer's five linear maps and two norms."""
        super().__init__()
        self.heads = config.heads
        self.dropout = config.dropout
        self.query = nn.Linear(config.width, config.width)
        self.key = nn.Linear(config.width, config.width)
        self.value = nn.Linear(config.width, config.width)
        self.mix = nn.Linear(config.width, config.width)
        self.mix_norm = nn.LayerNorm(config.width, eps=config.epsilon)
        self.up = nn.Linear(config.width, config.feed_forward)
        self.down = nn.Linear(config.feed_forward, config.width)
        self.down_norm = nn.LayerNorm(config.width, eps=config.epsilon)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Attend and transform; `bias` is 0 where a token may be looked at and very negative elsewhere."""
        batch, length, width = x.shape

        def split(t: Tensor) -> Tensor:
            return t.view(batch, length, self.heads, width // self.heads).transpose(1, 2)

        attended = F.scaled_dot_product_attention(
            split(self.query(x)),
            split(self.key(x)),
            split(self.value(x)),
            attn_mask=bias,
        )
        mixed = self.mix(attended.transpose(1, 2).reshape(batch, length, width))
        x = self.mix_norm(x + F.dropout(mixed, self.dropout, self.training))
        changed = self.down(F.gelu(self.up(x)))
        out: Tensor = self.down_norm(x + F.dropout(changed, self.dropout, self.training))
        return out


class Encoder(nn.Module):
    """Token ids and shapes to hidden states."""

    def __init__(self, config: EncoderConfig) -> None:
        """Build embeddings and layers."""
        super().__init__()
        self.config = config
        self.words = nn.Embedding(config.vocabulary, config.width)
        self.positions = nn.Embedding(config.positions, config.width)
        self.shapes = nn.Embedding(SHAPES, config.width)
        self.norm = nn.LayerNorm(config.width, eps=config.epsilon)
        self.distances = nn.Embedding(config.distances, config.heads) if config.distances else None
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))

    def thin(self, kept: Sequence[int]) -> None:
        """Keep only some layers, to be trained on."""
        self.layers = nn.ModuleList(self.layers[number] for number in kept)
        self.config = replace(self.config, layers=len(kept))

    def forward(self, ids: Tensor, shapes: Tensor, mask: Tensor) -> Tensor:
        """Give the last layer's hidden states."""
        x = self.words(ids) + self.positions.weight[: ids.shape[1]] + self.shapes(shapes)
        x = F.dropout(self.norm(x), self.config.dropout, self.training)
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * -1e4
        if self.distances is not None:
            bias = bias + self.distances(distance_classes(ids, self.config.distances)).permute(2, 0, 1)
        for layer in self.layers:
            x = layer(x, bias)
        hidden: Tensor = x
        return hidden


def distance_classes(ids: Tensor, classes: int, farthest: int = 128) -> Tensor:
    """The class of each distance from token to token, as T5 and MPNet part them: near ones singly, far ones by log."""
    places = torch.arange(ids.shape[1], device=ids.device)
    away = places[None, :] - places[:, None]
    half, single = classes // 2, classes // 4
    far = single + (torch.log(away.abs().clamp(min=1) / single) / math.log(farthest / single) * (half - single)).long()
    return torch.where(away.abs() < single, away.abs(), far.clamp(max=half - 1)) + (away > 0) * half


def _renamed(name: str) -> str:
    for old, new in (
        ("encoder.relative_attention_bias", "distances"),
        ("attention.attn.q", "query"),
        ("attention.attn.k", "key"),
        ("attention.attn.v", "value"),
        ("attention.attn.o", "mix"),
        ("attention.LayerNorm", "mix_norm"),
        ("embeddings.word_embeddings", "words"),
        ("embeddings.position_embeddings", "positions"),
        ("embeddings.LayerNorm", "norm"),
        ("encoder.layer.", "layers."),
        ("attention.self.", ""),
        ("attention.output.dense", "mix"),
        ("attention.output.LayerNorm", "mix_norm"),
        ("intermediate.dense", "up"),
        ("output.dense", "down"),
        ("output.LayerNorm", "down_norm"),
    ):
        name = name.replace(old, new)
    return name


def pretrained(folder: Path, layers: int = 0, dropout: float = 0.1) -> Encoder:
    """Load the published weights of a BERT (MiniLM) or an MPNet; the shape rows all start as its first token type.

    MPNet's word vectors are put in BERT's order, whose vocabulary it shares, so that both read the same ids.
    """
    raw = json.loads((folder / "config.json").read_text())
    weights = load_file(str(folder / "model.safetensors"))
    types = torch.zeros(1, raw["hidden_size"])
    if raw["model_type"] == "mpnet":
        words = weights["embeddings.word_embeddings.weight"]
        weights["embeddings.word_embeddings.weight"] = words[mpnet_rows(folder)]
        # It counts positions from behind its padding sign.
        weights["embeddings.position_embeddings.weight"] = weights["embeddings.position_embeddings.weight"][2:]
    else:
        types = weights.pop("embeddings.token_type_embeddings.weight")
    config = EncoderConfig(
        len(weights["embeddings.word_embeddings.weight"]),
        raw["hidden_size"],
        layers or raw["num_hidden_layers"],
        raw["num_attention_heads"],
        raw["intermediate_size"],
        len(weights["embeddings.position_embeddings.weight"]),
        dropout,
        raw["layer_norm_eps"],
        raw.get("relative_attention_num_buckets", 0),
    )
    encoder = Encoder(config)
    state = {_renamed(k): v for k, v in weights.items() if not k.startswith("pooler") and "position_ids" not in k}
    kept = {k: v for k, v in state.items() if not k.startswith("layers.") or int(k.split(".")[1]) < config.layers}
    kept["shapes.weight"] = types[:1].repeat(SHAPES, 1)
    encoder.load_state_dict(kept)
    return encoder


def mpnet_rows(folder: Path) -> list[int]:
    """Its row for each of BERT's ids: BERT's vocabulary behind four signs of its own, one of its own at the end."""
    words = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()[4:-1]
    own = {"[PAD]": 1, "[CLS]": 0, "[SEP]": 2, "[UNK]": 3, "[MASK]": len(words) + 4}
    return [own.get(word, row) for row, word in enumerate(words, 4)]


TAGS = 19
NAME_TAGS = 21  # outside, and B and I of ten types
CUE_TAGS = 5  # outside, and B and I of favor and against
ROLE_TAGS = 5  # outside, and B and I of holder and target
HIDDEN = 256


class TargetHead(nn.Module):
    """Sentiment toward a target: its mean vector, what it attends to, and the first token."""

    def __init__(self, width: int, domains: int = 3) -> None:
        """Build the head, with one output layer for each domain."""
        super().__init__()
        self.query = nn.Linear(width, width)
        self.join = nn.Linear(3 * width, HIDDEN)
        self.out = nn.ModuleList(nn.Linear(HIDDEN, 3) for _ in range(domains))

    def forward(self, hidden: Tensor, mask: Tensor, span: Tensor, domain: int) -> Tensor:
        """Give logits (targets, 3); the rows of `hidden` and `mask` are already one a target."""
        target = pooled(hidden, span)
        seen = attended(self.query(target), hidden, mask)
        features = F.dropout(torch.cat([target, seen, hidden[:, 0]], -1), 0.1, self.training)
        logits: Tensor = self.out[domain](F.dropout(F.gelu(self.join(features)), 0.1, self.training))
        return logits


class PairHead(nn.Module):
    """Directed stance between two entities, built so that exchanging them exchanges the directions."""

    def __init__(self, width: int) -> None:
        """Build the head; its outputs for one direction are none, favor, against."""
        super().__init__()
        self.query = nn.Linear(2 * width, width)
        self.join = nn.Linear(6 * width + 1, HIDDEN)
        self.out = nn.Linear(HIDDEN, 3)

    def one_way(self, hidden: Tensor, mask: Tensor, holder: Tensor, target: Tensor, between: Tensor) -> Tensor:
        """Give the scores of none, favor and against for holder to target."""
        h, t = pooled(hidden, holder), pooled(hidden, target)
        seen = attended(self.query(torch.cat([h, t], -1)), hidden, mask)
        order = (holder.argmax(1) < target.argmax(1)).to(h.dtype)[:, None]
        features = torch.cat([h, t, h * t, seen, pooled(hidden, between), hidden[:, 0]], -1)
        features = torch.cat([F.dropout(features, 0.1, self.training), order], -1)
        scores: Tensor = self.out(F.dropout(F.gelu(self.join(features)), 0.1, self.training))
        return scores

    def forward(self, hidden: Tensor, mask: Tensor, p: Tensor, q: Tensor, between: Tensor) -> Tensor:
        """Give logits over none, p→q favor, q→p favor, p→q against, q→p against."""
        there = self.one_way(hidden, mask, p, q, between)
        back = self.one_way(hidden, mask, q, p, between)
        none = there[:, :1] + back[:, :1]
        return torch.cat([none, there[:, 1:2], back[:, 1:2], there[:, 2:], back[:, 2:]], 1)


def pooled(hidden: Tensor, span: Tensor) -> Tensor:
    """Average the hidden states under a 0/1 mask; all zeros where the mask is empty."""
    return torch.einsum("ntw,nt->nw", hidden, span) / span.sum(1, keepdim=True).clamp(min=1)


def attended(query: Tensor, hidden: Tensor, mask: Tensor) -> Tensor:
    """Average the hidden states by their likeness to the query."""
    scores = torch.einsum("nw,ntw->nt", query, hidden) / math.sqrt(hidden.shape[-1])
    return torch.einsum("nt,ntw->nw", scores.masked_fill(mask == 0, -1e4).softmax(-1), hidden)


class RoleReader(nn.Module):
    """Who holds a stance, and toward what, given the words that carry it.

    The hidden states are read once more, by layers that know which words are the cue and what it says: as a
    predicate is marked for semantic role labelling (Shi and Lin 2019, arXiv:1904.05255).
    """

    def __init__(self, config: EncoderConfig, layers: int = 3) -> None:
        """Build the layers, and the tags that they lead to."""
        super().__init__()
        self.cues = nn.Embedding(3, config.width)  # no part of the cue, part of one in favor, of one against
        self.layers = nn.ModuleList(Layer(config) for _ in range(layers))
        self.out = nn.Linear(config.width, ROLE_TAGS)
        nn.init.normal_(self.cues.weight, std=0.5)

    def begin_with(self, encoder: Encoder) -> None:
        """Take the encoder's last layers to begin with: they have read language before."""
        for own, theirs in zip(self.layers, encoder.layers[-len(self.layers) :], strict=True):
            own.load_state_dict(theirs.state_dict())

    def forward(self, hidden: Tensor, mask: Tensor, marks: Tensor) -> Tensor:
        """Give scores (cues, tokens, ROLE_TAGS); the rows of `hidden` and `mask` are already one a cue."""
        x = hidden + self.cues(marks)
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        scores: Tensor = self.out(F.dropout(x, 0.1, self.training))
        return scores


class Newsreader(nn.Module):
    """The encoder with all its heads."""

    def __init__(self, encoder: Encoder) -> None:
        """Put fresh heads on the encoder."""
        super().__init__()
        width = encoder.config.width
        self.encoder = encoder
        self.tagger = nn.Linear(width, TAGS)
        self.target = TargetHead(width)
        self.pair = PairHead(width)
        self.names = nn.Linear(width, NAME_TAGS)
        self.cue = nn.Linear(width, CUE_TAGS)
        self.roles = RoleReader(encoder.config)
        self.meaning = nn.Linear(width, width)  # a sentence's vector, as the bundled sentence model gives it
