"""The lines with which another terminal joins the running demo: settings, a feed, searches. Takes what runs, prints.

They are copied and pasted as they are: paths are absolute, values are quoted, and whatever this terminal's
environment has set for another Kafka or index is set back.
"""

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console
from rich.text import Text

from search.query.checking import parsed
from search.store import Store
from streams.demo.report import Search, title
from streams.settings import Settings, read_settings

NEEDLESS = ("partitions",)  # settings of the demo that another terminal can do without
OF_THIS_TERMINAL = ("sources",)  # files that are named here, and that commands in another terminal need too
STORY = '{"headline": "Norway praises Chile over fishing accord", "body": "Norway praised Chile on Monday."}'
FEED = f"echo {shlex.quote(STORY)} | newswire feed - --source me"
TOO_MUCH = (
    "Too much was fed at once: the demo's broker has dropped messages before they were processed. Feed about 1 MB at a "
    "time, or use a Kafka of your own."
)
FOUND = """newswire search 'headline:"fishing accord"'"""


def exports(changes: Mapping[str, object]) -> list[str]:
    """The lines that set up another terminal: where the command is, and settings: the demo's, and files of this one."""
    here = read_settings()
    differ = {
        name: value for name, value in changes.items() if name not in NEEDLESS and _text(value) != _plain(here, name)
    }
    differ |= {name: Path(path).resolve() for name in OF_THIS_TERMINAL if (path := getattr(here, name))}
    lines = [f"export {_variable(name)}={shlex.quote(_text(value))}" for name, value in differ.items()]
    folder = _folder_of_command()
    return [f"export PATH={shlex.quote(str(folder))}:$PATH", *lines] if folder else lines


def command() -> str:
    """How ``newswire`` is called once the lines above have been run."""
    return "newswire" if _folder_of_command() else f"{shlex.quote(sys.executable)} -m streams"


def settings(console: Console, changes: Mapping[str, object]) -> None:
    """The settings of another terminal."""
    title(console, "From another terminal: copy and paste")
    for line in exports(changes):
        _print_line(console, line)


def feeds(console: Console, files: Sequence[str]) -> None:
    """A story of one's own to feed, and how to find it; ``files`` are arguments of ``newswire feed files``."""
    title(console, "Feed it a story, and find it a moment later")
    for line in (FEED, FOUND):
        _print_line(console, line.replace("newswire ", f"{command()} ", 1))
    if files:
        title(console, "Or files, about 1 MB at a time (its broker keeps no more)")
        _print_line(console, f"{command()} feed files {shlex.join(files)}")


async def searches(console: Console, store: Store, tried: Sequence[Search], *, lasts: bool) -> None:
    """Searches to try, each with how many stories it finds now. ``lasts``: the index outlives these lines."""
    title(console, "Searches to try" if lasts else "Searches to try while `newswire demo` runs, or after --keep DIR")
    for arguments, query in tried:
        total = (await store.find(parsed(query, store.limits))).total
        line = Text(f"  {command()} search {shlex.join(arguments)}")
        console.print(line.append(f"  # {total} {'story' if total == 1 else 'stories'}", "dim"), soft_wrap=True)
    console.print()


def _print_line(console: Console, line: str) -> None:
    """A line to copy, never broken."""
    console.print(f"  {line}", soft_wrap=True, highlight=False, markup=False)


def _folder_of_command() -> Path | None:
    """The folder with the ``newswire`` command of this environment."""
    folder = Path(sys.executable).parent
    return folder if (folder / "newswire").exists() else None


def _variable(name: str) -> str:
    return f"NEWSWIRE_{name.upper()}"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    return "" if value is None else _text(value)
