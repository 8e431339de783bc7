"""Saved searches alert of what their owners may see, also when rights change: the file of roles in, searches out.

A search that alerts is matched far from the page, where nobody logs in. So it bears the sources of its owner, which are
looked after here. Of an account that was closed, or has no role any more, nothing alerts and the sessions end.
"""

import asyncio
import logging

from search.desk import Desk, DeskUnavailable
from search.http.keys import Denied
from search.visibility import NO_SOURCE, Sources
from search.web.login.access import named_reader
from search.web.login.rights import Rights, RightsFile

log = logging.getLogger(__name__)

EVERY = 10.0  # seconds


async def tend_for_ever(desk: Desk, file: RightsFile | None, every: float = EVERY) -> None:
    """Look after saved searches: that they bear the rights of now, where there are any, and that changes are told."""
    while True:
        try:
            if file:
                await review(desk, file.current())
            await desk.searches.tell()
        except (Denied, DeskUnavailable) as error:  # said where it is found; until it is mended all stays as it is
            log.debug("saved searches were not looked after: %s", error)
        except Exception:
            log.exception("saved searches were not looked after")
        await asyncio.sleep(every)


async def review(desk: Desk, rights: Rights) -> None:
    """Give each saved search the sources that its owner may see now, and end the sessions of closed accounts."""
    groups = await desk.groups()
    for search in await desk.searches.all():
        sources = _sources(rights, search.owner, groups.get(search.owner, ()))
        if sources != search.sources:
            await desk.searches.narrow(search, sources)
    for name in rights.otherwise.closed:
        await desk.sessions.end_all(name)


def _sources(rights: Rights, name: str, groups: tuple[str, ...]) -> Sources:
    try:
        return rights.of(named_reader(name, groups=groups)).sources
    except Denied:
        return NO_SOURCE
