"""Reads a TOML file that lists sources to poll. Takes the file and its form, gives its sources."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from processors.text.toml_errors import placed
from streams.errors import Rejected, SettingsError
from streams.spans import parse_span

MOST_BYTES = 4 * 1024 * 1024


class PolledList(Protocol):
    """A file that lists sources; ``every`` is the poll interval of sources without their own."""

    every: str


L = TypeVar("L", bound=PolledList)
S = TypeVar("S")


def read_list(path: Path, form: type[L], sources: Callable[[L, float], list[S]], every: float) -> list[S]:
    """The file's sources, which ``sources`` makes of it and the default interval. Raises ``SettingsError``."""
    try:
        data = path.read_bytes()
        if len(data) > MOST_BYTES:
            raise SettingsError(f"{path}: larger than {MOST_BYTES} bytes")
        file = msgspec.toml.decode(data, type=form)
        return sources(file, parse_span(file.every) if file.every else every)
    except OSError as error:
        raise SettingsError(f"{path}: {error}") from error
    except (ValueError, Rejected) as error:  # msgspec's and TOML's errors are ValueErrors
        raise SettingsError(placed(str(path), data.decode(errors="replace"), error)) from error
