"""Finds a Java: takes the least major version that will do, gives the home folder of a fitting one."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.servers.errors import CannotInstall

# For a few minutes of small work, compiling well costs more processor time than it saves.
COMPILED_QUICKLY = "-XX:TieredStopAtLevel=1"

PLACES = ("/usr/lib/jvm", "/usr/local/lib/jvm", "/opt/java", "/opt", "/Library/Java/JavaVirtualMachines")


def java_home(at_least: int) -> Path:
    """The home of the oldest Java that is ``at_least`` that major version; ``CannotInstall`` says what was seen."""
    seen = {home: major for home in _homes() if (major := _major(home)) is not None}
    fitting = sorted((major, str(home)) for home, major in seen.items() if major >= at_least)
    if not fitting:
        found = ", ".join(f"{major} in {home}" for home, major in seen.items()) or "none"
        raise CannotInstall(f"Java {at_least} or later is needed (JAVA_HOME or /usr/lib/jvm); found: {found}")
    return Path(fitting[0][1])


def _homes() -> Iterator[Path]:
    """Every folder that looks like a Java home, the configured ones first, links resolved, none twice."""
    candidates = [Path(os.environ[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
    if command := shutil.which("java"):
        candidates.append(Path(command).resolve().parent.parent)
    for place in PLACES:
        for folder in sorted(Path(place).glob("*")):
            candidates += [folder, folder / "Contents" / "Home"]
    known: set[Path] = set()
    for candidate in candidates:
        home = candidate.resolve()
        if home not in known and os.access(home / "bin" / "java", os.X_OK):
            known.add(home)
            yield home


def _major(home: Path) -> int | None:
    """The major version that the home's ``release`` file states, or None where it states none."""
    try:
        release = (home / "release").read_text("utf-8", "replace")
    except OSError:
        return None
    version = re.search(r'^JAVA_VERSION="?(?:1\.)?(\d+)', release, re.MULTILINE)
    return int(version[1]) if version else None
