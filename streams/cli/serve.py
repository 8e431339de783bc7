"""``newswire serve``: takes where to listen, serves the page and the JSON API until stopped."""

import gc
import logging
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from streams.cli.page_login import desk_of, is_local, listed, login_of
from streams.cli.page_processes import SharedListener, run_processes
from streams.errors import NewswireError
from streams.settings import Settings, settings

if TYPE_CHECKING:
    from fastapi import FastAPI
    from uvicorn import Server

    from search.http.shared_counts import SharedCounts
    from search.web import Options
    from search.web.sources import SourceLooks
    from streams.operations.page_status import PipelineStatus
    from streams.sources.book import ProfileBook

GARBAGE = 10_000  # objects after which Python looks for garbage
SWITCH = 0.001  # seconds after which a thread at work lets another go on
STOP_WITHIN = 2  # seconds for answers under way; streams of events have no end


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 picks a free port.")
@click.option("--processes", "-n", type=click.IntRange(1, 256), help="Number of processes.  [default: 1]")
@click.option("--end-with-parent", is_flag=True, hidden=True, help="Stop when stdin closes, as when the parent dies.")
@click.option("--shared", type=(int, int), hidden=True, help="Socket and file that this process shares with others.")
@click.option("--number", type=int, default=0, hidden=True, help="Number of this process among them.")
@click.option(
    "--restarts", type=int, default=0, hidden=True, help="How often it has been restarted.", expose_value=False
)
def serve(
    host: str, port: int, processes: int | None, *, end_with_parent: bool, shared: tuple[int, int] | None, number: int
) -> None:
    r"""Serve the search page (live wire, stories, positions, people and organizations, pipeline) and the JSON API.

    Reads the index that NEWSWIRE_INDEX names, and writes to it only what readers with the right to do so correct or
    merge. What readers keep is in the database that NEWSWIRE_DESK names. Without a login it serves this machine only.
    NEWSWIRE_PAGE_LOGIN=key requires a key for search (newswire key NAME --scope search), proxy trusts the user that a
    reverse proxy names, openid sends readers to an OpenID provider, open lets everybody in. There is no TLS here: put
    a proxy with TLS in front.

    Each process uses one core. With --processes, or NEWSWIRE_PAGE_PROCESSES, several serve the same port; one that dies
    is restarted.

    \b
    Examples:
      newswire serve
      newswire serve --processes 4
      NEWSWIRE_INDEX=sqlite:///news.sqlite newswire serve --port 8000
      NEWSWIRE_PAGE_LOGIN=key NEWSWIRE_KEYS_FILE=keys.txt newswire serve --host 0.0.0.0
    """
    from search.http.shared_counts import SharedCounts
    from streams.logs import configure_logging
    from streams.operations.supervisor import stop_with_parent

    config = settings()
    processes = processes or config.page_processes
    configure_logging("serve", config.log_level, config.log_format)
    if processes > 1 and shared is None:
        _parts(config, host, None)  # what is wrong with the settings is an error here, and not one of each process
        bound = _listen(host, port)
        if end_with_parent:
            stop_with_parent()
        click.echo(f"listening on {_address(bound)}")
        sys.exit(run_processes(bound, processes, host))
    app, standing = _app(config, host, SharedCounts(shared[1], number, processes) if shared else None)
    bound = SharedListener(shared[0]) if shared else _listen(host, port)
    if end_with_parent:
        stop_with_parent()
    if shared is None:
        click.echo(f"listening on {_address(bound)}")
    server = _server(app, config)
    for signal_number in (signal.SIGTERM, signal.SIGINT):  # uvicorn ends in order, and then raises the signal once more
        signal.signal(signal_number, lambda *_: _end())
    _run_smoothly()
    try:
        server.run(sockets=[bound])
    finally:
        standing.close()


def _app(config: Settings, host: str, shared: "SharedCounts | None") -> "tuple[FastAPI, PipelineStatus]":
    """The page, and what looks at the pipeline for it; ``shared`` is what several processes of it count together."""
    from search.web import create_app
    from streams.operations.page_status import PipelineStatus

    book, parts = _parts(config, host, shared)
    standing = PipelineStatus(config, book)
    return create_app(**parts, pipeline=standing, looks=looks_of(book), shared=shared), standing


def _parts(config: Settings, host: str, shared: "SharedCounts | None") -> "tuple[ProfileBook, dict[str, Any]]":
    """The profiles of sources, and what the page is made of. Raises ``SettingsError`` for settings that are wrong."""
    from streams.sources.book import ProfileBook
    from streams.stores import open_index, open_items

    desk = desk_of(config)
    login, sign_in = login_of(config, host, desk, shared)
    return ProfileBook.of(config), {
        "store": open_index(config),
        "items": open_items(config),
        "options": options_of(config, host),
        "desk": desk,
        "login": login,
        "sign_in": sign_in,
    }


def _run_smoothly() -> None:
    """Short pauses instead of long ones: a request goes between threads many times, and waits for each of them."""
    gc.collect()
    gc.freeze()  # what is there from the start is not looked through again and again
    gc.set_threshold(GARBAGE, 10, 10)
    sys.setswitchinterval(SWITCH)


def _server(app: "FastAPI", config: Settings) -> "Server":
    """The server of the page, not yet started."""
    import uvicorn

    from search.http.page_protocol import page_protocol

    return uvicorn.Server(
        uvicorn.Config(
            app,
            loop="asyncio",  # by whose `accept` several processes share connections
            http=page_protocol(config.head_seconds),
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


def _end() -> NoReturn:
    """End well and at once: a look at a Kafka that is away may go on for half a minute in its thread."""
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


def options_of(config: Settings, host: str) -> "Options":
    """The page's options. Without names to answer to, a page for this machine answers to this machine's only."""
    from search.web import Options
    from search.web.reading.marking import MarkingLimits
    from streams.alerts.channels.push import public_key

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
        export=config.page_export,
        hosts=names,
        tells_count=config.access is None,
        signs_out=config.page_login == "openid",
        push_key=public_key(config),
        most=MarkingLimits(characters=config.page_characters, marks=config.page_marks),
    )


def looks_of(book: "ProfileBook") -> "SourceLooks":
    """The display name and colour of each source, as its profile has them now."""
    from search.web.sources import SourceLook

    def look(source: str) -> SourceLook:
        profile = book.current().of_source(source)
        return SourceLook(profile.display_name, profile.colour)

    return look


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise NewswireError(f"cannot listen on {host}:{port}: {error}; --port 0 picks a free port") from error


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
