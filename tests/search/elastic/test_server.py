"""The connection to Elasticsearch: what an answer means."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from search.elastic.server import ElasticServer
from search.store import StoreUnavailable


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_trouble_on_the_way_is_unavailable_and_refuses_no_document(status: int) -> None:
    """A proxy that answers for a server it cannot reach says nothing about the documents."""

    async def trouble(_: web.Request) -> web.Response:
        return web.Response(status=status, text="trouble", headers={"X-Elastic-Product": "Elasticsearch"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", trouble)
    async with TestServer(app) as behind:
        server = ElasticServer(str(behind.make_url("/")), "none")
        with pytest.raises(StoreUnavailable, match="is not ready: trouble"):
            await server.bulk([b"{}"])
        await server.client.close()
