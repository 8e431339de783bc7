"""Forgets stories on request: finds them in the index by id or by a person's name, and sends a notice for each.

Takes ids or a name; gives the stories found, and how long Kafka still holds their bytes. A notice goes through the
pipeline as a kill does, and leaves a tombstone that no version and no replay undoes.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from search.query.request import Query
from search.store import Store
from search.visibility import is_there
from streams.kafka.sender import MessageSender
from streams.kafka.topics import topics
from streams.operations.reenrich import documents
from streams.settings import Settings
from streams.wire.formats.forgotten import CONTENT_TYPE, Forgotten, encode_notice

EPOCH = datetime.fromtimestamp(0, UTC)


class ForgetCandidate(msgspec.Struct, frozen=True):
    """A story to forget. ``there`` is false if the index has no such story; the notice still keeps it out."""

    notice: Forgotten
    headline: str = ""
    there: bool = True
    forgotten: bool = False  # already


async def by_id(store: Store, ids: Iterable[str], *, sealed: bool = False) -> list[ForgetCandidate]:
    """The stories of these ids; ``sealed``: without the headlines of those under embargo."""
    return [_found(story, await store.get(story), sealed=sealed) for story in dict.fromkeys(ids)]


async def by_person(store: Store, name: str, *, sealed: bool = False) -> list[ForgetCandidate]:
    """The stories that name a person: in the text, in what was found in it, or in what a killed one was called.

    Whatever the case, words whole.
    """
    words = " ".join(name.replace('"', " ").split())
    found: dict[str, ForgetCandidate] = {}
    for query in (Query(f'"{words}"'), Query(entity=words), Query(f'killed:"{words}"')):
        async for _, document in documents(store, query):
            found[document["id"]] = _found(document["id"], document, sealed=sealed)
    return list(found.values())


def _found(story: str, document: Mapping[str, Any] | None, *, sealed: bool = False) -> ForgetCandidate:
    if document is None:
        return ForgetCandidate(Forgotten(story, "", EPOCH), there=False)
    created, first = (_time(document.get(name)) for name in ("version_created", "first_created"))
    notice = Forgotten(story, document["source"], created or EPOCH, first, document.get("item_class") or "")
    hidden = not is_there(document, datetime.now(UTC), hidden=not sealed)
    return ForgetCandidate(
        notice, "" if hidden else document["headline"], forgotten=document.get("format") == "forgotten"
    )


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def send(settings: Settings, found: Iterable[ForgetCandidate]) -> int:
    """Put a notice on ``news.raw`` for each story that is not forgotten yet; says how many Kafka has confirmed."""
    notices = [story.notice for story in found if not story.forgotten]
    now = datetime.now(UTC).isoformat()
    with MessageSender(settings) as sender:
        for notice in notices:
            known = {"content-type": CONTENT_TYPE, "source": notice.source, "received-at": now}
            headers = [(name, value.encode()) for name, value in known.items()]
            sender.send(settings.topic("raw"), f"forget/{notice.id}".encode(), encode_notice(notice), headers)
    return len(notices)


def kept_until(settings: Settings, now: datetime) -> dict[str, datetime]:
    """Until when each topic may still hold bytes of what is forgotten now, by its retention."""
    return {topic.name: now + timedelta(days=topic.retention_days) for topic in topics(settings) if not topic.compacted}
