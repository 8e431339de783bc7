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
from streams.kafka.rights import rights
from streams.operations.supervisor import STOP_WITHIN
from streams.settings import Settings, read_settings

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


def told(kustomization: Path) -> dict[str, dict[str, str]]:
    """Each ConfigMap's settings, by its name."""
    made = documents(kustomization)[0]["configMapGenerator"]
    return {one["name"]: dict(literal.split("=", 1) for literal in one.get("literals", ())) for one in made}


def settings_of(kustomization: Path) -> dict[str, str]:
    return {name: value for one in told(kustomization).values() for name, value in one.items()}


def variables(workload: dict[str, Any]) -> dict[str, str]:
    """What a workload's container is told in the example: by ConfigMaps of both layers, and by itself."""
    base, example = told(BASE / "kustomization.yaml"), told(EXAMPLE / "kustomization.yaml")
    names = [source["configMapRef"]["name"] for source in container(workload)["envFrom"]]
    given = {name: value for one in names for name, value in (base[one] | example.get(one, {})).items()}
    return given | {row["name"]: row["value"] for row in container(workload).get("env", ())}


def secrets_of_example() -> dict[str, set[str]]:
    """The files of each Secret, by its name."""
    made = documents(EXAMPLE / "kustomization.yaml")[0]["secretGenerator"]
    return {one["name"]: set(one["files"]) for one in made}


def secret_of(workload: dict[str, Any]) -> str:
    (name,) = [one["secret"]["secretName"] for one in workload["spec"]["template"]["spec"]["volumes"]]
    return str(name)


def test_every_variable_of_a_container_is_a_setting(base: list[dict[str, Any]]) -> None:
    known = {f"NEWSWIRE_{name.upper()}" for name in Settings.model_fields}
    for workload in of(base, "Deployment", "Job"):
        assert {name.removesuffix("_FILE") for name in variables(workload)} <= known


def test_no_part_holds_a_secret_that_it_does_not_need(base: list[dict[str, Any]]) -> None:
    secrets = secrets_of_example()
    for workload in of(base, "Deployment", "Job"):
        given = variables(workload)
        named = {Path(value).name for value in given.values() if value.startswith("/run/secrets/")}
        assert {Path(name).name for name in secrets[secret_of(workload)]} == named, secret_of(workload)
        assert ("kafka-password" in named) == ("NEWSWIRE_KAFKA" in given)
        assert ("index-password" in named) == ("NEWSWIRE_INDEX" in given)
        assert ("keys.txt" in named) == (container(workload)["args"][0] in ("feed", "serve"))
        # Who may talk to a server, by the network and by the way in, are the same.
        labels = workload["spec"]["template"]["metadata"]["labels"]
        for server in ("kafka", "index"):
            assert (labels.get(f"newswire/{server}") == "client") == (f"NEWSWIRE_{server.upper()}" in given)
        assert (workload["metadata"]["labels"].get("newswire/kafka") == "client") == ("NEWSWIRE_KAFKA" in given)


def test_each_part_has_a_secret_and_a_user_of_its_own(base: list[dict[str, Any]]) -> None:
    workloads = of(base, "Deployment", "Job")
    held = [secret_of(workload) for workload in workloads]
    assert len(set(held)) == len(workloads)
    assert {*held, "newswire-scaler"} == secrets_of_example().keys()
    files = [name for names in secrets_of_example().values() for name in names if not name.endswith(".crt")]
    assert len(files) == len(set(files)), "no secret is given twice"
    clients = [one for one in workloads if "NEWSWIRE_KAFKA" in variables(one)]
    parts = [one["spec"]["template"]["metadata"]["labels"]["newswire/part"] for one in clients]
    assert len(set(parts)) == len(parts)
    assert set(parts) <= rights(read_settings()).keys(), "newswire topics acls knows each"
    users = [user for one in workloads if (user := variables(one).get("NEWSWIRE_INDEX_USER"))]
    assert len(set(users)) == len(users) == len([one for one in workloads if "NEWSWIRE_INDEX" in variables(one)])
    (patch,) = [
        one for one in documents(EXAMPLE / "kustomization.yaml")[0]["patches"] if "newswire-$(PART)" in one["patch"]
    ]
    assert patch["target"]["labelSelector"] == "newswire/kafka=client"
    env = yaml.safe_load(patch["patch"])["spec"]["template"]["spec"]["containers"][0]["env"]
    assert [row["name"] for row in env] == ["PART", "NEWSWIRE_KAFKA_USER"], "in this order: the second uses the first"


def test_only_what_scales_holds_the_scaler_s_secret() -> None:
    (trigger,) = documents(EXAMPLE / "trigger.yaml")
    rows = trigger["spec"]["secretTargetRef"]
    assert {row["name"] for row in rows} == {"newswire-scaler"}
    assert {row["key"] for row in rows} == {Path(name).name for name in secrets_of_example()["newswire-scaler"]}
    assert (EXAMPLE / "secrets.example" / "scaler" / "kafka-user").read_text().strip() == "newswire-scaler"


def test_stages_may_make_neither_topics_nor_templates(base: list[dict[str, Any]]) -> None:
    for workload in of(base, "Deployment"):
        given = variables(workload)
        assert given["NEWSWIRE_CREATE_TOPICS"] == given["NEWSWIRE_SET_UP_INDEX"] == "false"


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
        for name in settings_of(path):
            field = name.removeprefix("NEWSWIRE_").lower()
            assert field.removesuffix("_file") in fields, name
            if field in fields:
                assert fields[field].annotation is not SecretStr, f"{name} is in the open"
    listed = {name for names in secrets_of_example().values() for name in names}
    (authorities,) = [
        one for one in documents(EXAMPLE / "kustomization.yaml")[0]["configMapGenerator"] if "files" in one
    ]
    example = EXAMPLE / "secrets.example"
    there = {f"secrets/{path.relative_to(example)}" for path in example.rglob("*") if path.is_file()}
    assert {*listed, *authorities["files"]} == there
    certificates = {value for value in settings_of(EXAMPLE / "kustomization.yaml").values() if "/authorities/" in value}
    assert {Path(value).name for value in certificates} == {Path(name).name for name in authorities["files"]}


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
    both = {"kafka", "index"}
    needs = {"worker index": both, "worker alert": both, "index setup": {"index"}, "serve": both}
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


def test_the_archive_s_pod_is_as_that_of_any_stage(common: dict[str, Any]) -> None:
    """The base's patches do not reach a component, so what they add is written out in it."""
    workload, policy = documents(FOLDER / "archive" / "archive.yaml")
    pod, any_pod = (
        one["spec"]["template"]["spec"] for one in (workload, documents(BASE / "pod.yaml")[0])
    )  # fmt: skip
    for name, value in any_pod.items():
        if name == "volumes":
            assert [one["name"] for one in pod[name]] == [one["name"] for one in value]
        elif name != "containers":
            assert pod[name] == value, name
    for one in (any_pod, common):
        assert pod["containers"][0].items() >= one["containers"][0].items()
    assert pod["terminationGracePeriodSeconds"] == common["terminationGracePeriodSeconds"]
    labels = workload["spec"]["template"]["metadata"]["labels"]
    assert pod["containers"][0]["args"] == ["worker", labels["newswire/stage"]] == ["worker", "archive"]
    assert labels["newswire/part"] in rights(read_settings())
    for selector in (workload["spec"]["selector"], policy["spec"]["podSelector"]):
        assert selector["matchLabels"].items() <= labels.items()
