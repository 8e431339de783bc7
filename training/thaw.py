"""Turns files that shipped back into a checkpoint that training can go on from.

In: a model folder as `training.export` writes it. Out: a checkpoint of `training.train`: int8 weights times their
scales, half-float heads, the published word vectors (never trained), and the finance layer, which does not ship,
as a copy of the news one. Quantizing it again gives the same scores within chance.
Run: `python -m training.thaw --models processors/models --out runs/news/shipped.pt`.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from processors.encoder import encoder
from training.export import GRAPH, HEADS
from training.model import Newsreader, pretrained
from training.train import minilm


def graph_weights(path: Path) -> dict[str, Tensor]:
    """Read a graph's weights by the names that they have in the network."""
    graph = onnx.load(str(path)).graph
    held: dict[str, Any] = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    found = {name: torch.tensor(value) for name, value in held.items() if name.startswith("encoder.")}
    for node in graph.node:
        name = node.name.strip("/").split("/MatMul")[0].replace("/", ".")
        if node.op_type == "MatMulIntegerToFloat":
            whole = held[node.input[1]].astype(np.float32) - held[node.input[5]].astype(np.float32)
            found[f"{name}.weight"] = torch.tensor((whole * held[node.input[3]]).T.copy())
        elif node.op_type == "MatMul" and node.input[1] in held:
            found[f"{name}.weight"] = torch.tensor(held[node.input[1]].T.copy())
    found["tagger.bias"] = torch.tensor(held["tagger.bias"])
    table = "encoder.shapes.weight"
    whole = held[f"{table}_quantized"].astype(np.float32) - np.float32(held[f"{table}_zero_point"])
    found[table] = torch.tensor(whole * held[f"{table}_scale"])
    return found


def thaw(folder: Path) -> dict[str, Tensor]:
    """Give the whole network's state; what neither file holds keeps its published value."""
    network = Newsreader(pretrained(minilm()))
    state: dict[str, Tensor] = network.state_dict()
    shipped = graph_weights(folder / GRAPH)
    with np.load(folder / HEADS, allow_pickle=False) as heads:
        for name in heads.files:
            value = torch.tensor(heads[name].astype(np.float32))
            for own in (0, 1) if name.startswith("target.out.") else (None,):
                shipped[name if own is None else name.replace("target.out.", f"target.out.{own}.")] = value
    for name, value in state.items():
        if name != "encoder.words.weight" and name in shipped:
            value[: len(shipped[name])] = shipped[name]
    return state


def main() -> None:
    """Read the command line and write the checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=encoder.MODELS)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    torch.save(thaw(options.models), options.out)


if __name__ == "__main__":
    main()
