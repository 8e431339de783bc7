"""The Elasticsearch requests behind the panels: takes saved objects as built, gives one request for each panel.

It reads the objects and nothing of their sources, so that what it says holds of what is imported. Dates are cut into
about fifty bars, as Kibana's automatic interval does.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from deploy.kibana.kql import request_of
from deploy.kibana.lens import LAYER, RECORDS

BARS = 50
UNITS = {"m": 60, "h": 3600, "d": 86400, "w": 604800}
STEPS = (1, 5, 30, 60, 300, 600, 1800, 3600, 10800, 43200, 86400, 604800, 2592000)  # seconds
METRICS = {"unique_count": "cardinality", "average": "avg", "max": "max"}


class Request(msgspec.Struct, frozen=True):
    """What one panel asks of which index."""

    dashboard: str
    panel: str
    index: str
    body: dict[str, Any]


def requests(objects: list[dict[str, Any]], begin: str = "", end: str = "now") -> Iterator[Request]:
    """The request of every panel that asks something; ``begin`` "" leaves each dashboard its own time range."""
    by_id = {one["id"]: one for one in objects}
    for search in (one for one in objects if one["type"] == "search"):
        request = _request(search, by_id, (begin or "now-15m", end))  # Kibana's own range where none was chosen
        if request:
            yield Request("Discover", search["attributes"]["title"], *request)
    for dashboard in (one for one in objects if one["type"] == "dashboard"):
        attributes = dashboard["attributes"]
        targets = {reference["name"]: reference["id"] for reference in dashboard["references"]}
        for panel in json.loads(attributes["panelsJSON"]):
            own = panel["embeddableConfig"].get("timeRange", {"from": attributes["timeFrom"], "to": "now"})
            span = (begin, end) if begin else (own["from"], own["to"])
            target = by_id[targets[f"{panel['panelIndex']}:{panel['panelRefName']}"]]
            request = _request(target, by_id, span)
            if request:
                yield Request(attributes["title"], panel["panelIndex"], *request)


def _request(target: dict[str, Any], by_id: dict[str, Any], span: tuple[str, str]) -> tuple[str, dict[str, Any]] | None:
    if target["type"] == "visualization":
        return _vega(json.loads(target["attributes"]["visState"]), span)
    view = next(by_id[ref["id"]]["attributes"] for ref in target["references"] if ref["type"] == "index-pattern")
    make = {"lens": _lens, "search": _search, "map": _map}[target["type"]]
    body = make(target["attributes"], span)
    body["query"] = {"bool": {"filter": [body.get("query", request_of("")), _between(view["timeFieldName"], span)]}}
    return view["title"], body


def _between(field: str, span: tuple[str, str]) -> dict[str, Any]:
    return {"range": {field: {"gte": span[0], "lte": span[1]}}}


def _vega(state: dict[str, Any], span: tuple[str, str]) -> tuple[str, dict[str, Any]] | None:
    if state["type"] != "vega":
        return None
    url = json.loads(state["params"]["spec"])["data"]["url"]
    return url["index"], {"track_total_hits": True, **url["body"], "query": _between(url["%timefield%"], span)}


def _search(attributes: dict[str, Any], _span: tuple[str, str]) -> dict[str, Any]:
    source = json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])
    return {
        "query": request_of(source["query"]["query"]),
        "sort": [{field: order} for field, order in attributes["sort"]],
        "size": attributes["sampleSize"],
        "fields": [{"field": "*"}],
        "source_includes": [],
        "track_total_hits": True,
    }


def _map(attributes: dict[str, Any], _span: tuple[str, str]) -> dict[str, Any]:
    (source,) = (
        layer["sourceDescriptor"]
        for layer in json.loads(attributes["layerListJSON"])
        if layer["sourceDescriptor"]["type"] == "ES_GEO_GRID"
    )
    field = source["geoField"]
    grid = {"geotile_grid": {"field": field, "precision": 5, "size": 65535}}
    inside = {"centre": {"geo_centroid": {"field": field}}}
    return {"size": 0, "track_total_hits": True, "aggs": {"grid": {**grid, "aggs": inside}}}


def _lens(attributes: dict[str, Any], span: tuple[str, str]) -> dict[str, Any]:
    layer = attributes["state"]["datasourceStates"]["formBased"]["layers"][LAYER]
    columns = {name: layer["columns"][name] for name in layer["columnOrder"]}
    numbers = {name: made for name, one in columns.items() if not one["isBucketed"] for made in [_number(one)] if made}
    body: dict[str, Any] = numbers
    for name, column in reversed([(name, one) for name, one in columns.items() if one["isBucketed"]]):
        # Numbers are asked for at each level too: the groups of an outer one are ordered by them.
        inner = body if body is numbers else {**body, **numbers}
        body = {name: {**_bucket(column, columns, span), **({"aggs": inner} if inner else {})}}
    query = request_of(attributes["state"]["query"]["query"])
    return {"size": 0, "query": query, "aggs": body, "track_total_hits": True}


def _number(column: dict[str, Any]) -> dict[str, Any] | None:
    """The aggregation of a number; None for a plain count, which every group has by itself."""
    kind, field = column["operationType"], column["sourceField"]
    made: dict[str, Any] | None
    if field == RECORDS:
        made = None
    elif kind in ("median", "percentile"):
        made = {"percentiles": {"field": field, "percents": [column["params"].get("percentile", 50)]}}
    else:
        made = {METRICS[kind]: {"field": field}}
    if "filter" not in column:
        return made
    return {"filter": request_of(column["filter"]["query"]), **({"aggs": {"number": made}} if made else {})}


def _bucket(column: dict[str, Any], columns: dict[str, Any], span: tuple[str, str]) -> dict[str, Any]:
    field, parameters = column["sourceField"], column["params"]
    if column["operationType"] == "date_histogram":
        return {"date_histogram": {"field": field, "fixed_interval": f"{_step(span)}s", "min_doc_count": 1}}
    by = parameters["orderBy"]["columnId"]
    terms = {
        "field": field,
        "size": parameters["size"],
        "order": {_order(by, columns[by]): parameters["orderDirection"]},
    }
    if parameters["include"]:
        (terms["include"],) = parameters["include"]
    return {"terms": terms}


def _order(name: str, column: dict[str, Any]) -> str:
    if column["sourceField"] == RECORDS:
        return name if "filter" in column else "_count"
    percent = {"median": 50.0}.get(column["operationType"], column["params"].get("percentile"))
    return name if percent is None else f"{name}.{percent}"


def _step(span: tuple[str, str]) -> int:
    """Seconds of a bar so that the range has about fifty."""
    length = (_moment(span[1]) - _moment(span[0])).total_seconds() / BARS
    return next((step for step in STEPS if step >= length), STEPS[-1])


def _moment(text: str) -> datetime:
    if text == "now":
        return datetime.now(UTC)
    if text.startswith("now-"):
        return datetime.now(UTC) - timedelta(seconds=int(text[4:-1]) * UNITS[text[-1]])
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
