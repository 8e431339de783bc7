"""Lens panels: takes a panel's columns, gives the attributes of Kibana's ``lens`` saved object.

The shapes are those of Kibana 8.9 to 9 (``typeMigrationVersion`` 8.9.0, the newest that the type has migrations for):
one layer of the form-based data source, whose columns are named after their place in the panel.
"""

from collections.abc import Mapping
from typing import Any

from deploy.kibana.fields import kind_for
from deploy.kibana.kql import fields_of
from deploy.kibana.source import Column, Panel, SourceError

LAYER = "layer"
RECORDS = "___records___"  # Kibana's name for "the documents themselves"
SERIES = {"bars": "bar_stacked", "stacked": "area_percentage_stacked", "horizontal": "bar_horizontal", "lines": "line"}
BUCKETS = ("terms", "date_histogram")
BOTH_AXES = {"x": True, "yLeft": True, "yRight": True}
NO_AXES = {"x": False, "yLeft": False, "yRight": False}


def lens(panel: Panel, kinds: Mapping[str, str]) -> dict[str, Any]:
    """The attributes of one panel; ``kinds`` are those of `deploy.kibana.fields.field_kinds`."""
    named = _named(panel)
    if not panel.values:
        raise SourceError(f"{panel.id}: has no values")
    for field in fields_of(panel.where):
        if field not in kinds:
            raise SourceError(f"{panel.id}: {field}: no such field in the mapping")
    kind, visualization = _visualization(panel, list(named))
    return {
        "title": panel.title,
        "description": "",
        "visualizationType": kind,
        "state": {
            "visualization": visualization,
            "query": {"query": panel.where, "language": "kuery"},
            "filters": [],
            "datasourceStates": {
                "formBased": {
                    "layers": {
                        LAYER: {
                            "columnOrder": list(named),
                            "columns": {name: _column(column, kinds) for name, column in named.items()},
                            "incompleteColumns": {},
                            "sampling": 1,
                        }
                    }
                },
                "textBased": {"layers": {}},
            },
            "internalReferences": [],
            "adHocDataViews": {},
        },
    }


def _named(panel: Panel) -> dict[str, Column]:
    """The panel's columns by id, buckets before numbers, the outermost first."""
    named: dict[str, Column] = {}
    if panel.split:
        named["split"] = panel.split
    if panel.x:
        named["x"] = panel.x
    named |= {f"row{number}": row for number, row in enumerate(panel.rows)}
    if wrong := [column.label for column in named.values() if column.op not in BUCKETS]:
        raise SourceError(f"{panel.id}: {', '.join(wrong)}: does not part stories into groups")
    if wrong := [column.label for column in panel.values if column.op in BUCKETS]:
        raise SourceError(f"{panel.id}: {', '.join(wrong)}: is no number")
    return named | {f"value{number}": value for number, value in enumerate(panel.values)}


def _visualization(panel: Panel, names: list[str]) -> tuple[str, dict[str, Any]]:
    layer = {"layerId": LAYER, "layerType": "data"}
    if panel.kind == "metric":
        return "lnsMetric", {**layer, "metricAccessor": "value0"}
    if panel.kind == "table":
        table = {
            "columns": [{"columnId": name} for name in names],
            "rowHeight": "single",
            "headerRowHeight": "single",
            "paging": {"size": 20, "enabled": True},
        }
        return "lnsDatatable", {**layer, **table}
    return "lnsXY", _chart(panel, names)


def _chart(panel: Panel, names: list[str]) -> dict[str, Any]:
    series = SERIES[panel.kind]
    layer = {
        "layerId": LAYER,
        "layerType": "data",
        "seriesType": series,
        "xAccessor": "x",
        "accessors": [name for name in names if name.startswith("value")],
        "position": "top",
        "showGridlines": False,
    }
    if panel.split:
        layer["splitAccessor"] = "split"
    return {
        "preferredSeriesType": series,
        "layers": [layer],
        "legend": {"isVisible": panel.split is not None or len(panel.values) > 1, "position": "right"},
        "valueLabels": "show" if panel.kind == "horizontal" else "hide",
        "fittingFunction": "None",
        "axisTitlesVisibilitySettings": NO_AXES,
        "tickLabelsVisibilitySettings": BOTH_AXES,
        "gridlinesVisibilitySettings": BOTH_AXES,
        "labelsOrientation": {"x": 0, "yLeft": 0, "yRight": 0},
    }


def _column(column: Column, kinds: Mapping[str, str]) -> dict[str, Any]:
    if column.op == "count":
        kind, field = "number", RECORDS
    else:
        kind, field = kind_for(kinds, column.field, column.op), column.field
    made: dict[str, Any] = {
        "label": column.label,
        "customLabel": True,
        "operationType": column.op,
        "sourceField": field,
        "isBucketed": column.op in BUCKETS,
        "dataType": kind if column.op in (*BUCKETS, "max") else "number",
        "scale": {"terms": "ordinal", "date_histogram": "interval"}.get(column.op, "ratio"),
        "params": _parameters(column, kind),
    }
    if column.where:
        for named in fields_of(column.where):
            kind_for(kinds, named, "unique_count")
        made["filter"] = {"query": column.where, "language": "kuery"}
    if column.per:
        made["timeScale"] = column.per
    if column.before:
        made["timeShift"] = column.before
    return made


def _parameters(column: Column, kind: str) -> dict[str, Any]:
    if column.op == "date_histogram":
        return {"interval": "auto", "includeEmptyRows": True, "dropPartials": False}
    if column.op == "terms":
        made: dict[str, Any] = {
            "size": column.size,
            "orderBy": {"type": "column", "columnId": "value0"},
            "orderDirection": column.order,
            "otherBucket": False,
            "missingBucket": False,
            "parentFormat": {"id": "terms"},
            "include": [column.include] if column.include else [],
            "exclude": [],
            "includeIsRegex": bool(column.include),
            "excludeIsRegex": False,
        }
        return made
    made = {} if kind == "date" else {"format": {"id": "number", "params": {"decimals": column.decimals}}}
    if column.op == "percentile":
        made["percentile"] = column.percentile
    else:
        made["emptyAsNull"] = column.op != "count"
    return made
