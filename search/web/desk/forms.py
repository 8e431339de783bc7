"""Forms that only the page itself can send: takes a request, gives its fields, or refuses it.

A browser sends its cookies and passwords with every request to the page, also with one that another site has made it
send. So a form must come from the page itself (Origin, Sec-Fetch-Site), and have the token that the page gave with it,
which goes with a cookie of the browser and with the reader. A request with a key in a header needs neither: no browser
adds that by itself.
"""

import hashlib
import hmac
import secrets
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request
from starlette.exceptions import HTTPException

from search.characters import printable
from search.http.keys import presented
from search.web.login.access import Reader

COOKIE = "newswire-form"
TOKEN = "token"  # noqa: S105 - the name of a field
LONGEST = 64 * 1024  # bytes
MOST_FIELDS = 200
KIND = "application/x-www-form-urlencoded"
OTHER_PAGE = "This form was sent by another page. Open the page again, and send it from there."
OLD_PAGE = "This page is too old for its buttons. Open it again."


class Form:
    """The fields of a form; absent ones are empty."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._fields = fields

    def __getitem__(self, name: str) -> str:
        """The first value of a field."""
        return next((value for one, value in self._fields if one == name), "").strip()

    def all(self, name: str) -> list[str]:
        """All values of a field."""
        return [value.strip() for one, value in self._fields if one == name]

    @property
    def back(self) -> str:
        """Where to go afterwards: an address on this page, never on another site."""
        address = self["back"]
        is_ours = address.startswith("/") and not address.startswith(("//", "/\\")) and printable(address) == address
        return address if is_ours else "/desk"


def secret_of(request: Request) -> tuple[str, bool]:
    """The secret of this browser's forms, and whether it is a new one, which the answer has to bring."""
    kept = request.cookies.get(COOKIE, "")
    if 20 <= len(kept) <= 100:  # noqa: PLR2004 - such as we make
        return kept, False
    if not hasattr(request.state, "form_secret"):  # the same for all parts of one page
        request.state.form_secret = secrets.token_urlsafe(32)
    return str(request.state.form_secret), True


def token_for(secret: str, reader: Reader) -> str:
    """The token of the forms that a reader gets in this browser."""
    return hmac.new(secret.encode(), reader.owner.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


async def form_of(request: Request, reader: Reader) -> Form:
    """The form that a request brings; `HTTPException` for one that the page itself has not sent."""
    by_key = bool(presented(request.headers))
    if not by_key and not _is_from_here(request):
        raise HTTPException(403, OTHER_PAGE)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != KIND:
        raise HTTPException(415, f"Send a form ({KIND}).")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST:
            raise HTTPException(413, "This form is too long.")
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(400, "This form cannot be read.") from None
    form = Form(fields)
    secret, is_new = secret_of(request)
    if not by_key and (is_new or not hmac.compare_digest(form[TOKEN].encode(), token_for(secret, reader).encode())):
        raise HTTPException(403, OLD_PAGE)
    return form


def _is_from_here(request: Request) -> bool:
    """Whether the browser says that a page of ours has sent this."""
    headers = request.headers
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    origin = headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
