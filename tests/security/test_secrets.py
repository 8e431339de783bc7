"""A secret planted in every setting that holds one is found nowhere: no log, error, page, or list of processes."""

import logging
import os
import socket
import subprocess
import sys
import threading
import traceback
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from pydantic import SecretStr

from streams.errors import SettingsError
from streams.kafka.connection import aio_options, client_options
from streams.settings import Settings, read_settings
from streams.settings_page import page
from streams.stores import open_index
from tests import forks
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
SECRETS = {
    name: f"hush-{name}-{'x' * 9}"
    for name, field in Settings.model_fields.items()
    if isinstance(field.default, SecretStr)
}
KEY_LINE = f"hush:{'ab12' * 16}:{'hush-keys-source'}:search"  # keys are hashes, and even those are nobody's business


@pytest.fixture
def hanging_up() -> Iterator[int]:
    """A port whose server hangs up on everybody, so that every client has something to complain of."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    server.accept()[0].close()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


@pytest.fixture
def told(hanging_up: int, tmp_path: Path) -> dict[str, str]:
    """The environment of a process with a secret in every setting that is one, and nobody who answers."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NEWSWIRE_")}
    secrets = {f"NEWSWIRE_{name.upper()}": value for name, value in SECRETS.items()}
    return clean | secrets | {
        "NEWSWIRE_KEYS": KEY_LINE,
        "NEWSWIRE_INDEX_API_KEY": "",  # goes with no password; it has its own turn
        "NEWSWIRE_INDEX_USER": "somebody",
        "NEWSWIRE_INDEX": f"https://127.0.0.1:{hanging_up}",
        "NEWSWIRE_KAFKA": f"127.0.0.1:{hanging_up}",
        "NEWSWIRE_KAFKA_PROTOCOL": "SASL_SSL",
        "NEWSWIRE_KAFKA_MECHANISM": "SCRAM-SHA-512",
        "NEWSWIRE_KAFKA_USER": "somebody",
        "NEWSWIRE_LOG_LEVEL": "DEBUG",
        "NEWSWIRE_DATA": str(tmp_path / "data"),
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip


def quiet_about_secrets(said: str) -> None:
    """Fail naming the setting, not the secret."""
    found = [name for name, secret in SECRETS.items() if secret in said]
    assert not found, found
    assert "ab12ab12" not in said


def newswire(told: dict[str, str], *arguments: str) -> str:
    done = forks.run(arguments, told, ROOT, seconds=60)
    return (done.stdout + done.stderr).decode()


@pytest.mark.parametrize(
    ("changes", "command", "said"),
    [
        ({}, ("topics", "list"), "Kafka at"),
        ({}, ("search", "x"), "Elasticsearch at"),
        ({"NEWSWIRE_INDEX_API_KEY": SECRETS["index_api_key"], "NEWSWIRE_INDEX_USER": "", "NEWSWIRE_INDEX_PASSWORD": ""}, ("index", "count"), "Elasticsearch at"),
        ({"NEWSWIRE_KAFKA_MECHANISM": "OAUTHBEARER"}, ("topics", "create"), "Kafka at"),
        ({"NEWSWIRE_KAFKA": f"u:{SECRETS['kafka_password']}@h:1"}, ("topics", "list"), "NEWSWIRE_KAFKA"),
        ({"NEWSWIRE_INDEX": f"https://u:{SECRETS['index_password']}@h:1"}, ("search", "x"), "NEWSWIRE_INDEX"),
        ({"NEWSWIRE_KEYS": SECRETS["keys"]}, ("feed", "http", "--port", "0"), "NEWSWIRE_KEYS"),
        ({"NEWSWIRE_KAFKA_PROTOCOL": "PLAINTEXT"}, ("topics", "list"), "NEWSWIRE_KAFKA_MECHANISM"),
    ],
)  # fmt: skip
def test_errors_and_logs_hold_no_secret(told, changes, command, said) -> None:
    output = newswire(told | changes, *command)
    assert said in output, "the command did not come to what it should complain of"
    quiet_about_secrets(output)


def test_a_worker_shows_no_secret_in_its_log_or_in_the_list_of_processes(told, tmp_path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as output, subprocess.Popen(
        [sys.executable, "-m", "streams", "worker", "read"],
        env=told | {"NEWSWIRE_CREATE_TOPICS": "false", "NEWSWIRE_METRICS_PORT": "-1"},
        stdin=subprocess.DEVNULL, stdout=output, stderr=output,
    ) as worker:  # fmt: skip
        try:
            wait_for(lambda: b"cannot connect" in log.read_bytes(), "the stage complains of Kafka")
            listed = subprocess.run(["ps", "-eww", "-o", "args"], capture_output=True, text=True, check=True).stdout
        finally:
            worker.terminate()
    assert "streams worker read" in listed
    quiet_about_secrets(listed + log.read_text())


def test_no_page_shows_a_secret(told, tmp_path) -> None:
    log, port = tmp_path / "log", free_port()
    made = told | {
        "NEWSWIRE_INDEX": f"sqlite:///{tmp_path / 'news.db'}",
        "NEWSWIRE_INDEX_USER": "",
        "NEWSWIRE_INDEX_PASSWORD": "",
        "NEWSWIRE_ALERT_PUSH_KEY": "",  # with one that is none, no page starts
    }
    newswire(made, "index", "setup")
    with log.open("wb") as output:
        said = {"stdout": output.fileno(), "stderr": output.fileno()}
        server = forks.start(("serve", "--port", str(port)), made, ROOT, **said)
    with server:
        try:
            wait_for(lambda: asked(port, "/health"), "the page is served")
            pages = [asked(port, path) for path in ("/", "/pipeline", "/?q=%22", "/api/none", "/story/none")]
        finally:
            server.terminate()
    assert all(pages)
    quiet_about_secrets("".join(pages) + log.read_text())


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


def asked(port: int, path: str) -> str:
    """What is answered, an error too; nothing where nobody does."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return f"{answer.headers}{answer.read().decode()}"
    except urllib.error.HTTPError as error:
        return str(error.headers) + error.read().decode()
    except OSError:
        return ""


async def test_what_is_made_of_the_settings_does_not_show_them(monkeypatch, told, caplog) -> None:
    for name, value in told.items():
        if name.startswith("NEWSWIRE_"):
            monkeypatch.setenv(name, value)
    settings = read_settings()
    store = open_index(settings)
    caplog.set_level(logging.DEBUG)
    try:
        1 / len({*()})  # an error with all of it in reach
    except ZeroDivisionError as error:
        trace = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    quiet_about_secrets(
        f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()} {store!r} {page()}"
    )
    quiet_about_secrets(trace.replace(str(told), "") + caplog.text)
    assert SECRETS["kafka_password"] in str(client_options(settings)), "it does get to the client"
    assert "hush" not in repr(aio_options(settings)["ssl_context"])
    await store.close()


@pytest.mark.parametrize("name", SECRETS)
def test_a_setting_that_is_refused_is_not_repeated(monkeypatch, name) -> None:
    monkeypatch.setenv(f"NEWSWIRE_{name.upper()}", SECRETS[name])
    monkeypatch.setenv("NEWSWIRE_PARTITIONS", "none")
    with pytest.raises(SettingsError, match="NEWSWIRE_PARTITIONS") as caught:
        read_settings()
    quiet_about_secrets("".join(traceback.format_exception(caught.value)))
