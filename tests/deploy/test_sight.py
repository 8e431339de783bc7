"""Alerts and Grafana's dashboard: every metric and label that they name is one that we serve; promtool's own tests."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from deploy.grafana import build
from streams import metrics

DEPLOY = Path(build.__file__).parent.parent
RULES = DEPLOY / "prometheus" / "rules.yml"
DASHBOARD = DEPLOY / "grafana" / "dashboards" / "newswire.json"
FROM_PROMETHEUS = {"job", "instance", "alertname", "severity", "alertstate", "le"}
NAMED = re.compile(r"\b((?:newswire|process)_[a-z_]+)(?:\{([^}]*)\})?")


def served() -> dict[str, set[str]]:
    """Every sample that /metrics shows, with the labels of its metric."""
    labels = {one._name: set(one._labelnames) for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)}
    names = {sample for family in REGISTRY.collect() for sample in _samples(family.name, family.type)}
    return {name: next((labels[base] for base in labels if name.startswith(base)), set()) for name in names}


def _samples(name: str, kind: str) -> list[str]:
    endings = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"], "info": ["_info"]}
    return [name + ending for ending in endings.get(kind, [""])]


def alerts() -> list[dict[str, str]]:
    (group,) = yaml.safe_load(RULES.read_text())["groups"]
    return list(group["rules"])


def expressions() -> list[str]:
    dashboard = json.loads(DASHBOARD.read_text())
    return [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())] + [
        alert["expr"] for alert in alerts()
    ]


def test_the_dashboard_is_what_its_source_builds() -> None:
    assert DASHBOARD.read_text() == build.dashboard(), (
        "run: python -m deploy.grafana.build > deploy/grafana/dashboards/newswire.json"
    )


def test_every_metric_and_label_named_is_served() -> None:
    known = served()
    for expression in expressions():
        for name, chosen in NAMED.findall(expression):
            assert name in known, f"{name} in {expression}"
            used = set(re.findall(r"([a-z_]+)=", chosen))
            used |= {label for by in re.findall(r"by \(([^)]*)\) \((?:rate\(|increase\()?" + name, expression)
                     for label in by.split(", ")}  # fmt: skip
            assert used <= known[name] | FROM_PROMETHEUS, f"{used - known[name]} in {expression}"


def test_every_metric_of_ours_is_shown_or_watched() -> None:
    shown = " ".join(expressions())
    ours = {one._name for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)}
    unseen = {name for name in ours if name not in shown} - {"newswire", "newswire_committed_offset"}
    assert unseen == set()


def test_every_alert_is_tested_and_says_what_to_do() -> None:
    tested = (RULES.parent / "rules_test.yml").read_text()
    for alert in alerts():
        assert f'alertname="{alert["alert"]}"' in tested
        assert set(alert["annotations"]) == {"summary", "description"}


def test_panels_of_the_dashboard_have_places_of_their_own() -> None:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(places) == len(set(places))
    assert len({panel["id"] for panel in panels}) == len(panels)


@pytest.mark.parametrize(
    "check", [["check", "config", "compose.yml", "prometheus.yml"], ["test", "rules", "rules_test.yml"]]
)
def test_promtool_agrees(check: list[str]) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("no promtool here (Debian: apt-get install prometheus)")
    done = subprocess.run([promtool, *check], cwd=RULES.parent, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
