"""What open pages are told of the stories that they show."""

from collections.abc import Mapping
from typing import Any

from search.visibility import Sources
from search.web.subscriptions import Listener, ServerSentEvent, ShownStoriesPoller


async def test_a_story_that_a_page_comes_to_show_while_we_ask_is_not_taken_for_changed() -> None:
    page = Listener({"one": 1, "gone": 1}, hidden=False)

    async def versions(ids: list[str], _: bool, __: Sources) -> Mapping[str, int]:
        page.put(ServerSentEvent("event: stories", (("two", 1),)))
        return {story: 1 for story in ids if story != "gone"}

    async def read(_: str) -> None:
        return None

    async def tell(changed: Mapping[str, Any], _: bool) -> ServerSentEvent:
        return ServerSentEvent(f"event: states {sorted(changed)}", ())

    poller = ShownStoriesPoller(versions, read, tell, 1.0)
    poller._listeners.add(page)
    await poller._look()
    told = [page.events.get_nowait() for _ in range(page.events.qsize())]
    assert told == ["event: stories", "event: states ['gone']"]
