"""An Elasticsearch with something to show on every panel of Kibana's dashboards."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from processors.annotations import Entity
from search.elastic.store import ElasticsearchStore
from tests.search.conftest import remove
from tests.search.samples import document


@pytest.fixture
async def filled(elasticsearch_url: str, prefix: str) -> AsyncIterator[str]:
    """An index with one story of every kind that a panel shows, of today."""
    store = ElasticsearchStore(elasticsearch_url, prefix=prefix)
    await store.set_up()
    now = datetime.now(UTC) - timedelta(minutes=5)
    times: dict[str, Any] = dict.fromkeys(
        ("version_created", "received_at", "first_created", "enriched_at", "indexed_at"), now
    )
    whole = document().annotations
    assert whole.entities is not None
    ministry = Entity("ministry", "Foreign Ministry", "ORG", (), 1, 0.5)
    failed = msgspec.structs.replace(whole, entities=(*whole.entities, ministry), failures={"stance": "it hung"})
    stories = [
        document("plain", urgency=1, **times),
        document("corrected", kind="correction", **times),
        document("killed", kind="kill", status="canceled", editorial_note="wrong", **times),
        document("failed", annotations=failed, notes=("no date: the time of receipt",), **times),
    ]
    assert {outcome.state for outcome in await store.write(stories)} == {"written"}
    await store.refresh()
    await store.close()
    yield prefix
    remove(elasticsearch_url, prefix)
