"""The demo's final report: takes the checked stories, prints tables for 80 columns, and makes up searches."""

from collections import Counter
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
ASKED_FOR = ("PERSON", "ORG", "GPE")
NEWEST = 500  # stories from which searches are made up
SIDES = {"favor": Text("for", "green"), "against": Text("against", "red")}

# A command's arguments beside the same question for the store.
Search = tuple[tuple[str, ...], Query]
SAMPLE_SEARCHES: tuple[Search, ...] = (
    (('"one-China policy"', "--holder", "Putin", "--label", "favor"),
     Query('"one-China policy"', holder="Putin", label="favor")),
    (("--target", "United States", "--label", "against"), Query(target="United States", label="against")),
    (("tariff* OR dut*", "--entity", "European Union"), Query("tariff* OR dut*", entity="European Union")),
    (("kind:correction",), Query("kind:correction")),
    (("--holder", "Putin", "--sort", "newest", "--json"), Query(holder="Putin", sort="newest")),
)  # fmt: skip


def stances(console: Console, documents: Sequence[dict[str, Any]]) -> None:
    """Who stands for or against whom: every stance of the most urgent story, the surest few of some others."""
    told = [document for document in documents if document.get("stance")]
    told.sort(key=lambda document: (document["urgency"] or 9, document["version_created"]))
    table = Table("Who", "is", "whom or what", "evidence", box=SIMPLE_HEAD, pad_edge=False, expand=True)
    for column, width in zip(table.columns, (14, 7, 16), strict=False):
        column.width = width
    before = ""
    for number, document in enumerate(told[:STORIES_SHOWN]):
        rows = sorted(document["stance"], key=lambda row: -row["score"])
        shown = rows if number == 0 else rows[:STANCES_OF_A_STORY]
        for row in sorted(shown, key=lambda row: int(row["evidence"]["start"])):
            evidence = " ".join(row["evidence"]["text"].split())
            again = Text("″" if evidence == before else evidence, "dim")
            table.add_row(Text(row["holder"], "bold"), SIDES[row["label"]], Text(row["target"]), again)
            before = evidence
    total = sum(len(document["stance"]) for document in told)
    title(console, f"Who stands for or against whom ({table.row_count} of {total} stances)")
    console.print(table)


def lives(console: Console, findings: Sequence[SampleCheck]) -> None:
    """What became of the stories that were updated, corrected, killed, embargoed or withheld."""
    table = Table("Sent", "In the index now", box=SIMPLE_HEAD, pad_edge=False, expand=True)
    table.columns[0].width = 24
    for finding in findings:
        if finding.sample.life:
            table.add_row(_sent(finding), _now(finding.document))
    title(console, "What became of")
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


async def newest(store: Store) -> list[dict[str, Any]]:
    """The newest stories that a reader can find."""
    query = Query(sort="newest", limit=min(NEWEST, store.limits.hits))
    return [hit.document for hit in (await store.find(parsed(query, store.limits))).hits]


def made_up(documents: Sequence[dict[str, Any]]) -> list[Search]:
    """Searches that find something among stories that nobody knows beforehand: by their most frequent names."""
    # None where nothing is looked for: in another language, or by an annotator that failed.
    entities = [one for document in documents for one in document["entities"] or () if one["type"] in ASKED_FOR]
    counted = Counter(entity["name"] for entity in entities if entity["name"].isprintable())
    telling = max(1, len(documents) // 2)  # the agency's own name is in every story
    names = [name for name, stories in counted.most_common() if stories <= telling]
    rows = [(row["holder"], row["target"], row["label"]) for document in documents for row in document["stance"] or ()]
    found: list[Search] = [(("--entity", name), Query(entity=name)) for name in names[:2]]
    for (holder, target, label), _ in Counter(row for row in rows if "".join(row).isprintable()).most_common(1):
        asked = Query(holder=holder, target=target, label=label)
        found.append((("--holder", holder, "--target", target, "--label", label), asked))
    return [*found, (("--sort", "newest"), Query(sort="newest"))]


def problems(findings: Sequence[SampleCheck]) -> Iterator[str]:
    """One line per story that is not as expected."""
    for finding in findings:
        if finding.problem:
            sample = finding.sample
            yield f"{sample.source} {sample.guid} ({sample.headline or sample.life}): {finding.problem}"


def title(console: Console, words: str) -> None:
    """A heading."""
    console.print(Text(words, "bold"))
