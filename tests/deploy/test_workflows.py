"""The workflows: pinned actions, least permissions, versions and commands that are the project's own."""

import re
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.site.links import ROOT, project

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
USED = re.compile(r"uses: (?P<action>[\w.-]+/[\w./-]+)@(?P<pin>\S+)(?: # (?P<version>\S+))?")
MAY_WRITE = {
    "dependencies.yml locks": {"contents", "pull-requests"},
    "docs.yml publish": {"pages", "id-token"},
    "release.yml pypi": {"id-token"},
    "release.yml image": {"packages", "id-token", "attestations"},
    "release.yml page": {"contents"},
}


def read(path: Path) -> dict[Any, Any]:
    return dict(yaml.safe_load(path.read_text("utf-8")))


def jobs() -> list[tuple[str, dict[str, Any]]]:
    return [(f"{path.name} {name}", job) for path in WORKFLOWS for name, job in read(path)["jobs"].items()]


def commands() -> str:
    return "\n".join(step.get("run", "") for _, job in jobs() for step in job.get("steps", ()))


def test_every_action_is_pinned_to_one_commit_that_is_named_by_its_version() -> None:
    pins: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for path in WORKFLOWS:
        text = path.read_text("utf-8")
        used = list(USED.finditer(text))
        assert len(used) == len(re.findall(r"uses: (?!\./)", text)), path.name
        for one in used:
            assert re.fullmatch(r"[0-9a-f]{40}", one["pin"]), f"{path.name}: {one['action']}"
            assert re.fullmatch(r"v\d+\.\d+\.\d+", one["version"] or ""), f"{path.name}: {one['action']}"
            pins[one["action"]].add((one["pin"], one["version"]))
    assert len(pins) > 8
    assert {action: found for action, found in pins.items() if len(found) > 1} == {}


def test_no_job_may_do_more_than_it_needs() -> None:
    for path in WORKFLOWS:
        workflow = read(path)
        assert workflow["permissions"] == {}, path.name
        assert "pull_request_target" not in workflow[True], path.name  # YAML reads the key `on` as true
    for name, job in jobs():
        writing = {scope for scope, level in job["permissions"].items() if level == "write"}
        assert writing == MAY_WRITE.get(name, set()), name
        assert "uses" in job or job["timeout-minutes"] <= 60, name


def test_no_checkout_leaves_a_token_behind() -> None:
    for name, job in jobs():
        for step in job.get("steps", ()):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False, name


def test_no_command_contains_what_others_have_written() -> None:
    """A title or a branch's name in a command would be run; in the environment it is only text."""
    assert re.findall(r"\$\{\{[^}]*\}\}", commands()) == []


def test_the_tests_run_on_each_python_that_is_promised() -> None:
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["classifiers"]
    promised = {found[1] for one in classifiers if (found := re.fullmatch(r".* :: (3\.\d+)", one))}
    tests = read(ROOT / ".github/workflows/tests.yml")["jobs"]["tests"]
    assert set(tests["strategy"]["matrix"]["python"]) == promised


def test_the_servers_are_those_of_docker_compose() -> None:
    composed = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    for name, job in jobs():
        for service, described in job.get("services", {}).items():
            assert described["image"] == composed[service]["image"], name
    assert set(read(ROOT / ".github/workflows/tests.yml")["jobs"]["kibana"]["services"]) == {"elasticsearch", "kibana"}


def test_every_command_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z-]+)", commands()))
    assert {"check", "test-all", "docs", "lock"} <= named <= targets
    parts = set(re.findall(r"^([a-z_]+)\(\) \{", (ROOT / "deploy/check").read_text("utf-8"), re.MULTILINE)) | {"docker"}
    asked = {part for line in re.findall(r"deploy/check (.+)", commands()) for part in line.split()}
    assert {"workflows", "docker"} <= asked <= parts
    for path in re.findall(r"\btests/\S+\.py", commands()):
        assert (ROOT / path).is_file()


def test_the_repositorys_address_is_pyprojects_wherever_it_stands() -> None:
    source = project()["source"]
    owner = source.removeprefix("https://github.com/")
    for path in (ROOT / ".github").rglob("*.yml"):
        for address in re.findall(r"https://github\.com/[\w.-]+/[\w.-]+", path.read_text("utf-8")):
            assert address == source, path
    assert project()["issues"] == f"{source}/issues"
    assert project()["changelog"].startswith(source)
    assert owner.count("/") == 1


@pytest.mark.parametrize("name", ["bug", "wire", "annotation", "idea"])
def test_forms_ask_for_something(name: str) -> None:
    form = read(ROOT / ".github" / "ISSUE_TEMPLATE" / f"{name}.yml")
    assert {"name", "description", "body"} <= set(form)
    assert any(part.get("validations", {}).get("required") for part in form["body"])
    ids = [part["id"] for part in form["body"] if part["type"] != "markdown"]
    assert len(ids) == len(set(ids))


def test_pre_commit_runs_what_make_check_runs() -> None:
    (local,) = read(ROOT / ".pre-commit-config.yaml")["repos"]
    made = (ROOT / "Makefile").read_text("utf-8")
    for hook in local["hooks"]:
        assert hook["language"] == "system", "the versions are those of the lock"
        (program,) = re.findall(r"\.venv/bin/((?:python -m )?[\w-]+)", hook["entry"])
        assert f"$(BIN)/{program}" in made, hook["id"]
