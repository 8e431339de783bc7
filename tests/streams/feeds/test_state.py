import sqlite3
from pathlib import Path

import pytest

from streams.errors import SettingsError
from streams.feeds import state as state_module
from streams.feeds.state import FeedState
from streams.settings import read_settings


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "feeds.sqlite3"


def test_what_was_taken_is_known_after_a_restart(path) -> None:
    with FeedState(path) as state:
        state.open_feed("f", "rss")
        state.take("f", [("a", "1"), ("b", "1")])
        state.take("f", [("a", "2")])
        state.validate("f", '"etag"', "Thu, 01 Jan 1970 00:00:00 GMT")
        state.arrived("f", 100.0)
    with FeedState(path) as state:
        assert (state.taken("f", "a"), state.taken("f", "b"), state.taken("f", "c")) == ("2", "1", None)
        assert state.taken("other", "a") is None
        assert state.validators("f") == ('"etag"', "Thu, 01 Jan 1970 00:00:00 GMT")
        assert state.feeds()[0].last_arrival == 100.0


def test_only_what_is_old_and_asked_for_is_forgotten(path) -> None:
    with FeedState(path) as state:
        state.take("f", [("a", "1"), ("b", "1")])
        assert state.items("f", before=0) == []
        assert sorted(state.items("f", before=1e12)) == ["a", "b"]
        state.forget("f", ["a"])
        assert state.taken("f", "a") is None
        assert state.taken("f", "b") == "1"


def test_a_burst_is_one_arrival_and_its_end_counts(path) -> None:
    with FeedState(path) as state:
        state.open_feed("f", "watch")
        for hour in range(10):
            for second in range(30):
                state.arrived("f", hour * 3600.0 + second)
        verdict = state.silence("f", now=9 * 3600.0 + 29 + 100)
        assert verdict.quiet == 100
        assert verdict.usual is not None
        assert 3500 < verdict.usual <= 3700
        assert not verdict.silent
        assert state.silence("f", now=12 * 3600.0).silent
        assert state.feeds(now=12 * 3600.0)[0].silence.silent


def test_arrivals_are_kept_within_bounds(path, monkeypatch) -> None:
    monkeypatch.setattr(state_module, "KEPT_ARRIVALS", 20)
    with FeedState(path) as state:
        for n in range(100):
            state.arrived("f", n * 100.0)
    assert sqlite3.connect(path).execute("SELECT count(*), min(at) FROM arrivals").fetchone() == (20, 8000.0)


def test_a_file_that_is_no_state_is_said_with_its_name(path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(SettingsError, match=r"feeds\.sqlite3.*not a database"):
        FeedState(path)


def test_a_newer_state_is_left_alone(path) -> None:
    FeedState(path).__exit__(None, None, None)
    sqlite3.connect(path).execute("PRAGMA user_version=9")
    with pytest.raises(SettingsError, match="version 9"):
        FeedState(path)


def test_the_profile_of_a_feed_says_how_long_it_may_be_quiet(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text('[source.afp]\nfeeds = ["rss:afp"]\nsilence = "30m"\n')
    with FeedState.of(read_settings(data=tmp_path / "data", sources=file)) as state:
        for feed in ("rss:afp", "rss:other"):
            state.open_feed(feed, "rss")
            state.arrived(feed, at=1000.0)
        assert [(one.feed, one.silence.silent) for one in state.feeds(now=1000.0 + 1801)] == [
            ("rss:afp", True),
            ("rss:other", False),
        ]
