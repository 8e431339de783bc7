"""``newswire serve`` and the demo's page, from outside."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "streams"]


def environment(tmp_path: Path) -> dict[str, str]:
    index = f"sqlite:///{tmp_path}/news.sqlite"
    return {**os.environ, "NEWSWIRE_INDEX": index, "NEWSWIRE_KAFKA": "127.0.0.1:9", "TMPDIR": str(tmp_path)}


def get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_stopped(number: signal.Signals, tmp_path: Path) -> None:
    subprocess.run([*COMMAND, "index", "setup"], env=environment(tmp_path), check=True, capture_output=True, timeout=60)
    serve = [*COMMAND, "serve", "--port", "0"]
    with subprocess.Popen(serve, env=environment(tmp_path), stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        said = server.stdout.readline()
        address = said.removeprefix("listening on ").strip()
        try:
            assert get(f"{address}/health") == (200, '{"status":"ok","stories":0}')
            assert "No stories yet" in get(address)[1]
            status, pipeline = get(f"{address}/api/pipeline")
            assert (status, json.loads(pipeline)["flow"]["stories"]) == (200, 0)
            assert json.loads(pipeline)["state"]["troubles"]  # there is no Kafka
        finally:
            server.send_signal(number)
            assert server.wait(20) == 0  # as whoever runs it takes for a good end


def test_it_refuses_to_be_read_by_strangers_unasked(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "serve", "--host", "0.0.0.0"],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "NEWSWIRE_PAGE_LOGIN" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_shows_its_page(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "demo"], env=environment(tmp_path), cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout is not None
        try:
            found = None
            while found is None:
                line = demo.stdout.readline()
                assert line
                found = re.search(r"The page: (http://127\.0\.0\.1:\d+)", line)
            assert get(f"{found[1]}/static/page.js")[0] == 200
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.stdout.read()
            demo.wait(60)
