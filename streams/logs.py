"""Formats of log lines on stderr: text for people, or one JSON object per line for programs.

A line about one article carries its id and its trace id: give them as ``extra=about(trace, article)``.
"""

import logging
import sys
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from search.characters import on_one_line

LIBRARIES = ("faust", "mode", "aiokafka", "kafka", "elastic_transport", "elasticsearch")
LogFormat = Literal["text", "json"]


def about(trace: str = "", article: str = "") -> dict[str, str]:
    """The article's id and trace id for the ``extra`` argument of a log call."""
    return {"trace": trace, "article": article}


class TextLines(logging.Formatter):
    """Time, stage, process, level and message; control characters in the message are escaped."""

    def __init__(self, name: str) -> None:
        super().__init__(f"%(asctime)s {name}[%(process)d] %(levelname)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line without a traceback."""
        tied = [f"{key}={record.__dict__[key]}" for key in ("trace", "article") if record.__dict__.get(key)]
        record.message = on_one_line(" ".join([record.message, *tied]))
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """An indented traceback, so that none of its lines looks like a log line."""
        lines = super().formatException(ei).split("\n")
        return "\n".join(f"    {on_one_line(line)}" for line in lines)


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, stage, process, logger, message; article, trace and error where known."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._stage = name

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "stage": self._stage,
            "process": record.process,
            "logger": record.name,
            "message": record.getMessage().encode("utf-8", "backslashreplace").decode(),
        }
        line |= {key: record.__dict__[key] for key in ("article", "trace") if record.__dict__.get(key)}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode("utf-8", "replace")


def warn_in_commands() -> None:
    """Show our own warnings in a command's output, and none of the libraries': the command says itself what fails."""
    logging.basicConfig(level="WARNING", format="newswire: %(message)s")
    for library in LIBRARIES:
        logging.getLogger(library).setLevel(logging.CRITICAL)


def configure_logging(name: str, level: str, form: LogFormat = "text") -> None:
    """Set up logging at ``level`` for the process ``name``; libraries log at WARNING unless ``level`` is DEBUG."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(name) if form == "json" else TextLines(name))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    if level != "DEBUG":
        for library in LIBRARIES:
            logging.getLogger(library).setLevel(logging.ERROR if "kafka" in library else logging.WARNING)
