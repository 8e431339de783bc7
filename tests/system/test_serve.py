"""``newswire serve`` from outside."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests import forks
from tests.waiting import PATIENCE, wait_for

COMMAND = [sys.executable, "-m", "streams"]


def environment(tmp_path: Path) -> dict[str, str]:
    index = f"sqlite:///{tmp_path}/news.sqlite"
    return {**os.environ, "NEWSWIRE_INDEX": index, "NEWSWIRE_KAFKA": "127.0.0.1:9", "TMPDIR": str(tmp_path)}


def get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_stopped(number: signal.Signals, tmp_path: Path) -> None:
    assert forks.run(("index", "setup"), environment(tmp_path), tmp_path).returncode == 0
    ours, theirs = os.pipe()
    server = forks.start(("serve", "--port", "0"), environment(tmp_path), tmp_path, stdout=theirs)
    os.close(theirs)
    with open(ours) as said:  # noqa: PTH123 - a descriptor
        address = said.readline().removeprefix("listening on ").strip()
        try:
            assert get(f"{address}/health") == (200, '{"status":"ok","stories":0}')
            assert "No stories yet" in get(address)[1]
            status, pipeline = get(f"{address}/api/pipeline")
            assert (status, json.loads(pipeline)["flow"]["stories"]) == (200, 0)
            assert json.loads(pipeline)["state"]["troubles"]  # there is no Kafka
        finally:
            server.send_signal(number)
            try:
                assert server.wait(20) == 0  # as whoever runs it takes for a good end
            finally:
                server.kill()


def children(pid: int) -> set[int]:
    return {int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


@pytest.mark.servers
def test_several_processes_serve_one_port_and_one_that_dies_is_restarted(tmp_path: Path) -> None:
    subprocess.run([*COMMAND, "index", "setup"], env=environment(tmp_path), check=True, capture_output=True, timeout=60)
    serve = [*COMMAND, "serve", "--port", "0", "--processes", "2"]
    with subprocess.Popen(serve, env=environment(tmp_path), stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().removeprefix("listening on ").strip()
        try:
            assert get(f"{address}/health") == (200, '{"status":"ok","stories":0}')
            first = wait_for(lambda: len(found := children(server.pid)) == 2 and found, "two processes run")
            assert isinstance(first, set)
            killed, left = first
            os.kill(killed, signal.SIGKILL)
            assert all(get(f"{address}/health")[0] == 200 for _ in range(20))
            wait_for(lambda: killed not in (now := children(server.pid)) and len(now) == 2, "it is restarted")
            os.kill(left, signal.SIGKILL)  # so that the new one has to answer
            assert get(f"{address}/health")[0] == 200
            running = children(server.pid)
            server.kill()
            wait_for(lambda: not any(Path(f"/proc/{one}/cmdline").exists() for one in running), "none is left behind")
        finally:
            server.kill()


@pytest.mark.servers
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_several_processes_end_together(number: signal.Signals, tmp_path: Path) -> None:
    serve = [*COMMAND, "serve", "--port", "0"]
    several = {**environment(tmp_path), "NEWSWIRE_PAGE_PROCESSES": "2"}
    with subprocess.Popen(serve, env=several, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            address = server.stdout.readline().removeprefix("listening on ").strip()
            assert get(f"{address}/static/page.js")[0] == 200
            running = wait_for(lambda: children(server.pid), "processes run")
            server.send_signal(number)
            assert server.wait(20) == 0
            assert not any(Path(f"/proc/{one}/cmdline").exists() for one in running)
        finally:
            server.kill()


def test_it_refuses_to_be_read_by_strangers_unasked(tmp_path: Path) -> None:
    command = [*COMMAND, "serve", "--host", "0.0.0.0"]
    done = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "NEWSWIRE_PAGE_LOGIN" in done.stderr
    assert "Traceback" not in done.stderr
