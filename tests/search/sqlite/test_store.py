"""What only the embedded store has: one file, several processes, and their turns."""

import multiprocessing
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from search.query.request import Limits
from search.sqlite.store import SqliteStore
from search.store import StoreError, StoreUnavailable
from streams.wire.article_ids import article_version
from tests.search.samples import START, document, question
from tests.search.versions.test_precedence import FAR, Life, at, told

STORIES, WRITERS = 60, 3


async def _write(path: Path, number: int) -> None:
    store = SqliteStore(path)
    await store.set_up()
    for n in range(STORIES):
        await store.write([document(f"{number}-{n}"), document("shared", version=n * WRITERS + number)])
    await store.close()


def write_in_process(path: Path, number: int) -> None:
    import asyncio  # noqa: PLC0415 - the new process starts here

    asyncio.run(_write(path, number))


async def test_several_processes_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "index.db"
    start = multiprocessing.get_context("spawn")
    writers = [start.Process(target=write_in_process, args=(path, number)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
        assert writer.exitcode == 0
    store = SqliteStore(path)
    assert await store.count() == STORIES * WRITERS + 1
    shared = await store.get("shared")
    assert shared is not None
    assert shared["version"] == STORIES * WRITERS - 1
    await store.close()


async def test_a_turn_that_does_not_come_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    store = SqliteStore(path, timeout=0.1)
    await store.set_up()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        await store.write([document()])
    assert (await store.find(question("putin"))).total == 0  # readers never wait
    other.execute("ROLLBACK")
    other.close()
    assert [outcome.state for outcome in await store.write([document()])] == ["written"]
    await store.close()


async def test_a_search_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "index.db", limits=Limits(seconds=0.0))
    await store.set_up()
    await store.write([document(str(n)) for n in range(500)])
    with pytest.raises(StoreUnavailable, match="took more than"):
        await store.find(question("putin OR xi OR china OR taiwan"))
    await store.close()


async def test_a_file_of_another_layout_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    other = sqlite3.connect(path)
    other.execute("PRAGMA user_version = 99")
    other.close()
    store = SqliteStore(path)
    with pytest.raises(StoreError, match=r"layout 99.*new file"):
        await store.set_up()
    await store.close()


async def test_a_file_of_the_first_layout_is_given_its_times_of_receipt(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    store = SqliteStore(path)
    await store.set_up()
    await store.write([document("first"), document("second", received_at=START + timedelta(hours=1))])
    await store.close()
    older = sqlite3.connect(path)
    older.execute("DROP INDEX stories_by_arrival")
    older.execute("ALTER TABLE stories DROP COLUMN received_at")
    older.execute("PRAGMA user_version = 1")
    older.close()
    store = SqliteStore(path)
    with pytest.raises(StoreError, match="older program") as caught:
        await store.find(question(sort="arrived"))
    assert caught.value.remedy == "set up"
    for _ in range(2):
        await store.set_up()
        assert [hit.id for hit in (await store.find(question(sort="arrived"))).hits] == ["second", "first"]
    await store.close()


async def test_a_file_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "index.db")
    with pytest.raises(StoreUnavailable, match="does not exist yet") as caught:
        await store.find(question("putin"))
    assert caught.value.remedy == "set up"
    assert not (tmp_path / "index.db").exists()


async def test_the_full_text_indices_follow_every_change(tmp_path: Path) -> None:
    """FTS5 keeps its words apart from the table: its own check finds any that were left behind."""
    path = tmp_path / "index.db"
    store = SqliteStore(path)
    await store.set_up()
    for version in range(1, 30):
        status = "canceled" if version % 7 == 0 else "usable"
        texts = [f"word{version} again {n}" for n in range(3)]
        await store.write([document(str(n), version, headline=text, status=status) for n, text in enumerate(texts)])
        await store.write([document("0", version - 1, headline="late")])
    await store.close()
    other = sqlite3.connect(path)
    for table in ("stems", "exact"):
        other.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
    owners = "SELECT DISTINCT rowid / 65536 FROM names UNION SELECT DISTINCT rowid / 65536 FROM stances UNION SELECT story FROM codes"
    assert {row[0] for row in other.execute(owners)} == {row[0] for row in other.execute("SELECT rowid FROM stories")}
    other.close()


async def test_a_story_stored_with_a_time_far_ahead_is_killed_and_corrected_like_any_other(tmp_path: Path) -> None:
    """As an older program stored it: its version made of the year 2199. What is read of it is held to its receipt."""
    path = tmp_path / "index.db"
    store = SqliteStore(path)
    await store.set_up()
    old = told("new", FAR, at(1), "Libel")
    version = article_version(FAR, "usable", "new", "", "Libel")
    acts: list[tuple[str, Life]] = [("corrected", "correction"), ("killed", "kill")]
    for name, act in acts:
        await store.write([msgspec.structs.replace(old, id=name)])
        with closing(sqlite3.connect(path)) as db:
            (source,) = db.execute("SELECT document FROM stories WHERE id = ?", (name,)).fetchone()
            changed = {**msgspec.json.decode(source), "version": version}
            del changed["ordered_by"]
            values = (version, msgspec.json.encode(changed), name)
            db.execute("UPDATE stories SET version = ?, document = ? WHERE id = ?", values)
            db.commit()
        assert (await store.fates([name]))[name].version == old.version
        await store.write([msgspec.structs.replace(told(act, at(2), at(3), "Right"), id=name)])
    await store.write([msgspec.structs.replace(told("new", FAR, at(9), "Libel"), id="killed")])  # fed again
    stands = [await store.get(name) for name in ("corrected", "killed")]
    assert [one and (one["headline"], one["status"]) for one in stands] == [("Right", "usable"), ("", "canceled")]
    await store.close()
