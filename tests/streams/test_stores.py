"""What helps a store that does not serve: search says it in general, and here it is said by setting and command."""

import ast
from pathlib import Path
from typing import get_args

import pytest

import search
from search.store import Remedy, StoreError, StoreUnavailable
from streams.errors import NewswireError, Unavailable
from streams.stores import REMEDIES, answered, said

MODULES = sorted(Path(search.__file__).parent.rglob("*.py"))


def test_every_remedy_is_said_by_a_setting_or_a_command() -> None:
    assert set(REMEDIES) == set(get_args(Remedy)) - {""}
    assert all("newswire " in text or "NEWSWIRE_" in text for text in REMEDIES.values())


async def _raise(error: Exception) -> None:
    raise error


async def test_errors_of_the_store_say_what_to_do_here() -> None:
    with pytest.raises(Unavailable, match=r"wants other credentials \(set NEWSWIRE_INDEX_USER"):
        await answered(_raise(StoreUnavailable("it wants other credentials", "credentials")))
    with pytest.raises(NewswireError, match="newswire index migrate"):
        await answered(_raise(StoreError("made with another mapping", "migrate")))
    assert said(StoreError("it is broken")) == "it is broken"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_search_names_no_setting_and_in_errors_no_command(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert not [text for text in texts_in(tree) if "NEWSWIRE_" in text]
    raised = [text for node in ast.walk(tree) if isinstance(node, ast.Raise) for text in texts_in(node)]
    assert not [text for text in raised if "newswire " in text]


def texts_in(node: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
