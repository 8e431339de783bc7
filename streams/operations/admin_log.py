"""The log of administrators' actions: append-only JSON Lines. An action that cannot be logged is not done.

Takes the name of an action and its arguments; writes a line when it begins and one when it ends, with the outcome.
Lines hold no text of stories, no names of people to be forgotten, and no secrets.
"""

import getpass
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

import msgspec

from search.private_files import OURS
from streams.errors import SettingsError
from streams.settings import Settings


@contextmanager
def logged_action(settings: Settings, action: str, **arguments: object) -> Iterator[dict[str, Any]]:
    """Log an action before and after the block. The caller puts the outcome into the dictionary."""
    outcome: dict[str, Any] = {}
    line = {"act": action, "run": uuid.uuid4().hex, "user": _user(), "host": socket.gethostname(), "told": arguments}
    _append(settings, {"state": "begun", **line})
    try:
        yield outcome
    except BaseException as error:
        _append(settings, {"state": "failed", **line, "error": type(error).__name__, "outcome": outcome})
        raise
    _append(settings, {"state": "done", **line, "outcome": outcome})


def unless_dry_run(
    dry_run: bool, action: AbstractContextManager[dict[str, Any]]
) -> AbstractContextManager[dict[str, Any]]:
    """The logged action, or for a dry run one that is not logged."""
    return nullcontext({}) if dry_run else action


def _user() -> str:
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return str(os.getuid())


def _append(settings: Settings, line: dict[str, Any]) -> None:
    path = settings.acts
    if path is None:
        return
    text = msgspec.json.encode({"at": datetime.now(UTC), **line}, enc_hook=str) + b"\n"
    try:
        # One write to a file opened for appending: lines of several processes never mix.
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, OURS)
        try:
            os.write(file, text)
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        raise SettingsError(f"NEWSWIRE_ACTS: {path} cannot be written: {error.strerror}; nothing was done") from None
