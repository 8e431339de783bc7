"""A server of alerts, and the processes that send to it."""

from typing import Any

import pytest

from tests.streams.alerts.processes import Log, Process, Server


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def start(server: Server, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Starts a process; the next one that is started on the same log is its successor."""
    log = Log()

    def make(*searches: Any) -> Process:
        return Process(log, searches, {"mail": server, "webhook": server}, monkeypatch)

    return make
