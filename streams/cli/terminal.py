"""Output for people: a console, table cells of what strangers wrote (`search.characters`), progress bars."""

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from search.characters import escaped


def shortened(text: str, longest: int) -> str:
    """The beginning of a text, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def cell(text: object, longest: int = 200) -> Text:
    """A text for a table: on one line, not too long, and no markup."""
    return Text(escaped(shortened(str(text), longest)))


def console() -> Console:
    """Standard output for people; unwrapped if it is no terminal."""
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=not sys.stdout.isatty())


def progress(*, hidden: bool = False) -> Progress:
    """A progress bar on standard error; none if that is no terminal."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=hidden or not sys.stderr.isatty(),
    )
