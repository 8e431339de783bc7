"""The table of hostile inputs in docs/security.md: long enough, and every row held by a test that is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (?P<input>.+?) \| (?P<outcome>.+?) \| `(?P<path>tests/[\w/]+\.py)::(?P<test>test_\w+)` \|$")
FEWEST = 60


def rows() -> list[re.Match[str]]:
    """The rows of the table of hostile inputs."""
    text = (ROOT / "docs" / "security.md").read_text()
    table = [line for line in text.splitlines() if line.startswith("| ") and "::" in line]
    found = [ROW.match(line) for line in table]
    assert all(found), [line for line, match in zip(table, found, strict=True) if not match]
    return [match for match in found if match]


def test_at_least_sixty_hostile_inputs_were_tried() -> None:
    assert len({(row["input"], row["outcome"], row["test"]) for row in rows()}) >= FEWEST


@pytest.mark.parametrize("path", sorted({row["path"] for row in rows()}))
def test_the_tests_that_hold_them_are_there(path: str) -> None:
    functions = {
        node.name
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {row["test"] for row in rows() if row["path"] == path} <= functions
