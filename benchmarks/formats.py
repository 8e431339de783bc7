"""docs/formats.md: what is read of each format, and what became of every public sample.

    python -m benchmarks.formats [--check]

Takes IPTC's examples from the corpora; writes the page, or with ``--check`` says whether it is as it should be.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.corpus import CORPORA
from streams.errors import Rejected
from streams.records import Article
from streams.wire import Raw, parse_all
from streams.wire.formats.plain_names import ALIASES, STAND_INS

PAGE = Path(__file__).parents[1] / "docs" / "formats.md"
PROSE = Path(__file__).with_name("formats.txt")
RECEIVED = datetime(2024, 1, 1, tzinfo=UTC)
LONGEST_REASON = 110


def page(wire: Path) -> str:
    """The whole page, as Markdown."""
    return PROSE.read_text().replace("{aliases}", _aliases()).replace("{samples}", _samples(wire))


def _aliases() -> str:
    rows = [
        f"| `{name}` | {', '.join(f'`{alias}`' for alias in aliases)} |" for name, aliases in ALIASES.items() if aliases
    ]
    stand_ins = ", ".join(f"`{name}`" for name in STAND_INS)
    return "\n".join(["| field | aliases, in order |", "|---|---|", *rows, f"| `body`, noted | {stand_ins} |"])


def _samples(wire: Path) -> str:
    rows = [
        "| file | format | status | kind | guid | version created | headline | body | notes or reason |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for path in sorted(p for p in wire.rglob("*") if p.is_file() and "cases" not in p.parts):
        rows += _rows(path, path.relative_to(wire).as_posix())
    return "\n".join(rows)


def _rows(path: Path, name: str) -> list[str]:
    try:
        parsed = parse_all(Raw(path.read_bytes(), RECEIVED, name=name))
    except Rejected as refusal:
        return [f"| {name} | refused | | | | | | | {_cell(str(refusal))} |"]
    skipped = [skip.reason for skip in parsed.skipped]
    if not parsed.articles:
        return [f"| {name} | skipped | | | | | | | {_cell('; '.join(skipped[:5]))} |"]
    return [_article(name, article, skipped) for article in parsed.articles]


def _article(name: str, article: Article, skipped: list[str]) -> str:
    notes = [*article.notes, *([f"{len(skipped)} members that are no articles"] if skipped else [])]
    # Only lengths: the samples' texts are their publishers'.
    cells = (
        name, article.format, article.status, article.kind, "yes" if article.guid else "no",
        f"{article.version_created:%Y-%m-%d %H:%M}", str(len(article.headline)), str(len(article.body)),
        _cell("; ".join(notes)),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    short = text if len(text) <= LONGEST_REASON else f"{text[: LONGEST_REASON - 1]}…"
    return short.replace("|", "\\|").replace("\n", " ")


def main() -> int:
    """Run from the command line; exit status 1 where ``--check`` finds a difference."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true", help="compare with the page instead of writing it")
    chosen = options.parse_args()
    wire = CORPORA / "wire"
    if not wire.is_dir():
        print(f"no wire samples in {wire}: set NEWSWIRE_CORPORA to the folder of the corpora")
        return 2
    if not chosen.check:
        PAGE.write_text(page(wire))
        return 0
    if PAGE.read_text() == page(wire):
        return 0
    print(f"{PAGE.name} is not what the readers do now: run python -m benchmarks.formats")
    return 1


if __name__ == "__main__":
    sys.exit(main())
