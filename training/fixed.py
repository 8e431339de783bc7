"""Gives an int8 graph fixed activation scales.

In: a dynamically quantized graph, whose scales depend on whatever else is in the batch. Out: the same graph
with scales measured once on training sentences, so that a sentence's result is its own; it is faster too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper
from tokenizers import Tokenizer

from processors.encoder.pieces import WINDOW, to_pieces
from training import corpora, frames

SAMPLE = 400  # sentences of each corpus that the scales are measured on


def sample() -> list[str]:
    """Take training sentences of every kind, and some in capitals."""
    root = corpora.folder()
    tagged = [e.text for e in corpora.entities(root / "ner/worldwide.train.tsv")][:: 11156 // SAMPLE]
    news = [e.text for e in corpora.news_sentiment(root / "sentiment/newsmtsc.train.jsonl")][:SAMPLE]
    pairs = [e.text for e in corpora.stance_pairs(root / "stance/dse.train.tsv")][:SAMPLE]
    return tagged + news + pairs + [text.upper() for text in tagged[::10]]


def feeds(tokenizer: Path) -> Iterator[dict[str, Any]]:
    """Give the graph's inputs for one sentence at a time, so that padding plays no part."""
    for pieces in to_pieces(Tokenizer.from_file(str(tokenizer)), sample()):
        ids, shapes = (np.array([row[:WINDOW]], dtype=np.int64) for row in (pieces.ids, pieces.shapes))
        yield {"ids": ids, "shapes": shapes, "mask": np.ones(ids.shape, dtype=np.float32)}


def role_feeds(folder: Path, graph: str, tokenizer: str) -> Iterator[dict[str, Any]]:
    """Give the role reader's inputs for labelled cues, as the finished encoder in ``folder`` sees their sentences."""
    session = onnxruntime.InferenceSession(str(folder / graph), providers=["CPUExecutionProvider"])
    some = corpora.frames(corpora.folder() / "stance/frames.train.jsonl")[:: 12738 // (3 * SAMPLE)]
    for item in frames.items(Tokenizer.from_file(str(folder / tokenizer)), some):
        ids, shapes = (np.array([row[:WINDOW]], dtype=np.int64) for row in (item.pieces.ids, item.pieces.shapes))
        mask = np.ones(ids.shape, dtype=np.float32)
        (hidden,) = session.run(["hidden"], {"ids": ids, "shapes": shapes, "mask": mask})
        for cue in item.cues:
            marks = np.zeros(ids.shape, dtype=np.int64)
            marks[0, [at for at in cue.pieces if at < WINDOW]] = 1 + cue.label
            yield {"hidden": hidden, "mask": mask, "marks": marks}


Feeds = Callable[[], Iterator[dict[str, Any]]]


def ranges(graph: onnx.ModelProto, names: list[str], feeds: Feeds) -> dict[str, tuple[float, float]]:
    """Measure the least and greatest value that each named tensor takes."""
    open_graph = onnx.ModelProto()
    open_graph.CopyFrom(graph)
    for name in names:
        open_graph.graph.output.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(open_graph.SerializeToString(), providers=["CPUExecutionProvider"])
    found = dict.fromkeys(names, (0.0, 0.0))
    for feed in feeds():
        for name, value in zip(names, session.run(names, feed), strict=True):
            low, high = found[name]
            found[name] = min(low, float(value.min())), max(high, float(value.max()))
    return found


def with_fixed_scales(model: onnx.ModelProto, feeds: Feeds) -> onnx.ModelProto:
    """Replace every dynamic quantization by a fixed one, and each product of integers by the fused node."""
    nodes = list(model.graph.node)
    dynamic = [n for n in nodes if n.op_type == "DynamicQuantizeLinear"]
    measured = ranges(model, [n.input[0] for n in dynamic], feeds)
    replaced: dict[str, onnx.NodeProto] = {}
    for node in dynamic:
        low, high = measured[node.input[0]]
        scale = (high - low) / 255
        for name, value in (
            (node.output[1], np.float32(scale)),
            (node.output[2], np.uint8(np.clip(round(-low / scale), 0, 255))),
        ):
            model.graph.initializer.append(numpy_helper.from_array(np.array(value), name))
        replaced[node.name] = helper.make_node(
            "QuantizeLinear", [node.input[0], node.output[1], node.output[2]], [node.output[0]], node.name
        )
    fused, dropped = products(nodes, {i.name for i in model.graph.initializer})
    del model.graph.node[:]
    for node in nodes:
        if node.name not in dropped:
            model.graph.node.append(fused.get(node.name) or replaced.get(node.name) or node)
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return model


def products(nodes: list[onnx.NodeProto], constants: set[str]) -> tuple[dict[str, onnx.NodeProto], set[str]]:
    """Find each integer product with the cast, scaling and bias after it; give the fused node at its last's place.

    onnxruntime would fuse them by itself were the scales not constant: constant folding destroys its pattern.
    """
    users: dict[str, list[onnx.NodeProto]] = {}
    for node in nodes:
        for name in node.input:
            users.setdefault(name, []).append(node)
    fused, dropped = {}, set()
    for node in nodes:
        if node.op_type != "MatMulInteger":
            continue
        cast = users[node.output[0]][0]
        scaled = users[cast.output[0]][0]
        product = next(n for n in nodes if n.output[0] in scaled.input and n.name != cast.name)
        inputs = [node.input[0], node.input[1], *product.input, node.input[2], node.input[3]]
        added = users[scaled.output[0]][0]
        bias = next((i for i in added.input if i in constants), "") if added.op_type == "Add" else ""
        last = added if bias else scaled
        dropped |= {node.name, cast.name, scaled.name, product.name} - {last.name}
        fused[last.name] = helper.make_node(
            "MatMulIntegerToFloat",
            [*inputs, bias] if bias else inputs,
            [last.output[0]],
            f"{node.name}_fused",
            domain="com.microsoft",
        )
    return fused, dropped
