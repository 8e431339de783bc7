"""What readers do with the page, done in a real Chromium."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from processors.annotations import Annotations
from tests.search.web.browser import Served, scroll, serving, tab
from tests.search.web.samples import NOW, library, story

pytestmark = pytest.mark.servers

AXE = Path(__file__).with_name("axe.min.js")
VIEWS = {
    "/": 200, "/?q=putin&person=Xi+Jinping": 200, "/?q=%28": 400, "/story/call": 200, "/story/hostile": 200,
    "/story/killed": 410, "/story/fixed": 200, "/stances": 200, "/stances?about=United+States": 200,
    "/stances/pair?holder=Vladimir+Putin&target=United+States": 200, "/names": 200, "/entity?name=United+States": 200,
    "/pipeline": 200, "/api": 200, "/nothing": 404,
}  # fmt: skip
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
DARK = (
    "/?q=putin&person=Xi+Jinping",
    "/story/call",
    "/story/fixed",
    "/stances",
    "/entity?name=United+States",
    "/pipeline",
)
BARE = Annotations((), None, ())


@pytest.fixture(scope="module")
def served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    running = Served(tmp_path_factory.mktemp("page") / "index.db")
    running.write(*library())
    with serving(running):
        yield running


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    with tab(browser, served) as opened:
        yield opened


def rows(page: Page) -> list[str]:
    return page.locator(".row h3 a").all_inner_texts()


def test_search(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("putin backs")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=putin*")
    assert rows(page) == ["Putin backs the policy"]
    expect(page.locator(".row mark").first).to_have_text("Putin")


def test_narrow_by_a_value_and_widen_again(page: Page) -> None:
    page.goto("/")
    page.get_by_role("complementary", name="Filters").get_by_role("link", name=re.compile("^Xi Jinping")).click()
    page.wait_for_url("**/?person=Xi*")
    assert sorted(rows(page)) == ["Dollar down sharply", "Prize awarded", "Putin backs the policy"]
    page.get_by_role("link", name=re.compile("Person Xi Jinping.*remove")).click()
    page.wait_for_url(lambda url: "person" not in url)
    assert len(rows(page)) == 40


def test_dates_are_kept_with_the_words(page: Page) -> None:
    page.goto("/?q=story")
    page.get_by_label("From", exact=True).fill("2020-01-01")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**/?q=story&since=2020-01-01*")


def test_a_stance_pointed_at_shows_its_evidence(page: Page) -> None:
    page.goto("/story/call")
    claim = page.locator("#stance-1")
    expect(page.locator(".proving")).to_have_count(0)
    claim.hover()
    assert "".join(page.locator(".text .proving").all_inner_texts()) == "He denounced the United States on Monday."
    assert page.locator(".naming").all_inner_texts() == ["He", "United States"]
    page.mouse.move(5, 500)
    expect(page.locator(".proving")).to_have_count(0)
    page.locator("#stance-0").focus()  # and by keyboard
    assert "".join(page.locator(".text .proving").all_inner_texts()) == "Vladimir Putin backs the one-China policy."


def test_from_the_graph_to_the_sentence_in_the_story(page: Page) -> None:
    page.goto("/stances")
    page.get_by_role("link", name="Vladimir Putin against United States, 1 sentence").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/stances/pair?*")
    expect(page.locator(".plot canvas")).to_have_count(1)
    page.get_by_role("link", name="Putin backs the policy").click()
    page.wait_for_url("**/story/call#stance-1")
    expect(page.locator(".text .proving").first).to_be_visible()


def test_a_correction_shows_what_it_changed_in_the_text(page: Page) -> None:
    page.goto("/story/fixed")
    changed = page.locator(".versions li").first
    expect(changed.get_by_text("1 change in the text")).to_be_visible()
    expect(changed.locator(".passage del")).to_have_text("rose")
    expect(changed.locator(".passage ins")).to_have_text("fell by a cent")


def test_a_hostile_headline_is_only_text(page: Page) -> None:
    page.goto("/")
    row = page.locator(".row", has_text="document.title")
    expect(row).to_contain_text('<script>document.title="owned"</script><img src=x onerror=alert(1)> ⟨U+202E⟩evil')
    row.locator("h3 a").click()
    expect(page.locator("#pane")).to_contain_text("<script>document.title")
    page.get_by_role("link", name="Own page").click()
    page.wait_for_url("**/story/hostile")
    for address in ("/story/hostile", "/stances", "/names"):
        page.goto(address)
        expect(page.locator("main")).to_contain_text("<script>document.title")
        assert "owned" not in page.title() or "<script>" in page.title()
        assert page.locator("img, main script").count() == 0


def test_stories_arrive_while_the_page_is_open(page: Page, served: Served) -> None:
    page.goto("/")
    expect(page.locator("#live")).to_have_text("Live")
    served.write(story("fresh", "Fresh news", "Just in.", BARE, version_created=NOW))
    expect(page.locator(".row h3 a").first).to_have_text("Fresh news")
    expect(page.locator("#said")).to_have_text("1 new story")
    served.write(
        story("fresh", "Fresh news, corrected", "Just in.", BARE, version=2, kind="correction", version_created=NOW)
    )
    expect(page.locator(".row h3 a").first).to_have_text("Fresh news, corrected")
    assert page.locator(".row", has_text="Fresh news").count() == 1
    scroll(page, 2000, past=200)
    served.write(story("fresher", "Fresher <b>news</b>", "Just in.", BARE, version_created=NOW))
    page.get_by_role("button", name="Show 1 new story").click()
    expect(page.locator(".row", has_text="Fresher <b>news</b>")).to_have_count(1)
    served.write(story("fresher", "", "", BARE, version=2, status="canceled", kind="kill", version_created=NOW))
    expect(page.locator(".row.gone")).to_contain_text("Do not publish. Remove anything already published.")
    served.write(story("fresh", "", "", BARE, version=3, status="canceled", kind="kill", version_created=NOW))


def test_courses_are_drawn(page: Page) -> None:
    page.goto("/entity?name=United+States")
    expect(page.locator(".plot canvas")).to_have_count(1)
    expect(page.locator("svg.map use").first).to_be_attached()


def test_the_wire_weighs_little(page: Page) -> None:
    page.goto("/", wait_until="load")
    page.wait_for_timeout(300)
    sizes = page.evaluate(
        "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
        ".filter(e => !e.name.includes('/live')).map(e => [e.name, e.encodedBodySize])"
    )
    assert 0 < sum(size for _, size in sizes) < 200_000, sizes


@pytest.mark.parametrize("view", VIEWS)
def test_no_view_is_wider_than_a_phone(browser: Browser, served: Served, view: str) -> None:
    with tab(browser, served, expects=VIEWS[view], **PHONE) as page:
        page.goto(view)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 390


@pytest.mark.parametrize("view", VIEWS)
def test_no_view_touches_the_edge_of_a_wide_window(browser: Browser, served: Served, view: str) -> None:
    with tab(browser, served, expects=VIEWS[view], viewport={"width": 1280, "height": 800}) as page:
        page.goto(view)
        lefts = page.evaluate(
            "[...document.querySelectorAll('main h1, main table')].map(e => e.getBoundingClientRect().left)"
        )
    assert all(left >= 14 for left in lefts), lefts


@pytest.mark.parametrize(
    ("view", "options"),
    [*((view, {}) for view in VIEWS), *((view, PHONE) for view in DARK)],
)
def test_axe_finds_nothing_serious(browser: Browser, served: Served, view: str, options: dict[str, object]) -> None:
    with tab(browser, served, expects=VIEWS[view], reduced_motion="reduce", **options) as page:
        page.goto(view)
        page.wait_for_timeout(200)
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("axe.run().then(found => found.violations)")
    serious = {
        (one["id"], node["target"][0], node["failureSummary"][:300])
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    }
    assert serious == set()


def test_a_bar_of_a_names_chart_opens_its_stories_in_the_readers_zone(browser: Browser, served: Served) -> None:
    with tab(browser, served, timezone_id="Asia/Tokyo") as page:
        page.goto("/entity?name=Vladimir Putin")
        page.reload()  # the browser has said its zone
        page.locator(".u-over").click()  # a single bar stands in the middle
        page.wait_for_url("**since=*")
        assert "%2B0900" in page.url
        expect(page.locator(".period-chosen")).to_contain_text("All time")
        expect(page.get_by_role("heading", name="Day by day")).to_be_visible()


def test_everything_but_arrival_works_without_scripts(browser: Browser, served: Served) -> None:
    with tab(browser, served, java_script_enabled=False) as page:
        page.goto("/")
        page.get_by_role("searchbox").fill("putin")
        page.get_by_role("button", name="Search").click()
        page.wait_for_url("**/?q=putin*")
        page.get_by_role("link", name="Putin backs the policy").click()
        expect(page.locator("#stance-0")).to_be_visible()
