"""Serves ``/metrics``, ``/healthz`` and ``/readyz`` of one process, and watches its lag, each in its own thread.

Takes a `Health` and the settings. Its address is written to a file in ``<data>/targets``, which Prometheus reads
(``file_sd_configs``), and by which ``newswire top`` finds the processes.
"""

import errno
import logging
import os
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from search.private_files import private_folder
from streams import metrics
from streams.agents.health import Health
from streams.agents.scrape_targets import folder_of, target_of
from streams.kafka.lag import LagReader, PartitionOffsets
from streams.kafka.stages import topics_of
from streams.settings import Settings

# The files hold only addresses, and Prometheus reads them as another user.
FOR_ALL, READABLE = 0o755, 0o644

log = logging.getLogger(__name__)

LAG_INTERVAL = 5.0  # seconds between reads of the lag
REQUEST_TIMEOUT = 5.0  # seconds for a request to arrive


def handler(stage: str, health: Health) -> type[BaseHTTPRequestHandler]:
    """A handler for requests about one process."""

    class Handler(BaseHTTPRequestHandler):
        timeout = REQUEST_TIMEOUT
        server_version = "newswire"
        sys_version = ""

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/metrics":
                metrics.ALIVE.labels(stage).set(not health.liveness_problems())
                metrics.READY.labels(stage).set(not health.readiness_problems())
                self._answer(200, CONTENT_TYPE_LATEST, generate_latest())
            elif path in ("/healthz", "/readyz"):
                wrong = health.liveness_problems() if path == "/healthz" else health.readiness_problems()
                body = {"stage": stage, "ok": not wrong, "wrong": wrong, "partitions": sorted(health.assigned or ())}
                self._answer(503 if wrong else 200, "application/json", msgspec.json.encode(body))
            else:
                self._answer(404, "text/plain", b"try /metrics, /healthz or /readyz\n")

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            log.debug("metrics: %s", format % args)

    return Handler


@contextmanager
def serve_health(stage: str, health: Health, settings: Settings, number: int = 0) -> Iterator[None]:
    """Serve metrics and health while the block runs. ``number`` counts the processes of one supervisor, from 0."""
    if settings.metrics_port < 0:
        yield
        return
    server = _listen(handler(stage, health), settings, number)
    port = server.server_address[1]
    file = folder_of(settings) / f"{settings.group(stage)}-{os.getpid()}.json"
    private_folder(file.parent, FOR_ALL)
    new = file.with_suffix(".new")
    new.write_bytes(msgspec.json.encode([target_of(settings, port)]))
    new.chmod(READABLE)
    new.replace(file)
    threading.Thread(target=server.serve_forever, daemon=True, name="metrics").start()
    log.info("metrics and health at http://%s:%d", settings.metrics_host, port)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
        server.shutdown()
        server.server_close()


def _listen(answers: type[BaseHTTPRequestHandler], settings: Settings, number: int) -> ThreadingHTTPServer:
    class MetricsServer(ThreadingHTTPServer):
        daemon_threads = True
        address_family = socket.AF_INET6 if ":" in settings.metrics_host else socket.AF_INET

        def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - the base class's
            """Log what went wrong: the base class would print it. A client that hangs up is nothing wrong."""
            error = sys.exception()
            if isinstance(error, ConnectionError | TimeoutError):
                log.debug("metrics: %s hung up", client_address)
            else:
                log.error("metrics: unexpected", exc_info=error)

    port = settings.metrics_port + number if settings.metrics_port else 0
    try:
        return MetricsServer((settings.metrics_host, port), answers)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        # A taken port must not stop the news; the log line and the file name the other one.
        log.warning("port %d (NEWSWIRE_METRICS_PORT) is taken; metrics and health are served on another port", port)
        return MetricsServer((settings.metrics_host, 0), answers)


@contextmanager
def watch_lag(stage: str, health: Health, settings: Settings) -> Iterator[None]:
    """Watch the lag while the block runs."""
    stop = threading.Event()
    threading.Thread(target=_watch_lag, args=(stage, health, settings, stop), daemon=True, name="lag").start()
    try:
        yield
    finally:
        stop.set()


def _watch_lag(stage: str, health: Health, settings: Settings, stop: threading.Event) -> None:
    """Update ``health`` and the metrics with the group's offsets, until ``stop`` is set."""
    needed = [settings.topic(name) for name in topics_of(stage)]
    reader: LagReader | None = None
    known: set[int] = set()
    while True:
        try:
            reader = reader or LagReader(settings, stage)
            places = reader.places()
            health.topics_missing(reader.missing(needed))
            health.record_offsets(places)
            known = _export_lag({p: at for p, at in places.items() if p in (health.assigned or ())}, stage, known)
        except Exception as error:  # noqa: BLE001 - if the thread ended, the last state would be reported for ever
            health.record_offsets({}, f"{type(error).__name__}: {error}")
        if stop.wait(LAG_INTERVAL):
            break
    if reader:
        reader.close()


def _export_lag(owned: Mapping[int, PartitionOffsets], stage: str, known: set[int]) -> set[int]:
    """Set the gauges of the partitions that we own, and remove those of partitions that have moved away."""
    for partition in known - owned.keys():
        for gauge in (metrics.LAG, metrics.COMMITTED):
            with suppress(KeyError):
                gauge.remove(stage, str(partition))
    for partition, place in owned.items():
        metrics.LAG.labels(stage, str(partition)).set(place.lag)
        metrics.COMMITTED.labels(stage, str(partition)).set(place.committed)
    return set(owned)
