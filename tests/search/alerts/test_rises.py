"""When a saved search has more stories than usual: the same arithmetic as for what rises on the page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from processors.events.trends import HOUR, WEEK
from search.alerts.rises import RiseCounter, notice_of_rise
from search.alerts.saved import SavedSearch, checked
from search.alerts.wording import Message, MessageItem, subject_of
from search.query.request import DEFAULT_LIMITS
from search.store import SearchResults
from search.visibility import sources_named

NOW = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)
ACME = SavedSearch("acme", "ann", "Acme", {"entity": "Acme"}, NOW, rising=3)


class Times:
    """A store that knows of each story only when it was made, and whether it matches."""

    limits = DEFAULT_LIMITS

    def __init__(self, matching: list[datetime], others: list[datetime]) -> None:
        self.matching, self.others, self.asked = matching, others, list[Any]()

    async def find(self, query: Any) -> SearchResults:
        self.asked.append(query)
        some = self.matching if query.names else [*self.matching, *self.others]
        return SearchResults(sum(query.since <= at < query.until for at in some), (), "")


def each(count: int, ago: timedelta) -> list[datetime]:
    """So many stories at one time."""
    return [NOW - ago] * count


async def rise(matching: list[datetime], others: list[datetime], **changes: Any) -> Any:
    search = msgspec.structs.replace(ACME, **changes)
    return await RiseCounter(Times(matching, others)).rise(search, NOW)  # type: ignore[arg-type]  # asks for nothing else


async def test_a_search_rises_when_it_has_so_many_times_the_usual() -> None:
    usual = each(4, WEEK) + each(20, timedelta(days=2))
    others = each(60, WEEK) + each(400, timedelta(days=2)) + each(90, timedelta(minutes=20))
    found = await rise(usual + each(40, timedelta(minutes=10)), others)
    assert found is not None
    assert found.stories == 40
    assert 5 <= found.times <= 7
    assert await rise(usual + each(40, timedelta(minutes=10)), others, rising=10) is None, "ten times are asked for"
    assert await rise(usual + each(4, timedelta(minutes=10)), others) is None, "four are no trend"
    assert await rise(each(40, timedelta(minutes=10)), []) is None, "of nothing before, nothing is usual"
    assert await rise(usual + each(40, 2 * HOUR), others) is None, "that hour is over"


async def test_only_what_its_owner_may_see_is_counted() -> None:
    store = Times(each(9, timedelta(minutes=5)), each(50, timedelta(days=2)))
    allowed = sources_named(["AP"], only=True)
    await RiseCounter(store).rise(msgspec.structs.replace(ACME, sources=allowed), NOW)  # type: ignore[arg-type]
    assert len(store.asked) >= 10
    assert {query.sources for query in store.asked} == {allowed}


async def test_a_reader_is_told_how_far_it_rose_and_where_the_stories_are() -> None:
    found = await rise(each(9, timedelta(minutes=10)), each(400, timedelta(days=2)) + each(20, timedelta(minutes=20)))
    notice = notice_of_rise(ACME, found, NOW)
    assert notice.headline == "Rising: Acme, 9 stories in the past hour, hardly ever before"
    assert notice.lead == "fewer than one would be usual at this hour of the week."
    assert notice.address == "/?entity=Acme&since=1h"


async def test_a_name_with_line_feeds_and_marks_of_direction_is_one_clean_line_in_the_mail() -> None:
    name = "Acme\r\nBcc: all@example.org\u202e\x00 "
    found = await rise(each(9, timedelta(minutes=10)), each(400, timedelta(days=2)) + each(20, timedelta(minutes=20)))
    notice = notice_of_rise(msgspec.structs.replace(ACME, name=name), found, NOW)
    assert notice.headline.startswith("Rising: Acme Bcc: all@example.org, 9 stories")
    kept = checked(msgspec.structs.replace(ACME, name=name))
    assert kept.name == "Acme Bcc: all@example.org"
    written_before = msgspec.structs.replace(notice, headline="Rising:\nAcme")
    message = Message("id", ACME.id, ACME.name, "alert", (MessageItem("alert", written_before),))
    assert subject_of(message) == "Rising: Acme"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({"rising": 1.5}, "rising: a number"), ({"rising": float("nan")}, "rising: a number"),
     ({"query": {"q": "x", "since": "1h"}}, "rising: give no times")],
)  # fmt: skip
def test_what_cannot_rise_is_refused(fields: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        checked(msgspec.structs.replace(ACME, **fields))
