"""Serves the HTTP feed: takes a `Push` and where to listen, answers until cancelled."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from search.http.heads import HeadTimer
from streams.feeds.push import Push

KEEP_ALIVE = 90.0  # seconds between two requests; a reverse proxy keeps its connections for less


class _Connection(HeadTimer, web.RequestHandler):
    """One connection of aiohttp, which has no limit on heads itself."""

    def __init__(self, manager: web.Server, head_seconds: float, **options: Any) -> None:
        web.RequestHandler.__init__(self, manager, **options)
        self.head_seconds = head_seconds

    def awaits_head(self) -> bool:
        """Whether none is being answered, or waits to be."""
        return self._current_request is None and not self._messages


async def run_push(push: Push, host: str, port: int, ready: Callable[[str], None] = lambda _: None) -> None:
    """Serve until cancelled; then answer pending requests before returning. ``ready`` gets the address."""
    runner = web.AppRunner(push.app(), access_log=None, shutdown_timeout=30.0)
    await runner.setup()
    loop = asyncio.get_running_loop()

    def connection() -> _Connection:
        assert runner.server is not None
        options = {"auto_decompress": False, "access_log": None, "keepalive_timeout": KEEP_ALIVE}
        return _Connection(runner.server, push.bounds.head_seconds, loop=loop, **options)

    try:
        listening = await loop.create_server(connection, host, port)
        try:
            ready(_address(listening))
            while True:
                push.log_silent_feeds()
                await asyncio.sleep(30)
        finally:
            listening.close()
    finally:
        await runner.cleanup()
        push.close()


def _address(listening: asyncio.Server) -> str:
    host, port = listening.sockets[0].getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
