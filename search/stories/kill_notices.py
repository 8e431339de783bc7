"""Kills in words that name another story: that story is killed, and the notice stays what it is, a notice.

Takes a store and stored notices; writes the kill of the one story that a notice means, and notes on the notice which it
was (``kills``). A story is meant where it is of the same source, is or was called exactly so, and was there in the days
before the notice: received before it, or made before it by the agency's own times where it came later. Where none fits,
or several do, nothing is killed: the notice stays open, for the desk to see, and is looked at again as stories come.

The same however often it is done, and by however many processes: a story that has this notice's kill is the one it
means, whatever came since. A kill is written before the notice is settled, so nothing is lost between the two.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from search.articles import LOW_BITS, Link, NamedStory
from search.documents import Document, document_from
from search.query.checking import parsed
from search.query.request import Query, QueryError
from search.store import Hit, Outcome, Store
from search.versions.lineage import StoryState
from search.versions.precedence import sign_of

MOST = 50  # stories of one name that are looked at; more are too many to tell which is meant
PHRASE = 12  # words of a name to search by; all of it is compared
CLOCKS = timedelta(minutes=2)  # by which the time that a notice names may differ from the story's
KILL_RANK = 3 << LOW_BITS - 2  # a kill's rank in the number of a version (`streams.wire.article_ids.article_version`)
DAY = timedelta(days=1)


async def addressed(store: Store, documents: Sequence[Document]) -> list[Document]:
    """Incoming documents as they are to be written.

    A notice is one already, but for one whose own id is that of a story: that is the story it kills.
    """
    if any(document.kills for document in documents):
        await store.refresh()
    found: list[Document] = []
    for document in documents:
        if not document.kills:
            found.append(document)
            continue
        there = [await store.get(name) for name in (document.id, *document.former_ids)]
        known = [(old["version"], old["kind"], old["status"]) for old in there if old]
        known += [(one.version, one.kind, one.status) for one in found if one.id == document.id]
        if any(
            status == "canceled" or (version != document.version and kind != "advisory")
            for version, kind, status in known
        ):
            found.append(own_kill(document))
        else:
            found.append(document)
    return found


def own_kill(document: Document) -> Document:
    """A notice that is a version of the story that it kills, as that: its version says whether it is a kill."""
    if is_of_kill_rank(document.version):
        document = msgspec.structs.replace(document, status="canceled", kind="kill")
    return msgspec.structs.replace(document, kills=None)


async def kill_own(store: Store, superseded: Sequence[tuple[Document, Outcome]]) -> int:
    """Where a version came after the notice of its own id, which meant this very story: kill it. Gives how many.

    ``superseded`` are versions above which another stands, with what the store said of them. A replay is nearly all
    such versions, so the index is only refreshed and read where what stands may be a notice.
    """
    ids = dict.fromkeys(document.id for document, outcome in superseded if _may_be_under_notice(document, outcome))
    if not ids:
        return 0
    await store.refresh()
    killed = 0
    for name in ids:
        source = await store.get(name)
        if source and source["kind"] == "advisory" and is_of_kill_rank(source["version"]):
            await store.write([own_kill(document_from(source))])
            killed += 1
    return killed


def _may_be_under_notice(document: Document, outcome: Outcome) -> bool:
    is_story = document.kind != "advisory" and document.status != "canceled"
    return is_story and is_of_kill_rank(outcome.standing) and outcome.standing_status != "canceled"


def is_of_kill_rank(version: int) -> bool:
    """Whether a version says of itself that it is a kill, be it a kill or the notice of one."""
    return version & KILL_RANK == KILL_RANK


Announce = Callable[[Sequence[Document]], Awaitable[None]]


async def settle(
    store: Store, notices: Sequence[Mapping[str, Any]], window: timedelta, announce: Announce | None = None
) -> int:
    """Kill what open notices, as they are stored, name. Gives how many were settled.

    ``announce`` is told each kill, which nobody but the store knows of, before the notice counts as settled.
    """
    if notices:
        await store.refresh()
    settled = 0
    for notice in notices:
        document = document_from(notice)
        stories = await _meant(store, document, window)
        kills = [kill_of(document, story) for story in stories]
        outcomes = await store.write(kills)
        if document.kills and stories and all(outcome.state in ("written", "superseded") for outcome in outcomes):
            if announce:
                await announce(kills)
            named = msgspec.structs.replace(document.kills, state="killed", story=stories[0].id)
            await store.write([msgspec.structs.replace(document, kills=named)])
            settled += 1
    return settled


def kill_of(notice: Document, story: Hit) -> Document:
    """The kill of a story that a notice announces: of the notice's time and receipt, with its words as the reason."""
    return msgspec.structs.replace(
        notice,
        id=story.id,
        guid=story.document["guid"],
        version=notice.version | KILL_RANK,
        status="canceled",
        kind="kill",
        slugline=notice.kills.slugline if notice.kills else "",
        editorial_note=notice.editorial_note or notice.headline,
        links=(*notice.links, Link("killedBy", notice.guid)),
        kills=None,
    )


async def _meant(store: Store, notice: Document, window: timedelta) -> list[Hit]:
    """The documents of the one story that a notice means; none where none or several fit."""
    wanted = notice.kills or NamedStory()
    try:
        found = await store.find(parsed(_query(notice, wanted, window), store.limits))
    except QueryError:
        return []
    hits = [hit for hit in found.hits if hit.id != notice.id and _is_called(hit.document, notice.source, wanted)]
    fates = await store.fates([hit.id for hit in hits]) if hits else {}
    hits = [hit for hit in hits if hit.id in fates]
    for hit in hits:
        order = sign_of(msgspec.structs.asdict(kill_of(notice, hit))).order
        if any(kill.order == order for kill in fates[hit.id].known.kills):
            return [one for one in hits if one.document["guid"] == hit.document["guid"]]
    fit = [hit for hit in hits if _is_in_time(hit.document, fates[hit.id], notice, window)]
    one_story = len({hit.document["guid"] for hit in fit}) == 1 and found.total <= MOST
    return fit if one_story else []


def _query(notice: Document, wanted: NamedStory, window: timedelta) -> Query:
    exact = [("source", notice.source)]
    parts = []
    if wanted.guid:
        exact.append(("guid", wanted.guid))
    else:
        for name, fields in (
            ("slugline", ("slugline", "killed")),
            ("headline", ("headline", "killed", "previous_headline")),
        ):
            if phrase := " ".join(getattr(wanted, name).replace('"', " ").replace("\\", " ").split()[:PHRASE]):
                parts.append("(" + " OR ".join(f'{field}:"{phrase}"' for field in fields) + ")")
    since = min(notice.version_created, notice.received_at) - window
    return Query(" ".join(parts), exact=tuple(exact), since=since, hidden=True, sort="newest", limit=MOST, brief=True)


def _is_called(story: Mapping[str, Any], source: str, wanted: NamedStory) -> bool:
    """Whether a story of that source bears, or bore, all the names that a notice gives. No notice is one."""
    if story["source"] != source or story["kind"] == "advisory":
        return False
    if wanted.guid:
        return bool(story["guid"].casefold() == wanted.guid.casefold())
    killed = story.get("killed") or {}
    names = {
        "slugline": [story["slugline"], killed.get("slugline")],
        "headline": [
            story["headline"], killed.get("headline"), *(row["headline"] for row in story["previous_headlines"] or ())
        ],
    }  # fmt: skip
    return all(
        not (name := _plain(getattr(wanted, field))) or name in {_plain(one) for one in known}
        for field, known in names.items()
    ) and any(_plain(getattr(wanted, field)) for field in names)


def _plain(name: str | None) -> str:
    """A name without regard to case, spaces and what stands around it."""
    return " ".join((name or "").casefold().split()).strip(" \"'“”„«»‘’/.,;:")


def _is_in_time(story: Mapping[str, Any], kept: StoryState, notice: Document, window: timedelta) -> bool:
    """Whether a story was there when the notice was given, and at the time that this names, if it does."""
    made, received = (datetime.fromisoformat(story[field]) for field in ("version_created", "received_at"))
    sent = notice.kills.sent if notice.kills else ""
    if sent and (story["status"] == "canceled" or not any(_is_at(moment, sent) for moment in (made, received))):
        return False
    last = int(notice.received_at.timestamp() * 1000)
    first = last - int(window.total_seconds() * 1000)
    if any(first <= fact.receipt <= last for fact in kept.known.seen):
        return True
    by_agency = story.get("ordered_by") == notice.ordered_by == "provider" and story["status"] != "canceled"
    return by_agency and notice.version_created - window <= made < notice.version_created


def _is_at(moment: datetime, clock: str) -> bool:
    """Whether a moment's hour and minute are those of a clock, on whatever day."""
    hour, minute = map(int, clock.split(":"))
    apart = abs(timedelta(hours=moment.hour - hour, minutes=moment.minute - minute, seconds=moment.second))
    return min(apart, DAY - apart) <= CLOCKS
