"""Errors as answers to programs: problem details (RFC 9457). Takes a status and what is wrong, gives the body.

The page and its API answer so, and HTTP push does. Whoever reads one reads them all.
"""

from http import HTTPStatus
from typing import Any

TYPE = "application/problem+json"


def problem_details(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """The body: ``title`` is the status in words, ``detail`` what is wrong here, ``more`` whatever else helps."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
