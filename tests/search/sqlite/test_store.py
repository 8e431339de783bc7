"""What only the embedded store has: one file, several processes, and their turns."""

import multiprocessing
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from search.articles import Concept
from search.query.request import Limits
from search.sqlite.finding import ORDERED
from search.sqlite.query import SqlCondition
from search.sqlite.store import SqliteStore
from search.sqlite.tables import LANGUAGE_COLUMNS, SENTENCE
from search.store import StoreError, StoreUnavailable
from streams.wire.article_ids import article_version
from tests.search.samples import START, document, question
from tests.search.sqlite.writing import STORIES, WRITERS, write_in_process
from tests.search.versions.test_precedence import FAR, Life, at, told


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


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("file.txt/index.db", "cannot be made: .*/file.txt is a file, not a folder"),
        ("/proc/x/index.db", "/proc/x/index.db cannot be made: no such file or directory at /proc/x"),
        ("folder", "folder is a folder, not a file"),
        ("f" * 300, "cannot be made: file name too long"),
    ],
)
async def test_a_path_where_no_file_can_be_made_is_said_with_what_helps(tmp_path: Path, path: str, said: str) -> None:
    (tmp_path / "file.txt").touch()
    (tmp_path / "folder").mkdir()
    store = SqliteStore(tmp_path / path)
    with pytest.raises(StoreError, match=said) as raised:
        await store.set_up()
    assert raised.value.remedy == "another file"
    await store.close()


async def test_a_folder_is_no_index_for_those_who_only_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder, not a file"):
        await SqliteStore(tmp_path).count()


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


async def test_a_file_of_the_first_layout_is_given_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    store = SqliteStore(path)
    await store.set_up()
    await store.write([document("first"), document("second", received_at=START + timedelta(hours=1))])
    await store.close()
    older = sqlite3.connect(path)
    sentences = older.execute("SELECT * FROM codes WHERE field = ?", (SENTENCE,)).fetchall()
    assert len(sentences) == 6
    counted = older.execute("SELECT * FROM counted ORDER BY story").fetchall()
    by_term = older.execute("SELECT * FROM by_term").fetchall()
    assert len(by_term) > len(counted) == 2
    for later in ("INDEX stories_small", "TABLE counted", "TABLE terms", "TABLE by_term"):
        older.execute(f"DROP {later}")
    older.execute("DELETE FROM codes WHERE field = ?", (SENTENCE,))
    older.commit()
    for later in ("arrival", "receipt"):
        older.execute(f"DROP INDEX stories_by_{later}")
    for trigger in ("stories_in", "stories_changed"):  # the only ones that name the later columns
        older.execute(f"DROP TRIGGER {trigger}")
    for column in ("arrived_at", "received_at", *LANGUAGE_COLUMNS):
        older.execute(f"ALTER TABLE stories DROP COLUMN {column}")
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
    with closing(sqlite3.connect(path)) as newer:
        assert newer.execute("SELECT * FROM codes WHERE field = ?", (SENTENCE,)).fetchall() == sentences
        assert newer.execute("SELECT * FROM counted ORDER BY story").fetchall() == counted
        assert newer.execute("SELECT * FROM by_term").fetchall() == by_term


async def test_whole_values_are_those_of_the_last_version(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "index.db")
    await store.set_up()
    await store.write([document("one", subjects=(Concept("Economy", "medtop:04000000"), Concept("Oil", "")))])
    for value in ("Economy", "Oil", "medtop:04000000"):
        assert [hit.id for hit in (await store.find(question(exact=(("subject", value),)))).hits] == ["one"]
    await store.write([document("one", 2, subjects=(Concept("Oil", ""),))])
    for value, ids in (("Economy", []), ("Oil", ["one"]), ("oil", []), ("medtop:04000000", [])):
        assert [hit.id for hit in (await store.find(question(exact=(("subject", value),)))).hits] == ids
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


async def test_stories_of_a_file_of_layout_10_are_given_their_times_of_arrival(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    store = SqliteStore(path)
    await store.set_up()
    until = START + timedelta(hours=2)
    await store.write([document("freed", embargo_until=until), document("o", received_at=START + timedelta(hours=1))])
    await store.close()
    with closing(sqlite3.connect(path)) as older:
        for index in ("arrival", "receipt", "small"):
            older.execute(f"DROP INDEX stories_{'' if index == 'small' else 'by_'}{index}")
        older.execute("ALTER TABLE stories DROP COLUMN arrived_at")
        older.execute("CREATE INDEX stories_by_arrival ON stories (received_at DESC)")
        older.execute("PRAGMA user_version = 10")
        older.commit()
    store = SqliteStore(path)
    await store.set_up()
    for query in (question(sort="arrived"), question(arrived_since=until, sort="arrived")):
        assert (await store.find(query)).hits[0].id == "freed"
    await store.close()


@pytest.mark.parametrize(
    ("sort", "index"),
    [("arrived", "stories_by_arrival"), ("received", "stories_by_receipt"), ("newest", "stories_by_time")],
)
async def test_a_page_in_order_is_read_from_an_index_in_that_order(tmp_path: Path, sort: Any, index: str) -> None:
    path = tmp_path / "index.db"
    store = SqliteStore(path)
    await store.set_up()
    await store.close()
    by_receipt = {"sort": "arrived", "hidden": True} if sort == "received" else {"sort": sort}
    query = question(**by_receipt)
    condition = SqlCondition(query, 0)
    statement = condition.ordered_page(query, f"stories INDEXED BY {ORDERED[query.order]} WHERE {condition.where}")
    with closing(sqlite3.connect(path)) as db:
        plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}", condition.parameters)]
    (first,) = [step for step in plan if "stories_by" in step]
    assert index in first
    assert first.startswith("SCAN stories USING")
    assert sum("TEMP B-TREE" in step for step in plan) <= 1, "for the page alone, not for all stories"
