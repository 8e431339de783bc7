"""A proxy in front of Elasticsearch that can be made slow, busy, broken or fine."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from aiohttp import ClientError, ClientSession, web

from tests.servers.process import free_ports

HOP_BY_HOP = {"transfer-encoding", "content-encoding", "content-length", "connection", "host"}


class Proxy:
    """Forwards to ``target``. ``mode`` is ``fine``, ``slow``, ``busy`` (429), ``broken`` (503) or ``reset``."""

    def __init__(self, target: str) -> None:
        self.mode = "fine"
        self.met = 0  # requests so far on the way to a write; counting is asked for without one
        self.target = target
        self.url = f"http://127.0.0.1:{free_ports(1)[0]}"

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.met += not request.path.endswith("/_count")
        if self.mode in ("busy", "broken"):
            status = 429 if self.mode == "busy" else 503
            refusal = {"error": {"type": "es_rejected_execution_exception", "reason": "planted"}, "status": status}
            return web.json_response(refusal, status=status, headers={"X-Elastic-Product": "Elasticsearch"})
        if self.mode == "reset":
            assert request.transport is not None
            request.transport.abort()
        if self.mode == "slow":
            await asyncio.sleep(2)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP}
        sent = BytesIO(await request.read())  # aiohttp warns of more than a megabyte of bytes, and warnings fail tests
        try:
            async with (
                ClientSession(auto_decompress=True) as session,
                session.request(request.method, self.target + request.path_qs, data=sent, headers=headers) as answer,
            ):
                kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP}
                return web.Response(status=answer.status, body=await answer.read(), headers=kept)
        except ClientError as error:  # a server that is down looks like this from behind a balancer
            return web.Response(status=502, text=str(error))

    async def _serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        app = web.Application(client_max_size=2**30)
        app.router.add_route("*", "/{path:.*}", self._handle)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(self.url.rsplit(":", 1)[1])).start()
        ready.set()
        await stop.wait()
        await runner.cleanup()

    @contextmanager
    def running(self) -> Iterator["Proxy"]:
        """The proxy while the block runs."""
        loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
        thread = threading.Thread(target=lambda: loop.run_until_complete(self._serve(ready, stop)), daemon=True)
        thread.start()
        assert ready.wait(10)
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join(10)
            loop.close()
