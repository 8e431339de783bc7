"""What all tests share: real servers, started once a run, and names that do not collide.

Run with several processes (``-n``), the servers are started by the controlling one in the background, so that all
processes share them and tests that need none do not wait; an address or the reason for there being none comes by file.
"""

import gc
import os
import signal
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from tests import forks
from tests.corpora import CORPORA
from tests.integration import pipeline
from tests.servers import CannotInstall, Elasticsearch, Kafka

SHARED = "NEWSWIRE_TEST_SHARED"  # the folder in which the controlling process tells addresses
PATIENCE = 400.0  # seconds for servers to be installed and started
NONE = "none: "

# How long an example takes says how busy the machine is, and nothing about the code.
hypothesis.settings.register_profile("newswire", deadline=None)
hypothesis.settings.load_profile("newswire")

# What takes longest begins first, so that nothing long is left for one process at the end. Those before the others need
# no servers, which are being started meanwhile.
EARLY = (
    "tests/system/",
    "tests/faults/",
    "tests/streams/operations/test_extras",  # waits a minute for servers that are not there
    "tests/integration/test_ledger",
    "tests/integration/",
)

# Collecting makes a million objects, and all stay: looking for garbage among them takes a fifth of its time.
gc.disable()

# On a busy machine the shared Kafka may miss its own heartbeats, and would have no broker then.
NEVER_KILLED = {
    "broker.session.timeout.ms": "60000",
    "broker.heartbeat.interval.ms": "1000",
    "metadata.max.idle.interval.ms": "0",
}

_started: list[Kafka | Elasticsearch] = []
_over = threading.Event()


def pytest_configure(config: pytest.Config) -> None:
    """In the controlling process of several, start the servers that are not given."""
    if (
        signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    ):  # a shell's background job, whose children would ignore it too
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput"):
        return
    forks.begin()
    folder = Path(os.environ.setdefault(SHARED, tempfile.mkdtemp(prefix="newswire-tests-")))
    for name, variable, start in (
        ("kafka", "NEWSWIRE_TEST_KAFKA", _start_kafka),
        ("elasticsearch", "NEWSWIRE_TEST_INDEX", _start_elasticsearch),
    ):
        if variable not in os.environ:
            threading.Thread(target=_tell, args=(folder / name, start), daemon=True).start()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without the public corpora, what reads them is skipped. What starts processes and waits for them comes first."""
    if not CORPORA.is_dir():
        absent = pytest.mark.skip(reason=f"no corpora in {CORPORA}; set NEWSWIRE_CORPORA")
        for item in items:
            if item.get_closest_marker("corpus"):
                item.add_marker(absent)
    items.sort(key=lambda item: next((n for n, path in enumerate(EARLY) if item.nodeid.startswith(path)), len(EARLY)))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """From here on garbage is collected, but what has been there before is no longer looked through."""
    gc.freeze()
    gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what was started, where it was started."""
    if not hasattr(config, "workerinput"):
        while _started:
            _started.pop().stop()
        _over.set()
        forks.end()


def _start_kafka() -> str:
    server = Kafka.start(settings=NEVER_KILLED)
    _started.append(server)
    return server.address


def _start_elasticsearch() -> str:
    server = Elasticsearch.start()
    _started.append(server)
    return server.url


def _tell(path: Path, start: Callable[[], str]) -> None:
    try:
        said = start()
    except CannotInstall as error:
        said = f"{NONE}{error}"
    new = path.with_suffix(".new")
    new.write_text(said)
    new.replace(path)
    # Linux ends a server with the thread that started it, not only with the process.
    _over.wait()


def _shared(name: str) -> str:
    path, end = Path(os.environ[SHARED]) / name, time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < end, f"{name} was not started within {PATIENCE} s"
        time.sleep(0.2)
    return path.read_text()


def _server(name: str, variable: str, start: Callable[[], str]) -> str:
    if running := os.environ.get(variable):
        return running.rstrip("/")
    if SHARED in os.environ:
        said = _shared(name)
    else:
        try:
            said = start()
        except CannotInstall as error:
            said = f"{NONE}{error}"
    if said.startswith(NONE):
        pytest.skip(f"no {name} here: {said.removeprefix(NONE)}")
    return said


@pytest.fixture(scope="session")
def kafka() -> Iterator[str]:
    """Address (host:port) of a real Kafka: NEWSWIRE_TEST_KAFKA, or one started here."""
    address = _server("kafka", "NEWSWIRE_TEST_KAFKA", _start_kafka)
    pipeline.LASTING.add(address)
    yield address
    pipeline.close_kept()


@pytest.fixture(scope="session")
def elasticsearch_url() -> str:
    """URL of a real Elasticsearch: NEWSWIRE_TEST_INDEX, or one started here, with the analysis plugin."""
    return _server("elasticsearch", "NEWSWIRE_TEST_INDEX", _start_elasticsearch)


@pytest.fixture
def prefix() -> str:
    """A start for topic and index names that no other test has, fit for both: tests share servers."""
    return f"t{uuid.uuid4().hex[:12]}"
