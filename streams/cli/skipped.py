"""``newswire skipped``: takes a choice, prints what was skipped as no article: pictures, events and the like."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import click
import msgspec
from rich.table import Table

from streams.cli.options import FORMS, Moment
from streams.cli.terminal import cell, console
from streams.errors import Rejected
from streams.kafka.reader import TopicReader, of_existing, within
from streams.records import Skipped, decode
from streams.settings import settings
from streams.wire.raw import KINDS, OTHER


@click.command()
@click.option("--kind", type=click.Choice(sorted({*KINDS.values(), OTHER})), help="Only items of this kind.")
@click.option("--source", default="", help="Only from this agency or feed.")
@click.option("--since", type=Moment(), help=f"Skipped since: {FORMS}.")
@click.option("--until", type=Moment(end=True), help="Skipped before this time; a date includes that whole day.")
@click.option("--json", "as_json", is_flag=True, help="Print the records as JSON Lines.")
def skipped(kind: str | None, source: str, since: datetime | None, until: datetime | None, *, as_json: bool) -> None:
    r"""Count skipped non-articles (pictures, events and the like) by kind and source, or print their records.

    A record on news.skipped has the item's kind, guid and title, and the place of its bytes on news.raw.

    \b
    Examples:
      newswire skipped --since 24h
      newswire skipped --kind picture --json | jq -r '[.guid, .raw.partition, .raw.offset] | @tsv'
    """
    counts: Counter[tuple[str, str]] = Counter()
    last: dict[tuple[str, str], Skipped] = {}
    for item in _chosen(kind, source, since, until):
        if as_json:
            click.echo(msgspec.json.encode(item))
        counts[item.source, item.kind] += item.count
        last[item.source, item.kind] = item
    if not as_json:
        _print(counts, last)


def _chosen(kind: str | None, source: str, since: datetime | None, until: datetime | None) -> Iterator[Skipped]:
    """Each record once; a message that was read again, as after a crash, has its records twice."""
    topic, seen = settings().topic("skipped"), set()
    with TopicReader(settings()) as reader:
        for message in within(reader.read(of_existing(topic, reader.bounds(topic, since, until))), until):
            try:
                item = decode(message.value, Skipped)
            except Rejected:
                continue  # nobody but the read stage may write there; what is odd is none of its records
            fits = (kind is None or item.kind == kind) and (not source or item.source == source)
            key = hash(item.id)  # eight bytes instead of sixty: there may be millions
            if fits and key not in seen:
                seen.add(key)
                yield item


def _print(counts: Counter[tuple[str, str]], last: dict[tuple[str, str], Skipped]) -> None:
    table = Table("items", "kind", "source", "latest")
    for (source, kind), number in counts.most_common():
        item = last[source, kind]
        shown = f"{item.title or item.guid or item.reason}  {item.raw.topic}:{item.raw.partition}:{item.raw.offset}"
        table.add_row(cell(number), cell(kind), cell(source), cell(shown, 300))
    out = console()
    if counts:
        out.print(table)
    else:
        out.print("nothing was skipped")
