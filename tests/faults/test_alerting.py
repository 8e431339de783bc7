"""The check of what readers got, itself checked with readers who got too little, too much, or no kill."""

from typing import Any

import pytest

from tests.faults import alerting
from tests.faults.alerting import DOUBT, Readers, ToldOnce, check_alerts
from tests.faults.stories import Expected
from tests.integration.alert_receivers import Hooks, Mails

STORIES = [
    Expected(guid, "2025-01-30T00:00:00Z", status, "", "", 1) for guid, status in (("a", "usable"), ("b", "canceled"))
]
RIGHT = [(story, kind) for story, kind in (("a", "alert"), ("b", "alert"), ("b", "kill"))]


def told(*said: tuple[str, str], at: float = 1000.0) -> list[ToldOnce]:
    """The same by mail and by webhook."""
    return [
        ToldOnce(channel, f"{story}-{kind}", story, kind, at + number)
        for channel in ("mail", "webhook")
        for number, (story, kind) in enumerate(said)
    ]


@pytest.fixture
def wrong(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Gives what the check finds, by how often, where readers got that."""
    index = [{"guid": one, "id": one, "embargo_until": None} for one in ("a", "b")]
    monkeypatch.setattr(alerting, "documents", lambda *_: index)

    def found(got: list[ToldOnce], doubtful: tuple[tuple[float, float], ...] = ()) -> dict[str, int]:
        mine = Readers(Mails(port=1), Hooks(), list(doubtful))
        monkeypatch.setattr(Readers, "told", lambda _: sorted(got, key=lambda one: one.at))
        return {name: len(rows) for name, rows in check_alerts(mine, "", "", STORIES).items() if rows}

    return found


def test_readers_who_got_all_are_content(wrong: Any) -> None:
    assert wrong(told(*RIGHT)) == {}
    assert wrong(told(RIGHT[0])) == {}, "of what nobody got, no kill is due"


def test_what_is_missing_is_found(wrong: Any) -> None:
    assert wrong(told(*RIGHT[1:])) == {"untold": 2}
    assert wrong(told(*RIGHT[:2])) == {"not taken back": 2}
    assert wrong(told(RIGHT[0], RIGHT[2], RIGHT[1])) == {"not taken back": 2}, "the kill must come last"


def test_a_double_is_right_only_where_something_broke_between(wrong: Any) -> None:
    again = told(*RIGHT) + told(RIGHT[0], at=1010.0)
    assert wrong(again) == {"doubled": 2}
    assert wrong(again, doubtful=((1005.0, 1006.0),)) == {}
    assert wrong(again, doubtful=((1020.0 + DOUBT, 1030.0 + DOUBT),)) == {"doubled": 2}
