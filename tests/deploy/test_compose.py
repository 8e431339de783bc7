"""docker-compose.yml and the image: settings that exist, no password in a file, what waits for what, and the locks."""

import os
import re
import shutil
import socket
import struct
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.kafka.stages import STAGES
from streams.settings import Settings

ROOT = Path(__file__).parent.parent.parent
DOCKER = ROOT / "deploy" / "docker"
COMPOSE = ROOT / "docker-compose.yml"


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
    assert len(values) == len(set(values)) == 7
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


def test_a_folder_that_our_user_writes_to_is_its_own(services: dict[str, Any]) -> None:
    """Docker's tmpfs takes owner and mode of the image's folder only in part: without these it is root's."""
    image = (DOCKER / "Dockerfile").read_text()
    owner = re.search(r"USER (\d+):(\d+)", image)
    data = re.search(r"NEWSWIRE_DATA=(\S+)", image)
    assert owner
    assert data
    for name, service in services.items():
        if service["image"] == "newswire:local":
            options = {path: set(rest.split(",")) for path, _, rest in (one.partition(":") for one in service["tmpfs"])}
            volumes = {volume.split(":")[1] for volume in service.get("volumes", ()) if isinstance(volume, str)}
            assert data[1] in options or data[1] in volumes, name
            if data[1] in options:
                assert {f"uid={owner[1]}", f"gid={owner[2]}"} <= options[data[1]], name
            assert "/tmp" in options, name


def test_every_log_is_bounded(services: dict[str, Any]) -> None:
    for name, service in services.items():
        options = service["logging"]["options"]
        assert re.fullmatch(r"\d{1,2}m", options["max-size"]), name
        assert 1 <= int(options["max-file"]) <= 10, name


def test_no_part_holds_a_secret_that_it_does_not_need(services: dict[str, Any]) -> None:
    held = {
        name: set(re.findall(r"\$\{(\w+):\?", str(service.get("environment", {}))))
        for name, service in services.items()
    }  # fmt: skip
    assert {name: names for name, names in held.items() if names} == {
        "elasticsearch": {"ELASTIC_PASSWORD"},
        "set-up-users": {"ELASTIC_PASSWORD", "KIBANA_PASSWORD", "INDEX_PASSWORD", "PAGE_PASSWORD", "IMPORT_PASSWORD",
                         "NEWSROOM_PASSWORD"},
        "kibana": {"KIBANA_PASSWORD", "KIBANA_KEY"},
        "set-up-kibana": {"IMPORT_PASSWORD"},
        "set-up-index": {"INDEX_PASSWORD"},
        "index": {"INDEX_PASSWORD"},
        "alert": {"PAGE_PASSWORD"},
        "page": {"PAGE_PASSWORD"},
        "newswire": {"INDEX_PASSWORD"},
        "grafana": {"GRAFANA_PASSWORD"},
    }  # fmt: skip


def test_whoever_needs_the_index_or_kafka_is_told_where_it_is(services: dict[str, Any]) -> None:
    for name, service in services.items():
        if service["image"] == "newswire:local":
            given = service["environment"]
            assert ("NEWSWIRE_INDEX" in given) == (name in {"set-up-index", "index", "alert", "page", "newswire"}), name
            assert ("NEWSWIRE_KAFKA" in given) == (name != "set-up-index"), name


def test_kafka_s_health_costs_no_java_and_its_image_leaves_no_volume(services: dict[str, Any]) -> None:
    kafka = services["kafka"]
    test = " ".join(kafka["healthcheck"]["test"])
    assert ".sh" not in test
    assert "java" not in test
    assert "/dev/tcp/" in test
    targets = {v["target"] if isinstance(v, dict) else v.split(":")[1] for v in kafka["volumes"]}
    assert targets == {"/etc/kafka/secrets", "/var/lib/kafka/data", "/mnt/shared/config"}  # all that the image declares


def test_kafka_s_health_is_what_a_broker_answers(services: dict[str, Any]) -> None:
    """The check itself, as the shell runs it: against what answers as Kafka, what says nothing, and nobody."""
    *command, script = services["kafka"]["healthcheck"]["test"][1:]
    asked: list[bytes] = []

    def answer(listening: socket.socket, said: bytes) -> None:
        with listening, listening.accept()[0] as taken:
            asked.append(taken.recv(14, socket.MSG_WAITALL))
            taken.sendall(said)

    for said, well in ((b"\0\0\0\x1e\0\0\0\1\0\0" + b"\0" * 24, True), (b"", False), (None, False)):
        listening = socket.create_server(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        if said is None:
            listening.close()
        else:
            threading.Thread(target=answer, args=(listening, said), daemon=True).start()
        there = script.replace("$$", "$").replace("localhost/9092", f"127.0.0.1/{port}")
        done = subprocess.run([*command, there], capture_output=True, timeout=20, check=False)
        assert (done.returncode == 0) == well, done.stderr
    length, key, version = struct.unpack(">ihh", asked[0][:8])
    assert (length, key, version) == (len(asked[0]) - 4, 18, 0), "ApiVersions, version 0"


@pytest.mark.parametrize("name", ["read", "page", "feed"])
def test_our_health_checks_tell_200_from_all_else(services: dict[str, Any], name: str) -> None:
    *command, script = services[name]["healthcheck"]["test"][1:]
    assert "python" not in command[0], "it runs every 15 s"
    asked = b""

    def answer(listening: socket.socket, said: bytes) -> None:
        nonlocal asked
        with listening, listening.accept()[0] as taken:
            while b"\r\n\r\n" not in asked:
                asked += taken.recv(100)
            taken.sendall(said)

    for said, well in ((b"HTTP/1.1 200 OK\r\n\r\n{}", True), (b"HTTP/1.1 503 No\r\n\r\n200 ", False), (b"", False)):
        asked = b""
        listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=answer, args=(listening, said), daemon=True).start()
        there = re.sub(r"localhost/\d+", f"127.0.0.1/{listening.getsockname()[1]}", script)
        done = subprocess.run([*command, there], capture_output=True, timeout=20, check=False)
        assert (done.returncode == 0) == well, done.stderr
        assert asked.startswith(b"GET /health")


def test_what_a_run_of_the_containers_depends_on_is_there() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("no repository: a copy of the sources")
    done = subprocess.run(
        [ROOT / "deploy" / "check", "docker-sum"], capture_output=True, text=True, timeout=60, check=False
    )
    assert re.fullmatch(r"[0-9a-f]{64}\n", done.stdout), done.stderr


def test_a_missing_key_file_is_an_error_and_no_folder(services: dict[str, Any]) -> None:
    (mount,) = [v for v in services["feed"]["volumes"] if isinstance(v, dict)]
    assert mount["source"] == "./keys.txt"
    assert mount["read_only"]
    assert mount["bind"] == {"create_host_path": False}
    page = (ROOT / "docs" / "deployment.md").read_text()
    assert "chmod 644 keys.txt" in page


def test_digests_are_of_the_images_that_are_named(services: dict[str, Any]) -> None:
    over = yaml.safe_load((DOCKER / "digests.yml").read_text())
    for name, service in over["services"].items():
        if "image" in service:
            tag, digest = service["image"].split("@")
            assert tag == services[name]["image"]
            assert re.fullmatch(r"sha256:[0-9a-f]{64}", digest)
    ((base, pinned),) = over["x-newswire"]["build"]["additional_contexts"].items()
    assert set(re.findall(r"(?m)^FROM (\S+)", (DOCKER / "Dockerfile").read_text())) == {base}
    assert re.fullmatch(re.escape(f"docker-image://{base}") + "@sha256:[0-9a-f]{64}", pinned)


def test_files_that_are_mounted_are_there(services: dict[str, Any]) -> None:
    volumes = [volume for service in services.values() for volume in service.get("volumes", ())]
    ours = {volume.split(":")[0] for volume in volumes if isinstance(volume, str) and volume.startswith("./")}
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
    command = next((path for path in (os.environ.get("DOCKER_COMPOSE"), shutil.which("docker-compose")) if path), None)
    if command is None:
        pytest.skip("no docker-compose here (deploy/check compose builds one where Go is)")
    version = subprocess.run([command, "version", "--short"], capture_output=True, text=True, timeout=60, check=True)
    if version.stdout.startswith("1."):
        pytest.skip(f"docker-compose {version.stdout.strip()} is of before the format that it now is in: 2 is needed")
    made = dict.fromkeys(re.findall(r"\$\{(\w+):", COMPOSE.read_text()), "x")
    for files in ([COMPOSE], [COMPOSE, DOCKER / "digests.yml"]):
        done = subprocess.run(
            [command, *(f"--file={file}" for file in files), "--profile", "*", "config", "--quiet"],
            env=os.environ | made, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
