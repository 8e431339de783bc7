"""From the settings to the store that they name. Takes `Settings`, gives a `search.store.Store`."""

from search import open_store
from search.elastic.access import Access
from search.elastic.templates import Sizes
from search.query.request import Limits
from search.store import Store
from streams.settings import Settings


def open_index(settings: Settings) -> Store:
    """The store that the settings name; it connects on first use."""
    access = Access(
        settings.index_user,
        settings.index_password.get_secret_value(),
        settings.index_api_key.get_secret_value(),
        settings.index_ca,
        settings.index_fingerprint,
    )
    sizes = Sizes(settings.index_shards, settings.index_replicas)
    return open_store(settings.index, settings.index_prefix, access, sizes, limits_of(settings))


def limits_of(settings: Settings) -> Limits:
    """What a search may cost."""
    return Limits(
        characters=settings.search_characters,
        words=settings.search_words,
        depth=settings.search_depth,
        prefixes=settings.search_prefixes,
        hits=settings.search_page,
        megabytes=settings.search_page_mb,
        seconds=settings.search_seconds,
    )
