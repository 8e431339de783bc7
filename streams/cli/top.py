"""``newswire top``: takes how often to look, shows stages, rates, lag, latency and dead letters until Ctrl-C."""

import time
from contextlib import suppress

import click
import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from streams.cli.terminal import cell, console
from streams.operations.overview import Overview, PipelineMonitor, StageView, overview
from streams.settings import settings

REASONS_SHOWN = 5
HEADINGS = (
    "stage", "ready", "done/s", "lag", "worst", "flying", "queued", "p50", "p95", "rejected/s", "restarts", "MiB",
)  # fmt: skip


@click.command()
@click.option(
    "--every", type=click.FloatRange(0.5, 3600), default=2.0, show_default=True, help="Seconds between refreshes."
)
@click.option("--once", is_flag=True, help="Measure once, print, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines, one per refresh.")
@click.option(
    "--at", multiple=True, metavar="HOST:PORT", help="A process elsewhere; repeatable.  [default: this machine]"
)
def top(every: float, at: tuple[str, ...], *, once: bool, as_json: bool) -> None:
    r"""Watch the pipeline: each stage's processes, rate, lag, latency and rejections.

    Lag (total, and of the worst partition) comes from the offsets committed to Kafka; everything else comes from the
    processes' own metrics, since the last refresh. "flying" is the number of messages in progress; "queued" is the
    median wait on the stage's topic, p50 and p95 the time from there until done. Ctrl-C stops.

    \b
    Examples:
      newswire top
      newswire top --once --json | jq '.stages.enrich.lag'
      newswire top --at worker1:9464 --at worker2:9464
    """
    watcher = PipelineMonitor(settings(), at)
    live = None if once or as_json else Live(console=console(), auto_refresh=False, transient=False)
    try:
        with suppress(KeyboardInterrupt):
            _watch(watcher, every, live, once=once, as_json=as_json)
    finally:
        watcher.close()


def _watch(watcher: PipelineMonitor, every: float, live: Live | None, *, once: bool, as_json: bool) -> None:
    before = watcher.snapshot()
    while True:
        if live:
            live.start(refresh=False)
        time.sleep(every)
        now = watcher.snapshot()
        seen, before = overview(before, now), now
        if as_json:
            click.echo(msgspec.json.encode(seen))
        elif live:
            live.update(shown(seen), refresh=True)
        else:
            console().print(shown(seen))
        if once:
            return


def shown(seen: Overview) -> Group:
    """The overview as a table of stages and some lines."""
    table = Table(*HEADINGS, box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in table.columns[1:]:
        column.justify = "right"
    for name, stage in seen.stages.items():
        table.add_row(name, *_row(stage), style="red" if stage.alive < stage.processes else "")
    pipeline = "  ".join(
        f"{name} {_seconds(value)}"
        for name, value in (("p50", seen.road_p50), ("p95", seen.road_p95), ("p99", seen.road_p99))
    )
    letters = "unknown" if seen.dead_letters is None else seen.dead_letters
    lines = [Text(f"from feed to index: {pipeline}"), Text(f"messages on the dead-letter topic: {letters}")]
    if seen.skipped:
        kinds = ", ".join(f"{number} × {kind}" for kind, number in seen.skipped.items())
        lines.append(Text("skipped non-articles: ").append(cell(kinds, 300)))
    lines += [Text("  ").append(cell(f"{n} × {why}")) for why, n in list(seen.refusals.items())[:REASONS_SHOWN]]
    lines += [
        Text("! ", style="yellow").append(cell(f"{who}: {share:.0%} of its messages are rejected", 300))
        for who, share in seen.unwell.items()
    ]
    lines += [Text("! ", style="yellow").append(cell(wrong, 300)) for wrong in seen.wrong]
    return Group(table, *lines)


def _row(stage: StageView) -> list[str]:
    worst = max(stage.lag_by_partition.values(), default=0)
    return [
        f"{stage.ready}/{stage.processes}",
        f"{stage.done_per_second:.1f}",
        "?" if stage.lag is None else str(stage.lag),
        str(worst),
        str(stage.in_flight),
        *map(_seconds, (stage.queue_p50, stage.latency_p50, stage.latency_p95)),
        f"{stage.refused_per_second:.1f}",
        str(stage.restarts),
        f"{stage.memory_mib:.0f}",
    ]


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}s"
