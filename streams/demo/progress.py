"""The progress of the demo's stages: live bars on a terminal, otherwise a line now and then."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from streams.demo.pipeline import Passed, Show

WORK = {"read": "read", "enrich": "enriched", "index": "indexed"}
LINE_EVERY = 5.0  # seconds between lines where there is no terminal


@contextmanager
def shown(console: Console) -> Iterator[Show]:
    """Yield a callable that shows progress while the block lasts."""
    if console.is_terminal:
        with _bars(console) as show:
            yield show
    else:
        yield _Lines(console)


def _of_stories(passed: Mapping[str, Passed]) -> dict[str, Passed]:
    """What is shown: the way of a story into the index. What reads it beside, as alerts do, has no line."""
    return {stage: passed[stage] for stage in WORK if stage in passed}


@contextmanager
def _bars(console: Console) -> Iterator[Show]:
    columns = (SpinnerColumn(), TextColumn("{task.description:9}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        tasks = {stage: progress.add_task(word, total=None) for stage, word in WORK.items()}

        def show(passed: Mapping[str, Passed]) -> None:
            for stage, now in _of_stories(passed).items():
                progress.update(tasks[stage], completed=now.done, total=now.total or None)

        yield show


class _Lines:
    """Prints how far the stages are when that has changed, and not too often."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()
        self._next = 0.0
        self._last = ""

    def __call__(self, passed: Mapping[str, Passed]) -> None:
        line = ", ".join(f"{now.done} of {now.total} {WORK[stage]}" for stage, now in _of_stories(passed).items())
        now = time.monotonic()
        through = all(stage.done == stage.total for stage in passed.values())
        if line != self._last and (through or now >= self._next):
            self._console.print(f"  {now - self._began:3.0f} s: {line}", highlight=False)
            self._last, self._next = line, now + LINE_EVERY
