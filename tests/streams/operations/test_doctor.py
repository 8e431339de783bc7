"""What `newswire doctor` says where no server is needed to know it."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from processors.encoder import encoder
from search.alerts.saved import Channel, SavedSearch
from search.checkup import types_in
from search.mapping import mapping
from streams.operations import alert_check, doctor
from streams.settings import read_settings


def test_a_misspelt_setting_is_named(monkeypatch) -> None:
    monkeypatch.setenv("NEWSWIRE_KAFAK", "k:9092")
    (finding,) = [f for f in doctor._variables(read_settings()) if "KAFAK" in f.said]
    assert finding.level == "look"
    assert "NEWSWIRE_KAFKA?" in finding.do


def test_settings_their_files_and_variables_of_tests_are_known(monkeypatch) -> None:
    settings = read_settings()
    for name in ("NEWSWIRE_INDEX_PASSWORD_FILE", "NEWSWIRE_TEST_KAFKA", "NEWSWIRE_PARTITIONS"):
        monkeypatch.setenv(name, "1")
    (finding,) = doctor._variables(settings)
    assert finding.level == "fine"


def test_a_broken_file_of_profiles_is_named(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text("[source.afp]\n")
    (fine,) = doctor._profiles(read_settings(sources=file))
    assert (fine.level, fine.said[:22]) == ("fine", "1 profiles of your own")
    file.write_text('[source.afp]\nzone = "Mars"\n')
    (wrong,) = doctor._profiles(read_settings(sources=file))
    assert wrong.level == "wrong"
    assert "line 2: source.afp.zone" in wrong.said


def test_a_model_file_that_was_changed_is_found(monkeypatch, tmp_path: Path) -> None:
    models = tmp_path / "models"
    shutil.copytree(encoder.MODELS, models)
    monkeypatch.setattr(encoder, "MODELS", models)
    (finding,) = doctor._models(read_settings())
    assert finding.level == "fine"
    tokenizer = models / "tokenizer.json"
    tokenizer.write_bytes(tokenizer.read_bytes() + b" ")
    (finding,) = doctor._models(read_settings())
    assert finding.level == "wrong"
    assert "tokenizer.json" in finding.said
    assert "install" in finding.do


@pytest.mark.parametrize(("free", "level"), [(2**20, "look"), (2**40, "fine")])
def test_a_full_disk_is_said(monkeypatch, tmp_path, free, level) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(2**41, 0, free))
    (finding,) = doctor._folder(read_settings(data=tmp_path / "not" / "yet"))
    assert finding.level == level


def test_every_field_of_a_mapping_is_compared() -> None:
    fields = dict(types_in(mapping()["properties"]))
    assert fields["headline"] == "text"
    assert fields["headline.exact"] == "text"
    assert any(name.startswith("stance") and "." in name for name in fields)
    assert len(fields) > 50


def test_saved_searches_that_cannot_be_sent_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def search(number: int, channel: Channel, **fields: Any) -> SavedSearch:
        when = datetime(2026, 11, 26, tzinfo=UTC)
        return SavedSearch(f"{number}", "me", "Oil", {"q": "oil"}, when, channels=(channel,), **fields)

    mail, hook = Channel("mail", "a@example.org"), Channel("webhook", "https://example.org/x")
    saved = [
        search(1, mail),
        search(2, mail),
        search(3, hook),
        search(4, hook, paused=True),
        search(5, Channel("desk")),
    ]
    monkeypatch.setattr(alert_check, "saved_searches", lambda _: saved)
    found = [(one.level, one.said.split()[0], one.do) for one in alert_check.check_alerts(read_settings())]
    where = "where the alert stage runs"
    assert found == [
        ("look", "2", f"set NEWSWIRE_ALERT_SMTP {where}"), ("look", "1", f"set NEWSWIRE_ALERT_SECRET {where}")
    ]  # fmt: skip
    (fine,) = alert_check.check_alerts(read_settings(alert_smtp="mail.example.org:25", alert_secret="s" * 32))
    assert fine.level == "fine"


def test_an_archive_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    assert not list(doctor._archive(read_settings()))
    (finding,) = doctor._archive(read_settings(archive=str(tmp_path)))
    assert (finding.level, finding.said) == ("fine", f"{tmp_path} can be read; source folders: 0")
    (finding,) = doctor._archive(read_settings(archive=str(tmp_path / "nowhere")))
    assert (finding.level, finding.said) == ("look", f"{tmp_path / 'nowhere'} does not exist")
    (tmp_path / "file").write_text("")
    (finding,) = doctor._archive(read_settings(archive=str(tmp_path / "file")))
    assert finding.level == "wrong"
    assert "Not a directory" in finding.said


def test_nothing_is_said_of_senders_where_no_process_answers(monkeypatch) -> None:
    monkeypatch.setattr(doctor, "addresses", lambda _: ["127.0.0.1:9"])
    (finding,) = doctor._senders(read_settings())
    assert (finding.level, finding.said[:9]) == ("look", "not known")
