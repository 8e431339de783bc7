"""What a desk asks the page: addresses of every kind, with words and names from the library. Takes a running page.

Each question is another one, so that nothing remembered answers it: words from the library's own headlines, phrases,
prefixes, names, sources, dates; only the bare wire, the names and the positions are asked again and again, as a desk
does.
"""

import random
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

import aiohttp

from search.query.addresses import address, entity_address, event_address, pair_address, story_address

SAMPLES, SAMPLE = 10, 100  # pages of stories to take words, names and ids from


class Question(NamedTuple):
    """What is asked: the kind of page, and its address."""

    route: str
    link: str


async def sampled(session: aiohttp.ClientSession) -> list[dict[str, Any]]:
    """Some stories from all over the library."""
    found: list[dict[str, Any]] = []
    for days in range(0, SAMPLES * 7, 7):
        asked = {"limit": str(SAMPLE), "sort": "newest", "until": f"{days}d"} if days else {"limit": str(SAMPLE)}
        async with session.get("/api/stories", params=asked) as answer:
            answer.raise_for_status()
            found += [one["story"] for one in (await answer.json())["stories"]]
    return found


class Reader:
    """Sends the requests of a desk, with words and names from the library."""

    def __init__(self, seen: list[dict[str, Any]], seed: int) -> None:
        self._chance = random.Random(seed)
        self._seen = seen
        self._words = sorted({word.lower() for one in seen for word in re.findall(r"[A-Za-z]{4,}", one["headline"])})
        self._names = sorted({name for one in seen for name in one["people"] + one["organizations"]})
        self._places = sorted({name for one in seen for name in one["locations"]})
        self._subjects = sorted({each["name"] for one in seen for each in one["subjects"] if each["name"]})
        self._stances = [row for one in seen for row in one["stance"] or ()]
        self._days = sorted({one["version_created"][:10] for one in seen})
        self._events = sorted({one["event"]["id"] for one in seen if (one.get("event") or {}).get("size", 1) > 1})

    def questions(self) -> Iterator[Question]:
        """One page after another: the wire, searches, stories most of all."""
        while True:
            yield from self._wire()
            yield from self._stories()
            yield from self._names_and_positions()
            yield from self._interface()

    def _wire(self) -> Iterator[Question]:
        one, two, three = (self._chance.choice(self._words) for _ in range(3))
        for _ in range(4):
            yield Question("wire", "/")
        asked: tuple[tuple[str, dict[str, str]], ...] = (
            ("search: a word", {"q": one}),
            ("search: two words", {"q": f"{two} {three}", "sort": "relevance"}),
            ("search: either word", {"q": f"{one} OR {three}", "sort": "relevance"}),
            ("search: a phrase", {"q": f'"{self._one()["headline"][:24].replace(chr(34), " ")}"'}),
            ("search: a beginning", {"q": f"{two[:4]}*"}),
            ("search: not a word", {"q": f"{three} -{one}", "sort": "newest"}),
            ("filter: place", {"location": self._chance.choice(self._places)}),
            ("filter: name and word", {"person": self._chance.choice(self._names), "q": "said"}),
            ("filter: source and kind", {"source": "ap", "kind": "correction", "q": one}),
            ("filter: subject", {"subject": self._chance.choice(self._subjects)}),
            ("filter: a day", self._day()),
            ("wire: next page", {"until": self._chance.choice(self._days)}),
        )
        for route, parameters in asked:
            yield Question(route, address("/", parameters.items()))

    def _stories(self) -> Iterator[Question]:
        word = self._chance.choice(self._words)
        for _ in range(6):
            yield Question("story", story_address(self._one()["id"], [("q", word)]))
            yield Question("similar stories", f"/similar/{quote(self._one()['id'], safe='')}")
        for _ in range(3):
            yield Question("pane", f"/pane/{quote(self._one()['id'], safe='')}")
        yield Question("story beside the list", address("/", [("q", word), ("open", self._one()["id"])]))
        yield Question("event", event_address(self._chance.choice(self._events)))
        yield Question("ticker", "/ticker")

    def _names_and_positions(self) -> Iterator[Question]:
        stance = self._chance.choice(self._stances)
        yield Question("names", "/names")
        yield Question("positions", "/stances")
        for _ in range(3):
            yield Question("name", entity_address(self._chance.choice(self._names)))
        yield Question("name: place", entity_address(self._chance.choice(self._places)))
        yield Question("positions of a name", address("/stances", [("about", stance["holder"])]))
        yield Question("pair", pair_address(stance["holder"], stance["target"]))
        for letters in (self._chance.choice(self._names)[:4] for _ in range(2)):
            yield Question("suggest", address("/values", [("field", "person"), ("find", letters)]))

    def _interface(self) -> Iterator[Question]:
        one, two = self._chance.choice(self._words), self._chance.choice(self._words)
        yield Question("api: stories", address("/api/stories", [("q", one)]))
        yield Question("api: story", f"/api/stories/{quote(self._one()['id'], safe='')}")
        yield Question("api: facets", address("/api/facets", [("q", two), ("field", "person"), ("field", "location")]))
        yield Question("api: timeline", address("/api/timeline", [("q", two)]))
        yield Question("api: stances", address("/api/stances", [("q", one)]))

    def _one(self) -> dict[str, Any]:
        return self._chance.choice(self._seen)

    def _day(self) -> dict[str, str]:
        since, until = sorted(self._chance.sample(self._days, 2))
        return {"since": since, "until": until}
