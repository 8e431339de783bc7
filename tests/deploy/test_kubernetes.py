"""The Kubernetes manifests against the program they run: its commands, settings, ports, group, and what selects what.

Their form is judged by the real tools: deploy/check kubernetes.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from pydantic import SecretStr

from deploy.kubernetes.schemas import beside_each_other, of_definition
from streams.agents import enrich
from streams.cli.main import newswire
from streams.settings import Settings, read_settings
from streams.supervisor import STOP_WITHIN

FOLDER = Path(__file__).parent.parent.parent / "deploy" / "kubernetes"
BASE, EXAMPLE = FOLDER / "base", FOLDER / "overlays" / "example"
MIB = {"Mi": 1, "Gi": 1024}


def documents(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(path.read_text()))


@pytest.fixture(scope="module")
def base() -> list[dict[str, Any]]:
    listed = documents(BASE / "kustomization.yaml")[0]["resources"]
    return [document for name in listed for document in documents(BASE / name)]


@pytest.fixture(scope="module")
def common() -> dict[str, Any]:
    """The stages' share of their Pods."""
    return dict(documents(BASE / "stage.yaml")[0]["spec"]["template"]["spec"])


def settings_of(kustomization: Path) -> dict[str, str]:
    (generator,) = documents(kustomization)[0]["configMapGenerator"]
    return dict(literal.split("=", 1) for literal in generator["literals"])


def test_every_variable_of_a_container_is_a_setting(base: list[dict[str, Any]]) -> None:
    given = {row["name"]: row["value"] for one in of(base, "Deployment") for row in container(one).get("env", ())}
    known = {f"NEWSWIRE_{name.upper()}" for name in Settings.model_fields}
    assert {name.removesuffix("_FILE") for name in given} <= known
    assert all((EXAMPLE / "secrets.example" / Path(value).name).exists() for value in given.values() if "/" in value)


def of(base: list[dict[str, Any]], *kinds: str) -> list[dict[str, Any]]:
    return [one for one in base if one["kind"] in kinds]


def container(workload: dict[str, Any]) -> dict[str, Any]:
    (only,) = workload["spec"]["template"]["spec"]["containers"]
    return dict(only)


def mib(text: str) -> int:
    return int(text[:-2]) * MIB[text[-2:]]


def test_every_file_is_used(base: list[dict[str, Any]]) -> None:
    kustomization = documents(BASE / "kustomization.yaml")[0]
    used = {*kustomization["resources"], *(patch["path"] for patch in kustomization["patches"]), "kustomization.yaml"}
    assert {path.name for path in BASE.iterdir()} == used
    assert {one["metadata"]["name"] for one in of(base, "Deployment")} >= {"read", "enrich", "index", "feed"}


def test_every_command_is_one_of_ours(base: list[dict[str, Any]]) -> None:
    for workload in of(base, "Deployment", "Job"):
        done = CliRunner().invoke(newswire, [*container(workload)["args"], "--help"])
        assert done.exit_code == 0, (workload["metadata"]["name"], done.output)


def test_every_setting_is_one_of_ours_and_secrets_come_as_files() -> None:
    fields = Settings.model_fields
    for path in (BASE / "kustomization.yaml", EXAMPLE / "kustomization.yaml"):
        for name, value in settings_of(path).items():
            field = name.removeprefix("NEWSWIRE_").lower()
            assert field.removesuffix("_file") in fields, name
            if field in fields:
                assert fields[field].annotation is not SecretStr, f"{name} is in the open"
            if value.startswith("/run/secrets/"):
                assert (EXAMPLE / "secrets.example" / Path(value).name).exists(), value
    listed = documents(EXAMPLE / "kustomization.yaml")[0]["secretGenerator"][0]["files"]
    assert {Path(name).name for name in listed} == {path.name for path in (EXAMPLE / "secrets.example").iterdir()}


def test_enrich_grows_by_its_own_lag_up_to_the_partitions(base: list[dict[str, Any]]) -> None:
    (scaled,) = of(base, "ScaledObject")
    settings = read_settings()
    assert scaled["spec"]["maxReplicaCount"] == int(settings_of(BASE / "kustomization.yaml")["NEWSWIRE_PARTITIONS"])
    ((trigger),) = scaled["spec"]["triggers"]
    assert trigger["metadata"]["topic"] == settings.topic("articles")
    assert trigger["metadata"]["consumerGroup"] == enrich.build(settings).app.conf.id
    assert trigger["metadata"]["bootstrapServers"] == settings_of(BASE / "kustomization.yaml")["NEWSWIRE_KAFKA"]
    assert "replicas" not in next(one for one in base if one["metadata"]["name"] == "enrich")["spec"]
    moved = settings_of(EXAMPLE / "kustomization.yaml")["NEWSWIRE_KAFKA"]
    assert f'bootstrapServers, value: "{moved}"' in (EXAMPLE / "kustomization.yaml").read_text()


def test_a_worker_ends_itself_before_kubernetes_kills_it(base: list[dict[str, Any]], common: dict[str, Any]) -> None:
    most = int(settings_of(BASE / "kustomization.yaml")["NEWSWIRE_MEMORY_MB"])
    for workload in of(base, "Deployment"):
        resources = container(workload)["resources"]
        assert mib(resources["requests"]["memory"]) < most
        if "newswire/stage" in workload["metadata"]["labels"]:
            assert mib(resources["limits"]["memory"]) >= most + 256  # its supervisor is in there too
    assert common["terminationGracePeriodSeconds"] >= STOP_WITHIN + 10


def test_probes_and_scrapes_go_where_metrics_and_health_are(common: dict[str, Any]) -> None:
    port = int(settings_of(BASE / "kustomization.yaml")["NEWSWIRE_METRICS_PORT"])
    (worker,) = common["containers"]
    assert {one["name"]: one["containerPort"] for one in worker["ports"]} == {"metrics": port}
    paths = {name: worker[name]["httpGet"]["path"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert paths == {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
    annotations = documents(BASE / "stage.yaml")[0]["spec"]["template"]["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == str(port)


def test_what_selects_pods_finds_some(base: list[dict[str, Any]]) -> None:
    ours = {"app.kubernetes.io/name": "newswire"}  # Kustomize adds it
    pods = [one["spec"]["template"]["metadata"]["labels"] | ours for one in of(base, "Deployment", "Job")]
    for one in of(base, "PodDisruptionBudget", "NetworkPolicy", "Service", "Deployment"):
        spec = one["spec"]
        selector = spec.get("podSelector", spec.get("selector"))
        wanted = selector.get("matchLabels", {}) if "ports" not in spec else selector
        keys = {row["key"] for row in selector.get("matchExpressions", ())}
        found = [labels for labels in pods if wanted.items() <= labels.items() and keys <= set(labels)]
        assert found, one["metadata"]["name"]
    for one in of(base, "Deployment"):
        assert any(one["spec"]["selector"] == budget["spec"]["selector"] for budget in of(base, "PodDisruptionBudget"))


def test_who_needs_kafka_or_the_index_may_reach_it(base: list[dict[str, Any]]) -> None:
    needs = {"worker index": {"kafka", "index"}, "index setup": {"index"}, "serve": {"kafka", "index"}}
    for workload in of(base, "Deployment", "Job"):
        labels = workload["spec"]["template"]["metadata"]["labels"]
        command = " ".join(container(workload)["args"][:2]).removesuffix(" --host")
        allowed = {name for name in ("kafka", "index") if labels.get(f"newswire/{name}") == "client"}
        assert allowed == needs.get(command, {"kafka"}), command


def test_others_are_not_asked_for_our_own_label(base: list[dict[str, Any]]) -> None:
    for policy in of(base, "NetworkPolicy"):
        rules = [*policy["spec"].get("ingress", ()), *policy["spec"].get("egress", ())]
        peers = [peer for rule in rules for peer in (*rule.get("from", ()), *rule.get("to", ()))]
        assert all("matchLabels" not in peer.get("podSelector", {}) for peer in peers), "Kustomize would add our label"


def test_schemas_of_custom_resources_refuse_what_is_not_named() -> None:
    version = {"type": "object", "properties": {"spec": {"properties": {"a": {"type": "integer"}}}}}
    names = {"group": "keda.sh", "names": {"kind": "Thing"}}
    definition = {"spec": {**names, "versions": [{"name": "v1", "schema": {"openAPIV3Schema": version}}]}}
    made = of_definition(definition)["thing-keda-v1.json"]
    assert made["properties"]["spec"]["additionalProperties"] is False
    assert made["properties"]["metadata"] == {"type": "object"}
    assert beside_each_other('{"$id": "x", "$ref": "/api/_definitions.json#/a"}') == {"$ref": "_definitions.json#/a"}
