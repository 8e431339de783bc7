"""``newswire evaluate similar``: takes stories labelled by event, scores which ones are found as similar."""

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from processors.evaluation.events import LabelledReport
    from search.documents import Document
    from search.store import Store

FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = 10


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def similar(file: Path, as_json: bool) -> None:
    r"""Score similar stories on FILE: JSON Lines with event, title, text and url.

    For each story that shares its event with others, similar stories are searched for. nDCG@10, in percent, measures
    how high those of the same event rank among the first ten: by names and headline words alone, by meaning alone,
    and by rare words, headlines and meaning together, as on the page. The stories are annotated, a fifth of a second
    each, and searched in SQLite.

    \b
    Examples:
      newswire evaluate similar events.dev.jsonl
      newswire evaluate similar events.dev.jsonl --json | jq .together
    """
    from processors.evaluation.events import read
    from processors.evaluation.labelled_sentences import BadLine

    try:
        reports = read(file.read_text(encoding="utf-8-sig").splitlines())
    except (BadLine, UnicodeDecodeError, OSError) as error:
        raise click.BadParameter(f"{file}: {error}", param_hint="FILE") from None
    found = asyncio.run(_scored(reports))
    if not found:
        raise click.BadParameter(f"{file}: no event has two stories, so there is nothing to score", param_hint="FILE")
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
        return
    table = Table("", "nDCG@10", title="Similar stories, percent")
    for name in ("words", "meaning", "together"):
        table.add_row(name, f"{found[name]:.1f}")
    Console().print(table)
    Console().print(f"{found['asked']} of {found['stories']} stories have others of their event")


async def _scored(reports: Sequence["LabelledReport"]) -> dict[str, Any]:
    """The scores of each way; nothing where no event has two stories."""
    from processors.evaluation.ranking import ndcg
    from search.open import open_store

    others = [{n for n, two in enumerate(reports) if two.event == one.event} - {i} for i, one in enumerate(reports)]
    asked = [number for number, relevant in enumerate(others) if relevant]
    if not asked:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/similar.sqlite")
        try:
            await store.set_up()
            await store.write(_documents(reports))
            ranked = [await _ranked(store, number) for number in asked]
        finally:
            await store.close()
    scores = {
        way: 100 * mean(ndcg(each[way], others[number]) for number, each in zip(asked, ranked, strict=True))
        for way in ranked[0]
    }
    return {**scores, "asked": len(asked), "stories": len(reports)}


def _documents(reports: Sequence["LabelledReport"]) -> list["Document"]:
    """The stories as the pipeline would index them."""
    from processors.pipeline import load
    from search.documents import Document
    from streams.records import annotated_text

    annotators, documents = load(), []
    for number, report in enumerate(reports):
        (said,) = annotators.annotate([annotated_text(report.title, report.text)])
        at = FIRST_DAY + timedelta(minutes=number)
        times: dict[str, Any] = dict.fromkeys(
            ("version_created", "first_created", "received_at", "enriched_at", "indexed_at"), at
        )
        documents.append(
            Document(
                id=str(number), version=1, source=report.source, guid=str(number), format="json", status="usable",
                kind="new", headline=report.title, body=report.text, annotations=said, language="en", **times,
            )
        )  # fmt: skip
    return documents


async def _ranked(store: "Store", number: int) -> dict[str, list[int]]:
    """The numbers of the stories that each way finds for one."""
    from search.documents import meaning_of
    from search.query.checking import parsed
    from search.query.request import Query
    from search.query.similar import similar_to
    from search.stories.alike import stories_like

    story = await store.get(str(number))
    assert story is not None
    words = similar_to(story, FIRST + 1)
    found = {
        "words": (await store.find(words)).hits if words else (),
        "meaning": (await store.nearest(meaning_of(story), parsed(Query(limit=FIRST + 1)))).hits,
        "together": await stories_like(store, story, FIRST, brief=True),
    }
    return {way: [int(hit.id) for hit in hits if hit.id != str(number)] for way, hits in found.items()}
