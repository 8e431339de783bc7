"""Loads source profiles: the shipped ones, overridden by the file in NEWSWIRE_SOURCES. Reloads it when it changes.

Each process reads its own copy of the file. When a process starts, a broken file is an error. If the file breaks or
disappears later, the last good profiles stay in use, and the log and a metric say so.
"""

import hashlib
import logging
import threading
import time
from functools import cache
from importlib.resources import files
from pathlib import Path

from streams import metrics
from streams.settings import Settings
from streams.sources.tables import BadSourcesError, Document, profiles_of, read_document
from streams.wire.profile import Profiles

LOOK_EVERY = 1.0  # seconds between checks of the file
SETTLED = 2.0  # seconds without a change after which one check is enough
MAX_FILE = 1024 * 1024  # bytes
SHIPPED = "the shipped profiles"

log = logging.getLogger(__name__)

Stamp = tuple[int, ...] | None


class ProfileBook:
    """The current profiles of a file that may change at any time. Thread-safe."""

    def __init__(self, path: Path | None = None, look_every: float = LOOK_EVERY) -> None:
        """Read the file; `BadSourcesError` if it is missing or wrong."""
        self._path, self._look_every = path, look_every
        self._lock = threading.Lock()
        self._seen = self._pending = self._stamp()
        self._looked = time.monotonic()
        self._profiles = self._read()
        self.trouble = ""
        metrics.SOURCES_BROKEN.set(0)

    @classmethod
    def of(cls, settings: Settings) -> "ProfileBook":
        """The profiles of the file that the settings name."""
        return cls(settings.sources)

    def current(self) -> Profiles:
        """The profiles as the file has them now."""
        if self._path is not None:
            with self._lock:
                if time.monotonic() - self._looked >= self._look_every:
                    self._looked = time.monotonic()
                    self._reload_if_changed()
        return self._profiles

    def _reload_if_changed(self) -> None:
        """Read a changed file once it is the same at two checks, or old: it may still be written to."""
        stamp = self._stamp()
        settled, self._pending = stamp == self._pending or _is_old(stamp), stamp
        if stamp == self._seen or not settled:
            return
        self._seen = stamp
        try:
            self._profiles = self._read()
        except BadSourcesError as error:
            self.trouble = str(error)
            metrics.SOURCES_BROKEN.set(1)
            log.error("the profiles of sources stay as they were: %s", error)  # noqa: TRY400 - the message says all
            return
        self.trouble = ""
        metrics.SOURCES_BROKEN.set(0)
        log.info("%s: profiles of sources read again, version %s", self._path, self._profiles.version)

    def _stamp(self) -> Stamp:
        """A fingerprint that changes when the file does."""
        try:
            known = self._path.stat() if self._path else None
        except OSError:
            return None
        return (known.st_mtime_ns, known.st_ctime_ns, known.st_size, known.st_ino) if known else None

    def _read(self) -> Profiles:
        own = _own(self._path) if self._path else None
        text = own.text if own else ""
        version = hashlib.sha256(f"{shipped().text}\n{text}".encode()).hexdigest()[:8]
        return Profiles(profiles_of(shipped(), own), version)


def _is_old(stamp: Stamp) -> bool:
    """Whether a file has not changed for a while, by its own times."""
    return stamp is not None and time.time() - max(stamp[:2]) / 1e9 > SETTLED


def _own(path: Path) -> Document:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
        text = data.decode()
    except OSError as error:
        raise BadSourcesError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadSourcesError(f"{path}, line {line}: not UTF-8") from None
    if len(data) > MAX_FILE:
        raise BadSourcesError(f"{path}: larger than {MAX_FILE} bytes")
    return read_document(text, str(path))


@cache
def shipped() -> Document:
    """The tables that ship."""
    return read_document((files("streams.sources") / "shipped.toml").read_text("utf-8"), SHIPPED)
