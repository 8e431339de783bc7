"""The demo's page, where another program takes its port between our look and its start."""

import socket
from pathlib import Path

import pytest

from streams.demo import page
from streams.settings import read_settings


@pytest.mark.servers  # starts the page twice
def test_it_takes_another_port_where_its_own_was_taken_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read_settings(index=f"sqlite:///{tmp_path / 'index.db'}", data=tmp_path / "data")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(page, "_port", lambda: port)
        with page.running_page(settings, tmp_path) as address:
            assert address.startswith("http://127.0.0.1:")
            assert not address.endswith(f":{port}")
