"""The demo: the whole pipeline on one machine, from a sample wire or one's own files to a searchable archive.

Takes where to print, what to feed and where to keep the index; gives 0 only if every story is found again.

1. `pipeline`: an embedded broker, the same stages as in production, SQLite; beside it the page, unless the demo
   is to end by itself.
2. `wires`: the bundled wire (`sample`) or one's own files are fed, at the pace of the index, and each of their stories
   is looked up (`check`).
3. `report`: who stands for or against whom, what became of updates and kills, searches to try.
4. `elsewhere`: the lines with which another terminal feeds and searches the demo.
"""

import asyncio
import logging
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.text import Text

from streams.demo import elsewhere
from streams.demo.page import running_page
from streams.demo.pipeline import DemoPipeline, running_pipeline
from streams.demo.progress import shown
from streams.demo.wires import DemoWire, Findings
from streams.stores import open_index

LOOK_EVERY = 2.0  # seconds between looks at what other terminals feed


def run(console: Console, wire: DemoWire, *, once: bool, keep: Path | None) -> int:
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
            fed = pipeline.feed(wire.items(pipeline.settings), show)
        findings = asyncio.run(_tell(console, pipeline, wire, fresh=fresh, once=once, lasts=bool(keep)))
        took = time.monotonic() - began
        console.print(f"{fed} items fed, {findings.summary}, {took:.0f} s\n", highlight=False)
        for complaint in findings.complaints:
            console.print(Text(complaint, "red"))
        if not findings.complaints:
            console.print(Text(findings.well, "green"))
        if not once:
            _stay(console, pipeline, page)
    if keep:
        console.print(
            f"The index is kept: {keep.resolve() / 'news.sqlite'}", soft_wrap=True, highlight=False, markup=False
        )
    return 1 if findings.complaints else 0


async def _tell(
    console: Console, pipeline: DemoPipeline, wire: DemoWire, *, fresh: bool, once: bool, lasts: bool
) -> Findings:
    """Look every story up, print the results, and the lines for another terminal."""
    store = open_index(pipeline.settings)
    try:
        await store.set_up()  # which the index stage does with its first story: there may be none
        console.print()
        findings = await wire.findings(console, store, pipeline.dead_letters(), fresh=fresh)
        if lasts or not once:
            changes = pipeline.changes if not once else {"index": pipeline.changes["index"]}
            elsewhere.settings(console, changes)
        if not once:
            elsewhere.feeds(console, wire.example())
        await elsewhere.searches(console, store, findings.searches, lasts=lasts or not once)
        return findings
    finally:
        await store.close()


def _stay(console: Console, pipeline: DemoPipeline, page: str) -> None:
    """Wait for Ctrl-C; say so if the broker has lost some of what other terminals have fed."""
    console.print(f"\nRunning until Ctrl-C. The page: {page}", highlight=False)
    said = False
    try:
        while True:
            time.sleep(LOOK_EVERY)
            if not said and pipeline.forgotten():
                said = True
                console.print(Text(elsewhere.TOO_MUCH, "red"))
    except KeyboardInterrupt:
        console.print("Stopping.")
