"""A desk's work in a real Chromium: keys that change one story and leave the list where it was, and times of one zone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from processors.annotations import Annotations
from search.desk import Desk, open_database
from tests.search.web.browser import Served, serving, tab
from tests.search.web.samples import NOW, story
from tests.search.web.test_desk_pages import ByHeader

pytestmark = pytest.mark.servers

BARE = Annotations((), None, ())
LONG_AGO = NOW.replace(hour=3, minute=30) - timedelta(days=3)  # the day before in New York


@pytest.fixture(scope="module")
def served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("keys")
    running = Served(folder / "index.db")
    for number in range(60):
        time = NOW - timedelta(minutes=number)
        running.write(
            story(f"s{number}", f"Story {number}", "It will rain.", BARE, received_at=time, version_created=time)
        )
    running.write(story("old", "An old one", "Text.", BARE, received_at=LONG_AGO, version_created=LONG_AGO))
    desk = Desk(open_database(f"sqlite:///{folder / 'desk.db'}", seconds=20))
    with serving(running, login=ByHeader(), desk=desk):
        yield running


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    with tab(browser, served, extra_http_headers={"X-Name": "ada"}) as opened:
        yield opened


def opened(page: Page, number: int) -> None:
    page.goto("/")
    expect(page.locator("#live")).to_have_text("Live")
    for _ in range(number):
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#pane .headline")).to_have_text(f"Story {number - 1}")


def test_a_story_is_taken_noted_and_saved_by_keys_and_the_list_keeps_its_place(page: Page) -> None:
    opened(page, 36)
    place = page.evaluate("scrollY")
    assert place > 100
    page.keyboard.press("t")
    expect(page.locator("#desk")).to_contain_text("Taken by Ada")
    expect(page.get_by_role("button", name="Give back")).to_be_focused()
    expect(page.locator('.row[data-id="s35"]')).to_contain_text("Taken by Ada")
    page.keyboard.press("n")
    page.keyboard.type("Ring the ministry")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#desk .desk-words")).to_have_text("Ring the ministry")
    page.keyboard.press("s")
    page.keyboard.type("Rain")
    page.keyboard.press("Enter")
    expect(page.locator("#desk")).to_contain_text("Saved by Ada")
    page.keyboard.press("t")
    expect(page.locator("#desk")).not_to_contain_text("Taken by Ada")
    assert page.evaluate("scrollY") == place
    page.keyboard.press("j")
    expect(page.locator("#pane .headline")).to_have_text("Story 36")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#pane .headline")).to_have_text("Story 37")
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/desk")
    expect(page.locator("main")).to_contain_text("Rain")


def test_a_correction_is_read_beside_the_list_and_a_kill_ends_all_that_can_be_done(page: Page, served: Served) -> None:
    opened(page, 3)
    fields = {"received_at": NOW, "version_created": NOW}
    served.write(story("s2", "Story 2", "It may rain.", BARE, version=2, kind="correction", **fields))
    expect(page.locator('.row[data-id="s2"] .badge .long')).to_have_text("Corrected just now")
    page.get_by_role("link", name="Corrected: see changes").click()
    expect(page.locator("#pane #versions del").first).to_have_text("will")
    assert "open=s2" in page.url
    served.write(story("s2", "", "", BARE, version=3, status="canceled", kind="kill", **fields))
    expect(page.locator("#pane").get_by_role("alert").filter(has_text="KILLED")).to_be_visible()
    expect(page.get_by_role("button", name="Take", exact=True)).to_have_count(0)
    expect(page.locator("#pane")).not_to_contain_text("no longer in this list")


def test_all_times_are_of_the_readers_zone(browser: Browser, served: Served) -> None:
    with tab(browser, served, extra_http_headers={"X-Name": "ada"}, timezone_id="America/New_York") as page:
        page.goto("/?q=old")
        row = page.locator('.row[data-id="old"] .row-time')
        hour = int(page.evaluate(f"new Date('{LONG_AGO.isoformat()}').getHours()"))
        expect(row).to_contain_text(f"{hour}:30")
        assert row.inner_text()[:3].isalpha(), "another day than that of the heading, so it is said"
        page.goto("/story/old")
        expect(page.locator(".kicker time")).to_contain_text(f", {hour}:30")
        expect(page.locator(".bottom")).to_contain_text("All times America/New York")


def test_the_last_searches_are_offered_again(page: Page) -> None:
    for words in ("rain", "old"):
        page.goto(f"/?q={words}")
    page.goto("/desk")
    offered = page.locator("#recent-searches option").evaluate_all("options => options.map(one => one.value)")
    assert offered == ["old", "rain"]


def test_the_story_is_as_wide_as_its_reader_made_it(browser: Browser, served: Served) -> None:
    with tab(browser, served, extra_http_headers={"X-Name": "ada"}, viewport={"width": 1680, "height": 900}) as page:
        page.goto("/?open=s5")
        before = page.locator("#pane").bounding_box()
        page.get_by_role("separator", name="Width of the story").focus()
        for _ in range(3):
            page.keyboard.press("ArrowLeft")
        page.reload()
        after = page.locator("#pane").bounding_box()
        assert before
        assert after
        assert after["width"] > before["width"] + 80
        page.mouse.move(after["x"] + 4, 400)
        page.mouse.down()
        page.mouse.move(1000, 400, steps=3)
        page.mouse.up()
        expect(page.get_by_role("separator")).to_have_attribute("aria-valuenow", "40")
