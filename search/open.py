"""From the address of a store to the store. Takes a URL and what belongs to it, gives a `Store`."""

from pathlib import Path

from search.access import NO_ACCESS, Access
from search.query import DEFAULT_LIMITS, Limits
from search.store import Store, StoreError
from search.templates import DEFAULT_SIZES, Sizes


def open_store(
    url: str,
    prefix: str = "news",
    access: Access = NO_ACCESS,
    sizes: Sizes = DEFAULT_SIZES,
    limits: Limits = DEFAULT_LIMITS,
) -> Store:
    """The store at ``url``: ``http(s)://…`` for Elasticsearch, ``sqlite:///path`` for SQLite. Connects on first use.

    Only Elasticsearch takes a prefix, access and sizes.
    """
    # Each store is imported when it is asked for, so that the embedded one costs no Elasticsearch client.
    if url.startswith("sqlite:///"):
        from search.sqlite import SqliteStore  # noqa: PLC0415

        return SqliteStore(Path(url.removeprefix("sqlite:///")), limits=limits)
    if url.startswith(("http://", "https://")):
        from search.elasticsearch import ElasticsearchStore  # noqa: PLC0415

        return ElasticsearchStore(url, prefix, access, sizes, limits)
    raise StoreError(f"{url!r} is no store: use http://host:port, https://host:port or sqlite:///path")
