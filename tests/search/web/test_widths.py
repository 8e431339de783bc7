"""Pages at the widths of phones, tablets, laptops and desks: nothing off the screen, headlines before marks."""

import asyncio
import re
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from processors.annotations import Annotations
from search.desk import Desk, open_database
from search.documents import Document
from tests.search.web.browser import Served, serving, tab
from tests.search.web.samples import NOW, library, story
from tests.search.web.test_desk_pages import ByHeader

pytestmark = pytest.mark.servers

BARE = Annotations((), None, ())
WIDTHS = (390, 820, 821, 900, 1024, 1081, 1440)
PAGES = (
    "/", "/?q=story&sort=relevance", "/?q=story&open=many3", "/?view=full&q=story", "/?q=story&by=meaning", "/ticker",
    "/values?field=source", "/story/call", "/story/killed", "/stances", "/stances/pair?holder=Vladimir+Putin&target=United+States",
    "/names", "/entity?name=Vladimir+Putin", "/desk", "/desk/tag/brno%20flood",
)  # fmt: skip
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TAGS = ("brno flood", "page one", "budget", "hospital", "interview", "pictures to come", "ask the minister", "x" * 60)
OVERLAPS = """() => [...document.querySelectorAll(".lines .row")].filter((row) => {
    const [time, source] = [".row-time", ".row-source"].map((part) => row.querySelector(part).getBoundingClientRect());
    return source.left < time.right - 1 && time.top < source.bottom - 1 && source.top < time.bottom - 1;
}).map((row) => row.dataset.id)"""


async def mark(desk: Desk) -> None:
    await desk.meet("ada", "Ada")
    await desk.stories.claim("ada", "many3")
    await desk.stories.note("ada", "many3", "Ask again")
    await desk.stories.use("ada", "many3", 1)
    for tag in TAGS:
        await desk.stories.tag("ada", "many3", tag)
    await desk.meet("dee", "Morning desk")
    await desk.stories.claim("dee", "marked")
    await desk.stories.tag("dee", "marked", "ferries")


@pytest.fixture(scope="module")
def served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("widths")
    running = Served(folder / "index.db")
    running.write(*library(), unnamed(), marked(), late())
    desk = Desk(open_database(f"sqlite:///{folder / 'desk.db'}", seconds=20))
    marking = threading.Thread(target=lambda: asyncio.run(mark(desk)))  # the browser's driver has a loop running here
    marking.start()
    marking.join()
    with serving(running, login=ByHeader(), desk=desk):
        yield running


def unnamed(version: int = 1, **fields: object) -> Document:
    values = {"version_created": NOW - timedelta(minutes=30), **fields}
    return story("me", "Acme poisons the river", "Acme did.", BARE, version=version, **values)


def marked() -> Document:
    made = {
        "urgency": 1,
        "kind": "correction",
        "version_created": NOW - timedelta(minutes=20),
        "slugline": "ferry-sinks",
    }
    return story(
        "marked", "Ferry sinks off Crete with 140 people aboard, 12 rescued, coast guard says", "It sank.", BARE, **made
    )


def late() -> Document:
    made = {"version_created": NOW - timedelta(days=2), "received_at": NOW - timedelta(minutes=12)}
    return story("late", "Bridge closed for the weekend", "It is closed.", BARE, **made)


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    with tab(browser, served, expects=410, extra_http_headers={"X-Name": "ada"}) as opened:
        yield opened


def test_marks_of_the_desk_leave_the_headline_its_place(page: Page) -> None:
    for width in (390, 1024, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for address in ("/?q=minor", "/?q=minor&sort=relevance", "/?q=minor&open=many4"):
            page.goto(address)
            row = page.locator('#stories .row[data-id="many3"]')
            expect(row.locator(".desk-status")).to_contain_text("Taken by Ada")
            box, link = row.bounding_box(), row.locator("h3 > a").bounding_box()
            marks = row.locator(".desk-status").bounding_box()
            assert box
            assert link
            assert marks
            if width > 820 or "open" not in address:  # on a phone the story covers the list
                assert link["width"] >= 75, (width, address, link)
                assert marks["x"] + marks["width"] <= box["x"] + box["width"] + 1, (width, address)
                assert page.evaluate(OVERLAPS) == [], (width, address)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/?q=minor")
    page.locator(".row .desk-tag").first.click()  # it leads to its stories, not into the story
    page.wait_for_url("**/desk/tag/**")


CUT = """(id) => {
    const link = document.querySelector(`#stories .row[data-id="${id}"] h3 > a`), words = link.firstChild;
    const range = document.createRange(), edge = link.getBoundingClientRect().right;
    for (let at = 1; at <= words.length; at += 1) {
        range.setStart(words, at - 1);
        range.setEnd(words, at);
        if (range.getBoundingClientRect().right > edge) return at - 1;
    }
    return words.length;
}"""  # how many characters of a headline can be read in its line


@pytest.mark.parametrize(
    ("width", "address", "characters"), [(1440, "/", 45), (1440, "/?open=marked", 45), (1100, "/?open=marked", 32)]
)
def test_the_headline_comes_first_in_its_line(page: Page, width: int, address: str, characters: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    row = page.locator('#stories .row[data-id="marked"]')
    assert page.evaluate(CUT, "marked") >= characters
    expect(row.get_by_text("Corr.", exact=True)).to_be_visible()
    expect(row.locator(".badge-correction")).to_have_attribute("title", "Correction")
    expect(row.locator(".badge-claim .short")).to_have_text("MD")
    expect(row.locator(".badge-claim .short")).to_be_visible()
    expect(row.locator(".badge-claim")).to_have_attribute("title", re.compile("^Taken by Morning desk, "))
    expect(row.locator(".row-urgency")).to_have_text("urgency 1, flash")
    expect(row.locator(".badge")).to_have_count(2)  # and the urgency is said once


def test_no_page_is_wider_than_the_screen(browser: Browser, served: Served) -> None:
    wide = []
    page = browser.new_context(base_url=served.url, extra_http_headers={"X-Name": "ada"}).new_page()
    for address in PAGES:
        page.goto(address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if beyond := page.evaluate(BEYOND):
                wide.append((address, width, beyond))
    page.context.close()
    assert wide == []


def test_another_look_keeps_the_open_story_and_the_place(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 600})
    page.goto("/?q=minor")
    page.locator(".row h3 > a").nth(25).click()
    expect(page.locator("#pane .headline")).to_be_visible()
    title = page.locator("#pane .headline").inner_text()
    row = page.locator(f'#stories .row[data-id="{page.url.partition("open=")[2]}"]')
    before = row.bounding_box()
    page.keyboard.press("v")
    page.wait_for_url("**view=full**")
    expect(page.locator("#pane .headline")).to_have_text(title)
    after = row.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 3
    page.keyboard.press("v")
    expect(page.locator("#stories.lines")).to_be_visible()
    expect(page.locator("#pane .headline")).to_have_text(title)


def test_a_page_that_shows_a_story_without_a_slugline_still_says_which_it_was_when_it_is_killed(
    browser: Browser, served: Served, page: Page
) -> None:
    with tab(browser, served, extra_http_headers={"X-Name": "kim"}) as late:
        page.goto("/")
        expect(page.locator("#live")).to_have_text("Live")
        row = page.locator('#stories .row[data-id="me"]')
        expect(row.locator("h3 > a")).to_have_text("Acme poisons the river")
        served.write(unnamed(2, status="canceled", kind="kill", version_created=NOW, editorial_note="Kill me"))
        expect(row.locator("h3 > a del")).to_have_text("Acme poisons the river")
        expect(row).to_contain_text("ID me")
        expect(page.locator("#notices del")).to_have_text("Acme poisons the river")
        late.goto("/")
        expect(late.locator("#live")).to_have_text("Live")
        expect(late.locator("#notices")).to_contain_text("Story filed")
        assert "poisons" not in late.content(), "this page has never shown it"


QUERY = 'person:Xi (sanction* OR "trade war") -oil source:Reuters Putin'  # of 60 characters and more


@pytest.mark.parametrize("width", [1024, 1100, 1279, 1440])
def test_the_name_of_the_page_and_a_long_query_can_be_read(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    for address in ("/", "/names"):
        page.goto(address)
        assert (
            page.evaluate("document.querySelector('.brand').scrollWidth - document.querySelector('.brand').clientWidth")
            <= 0
        )
        page.keyboard.press("/")
        page.keyboard.type(QUERY)
        assert page.evaluate("document.activeElement.scrollWidth - document.activeElement.clientWidth") <= 0
        button = page.get_by_role("button", name="Search", exact=True)
        button.click()
        page.wait_for_url("**/?q=person*")


def test_on_a_phone_whatever_can_be_done_with_a_story_is_on_the_screen(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/?open=marked", "/story/marked"):
        page.goto(address)
        for name in ("Names", "Tone", "Positions", "Copy", "Print", "Text", "ninjs", "NewsML-G2"):
            box = page.locator(".story-tools").get_by_text(name, exact=True).bounding_box()
            assert box
            assert box["x"] + box["width"] <= 390, name


def test_times_are_asked_for_in_the_same_words_everywhere(page: Page) -> None:
    found = []
    for address in ("/", "/stances"):
        page.goto(address)
        found.append([page.locator(f"#{name}").get_attribute("placeholder") for name in ("since", "until")])
    assert found[0] == found[1]


@pytest.mark.parametrize("width", [390, 1100, 1440])
def test_a_list_by_arrival_that_a_date_narrows_shows_why_its_stories_match(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    row = page.locator('#stories .row[data-id="late"]')
    for address, shown in (
        ("/?q=bridge", False),
        ("/?q=bridge&since=3d", True),
        ("/?q=bridge&since=3d&sort=newest", False),
    ):
        page.goto(address)
        assert row.locator(".row-other").is_visible() == shown, address
    page.goto("/?q=bridge&since=3d")
    expect(row.locator(".row-time")).to_have_text(re.compile(r"^\d+ min$"))
    other, headline = row.locator(".row-other"), row.locator("h3 > a")
    expect(other).to_have_text(re.compile(r"^agency \d+ \w+ \d{4}, \d\d:\d\d$"))
    expect(other.locator("time")).to_have_attribute("title", re.compile("^Agency time: "))
    below, above = other.bounding_box(), headline.bounding_box()
    assert below
    assert above
    if width > 820:
        assert below["x"] == above["x"]
        assert below["y"] > above["y"] + 12
