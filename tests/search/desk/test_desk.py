"""What readers keep, in both databases: by several processes at once, and through faults."""

import asyncio
import re
import sqlite3
from pathlib import Path

import msgspec
import pytest

from search.alerts.saved import SavedSearch
from search.desk import Desk, DeskUnavailable, open_database
from search.desk.lists import MOST_NAMES
from search.desk.migrations import MIGRATIONS, DeskTooNew
from search.desk.stories import MOST_TAGS
from tests.search.desk.conftest import DeskMaker
from tests.search.samples import START


def search(name: str = "oil", **fields: object) -> SavedSearch:
    values = {"id": f"ada-{name}", "owner": "ada", "name": name, "query": {"q": name}, "changed_at": START} | fields
    return SavedSearch(**values)  # type: ignore[arg-type]


async def test_two_editors_take_one_story_and_the_first_has_it(new_desk: DeskMaker) -> None:
    one, other = new_desk(), new_desk()
    await one.meet("ada", "Ada Lovelace")
    for number in range(5):
        story = f"story{number}"
        had = await asyncio.gather(
            *(desk.stories.claim(name, story) for desk, name in ((one, "ada"), (other, "bob")) * 3)
        )
        assert len({mark.reader for mark in had}) == 1  # both are told the same
        assert {mark.display for mark in had} <= {"Ada Lovelace", "bob"}
        winner = had[0].reader
        loser = "bob" if winner == "ada" else "ada"
        await other.stories.release(loser, story)
        assert (await one.stories.marks("eve", [story]))[story].claim == had[0]
        await other.stories.release(winner, story)
        assert (await other.stories.claim(loser, story)).reader == loser
    assert {name for name, _ in await one.stories.claimed()} == {f"story{number}" for number in range(5)}


async def test_of_two_who_take_a_story_over_one_has_it_and_all_know_from_whom(new_desk: DeskMaker) -> None:
    one, other = new_desk(), new_desk()
    await one.meet("ada", "Ada Lovelace")
    await one.stories.claim("ada", "s")
    had = (await one.stories.marks("eve", ["s"]))["s"].claim
    assert had
    at = int(had.at.timestamp() * 1000)
    await one.stories.take_over("ada", "s", at)  # it is hers already
    assert (await one.stories.marks("eve", ["s"]))["s"].taken_from == ""
    before = (await one.stories.changes(None)).number
    await asyncio.sleep(0.002)  # so that the moments differ
    await asyncio.gather(one.stories.take_over("bob", "s", at), other.stories.take_over("eve", "s", at))
    marks = (await one.stories.marks("eve", ["s"]))["s"]
    assert marks.claim
    assert marks.claim.reader in ("bob", "eve")
    assert marks.taken_from == "Ada Lovelace"
    assert (await other.stories.changes(before)).stories == ("s",)
    assert (await other.stories.changes(before)).number == before + 1
    await one.stories.release(marks.claim.reader, "s")
    await one.stories.claim("ada", "s")
    assert (await one.stories.marks("eve", ["s"]))["s"].taken_from == ""


async def test_what_others_did_is_seen_by_all_and_counted_in_order(new_desk: DeskMaker) -> None:
    one, other = new_desk(), new_desk()
    start = (await other.stories.changes(None)).number
    await one.meet("ada", "Ada")
    await one.stories.note("ada", "s", "  Ask the\nminister  ")
    await one.stories.tag("ada", "s", " #Budget  2027 ")
    await one.stories.tag("bob", "s", "budget 2027")
    await one.stories.use("ada", "s", 3)
    await one.stories.read("bob", "s", 2)
    seen = await other.stories.changes(start)
    assert seen.stories == ("s",)
    assert await other.stories.changes(seen.number) == msgspec.structs.replace(seen, stories=())
    marks = (await other.stories.marks("bob", ["s", "none", "x" * 600]))["s"]
    assert [(note.words, note.by.display) for note in marks.notes] == [("Ask the\nminister", "Ada")]
    assert marks.tags == ("budget 2027",)
    assert ([one.reader for one in marks.used], [one.reader for one in marks.seen], marks.read) == (
        ["ada"],
        ["bob"],
        True,
    )
    assert not (await other.stories.marks("ada", ["s"]))["s"].read
    assert await other.stories.tagged("budget 2027") == ["s"]
    await one.stories.read("bob", "s", 2)  # known: nobody hears of it again
    assert (await other.stories.changes(seen.number)).stories == ()
    await other.stories.unnote("bob", "s", marks.notes[0].id)  # not his
    await one.stories.unnote("ada", "s", marks.notes[0].id)
    await one.stories.untag("s", "budget 2027")
    marks = (await other.stories.marks("bob", ["s"]))["s"]
    assert (marks.notes, marks.tags) == ((), ())


async def test_many_changes_at_once_are_all_seen(new_desk: DeskMaker) -> None:
    """Whoever follows the numbers misses none, whichever process wrote it."""
    desks = [new_desk(), new_desk()]
    followed: set[str] = set()
    follower, last = new_desk(), 0
    writing = asyncio.gather(*(desks[n % 2].stories.tag("ada", f"s{n}", "x") for n in range(24)))
    while not writing.done() or len(followed) < 24:
        change = await follower.stories.changes(last)
        followed |= set(change.stories)
        last = change.number
    await writing
    assert followed == {f"s{n}" for n in range(24)}


async def test_what_cannot_be_kept_is_said(new_desk: DeskMaker) -> None:
    desk = new_desk()
    for wrong in (
        desk.stories.note("ada", "s", "   "), desk.stories.note("ada", "s", "x" * 2001), desk.stories.tag("ada", "s", "#"),
        desk.stories.claim("ada", ""), desk.stories.claim("ada", "x" * 513), desk.watch_lists.save("ada", "empty", [" "]),
        desk.watch_lists.save("ada", "many", [str(n) for n in range(MOST_NAMES + 1)]),
        desk.collections.make("ada", " ", shared=True), desk.collections.put("ada", "no such", "s"),
        desk.searches.save(search(name=" ")), desk.searches.save(search(query={"q": "((("})),
    ):  # fmt: skip
        with pytest.raises(ValueError):
            await wrong
    for number in range(MOST_TAGS):
        await desk.stories.tag("ada", "s", f"t{number}")
    with pytest.raises(ValueError, match="at most"):
        await desk.stories.tag("ada", "s", "one more")


async def test_searches_are_of_one_reader_and_every_change_is_told_once_it_can_be(new_desk: DeskMaker) -> None:
    told: list[tuple[str, str | None]] = []
    away = True

    async def changed(name: str, found: SavedSearch | None) -> None:
        if away:
            raise OSError("Kafka is away")
        told.append((name, found.name if found else None))

    desk = new_desk(changed)
    kept = await desk.searches.save(search())
    assert kept.changed_at > START
    await desk.searches.save(search("gas"))
    await desk.searches.remove("eve", "ada-gas")  # not hers
    await desk.searches.save(search("oil price", id="ada-oil"))
    assert [one.search.name for one in await desk.searches.of("ada")] == ["gas", "oil price"]
    for given, shared in ((True, True), (None, True), (False, False), (None, False)):
        await desk.searches.save(search("oil price", id="ada-oil"), shared=given)
        assert (await desk.searches.of("ada"))[1].shared is shared, "without a word it stays as it is"
    assert await desk.searches.of("eve") == []
    with pytest.raises(ValueError, match="already"):
        await desk.searches.save(search("gas", id="another"))
    assert told == []
    away = False
    other = new_desk(changed)  # another process tells what this one could not
    await other.searches.tell()
    assert told == [("ada-gas", "gas"), ("ada-oil", "oil price")]
    await other.searches.tell()
    assert len(told) == 2
    await desk.searches.remove("ada", "ada-gas")
    assert told[-1] == ("ada-gas", None)
    before = (await desk.searches.of("ada"))[0].seen_at
    await asyncio.sleep(0.01)
    await desk.searches.see("ada", "ada-oil")
    assert (await desk.searches.of("ada"))[0].seen_at > before


async def test_lists_of_names_and_collections(new_desk: DeskMaker) -> None:
    desk = new_desk()
    await desk.watch_lists.save("ada", "Ministers", ["Xi Jinping", " Xi Jinping", "Putin", ""])
    await desk.watch_lists.save("ada", "Ministers", ["Putin"])
    assert [(one.name, one.names) for one in await desk.watch_lists.of("ada")] == [("Ministers", ("Putin",))]
    await desk.watch_lists.remove("eve", "Ministers")
    assert len(await desk.watch_lists.of("ada")) == 1
    mine = await desk.collections.make("ada", "Mine", shared=False)
    ours = await desk.collections.make("ada", "Ours", shared=True)
    assert await desk.collections.make("ada", "Ours", shared=True) == ours
    for collection in (mine, ours):
        await desk.collections.put("ada", collection, "s")
    assert [one.name for one in await desk.collections.seen_by("eve")] == ["Ours"]
    assert await desk.collections.of("eve", mine) is None
    with pytest.raises(ValueError, match="no such"):
        await desk.collections.put("eve", mine, "t")
    await desk.collections.put("eve", ours, "t")
    choice = await desk.collections.choice("ada", "s")
    assert ([one.name for one in choice.collections], {*choice.having}) == (["Mine", "Ours"], {mine, ours})
    assert (await desk.collections.choice("ada", "t")).having == (ours,)
    eves = await desk.collections.choice("eve", "s")
    assert ([one.name for one in eves.collections], eves.having, eves.last) == (["Ours"], (ours,), ours)
    assert (await desk.collections.choice("kim", "s")).last == ""
    found = await desk.collections.of("eve", ours)
    assert found
    assert (found[0].stories, set(found[1])) == (2, {"s", "t"})
    assert [one.reader for one in (await desk.stories.marks("eve", ["s"]))["s"].saved] == ["ada"]  # not the private one
    await desk.collections.take("eve", ours, "s")
    await desk.collections.remove("eve", ours)  # not hers
    assert len(await desk.collections.seen_by("eve")) == 1
    await desk.collections.remove("ada", ours)
    assert await desk.collections.seen_by("eve") == []


async def test_sessions_end(new_desk: DeskMaker) -> None:
    desk, other = new_desk(), new_desk()
    token = await desk.sessions.begin("ada", "kept", 60)
    found = await other.sessions.of(token)
    assert found
    assert found[0] == "kept"
    assert await other.sessions.of(token + "x") is None
    assert await other.sessions.of(await desk.sessions.begin("ada", "kept", 0)) is None
    assert await other.sessions.end_all("ada")
    assert await desk.sessions.of(token) is None
    await desk.sessions.keep_login("state", "nonce", 60)
    assert await other.sessions.take_login("state") == "nonce"
    assert await desk.sessions.take_login("state") is None  # once


async def test_a_file_that_others_made_is_upgraded_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "desk.db"
    desk = Desk(open_database(f"sqlite:///{path}"))
    await desk.stories.tag("ada", "s", "x")
    await desk.close()
    assert path.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT number FROM desk_layout").fetchall() == [
            (number + 1,) for number in range(len(MIGRATIONS))
        ]
        db.execute("INSERT INTO desk_layout VALUES (99)")
    desk = Desk(open_database(f"sqlite:///{path}"))
    with pytest.raises(DeskTooNew):
        await desk.stories.tagged("x")
    await desk.close()


async def test_no_text_of_a_story_has_a_place(tmp_path: Path) -> None:
    """Stories are known by their ids: no column could hold a headline or a text."""
    columns = set(re.findall(r"(\w+) (?:TEXT|BIGINT|INTEGER)", " ".join(MIGRATIONS)))
    assert not columns & {"headline", "body", "text", "document", "slugline", "summary"}


@pytest.mark.servers
async def test_a_server_that_goes_away_and_comes_back(new_desk: DeskMaker, request: pytest.FixtureRequest) -> None:
    if "postgresql" not in request.node.callspec.id:
        pytest.skip("SQLite has no server")
    server = request.getfixturevalue("postgresql_server")
    desk = new_desk()
    await desk.stories.claim("ada", "s")
    server.stop()
    loop = asyncio.get_running_loop()
    try:
        with pytest.raises(DeskUnavailable):
            await desk.stories.claim("bob", "t")
        start = loop.time()
        for _ in range(20):  # nobody waits for it again meanwhile
            with pytest.raises(DeskUnavailable):
                await desk.stories.marks("bob", ["s"])
        assert loop.time() - start < 1
    finally:
        server.start()
    await asyncio.sleep(2.1)
    assert (await desk.stories.claim("bob", "s")).reader == "ada"
    assert (await desk.stories.claim("bob", "t")).reader == "bob"


async def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "desk.db").mkdir()
    desk = Desk(open_database(f"sqlite:///{tmp_path / 'desk.db'}"))
    with pytest.raises(DeskUnavailable):
        await desk.stories.claim("ada", "s")


@pytest.mark.parametrize(
    "address", ["", "desk.db", "sqlite://", "mysql://h/d", "postgresql:///desk", "postgresql://u:secret@h/d"]
)
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(ValueError) as wrong:
        open_database(address)
    assert "secret" not in str(wrong.value)
