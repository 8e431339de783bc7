"""``newswire parse``: reads wire files, prints one JSON line per article and per rejection."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from streams.errors import Rejected
from streams.feeds.files import LINES, Refusal, find_files, read_items
from streams.records import Article
from streams.settings import settings
from streams.sources.book import ProfileBook
from streams.wire import ParseLimits, Raw, parse_all
from streams.wire.message import ParsedMessage
from streams.wire.profile import Profiles
from streams.wire.raw import OTHER


@click.command(name="parse")
@click.argument("files", nargs=-1, required=True)
@click.option("--source", default="", help="Name of the provider; its profile is used.  [default: as the items say]")
def parse(files: tuple[str, ...], source: str) -> None:
    r"""Show how wire files are parsed.

    Prints one JSON line for each article, with the fields of Article and its file; one for each rejection, with file
    and refused; and one for each picture, event or other non-article, with file, skipped and what is known of it.
    Folders are searched, gzip is unpacked, "-" is standard input. Exit status: 1 if nothing could be parsed.

    If an article's source has a profile (NEWSWIRE_SOURCES, docs/sources.md), its line says in profile which fields
    that changes: the value without it, then the value with it.

    \b
    Examples:
      newswire parse wire/ | jq -r '[.format, .status, .headline] | @tsv'
      newswire parse --source ntb story.xml | jq .profile
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
    profiles = ProfileBook.of(settings()).current()
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
            yield from _lines(raw, limits, where, profiles)


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


def _lines(raw: Raw, limits: ParseLimits, where: dict[str, Any], profiles: Profiles) -> Iterator[dict[str, Any]]:
    try:
        parsed = parse_all(raw, limits, profiles)
    except Rejected as refusal:
        yield where | {"refused": str(refusal)}
        return
    for article, profile in zip(parsed.articles, _changes(raw, limits, parsed), strict=True):
        yield where | _fields(article) | profile
    for what, reason in parsed.refused:
        yield where | {"member": what, "refused": reason}
    for skip in parsed.skipped:
        member = {"member": skip.part} if skip.part else {}
        yield where | member | {"skipped": skip.reason, "kind": skip.kind, "guid": skip.guid, "title": skip.title}
    if parsed.unnamed:
        yield where | {"skipped": f"{parsed.unnamed} more of this message", "kind": OTHER, "guid": "", "title": ""}


def _changes(raw: Raw, limits: ParseLimits, parsed: ParsedMessage) -> Iterator[dict[str, Any]]:
    """What its profile changes in each article: by field, the value without it and the value with it."""
    if not any(parsed.profiles):
        yield from ({} for _ in parsed.articles)
        return
    try:
        plain: Sequence[Article] = parse_all(raw, limits).articles
        without = f"{len(plain)} articles" if len(plain) != len(parsed.articles) else ""
    except Rejected as refusal:
        plain, without = (), f"refused: {refusal}"
    for number, (article, name) in enumerate(zip(parsed.articles, parsed.profiles, strict=True)):
        if not name:
            yield {}
            continue
        what = {"without": without} if without else {"changes": _other(_fields(plain[number]), _fields(article))}
        yield {"profile": {"name": name, **what}}


def _other(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: [before[name], value] for name, value in after.items() if before[name] != value}


def _fields(article: Article) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(article)
    return fields
