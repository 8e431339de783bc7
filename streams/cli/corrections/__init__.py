"""``newswire corrections``: what people corrected in stories, as rows to train and to score the models with."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from typing import Any

import click
import msgspec

from search.query.checking import parsed
from search.query.request import Query
from search.store import Store
from search.versions.corrections import Correction, corrections_in
from search.versions.joining import Merge
from streams.cli.options import FORMS, CommandGroup, Moment
from streams.stores import with_store

PAGE = 200
ALL = "corrected:stance OR corrected:name OR corrected:link"


@click.group(cls=CommandGroup)
def corrections() -> None:
    r"""Corrections that people made on the page to a story's positions, names and links, and merged names.

    \b
    Examples:
      newswire corrections export > corrected.jsonl
    """


@corrections.command()
@click.option("--since", type=Moment(), help=f"Only what was corrected at or after this time: {FORMS}.")
def export(since: datetime | None) -> None:
    r"""Print corrections as JSON Lines, in the form of the judged rows that the models are trained with.

    Each line has what the annotator said (holder, label, target and score, or name and entity), the sentence, and
    whether it was right. A position that is the other way round has the right label in "should_be". Merged names
    come first, as "same": an entity, and the one that it is the same as.

    \b
    Examples:
      newswire corrections export --since 30d > corrected.jsonl
    """

    async def work(store: Store) -> None:
        for one in (await store.merges()).all:
            if since is None or one.at >= since:
                click.echo(msgspec.json.encode(_same(one)))
        async for document in _documents(store):
            for row in rows_of(document, since):
                click.echo(msgspec.json.encode(row))

    asyncio.run(with_store(work))


def rows_of(document: Mapping[str, Any], since: datetime | None = None) -> Iterator[dict[str, Any]]:
    """The training rows of a story's corrections."""
    for one in corrections_in(document):
        if since is None or one.at >= since:
            yield {"article": document["id"], "source": document["source"], **_said(one), "by": one.by, "at": one.at}


def _same(one: Merge) -> dict[str, Any]:
    return {
        "what": "same", "entity": one.entity, "name": one.name, "same_as": one.into.id, "same_as_name": one.into.name,
        "type": one.into.type, "right": True, "by": one.by, "at": one.at,
    }  # fmt: skip


def _said(one: Correction) -> dict[str, Any]:
    if one.what != "stance":
        mentions = [[span["start"], span["end"]] for span in one.row.get("mentions") or ()]
        return {
            "what": one.what,
            "name": one.name,
            "entity": one.entity,
            "type": one.type,
            "mentions": mentions,
            "right": False,
        }
    right = {} if one.verdict == "wrong" else {"should_be": one.verdict}
    spans = {part: _within(one.row, part) for part in ("holder_span", "target_span")}
    return {
        "what": "stance", "holder": one.holder, "label": one.label, "target": one.target, "score": one.row.get("score"),
        "sentence": one.evidence, **spans, "cue": one.row.get("cue"), "right": False, **right,
    }  # fmt: skip


def _within(row: Mapping[str, Any], part: str) -> list[int] | None:
    """Where in the sentence the holder or target is named; ``None`` where it is in another."""
    span, sentence = row.get(part) or {}, row.get("evidence") or {}
    if not span or not sentence or not sentence["start"] <= span["start"] < span["end"] <= sentence["end"]:
        return None
    return [span["start"] - sentence["start"], span["end"] - sentence["start"]]


async def _documents(store: Store) -> AsyncIterator[dict[str, Any]]:
    query = parsed(Query(ALL, hidden=True, sort="oldest", limit=PAGE, brief=True), store.limits)
    while True:
        found = await store.find(query)
        for hit in found.hits:
            yield hit.document
        if not found.after:
            return
        query = query.following(found.after)
