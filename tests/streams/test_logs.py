"""Log lines: for programs, for people, and what an article cannot do to them."""

import json
import logging

import pytest

from streams.logs import LIBRARIES, about, configure_logging, warn_in_commands


@pytest.fixture(autouse=True)
def as_before():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


HOSTILE = "cut\n2026-01-01 read[1] ERROR forged\x1b[2J \udcff"


def test_json_lines_carry_article_and_trace(capsys) -> None:
    configure_logging("read", "INFO", "json")
    logging.getLogger("streams.x").warning("refused %s", HOSTILE, extra=about("t-1", "a-1"))
    logging.getLogger("streams.x").info("plain")
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert first["message"] == "refused " + HOSTILE.replace("\udcff", "\\udcff")
    assert (first["article"], first["trace"], first["stage"], first["level"]) == ("a-1", "t-1", "read", "WARNING")
    assert "article" not in second
    assert "trace" not in second


def test_json_lines_hold_a_traceback(capsys) -> None:
    configure_logging("read", "INFO", "json")
    try:
        raise ValueError("no\nway")
    except ValueError:
        logging.getLogger("streams.x").exception("it failed")
    (line,) = capsys.readouterr().err.splitlines()
    assert "ValueError: no\nway" in json.loads(line)["error"]


def test_text_lines_cannot_be_forged(capsys) -> None:
    configure_logging("read", "INFO")
    logging.getLogger("streams.x").warning("refused %s", HOSTILE[:-1], extra=about("t\n1", "a-1"))
    (line,) = capsys.readouterr().err.splitlines()
    assert "cut\\n2026" in line
    assert "\x1b" not in line
    assert line.endswith("trace=t\\n1 article=a-1")


def test_libraries_are_quiet_unless_debugging(capsys) -> None:
    configure_logging("read", "INFO")
    logging.getLogger("kafka.client").info("chatter")
    assert capsys.readouterr().err == ""


def test_a_command_shows_our_warnings_and_none_of_a_library() -> None:
    levels = {name: logging.getLogger(name).level for name in LIBRARIES}
    try:
        warn_in_commands()
        shown = [logging.getLogger(name).isEnabledFor(logging.WARNING) for name in ("search", "elastic_transport.node")]
        assert shown == [True, False]
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
