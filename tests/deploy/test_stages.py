"""The stages have one list in the code; what YAML and shell scripts say of them agrees with it."""

import re
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import yaml

from streams.kafka.rights import rights
from streams.kafka.stages import EVERY, FEEDS, OPTIONAL, STAGES, TOPICS, stages_with, topics_of
from streams.kafka.topics import topics
from streams.records import Stage
from streams.settings import Settings, read_settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NAMES = list(STAGES)


def read(*parts: str) -> Any:
    return yaml.safe_load((DEPLOY.joinpath(*parts)).read_text("utf-8"))


def every(*parts: str) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(DEPLOY.joinpath(*parts).read_text("utf-8")) if one]


def test_records_name_the_same_stages() -> None:
    assert list(get_args(Stage)) == list(EVERY)


def test_each_stage_reads_what_the_one_before_it_writes() -> None:
    for before, after in pairwise(NAMES):
        assert STAGES[after].reads in STAGES[before].writes
    assert {topic for stage in STAGES for topic in topics_of(stage)} == set(TOPICS)
    assert [one.name for one in topics(read_settings())] == [read_settings().topic(name) for name in (*TOPICS, FEEDS)]


def test_the_archive_is_a_stage_only_where_it_has_a_place() -> None:
    assert list(stages_with("")) == NAMES
    assert list(stages_with("s3://wire")) == [*NAMES, "archive"]


def test_groups_and_topics_bear_the_prefix() -> None:
    settings = read_settings(topic_prefix="wire")
    assert [settings.group(stage) for stage in STAGES] == ["wire-read", "wire-enrich", "wire-index", "wire-alert"]
    given = {right.name for right in rights(settings)["audit"] if right.kind == "group"}
    assert given == {settings.group(stage) for stage in EVERY}


def test_compose_runs_every_stage_and_prometheus_watches_each() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    commands = [service.get("command") or [] for service in services.values()]
    workers = [command[1] for command in commands if command[:1] == ["worker"]]
    assert workers == NAMES
    (found,) = read("prometheus", "compose.yml")["scrape_configs"][0]["dns_sd_configs"]
    assert found["names"] == NAMES


def test_compose_runs_the_archive_where_its_file_is_given() -> None:
    (service,) = read("compose.archive.yml")["services"].values()
    assert service["command"] == ["worker", *OPTIONAL]
    known = {f"NEWSWIRE_{name.upper()}" for name in Settings.model_fields}
    assert service["environment"].keys() <= known
    others = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    for same in ("image", "cap_drop", "security_opt", "read_only", "stop_grace_period"):
        assert service[same] == others["read"][same]
    assert set(service["depends_on"]) <= set(others)


def test_kubernetes_runs_every_stage_and_scales_enrich_by_its_own_lag() -> None:
    pods = every("kubernetes", "base", "stages.yaml")
    assert [one["metadata"]["name"] for one in pods if one["kind"] == "Deployment"] == NAMES
    (scaled,) = [one for one in every("kubernetes", "base", "scaling.yaml") if one["kind"] == "ScaledObject"]
    (kafka,) = [one["metadata"] for one in scaled["spec"]["triggers"]]
    assert scaled["spec"]["scaleTargetRef"]["name"] == "enrich"
    assert kafka["consumerGroup"] == read_settings().group("enrich")
    assert kafka["topic"] == read_settings().topic(STAGES["enrich"].reads)


def test_the_scripts_of_the_containers_name_every_stage() -> None:
    script = (DEPLOY / "docker" / "trial" / "run").read_text("utf-8")
    lists = re.findall(r"\bread [a-z ]*alert\b", script)
    assert lists
    assert set(lists) == {" ".join(NAMES)}


def test_no_other_module_lists_the_stages() -> None:
    listed = subprocess.run(
        ["git", "grep", "-lE", r"[\"']read[\"'],? *[\"']enrich[\"'],? *[\"']index[\"']", "--", "*.py"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert set(listed.stdout.split()) <= {
        "streams/records.py",  # the type, held above
        "search/elastic/views.py",  # the parts of a story's latency, which are fields of the index
        "benchmarks/latency.py",  # the same parts
        "tests/servers/secured.py",  # users, of which three are stages
        "tests/deploy/test_kubernetes.py",
    }
