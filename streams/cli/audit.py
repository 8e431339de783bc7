"""``newswire audit``: takes a time, prints what became of every article accepted in it; exits 1 if any is missing."""

import asyncio
import sys
from datetime import datetime
from typing import TYPE_CHECKING

import click
import msgspec
from rich.progress import Progress, TaskID
from rich.table import Table
from rich.text import Text

from search.store import Store
from streams.cli.options import Moment
from streams.cli.terminal import cell, console, progress
from streams.kafka.stages import STAGES
from streams.operations.ledger import Fate, Report
from streams.settings import settings
from streams.stores import with_store

if TYPE_CHECKING:
    from streams.operations.alert_audit import AlertReport

MISSING_SHOWN = 20


@click.command()
@click.option("--from", "since", type=Moment(), help="Only messages in Kafka since this time.")
@click.option(
    "--to", "until", type=Moment(end=True), help="Only messages before this time; a date includes all of that day."
)
@click.option(
    "--most", type=click.IntRange(0), default=1000, show_default=True, help="List at most this many missing articles."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--alerts", is_flag=True, help="Account for alerts instead: saved searches, and what was sent of them.")
@click.option("--quiet", "-q", is_flag=True, help="Show no progress bar.")
def audit(
    since: datetime | None, until: datetime | None, most: int, *, as_json: bool, alerts: bool, quiet: bool
) -> None:
    r"""Account for every article on news.raw.

    Each is indexed, superseded by a newer version, tombstoned by a kill, dead-lettered, skipped as a non-article, or
    still on its way. Any other is missing, and is listed. Workers can keep running.

    Exit status: 0 if nothing is missing, 1 if something is, or if Kafka or the index cannot be reached.

    \b
    Examples:
      newswire audit
      newswire audit --from 24h --json | jq .missing_articles
      newswire audit --alerts
    """
    if alerts:
        sys.exit(audit_alerts(since, as_json=as_json))
    report = asyncio.run(with_store(lambda store: _audit(store, since, until, most, quiet=quiet)))
    if as_json:
        click.echo(msgspec.json.encode(report))
    else:
        _print(report)
    sys.exit(1 if report.missing else 0)


async def _audit(store: Store, since: datetime | None, until: datetime | None, most: int, *, quiet: bool) -> Report:
    from streams.kafka.reader import TopicReader
    from streams.operations.audit import Auditor

    with TopicReader(settings()) as reader, progress(hidden=quiet) as bar:
        steps = Steps(bar)
        auditor = Auditor(settings(), store, reader, most_missing=most, phase=steps.begin, seen=steps.advance)
        return await auditor.run(since, until)


class Steps:
    """The steps of an audit as lines of a progress display."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID | None = None

    def begin(self, what: str, total: int) -> None:
        """Begin a step of so many messages."""
        self._task = self._bar.add_task(what, total=total)

    def advance(self) -> None:
        """One of them is done."""
        if self._task is not None:
            self._bar.advance(self._task)


def _print(report: Report) -> None:
    table = Table("articles", "became", "")
    rows: list[tuple[int, str, str]] = [
        (report.indexed, "indexed", "at this version"),
        (report.superseded, "superseded", "a newer version is indexed"),
        (report.tombstoned, "tombstoned", "by a kill"),
        (report.skipped, "skipped", "pictures, events and other non-articles: on news.skipped"),
        *((fate.articles, "dead-lettered", f"{why}, such as: {fate.example}") for why, fate in _dead(report)),
        (report.replayed, "re-queued", "dead letters; their copies are counted separately"),
        *((n, "on their way", f"before {stage}, lag {report.lag.get(stage, 0)}") for stage, n in _moving(report)),
        (report.missing, "missing", "lost" if report.missing else ""),
    ]
    for number, fate, explained in rows:
        if number or fate in ("indexed", "missing"):
            style = ("bold red" if number else "bold green") if fate == "missing" else ""
            table.add_row(cell(number), cell(fate), cell(explained), style=style)
    copies = f", {report.copies} of them replays" if report.copies else ""
    out = console()
    out.print(f"{report.accepted} messages accepted{copies}; {report.articles} articles in them")
    out.print(table)
    for lost in report.missing_articles[:MISSING_SHOWN]:
        what = lost.guid or lost.member or "the whole message"
        out.print(
            cell(f"missing: {lost.topic}[{lost.partition}]@{lost.offset}  {what}  {lost.article_id}"), style="red"
        )
        out.print(Text("  ").append(cell(lost.note, 500)))
    if report.missing > MISSING_SHOWN:
        out.print(f"… and {report.missing - MISSING_SHOWN} more (--json names up to --most)")
    if report.unreadable_letters:
        out.print(f"{report.unreadable_letters} messages on news.dead are not dead letters (newswire dead list)")


def _dead(report: Report) -> list[tuple[str, Fate]]:
    return sorted(report.dead_lettered.items(), key=lambda item: -item[1].articles)


def _moving(report: Report) -> list[tuple[str, int]]:
    return [(stage, report.on_their_way[stage]) for stage in STAGES if stage in report.on_their_way]


def audit_alerts(since: datetime | None, *, as_json: bool) -> int:
    """Audit, and print; 1 where something is missing."""
    report: AlertReport = asyncio.run(with_store(lambda store: _audit_alerts(store, since)))
    if as_json:
        click.echo(msgspec.json.encode(report))
    else:
        _print_alerts(report)
    return 1 if report.missing else 0


async def _audit_alerts(store: Store, since: datetime | None) -> "AlertReport":
    from streams.kafka.reader import TopicReader
    from streams.operations.alert_audit import AlertAuditor

    with TopicReader(settings()) as reader:
        return await AlertAuditor(settings(), store, reader).run(since)


def _print_alerts(report: "AlertReport") -> None:
    table = Table("alerts", "became", "")
    rows = [
        (report.sent, "sent", f"of them {report.taken_back} corrections, kills and holds" if report.taken_back else ""),
        (report.waiting, "waiting", "for their digest, for quiet hours to end, or for a server"),
        (report.in_doubt, "in doubt", "being sent, or sent again under the same id, since an answer was lost"),
        (
            report.dropped,
            "dropped",
            "withdrawn, or their search ended, before they were sent; or of another report's event",
        ),
        *((count, "given up", why) for why, count in report.dead.items()),
        (report.on_their_way, "on their way", f"before alert, lag {report.lag}"),
        (report.missing, "missing", "not told, and not accounted for" if report.missing else ""),
    ]
    for number, fate, explained in rows:
        if number or fate in ("sent", "missing"):
            style = ("bold red" if number else "bold green") if fate == "missing" else ""
            table.add_row(cell(number), cell(fate), cell(explained), style=style)
    out = console()
    alerting = f"{report.searches} saved {'search alerts' if report.searches == 1 else 'searches alert'}"
    came = (
        "story that came after they were saved matches"
        if report.matches == 1
        else ("stories that came after they were saved match")
    )
    out.print(f"{alerting}; {report.matches} {came} (earlier ones do not alert)")
    out.print(table)
    for one in report.missing_alerts[:MISSING_SHOWN]:
        out.print(cell(f"missing: {one.search}  {one.channel}  {one.story}: {one.why}"), style="red")
    if report.missing > MISSING_SHOWN:
        out.print(f"… and {report.missing - MISSING_SHOWN} more (--json)")
