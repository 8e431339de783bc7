"""A mail server and a webhook receiver for tests: real ones, that can be away, slow, or say that they took nothing."""

import asyncio
import email
import email.policy
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@dataclass
class Mails:
    """A mail server on one port. ``answers`` are given to the next mails, "" to take one."""

    port: int = field(default_factory=free_port)
    taken: list[Any] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    slow: float = 0.0
    lies: bool = False  # takes a mail, and closes the connection without saying so
    _controller: Any = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """What the server does with a mail."""
        await asyncio.sleep(self.slow)
        answer = self.answers.pop(0) if self.answers else ""
        if answer:
            return answer
        self.times.append(time.time())
        self.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        if self.lies:
            server.transport.abort()
        return "250 OK"

    def start(self) -> None:
        """Begin, or come back."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Go away."""
        self._controller.stop()

    def ids(self) -> list[str]:
        """The Message-IDs of the mails taken."""
        return [str(mail["Message-ID"]) for mail in self.taken]

    def kinds(self) -> list[str]:
        """Their kinds."""
        return [str(mail["X-Newswire-Kind"]) for mail in self.taken]


@contextmanager
def mail_server() -> Iterator[Mails]:
    """A mail server while the block runs."""
    mails = Mails()
    mails.start()
    try:
        yield mails
    finally:
        mails.stop()


@dataclass
class Hooks:
    """What a webhook receiver got: headers and bodies. ``statuses`` are answered first."""

    url: str = ""
    taken: list[tuple[dict[str, str], Any]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    slow: float = 0.0
    lies: bool = False


@contextmanager
def webhook_receiver() -> Iterator[Hooks]:
    """A receiver while the block runs."""
    hooks = Hooks()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            time.sleep(hooks.slow)
            status = hooks.statuses.pop(0) if hooks.statuses else 204
            if status < 300:
                hooks.times.append(time.time())
                raw = {name.lower(): value for name, value in self.headers.items()}
                hooks.taken.append((raw | {"body": body.decode("latin-1")}, _json(body)))
            if hooks.lies and status < 300:
                self.connection.close()
                return
            self.send_response(status)
            self.send_header("location", "http://127.0.0.1:1/")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hooks.url = f"http://127.0.0.1:{server.server_address[1]}/hook?key=s3cret"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield hooks
    finally:
        server.shutdown()
        server.server_close()


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
