"""A server that hangs keeps no other waiting, and what must be taken back waits for nothing else."""

from typing import Any

import pytest

from search.alerts.saved import Channel
from tests.streams.alerts.processes import Log, Process, SlowServer, saved, until, version


def search_for(word: str) -> Any:
    """A search for a word, which alerts the host of that name."""
    hook = Channel("webhook", f"https://{word}.example.org/")
    return saved(word, query={"q": word}, channels=(hook,))


def about(word: str, number: int = 1, **fields: Any) -> Any:
    """A story about a word."""
    return version(number, **({"story": word, "headline": word, "body": f"All about {word}."} | fields))


@pytest.mark.parametrize("at_once", [32, 128])
async def test_a_fast_server_that_hangs_leaves_places_for_others(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    server = SlowServer("alpha.example.org")
    searches = [search_for("alpha"), search_for("beta")]
    process = Process(Log(), searches, {"webhook": server}, monkeypatch, alert_at_once=at_once)
    server.answers.set()
    await process.comes(*(about("alpha", story=f"fast {number}") for number in range(40)))
    assert len(server.taken) == 40
    server.answers.clear()
    await process.decides(*(about("alpha", story=f"hangs {number}") for number in range(40)))
    async with process.sending():
        await until(lambda: len(server.asked) > 40)
        await process.decides(about("beta"))
        await until(lambda: [one.search for one in server.taken[40:]] == ["beta"])
        server.answers.set()
    assert len(server.taken) == 81


async def test_a_kill_goes_before_what_waits_for_other_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    server = SlowServer("alpha.example.org")
    searches = [search_for(word) for word in ("alpha", "beta", "gamma")]
    process = Process(Log(), searches, {"webhook": server}, monkeypatch, alert_at_once=1)
    await process.comes(about("gamma"))
    await process.decides(about("alpha"))
    async with process.sending():
        await until(lambda: len(server.asked) == 2)
        await process.decides(about("beta"))
        await until(lambda: process.waiting("webhook") == 1)
        await process.decides(about("gamma", 2, status="canceled", kind="kill"))
        await until(lambda: process.waiting("webhook") == 2)
        server.answers.set()
    assert [one.search for one in server.taken] == ["gamma", "alpha", "gamma", "beta"]
