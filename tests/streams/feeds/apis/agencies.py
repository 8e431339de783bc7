"""Servers that behave like agencies' polling APIs, good ones and bad ones, over real HTTP."""

import asyncio
import itertools
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from streams.feeds.apis.description import text_of

KEY, SECRET = "k3y-0f-the-desk", "s3cret-0f-the-desk"
START = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


@contextmanager
def serving(agency: "Agency") -> Iterator[str]:
    """The agency's address, while it answers from a thread of its own."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(agency.app)

    async def start() -> int:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return int(runner.addresses[0][1])

    agency.url = f"http://127.0.0.1:{loop.run_until_complete(start())}/"
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield agency.url
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


def described(name: str, agency: "Agency", changes: Callable[[str], str] = str) -> str:
    """A shipped description with the address of our server."""
    return changes(re.sub(r'"https://[^/"]+/', f'"{agency.url}', text_of(name)))


def clock(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


class Agency:
    """What all have: stories in order of publication, requests that were made, and trouble on demand.

    ``trouble`` maps the number of a request, from when it was set, to what happens instead of an answer.
    """

    page = 3

    def __init__(self) -> None:
        self.stories: list[dict[str, Any]] = []
        self.requests: list[tuple[str, str]] = []
        self.trouble: dict[int, str] = {}
        self.count = 0
        self.on_request: Callable[[], None] = lambda: None
        self.app = web.Application()
        self.app.router.add_route("*", "/{path:.*}", self.answer)
        self.url = ""

    def publish(self, *names: str, **more: Any) -> None:
        for name in names:
            self.stories.append({"name": name, "number": len(self.stories) + 1, "version": 1, **more})

    def expect_trouble(self, **numbers: str) -> None:
        """From now on, request ``n1`` (the next), ``n2`` … go wrong."""
        self.count = 0
        self.trouble = {int(name[1:]): what for name, what in numbers.items()}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.count += 1
        body = await request.text()
        self.requests.append((f"{request.method} {request.path_qs}", body))
        self.on_request()
        what = self.trouble.get(self.count, "")
        if what and (spoilt := await self.spoil(what, request)):
            return spoilt
        right = self.serve(request, body)
        if what == "cut":
            return await self.cut(right, request)
        return right

    def serve(self, request: web.Request, body: str) -> web.Response:
        raise NotImplementedError

    async def spoil(self, what: str, request: web.Request) -> web.StreamResponse | None:
        if what.isdigit():
            return web.Response(status=int(what), headers={"Retry-After": "90"} if what in ("429", "503") else {})
        if what == "slow":
            response = web.StreamResponse()
            await response.prepare(request)
            with suppress(ConnectionError):
                for _ in range(100):
                    await response.write(b" ")
                    await asyncio.sleep(0.05)
            return response
        fixed = {
            "login": web.Response(text="<html><p>Log in", content_type="text/html"),
            "nothing": web.Response(body=b""),
            "null": web.Response(text="null", content_type="application/json"),
            "errors": web.json_response({"errors": [{"message": "internal"}], "data": None}),
            "huge": web.Response(body=b"[" + b" " * 3_000_000),
            "private": web.Response(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"}),
        }
        return fixed.get(what)

    async def cut(self, right: web.Response, request: web.Request) -> web.StreamResponse:
        """The answer with its length, and then only half of it."""
        assert isinstance(right.body, bytes)
        response = web.StreamResponse(headers={"Content-Length": str(len(right.body))})
        await response.prepare(request)
        await response.write(right.body[: len(right.body) // 2])
        assert request.transport is not None
        request.transport.close()
        return response


class Ap(Agency):
    """Oldest first; each page has the next one's address; the text is in NITF of its own."""

    def serve(self, request: web.Request, body: str) -> web.Response:
        if request.headers.get("x-api-key") != KEY:
            return web.Response(status=401)
        if request.path.startswith("/nitf/"):
            name = request.path.removeprefix("/nitf/")
            if not any(story["name"] == name for story in self.stories):
                return web.Response(status=404)
            text = f"<nitf><body><body.content><block><p>Text of {name}.</p></block></body.content></body></nitf>"
            return web.Response(text=text, content_type="text/xml")
        seq = int(request.query.get("seq", "0"))
        if "seq" in request.query and request.query.get("qt") != "token":
            return web.Response(status=400)
        there = self.stories[seq : seq + self.page]
        following = f"{self.url}media/v/content/feed?qt=token&seq={seq + len(there)}"
        data: dict[str, Any] = {"page_size": self.page, "next_page": following}
        if there:
            data["items"] = [{"meta": {"score": 1}, "item": self.item(story)} for story in there]
        return web.json_response({"api_version": "2.2", "data": data})

    def item(self, story: dict[str, Any]) -> dict[str, Any]:
        name, version = story["name"], story["version"]
        item = {
            "uri": f"{self.url}media/v/content/{name}?qt=token&et={version}", "type": story.get("type", "text"),
            "altids": {"itemid": name, "etag": f"{name}_{version}"}, "version": version,
            "versioncreated": clock(story["number"]), "pubstatus": story.get("pubstatus", "usable"),
            "headline": f"Headline of {name}", "language": "en",
        }  # fmt: skip
        if item["type"] == "text" and item["pubstatus"] == "usable":
            item["renditions"] = {"nitf": {"href": story.get("href", f"{self.url}nitf/{name}"), "rel": "Story"}}
        return item


class Reuters(Agency):
    """GraphQL behind OAuth: a token that expires, a cursor to go on from, and a query for each item."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = (f"token-{n}" for n in itertools.count(1))
        self.token = ""
        self.life = 3600.0

    def expire(self) -> None:
        self.token = ""

    def serve(self, request: web.Request, body: str) -> web.Response:
        asked = json.loads(body)
        if request.path == "/oauth/token":
            if asked["client_secret"] != SECRET or asked["grant_type"] != "client_credentials":
                return web.Response(status=403)
            self.token = next(self.tokens)
            return web.json_response({"access_token": self.token, "expires_in": self.life, "token_type": "Bearer"})
        if not self.token or request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.Response(status=401)
        if "item(id:" in asked["query"]:
            guid = asked["query"].partition('item(id: "')[2].partition('"')[0]
            found = next((s for s in self.stories if self.guid(s) == guid), None)
            return web.json_response({"data": {"item": self.item(found) if found else None}})
        start = int(asked.get("variables", {}).get("cursor") or 0)
        there = self.stories[start : start + self.page]
        end = start + len(there)
        items = [{"versionedGuid": self.guid(story), "type": "TEXT"} for story in there]
        info = {"endCursor": str(end), "hasNextPage": end < len(self.stories)}
        return web.json_response({"data": {"search": {"pageInfo": info, "items": items}}})

    def guid(self, story: dict[str, Any]) -> str:
        return f"tag:reuters.com,2026:newsml_{story['name'].upper()}:{story['version']}"

    def item(self, story: dict[str, Any]) -> dict[str, Any]:
        return {
            "versionedGuid": self.guid(story), "uri": self.guid(story).rpartition(":")[0], "type": "TEXT",
            "version": str(story["version"]), "headLine": f"Headline of {story['name']}", "language": "en",
            "bodyXhtml": f"<html><body><p>Text of {story['name']}.</p></body></html>", "urgency": 3,
            "versionCreated": clock(story["number"]), "pubStatus": "usable",
        }  # fmt: skip


class Pa(Agency):
    """Newest first, in pages by offset; a changed item moves to the top."""

    def serve(self, request: web.Request, body: str) -> web.Response:
        if request.headers.get("apikey") != KEY:
            return web.Response(status=401)
        offset, limit = (int(request.query.get(name, "0")) for name in ("offset", "limit"))
        ordered = sorted(self.stories, key=lambda story: -story["number"])
        there = ordered[offset : offset + min(limit, self.page)]
        return web.json_response({"total": len(ordered), "offset": offset, "item": [self.item(one) for one in there]})

    def change(self, name: str) -> None:
        story = next(story for story in self.stories if story["name"] == name)
        top = max(story["number"] for story in self.stories)
        story |= {"version": story["version"] + 1, "number": top + 1}

    def item(self, story: dict[str, Any]) -> dict[str, Any]:
        return {
            "uri": f"urn:pa:{story['name']}", "type": "story", "profile": "text", "version": story["version"],
            "versioncreated": clock(story["number"]), "headline": f"Headline of {story['name']}",
            "body_text": f"Text of {story['name']}.", "language": "en",
        }  # fmt: skip
