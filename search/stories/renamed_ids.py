"""Stories whose id has changed: found under the ids that earlier releases gave them, so that they stay one document.

Takes documents, which name their stories' former ids; gives the documents to write: each under every former id that the
index has this story by, else under its own. A document of its own that came about meanwhile is written too, so a kill
reaches all there is. Whoever writes when: both documents are worked out from all that is known of them
(`search.versions.history`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from search.documents import Document
from search.store import Store

TELLING = ("first_created", "headline", "slugline")  # of which the versions of one story have one in common


async def placed(store: Store, documents: Sequence[Document]) -> list[list[Document]]:
    """For each document what to write of it. ``StoreUnavailable`` where the index cannot be asked."""
    asked = {name for one in documents if one.former_ids for name in (one.id, *one.former_ids)}
    there = await store.fates(sorted(asked)) if asked else {}
    olds = {name: await store.get(name) for name in there if any(name in one.former_ids for one in documents)}
    return [_places(document, olds, there) for document in documents]


def _places(
    document: Document, olds: Mapping[str, Mapping[str, Any] | None], there: Mapping[str, object]
) -> list[Document]:
    found = [name for name in document.former_ids if (old := olds.get(name)) and is_same_story(old, document)]
    own = [document] if not found or document.id in there else []
    return [*own, *(msgspec.structs.replace(document, id=name) for name in found)]


def is_same_story(old: Mapping[str, Any], document: Document) -> bool:
    """Whether a document under a former id is this story: former ids may have been shared by different stories."""
    if old.get("guid") == document.guid:
        return True
    own = {name: _text(getattr(document, name)) for name in TELLING}
    named = [old, old.get("killed") or {}, *(old.get("previous_headlines") or ())]
    return any(own[name] and own[name] == _text(known.get(name)) for known in named for name in TELLING)


def _text(value: object) -> str:
    """A field to compare by: moments as one, words without regard to case. A day without an hour is many stories'."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return "" if value is None else " ".join(str(value).casefold().split())
    seconds = int(moment.timestamp())
    return str(seconds) if seconds % 86_400 else ""
