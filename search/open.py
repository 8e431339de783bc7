"""From the address of a store to the store, and from a store to its `Views`. Takes a URL and what belongs to it."""

from pathlib import Path

from search.elastic.access import NO_ACCESS, Access
from search.elastic.templates import DEFAULT_SIZES, IndexSizes
from search.query.request import DEFAULT_LIMITS, Limits
from search.store import Store, StoreError
from search.views import Views


def open_store(
    url: str,
    prefix: str = "news",
    access: Access = NO_ACCESS,
    sizes: IndexSizes = DEFAULT_SIZES,
    limits: Limits = DEFAULT_LIMITS,
) -> Store:
    """The store at ``url``: ``http(s)://…`` for Elasticsearch, ``sqlite:///path`` for SQLite. Connects on first use.

    Only Elasticsearch takes a prefix, access and sizes.
    """
    # Each store is imported when it is asked for, so that the embedded one costs no Elasticsearch client.
    if url.startswith("sqlite:///"):
        from search.sqlite.store import SqliteStore  # noqa: PLC0415

        return SqliteStore(Path(url.removeprefix("sqlite:///")), limits=limits)
    if url.startswith(("http://", "https://")):
        from search.elastic.store import ElasticsearchStore  # noqa: PLC0415

        return ElasticsearchStore(url, prefix, access, sizes, limits)
    raise StoreError(f"{url!r} is no store: use http://host:port, https://host:port or sqlite:///path")


def views_of(store: Store, *, timeout: float = 10.0) -> Views:
    """The views of a store. ``timeout`` is how many seconds one may take."""
    from search.sqlite.store import SqliteStore  # noqa: PLC0415

    if isinstance(store, SqliteStore):
        from search.sqlite.views import SqliteViews  # noqa: PLC0415

        return SqliteViews(store, timeout=timeout)
    from search.elastic.store import ElasticsearchStore  # noqa: PLC0415

    if isinstance(store, ElasticsearchStore):
        from search.elastic.views import ElasticViews  # noqa: PLC0415

        return ElasticViews(store, timeout=timeout)
    raise StoreError(f"{type(store).__name__} has no views")
