"""How requests are put, the same for both clients: filters in, parameters and headers out; and when to ask again."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal
from urllib.parse import quote

import httpx

from newswire_client.errors import KINDS, Unavailable

DownloadForm = Literal["text", "ninjs", "newsml-g2"]
ExportForm = Literal["csv", "jsonl", "atom"]
PAGE = 100
TRIES = 4
LONGEST_PAUSE = 60.0  # seconds
SILENCE = 45.0  # seconds without a line after which a live connection is taken for dead; the server sends one every 15
FIRST_PAUSE, MOST_PAUSE = 1.0, 30.0  # seconds before a live connection is made again


def headers_of(key: str | None) -> dict[str, str]:
    """The headers of every request."""
    return {"User-Agent": "newswire-client/0.1", **({"Authorization": f"Bearer {key}"} if key else {})}


# As httpx wants them: its lists take no narrower type than this.
Parameters = list[tuple[str, str | int | float | bool | None]]


def parameters(q: str, filters: Mapping[str, Any], **more: Any) -> Parameters:
    """The parameters of an address: several for a filter with several values."""
    found: Parameters = []
    for name, value in {"q": q, **filters, **more}.items():
        values: Iterable[Any] = value if isinstance(value, list | tuple | set | frozenset) else [value]
        found += [(name, str(one)) for one in values if one not in (None, "")]
    return found


def pause_before(again: int, answer: httpx.Response) -> float | None:
    """Seconds to wait before a request is put for the ``again``-th time; ``None`` where that helps nothing."""
    if again >= TRIES or KINDS.get(answer.status_code) is not Unavailable:
        return None
    said = answer.headers.get("Retry-After", "")
    return min(LONGEST_PAUSE, float(said) if said.isdigit() else 0.5 * 2**again)


def path_of(story_id: str, form: str = "") -> str:
    """The address of a story, or of one of its forms."""
    return f"/api/stories/{quote(story_id, safe='')}{f'/{form}' if form else ''}"
