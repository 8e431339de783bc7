"""Errors as answers: an error in, problem details (RFC 9457) out for programs, a page for people."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Scope

from search.http.keys import NO_VALID_KEY, Denied
from search.http.problems import TYPE, problem_details
from search.query.request import QueryError
from search.store import StoreError, StoreUnavailable
from search.web.display import Display

log = logging.getLogger(__name__)

TOLD = ("The search took", "Too many searches")  # what a reader can do something about; no addresses of ours
STORY_NOT_FOUND = "Story not found"
NOT_UNDERSTOOD = "Search not understood"
ADVICE = {
    400: "Not accepted",
    401: "Sign in with a key",
    403: "Access denied",
    404: "Page not found",
    421: "Wrong address",
    429: "Too many requests",
    500: "Something went wrong",
    503: "Archive not available",
}
ADVICE_UNDER = {  # paths that begin so
    "/desk": {400: "Not kept", 503: "Not available"},
    "/names/join": {400: "Not merged", 404: "Name not found"},
    "/names/split": {404: "Not split"},
}

FOR_PEOPLE = {  # what a page says in place of what an answer to a program says
    (404, STORY_NOT_FOUND): "The archive has no story at this address.",
    (404, HTTPStatus.NOT_FOUND.phrase): "Check the address, or search the wire.",
    (401, NO_VALID_KEY): "Reload this page. Enter any user name, and your key as the password.",
}


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> JSONResponse:
    """An error as problem details."""
    return JSONResponse(problem_details(status, detail, **more), status, headers, media_type=TYPE)


def is_api(path: str) -> bool:
    """Whether a program asks."""
    return path.startswith(("/api/", "/live")) or path == "/health"


def answer(
    display: Display,
    path: str,
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
    heading: str = "",
) -> Response:
    """An error as whoever asked can read it."""
    if is_api(path):
        return problem(status, detail, headers)
    words = next((some for beginning, some in ADVICE_UNDER.items() if path.startswith(beginning)), {})
    advice = words.get(status) or heading or ADVICE.get(status) or HTTPStatus(status).phrase
    if detail == STORY_NOT_FOUND:
        advice = STORY_NOT_FOUND
    context = {
        "path": path, "reader": None, "has_pipeline": False, "status": status, "advice": advice,
        "detail": FOR_PEOPLE.get((status, detail), detail),
    }  # fmt: skip
    return Response(display.html("error.html", context), status, headers, media_type="text/html")


async def refuse(display: Display, scope: Scope, denied: Denied) -> Response:
    """A request that may not pass."""
    headers = {"Retry-After": str(denied.retry_after)} if denied.retry_after else {}
    if denied.sign_in:
        if is_api(scope["path"]) or scope["method"] not in ("GET", "HEAD"):
            return answer(display, scope["path"], denied.status, denied.reason, headers)
        return RedirectResponse(sign_in_address(scope["path"], scope["query_string"].decode("latin-1")), 303)
    if denied.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = (
            'Basic realm="Newswire: any user name, and your key as the password", charset="UTF-8"'
        )
    return answer(display, scope["path"], denied.status, denied.reason, headers)


def sign_in_address(path: str, query: str) -> str:
    """Where somebody logs in who wanted to see something, and comes back to it."""
    return f"/login?back={quote(f'{path}?{query}' if query else path, safe='')}"


def answer_errors(app: FastAPI, display: Display) -> None:
    """Answer the application's errors."""

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return answer(display, request.url.path, error.status_code, str(error.detail), error.headers)

    async def wrong(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        errors = [{"at": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in error.errors()]
        return problem(422, "; ".join(f"{one['at']}: {one['message']}" for one in errors), errors=errors)

    async def question(request: Request, error: Exception) -> Response:
        return answer(display, request.url.path, 400, str(error), heading=NOT_UNDERSTOOD)

    async def away(request: Request, error: Exception) -> Response:
        log.warning("%s: %s", request.url.path, error)
        told = str(error) if str(error).startswith(TOLD) else "Try again in a moment. The reason is in the server log."
        return answer(display, request.url.path, 503, told, {"Retry-After": "5"})

    async def fault(request: Request, error: Exception) -> Response:
        log.error("%s: %s", request.url.path, error, exc_info=error)
        return answer(display, request.url.path, 500, "The error is in the server's log.")

    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, wrong)
    app.add_exception_handler(QueryError, question)
    app.add_exception_handler(StoreUnavailable, away)
    app.add_exception_handler(StoreError, fault)
    app.add_exception_handler(Exception, fault)
