"""The readable form of our Kibana objects: takes the TOML files of ``sources/``, gives typed records.

An unknown key, a missing one or a wrong type is an error that names the file.
"""

from pathlib import Path
from typing import Literal, TypeVar

import msgspec

SOURCES = Path(__file__).parent / "sources"

Operation = Literal["terms", "date_histogram", "count", "unique_count", "average", "median", "max", "percentile"]
Kind = Literal["bars", "stacked", "horizontal", "lines", "metric", "table", "map", "search", "vega", "text"]


class SourceError(Exception):
    """A source file says something that cannot be built."""


class View(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A Kibana data view: the alias after the index prefix ("" for the readers' own), and its time field."""

    id: str
    name: str
    alias: str
    time: str


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One operation on one field, in Lens's own words.

    ``where`` is KQL that limits a number, ``per`` a time unit; ``before`` counts a period so much earlier, as ``1w``.
    """

    op: Operation
    label: str
    field: str = ""
    size: int = 10
    include: str = ""
    order: Literal["asc", "desc"] = "desc"
    percentile: int = 95
    where: str = ""
    per: Literal["", "s", "m", "h", "d"] = ""
    before: str = ""
    decimals: int = 0


class Panel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One panel: ``at`` is x, y, width and height on Kibana's grid of 48 columns; ``last`` its own time range."""

    id: str
    title: str
    kind: Kind
    at: tuple[int, int, int, int]
    view: str = ""
    where: str = ""
    last: str = ""
    x: Column | None = None
    split: Column | None = None
    rows: tuple[Column, ...] = ()
    values: tuple[Column, ...] = ()
    field: str = ""
    search: str = ""
    spec: str = ""
    text: str = ""


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list above the dashboard from which readers choose values of one field."""

    title: str
    field: str


class Dashboard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole dashboard."""

    id: str
    title: str
    description: str
    view: str
    last: str
    refresh_seconds: int
    panel: tuple[Panel, ...]
    control: tuple[Control, ...] = ()


class Search(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A saved search of Discover: the columns beside the time, the newest ``rows`` stories first."""

    id: str
    title: str
    description: str
    view: str
    columns: tuple[str, ...]
    where: str = ""
    rows: int = 50


class Common(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the dashboards share."""

    view: tuple[View, ...]
    search: tuple[Search, ...]


Read = TypeVar("Read")
DASHBOARDS = ("newsroom", "stances", "pipeline")


def read_common() -> Common:
    """Data views and saved searches."""
    return _read(SOURCES / "common.toml", Common)


def read_dashboards() -> list[Dashboard]:
    """The dashboards, in the order of `DASHBOARDS`."""
    return [_read(SOURCES / f"{name}.toml", Dashboard) for name in DASHBOARDS]


def _read(path: Path, kind: type[Read]) -> Read:
    try:
        return msgspec.toml.decode(path.read_text(), type=kind)
    except (OSError, msgspec.MsgspecError) as error:
        raise SourceError(f"{path.name}: {error}") from error
