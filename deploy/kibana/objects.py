"""Every Kibana object but Lens panels: takes source records, gives saved objects as Kibana's import takes them.

Each type bears the newest ``typeMigrationVersion`` that Kibana 9.0 and later surely know and whose shape is written
here; Kibana migrates older ones by itself and refuses newer ones.
"""

import json
from collections.abc import Mapping
from typing import Any

from deploy.kibana.fields import field_kinds
from deploy.kibana.kql import fields_of
from deploy.kibana.lens import LAYER, lens
from deploy.kibana.source import SOURCES, Common, Control, Dashboard, Panel, Search, SourceError, View

MIGRATED = {
    "index-pattern": "8.0.0",
    "search": "10.5.0",
    "lens": "8.9.0",
    "map": "8.4.0",
    "visualization": "8.0.0",
    "dashboard": "10.2.0",
}
SEARCH_SOURCE = "kibanaSavedObjectMeta.searchSourceJSON.index"
LENS_KINDS = ("bars", "stacked", "horizontal", "lines", "metric", "table")
PREFIX = "news"


def saved_object(kind: str, name: str, attributes: dict[str, Any], references: list[dict[str, str]]) -> dict[str, Any]:
    """One saved object, as a line of the file to import."""
    return {
        "type": kind,
        "id": f"newswire-{name}",
        "attributes": attributes,
        "references": references,
        "coreMigrationVersion": "8.8.0",
        "typeMigrationVersion": MIGRATED[kind],
        "managed": False,
    }


def reference(kind: str, name: str, role: str) -> dict[str, str]:
    """What an object points to another with; ``role`` is how it calls it inside."""
    return {"type": kind, "id": f"newswire-{name}", "name": role}


def build(common: Common, dashboards: list[Dashboard], prefix: str = PREFIX) -> list[dict[str, Any]]:
    """All saved objects, those that others refer to first."""
    kinds = field_kinds()
    views = {view.id: view for view in common.view}
    made = [data_view(view, prefix, kinds) for view in common.view]
    made += [search(one, views[one.view], kinds) for one in common.search]
    for dashboard in dashboards:
        for panel in dashboard.panel:
            if panel.kind != "search":
                made.append(_panel(panel, dashboard, views, prefix, kinds))
        made.append(_dashboard(dashboard, kinds))
    return made


def data_view(view: View, prefix: str, kinds: Mapping[str, str]) -> dict[str, Any]:
    """A data view; Kibana finds the fields out by itself."""
    if kinds.get(view.time) != "date":
        raise SourceError(f"{view.id}: {view.time} is no date")
    attributes = {
        "title": prefix + view.alias,
        "name": view.name,
        "timeFieldName": view.time,
        "fields": "[]",
        "fieldAttrs": "{}",
        "fieldFormatMap": "{}",
        "runtimeFieldMap": "{}",
        "sourceFilters": "[]",
        "typeMeta": "{}",
    }
    return saved_object("index-pattern", view.id, attributes, [])


def search(one: Search, view: View, kinds: Mapping[str, str]) -> dict[str, Any]:
    """A saved search, newest first."""
    for field in (*one.columns, *fields_of(one.where)):
        if field not in kinds:
            raise SourceError(f"{one.id}: {field}: no such field in the mapping")
    attributes = {
        "title": one.title,
        "description": one.description,
        "columns": list(one.columns),
        "sort": [[view.time, "desc"]],
        "grid": {},
        "sampleSize": one.rows,
        "hideChart": False,
        "isTextBasedQuery": False,
        "timeRestore": False,
        "kibanaSavedObjectMeta": {
            "searchSourceJSON": _source(one.where, highlightAll=True, indexRefName=SEARCH_SOURCE)
        },
    }
    return saved_object("search", one.id, attributes, [reference("index-pattern", view.id, SEARCH_SOURCE)])


def _panel(
    panel: Panel, dashboard: Dashboard, views: Mapping[str, View], prefix: str, kinds: Mapping[str, str]
) -> dict[str, Any]:
    name, view = f"{dashboard.id}-{panel.id}", panel.view or dashboard.view
    if panel.kind in LENS_KINDS:
        references = [reference("index-pattern", view, f"indexpattern-datasource-layer-{LAYER}")]
        return saved_object("lens", name, lens(panel, kinds), references)
    if panel.kind == "map":
        return saved_object("map", name, _map(panel, kinds), [reference("index-pattern", view, GEO_ROLE)])
    if panel.kind == "vega":
        return saved_object("visualization", name, _vega(panel, views[view], prefix), [])
    return saved_object("visualization", name, _visualization(panel, "markdown", _markdown(panel)), [])


GEO_ROLE = "layer_1_source_index_pattern"


def _map(panel: Panel, kinds: Mapping[str, str]) -> dict[str, Any]:
    if kinds.get(panel.field) != "geo_point":
        raise SourceError(f"{panel.id}: {panel.field} is no geo_point")
    ground = {
        "id": "ground",
        "type": "EMS_VECTOR_TILE",
        "sourceDescriptor": {"type": "EMS_TMS", "isAutoSelect": True, "lightModeDefault": "road_map_desaturated"},
        "style": {"type": "EMS_VECTOR_TILE", "color": ""},
        **SHOWN,
    }
    state = {
        "zoom": 1.4,
        "center": {"lon": 15, "lat": 25},
        "query": {"query": "", "language": "kuery"},
        "filters": [],
        "settings": {"autoFitToDataBounds": False},
    }
    return {
        "title": panel.title,
        "description": "",
        "layerListJSON": json.dumps([ground, _stories_on_map(panel)]),
        "mapStateJSON": json.dumps(state),
        "uiStateJSON": json.dumps({"isLayerTOCOpen": False, "openTOCDetails": []}),
    }


def _stories_on_map(panel: Panel) -> dict[str, Any]:
    """The layer of a map that has a circle for the stories of each place, larger and darker for more."""
    count = {"field": {"name": "doc_count", "origin": "source"}, "fieldMetaOptions": {"isEnabled": True, "sigma": 3}}
    return {
        "id": "stories",
        "type": "GEOJSON_VECTOR",
        "label": panel.title,
        "sourceDescriptor": {
            "id": "grid",
            "type": "ES_GEO_GRID",
            "geoField": panel.field,
            "requestType": "point",
            "resolution": "COARSE",
            "metrics": [{"type": "count", "label": "stories"}],
            "applyGlobalQuery": True,
            "applyGlobalTime": True,
            "applyForceRefresh": True,
            "indexPatternRefName": GEO_ROLE,
        },
        "style": {
            "type": "VECTOR",
            "isTimeAware": True,
            "properties": {
                "fillColor": {"type": "DYNAMIC", "options": {**count, "color": "Blues", "type": "ORDINAL"}},
                "lineColor": {"type": "STATIC", "options": {"color": "#FFFFFF"}},
                "lineWidth": {"type": "STATIC", "options": {"size": 1}},
                "iconSize": {"type": "DYNAMIC", "options": {**count, "minSize": 7, "maxSize": 32}},
                "labelText": {"type": "DYNAMIC", "options": count},
            },
        },
        "joins": [],
        **SHOWN,
    }


SHOWN = {"alpha": 1, "visible": True, "minZoom": 0, "maxZoom": 24}


def _vega(panel: Panel, view: View, prefix: str) -> dict[str, Any]:
    """A Vega-Lite panel: its specification with the index and time field of its data view put in."""
    spec = json.loads((SOURCES / panel.spec).read_text())
    spec["data"]["url"] |= {"%context%": True, "%timefield%": view.time, "index": prefix + view.alias}
    return _visualization(panel, "vega", {"spec": json.dumps(spec, indent=2, ensure_ascii=False)})


def _markdown(panel: Panel) -> dict[str, Any]:
    return {"fontSize": 12, "openLinksInNewTab": False, "markdown": panel.text}


def _visualization(panel: Panel, kind: str, parameters: dict[str, Any]) -> dict[str, Any]:
    state = {"title": panel.title, "type": kind, "params": parameters, "aggs": []}
    return {
        "title": panel.title,
        "description": "",
        "uiStateJSON": "{}",
        "version": 1,
        "visState": json.dumps(state, ensure_ascii=False),
        "kibanaSavedObjectMeta": {"searchSourceJSON": _source("")},
    }


def _dashboard(dashboard: Dashboard, kinds: Mapping[str, str]) -> dict[str, Any]:
    references = [_panel_reference(panel, dashboard) for panel in dashboard.panel]
    references += [
        reference("index-pattern", dashboard.view, f"controlGroup_{control.field}:optionsListDataView")
        for control in dashboard.control
    ]
    options = {
        "useMargins": True,
        "syncColors": True,
        "syncCursor": True,
        "syncTooltips": True,
        "hidePanelTitles": False,
    }
    attributes = {
        "title": dashboard.title,
        "description": dashboard.description,
        "timeRestore": True,
        "timeFrom": f"now-{dashboard.last}",
        "timeTo": "now",
        "refreshInterval": {"pause": False, "value": dashboard.refresh_seconds * 1000},
        "panelsJSON": json.dumps([_place(panel) for panel in dashboard.panel]),
        "optionsJSON": json.dumps(options),
        "controlGroupInput": _controls(dashboard.control, kinds),
        "kibanaSavedObjectMeta": {"searchSourceJSON": _source("")},
        "version": 1,
    }
    return saved_object("dashboard", dashboard.id, attributes, references)


def _panel_reference(panel: Panel, dashboard: Dashboard) -> dict[str, str]:
    name = panel.search if panel.kind == "search" else f"{dashboard.id}-{panel.id}"
    return reference(_type_of(panel), name, f"{panel.id}:panel_{panel.id}")


def _type_of(panel: Panel) -> str:
    if panel.kind in LENS_KINDS:
        return "lens"
    return panel.kind if panel.kind in ("map", "search") else "visualization"


def _place(panel: Panel) -> dict[str, Any]:
    x, y, width, height = panel.at
    settings: dict[str, Any] = {"enhancements": {}}
    if panel.last:
        settings["timeRange"] = {"from": f"now-{panel.last}", "to": "now"}
    return {
        "type": _type_of(panel),
        "panelIndex": panel.id,
        "panelRefName": f"panel_{panel.id}",
        "gridData": {"x": x, "y": y, "w": width, "h": height, "i": panel.id},
        "embeddableConfig": settings,
        "title": panel.title,
    }


def _controls(controls: tuple[Control, ...], kinds: Mapping[str, str]) -> dict[str, Any]:
    made = {}
    for order, control in enumerate(controls):
        if kinds.get(control.field) != "string":
            raise SourceError(f"control {control.title}: {control.field} has no values to choose from")
        chosen = {"id": control.field, "fieldName": control.field, "title": control.title, "enhancements": {}}
        made[control.field] = {
            "order": order,
            "width": "medium",
            "grow": True,
            "type": "optionsListControl",
            "explicitInput": chosen,
        }
    ignored = dict.fromkeys(("ignoreFilters", "ignoreQuery", "ignoreTimerange", "ignoreValidations"), False)
    return {
        "controlStyle": "oneLine",
        "chainingSystem": "HIERARCHICAL",
        "showApplySelections": False,
        "panelsJSON": json.dumps(made),
        "ignoreParentSettingsJSON": json.dumps(ignored),
    }


def _source(kql: str, **more: Any) -> str:
    return json.dumps({"query": {"query": kql, "language": "kuery"}, "filter": [], **more})
