"""The house rules that no linter checks: lines of Markdown, names of classes, sizes of modules and packages, imports."""

import ast
import graphlib
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST_LINE = 120
CLIENT = ("search", "client")  # a package of its own, whose models are named as what they are models of
PACKAGES = ("streams", "processors", "search")
GENERATED = {"docs/formats.md", "docs/fields.md", "docs/metrics.md", "docs/searching.md", "docs/settings.md"}
EXEMPT = re.compile(r"^\||^<|^!\[|^ {4}|https?://\S{80,}")  # tables, pictures, code, long addresses


def tracked(pattern: str) -> list[Path]:
    """The files under version control that match ``pattern``."""
    listed = subprocess.run(["git", "ls-files", "-z", pattern], cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_line_of_markdown_is_too_long() -> None:
    pages = [page for page in tracked("*.md") if str(page.relative_to(ROOT)) not in GENERATED]
    assert len(pages) > 10
    too_long = [
        f"{page.relative_to(ROOT)}:{number} has {len(line)} characters"
        for page in pages
        for number, line in enumerate(page.read_text("utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE and not EXEMPT.search(line)
    ]
    assert not too_long


def test_every_file_that_the_documentation_names_is_there() -> None:
    present = {str(path.relative_to(ROOT)) for path in tracked("*")}
    named = re.compile(r"`([\w./-]+\.(?:py|toml|tsv|sh|yml|mjs))`")
    pages = [*tracked("*.md"), *tracked("benchmarks/*.txt")]
    gone = {
        f"{page.relative_to(ROOT)}: {name}"
        for page in pages
        for name in named.findall(page.read_text("utf-8"))
        if not name.startswith("kafka-") and not any(f"/{path}".endswith(f"/{name}") for path in present)
    }
    assert not gone


def modules() -> Iterator[tuple[str, Path]]:
    """The dotted name and the file of each module and package that the program is made of."""
    for path in tracked("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] in PACKAGES and parts[:2] != CLIENT:
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imported(statements: Iterable[ast.stmt], known: set[str]) -> Iterator[str]:
    """The modules among ``known`` that are imported when these statements run."""
    for statement in statements:
        if isinstance(statement, ast.Import):
            yield from (one.name for one in statement.names if one.name in known)
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            names = {f"{statement.module}.{one.name}" for one in statement.names}
            yield from names & known or {statement.module} & known
        elif isinstance(statement, ast.If | ast.Try):
            yield from imported(statement.body, known)


def test_no_modules_import_each_other_in_a_circle() -> None:
    known = dict(modules())
    imports = {name: {*imported(ast.parse(path.read_text("utf-8")).body, {*known})} for name, path in known.items()}
    assert sum(map(len, imports.values())) > 500
    graphlib.TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle


MOST_LINES, MOST_AT_THE_TOP, MOST_IN_A_FOLDER = 300, 14, 30
STARTS = {"__init__.py", "__main__.py"}  # what a package needs to be one


def test_no_module_is_too_long() -> None:
    long = {
        f"{name}: {lines}"
        for name, path in modules()
        if (lines := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert not long


def test_packages_have_few_modules_and_folders_not_many() -> None:
    found = Counter(path.parent for _, path in modules() if path.name not in STARTS)
    crowded = {
        str(folder): count
        for folder, count in found.items()
        if count > (MOST_AT_THE_TOP if folder.parent == ROOT else MOST_IN_A_FOLDER)
    }
    assert not crowded


def test_one_class_name_is_one_thing() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for name, path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(name)
    several = {name: where for name, where in places.items() if len(where) > 1}
    assert not {name: where for name, where in several.items() if len(where) > 2}
    assert len(several) <= 6, several
