"""The demo's page: takes settings and folder, yields the address while the block lasts."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.private_files import private_file
from streams.errors import NewswireError
from streams.settings import Settings

PORT = 8080  # where people look first; another where it is taken
STOP_WITHIN = 10.0
PASSED_ON = ("index", "kafka", "kafka_api_version", "topic_prefix", "data")
SAYS = "listening on "


@contextmanager
def running_page(settings: Settings, folder: Path) -> Iterator[str]:
    """``newswire serve`` for this machine; its log goes to the folder."""
    page, address = _started(settings, folder, _port())
    if not address:  # somebody may have taken the port since we looked
        _stop(page)
        page, address = _started(settings, folder, 0)
    try:
        if not address:
            raise NewswireError(f"the page did not start; {folder / 'page.log'} says why")
        yield address
    finally:
        _stop(page)


def _started(settings: Settings, folder: Path, port: int) -> tuple[subprocess.Popen[bytes], str]:
    """The page's process, and its address; "" where it has ended."""
    changes = {f"NEWSWIRE_{name.upper()}": str(getattr(settings, name)) for name in PASSED_ON}
    with private_file(folder / "page.log").open("ab") as log:
        page = subprocess.Popen(  # noqa: S603 - our own command, with a number of ours
            [sys.executable, "-m", "streams", "serve", "--port", str(port), "--end-with-parent"],
            stdin=subprocess.PIPE,  # ends with this process, and so does the page
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, **changes, "NEWSWIRE_PAGE_LOGIN": "local"},
            start_new_session=True,  # Ctrl-C is ours to pass on
        )
    assert page.stdout is not None
    said = page.stdout.readline().decode()
    return page, said.removeprefix(SAYS).strip() if said.startswith(SAYS) else ""


def _stop(page: subprocess.Popen[bytes]) -> None:
    page.terminate()
    try:
        page.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        page.kill()
        page.wait()
    for pipe in (page.stdin, page.stdout):
        if pipe:
            pipe.close()


def _port() -> int:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", PORT))
        except OSError:
            return 0
    return PORT
