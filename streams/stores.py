"""Opens the store of the settings, with its errors as ours. Takes `Settings`, returns a `search.store.Store`."""

from collections.abc import Callable, Coroutine
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from search.elastic.access import Access
from search.elastic.templates import IndexSizes
from search.open import open_store
from search.query.request import Limits, QueryError
from search.store import Remedy, Store, StoreError, StoreTrouble, StoreUnavailable
from streams.errors import NewswireError, Unavailable
from streams.settings import Settings, settings
from streams.sources.book import ProfileBook

T = TypeVar("T")


def open_index(settings: Settings) -> Store:
    """The store that the settings name; it connects on first use."""
    access = Access(
        settings.index_user,
        settings.index_password.get_secret_value(),
        settings.index_api_key.get_secret_value(),
        settings.index_ca,
        settings.index_fingerprint,
    )
    sizes = IndexSizes(settings.index_shards, settings.index_replicas)
    return open_store(settings.index, settings.index_prefix, access, sizes, limits_of(settings))


def open_items(settings: Settings) -> Store:
    """The store of items that are no text, such as pictures: beside that of the stories, and made like it."""
    url = settings.index
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        url = f"sqlite:///{path.with_name(f'{path.stem}.items{path.suffix}')}"
    return open_index(settings.model_copy(update={"index": url, "index_prefix": f"{settings.index_prefix}-items"}))


def limits_of(settings: Settings) -> Limits:
    """The limits of a search, from the settings."""
    return Limits(
        characters=settings.search_characters,
        words=settings.search_words,
        depth=settings.search_depth,
        prefixes=settings.search_prefixes,
        hits=settings.search_page,
        megabytes=settings.search_page_mb,
        seconds=settings.search_seconds,
        names_of=names_of(settings),
    )


def names_of(settings: Settings) -> Callable[[str], tuple[str, ...]]:
    """All names of a source, as its profile has them now; the profiles are read when a source is asked for."""
    book = cache(partial(ProfileBook.of, settings))
    return lambda source: book().current().names_of(source)


REMEDIES: dict[Remedy, str] = {
    "set up": "run newswire index setup; workers also do it when they start",
    "another file": "name another file in NEWSWIRE_INDEX",
    "another address": "check NEWSWIRE_INDEX",
    "credentials": "set NEWSWIRE_INDEX_USER and NEWSWIRE_INDEX_PASSWORD, or NEWSWIRE_INDEX_API_KEY",
    "authority": "NEWSWIRE_INDEX_CA names the authority",
    "fingerprint": "NEWSWIRE_INDEX_FINGERPRINT says which one is trusted",
    "fewer replicas": "add nodes, or set NEWSWIRE_INDEX_REPLICAS=0",
    "second copies": "a second node, where Elasticsearch then makes a second copy by itself unless "
    "NEWSWIRE_INDEX_REPLICAS says otherwise; or snapshots",
    "migrate": "newswire index migrate makes new ones while feeds keep running",
    "abort migration": "newswire index migrate --abort undoes it",
    "reach the index": "start it, or set NEWSWIRE_INDEX and its credentials",
    "match the kill": "find the story with newswire search --all; if it is there, ask the agency for a kill with its "
    "id, or use newswire forget --id",
}


def said(error: StoreTrouble) -> str:
    """What a store says is wrong, with the setting or command that helps."""
    remedy = REMEDIES.get(error.remedy, "")
    return f"{error} ({remedy})" if remedy else str(error)


async def answered(request: Coroutine[Any, Any, T]) -> T:
    """What the store answers; its errors as ours, in one line that says what to do."""
    try:
        return await request
    except QueryError as error:
        raise NewswireError(f"invalid query: {error}") from error
    except StoreUnavailable as error:
        raise Unavailable(
            f"{said(error)} (NEWSWIRE_INDEX names the index: http://host:9200 or sqlite:///file)"
        ) from error
    except StoreError as error:
        raise NewswireError(said(error)) from error


async def with_store(work: Any, opened: Callable[[Settings], Store] = open_index) -> Any:
    """What ``work`` gives for a store of the settings, which is closed afterwards."""
    store = opened(settings())
    try:
        return await answered(work(store))
    finally:
        await store.close()
