"""The connection to Elasticsearch: what an answer means."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from search.checkup import checkup
from search.elastic.server import ElasticServer
from search.elastic.store import ElasticsearchStore
from search.field_types import DIMENSIONS
from search.query.checking import parsed
from search.query.request import Query
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


@pytest.mark.parametrize("status", [200, 404, 405, 501])
async def test_what_is_not_elasticsearch_is_no_empty_index(status: int) -> None:
    """Nor does it refuse documents: those of a worker wait until the address is right."""

    async def another(_: web.Request) -> web.Response:
        return web.Response(status=status, text="<h1>A page</h1>", content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", another)
    async with TestServer(app) as behind:
        url = str(behind.make_url("/"))
        store = ElasticsearchStore(url, "none")
        page = parsed(Query(), store.limits)
        for asked in (store.find(page), store.count(), store.get("id"), store.server.bulk([b"{}"]), store.set_up()):
            with pytest.raises(StoreUnavailable, match=f"what answers at {url} is not Elasticsearch") as caught:
                await asked
            assert caught.value.remedy == "another address"
        (finding,) = await checkup(store, url)
        assert (finding.level, finding.remedy) == ("wrong", "another address")
        await store.close()


async def test_an_index_that_was_never_set_up_is_not_an_empty_one() -> None:
    async def lacking(_: web.Request) -> web.Response:
        error = {"error": {"type": "index_not_found_exception", "reason": "no such index [none]"}, "status": 404}
        return web.json_response(error, status=404, headers={"X-Elastic-Product": "Elasticsearch"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", lacking)
    async with TestServer(app) as behind:
        store = ElasticsearchStore(str(behind.make_url("/")), "none")
        one, two = (parsed(Query(text), store.limits) for text in ("oil", "oil price"))
        near = store.nearest(bytes(DIMENSIONS), one)
        for asked in (store.find(one), store.find(two), near, store.count(), store.get("id"), store.versions(["id"])):
            with pytest.raises(StoreUnavailable, match="has no index none yet") as caught:
                await asked
            assert caught.value.remedy == "set up"
        await store.close()
