"""``newswire doctor``: looks at settings, models, Kafka, the index and clocks; exits 1 if something is wrong."""

import asyncio
import sys

import click
import msgspec
from rich.text import Text

from search.checkup import Finding
from streams.cli.terminal import cell, console
from streams.settings import settings

SHOWN = ("level", "about", "said", "do")
MARKS = {"fine": ("✓", "green"), "look": ("!", "yellow"), "wrong": ("✗", "bold red")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines, one finding per line.")
def doctor(*, as_json: bool) -> None:
    r"""Check settings, models, Kafka, topics, index and clocks, and suggest fixes.

    Changes nothing. ✓ is fine, ! deserves a look, ✗ keeps Newswire from working. Kafka does not report its clock, so
    the timestamps of the newest messages are checked instead.

    Exit status: 1 if anything is ✗, otherwise 0.

    \b
    Examples:
      newswire doctor
      newswire doctor --json | jq 'select(.level != "fine")'
    """
    levels = asyncio.run(_examine(as_json=as_json))
    sys.exit("wrong" in levels)


async def _examine(*, as_json: bool) -> list[str]:
    from streams.operations.doctor import examine

    levels: list[str] = []
    async for finding in examine(settings()):
        levels.append(finding.level)
        if as_json:
            click.echo(msgspec.json.encode({name: getattr(finding, name) for name in SHOWN}))
        else:
            _print(finding)
    return levels


def _print(finding: Finding) -> None:
    mark, style = MARKS[finding.level]
    out = console()
    out.print(Text(f"{mark} ", style=style).append(f"{finding.about}: ").append(cell(finding.said, 500)))
    if finding.do:
        out.print(Text(f"    → {finding.do}"))
