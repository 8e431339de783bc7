"""What readers do at their desks: forms in, changes of the desk, and back to the page where the form was."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import parse_qsl
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from search.alerts.saved import NOT_ON_THE_DESK, Channel, SavedSearch, without_empty
from search.desk import Desk, DeskUnavailable
from search.query.addresses import address
from search.visibility import closing_words
from search.web.desk.forms import Form, form_of
from search.web.desk.pages import NO_DESK
from search.web.desk.showing import address_of, desk_for, watching
from search.web.login.access import Reader
from search.web.pages_story import known_story
from search.web.site import reader_of, require, zone_of

router = APIRouter(prefix="/desk", include_in_schema=False)

DIGESTS = {"at once": "at once", "hourly": "hourly", "daily": "daily"}
ONE_AN_EVENT = {"one": True, "every": False}  # else one in digests only
NOT_KEPT = "My desk is not available, so this was not kept. Go back and try again in a moment."
MOST_PARAMETERS = 100
NOT_AFTER_A_KILL = ("claim", "take-over", "use", "put")

Act = Callable[[Desk, Reader, Form, str], Awaitable[str | None]]  # the last is the reader's time zone
StoryAct = Callable[[Desk, str, Form, int], Awaitable[None]]


@router.post("/story/{action}")
async def on_story(request: Request, action: str) -> Response:
    """Do one of `ON_STORIES` with a story, which must be visible to the reader."""
    if action not in ON_STORIES:
        raise HTTPException(404)
    desk, reader, form = await _received(request)
    if action in ("claim", "take-over", "release"):
        require(request, "claim")
    if action == "unuse" and form["at"]:  # what others have marked is taken back by editors only
        require(request, "correct")
    document = await known_story(request, form["story"])
    if document["status"] == "canceled" and action in NOT_AFTER_A_KILL:
        raise HTTPException(409, closing_words(document))
    version = int(document["version"])

    return await _done(lambda: ON_STORIES[action](desk, reader.owner, form, version), form)


@router.post("/lists/{action}")
async def on_lists(request: Request, action: str) -> Response:
    """Save, open or remove a saved search, a watch-list or a collection."""
    if action not in ON_LISTS:
        raise HTTPException(404)
    desk, reader, form = await _received(request)
    zone = zone_of(request)
    return await _done(lambda: ON_LISTS[action](desk, reader, form, zone), form)


async def _received(request: Request) -> tuple[Desk, Reader, Form]:
    desk, reader = desk_for(request), reader_of(request)
    if desk is None:
        raise HTTPException(403, NO_DESK)
    form = await form_of(request, reader)
    try:
        await desk.meet(reader.owner, reader.display, reader.groups)
    except DeskUnavailable:
        raise HTTPException(503, NOT_KEPT, {"Retry-After": "5"}) from None
    return desk, reader, form


async def _done(act: Callable[[], Awaitable[str | None]], form: Form) -> Response:
    """The change made, and where to go then; what could not be kept is said, never passed over."""
    try:
        then = await act()
    except DeskUnavailable:
        raise HTTPException(503, NOT_KEPT, {"Retry-After": "5"}) from None
    except ValueError as error:
        raise HTTPException(400, str(error)) from None
    return RedirectResponse(then or form.back, 303)


async def _collection(desk: Desk, name: str, form: Form) -> str:
    """The collection that a story goes to: a new one where a name is typed, since the other may be preselected."""
    if form["name"]:
        return await desk.collections.make(name, form["name"], shared=form["shared"] == "1")
    if not form["collection"]:
        raise ValueError("choose a collection, or give a new one a name")
    return form["collection"]


async def _claim(desk: Desk, name: str, form: Form, _: int) -> None:
    await desk.stories.claim(name, form["story"])  # the page that follows says who has it


async def _take_over(desk: Desk, name: str, form: Form, _: int) -> None:
    await desk.stories.take_over(name, form["story"], _moment(form))


async def _unuse(desk: Desk, name: str, form: Form, _: int) -> None:
    if form["at"]:
        await desk.stories.unuse(form["story"], at=_moment(form))
    else:
        await desk.stories.unuse(form["story"], reader=name)


def _moment(form: Form) -> int:
    """The moment, in milliseconds, at which somebody did what the form is about."""
    if not (form["at"].isascii() and form["at"].isdigit() and len(form["at"]) < 16):  # noqa: PLR2004 - as 64 bits have
        raise ValueError("say which claim or mark is meant, by its time")
    return int(form["at"])


async def _put(desk: Desk, name: str, form: Form, _: int) -> None:
    await desk.collections.put(name, await _collection(desk, name, form), form["story"])


ON_STORIES: dict[str, StoryAct] = {
    "claim": _claim,
    "take-over": _take_over,
    "release": lambda desk, name, form, _: desk.stories.release(name, form["story"]),
    "note": lambda desk, name, form, _: desk.stories.note(name, form["story"], form["words"]),
    "unnote": lambda desk, name, form, _: desk.stories.unnote(name, form["story"], form["note"]),
    "tag": lambda desk, name, form, _: desk.stories.tag(name, form["story"], form["tag"]),
    "untag": lambda desk, _, form, __: desk.stories.untag(form["story"], form["tag"]),
    "use": lambda desk, name, form, version: desk.stories.use(name, form["story"], version),
    "unuse": _unuse,
    "put": _put,
    "take": lambda desk, name, form, _: desk.collections.take(name, form["collection"], form["story"]),
}


async def _save_search(desk: Desk, reader: Reader, form: Form, zone: str) -> str:
    given = parse_qsl(form["query"].lstrip("?"), max_num_fields=MOST_PARAMETERS)
    query: dict[str, str | list[str]] = {}
    for name, value in given:
        there = query.get(name)
        query[name] = value if there is None else [*([there] if isinstance(there, str) else there), value]
    sent_by = [Channel(kind, form[kind]) for kind in ("mail", "push") if form[kind]]
    rising, alert = _number(form["rising"]), form["alert"] == "1"
    if rising is not None and alert and not sent_by:
        raise ValueError(f"rising: {NOT_ON_THE_DESK}; give a mail address, or choose In this browser")
    search = SavedSearch(
        id=await _id_of(desk, reader, form["id"]),
        owner=reader.owner,
        name=form["name"],
        query=without_empty(query),
        changed_at=datetime.now(UTC),
        alert=alert,
        channels=(Channel("desk"), *sent_by),
        zone=zone,
        sources=reader.sources,
        digest=DIGESTS.get(form["digest"], "at once"),  # type: ignore[arg-type]  # one of these
        one_an_event=ONE_AN_EVENT.get(form["reports"]),
        rising=rising,
    )
    await desk.searches.save(search, shared=form["shared"] == "1")
    return form.back


async def _id_of(desk: Desk, reader: Reader, given: str) -> str:
    """The id of a search that this reader has, or a new one.

    On ``news.searches`` ids are all that tells searches apart, those of the command line among them, which are no
    secret. So none is taken from a form that is not known to be this reader's.
    """
    mine = {one.search.id for one in await desk.searches.of(reader.owner)} if given else ()
    return given if given in mine else uuid4().hex


def _number(text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        raise ValueError("rising: write a number") from None


async def _share_search(desk: Desk, reader: Reader, form: Form, _: str) -> None:
    await desk.searches.share(reader.owner, form["id"], shared=form["shared"] == "1")


async def _open_search(desk: Desk, reader: Reader, form: Form, _: str) -> str:
    found = [one.search for one in await desk.searches.of(reader.owner) if one.search.id == form["id"]]
    if not found:
        raise ValueError("there is no such saved search")
    await desk.searches.see(reader.owner, form["id"])
    return address_of(found[0])


async def _remove_search(desk: Desk, reader: Reader, form: Form, _: str) -> None:
    await desk.searches.remove(reader.owner, form["id"])


async def _save_watch_list(desk: Desk, reader: Reader, form: Form, _: str) -> None:
    names = [name for value in form.all("names") for name in value.splitlines()]
    there = [one.names for one in await desk.watch_lists.of(reader.owner) if one.name == form["name"]]
    await desk.watch_lists.save(reader.owner, form["name"], [*(there[0] if there and form["add"] else ()), *names])


async def _open_watch_list(desk: Desk, reader: Reader, form: Form, _: str) -> str:
    found = [one for one in await desk.watch_lists.of(reader.owner) if one.name == form["name"]]
    if not found:
        raise ValueError("there is no such watch-list")
    await desk.watch_lists.see(reader.owner, form["name"])
    return address("/", [("q", watching(found[0].names))])


async def _remove_watch_list(desk: Desk, reader: Reader, form: Form, _: str) -> None:
    await desk.watch_lists.remove(reader.owner, form["name"])


async def _make_collection(desk: Desk, reader: Reader, form: Form, _: str) -> None:
    await desk.collections.make(reader.owner, form["name"], shared=form["shared"] == "1")


async def _remove_collection(desk: Desk, reader: Reader, form: Form, _: str) -> None:
    await desk.collections.remove(reader.owner, form["collection"])


ON_LISTS: dict[str, Act] = {
    "save-search": _save_search, "open-search": _open_search, "remove-search": _remove_search,
    "share-search": _share_search,
    "save-watch-list": _save_watch_list, "open-watch-list": _open_watch_list,
    "remove-watch-list": _remove_watch_list, "make-collection": _make_collection,
    "remove-collection": _remove_collection,
}  # fmt: skip
