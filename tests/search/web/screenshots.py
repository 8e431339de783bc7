"""Takes pictures of the page: ``python -m tests.search.web.screenshots [FOLDER]``, or ``make screenshots``.

The demo makes an index of the sample wire (half a minute), the page is served over it, and this machine's Chromium
looks, as two readers with a desk: one takes and saves stories, the other has noted something. ``--documents FILE`` takes
the stories of a file of documents instead, and ``--every`` takes thirty pictures: each page on a desk's screen, a laptop
and a phone, by day and by night.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page

from search.desk import Desk
from search.desk.database import open_database
from search.query.addresses import address, entity_address, event_address, pair_address, story_address
from search.web.login.access import Reader, named_reader
from tests.search.web.browser import Served, chromium, serving
from tests.search.web.shots_library import library

FOLDER = Path("docs/images")
LARGEST = 300_000  # bytes
PATIENCE = 120_000  # milliseconds: the machine may be busy
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
LARGE: dict[str, Any] = {"viewport": {"width": 1920, "height": 1080}}
LAPTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}
NIGHT: dict[str, Any] = {"color_scheme": "dark"}


ADA, BEN = "Ada Moreno", "Ben Okafor"


class ByName:
    """A login that believes the header X-Name."""

    async def admit(self, headers: Mapping[str, str], address: str) -> Reader:
        """Whoever the browser says."""
        return named_reader(headers.get("X-Name", ADA))

    known = admit


class Facts(NamedTuple):
    """What there is to look at: a story with positions, its positions, an event, a story that has changed, one killed."""

    story: str
    stance: Mapping[str, Any]
    event: str
    changed: str
    word: str

    @classmethod
    def of(cls, page: Page) -> "Facts":
        """What a library has."""

        def found(**asked: str) -> list[dict[str, Any]]:
            answer = page.request.get("/api/stories", params={"limit": "100", **asked})
            return [one["story"] for one in answer.json()["stories"]]

        newest = found()
        held = max(found(label="against") or newest, key=lambda one: (len(one["stance"] or ()), one["version_created"]))
        of_event = max(newest, key=lambda one: (one.get("event") or {}).get("size", 0))
        changed = [one for one in newest if one["kind"] == "correction"] or newest
        stance = held["stance"][0] if held["stance"] else {"holder": held["source"], "target": held["source"]}
        word = stance["holder"].split()[-1]
        return cls(held["id"], stance, (of_event.get("event") or {}).get("id", ""), changed[0]["id"], word)


def furnish(mine: Page, other: Page, facts: Facts) -> None:
    """Put things on a desk, by the page's own forms."""
    for name, words in (("Sanctions", "sanction*"), (facts.word, facts.word)):
        mine.goto(address("/", [("q", words)]))
        mine.locator(".desk-save summary").click()
        mine.get_by_label("Name", exact=True).fill(name)
        mine.locator(".desk-save").get_by_role("button", name="Save").click()
        mine.locator(".desk-saved").wait_for()
    mine.goto("/names")
    for name in mine.locator(".ranked").first.locator("a").all_inner_texts()[:3]:
        mine.goto(entity_address(name))
        mine.locator(".watch summary").click()
        mine.locator("#watch-list").fill("Tonight's page")
        mine.locator(".watch button").click()
    mine.goto(story_address(facts.story))
    mine.keyboard.press("t")
    mine.get_by_role("button", name="Give back").wait_for()
    mine.keyboard.press("s")
    mine.locator("#desk-new").fill("Weekend read")
    mine.keyboard.press("Enter")
    mine.get_by_text("Saved by").wait_for()
    other.goto(story_address(facts.story))
    other.keyboard.press("n")
    other.locator("#desk-words").fill("Ministry rings back at six.")
    other.locator("form[action='/desk/story/note'] button").click()
    other.get_by_text("rings back at six").first.wait_for()
    other.goto(address("/", [("q", "kind:correction")]))
    other.locator(".desk-save summary").click()
    other.get_by_label("Name", exact=True).fill("Corrections")
    other.get_by_label("Share with everybody").check()
    other.locator(".desk-save").get_by_role("button", name="Save").click()
    other.locator(".desk-saved").wait_for()
    other.goto(story_address(facts.changed))
    other.keyboard.press("t")
    other.get_by_role("button", name="Give back").wait_for()


def wire(page: Page, facts: Facts) -> None:
    """The wire as it opens."""
    page.goto("/")
    page.locator(".live-on").wait_for()


def beside(page: Page, facts: Facts) -> None:
    """A story beside the list."""
    page.goto(address("/", [("q", facts.word), ("open", facts.story)]))


def reading(page: Page, facts: Facts) -> None:
    """The whole wire, with a story beside it."""
    page.goto(address("/", [("open", facts.story)]))
    page.locator(".live-on").wait_for()


def at(link: Callable[[Facts], str]) -> Callable[[Page, Facts], None]:
    """A page by its address."""

    def look(page: Page, facts: Facts) -> None:
        page.goto(link(facts))

    return look


def filters(page: Page, facts: Facts) -> None:
    """The filters as a sheet."""
    page.goto("/#filters")


def keys(page: Page, facts: Facts) -> None:
    """The list of keys."""
    page.goto("/")
    page.locator(".live-on").wait_for()
    page.keyboard.press("?")


LAYERS = [("show", "names,tone,positions")]
search = at(lambda facts: address("/", [("q", facts.word), ("view", "full")]))
marked = at(lambda facts: story_address(facts.story, LAYERS))
plain = at(lambda facts: story_address(facts.story))
changed = at(lambda facts: story_address(facts.changed))
positions = at(lambda _: "/stances")
graph = at(lambda _: "/stances#graph-title")
table = at(lambda _: "/stances#table-title")
pair = at(lambda facts: pair_address(facts.stance["holder"], facts.stance["target"]))
name = at(lambda facts: entity_address(facts.stance["holder"]))
names = at(lambda _: "/names")
event = at(lambda facts: event_address(facts.event))
nothing = at(lambda _: address("/", [("q", "zeppelin moon cheese"), ("since", "7d")]))
values = at(lambda _: "/values?field=person")
ticker = at(lambda _: "/ticker")
desk = at(lambda _: "/desk")
missing = at(lambda _: "/story/nothing")
interface = at(lambda _: "/api")

PICTURES = {
    "wire": ({"viewport": {"width": 1440, "height": 860}}, reading), "story": (LAPTOP | NIGHT, marked), "stances": (LAPTOP, positions), "phone": (PHONE, wire),
    "name": (LAPTOP, name), "desk": ({"viewport": {"width": 1280, "height": 720}}, desk),
}  # fmt: skip
EVERY = {
    "large-wire": (LARGE, wire), "large-beside": (LARGE, beside), "large-beside-night": (LARGE | NIGHT, beside),
    "desk-wire": (DESK, wire), "desk-search": (DESK, search), "desk-nothing": (DESK, nothing), "desk-keys": (DESK, keys),
    "desk-desk": (DESK, desk), "desk-values": (DESK, values), "desk-table": (DESK, table),
    "laptop-wire": (LAPTOP, wire), "laptop-wire-night": (LAPTOP | NIGHT, wire), "laptop-beside": (LAPTOP, beside),
    "laptop-story": (LAPTOP, plain), "laptop-marked": (LAPTOP, marked), "laptop-marked-night": (LAPTOP | NIGHT, marked),
    "laptop-changed": (LAPTOP, changed), "laptop-positions": (LAPTOP, positions),
    "laptop-positions-night": (LAPTOP | NIGHT, positions), "laptop-graph": (LAPTOP, graph), "laptop-pair": (LAPTOP, pair),
    "laptop-name": (LAPTOP, name), "laptop-name-night": (LAPTOP | NIGHT, name), "laptop-names": (LAPTOP, names),
    "laptop-event": (LAPTOP, event), "laptop-ticker": ({"viewport": {"width": 420, "height": 640}}, ticker),
    "laptop-missing": (LAPTOP, missing), "phone-wire": (PHONE, wire), "phone-wire-night": (PHONE | NIGHT, wire),
    "phone-filters": (PHONE, filters), "phone-story": (PHONE, marked), "phone-beside": (PHONE, beside),
    "phone-positions": (PHONE, positions), "phone-name": (PHONE, name), "phone-event": (PHONE, event),
}  # fmt: skip


def of(browser: Browser, served: Served, name: str, **options: Any) -> BrowserContext:
    """A browser of this reader."""
    context = browser.new_context(base_url=served.url, extra_http_headers={"X-Name": name}, **options)
    context.set_default_timeout(PATIENCE)
    return context


def take(browser: Browser, served: Served, folder: Path, pictures: Mapping[str, Any]) -> None:
    """Take every picture."""
    context, colleague = of(browser, served, ADA), of(browser, served, BEN)
    facts = Facts.of(context.new_page())
    furnish(context.new_page(), colleague.new_page(), facts)
    context.close()
    colleague.close()
    for title, (options, look) in pictures.items():
        context = of(browser, served, ADA, **options)
        page = context.new_page()
        look(page, facts)
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(500)
        path = folder / f"{title}.png"
        page.screenshot(path=path)
        context.close()
        size = path.stat().st_size
        sys.stdout.write(f"{path}: {size // 1000} kB\n")
        if size > LARGEST and pictures is PICTURES:
            sys.exit(f"{path} is larger than {LARGEST // 1000} kB")


def main() -> None:
    """Make the index, serve it, look at it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--documents", type=Path, help="JSON Lines of documents, instead of the demo's")
    parser.add_argument("--every", action="store_true", help="thirty pictures, not those of the docs")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as kept:
        path = Path(kept) / "news.sqlite"
        if options.documents:
            library(path, options.documents)
        else:
            subprocess.run([sys.executable, "-m", "streams", "demo", "--once", "--keep", kept], check=True)
        served = Served(path)
        desk = Desk(open_database(f"sqlite:///{kept}/desk.sqlite"))
        with serving(served, login=ByName(), desk=desk), chromium() as browser:
            take(browser, served, options.folder, EVERY if options.every else PICTURES)


if __name__ == "__main__":
    main()
