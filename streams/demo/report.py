"""The demo's final report: takes the checked stories, returns tables and search commands for 80 columns."""

import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from search.query.checking import parsed
from search.query.request import Query
from search.store import Store
from streams.demo.check import SampleCheck
from streams.demo.sample import time_of

STANCES_OF_A_STORY = 2  # shown of each story after the first
STORIES_SHOWN = 14
SIDES = {"favor": Text("for", "green"), "against": Text("against", "red")}

# The command's arguments beside the same question for the store.
SEARCHES: tuple[tuple[tuple[str, ...], Query], ...] = (
    (('"one-China policy"', "--holder", "Putin", "--label", "favor"),
     Query('"one-China policy"', holder="Putin", label="favor")),
    (("--target", "United States", "--label", "against"), Query(target="United States", label="against")),
    (("tariff* OR dut*", "--entity", "European Union"), Query("tariff* OR dut*", entity="European Union")),
    (("kind:correction",), Query("kind:correction")),
    (("--holder", "China", "--sort", "newest", "--json"), Query(holder="China", sort="newest")),
)  # fmt: skip


def stances(console: Console, findings: Sequence[SampleCheck]) -> None:
    """Who stands for or against whom: every stance of the most urgent story, the surest few of some others."""
    told = [finding for finding in findings if finding.sample.visible and finding.document.get("stance")]
    told.sort(key=lambda finding: (finding.document["urgency"] or 9, finding.document["version_created"]))
    table = Table("Who", "is", "whom or what", "evidence", box=SIMPLE_HEAD, pad_edge=False, expand=True)
    for column, width in zip(table.columns, (14, 7, 16), strict=False):
        column.width = width
    before = ""
    for number, finding in enumerate(told[:STORIES_SHOWN]):
        rows = sorted(finding.document["stance"], key=lambda row: -row["score"])
        shown = rows if number == 0 else rows[:STANCES_OF_A_STORY]
        for row in sorted(shown, key=lambda row: int(row["evidence"]["start"])):
            evidence = " ".join(row["evidence"]["text"].split())
            again = Text("″" if evidence == before else evidence, "dim")
            table.add_row(Text(row["holder"], "bold"), SIDES[row["label"]], Text(row["target"]), again)
            before = evidence
    total = sum(len(finding.document["stance"]) for finding in told)
    _title(console, f"Who stands for or against whom ({table.row_count} of {total} stances)")
    console.print(table)


def lives(console: Console, findings: Sequence[SampleCheck]) -> None:
    """What became of the stories that were updated, corrected, killed, embargoed or withheld."""
    table = Table("Sent", "In the index now", box=SIMPLE_HEAD, pad_edge=False, expand=True)
    table.columns[0].width = 24
    for finding in findings:
        if finding.sample.life:
            table.add_row(_sent(finding), _now(finding.document))
    _title(console, "What became of")
    console.print(table)


def _sent(finding: SampleCheck) -> Text:
    sample = finding.sample
    name = {"update": "an update", "correction": "a correction", "kill": "a kill, before its story",
            "embargo": "an embargoed story", "withheld": "a withheld story"}[sample.life]  # fmt: skip
    return Text(name, "bold").append(f"\n{sample.source}, {sample.versions} sent" if sample.versions > 1 else "")


def _now(document: dict[str, Any]) -> Text:
    if not document:
        return Text("nothing", "red")
    if document["status"] == "canceled":
        killed = f"{time_of(document['version']):%d %B %Y %H:%M} UTC"
        note = document["editorial_note"]
        return Text(f"a tombstone without text, killed {killed}; no reader finds it").append(f"\n“{note}”", "dim")
    text = Text(document["headline"])
    for row in document["previous_headlines"]:
        text.append(f"\nwas: {row['headline']}", "dim strike")
    if document["status"] == "withheld":
        text.append("\nstored, hidden until the agency releases it", "dim")
    elif document["embargo_until"]:
        text.append(f"\nstored, hidden until {document['embargo_until'][:10]}", "dim")
    return text


async def searches(console: Console, store: Store, index: str) -> None:
    """Searches to try, with how many stories each finds; ``index`` is "" where the index goes with the demo."""
    _title(console, "Searches to try" if index else "Searches to try while `newswire demo` runs, or after --keep DIR")
    if index:
        console.print(f"  export NEWSWIRE_INDEX={shlex.quote(index)}", soft_wrap=True, highlight=False, markup=False)
    for arguments, query in SEARCHES:
        total = (await store.find(parsed(query, store.limits))).total
        line = Text(f"  {command()} search {shlex.join(arguments)}")
        line.append(f"  # {total} {'story' if total == 1 else 'stories'}", "dim")
        console.print(line, soft_wrap=True)
    console.print()


def command() -> str:
    """The command line with which ``newswire`` can be called here."""
    if shutil.which("newswire"):
        return "newswire"
    return sys.argv[0] if sys.argv[0].endswith("newswire") else f"{shlex.quote(sys.executable)} -m streams"


def problems(findings: Sequence[SampleCheck]) -> Iterator[str]:
    """One line per story that is not as expected."""
    for finding in findings:
        if finding.problem:
            sample = finding.sample
            yield f"{sample.source} {sample.guid} ({sample.headline or sample.life}): {finding.problem}"


def _title(console: Console, title: str) -> None:
    console.print(Text(title, "bold"))
