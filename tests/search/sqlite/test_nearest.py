"""The nearest in the embedded store: cosines with numpy and without, and looking on where the best are hidden."""

import random
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from search.documents import Document
from search.sqlite.nearest import cosines
from search.sqlite.store import SqliteStore
from tests.search.samples import annotated, document, question


def test_without_numpy_the_cosines_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    one, many = chance.randbytes(128), chance.randbytes(128 * 200) + bytes(128)
    by_numpy = cosines(one, many)
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert cosines(one, many) == pytest.approx(by_numpy, abs=1e-5)
    assert cosines(one, one + bytes(-number % 256 if number != 128 else 127 for number in one))[0] == 1
    assert by_numpy[-1] == 0.5


async def test_where_the_best_are_hidden_the_next_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.sqlite.nearest.AT_FIRST", 2)
    store = SqliteStore(tmp_path / "index.db")
    await store.set_up()

    def meant(name: str, second: int, **fields: Any) -> Document:
        notes = msgspec.structs.replace(annotated(), meaning=bytes([90, second]) + bytes(126))
        return document(name, annotations=notes, **fields)

    await store.write([meant(f"held{number}", 1, status="withheld") for number in range(9)])
    await store.write([meant("b", 60), meant("c", 60), meant("a", 60), meant("near", 30), meant("far", 120)])
    found = await store.nearest(bytes([90, 1]) + bytes(126), question(limit=3))
    assert [hit.id for hit in found.hits] == ["near", "a", "b"]
    await store.close()
