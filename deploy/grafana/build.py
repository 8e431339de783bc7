"""Writes Grafana's dashboard.

    python -m deploy.grafana.build > deploy/grafana/dashboards/newswire.json

Takes ``newswire.toml`` beside it: rows of panels, each with its PromQL.
"""

import json
import sys
from pathlib import Path
from typing import Any, Literal

import msgspec

SOURCE = Path(__file__).parent / "newswire.toml"
DATA = {"type": "prometheus", "uid": "newswire"}
WIDTH, HEIGHT, IN_A_ROW = 8, 8, 3  # of Grafana's 24 columns
SCHEMA = 39  # of Grafana 11; newer ones migrate it


class Query(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One PromQL expression, and how its lines are called."""

    expr: str
    legend: str


class Panel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One panel; ``unit`` in Grafana's names."""

    title: str
    query: tuple[Query, ...]
    about: str = ""
    unit: str = "short"
    kind: Literal["timeseries", "stat", "table"] = "timeseries"


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A titled group of panels."""

    title: str
    panel: tuple[Panel, ...]


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    row: tuple[Row, ...]


def read_rows() -> tuple[Row, ...]:
    """The dashboard's rows."""
    return msgspec.toml.decode(SOURCE.read_text(), type=Source).row


def dashboard() -> str:
    """The file that Grafana loads."""
    made = {
        "uid": "newswire",
        "title": "Newswire",
        "description": "What the stages of Newswire do, how long it takes them, and what waits",
        "tags": ["newswire"],
        "schemaVersion": SCHEMA,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "timezone": "browser",
        "panels": list(_panels(read_rows())),
    }
    return json.dumps(made, indent=1) + "\n"


def _panels(rows: tuple[Row, ...]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    y = 0
    for row in rows:
        place = {"x": 0, "y": y, "w": WIDTH * IN_A_ROW, "h": 1}
        made.append({"id": len(made) + 1, "type": "row", "title": row.title, "gridPos": place, "panels": []})
        for number, panel in enumerate(row.panel):
            down, across = divmod(number, IN_A_ROW)
            place = {"x": across * WIDTH, "y": y + 1 + down * HEIGHT, "w": WIDTH, "h": HEIGHT}
            made.append({"id": len(made) + 1, "gridPos": place, **_panel(panel)})
        y += 1 + HEIGHT * -(-len(row.panel) // IN_A_ROW)
    return made


def _panel(panel: Panel) -> dict[str, Any]:
    once = panel.kind == "table"
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.about,
        "datasource": DATA,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {},
        "targets": [
            {
                "refId": chr(ord("A") + number),
                "datasource": DATA,
                "expr": query.expr,
                "legendFormat": query.legend,
                "instant": once,
                "range": not once,
                "format": "table" if once else "time_series",
            }
            for number, query in enumerate(panel.query)
        ],
    }


if __name__ == "__main__":
    sys.stdout.write(dashboard())
