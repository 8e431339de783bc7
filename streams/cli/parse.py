"""``newswire parse``: reads wire files, prints one JSON line per article and per rejection."""

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from streams.errors import Rejected
from streams.feeds.files import LINES, Refusal, find_files, read_items
from streams.records import Article
from streams.settings import settings
from streams.wire import ParseLimits, Raw, parse_all
from streams.wire.raw import OTHER


@click.command(name="parse")
@click.argument("files", nargs=-1, required=True)
@click.option("--source", default="", help="Name of the provider.  [default: as the items say]")
def parse(files: tuple[str, ...], source: str) -> None:
    r"""Show how wire files are parsed.

    Prints one JSON line for each article, with the fields of Article and its file; one for each rejection, with file
    and refused; and one for each picture, event or other non-article, with file, skipped and what is known of it.
    Folders are searched, gzip is unpacked, "-" is standard input. Exit status: 1 if nothing could be parsed.

    \b
    Examples:
      newswire parse wire/ | jq -r '[.format, .status, .headline] | @tsv'
      curl -s https://example.com/rss | newswire parse -
    """
    counts: Counter[str] = Counter()
    for line in _understood(files, source):
        counts["refused" if "refused" in line else "understood"] += 1
        click.echo(msgspec.json.encode(line))
    if not counts["understood"]:
        sys.exit(1)


def _understood(files: tuple[str, ...], source: str) -> Iterator[dict[str, Any]]:
    limits = ParseLimits(max_bytes=settings().max_article_bytes, max_body_characters=settings().max_body_characters)
    for path in _found(files):
        if isinstance(path, Refusal):
            yield {"file": path.name, "refused": path.reason}
            continue
        for item in read_items(path, source, limits.max_bytes):
            if isinstance(item, Refusal):
                yield {"file": item.name, "refused": item.reason}
                continue
            where = _where(path, item.name, item.content_type)
            raw = Raw(item.value, datetime.now(UTC), source, item.content_type, item.name)
            yield from _lines(raw, limits, where)


def _found(files: tuple[str, ...]) -> Iterator[str | Refusal]:
    """Each file that is there; a path that is not costs only itself."""
    for path in files:
        try:
            yield from find_files((path,))
        except Rejected as refusal:
            yield Refusal(path, str(refusal))


def _where(path: str, name: str, content_type: str) -> dict[str, Any]:
    line = name.rpartition(":")[2] if content_type == LINES else ""
    return {"file": path, "line": int(line)} if line.isdigit() else {"file": path}


def _lines(raw: Raw, limits: ParseLimits, where: dict[str, Any]) -> Iterator[dict[str, Any]]:
    try:
        parsed = parse_all(raw, limits)
    except Rejected as refusal:
        yield where | {"refused": str(refusal)}
        return
    for article in parsed.articles:
        yield where | _fields(article)
    for what, reason in parsed.refused:
        yield where | {"member": what, "refused": reason}
    for skip in parsed.skipped:
        member = {"member": skip.part} if skip.part else {}
        yield where | member | {"skipped": skip.reason, "kind": skip.kind, "guid": skip.guid, "title": skip.title}
    if parsed.unnamed:
        yield where | {"skipped": f"{parsed.unnamed} more of this message", "kind": OTHER, "guid": "", "title": ""}


def _fields(article: Article) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(article)
    return fields
