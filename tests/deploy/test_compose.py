"""docker-compose.yml and the image: settings that exist, no password in a file, what waits for what, and the locks."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.settings import Settings

ROOT = Path(__file__).parent.parent.parent
DOCKER = ROOT / "deploy" / "docker"
COMPOSE = ROOT / "docker-compose.yml"
STAGES = {"read", "enrich", "index"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return dict(yaml.safe_load(COMPOSE.read_text())["services"])


def test_every_setting_given_is_one_of_ours(services: dict[str, Any]) -> None:
    known = {f"NEWSWIRE_{name.upper()}" for name in Settings.model_fields}
    for service in services.values():
        given = {name for name in service.get("environment", {}) if name.startswith("NEWSWIRE_")}
        assert given <= known, given - known


def test_no_password_stands_in_the_file_and_each_is_made_by_compose_env(services: dict[str, Any]) -> None:
    made = set(re.findall(r"\w+", (DOCKER / "make-env").read_text()))
    given = {pair for service in services.values() for pair in service.get("environment", {}).items()}
    secrets = {(name, value) for name, value in given if re.search(r"PASSWORD$|KIBANA_LOGIN|KEY$", name)}
    assert len(secrets) > 6
    for name, value in secrets:
        variable = re.fullmatch(r"\$\{(\w+):\?run make compose-env\}", value)
        assert variable, name
        assert variable[1] in made, variable[1]


def test_make_env_makes_what_is_missing_and_keeps_what_is_there(tmp_path: Path) -> None:
    script = tmp_path / "deploy" / "docker" / "make-env"
    script.parent.mkdir(parents=True)
    shutil.copy(DOCKER / "make-env", script)
    (tmp_path / ".env").write_text("ELASTIC_PASSWORD=mine\n")
    subprocess.run([script], check=True, capture_output=True)
    lines = (tmp_path / ".env").read_text().splitlines()
    assert lines[0] == "ELASTIC_PASSWORD=mine"
    values = [line.partition("=")[2] for line in lines[1:]]
    assert len(values) == len(set(values)) == 6
    assert all(re.fullmatch(r"[0-9a-f]{48}", value) for value in values)
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600


def test_images_are_pinned_and_ports_are_on_loopback(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert re.fullmatch(r"newswire:local|[a-z/]+:v?\d+\.\d+\.\d+", service["image"]), name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), name


def test_what_runs_on_has_a_health_check_and_waits_for_what_it_needs(services: dict[str, Any]) -> None:
    for name, service in services.items():
        if service["restart"] == "unless-stopped":
            assert "healthcheck" in service, name
        for other, how in service.get("depends_on", {}).items():
            done = services[other]["restart"] == "on-failure:3"
            assert how["condition"] == ("service_completed_successfully" if done else "service_healthy"), (name, other)
    for stage in STAGES:
        assert set(services[stage]["depends_on"]) == {"set-up-topics", "set-up-index"}


def test_containers_of_ours_may_do_little(services: dict[str, Any]) -> None:
    for name, service in services.items():
        if service["image"] == "newswire:local":
            assert service["read_only"], name
            assert service["cap_drop"] == ["ALL"], name
            assert service["security_opt"] == ["no-new-privileges:true"], name


def test_files_that_are_mounted_are_there(services: dict[str, Any]) -> None:
    volumes = [volume for service in services.values() for volume in service.get("volumes", ())]
    ours = {volume.split(":")[0] for volume in volumes if volume.startswith("./")} - {"./keys.txt"}
    assert ours
    assert all((ROOT / path).exists() for path in ours), ours


def test_the_image_is_made_of_the_locks_versions() -> None:
    image, whole = (dict(re.findall(r"(?m)^([\w.-]+)==([^\s;]+)", path.read_text())) for path in
                    (DOCKER / "requirements.lock", ROOT / "requirements.lock"))  # fmt: skip
    assert image.items() <= whole.items()
    assert "pytest" not in image
    assert "setuptools" in image, "deploy/docker/install builds packages with it"


def test_every_file_copied_into_the_image_is_let_through() -> None:
    ignored = (DOCKER / "Dockerfile.dockerignore").read_text()
    for line in (DOCKER / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for name in line.split()[1:-1]:
                assert f"\n!{name}\n" in ignored, name
                assert (ROOT / name).exists()


def test_the_real_parser_agrees() -> None:
    command = next((path for path in (shutil.which("docker-compose"), os.environ.get("DOCKER_COMPOSE")) if path), None)
    if command is None:
        pytest.skip("no docker-compose here (deploy/check compose builds one where Go is)")
    made = dict.fromkeys(re.findall(r"\$\{(\w+):", COMPOSE.read_text()), "x")
    done = subprocess.run(
        [command, "-f", COMPOSE, "--profile", "*", "config", "--quiet"],
        env=os.environ | made, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
