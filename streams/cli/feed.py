"""``newswire feed …``: takes what is to be fed, shows progress, gives the counts and an exit status."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from streams.cli.feed_polled import api, pull
from streams.cli.feeding import Duration, as_line, run_async, run_polled, running, show_feeds, state_errors
from streams.cli.options import CommandGroup
from streams.feeds.files import Refusal, find_files, read_items
from streams.feeds.producer import FeedCounts, Feeder, FeedItem, Receipt
from streams.feeds.state import FILE, Feed, FeedState
from streams.settings import settings

REASONS_SHOWN = 10


class FeedGroup(CommandGroup):
    """A group that takes ``newswire feed -`` for ``newswire feed files -``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named first, or ``files`` for standard input."""
        return super().resolve_command(ctx, ["files", *args] if args[0] == "-" else args)


@click.group(cls=FeedGroup)
def feed() -> None:
    r"""Send articles to Kafka (news.raw), unparsed, from files, folders, servers, RSS, HTTP and APIs.

    An article is accepted once Kafka has confirmed it. Feeds that keep running (watch, pull, rss, api, http) remember
    what they took in NEWSWIRE_DATA/feeds.sqlite3 and stop cleanly on Ctrl-C or SIGTERM.

    \b
    Examples:
      newswire feed files stories.jsonl.gz
      cat story.json | newswire feed -
      newswire feed watch /srv/incoming --done /srv/done --failed /srv/failed
      newswire feed status
    """


@feed.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--source", default="", help="Name of the provider.  [default: as the article says]")
@click.option("--limit", type=click.IntRange(1), help="Feed only the first N items.")
@click.option("--quiet", "-q", is_flag=True, help="Show no progress bar.")
def files(paths: tuple[str, ...], source: str, limit: int | None, *, quiet: bool) -> None:
    r"""Feed files, folders, or standard input (-).

    JSON Lines are fed line by line, other files whole; gzip is unpacked. JSON Lines of plain articles use
    the field names of Article (docs/schemas/Article.json); only headline or body is required.

    Exit status: 1 if nothing was accepted, or if Kafka did not confirm an article.

    \b
    Examples:
      newswire feed files stories.jsonl.gz --source reuters
      newswire feed files incoming/ more/*.xml
      cat story.json | newswire feed -
    """
    config = settings()
    items = islice(_items(find_files(paths), source, config.max_article_bytes), limit)
    with _progress(hidden=quiet) as progress:
        task = progress.add_task("feeding", total=limit)

        def advance(_: Receipt) -> None:
            progress.advance(task)

        with Feeder(config, on_settled=advance) as feeder:
            for item in items:
                if isinstance(item, Refusal):
                    feeder.counts.refuse(item.name, item.reason)
                    progress.advance(task)
                else:
                    feeder.feed(item)
            counts = feeder.flush()
        progress.update(task, total=progress.tasks[task].completed)
    sys.exit(report(counts))


def _items(files: list[str], source: str, max_bytes: int) -> Iterator[FeedItem | Refusal]:
    for path in files:
        yield from read_items(path, source, max_bytes)


def _progress(*, hidden: bool) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), disable=hidden or not sys.stderr.isatty())


def report(counts: FeedCounts) -> int:
    """Print what was accepted, what was rejected and why; returns the exit status."""
    click.echo(f"{counts.accepted} accepted, {counts.refused.total()} rejected")
    for reason, number in counts.refused.most_common(REASONS_SHOWN):
        click.echo(f"  {number} × {reason} (first: {counts.examples[reason]})")
    unconfirmed = any(reason.startswith("Kafka") for reason in counts.refused)
    return 1 if unconfirmed or not counts.accepted else 0


@feed.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--done", type=click.Path(path_type=Path), help="Move confirmed files here; without it they are remembered."
)
@click.option("--failed", type=click.Path(path_type=Path), help="Move files here if anything in them was rejected.")
@click.option("--source", default="", help="Name of the provider.  [default: as the article says]")
@click.option("--every", type=Duration(), default="1s", show_default=True, help="How often to look for files.")
@click.option("--settle", type=Duration(), default="2s", show_default=True, help="How long a file must stay unchanged.")
@click.option("--once", is_flag=True, help="Take what is there, then stop.")
def watch(
    folders: tuple[Path, ...],
    done: Path | None,
    failed: Path | None,
    source: str,
    every: float,
    settle: float,
    *,
    once: bool,
) -> None:
    r"""Feed every file that appears in drop folders.

    A file is taken when its size and time no longer change. Hidden files and names such as .part, .tmp or .filepart
    are left alone, and links are not followed. A file is done when Kafka has confirmed all of it. It is then moved to
    --done, or remembered, so that a restart repeats nothing.

    \b
    Examples:
      newswire feed watch /srv/incoming
      newswire feed watch /srv/reuters --source reuters --done /srv/done --failed /srv/failed --settle 5s
    """
    from streams.feeds.watch import WatchOptions, run_watch

    plan = WatchOptions(folders, source, done, failed, every, settle, once)
    with running() as stop, FeedState.of(settings()) as state, Feeder(settings()) as feeder:
        run_watch(plan, state, feeder, stop)


@feed.command()
@click.argument("urls", nargs=-1)
@click.option("--feeds", type=click.Path(path_type=Path), help="TOML file of feeds; see deploy/feeds.example.toml.")
@click.option("--every", type=Duration(), default="60s", show_default=True, help="How often to poll each feed.")
@click.option("--source", default="", help="Name of the provider of URLS.  [default: as the entries say]")
@click.option("--timeout", type=Duration(), default="60s", show_default=True, help="Timeout for one download.")
@click.option(
    "--max-bytes", type=click.IntRange(1024), default=20 * 1024 * 1024, show_default=True, help="Download limit."
)
@click.option("--allow-private", is_flag=True, help="Allow private and loopback addresses.")
@click.option("--once", is_flag=True, help="Poll each feed once, then stop; exit status 1 if one failed.")
def rss(
    urls: tuple[str, ...],
    feeds: Path | None,
    every: float,
    source: str,
    timeout: float,
    max_bytes: int,
    *,
    allow_private: bool,
    once: bool,
) -> None:
    r"""Feed every new or changed entry of RSS and Atom feeds.

    A feed is downloaded only if it has changed. A feed that fails is polled less and less often and never stops the
    others. Private and loopback addresses are refused, also behind host names and redirects.

    \b
    Examples:
      newswire feed rss https://example.com/news.rss --every 2m
      newswire feed rss --feeds feeds.toml
    """
    from streams.feeds.fetch import Fetcher
    from streams.feeds.rss import RssPoller, read_feeds
    from streams.feeds.rss import source as source_of

    sources = [source_of(url, every, provider=source) for url in urls]
    sources += read_feeds(feeds, every) if feeds else []
    if not sources:
        raise click.UsageError("give a URL or --feeds FILE")

    @asynccontextmanager
    async def poller(feeder: Feeder, state: FeedState) -> AsyncIterator[RssPoller]:
        async with Fetcher(allow_private=allow_private, max_bytes=max_bytes, timeout=timeout) as fetcher:
            yield RssPoller(fetcher, feeder, state)

    sys.exit(run_polled(sources, poller, once=once))


@feed.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8081, show_default=True, help="0 picks a free port.")
@click.option("--key-file", type=click.Path(path_type=Path), help="One key per line.  [default: NEWSWIRE_KEYS_FILE]")
@click.option("--max-body", type=click.IntRange(1024), default=16 * 1024 * 1024, show_default=True, help="Bytes.")
@click.option("--confirm", type=Duration(), default="15s", show_default=True, help="Answer 503 if Kafka takes longer.")
def http(host: str, port: int, key_file: Path | None, max_body: int, confirm: float) -> None:
    r"""Accept articles in any format by POST /articles, and answer 202 once Kafka has confirmed them.

    Clients send their key in Authorization: Bearer or X-API-Key. JSON Lines are split by line, gzip is unpacked. There
    is no TLS here: listen on loopback, behind a proxy with TLS.

    \b
    Examples:
      newswire key reuters >> keys.txt
      newswire feed http --port 8081 --key-file keys.txt
      curl -H "Authorization: Bearer $KEY" --data-binary @story.xml http://127.0.0.1:8081/articles
    """
    from streams.cli.key import gate_of
    from streams.feeds.push import Push
    from streams.feeds.push_limits import push_limits
    from streams.feeds.push_server import run_push

    gate = gate_of(settings(), key_file)

    async def work(feeder: Feeder, state: FeedState) -> int:
        push = Push(gate, feeder, state, push_limits(feeder.settings, max_body))
        await run_push(push, host, port, lambda address: click.echo(f"listening on {address}", err=True))
        return 0

    # Clients wait for an answer, so Kafka gets less time than with other feeds.
    config = settings().model_copy(update={"delivery_timeout": min(max(confirm, 2.0), settings().delivery_timeout)})
    sys.exit(run_async(work, config))


@feed.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines instead of a table.")
@click.option("--check", is_flag=True, help="For monitoring: exit status 1 if any feed is silent or failing.")
def status(*, as_json: bool, check: bool) -> None:
    """Show every feed: its last arrival, its usual gap, and whether it has been silent for longer than usual.

    The usual gap is estimated from the arrivals of the last five weeks; a feed with few of them is never called silent.
    """
    feeds: list[Feed] = []
    if (settings().data / FILE).exists():
        with state_errors(), FeedState.of(settings()) as state:
            feeds = state.feeds()
    if as_json:
        for one in feeds:
            click.echo(msgspec.json.encode(as_line(one)))
    else:
        show_feeds(feeds)
    if check and any(one.silence.silent or one.error for one in feeds):
        sys.exit(1)


feed.add_command(api)
feed.add_command(pull)
