"""What strangers wrote, shown on a terminal: text in, text that a terminal obeys in nothing out."""

import re
import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

# C0 and C1 controls (escape sequences among them) and marks that turn the direction of writing.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def escaped(text: str) -> str:
    r"""The text with control characters written out, as in ``\x1b``."""
    return UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def clean(text: str) -> str:
    """Text without anything that a terminal would obey."""
    return UNPRINTABLE.sub("", text)


def shortened(text: str, longest: int) -> str:
    """The beginning of a text, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def cell(text: object, longest: int = 200) -> Text:
    """A text for a table: on one line, not too long, and no markup."""
    return Text(escaped(shortened(str(text), longest)))


def console() -> Console:
    """Standard output for people; unwrapped where it is no terminal."""
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=not sys.stdout.isatty())


def progress(*, hidden: bool = False) -> Progress:
    """A progress bar on standard error; none where that is no terminal."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=hidden or not sys.stderr.isatty(),
    )
