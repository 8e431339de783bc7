"""What a process serves about itself, whatever its event loop does."""

import json
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from streams.agents.health import Health
from streams.agents.health_server import serve_health
from streams.agents.scrape_targets import addresses, folder_of
from streams.settings import Settings, read_settings
from tests.waiting import Clock

NOBODY = "127.0.0.1:1"  # no Kafka


def of(folder: Path, **changes: object) -> Settings:
    return read_settings(kafka=NOBODY, data=folder, topic_prefix="t", **changes)


def get(address: str, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock) -> Health:
    return Health(stuck=100, clock=clock)


def test_what_is_served(tmp_path, health, clock) -> None:
    settings = of(tmp_path)
    with serve_health("read", health, settings):
        (address,) = addresses(settings)
        assert get(address, "/healthz")[0] == 200
        status, body = get(address, "/readyz")
        assert status == 503
        assert "Kafka has not assigned partitions" in json.loads(body)["wrong"]
        health.assigned = frozenset({3})
        health.record_offsets({})
        assert json.loads(get(address, "/readyz")[1])["partitions"] == [3]
        status, body = get(address, "/metrics")
        assert status == 200
        assert 'newswire_alive{stage="read"} 1.0' in body
        assert get(address, "/etc/passwd")[0] == 404
        clock.forward(101)  # the event loop does not turn, and still there is an answer
        assert get(address, "/healthz")[0] == 503
        assert 'newswire_alive{stage="read"} 0.0' in get(address, "/metrics")[1]
    assert addresses(settings) == []
    assert list(folder_of(settings).iterdir()) == []


def test_processes_take_the_ports_after_the_first(tmp_path, health) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        base = taken.getsockname()[1]
        settings = of(tmp_path, metrics_port=base)
        with serve_health("read", health, settings, number=0):
            (elsewhere,) = addresses(settings)
            assert not elsewhere.endswith(f":{base}"), "a port that is taken stops nothing"
    settings = of(tmp_path, metrics_port=base - 2)
    with serve_health("read", health, settings, number=2):
        assert addresses(settings) == [f"127.0.0.1:{base}"]


def test_none_is_served_when_not_wanted(tmp_path, health) -> None:
    settings = of(tmp_path, metrics_port=-1)
    with serve_health("read", health, settings):
        assert addresses(settings) == []


def test_files_of_the_dead_and_of_others_are_passed_over(tmp_path) -> None:
    settings = of(tmp_path)
    folder = folder_of(settings)
    folder.mkdir()
    dead, other = folder / "t-read-1.json", folder / "t-x.json"
    dead.write_text('[{"targets": ["127.0.0.1:1"], "labels": {"road": "t"}}]')
    other.write_text("no list of targets")
    assert addresses(settings) == []
    assert not dead.exists()
    assert other.exists()
