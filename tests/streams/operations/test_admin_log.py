import json

import pytest

from streams.errors import SettingsError
from streams.operations.admin_log import logged_action, unless_dry_run
from streams.settings import read_settings


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_an_act_is_noted_before_and_after_with_what_came_of_it(tmp_path) -> None:
    path = tmp_path / "acts.jsonl"
    settings = read_settings(acts=path)
    with logged_action(settings, "replay", topic="raw") as outcome:
        assert [line["state"] for line in lines(path)] == ["begun"]
        outcome["sent"] = 3
    begun, done = lines(path)
    assert (done["state"], done["act"], done["told"], done["outcome"]) == (
        "done",
        "replay",
        {"topic": "raw"},
        {"sent": 3},
    )
    assert begun["run"] == done["run"]
    assert done["user"]
    assert path.stat().st_mode & 0o077 == 0


def test_an_act_that_fails_is_noted_and_earlier_lines_stay(tmp_path) -> None:
    path = tmp_path / "acts.jsonl"
    path.write_text('{"earlier": true}\n')
    with pytest.raises(ZeroDivisionError), logged_action(read_settings(acts=path), "forget"):
        raise ZeroDivisionError("hush")
    earlier, begun, failed = lines(path)
    assert earlier == {"earlier": True}
    assert (begun["state"], failed["state"], failed["error"]) == ("begun", "failed", "ZeroDivisionError")
    assert "hush" not in path.read_text()


def test_an_act_that_cannot_be_noted_is_not_done(tmp_path) -> None:
    done = []
    with (
        pytest.raises(SettingsError, match=r"NEWSWIRE_ACTS.*nothing was done"),
        logged_action(read_settings(acts=tmp_path), "x"),
    ):
        done.append(1)
    assert done == []


def test_trying_out_is_no_act(tmp_path) -> None:
    path = tmp_path / "acts.jsonl"
    with unless_dry_run(dry_run=True, action=logged_action(read_settings(acts=path), "replay")) as outcome:
        outcome["sent"] = 0
    assert not path.exists()
