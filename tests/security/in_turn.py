"""Commands one after the other, each in a fork of a process that has imported and loaded what they need.

That is nearly all that most commands do. Started as a program of its own, so that it can be watched whole.
"""

import json
import multiprocessing
import sys
from pathlib import Path

from streams.cli.main import main
from tests.forks.warming import warm

if __name__ == "__main__":
    forks = multiprocessing.get_context("fork")
    warm()
    for line, seconds in json.loads(Path(sys.argv[1]).read_text()):
        sys.argv = ["newswire", *line]
        print("==", *sys.argv, flush=True)  # noqa: T201
        process = forks.Process(target=main)
        process.start()
        process.join(seconds)
        process.terminate()
        process.join()
