"""Work on a story beside the list, in a real Chromium: corrections leave the list where it is, and no text is lost."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from processors.annotations import Annotations
from search.desk import Desk, open_database
from tests.search.web.browser import Served, serving, tab
from tests.search.web.samples import NOW, call, story
from tests.search.web.test_desk_pages import ByHeader

pytestmark = pytest.mark.servers

BARE = Annotations((), None, ())


@pytest.fixture
def served(browser: Browser, tmp_path: Path) -> Iterator[Served]:
    running = Served(tmp_path / "index.db")
    times = [NOW - timedelta(hours=2, minutes=number) for number in range(60)]
    running.write(
        *(story(f"s{n}", f"Story {n}", "Rain.", BARE, version_created=time) for n, time in enumerate(times)), call()
    )
    with serving(running, login=ByHeader(), desk=Desk(open_database(f"sqlite:///{tmp_path / 'desk.db'}", seconds=20))):
        yield running


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    with tab(browser, served, expects=410, extra_http_headers={"X-Name": "zoe"}) as opened:
        yield opened


def beside(page: Page, story_id: str) -> Locator:
    page.goto(f"/?q=putin+OR+rain&open={story_id}")
    expect(page.locator("#live")).to_have_text("Live")
    return page.locator("#pane")


def kill(served: Served, story_id: str, **fields: str) -> None:
    served.write(
        story(story_id, "", "", BARE, version=2, status="canceled", kind="kill", version_created=NOW, **fields)
    )


def write_note(pane: Locator, words: str) -> Locator:
    pane.get_by_text("Note", exact=True).click()
    note = pane.get_by_label("Note for everybody")
    note.fill(words)
    return note


def test_a_position_and_a_name_are_corrected_and_the_list_stays(page: Page) -> None:
    pane = beside(page, "call")
    note = write_note(pane, "Ring the embassy")
    page.evaluate("scrollTo(0, 700)")
    wrong = pane.locator(".wrong")
    before = wrong.count()
    wrong.first.locator("summary").click()
    address, place = page.url, page.evaluate("scrollY")
    assert place > 0
    wrong.first.get_by_role("button", name="No such position").click()
    expect(pane.locator("#corrections")).to_contain_text("no such position")
    expect(wrong).to_have_count(before - 1)
    expect(wrong.first.locator("summary")).to_be_focused()
    assert (page.url, page.evaluate("scrollY")) == (address, place)
    wrong.last.locator("summary").click()
    wrong.last.get_by_role("button", name="No such name").click()
    expect(pane.locator("#corrections")).to_contain_text("no such name")
    pane.locator("#corrections").get_by_role("button", name="Take back").first.click()
    expect(pane.locator("#corrections li")).to_have_count(1)
    expect(note).to_have_value("Ring the embassy")
    expect(page.locator("#stories .row").first).to_be_attached()


def test_a_correction_that_cannot_be_kept_says_so(page: Page, served: Served) -> None:
    pane = beside(page, "call")
    with page.expect_response("**/corrections"):
        pane.locator(".wrong summary").first.click()
        page.route("**/corrections", lambda route: route.fulfill(status=410, body="<p class='trouble'>Killed.</p>"))
        pane.get_by_role("button", name="No such position").first.click()
    expect(pane.locator(".wrong .trouble")).to_have_text("Killed.")


def test_a_half_written_note_outlives_the_kill_of_its_story(page: Page, served: Served) -> None:
    pane = beside(page, "s3")
    pane.locator("summary", has_text="Tag").click()
    pane.get_by_label("Tag", exact=True).fill("weather")
    note = write_note(pane, "Page three has it: ")
    kill(served, "s3")
    expect(pane.get_by_role("alert").filter(has_text="KILLED")).to_be_visible()
    expect(note).to_be_focused()
    page.keyboard.type("take it down")
    expect(note).to_have_value("Page three has it: take it down")
    expect(pane.locator("#desk-tag")).to_have_value("weather")
    expect(pane.locator("#desk .desk-buttons button")).to_have_count(1)
    pane.locator('form[action="/desk/story/note"] button').click()
    expect(pane.locator(".desk-words")).to_have_text("Page three has it: take it down")
    expect(note).to_have_value("")


def test_a_half_written_note_outlives_its_story_being_taken_back(page: Page, served: Served) -> None:
    pane = beside(page, "s4")
    note = write_note(pane, "Ask the desk")
    served.write(story("s4", "Story 4", "Rain.", BARE, version=2, status="withheld", version_created=NOW))
    expect(pane.get_by_role("alert").filter(has_text="no longer available")).to_be_visible()
    expect(note).to_have_value("Ask the desk")
    expect(pane.locator("#desk button")).to_have_count(0)


def test_a_half_written_note_is_there_again_when_its_story_is(page: Page) -> None:
    pane = beside(page, "s3")
    note = write_note(pane, "Ask the desk")
    pane.get_by_role("button", name="Take", exact=True).click()
    expect(pane.get_by_role("button", name="Give back")).to_be_visible()
    expect(note).to_have_value("Ask the desk")
    page.get_by_role("link", name="Next").click()
    expect(pane.locator(".headline")).to_have_text("Story 4")
    expect(note).to_have_value("")
    page.get_by_role("link", name="Previous").click()
    expect(pane.locator(".headline")).to_have_text("Story 3")
    expect(note).to_have_value("Ask the desk")


def test_the_pane_of_a_killed_story_says_which_it_was(page: Page, served: Served) -> None:
    served.write(story("brno", "Brno under water", "Rain.", BARE, slugline="BRNO-FLOODS", version_created=NOW))
    pane = beside(page, "brno")
    kill(served, "brno", slugline="BRNO-FLOODS")
    facts = pane.locator(".facts")
    expect(facts.locator("del")).to_have_text("Brno under water")
    live = facts.inner_text().replace("\n", " ")
    for words in ("BRNO-FLOODS", "AP", "Filed", "Killed", "brno"):
        assert words in live, words
    page.reload()  # whoever had it open knows it again, and is told the same
    expect(facts.locator("del")).to_have_text("Brno under water")
    expect(facts).to_contain_text("BRNO-FLOODS")


def test_a_saved_story_says_where_and_is_saved_there_again_by_default(page: Page) -> None:
    pane = beside(page, "s3")
    page.keyboard.press("s")
    page.keyboard.type("Midterms")
    page.keyboard.press("Enter")
    expect(pane.locator("#desk")).to_contain_text("Saved in Midterms")
    page.keyboard.press("j")
    expect(pane.locator(".headline")).to_have_text("Story 4")
    page.keyboard.press("s")
    expect(pane.get_by_label("Collection", exact=True)).to_be_focused()
    expect(pane.locator("#desk-collection option:checked")).to_have_text("Midterms (shared)")
    pane.locator('form[action="/desk/story/put"] button').click()
    take_out = pane.get_by_role("button", name="Take out of Midterms")
    take_out.click()
    expect(take_out).to_have_count(0)
    expect(pane.locator("#desk")).not_to_contain_text("Saved by")


def test_who_was_in_the_text_of_a_killed_story_stays_at_its_place(page: Page, served: Served) -> None:
    pane = beside(page, "call")
    pane.locator(".claim").first.focus()
    kill(served, "call")
    expect(pane.get_by_role("alert").filter(has_text="KILLED")).to_be_visible()
    expect(pane.locator("#story")).to_be_focused()
