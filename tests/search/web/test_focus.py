"""What has the focus, or is gone to by a link, can be seen; what cannot be seen is no stop of the Tab key."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from processors.annotations import Annotations, Entity, Span
from search.documents import Document
from search.web.login.access import OpenAccess
from tests.search.web.browser import Served, serving, tab
from tests.search.web.samples import NOW, library, span, stance, story

pytestmark = pytest.mark.servers

PROOF = "Vladimir Putin backs the one-China policy."
FILLER = "Vladimir Putin spoke about bread, and then about roads and schools, for as long as anybody listened to him."
BODY = "\n\n".join([PROOF, *[FILLER] * 60])
HEADLINE = "Putin speaks for hours"
STOPS = "[...document.querySelectorAll('.text a[href], .headline a[href]')].length"
# Of what has the focus or a selector names: whether its first line lies on the screen, with nothing over it.
CLEAR = """(selector) => {
    const one = selector ? document.querySelector(selector) : document.activeElement;
    const box = one.getBoundingClientRect();
    const met = document.elementFromPoint(box.left + Math.min(8, box.width / 2), box.top + Math.min(8, box.height / 2));
    return Boolean(met) && (one.contains(met) || met.contains(one) && !met.matches(".top, .pane-bar"));
}"""
LINKS = """[...document.querySelectorAll('a[href*="#"]')].map((link) => new URL(link.href))
    .filter((to) => to.pathname + to.search === location.pathname + location.search)
    .map((to) => to.hash.slice(1)).filter((id) => id !== "stories")"""  # which on a phone an open story covers
TARGETS = ("versions", "text", "matrix-title", "table-title")  # of links on other pages, too


def long_story(version: int = 1, **fields: object) -> Document:
    text = f"{HEADLINE}\n\n{BODY}"
    mentions, at = [], 0
    while (at := text.find("Vladimir Putin", at)) >= 0:
        mentions.append(Span(at, at + len("Vladimir Putin"), "Vladimir Putin"))
        at += 1
    putin = Entity("putin", "Vladimir Putin", "PERSON", (span(text, "Putin"), *mentions), len(mentions), 0.9)
    row = stance(text, "Vladimir Putin", "favor", "one-China policy", PROOF, "backs")
    made = {"version_created": NOW - timedelta(minutes=version), **fields}
    return story("long", HEADLINE, BODY, Annotations((putin,), None, (row,)), version=version, **made)


@pytest.fixture(scope="module")
def served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    running = Served(tmp_path_factory.mktemp("focus") / "index.db")
    running.write(*library(), long_story())
    with serving(running, login=OpenAccess(alone=True)):
        yield running


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    with tab(browser, served, reduced_motion="reduce", viewport={"width": 1440, "height": 900}) as opened:
        yield opened


@pytest.mark.parametrize("address", ["/story/long", "/?open=long"])
def test_names_are_links_while_they_are_shown(page: Page, address: str) -> None:
    page.goto(address)
    assert page.evaluate(STOPS) == 0
    page.get_by_role("button", name="Names").click()
    assert page.evaluate(STOPS) == 62
    page.reload()
    assert page.evaluate(STOPS) == 62, "the browser remembers"
    page.get_by_role("button", name="Names").click()
    assert page.evaluate(STOPS) == 0


def test_without_a_script_names_that_are_asked_for_are_links(browser: Browser, served: Served) -> None:
    with tab(browser, served, java_script_enabled=False) as page:
        page.goto("/story/long")
        expect(page.locator(".text a[href]")).to_have_count(0)
        page.get_by_role("link", name="Names").click()
        expect(page.locator(".text a[href]")).to_have_count(61)


@pytest.mark.parametrize("address", ["/story/long", "/?open=long"])
def test_from_the_text_to_the_positions_and_back(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("e")
    expect(page.locator("#stance-0")).to_be_focused()
    assert page.evaluate(CLEAR, "")
    page.keyboard.press("e")
    expect(page.locator("#text")).to_be_focused()
    skip = page.get_by_role("link", name="Skip to the positions")
    skip.focus()
    assert skip.bounding_box()["width"] > 60, "seen as soon as it has the focus"  # type: ignore[index]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#stance-0")).to_be_focused()


@pytest.mark.parametrize("address", ["/story/long", "/?open=long"])
def test_what_is_wrong_is_said_where_it_was_asked(page: Page, address: str) -> None:
    page.goto(address)
    wrong = page.locator("#stance-0 .wrong summary")
    wrong.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="It is against")).to_be_visible()
    page.wait_for_timeout(400)  # longer than the page waits before it shows a position's evidence
    expect(wrong).to_be_focused()
    assert page.evaluate(CLEAR, "")


def test_what_a_correction_changed_stands_below_the_bar(page: Page, served: Served) -> None:
    page.goto("/?open=long")
    expect(page.locator("#live")).to_have_text("Live")
    served.write(long_story(2, kind="correction"))
    page.get_by_role("link", name="Corrected: see changes").click()
    expect(page.locator("#versions")).to_be_focused()
    assert page.evaluate(CLEAR, "#versions h2")
    assert page.evaluate("scrollY") == 0, "the list keeps its place"


def test_a_name_is_merged_where_it_is_read(page: Page) -> None:
    page.goto("/entity?name=Vladimir+Putin")
    page.get_by_role("link", name="Merge with another name").click()
    expect(page.get_by_label("is the same as")).to_be_focused()
    assert page.evaluate(CLEAR, "h1")
    page.goto("/entity?name=Vladimir+Putin#also")  # where a merge leads
    assert page.evaluate(CLEAR, "h1")


@pytest.mark.parametrize("width", [390, 1100, 1440])
def test_whatever_a_link_leads_to_is_clear_of_the_bars(browser: Browser, served: Served, width: int) -> None:
    hidden = []
    with tab(browser, served, viewport={"width": width, "height": 700}) as page:
        for address in ("/", "/?open=long", "/story/long", "/story/call", "/stances", "/entity?name=Vladimir+Putin"):
            page.goto(address)
            for target in dict.fromkeys([*page.evaluate(LINKS), *TARGETS]):
                if page.evaluate("(id) => Boolean(document.getElementById(id))", target):
                    page.goto(f"{address}#{target}")
                    page.wait_for_timeout(50)
                    hidden += [] if page.evaluate(CLEAR, f"#{target}") else [(address, target)]
    assert hidden == []
