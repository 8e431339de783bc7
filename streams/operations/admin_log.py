"""What administrators did, as JSON Lines that are only ever appended to: an act that cannot be noted is not done.

Takes the name of an act and what it was told; writes a line when it begins and one when it has ended, with what came
of it. Lines hold no text of stories, no names of people that are to be forgotten, and no secrets.
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
def noted(settings: Settings, act: str, **told: object) -> Iterator[dict[str, Any]]:
    """Note an act around its doing. What the caller puts into the given dictionary is noted as its outcome."""
    outcome: dict[str, Any] = {}
    line = {"act": act, "run": uuid.uuid4().hex, "user": _user(), "host": socket.gethostname(), "told": told}
    _append(settings, {"state": "begun", **line})
    try:
        yield outcome
    except BaseException as error:
        _append(settings, {"state": "failed", **line, "error": type(error).__name__, "outcome": outcome})
        raise
    _append(settings, {"state": "done", **line, "outcome": outcome})


def unless(dry_run: bool, act: AbstractContextManager[dict[str, Any]]) -> AbstractContextManager[dict[str, Any]]:
    """The logged action, or for a dry run one that is not logged."""
    return nullcontext({}) if dry_run else act


def _user() -> str:
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):  # a container's user may have a number and no name
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
