"""The demo: the whole pipeline on one machine, from a sample wire to a searchable archive.

Takes where to print and where to keep the index; gives 0 only if every sample story is found again.

1. `pipeline`: an embedded broker, the same three stages as in production, SQLite; beside it the page, unless the demo
   is to end by itself.
2. `sample`: the bundled wire is fed, at the pace of the index.
3. `check`: every story is looked up, compared and searched for.
4. `report`: who stands for or against whom, what became of updates and kills, searches to try.
"""

import asyncio
import logging
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.text import Text

from search.store import Store
from streams.demo import report
from streams.demo.check import SampleCheck, look_up, strangers
from streams.demo.page import running_page
from streams.demo.pipeline import DemoPipeline, running_pipeline
from streams.demo.progress import shown
from streams.demo.sample import items, samples
from streams.records import DeadLetter
from streams.stores import open_index


def run(console: Console, *, once: bool, keep: Path | None) -> int:
    """Run the demo in ``keep`` or a temporary folder; without ``once`` stay up until Ctrl-C."""
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # what matters of it comes as exceptions
    began = time.monotonic()
    with ExitStack() as opened:
        folder = keep or Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="newswire-demo-")))
        fresh = not (folder / "news.sqlite").exists()
        console.print("Starting an embedded broker and the stages read, enrich and index …", highlight=False)
        pipeline = opened.enter_context(running_pipeline(folder))
        page = "" if once else opened.enter_context(running_page(pipeline.settings, folder))
        if page:
            console.print(f"The page: {page}  (open it: stories appear as they arrive)", highlight=False)
        with shown(console) as show:
            fed = pipeline.feed(items(pipeline.settings.max_article_bytes), show)
        letters = pipeline.dead_letters()
        complaints = asyncio.run(_tell(console, pipeline, letters, fresh=fresh, lasts=bool(keep) or not once))
        took = time.monotonic() - began
        console.print(
            f"{fed} items fed, {len(letters)} rejected, {len(samples())} stories expected, {took:.0f} s\n",
            highlight=False,
        )
        for complaint in complaints:
            console.print(Text(complaint, "red"))
        if not complaints:
            console.print(Text("Every sample story is found again.", "green"))
        if not once:
            _stay(console, page)
    if keep:
        console.print(
            f"The index is kept: {keep.resolve() / 'news.sqlite'}", soft_wrap=True, highlight=False, markup=False
        )
    return 1 if complaints else 0


async def _tell(
    console: Console, pipeline: DemoPipeline, letters: list[DeadLetter], *, fresh: bool, lasts: bool
) -> list[str]:
    """Look every story up and print the results; returns one line per problem."""
    store = open_index(pipeline.settings)
    try:
        expected = samples()
        findings = await look_up(store, expected)
        await _print(console, store, findings, pipeline.settings.index if lasts else "")
        complaints = [f"rejected by {letter.stage}: {letter.message}" for letter in letters]
        complaints += report.problems(findings)
        more = await strangers(store, expected)
        if fresh and more:
            complaints.append(f"the index has {more:+d} documents against {len(expected)} sample stories")
        return complaints
    finally:
        await store.close()


async def _print(console: Console, store: Store, findings: list[SampleCheck], index: str) -> None:
    console.print()
    report.stances(console, findings)
    report.lives(console, findings)
    await report.searches(console, store, index)


def _stay(console: Console, page: str) -> None:
    console.print(f"\nRunning until Ctrl-C: open {page}, or try the searches from another terminal.", highlight=False)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print("Stopping.")
