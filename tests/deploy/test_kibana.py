"""Kibana's objects: references, fields and shapes; and, on a real server, every panel's request with something in it."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from elasticsearch import Elasticsearch

from deploy.kibana import build
from deploy.kibana.ask import answers
from deploy.kibana.fields import field_kinds
from deploy.kibana.kql import request_of
from deploy.kibana.lens import lens
from deploy.kibana.objects import MIGRATED
from deploy.kibana.requests import requests
from deploy.kibana.source import Column, Panel, SourceError, read_common, read_dashboards

CHECKED_IN = Path(build.__file__).parent / "newswire.ndjson"
GRID = 48

# What each type may hold at the version that it bears: the schemas by which Kibana itself judges an import.
ATTRIBUTES = {
    "index-pattern": {
        "title", "name", "timeFieldName", "fields", "fieldAttrs", "fieldFormatMap", "runtimeFieldMap", "sourceFilters",
        "typeMeta",
    },
    "search": {
        "title", "description", "columns", "sort", "grid", "hideChart", "isTextBasedQuery", "timeRestore",
        "sampleSize", "kibanaSavedObjectMeta",
    },
    "lens": {"title", "description", "visualizationType", "state"},
    "map": {"title", "description", "layerListJSON", "mapStateJSON", "uiStateJSON"},
    "visualization": {"title", "description", "version", "kibanaSavedObjectMeta", "uiStateJSON", "visState"},
    "dashboard": {
        "title", "description", "kibanaSavedObjectMeta", "timeRestore", "timeFrom", "timeTo", "refreshInterval",
        "controlGroupInput", "panelsJSON", "optionsJSON", "version",
    },
}  # fmt: skip


class BucketColumn(msgspec.Struct, forbid_unknown_fields=True):
    """A grouping column of Lens's form-based layer."""

    label: str
    customLabel: bool  # noqa: N815 - Kibana's own names
    operationType: str  # noqa: N815
    sourceField: str  # noqa: N815
    isBucketed: bool  # noqa: N815
    dataType: str  # noqa: N815
    scale: str
    params: dict[str, Any]
    filter: dict[str, str] | None = None
    timeScale: str = ""  # noqa: N815
    timeShift: str = ""  # noqa: N815


@pytest.fixture(scope="module")
def objects() -> list[dict[str, Any]]:
    return [json.loads(line) for line in CHECKED_IN.read_text().splitlines()]


def of(objects: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in objects if one["type"] == kind]


def test_the_file_to_import_is_what_the_sources_build() -> None:
    assert CHECKED_IN.read_text() == build.ndjson(), (
        "run: python -m deploy.kibana.build > deploy/kibana/newswire.ndjson"
    )


def test_what_was_asked_for_is_there(objects: list[dict[str, Any]]) -> None:
    assert [one["attributes"]["title"] for one in of(objects, "dashboard")] == ["Newsroom", "Stances", "Pipeline"]
    assert "Wire" in [one["attributes"]["title"] for one in of(objects, "search")]
    assert [one["attributes"]["title"] for one in of(objects, "index-pattern")] == ["news", "news-all"]


def test_every_reference_points_to_an_object_before_it(objects: list[dict[str, Any]]) -> None:
    before: set[tuple[str, str]] = set()
    for one in objects:
        assert (one["type"], one["id"]) not in before
        for reference in one["references"]:
            assert (reference["type"], reference["id"]) in before, (one["id"], reference)
        before.add((one["type"], one["id"]))


def test_every_role_used_inside_an_object_is_among_its_references(objects: list[dict[str, Any]]) -> None:
    for one in objects:
        roles = {reference["name"] for reference in one["references"]}
        text = json.dumps(one["attributes"]).replace("\\", "")
        used = {part.split('"')[0] for part in text.split('RefName": "')[1:]}
        if one["type"] == "dashboard":
            panels = json.loads(one["attributes"]["panelsJSON"])
            controls = json.loads(one["attributes"]["controlGroupInput"]["panelsJSON"])
            used = {f"{panel['panelIndex']}:{panel['panelRefName']}" for panel in panels}
            used |= {f"controlGroup_{name}:optionsListDataView" for name in controls}
        if one["type"] == "lens":
            layers = one["attributes"]["state"]["datasourceStates"]["formBased"]["layers"]
            used = {f"indexpattern-datasource-layer-{name}" for name in layers}
        assert used == roles, one["id"]


def test_shapes_are_those_that_kibana_takes(objects: list[dict[str, Any]]) -> None:
    for one in objects:
        assert set(one["attributes"]) == ATTRIBUTES[one["type"]], one["id"]
        assert one["typeMigrationVersion"] == MIGRATED[one["type"]]
        assert one["coreMigrationVersion"] == "8.8.0"
    for one in of(objects, "lens"):
        (layer,) = one["attributes"]["state"]["datasourceStates"]["formBased"]["layers"].values()
        assert layer["columnOrder"] == list(layer["columns"])
        for column in layer["columns"].values():
            msgspec.convert(column, BucketColumn)
        used = json.dumps(one["attributes"]["state"]["visualization"])
        assert all(f'"{name}"' in used for name in layer["columns"]), f"{one['id']} does not draw all it asks for"


def test_panels_lie_side_by_side_on_the_grid() -> None:
    for dashboard in read_dashboards():
        taken: dict[tuple[int, int], str] = {}
        for panel in dashboard.panel:
            x, y, width, height = panel.at
            assert x + width <= GRID, panel.id
            for cell in ((a, b) for a in range(x, x + width) for b in range(y, y + height)):
                assert taken.setdefault(cell, panel.id) == panel.id, f"{panel.id} lies on {taken[cell]}"


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (Column("terms", "x", "persons"), "persons: no such field"),
        (Column("terms", "x", "body"), "body: terms is not possible on text"),
        (Column("date_histogram", "x", "people"), "date_histogram is not possible on string"),
        (Column("terms", "x", "stance_rows.holder"), "no such field"),  # nested: Lens cannot
    ],
)
def test_a_source_that_asks_what_the_index_cannot_answer_is_an_error(column: Column, said: str) -> None:
    panel = Panel("p", "P", "horizontal", (0, 0, 8, 8), x=column, values=(Column("count", "n"),))
    with pytest.raises(SourceError, match=said):
        lens(panel, field_kinds())


def test_another_prefix_names_other_indices() -> None:
    built = [json.loads(line) for line in build.ndjson("wires").splitlines()]
    assert {request.index for request in requests(built)} == {"wires", "wires-all"}


def test_the_kql_of_the_panels_is_understood_or_refused() -> None:
    assert request_of("") == {"match_all": {}}
    assert request_of("urgency <= 2") == {"range": {"urgency": {"lte": "2"}}}
    assert request_of('kind: correction or not source: "A B" and failed: *') == {
        "bool": {
            "should": [
                {"match": {"kind": "correction"}},
                {"bool": {"filter": [
                    {"bool": {"must_not": [{"match_phrase": {"source": "A B"}}]}}, {"exists": {"field": "failed"}},
                ]}},
            ],
            "minimum_should_match": 1,
        }
    }  # fmt: skip
    with pytest.raises(SourceError, match="more KQL"):
        request_of("stance_rows: { holder: Putin }")


@pytest.mark.integration
async def test_every_panel_finds_what_is_there(elasticsearch_url: str, filled: str) -> None:
    built = [json.loads(line) for line in build.ndjson(filled).splitlines()]
    with Elasticsearch(elasticsearch_url) as client:
        found = {(one.dashboard, one.panel): one for one in answers(client, built, "", "now")}
    panels = {(one.title, panel.id) for one in read_dashboards() for panel in one.panel if panel.kind != "text"}
    panels |= {("Discover", one.title) for one in read_common().search}
    assert set(found) == panels
    assert [key for key, one in found.items() if not (one.stories and one.rows)] == []
    assert found["Newsroom", "stories"].stories == 3, "the killed one is hidden"
    assert found["Pipeline", "indexed"].stories == 4
    assert (found["Newsroom", "kills"].rows, found["Newsroom", "corrections"].rows) == (1, 1)
    assert found["Stances", "matrix"].rows == 3  # Xi and Putin against the US, Xi for Taiwan
    assert found["Stances", "against"].rows == 2
    assert found["Stances", "favor"].rows == 1
