"""``python -m tests.faults``: the long run. Exit status 0 only if nothing is missing, wrong or double."""

import sys
import tempfile
from pathlib import Path

import click
from rich.console import Console

from tests.faults.bench import bench, servers
from tests.faults.harness import memory_table, report, run, schedule
from tests.faults.kinds import ALERT_KINDS, KINDS


@click.command()
@click.option("--articles", default=20_000, show_default=True)
@click.option("--faults", default=30, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--alerts", is_flag=True, help="Only the faults of the alert stage and of its readers' servers.")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep logs and data in this folder.")
def main(articles: int, faults: int, seed: int, keep: Path | None, *, alerts: bool) -> None:
    """Start servers, workers and a feeder, break them by a seeded schedule, and check every document."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="newswire-faults-") as temporary:
        folder = keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with servers() as on, bench(on, folder) as made:
            chosen = schedule(faults, seed, tuple(ALERT_KINDS if alerts else KINDS))
            result = run(made, articles, chosen, seed, console)
    console.print(report(result) if result.faults else memory_table(result))
    console.print(f"{result.articles} articles, {result.faults} faults, {result.seconds:.0f} s")
    console.print({name: len(found) for name, found in result.found.items()}, {"audit": result.audit})
    console.print({name: len(found) for name, found in result.alerts.items()}, {"alerts": result.told})
    for name, found in (*result.found.items(), *result.alerts.items()):
        for what in found[:20]:
            console.print(f"  {name}: {what}")
    sys.exit(0 if result.clean else 1)


if __name__ == "__main__":
    main()
