"""A query is asked in the stems of the languages that a file has; of all languages where it has very many."""

import sqlite3
from contextlib import closing

from search.sqlite.languages import MOST_TAGS, condition_in
from search.words.stemming import ENGLISH, STEMMINGS
from tests.search.samples import question


def languages_asked(*tags: str) -> set[str]:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE codes (field TEXT, value, story INTEGER)")
        db.executemany("INSERT INTO codes VALUES (?, ?, 1)", [("language", tag) for tag in tags] + [("source", "fr")])
        return set(condition_in(db, question("strike"), 0).languages)


def test_stems_of_languages_that_no_story_is_in_are_not_asked_for() -> None:
    assert languages_asked() == set()
    assert languages_asked("de", "de-at", "en") == {"german", ENGLISH}


def test_of_very_many_language_tags_only_the_first_are_looked_at() -> None:
    tags = [f"de-x-{number}" for number in range(MOST_TAGS)]
    assert languages_asked(*tags) == {"german"}
    assert languages_asked(*tags, "fr") == STEMMINGS.keys()
