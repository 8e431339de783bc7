"""Real Kafka in KRaft mode, one node: takes a folder or makes one, gives a running broker at ``address``."""

import os
import shutil
import subprocess
import tempfile
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.errors import CannotStart
from tests.servers.install import kafka_jars
from tests.servers.java import COMPILED_QUICKLY, java_home
from tests.servers.process import Process, free_ports

START_SECONDS = 90.0
LOGGING = """\
status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = [%d] %p %m (%c)%n
rootLogger.level = info
rootLogger.appenderRef.out.ref = out
"""
SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "num.partitions": "4",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    # A killed broker can register again only when its old session has run out.
    "broker.session.timeout.ms": "4000",
    "broker.heartbeat.interval.ms": "500",
    "log.segment.bytes": str(64 * 1024 * 1024),
    # Of 128 MiB, a third of the heap. Every test has topics of its own, so that there are thousands of partitions.
    "log.cleaner.dedupe.buffer.size": str(4 * 1024 * 1024),
}


class Kafka:
    """A broker of our own, stopped, killed and restarted on the same port and data. A context manager too."""

    def __init__(
        self,
        directory: Path,
        *,
        owned: bool,
        settings: Mapping[str, str],
        listeners: Mapping[str, str],
        scram: Mapping[str, str],
        measured: bool,
    ) -> None:
        self.directory = directory
        self._scram = scram
        self._owned = owned
        controller, port, *more = free_ports(2 + len(listeners))
        self.address = f"127.0.0.1:{port}"
        self.addresses = {name: f"127.0.0.1:{at}" for name, at in zip(listeners, more, strict=True)}
        said = [f"PLAINTEXT://127.0.0.1:{port}", *(f"{name}://{at}" for name, at in self.addresses.items())]
        protocols = {"PLAINTEXT": "PLAINTEXT", "CONTROLLER": "PLAINTEXT", **listeners}
        self._java = java_home(17) / "bin" / "java"
        self._jars = kafka_jars()
        self._settings = SETTINGS | {
            "listeners": ",".join([*said, f"CONTROLLER://127.0.0.1:{controller}"]),
            "advertised.listeners": ",".join(said),
            "listener.security.protocol.map": ",".join(f"{name}:{protocol}" for name, protocol in protocols.items()),
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "log.dirs": str(directory / "data"),
            **settings,
        }
        self.process = Process(
            self._command(
                "kafka.Kafka",
                *("-Xmx640m", "-Xms128m", *(() if measured else (COMPILED_QUICKLY,))),
                arguments=[str(directory / "server.properties")],
            ),
            log=directory / "kafka.log",
            environment=dict(os.environ),
        )

    @classmethod
    def start(
        cls,
        directory: Path | None = None,
        *,
        settings: Mapping[str, str] | None = None,
        listeners: Mapping[str, str] | None = None,
        scram: Mapping[str, str] | None = None,
        measured: bool = False,
    ) -> Self:
        """Format a log folder in ``directory`` (default: a temporary one, removed by ``stop``) and start a broker.

        ``settings`` are server.properties lines that go over the default ones; ``listeners`` are names and security
        protocols of further listeners, found in ``addresses``; ``scram`` are users and passwords; ``measured``: compiled as in production. ``CannotInstall``
        where the machine lacks what it needs, ``CannotStart`` where the broker does not come up.
        """
        folder = directory or Path(tempfile.mkdtemp(prefix="newswire-kafka-"))
        folder.mkdir(parents=True, exist_ok=True)
        server = cls(
            folder,
            owned=directory is None,
            settings=settings or {},
            listeners=listeners or {},
            scram=scram or {},
            measured=measured,
        )
        server._format()
        server.restart()
        return server

    def restart(self) -> None:
        """Start again on the same port and data, after ``kill`` or ``halt`` or from running."""
        self.halt()
        self.process.start()
        self.process.wait_until(lambda: "Kafka Server started" in self.process.said(), START_SECONDS)

    def halt(self) -> None:
        """Shut down in order and keep the data."""
        self.process.stop()

    def kill(self) -> None:
        """SIGKILL, as a crash; the data stay."""
        self.process.kill()

    def stop(self) -> None:
        """Shut down, and remove the folder if it was made here."""
        self.halt()
        if self._owned:
            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _format(self) -> None:
        """Write the configuration and, once, the metadata that marks the log folder as this cluster's."""
        lines = [f"{name}={value}\n" for name, value in self._settings.items()]
        (self.directory / "server.properties").write_text("".join(lines), "utf-8")
        (self.directory / "log4j2.properties").write_text(LOGGING, "utf-8")
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # One argument, since one in 64 begins with a dash.
        arguments = ["format", "--ignore-formatted", f"--cluster-id={cluster}"]
        arguments += ["--config", str(self.directory / "server.properties")]
        for user, password in self._scram.items():
            arguments += ["--add-scram", f"SCRAM-SHA-512=[name={user},password={password}]"]
        command = self._command("kafka.tools.StorageTool", "-Xmx128m", COMPILED_QUICKLY, arguments=arguments)
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=START_SECONDS)
        if done.returncode:
            raise CannotStart(f"Kafka's log folder could not be formatted:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")

    def _command(self, main: str, *options: str, arguments: list[str]) -> list[str]:
        logging = f"-Dlog4j2.configurationFile={self.directory}/log4j2.properties"
        return [str(self._java), *options, "-XX:+UseSerialGC", logging, "-cp", f"{self._jars}/*", main, *arguments]
