"""The limits of the HTTP feed: takes the settings, returns the bounds on requests."""

from dataclasses import dataclass

from streams.settings import Settings


@dataclass(frozen=True)
class PushLimits:
    """Limits on requests, in bytes and seconds.

    A body may have ``body`` bytes, compressed and not, and ``items`` lines of JSON Lines. ``at_once`` bodies are
    accepted at a time, ``each`` of them with one key; with ``body`` this bounds the memory. The head of a request must
    have arrived within ``head_seconds``, its body within ``body_seconds``, and after ``pace_from`` seconds at ``pace``
    bytes a second.
    """

    body: int = 16 * 1024 * 1024
    items: int = 10_000
    at_once: int = 32
    each: int = 8
    head_seconds: float = 30.0
    body_seconds: float = 60.0
    pace: float = 4096.0
    pace_from: float = 5.0


def push_limits(settings: Settings, body: int) -> PushLimits:
    """The limits from the settings, with ``body`` bytes per request."""
    return PushLimits(
        body,
        at_once=settings.push_at_once,
        each=settings.push_each,
        head_seconds=settings.head_seconds,
        body_seconds=settings.push_seconds,
        pace=settings.push_pace,
    )
