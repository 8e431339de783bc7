"""What can go wrong, in the server's own words.

::

    NewswireError
    ├── NotFound      there is no such story, or none for you
    ├── Killed        the agency killed the story: take it down; or the archive's operator removed it, as the words say
    ├── Denied        no key, a wrong one, or one that does not allow this
    └── Unavailable   the server is away or busy; the same request can succeed later
"""

import httpx


class NewswireError(Exception):
    """The server refused a request. ``status`` is HTTP's, 0 where it was not reached."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class NotFound(NewswireError):
    """There is no such story, or none that you may read."""


class Killed(NewswireError):
    """The agency killed the story: do not publish it, and remove what was published.

    Or the archive's operator removed it. The server's words say which, and what to do.
    """


class Denied(NewswireError):
    """No key, a wrong one, or one that does not allow this."""


class Unavailable(NewswireError):
    """The server is away or busy. The same request can succeed later."""


KINDS: dict[int, type[NewswireError]] = {
    401: Denied, 403: Denied, 404: NotFound, 410: Killed, 429: Unavailable, 502: Unavailable, 503: Unavailable,
    504: Unavailable,
}  # fmt: skip


def error_of(answer: httpx.Response) -> NewswireError:
    """The error that an answer, which was read, tells of."""
    try:
        detail = str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = f"the server answered {answer.status_code} {answer.reason_phrase}"
    return KINDS.get(answer.status_code, NewswireError)(answer.status_code, detail)
