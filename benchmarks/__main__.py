"""Runs the benchmarks in turn: ``python -m benchmarks [NAME …] [--json]``; without names, all that end soon.

Takes names of modules here and options for all of them; exits with the worst status.
"""

import subprocess
import sys

SOON = ("throughput", "processes", "words", "feeding", "indexing", "latency", "cost", "simulate")


def main() -> None:
    """Run each in a process of its own, so that none inherits another's memory."""
    names = [argument for argument in sys.argv[1:] if not argument.startswith("-")] or SOON
    options = [argument for argument in sys.argv[1:] if argument.startswith("-")]
    runs = [subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *options], check=False) for name in names]
    sys.exit(max(run.returncode for run in runs))


if __name__ == "__main__":
    main()
