"""An index behind TLS that is not what it should be: said by the setting, before anything is sent."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from search.elastic.access import Access
from search.elastic.server import ElasticServer
from search.store import StoreUnavailable
from tests.servers.certificates import Certificates, make_certificates


@pytest.fixture(scope="module")
def certificates(tmp_path_factory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
async def serve(certificates) -> AsyncIterator[Callable[[str], Awaitable[str]]]:
    runners = []

    async def start(name: str) -> str:
        async def never(_: web.Request) -> web.Response:
            pytest.fail("nothing may be sent")

        app = web.Application()
        app.router.add_route("*", "/{any:.*}", never)
        runners.append(web.AppRunner(app))
        await runners[-1].setup()
        trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        trust.load_cert_chain(certificates.certificate(name), certificates.key(name))
        await web.TCPSite(runners[-1], "127.0.0.1", 0, ssl_context=trust).start()
        return f"https://127.0.0.1:{runners[-1].addresses[0][1]}"

    yield start
    for runner in runners:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("shown", "trusted", "said"),
    [
        ("expired", "ca", "its certificate has expired"),
        ("elsewhere", "ca", "or not for this host"),
        ("stranger", "ca", "not by the authority given"),
        ("server", "other_ca", "not by the authority given"),
        ("server", "", "not the one of the fingerprint given"),
    ],
)
async def test_a_certificate_that_is_not_right_is_said_and_nothing_is_sent(
    serve, certificates, shown, trusted, said
) -> None:
    ca = getattr(certificates, trusted) if trusted else None
    access = Access("user", "hush", ca=ca, fingerprint="" if ca else "00" * 32)
    server = ElasticServer(await serve(shown), "news", access)
    with pytest.raises(StoreUnavailable, match=said) as caught:
        await server.call(server.client.count(index="news"))
    assert "hush" not in str(caught.value)
    await server.client.close()
