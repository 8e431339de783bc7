"""A real PostgreSQL for tests, of the Debian package, on loopback; skips where there is none."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers.process import free_ports

OTHERS = "/usr/lib/postgresql"


class Postgresql:
    """One server with an empty database ``desk``, in a folder of its own."""

    def __init__(self, programs: Path, folder: Path, port: int) -> None:
        self._programs, self._folder, self._port = programs, folder, port
        self.url = f"postgresql://desk@127.0.0.1:{port}/postgres"

    def start(self) -> None:
        options = f"-p {self._port} -h 127.0.0.1 -k {self._folder} -c fsync=off"
        self._run(
            "pg_ctl", "-D", str(self._folder / "data"), "-o", options, "-l", str(self._folder / "log"), "-w", "start"
        )

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop")

    def make(self) -> None:
        self._run("initdb", "-D", str(self._folder / "data"), "-U", "desk", "-A", "trust", "-E", "UTF8", "--no-sync")

    def _run(self, program: str, *arguments: str) -> None:
        who = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
        command = [str(self._programs / program), *arguments]
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            timeout=60,
            user=who,
        )


@contextmanager
def postgresql() -> Iterator[Postgresql]:
    """A server as long as the block lasts."""
    found = sorted(Path(OTHERS).glob("*/bin/initdb"))
    initdb = shutil.which("initdb") or (found[-1] if found else None)
    if initdb is None:
        pytest.skip("no PostgreSQL here: install Debian's package postgresql")
    with tempfile.TemporaryDirectory(prefix="newswire-postgresql-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        server = Postgresql(Path(initdb).resolve().parent, folder, free_ports(1)[0])
        server.make()
        server.start()
        yield server
        server.stop()
