"""Parsing speed compared with another commit: ``python -m benchmarks.parsing_against COMMIT [--rounds 40] [--json]``.

Takes a commit of this repository, and reads the public examples that both sides understand. The two run in processes
of their own and take turns, CPU time is counted, and each side's best round is compared: on a busy machine every other
round also measures its neighbours. Exits with 1 where the ratio of a format is less than ``--least``.
"""

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any, Self

from benchmarks.corpus import CORPORA, environment

ROOT = Path(__file__).parents[1]
WORKER = Path(__file__).with_name("parsing_worker.py")
FORMATS = {"newsml-g2": "*.xml", "ninjs": "*.json"}


class Side:
    """One side of the comparison: a process with a tree of its own."""

    def __init__(self, tree: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(WORKER)],
            env=os.environ | {"PYTHONPATH": str(tree)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.__exit__(None, None, None)

    def ask(self, paths: list[str], seconds: float | None = None) -> Any:
        """What it can read of these files or, with ``seconds``, how many it reads in a second."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"paths": paths, "seconds": seconds}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def unpack(commit: str, folder: Path) -> None:
    """Put the tree of a commit into a folder."""
    archive = subprocess.run(
        ["git", "archive", commit, "streams", "search", "processors"], cwd=ROOT, capture_output=True, check=True
    )
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as tree:
        tree.extractall(folder, filter="data")


def compare(commit: str, seconds: float, rounds: int) -> dict[str, Any]:
    """For each format: files a second before and now, each side's best, and their ratio."""
    if not (CORPORA / "wire").is_dir():
        sys.exit(f"no wire samples in {CORPORA / 'wire'}: set NEWSWIRE_CORPORA to the folder of the corpora")
    results: dict[str, Any] = {}
    with ExitStack() as open_until_done:
        folder = Path(open_until_done.enter_context(tempfile.TemporaryDirectory()))
        unpack(commit, folder)
        before, now = (open_until_done.enter_context(Side(tree)) for tree in (folder, ROOT))
        for name, pattern in FORMATS.items():
            paths = sorted(str(path) for path in (CORPORA / "wire" / name).rglob(pattern))
            both = now.ask(before.ask(paths))
            pairs = [(before.ask(both, seconds), now.ask(both, seconds)) for _ in range(rounds)]
            old, new = (max(side) for side in zip(*pairs, strict=True))
            results[name] = {
                "files": len(both),
                "before_per_second": round(old, 1),
                "now_per_second": round(new, 1),
                "ratio": round(new / old, 3),
            }
    return results


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("commit", help="the commit to compare with")
    options.add_argument("--seconds", type=float, default=0.1, help="CPU seconds for each side in a round")
    options.add_argument("--rounds", type=int, default=40)
    options.add_argument("--least", type=float, default=0.9, help="the lowest ratio that is good enough")
    options.add_argument("--json", action="store_true", help="one line of JSON")
    chosen = options.parse_args()
    results = compare(chosen.commit, chosen.seconds, chosen.rounds)
    if chosen.json:
        print(json.dumps(results | {"environment": environment()}))
    else:
        for name, row in results.items():
            print(
                f"{name}: {row['now_per_second']} files a second, {row['before_per_second']} at {chosen.commit}:"
                f" {row['ratio']} of it ({row['files']} files)"
            )
    sys.exit(any(row["ratio"] < chosen.least for row in results.values()))


if __name__ == "__main__":
    main()
