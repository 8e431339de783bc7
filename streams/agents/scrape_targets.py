"""Files with the metrics addresses of this machine's processes, for Prometheus and ``newswire top``.

Takes `Settings`; gives addresses. Each file is a list of targets as Prometheus's ``file_sd_configs`` takes them.
"""

import socket
from pathlib import Path
from typing import TypedDict

import msgspec

from streams.settings import Settings

EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 - compared with, not bound to


class Target(TypedDict):
    """One entry of ``file_sd_configs``."""

    targets: list[str]
    labels: dict[str, str]


def folder_of(settings: Settings) -> Path:
    """Where the files are."""
    return settings.data / "targets"


def target_of(settings: Settings, port: int) -> Target:
    """What to write for a process that serves at ``port``."""
    host = "127.0.0.1" if settings.metrics_host in EVERYWHERE else settings.metrics_host
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return {"targets": [address], "labels": {"road": settings.topic_prefix}}


def addresses(settings: Settings) -> list[str]:
    """``host:port`` of the processes of this pipeline that serve here now. Files of dead processes are removed."""
    found = []
    for path in sorted(folder_of(settings).glob(f"{settings.topic_prefix}-*.json")):
        try:
            entries = msgspec.json.decode(path.read_bytes(), type=list[Target])
        except (OSError, msgspec.MsgspecError):
            continue
        for address in (a for e in entries if e["labels"].get("road") == settings.topic_prefix for a in e["targets"]):
            if listens(address):
                found.append(address)
            else:
                path.unlink(missing_ok=True)
    return found


def listens(address: str) -> bool:
    """Whether something takes connections at ``host:port``."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=1):
            return True
    except (OSError, ValueError):
        return False
