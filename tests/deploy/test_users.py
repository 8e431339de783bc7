"""deploy/docker/elasticsearch-users.sh against a server that keeps what it is asked: who may do what."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.deploy.test_compose import DOCKER

PASSWORDS = {
    f"{name}_PASSWORD": f"of-{name.lower()}" for name in ("ELASTIC", "KIBANA", "INDEX", "PAGE", "IMPORT", "NEWSROOM")
}


class Elasticsearch(BaseHTTPRequestHandler):
    """Takes every request, or refuses every one."""

    asked: dict[str, Any]
    status = 200

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.asked[self.path.removeprefix("/_security/")] = json.loads(body)
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(b'{"error": "no"}')

    do_POST = do_PUT  # noqa: N815 - the name that the library calls

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Elasticsearch.asked, Elasticsearch.status = {}, 200
    made = ThreadingHTTPServer(("127.0.0.1", 0), Elasticsearch)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


def run(url: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | PASSWORDS | {"ELASTIC_URL": url}
    script = DOCKER / "elasticsearch-users.sh"
    return subprocess.run(["sh", script], env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_each_user_gets_its_own_password_and_no_more_rights_than_it_needs(server: str) -> None:
    assert run(server).returncode == 0
    asked = Elasticsearch.asked
    assert asked["user/kibana_system/_password"] == {"password": "of-kibana"}
    users = {
        path.removeprefix("user/"): body for path, body in asked.items() if path.count("/") == 1 and "user/" in path
    }
    assert {name: user["password"] for name, user in users.items()} == {
        "newswire": "of-index", "page": "of-page", "newsroom": "of-newsroom", "kibana_import": "of-import",
    }  # fmt: skip
    roles = {path.removeprefix("role/"): body for path, body in asked.items() if path.startswith("role/")}
    assert users.pop("kibana_import")["roles"] == ["kibana_admin"], "Kibana's own: saved objects, and no index"
    assert all(set(user["roles"]) <= set(roles) for user in users.values())
    writers = {name for name, role in roles.items() for row in role.get("indices", ()) if "all" in row["privileges"]}
    assert writers == {"newswire"}
    assert {name for name, user in users.items() if writers & set(user["roles"])} == {"newswire"}
    assert roles["newswire_reader"]["indices"][0]["names"] == ["news"]


def test_a_refusal_ends_it_and_is_said(server: str) -> None:
    Elasticsearch.status = 403
    done = run(server)
    assert done.returncode == 1
    assert "no" in done.stderr
    assert not any(password in done.stderr for password in PASSWORDS.values())
