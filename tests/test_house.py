"""The house rules that no linter checks: lines of Markdown, names of classes, sizes of modules and packages, imports."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST_LINE = 120
GENERATED = {"docs/formats.md", "docs/index.md", "docs/metrics.md", "docs/searching.md", "docs/settings.md"}
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
