"""Annotates stories again: finds them in the index, and sends them to ``news.articles`` as they are stored.

Takes a query and, optionally, a model version; gives counts. The index holds every field of a story's newest version,
so its `Article` is rebuilt from the document, whether or not Kafka still has it. Killed stories are left out: their
text is gone. A kill or a newer version that arrives meanwhile has the higher version and wins; the article sent has the
version that the index holds already, so it cannot bring back an older one.
"""

import re
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from processors.annotations import Model, Record
from processors.text.language import primary
from search.articles import ArticleFields
from search.query.checking import parsed
from search.query.request import Query
from search.store import Store
from streams.errors import Rejected
from streams.kafka.headers import TRACE_HEADER
from streams.kafka.sender import MessageSender
from streams.records import Article, encode
from streams.settings import Settings

PAGE = 200
EXAMPLES = 10
# Notes that the store itself adds, and will add again.
STORE_NOTES = re.compile(r"(?:\d+ most salient of \d+ entities|first \d+ of \d+ stances) kept")


class ReenrichSelection(Record, frozen=True):
    """Selects stories: those that ``query`` finds and, optionally, only those with an outdated annotation.

    ``older_than`` compares versions by the numbers in them; ``current`` selects any other model than these. Both apply
    to the annotators named in ``annotators``, by default to all. A failed annotation counts as outdated. ``languages``
    are those with annotators: stories in other languages have no models, and are up to date.
    """

    query: Query
    older_than: str = ""
    current: Mapping[str, Model] | None = None
    annotators: tuple[str, ...] = ()
    languages: frozenset[str] = frozenset()


class ReenrichCounts(msgspec.Struct):
    """Counts of the stories found. ``unfit`` ones cannot be rebuilt as an article."""

    looked_at: int = 0
    sent: int = 0
    up_to_date: int = 0
    killed: int = 0
    unfit: int = 0
    examples: dict[str, str] = msgspec.field(default_factory=dict)  # of unfit ones: id → why


def numbers(version: str) -> tuple[int, ...]:
    """The numbers in a version, to compare by: 3.10.0 is newer than 3.9, and 3.8.0+lexicon.2 than 3.8.0.

    A version that begins with no number, such as a bare hash, is older than any.
    """
    if not re.match(r"\d+(?![0-9a-zA-Z])", version):
        return ()
    return tuple(int(number) for number in re.findall(r"\d{1,18}", version))


def is_outdated(document: Mapping[str, Any], selection: ReenrichSelection) -> bool:
    """Whether a stored document was annotated by an outdated model, or not at all."""
    models: Mapping[str, Mapping[str, str]] = document.get("models") or {}
    failures: Collection[str] = document.get("failures") or ()
    language = primary(document.get("language") or "")
    if selection.languages and language and language not in selection.languages and not failures:
        return False
    for name in selection.annotators or selection.current or models or ("entities",):
        model = models.get(name)
        if model is None or name in failures:
            return True
        if selection.current is not None and name in selection.current:
            now = selection.current[name]
            if (model.get("name"), model.get("version")) != (now.name, now.version):
                return True
        if selection.older_than and numbers(model.get("version", "")) < numbers(selection.older_than):
            return True
    return False


def article_of(document: Mapping[str, Any]) -> Article:
    """The article that a document was made from. Raises ``Rejected`` if it cannot be rebuilt."""
    fields = {name: document[name] for name in ArticleFields.__struct_fields__ if document.get(name) is not None}
    fields["notes"] = [note for note in fields.get("notes", ()) if not STORE_NOTES.fullmatch(note)]
    try:
        return msgspec.convert(fields, Article)
    except msgspec.ValidationError as error:
        raise Rejected(str(error)) from error


async def documents(store: Store, query: Query) -> AsyncIterator[tuple[int, dict[str, Any]]]:
    """The total, and every document that matches, hidden ones too, in an order that annotating does not change."""
    page = parsed(msgspec.structs.replace(query, hidden=True, sort="oldest", limit=PAGE, after=""), store.limits)
    while True:
        found = await store.find(page)
        for hit in found.hits:
            yield found.total, hit.document
        if not found.after:
            return
        page = page.following(found.after)


async def reenrich(
    settings: Settings,
    store: Store,
    selection: ReenrichSelection,
    *,
    dry_run: bool = False,
    seen: Callable[[int], None] = lambda _: None,
) -> ReenrichCounts:
    """Send the articles of all wanted stories to be annotated. ``seen`` is called for each story with the total."""
    counts, topic = ReenrichCounts(), settings.topic("articles")
    await store.refresh()
    # A notice whose story is still looked for keeps what it names, which its article in the index does not say.
    open_notices = {one["id"] for one in await store.open_notices(datetime.fromtimestamp(0, UTC), PAGE)}
    with MessageSender(settings) as sender:
        async for total, document in documents(store, selection.query):
            seen(total)
            counts.looked_at += 1
            if document.get("status") == "canceled":
                counts.killed += 1
            elif document.get("id") in open_notices or (
                (selection.older_than or selection.current is not None) and not is_outdated(document, selection)
            ):
                counts.up_to_date += 1
            else:
                _send(document, topic, counts, None if dry_run else sender)
    return counts


def _send(document: Mapping[str, Any], topic: str, counts: ReenrichCounts, sender: MessageSender | None) -> None:
    try:
        article = article_of(document)
    except Rejected as refusal:
        counts.unfit += 1
        if len(counts.examples) < EXAMPLES:
            counts.examples[str(document.get("id"))[:100]] = str(refusal)
        return
    counts.sent += 1
    if sender:
        trace = [(TRACE_HEADER, article.trace_id.encode())] if article.trace_id else []
        sender.send(topic, article.id.encode(), encode(article), trace)
