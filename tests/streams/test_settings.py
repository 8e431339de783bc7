import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from streams.errors import SettingsError
from streams.setting_types import fault_in
from streams.settings import Settings, read_settings
from streams.settings_page import page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NEWSWIRE_KAFKA", "localhost"),
        ("NEWSWIRE_INDEX", "mysql://here"),
        ("NEWSWIRE_PARTITIONS", "none"),
        ("NEWSWIRE_REFUSED_SHARE", "1.5"),
        ("NEWSWIRE_TOPIC_PREFIX", "a b"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch, name, value) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        read_settings()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ENRICH_BATCH", "abc", "'abc' is not a whole number"),
        ("PARTITIONS", "1.5", "'1.5' is not a whole number"),
        ("PARTITIONS", "0", "'0' should be greater than or equal to 1"),
        ("REFUSED_SHARE", "x", "'x' is not a number"),
        ("GROUP_EVENTS", "perhaps", "'perhaps' is neither true nor false"),
        ("LOG_LEVEL", "LOUD", "'LOUD' is not 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("TOPIC_PREFIX", "a b", "'a b' should match pattern"),
        ("INDEX", "mysql://here", "use http://host:port"),
        ("DATA", "stories.jsonl", "'stories.jsonl' is a file; name a folder"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(monkeypatch, tmp_path, name, value, said) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stories.jsonl").write_text("{}")
    monkeypatch.setenv(f"NEWSWIRE_{name}", value)
    with pytest.raises(SettingsError, match=f"^NEWSWIRE_{name}: {re.escape(said)}"):
        read_settings()


def test_a_wrong_secret_is_not_repeated() -> None:
    fault = {"type": "string_too_short", "loc": ("index_password",), "msg": "String should be longer", "input": "hush"}
    assert fault_in(fault, secret=True) == "the value should be longer"  # type: ignore[arg-type]


def test_settings_come_from_the_environment_and_do_not_change(monkeypatch) -> None:
    monkeypatch.setenv("NEWSWIRE_KAFKA", "a:1,b:2")
    settings = read_settings()
    assert settings.kafka == "a:1,b:2"
    with pytest.raises(ValueError, match="frozen"):
        settings.kafka = "c:3"


def test_secrets_do_not_show(monkeypatch) -> None:
    monkeypatch.setenv("NEWSWIRE_INDEX_USER", "newswire")
    monkeypatch.setenv("NEWSWIRE_INDEX_PASSWORD", "hush-hush")
    settings = read_settings()
    assert "hush-hush" not in repr(settings) + str(settings.model_dump()) + page()


def test_the_published_page_is_that_of_the_code() -> None:
    published = Path(__file__).parents[2] / "docs" / "settings.md"
    assert published.read_text() == page(), "run: make settings"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"KAFKA_PROTOCOL": "SASL_SSL"}, "NEWSWIRE_KAFKA_MECHANISM"),
        ({"KAFKA_PROTOCOL": "TLS"}, "NEWSWIRE_KAFKA_PROTOCOL"),
        ({"KAFKA_PROTOCOL": "SASL_SSL", "KAFKA_MECHANISM": "PLAIN", "KAFKA_USER": "u"}, "NEWSWIRE_KAFKA_PASSWORD"),
        ({"KAFKA_PROTOCOL": "SASL_SSL", "KAFKA_MECHANISM": "OAUTHBEARER"}, "TOKEN_URL"),
        ({"KAFKA_TOKEN_URL": "http://elsewhere.example/token"}, "NEWSWIRE_KAFKA_TOKEN_URL"),
        ({"KAFKA_USER": "u", "KAFKA_PASSWORD": "hush-hush"}, "NEWSWIRE_KAFKA_MECHANISM"),
        ({"KAFKA_PROTOCOL": "SSL", "KAFKA_CA": "/nowhere/ca.pem"}, "NEWSWIRE_KAFKA_CA: /nowhere/ca.pem"),
        ({"KAFKA_PROTOCOL": "SSL", "KAFKA_CERTIFICATE": "/nowhere/c.pem"}, "NEWSWIRE_KAFKA_KEY"),
        ({"KAFKA": "user:hush-hush@host:9092"}, "NEWSWIRE_KAFKA"),
        ({"INDEX": "https://user:hush-hush@host:9200"}, "NEWSWIRE_INDEX_PASSWORD"),
        ({"INDEX_FINGERPRINT": "12:34"}, "NEWSWIRE_INDEX_FINGERPRINT"),
        ({"INDEX": "http://a:1", "INDEX_FINGERPRINT": "00" * 32}, "NEWSWIRE_INDEX=https"),
        ({"INDEX_USER": "u"}, "NEWSWIRE_INDEX_PASSWORD"),
        ({"INDEX_USER": "u", "INDEX_PASSWORD": "hush-hush", "INDEX_API_KEY": "k"}, "NEWSWIRE_INDEX_API_KEY"),
        ({"INDEX_PASSWORD_FILE": "/nowhere/password"}, "NEWSWIRE_INDEX_PASSWORD_FILE: /nowhere/password"),
        ({"INDEX_API_KEY": "hush-hush", "INDEX_API_KEY_FILE": "/nowhere/key"}, "NEWSWIRE_INDEX_API_KEY_FILE are both"),
    ],
)
def test_settings_that_do_not_fit_together_are_named_without_the_secret(monkeypatch, environment, said) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(f"NEWSWIRE_{name}", value)
    with pytest.raises(SettingsError, match=said) as caught:
        read_settings()
    assert "hush-hush" not in str(caught.value)
    assert caught.value.__cause__ is None  # pydantic's error would show the input


def test_every_secret_can_lie_in_a_file(monkeypatch, tmp_path) -> None:
    secrets = [name for name, field in Settings.model_fields.items() if isinstance(field.default, SecretStr)]
    from_files = [name for name in secrets if f"{name}_file" not in Settings.model_fields]
    assert {"kafka_password", "kafka_key_password", "index_password", "index_api_key"} <= set(from_files)
    for name in from_files:
        (tmp_path / name).write_text(f"hush-{name}\n")
        monkeypatch.setenv(f"NEWSWIRE_{name.upper()}_FILE", str(tmp_path / name))
    monkeypatch.delenv("NEWSWIRE_INDEX_API_KEY_FILE")
    settings = read_settings(index_user="u", kafka_user="u", kafka_protocol="SASL_SSL", kafka_mechanism="PLAIN")
    assert settings.index_password.get_secret_value() == "hush-index_password"
    assert settings.kafka_password.get_secret_value() == "hush-kafka_password"
    assert "hush" not in repr(settings)


def test_files_can_be_named_in_the_env_file_and_the_environment_wins(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one").write_text("from-file")
    (tmp_path / ".env").write_text(f"NEWSWIRE_INDEX_API_KEY_FILE={tmp_path / 'one'}\n")
    assert read_settings().index_api_key.get_secret_value() == "from-file"
    monkeypatch.setenv("NEWSWIRE_INDEX_API_KEY", "from-environment")
    assert read_settings().index_api_key.get_secret_value() == "from-environment"


def test_an_empty_secret_file_is_said(monkeypatch, tmp_path) -> None:
    (tmp_path / "empty").write_text("\n")
    monkeypatch.setenv("NEWSWIRE_INDEX_API_KEY_FILE", str(tmp_path / "empty"))
    with pytest.raises(SettingsError, match=r"NEWSWIRE_INDEX_API_KEY_FILE.*is empty"):
        read_settings()
