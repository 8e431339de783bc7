"""Real Elasticsearch, one node, security off: takes a folder or makes one, gives a running server at ``url``.

The artifact is Elastic's integration-test build: the real server with few modules (no Painless, no ILM, no data
streams, no analysis-common). What we use of the last is added by a small plugin of ours: the ``english`` analyzer and
the token filters that other languages' analyzers are made of.
"""

import json
import os
import pwd
import shutil
import ssl
import tempfile
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.errors import CannotInstall
from tests.servers.install import elasticsearch_home
from tests.servers.java import COMPILED_QUICKLY, java_home
from tests.servers.process import Process, free_ports

START_SECONDS = 180.0
UNPRIVILEGED = ("elasticsearch", "nobody")
CONFIGURATION = ("log4j2.properties", "roles.yml", "role_mapping.yml", "users", "users_roles")

# In place of the server's own file, which logs garbage collection and dumps the heap into the shared install.
JVM = """\
-Xms{heap}
-Xmx{heap}
-XX:+UseSerialGC
-XX:-HeapDumpOnOutOfMemoryError
-Djava.io.tmpdir=${{ES_TMPDIR}}
-Dorg.apache.lucene.store.defaultReadAdvice=normal
-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1
{compiled}
"""


class Elasticsearch:
    """A server of our own, stopped, killed and restarted on the same port and data. A context manager too."""

    def __init__(
        self,
        directory: Path,
        *,
        owned: bool,
        analysis: bool,
        heap: str,
        settings: Mapping[str, str],
        files: Mapping[str, str],
        credentials: str,
        ca: Path | None,
        measured: bool,
    ) -> None:
        self.directory = directory
        self._files = files
        self._credentials = credentials
        self._owned = owned
        self.home = elasticsearch_home(analysis=analysis)
        port, transport = free_ports(2)
        self.url = f"{'https' if ca else 'http'}://127.0.0.1:{port}"
        self._trust = ssl.create_default_context(cafile=ca) if ca else None
        self._heap = heap
        self._measured = measured
        self._settings = {
            "cluster.name": "newswire-tests",
            "node.name": "one",
            "discovery.type": "single-node",
            "network.host": "127.0.0.1",
            "http.port": str(port),
            "transport.port": str(transport),
            "path.data": str(directory / "data"),
            "path.logs": str(directory / "logs"),
            "xpack.security.enabled": "false",
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            **settings,
        }
        self._user = _unprivileged_user()
        self.process = Process(
            [str(self.home / "bin" / "elasticsearch")],
            log=directory / "elasticsearch.log",
            environment=dict(os.environ)
            | {
                "ES_JAVA_HOME": str(java_home(21)),
                "ES_PATH_CONF": str(directory / "config"),
                "ES_TMPDIR": str(directory / "tmp"),
                "HOME": str(directory),
                # The launcher is a JVM of its own; it needs little.
                "CLI_JAVA_OPTS": f"-Xmx64m -XX:+UseSerialGC {COMPILED_QUICKLY}",
            },
            user=self._user,
        )

    @classmethod
    def start(
        cls,
        directory: Path | None = None,
        *,
        analysis: bool = True,
        heap: str = "512m",
        settings: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
        credentials: str = "",
        ca: Path | None = None,
        measured: bool = False,
    ) -> Self:
        """Start a server with its data in ``directory`` (default: a temporary one, removed by ``stop``).

        ``analysis`` adds the plugin; ``settings`` are elasticsearch.yml lines that go over the
        default ones. With security on, ``files`` are further files of its configuration folder (the file realm's
        ``users`` as ``name:password``, ``users_roles``, ``roles.yml``) and ``credentials``, ``name:password``, are
        for asking whether it is ready; so is ``ca``, the authority of its certificate where the settings give it TLS. ``measured``: compiled as in production.
        As root, the server runs as ``nobody``, who must be able to reach ``directory``.
        ``CannotInstall`` where the machine lacks what it needs, ``CannotStart`` where it does not come up.
        """
        folder = directory or Path(tempfile.mkdtemp(prefix="newswire-elasticsearch-"))
        folder.mkdir(parents=True, exist_ok=True)
        server = cls(
            folder,
            owned=directory is None,
            analysis=analysis,
            heap=heap,
            settings=settings or {},
            files=files or {},
            credentials=credentials,
            ca=ca,
            measured=measured,
        )
        server._configure()
        server.restart()
        return server

    def restart(self) -> None:
        """Start again on the same port and data, after ``kill`` or ``halt`` or from running."""
        self.halt()
        self.process.start()
        self.process.wait_until(self.ready, START_SECONDS)

    def ready(self) -> bool:
        """Whether it answers and has taken up its indices."""
        health = urllib.request.Request(f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=1s")
        if self._credentials:
            health.add_header("authorization", f"Basic {b64encode(self._credentials.encode()).decode()}")
        try:
            with urllib.request.urlopen(health, context=self._trust) as answer:
                return bool(json.load(answer)["status"] != "red")
        except OSError:
            return False

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

    def _configure(self) -> None:
        """Write the configuration and hand the folders to the user that the server runs as."""
        config = self.directory / "config"
        for folder in (
            config / "jvm.options.d",
            self.directory / "data",
            self.directory / "tmp",
            self.directory / "logs",
        ):
            folder.mkdir(parents=True, exist_ok=True)
        for name in CONFIGURATION:
            shutil.copy(self.home / "config" / name, config / name)
        for name, content in self._files.items():
            (config / name).write_text(content, "utf-8")
        (config / "jvm.options").write_text(
            JVM.format(heap=self._heap, compiled="" if self._measured else COMPILED_QUICKLY), "utf-8"
        )
        lines = [f"{name}: {json.dumps(value)}\n" for name, value in self._settings.items()]
        (config / "elasticsearch.yml").write_text("".join(lines), "utf-8")
        if self._user is not None:
            owner = pwd.getpwnam(self._user)
            for path in (self.directory, *self.directory.rglob("*")):
                os.chown(path, owner.pw_uid, owner.pw_gid)


def _unprivileged_user() -> str | None:
    """Whom to run as: ourselves, or, as root, which Elasticsearch refuses, an existing unprivileged user."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in UNPRIVILEGED:
        if name in known:
            return name
    raise CannotInstall(f"Elasticsearch does not run as root, and none of the users {', '.join(UNPRIVILEGED)} exists")
