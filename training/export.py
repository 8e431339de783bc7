"""Turns a checkpoint into the files that ship.

In: a checkpoint of `training.train`. Out, in `--out`: the int8 graph, the heads' weights, the tokenizer and a
manifest with the SHA-256 of each. Run: `python -m training.export --checkpoint runs/news/step1550.pt --out
processors/models`. The same checkpoint gives the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from processors.encoder import encoder, pieces
from training import corpora, evaluate, fixed
from training.corpora import NAME_TYPES, TYPES
from training.model import Newsreader, pretrained
from training.train import minilm

GRAPH, HEADS, TOKENIZER = "newsreader.onnx", "newsreader.heads.npz", "tokenizer.json"
ROLES = "newsreader.roles.onnx"
CERTAINTY = (0.0, 1.0, 1.0, 1.0, 0.0, 0.0)  # until `training.calibrate` fits it
TONES = (0.9, 1.0, 1.0)  # how much negative, neutral and positive count; set on NewsMTSC's development parts
VERSION = "3.0"  # of the training: what it learns and from what; weights of one version differ by chance only


class Graph(nn.Module):
    """The part of the model that runs on every sentence in onnxruntime: the encoder and what tags each word."""

    def __init__(self, model: Newsreader) -> None:
        """Take the model's encoder, and its three taggers as one."""
        super().__init__()
        self.encoder = model.encoder
        parts = (model.tagger, model.names, model.cue)
        self.tagger = nn.Linear(model.encoder.config.width, sum(part.out_features for part in parts))
        self.tagger.weight = nn.Parameter(torch.cat([part.weight for part in parts]))
        self.tagger.bias = nn.Parameter(torch.cat([part.bias for part in parts]))

    def forward(self, ids: Tensor, shapes: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Give hidden states and tag scores."""
        hidden = self.encoder(ids, shapes, mask)
        return hidden, self.tagger(hidden)


def wanted(piece: str) -> bool:
    """Say whether English news can need a vocabulary entry: Latin letters, digits, signs and the marks."""
    if piece.startswith("[unused"):
        return False
    letters = [c for c in piece.removeprefix("##") if c.isalpha()]
    return all("LATIN" in unicodedata.name(c, "") for c in letters)


def pruned(folder: Path) -> tuple[str, list[int]]:
    """Drop entries of other scripts from the tokenizer; also give the embedding rows that stay."""
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary: dict[str, int] = tokenizer["model"]["vocab"]
    entries = sorted(((row, piece) for piece, row in vocabulary.items() if wanted(piece)))
    new = {piece: number for number, (_, piece) in enumerate(entries)}
    tokenizer["model"]["vocab"] = new
    tokenizer["truncation"] = tokenizer["padding"] = None
    for added in tokenizer["added_tokens"]:
        added["id"] = new[added["content"]]
    for name, special in tokenizer["post_processor"].get("special_tokens", {}).items():
        special["ids"] = [new[name]]
    if tokenizer["post_processor"]["type"] == "BertProcessing":
        tokenizer["post_processor"]["sep"][1] = new["[SEP]"]
        tokenizer["post_processor"]["cls"][1] = new["[CLS]"]
    return json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")), [row for row, _ in entries]


def load_model(checkpoint: Path, base: Path) -> Newsreader:
    """Load a checkpoint; the number of layers is read off it."""
    state = torch.load(checkpoint, weights_only=True)
    layers = 1 + max(int(name.split(".")[2]) for name in state if name.startswith("encoder.layers."))
    model = Newsreader(pretrained(base, layers))
    model.load_state_dict(state)
    return model.eval()


def embedding(weight: Tensor) -> nn.Embedding:
    """Put a table of vectors into an embedding."""
    return nn.Embedding(weight.shape[0], weight.shape[1], _weight=weight.detach().clone())


def write_roles(model: Newsreader, path: Path) -> None:
    """Write the float graph of the role reader."""
    names = ["hidden", "mask", "marks", "roles"]
    example = (torch.ones(2, 24, model.encoder.config.width), torch.ones(2, 24), torch.ones(2, 24, dtype=torch.long))
    torch.onnx.export(
        model.roles.eval(),
        example,
        str(path),
        input_names=names[:3],
        output_names=names[3:],
        dynamic_axes={n: {0: "cues", 1: "tokens"} for n in names},
        opset_version=17,
        dynamo=False,
    )


def write_graph(model: Newsreader, rows: list[int], path: Path) -> None:
    """Write the float graph, with only the embedding rows that can be reached."""
    model.encoder.words = embedding(model.encoder.words.weight[rows])
    model.encoder.positions = embedding(model.encoder.positions.weight[: pieces.WINDOW])
    ids = torch.ones(2, 24, dtype=torch.long)
    names = ["ids", "shapes", "mask", "hidden", "tags"]
    torch.onnx.export(
        Graph(model).eval(),
        (ids, ids, torch.ones(2, 24)),
        str(path),
        input_names=names[:3],
        output_names=names[3:],
        dynamic_axes={n: {0: "batch", 1: "tokens"} for n in names},
        opset_version=17,
        dynamo=False,
    )


def head_weights(model: Newsreader) -> dict[str, Any]:
    """Take the heads' weights as half floats; of the sentiment head's domains finance does not ship."""
    found = {}
    for name, value in model.state_dict().items():
        if name.startswith(("target.", "pair.", "meaning.")) and not name.startswith("target.out.1."):
            renamed = name.replace("target.out.0.", "target.out.").replace("target.out.2.", "target.mentions.")
            found[renamed] = value.numpy().astype(np.float16)
    found["target.out.bias"] += np.log(np.array(TONES, dtype=np.float16))
    return found


def save_heads(folder: Path, weights: dict[str, Any]) -> None:
    """Write the heads' arrays, compressed."""
    np.savez_compressed(folder / HEADS, **weights)


def add_sentence_head(folder: Path, weights: dict[str, Any]) -> None:
    """Fit the sentence head on the finished encoder's features of all rated sentences."""
    model = encoder.load(folder, verify=False)
    _, texts, ratings = evaluate.sentences(corpora.folder() / "sentiment/nyt_sentences.tsv")
    x = evaluate.features(model, model.encode(texts))
    weight, constant = evaluate.ridge(x, np.array(ratings), evaluate.PENALTY)
    weights["sentence.weight"] = weight.astype(np.float32)
    weights["sentence.bias"] = np.float32(constant)


def write_manifest(folder: Path, layers: int, certainty: Sequence[float] = CERTAINTY) -> None:
    """Name the files, the types, how scores are made, and each file's SHA-256."""
    names = (GRAPH, ROLES, HEADS, TOKENIZER)
    manifest = {
        "name": f"newsreader-l{layers}",
        "version": VERSION,
        "graph": GRAPH,
        "roles": ROLES,
        "heads": HEADS,
        "tokenizer": TOKENIZER,
        "types": [kind.upper() for kind in TYPES],
        "names": list(NAME_TYPES),
        "certainty": [round(weight, 4) for weight in certainty],
        "sha256": {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in names},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Quantizing:
    """How weights and activations become bytes."""

    per_channel: bool = True
    reduce_range: bool = True  # 7-bit weights are safe on processors without VNNI
    steady: bool = True  # activation scales are fixed, not made for each batch

    def write(self, plain: Path, out: Path, left: list[str], feeds: Callable[[], Iterator[dict[str, Any]]]) -> None:
        """Write the graph ``plain`` in int8, but for the nodes ``left``; ``feeds`` are inputs to measure scales on."""
        quantize_dynamic(
            plain,
            out,
            per_channel=self.per_channel,
            reduce_range=self.reduce_range,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=left,
        )
        if self.steady:
            onnx.save(fixed.with_fixed_scales(onnx.load(str(out)), feeds), str(out))


def export(checkpoint: Path, base: Path, out: Path, how: Quantizing) -> None:
    """Write everything that ships."""
    out.mkdir(parents=True, exist_ok=True)
    model = load_model(checkpoint, base)
    text, rows = pruned(minilm())
    (out / TOKENIZER).write_text(text, encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        write_roles(model, Path(scratch) / ROLES)
        write_graph(model, rows, Path(scratch) / GRAPH)
        how.write(Path(scratch) / GRAPH, out / GRAPH, ["/tagger/MatMul"], lambda: fixed.feeds(out / TOKENIZER))
        how.write(Path(scratch) / ROLES, out / ROLES, ["/out/MatMul"], lambda: fixed.role_feeds(out, GRAPH, TOKENIZER))
    weights = head_weights(model)
    blank = {"sentence.weight": np.zeros(1, np.float32), "sentence.bias": np.float32(0)}
    save_heads(out, weights | blank)
    write_manifest(out, len(model.encoder.layers))
    add_sentence_head(out, weights)
    save_heads(out, weights)
    write_manifest(out, len(model.encoder.layers))


def main() -> None:
    """Read the command line and export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--base", type=Path, help="folder of the published weights it began with  [MiniLM-L6]")
    parser.add_argument("--out", type=Path, default=encoder.MODELS)
    parser.add_argument("--whole-tensor", action="store_true", help="one scale a matrix, not one a column")
    parser.add_argument("--full-range", action="store_true", help="8-bit weights; 7 are safe without VNNI")
    parser.add_argument("--dynamic", action="store_true", help="activation scales per batch, not fixed")
    options = parser.parse_args()
    how = Quantizing(not options.whole_tensor, not options.full_range, not options.dynamic)
    export(options.checkpoint, options.base or minilm(), options.out, how)
    size = sum(f.stat().st_size for f in options.out.iterdir() if f.is_file()) / 1e6
    print(f"{options.out}: {size:.1f} MB")


if __name__ == "__main__":
    main()
