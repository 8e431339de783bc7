"""An editor's shift on the wire, by keyboard alone, in a real Chromium; and the page as people of all kinds meet it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from processors.annotations import Annotations
from tests.search.web.browser import Served, scroll, serving, tab
from tests.search.web.samples import NOW, library, story

pytestmark = pytest.mark.servers

AXE = Path(__file__).with_name("axe.min.js")
BARE = Annotations((), None, ())
PHONE, LAPTOP, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}, {"width": 1680, "height": 1000}
WIDTHS = {"phone": PHONE, "laptop": LAPTOP, "desk": DESK}
SCREENS = ("/", "/?q=putin&not_source=AP&open=call", "/?q=nosuchword+putin", "/?view=full", "/#filters", "/ticker", "/values?field=source")  # fmt: skip
TARGETS = """() => [...document.querySelectorAll("a[href], button, input, summary")].filter((one) => {
    const style = getComputedStyle(one), inside = one.closest("p.fine, .bottom p, .about, .story, svg, dd, blockquote");
    return !inside && one.checkVisibility() && one.type !== "hidden" && !one.classList.contains("skip");
}).map((one) => [one.outerHTML.slice(0, 90), (one.closest(".row") || one).getBoundingClientRect()]) // a row is one target
  .filter(([, box]) => box.width && (box.height < 23.9 || box.width < 23.9)).map(([html, box]) => `${html} ${box.width} x ${box.height}`)"""


@pytest.fixture(scope="module")
def served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    running = Served(tmp_path_factory.mktemp("wire") / "index.db")
    running.write(*library())
    with serving(running):
        yield running


@pytest.fixture
def desk(browser: Browser, served: Served) -> Iterator[Page]:
    with tab(browser, served, viewport=DESK) as opened:
        yield opened


def headline(page: Page) -> str:
    return page.locator("#pane .headline").inner_text()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def test_a_shift_by_keyboard_alone(desk: Page, served: Served) -> None:
    desk.goto("/")
    expect(desk.locator("#live")).to_have_text("Live")
    desk.keyboard.press("/")
    desk.keyboard.type("minor story")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/?q=minor*")
    for _ in range(3):
        desk.keyboard.press("j")
    third = focused(desk)
    desk.keyboard.press("Enter")
    expect(desk.locator("#pane .headline")).to_have_text(third)
    assert "open=many" in desk.url
    assert focused(desk) == third, "the list is still what the keys move in"
    desk.keyboard.press("j")
    expect(desk.locator("#pane .headline")).not_to_have_text(third)
    assert focused(desk) == headline(desk)
    desk.keyboard.press("k")
    expect(desk.locator("#pane .headline")).to_have_text(third)
    desk.keyboard.press("Escape")
    expect(desk.locator("#pane-body")).to_be_empty()
    assert "open=" not in desk.url
    assert focused(desk) == third
    expect(desk.locator(".row-read")).to_have_count(2)
    desk.reload()
    expect(desk.locator(".row-read")).to_have_count(2)


def test_what_was_open_has_an_address_and_one_step_back_leads_to_the_list(desk: Page) -> None:
    desk.goto("/?q=minor")
    desk.locator(".row h3 a").nth(2).click()
    expect(desk.locator("#pane .headline")).to_be_visible()
    title, address = headline(desk), desk.url
    desk.keyboard.press("j")
    expect(desk.locator("#pane .headline")).not_to_have_text(title)
    desk.go_back()
    expect(desk.locator("#pane-body")).to_be_empty()
    desk.goto(address)
    expect(desk.locator("#pane .headline")).to_have_text(title)
    expect(desk.locator(".row-open")).to_have_count(1)
    desk.get_by_role("link", name="Next", exact=True).click()
    expect(desk.locator("#pane .headline")).not_to_have_text(title)


def test_back_to_where_one_was(desk: Page) -> None:
    desk.goto("/?q=minor&view=full")
    for _ in range(20):
        desk.keyboard.press("j")
    there, place = focused(desk), desk.evaluate("scrollY")
    assert place > 200
    desk.keyboard.press("o")
    desk.wait_for_url("**/story/*")
    desk.keyboard.press("u")
    desk.wait_for_url("**/?q=minor*")
    assert focused(desk) == there
    assert abs(desk.evaluate("scrollY") - place) < 40


def test_the_focused_row_is_never_under_a_bar(desk: Page) -> None:
    desk.goto("/?q=minor")
    for key in ["j"] * 39 + ["k"] * 38:
        desk.keyboard.press(key)
        hit = desk.evaluate(
            "(() => { const box = document.activeElement.closest('.row').getBoundingClientRect();"
            "return document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2).closest('.row') === document.activeElement.closest('.row'); })()"
        )
        assert hit, focused(desk)


def test_stories_wait_while_the_wire_is_paused(desk: Page, served: Served) -> None:
    desk.goto("/")
    expect(desk.locator("#live")).to_have_text("Live")
    desk.keyboard.press("p")
    served.write(
        *(story(f"late{n}", f"Late story {n}", "Text.", BARE, received_at=NOW + timedelta(seconds=n)) for n in (1, 2))
    )
    expect(desk.locator("#live")).to_have_text("Paused, 2 waiting")
    expect(desk.locator(".row", has_text="Late story")).to_have_count(0)
    desk.keyboard.press("p")
    expect(desk.locator(".row", has_text="Late story")).to_have_count(2)
    expect(desk.locator("#live")).to_have_text("Live")


def test_an_open_story_that_is_killed_leaves_the_pane(desk: Page, served: Served) -> None:
    served.write(story("libel", "Banker stole millions", "Text of it.", BARE, slugline="BANKER", received_at=NOW))
    desk.goto("/?open=libel")
    expect(desk.locator("#live")).to_have_text("Live")
    expect(desk.locator("#pane .text")).to_contain_text("Text of it")
    served.write(story("libel", "", "", BARE, version=2, status="canceled", kind="kill", received_at=NOW))
    expect(desk.locator("#pane").get_by_role("alert").filter(has_text="KILLED")).to_be_visible()
    expect(desk.locator("#notices")).to_contain_text("BANKER")
    said = desk.locator("body").inner_text()
    assert "Text of it" not in said
    assert "Banker stole millions" in said, "who had it open sees which story it was"
    assert desk.locator("#stories").is_visible()


def test_a_stretch_of_the_histogram_is_a_search(desk: Page) -> None:
    desk.goto("/?q=minor")
    box = desk.locator("#histogram svg").bounding_box()
    assert box
    desk.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 20)
    desk.mouse.down()
    desk.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 20, steps=4)
    desk.mouse.up()
    desk.wait_for_url(re.compile("since=.*until="))
    total = int(desk.locator("#total strong").inner_text())
    assert 0 < total < 60
    desk.get_by_text(re.compile(", by ")).click()
    desk.locator(".slots a").first.click()  # and without a mouse: each slot is a link
    desk.wait_for_url(re.compile("until="))
    assert int(desk.locator("#total strong").inner_text()) <= total


def test_values_are_left_out(desk: Page) -> None:
    desk.goto("/")
    desk.get_by_role("link", name="Leave out Minor").click()
    desk.wait_for_url("**/?not_source=Minor*")
    expect(desk.locator(".conditions")).to_contain_text("Not source Minor")


def test_one_line_or_all_of_a_story(desk: Page) -> None:
    desk.goto("/?q=policy")
    heights = desk.locator(".row").evaluate_all("rows => rows.map(row => row.getBoundingClientRect().height)")
    assert all(24 <= height <= 28 for height in heights), heights
    expect(desk.locator(".row-text").first).to_be_hidden()
    desk.keyboard.press("v")
    desk.wait_for_url("**view=full*")
    expect(desk.locator(".row-text").first).to_be_visible()
    desk.goto("/")
    expect(desk.locator("#stories")).to_have_class("full")  # as the reader had it last
    desk.goto("/?q=policy")
    desk.wait_for_url("**view=full*")  # for the words that are marked in its texts
    desk.goto("/")
    desk.keyboard.press("v")
    expect(desk.locator("#stories")).to_have_class("lines")


def test_the_first_story_in_five_stops(desk: Page) -> None:
    desk.goto("/")
    first = desk.locator(".row h3 a").first.inner_text()
    stops = 0
    for key in ("Tab", "Enter", "Tab", "Tab"):
        if focused(desk) == first:
            break
        desk.keyboard.press(key)
        stops += 1
    assert focused(desk) == first
    assert stops <= 5


@pytest.mark.parametrize(("width", "columns"), [("phone", 1), ("laptop", 2), ("desk", 3)])
def test_as_many_panes_as_there_is_room_for(browser: Browser, served: Served, width: str, columns: int) -> None:
    with tab(browser, served, viewport=WIDTHS[width]) as page:
        page.goto("/?open=call")
        panes = [page.locator(one) for one in (".filters", "#stories", "#pane")]
        lefts = {box["x"] for pane in panes if pane.is_visible() and (box := pane.bounding_box())}
        seen = page.evaluate("document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest('#pane') !== null")
        assert len(lefts) == columns or (width == "phone" and seen)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= WIDTHS[width]["width"]


def test_on_a_phone_filters_are_a_sheet_and_a_story_fills_the_screen(browser: Browser, served: Served) -> None:
    with tab(browser, served, viewport=PHONE) as page:
        page.goto("/?q=minor")
        expect(page.locator("#filters")).to_be_hidden()
        page.get_by_role("link", name="Filters").click()
        expect(page.locator("#filters")).to_be_in_viewport()
        page.get_by_role("link", name="Done").click()
        expect(page.locator("#filters")).to_be_hidden()
        scroll(page, 900, past=200)
        page.locator(".row h3 a").nth(12).click()
        expect(page.locator("#pane .headline")).to_be_in_viewport()
        place = page.evaluate("scrollY")
        page.get_by_role("link", name="Close").click()
        expect(page.locator("#pane")).to_be_hidden()
        assert abs(page.evaluate("scrollY") - place) < 100


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_and_targets_are_large_enough(browser: Browser, served: Served, width: str) -> None:
    found: dict[str, list[object]] = {}
    scheme = "dark" if width == "laptop" else "light"
    with tab(browser, served, viewport=WIDTHS[width], reduced_motion="reduce", color_scheme=scheme) as page:
        for screen in SCREENS:
            page.goto(screen)
            page.wait_for_timeout(150)
            page.evaluate(AXE.read_text("utf-8"))
            violations = page.evaluate("axe.run().then(found => found.violations)")
            found[screen] = [
                (one["id"], node["target"], node["failureSummary"][:200]) for one in violations for node in one["nodes"]
            ]
            found[screen] += page.evaluate(TARGETS)
    assert {screen: wrong for screen, wrong in found.items() if wrong} == {}
