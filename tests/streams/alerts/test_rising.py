"""Alerts that there are more stories of a search than usual: each once, whichever process looks."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from processors.events.trends import HOUR
from search.alerts.saved import Channel, QuietHours
from search.alerts.wording import line_of, link_of
from search.store import StoreUnavailable
from streams import metrics
from streams.alerts.rising import RiseWatcher
from tests.search.alerts.test_rises import NOW, Times, each
from tests.streams.alerts.processes import Process, Server, saved, version

STORIES = Times(each(9, timedelta(minutes=10)), each(400, timedelta(days=2)) + each(20, timedelta(minutes=20)))
WATCHED = saved("acme", query={"entity": "Acme"}, rising=3.0, channels=(Channel("mail", "ann@example.org"),))


class Away(Times):
    async def find(self, query: Any) -> Any:
        raise StoreUnavailable("the index is away")


class Heavy(Times):
    """It does not answer in time to what asks for Acme; ``heard`` are the names that were asked for."""

    def __init__(self) -> None:
        super().__init__(STORIES.matching, STORIES.others)
        self.heard: list[str] = []

    async def find(self, query: Any) -> Any:
        if query.names:
            self.heard.append(query.names[0][1].text)
        if query.names and self.heard[-1].startswith("Acme"):
            raise StoreUnavailable("this takes too long")
        return await super().find(query)


async def looks(process: Process, store: Times = STORIES) -> None:
    """A process counts, and sends what is due."""
    watch = RiseWatcher(process.settings, process.journal, process.searches, lambda _: store)  # type: ignore[arg-type, return-value]
    await process.journal.write(await watch.due_alerts(process.now))
    await process.sends()


@pytest.fixture
def watching(start: Any) -> Any:
    """Starts a process that has a search to watch."""

    def make(search: Any = WATCHED) -> Process:
        process: Process = start(search)
        process.now = NOW
        return process

    return make


async def test_a_rise_is_told_once_also_by_a_successor_and_again_after_a_day(watching: Any, server: Server) -> None:
    process = watching()
    await process.comes(version(headline="Acme", body="Acme floods."))
    assert server.taken == [], "no single story alerts"
    await looks(process, Away([], []))
    await looks(process)
    assert metrics.SEARCH_TIMES.labels("acme")._value.get() > 3
    await looks(process)
    successor = watching()
    successor.now += HOUR
    await looks(successor, Times(each(9, timedelta(minutes=-50)), STORIES.others))
    assert [line_of(message.items[0]) for message in server.taken] == [
        "Rising: Acme, 9 stories in the past hour, hardly ever before (Newswire)"
    ]
    (message,) = server.taken
    assert link_of(message, message.items[0].notice) == "https://wire.example.org/?entity=Acme&since=1h"
    successor.now = NOW + timedelta(days=1, minutes=5)
    later = [at + timedelta(days=1) for at in STORIES.matching]
    await looks(successor, Times(later, [*STORIES.others, *(at + timedelta(days=1) for at in STORIES.others)]))
    assert len(server.taken) == 2


async def test_only_one_of_two_processes_counts_for_a_search(watching: Any, server: Server) -> None:
    one, other = watching(), watching()
    one.journal.owned, other.journal.owned = {0, 1}, {2, 3}
    await looks(one)
    await looks(other)
    assert len(server.taken) == 1


async def test_quiet_hours_hold_it_back(watching: Any, server: Server) -> None:
    process = watching(saved("acme", query={"entity": "Acme"}, rising=3.0, quiet=QuietHours("12:00", "14:00")))
    await looks(process)
    assert server.taken == []
    await process.passes(hours=2)
    assert len(server.taken) == 1


async def test_a_search_that_is_not_answered_keeps_no_other_waiting(
    watching: Any, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    process = watching()
    process.searches.take(
        [(b"z", msgspec.json.encode(msgspec.structs.replace(WATCHED, id="z", query={"entity": "Z"})))]
    )
    await looks(process, Heavy())
    assert [message.search for message in server.taken] == ["z"]
    assert "search acme rises is not known" in caplog.text


async def test_a_round_ends_with_an_index_that_is_away_and_the_next_goes_on_from_there(watching: Any) -> None:
    process, store = watching(), Heavy()
    names = [f"Acme {number}" for number in range(5)]
    process.searches.take([(b"acme", None)])
    process.searches.take(
        (name.encode(), msgspec.json.encode(msgspec.structs.replace(WATCHED, id=name, query={"entity": name})))
        for name in names
    )
    watch = RiseWatcher(process.settings, process.journal, process.searches, lambda _: store)  # type: ignore[arg-type, return-value]
    await watch.due_alerts(NOW)
    assert store.heard == names[:3]
    await watch.due_alerts(NOW)
    assert store.heard == [*names, names[0]]


async def test_a_search_whose_id_begins_with_that_of_another_does_not_mute_it(watching: Any, server: Server) -> None:
    process = watching(msgspec.structs.replace(WATCHED, id="acme 2", name="Longer"))
    process.journal.log.partitions = process.journal.partitions = 1
    process.journal.owned = {0}
    await looks(process)
    process.searches.take([(b"acme", msgspec.json.encode(WATCHED))])
    await looks(process)
    assert [message.search for message in server.taken] == ["acme 2", "acme"]
