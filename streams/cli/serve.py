"""``newswire serve``: takes where to listen, serves the page and the JSON API until stopped."""

import ipaddress
import logging
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from streams.errors import NewswireError, SettingsError
from streams.settings import Settings, settings

if TYPE_CHECKING:
    from search.web import Options
    from search.web.access import Login

STOP_WITHIN = 2  # seconds for answers under way; streams of events have no end


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 picks a free port.")
@click.option("--end-with-parent", is_flag=True, hidden=True, help="Stop when stdin closes, as when the parent dies.")
def serve(host: str, port: int, *, end_with_parent: bool) -> None:
    r"""Serve the search page (live wire, stories, positions, people and organizations, pipeline) and the JSON API.

    Reads the index that NEWSWIRE_INDEX names and changes nothing. Without a login it serves this machine only.
    NEWSWIRE_PAGE_LOGIN=key requires a key for search (newswire key NAME --scope search), proxy trusts the user that a
    reverse proxy names, open lets everybody in. There is no TLS here: put a proxy with TLS in front.

    \b
    Examples:
      newswire serve
      NEWSWIRE_INDEX=sqlite:///news.sqlite newswire serve --port 8000
      NEWSWIRE_PAGE_LOGIN=key NEWSWIRE_KEYS_FILE=keys.txt newswire serve --host 0.0.0.0
    """
    import uvicorn

    from search.web import create_app
    from streams.logs import configure_logging
    from streams.operations.page_status import PipelineStatus
    from streams.stores import open_index

    config = settings()
    login = login_of(config, host)
    configure_logging("serve", config.log_level, config.log_format)
    standing = PipelineStatus(config)
    app = create_app(open_index(config), login=login, options=options_of(config, host), pipeline=standing)
    listening = _listen(host, port)
    if end_with_parent:
        from streams.agents import run

        run.end_with_parent()
    click.echo(f"listening on {_address(listening)}")
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            # With a proxy's login, the address must stay the proxy's own: it is what is trusted.
            proxy_headers=config.page_login != "proxy",
            forwarded_allow_ips=[*listed(config.page_proxies)],
            timeout_graceful_shutdown=STOP_WITHIN,
        )
    )
    for number in (signal.SIGTERM, signal.SIGINT):  # uvicorn ends in order, and then raises the signal once more
        signal.signal(number, lambda *_: _end())
    try:
        server.run(sockets=[listening])
    finally:
        standing.close()


def _end() -> NoReturn:
    """End well and at once: a look at a Kafka that is away may go on for half a minute in its thread."""
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


def options_of(config: Settings, host: str) -> "Options":
    """The page's options. Without names to answer to, a page for this machine answers to this machine's only."""
    from search.web import Options
    from search.web.marking import MarkingLimits

    names = listed(config.page_hosts.lower())
    if not names and is_local(host):
        names = frozenset(["localhost", "127.0.0.1", "[::1]", host])
    return Options(
        title=config.page_title,
        zone=config.page_zone,
        page=config.page_size,
        at_once=config.page_at_once,
        seconds=config.page_seconds,
        most_live=config.page_live,
        each_live=config.page_live_each,
        live_seconds=config.page_live_seconds,
        hosts=names,
        most=MarkingLimits(characters=config.page_characters, marks=config.page_marks),
    )


def login_of(config: Settings, host: str) -> "Login":
    """How readers log in. Raises ``SettingsError`` if there is no login and strangers could reach the page."""
    from search.web.access import KeyLogin, OpenAccess, ProxyLogin
    from streams.cli.http_keys import gate_of

    if config.page_login == "key":
        return KeyLogin(gate_of(config))
    if config.page_login == "proxy":
        return ProxyLogin(config.page_user_header, listed(config.page_proxies))
    if config.page_login == "local" and not is_local(host):
        raise SettingsError(
            f"NEWSWIRE_PAGE_LOGIN: anybody could read at {host} without a login; set it to key or proxy, or to open "
            "if that is intended"
        )
    return OpenAccess()


def listed(setting: str) -> frozenset[str]:
    """The values of a setting, separated by spaces or commas."""
    return frozenset(setting.replace(",", " ").split())


def is_local(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise NewswireError(f"cannot listen on {host}:{port}: {error}; --port 0 picks a free port") from error


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
