"""deploy/kibana/import.sh against a server that answers as Kibana's import does."""

import base64
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from deploy.kibana import build

SCRIPT = Path(build.__file__).parent / "import.sh"


class Kibana(BaseHTTPRequestHandler):
    """Keeps what it is asked, and answers what the test says."""

    asked: dict[str, Any]
    answer: tuple[int, dict[str, Any]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        type(self).asked = {"path": self.path, "headers": self.headers, "body": body}
        status, said = self.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(said, separators=(",", ":")).encode())

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def kibana() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Kibana)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def run(url: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SCRIPT, url], env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_file_is_sent_whole_with_what_kibana_asks_for(kibana: str) -> None:
    Kibana.answer = 200, {"successCount": 1, "success": True}
    done = run(kibana, KIBANA_LOGIN="pass%word")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Newsroom" in done.stdout
    assert Kibana.asked["path"] == "/api/saved_objects/_import?overwrite=true"
    assert Kibana.asked["headers"]["kbn-xsrf"]
    user, _, password = base64.b64decode(Kibana.asked["headers"]["authorization"].split()[1]).decode().partition(":")
    assert (user, password) == ("elastic", "pass%word")
    assert (SCRIPT.parent / "newswire.ndjson").read_bytes() in Kibana.asked["body"]
    assert run(kibana, KIBANA_LOGIN="p", KIBANA_SPACE="desk").returncode == 0
    assert Kibana.asked["path"].startswith("/s/desk/api/")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, {"success": False, "errors": [{"id": "newswire-news"}]}), "not everything"),
        ((401, {"message": "who are you"}), "who are you"),
    ],
)
def test_what_kibana_refuses_is_said(kibana: str, answer: tuple[int, dict[str, Any]], said: str) -> None:
    Kibana.answer = answer
    done = run(kibana, KIBANA_LOGIN="wrong")
    assert done.returncode == 1
    assert said in done.stderr
    assert "wrong" not in done.stderr


def test_without_a_password_it_says_what_is_missing() -> None:
    done = run("http://127.0.0.1:9", KIBANA_LOGIN="")
    assert done.returncode == 2
    assert "the password of KIBANA_USER" in done.stderr
