"""What an open page shows stays true while stories are killed, corrected and withheld. In a real Chromium."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from processors.annotations import Annotations
from processors.events.summary import EventSummary
from search.documents import Document
from search.visibility import FORGOTTEN
from tests.search.web.browser import Served, scroll, serving, tab
from tests.search.web.samples import NOW, call, story

pytestmark = pytest.mark.servers

BARE = Annotations((), None, ())
FIRST = NOW - timedelta(hours=2)


@pytest.fixture
def served(browser: Browser, tmp_path: Path) -> Iterator[Served]:
    running = Served(tmp_path / "index.db")
    minor = [told(f"many{n}", f"Minor story {n}", arrived=FIRST - timedelta(minutes=n)) for n in range(60)]
    running.write(*minor, told("libel", "Banker stole millions", slugline="US-BANKER"))
    with serving(running):
        yield running


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    with tab(browser, served) as opened:
        yield opened


def told(name: str, headline: str, version: int = 1, arrived: datetime = FIRST, **fields: Any) -> Document:
    values = {"received_at": arrived, "version_created": arrived, **fields}
    return story(
        name, headline, f"The text of: {headline}.", values.pop("annotations", BARE), version=version, **values
    )


def killed(name: str, version: int = 2, **fields: Any) -> Document:
    values = {"editorial_note": "Mandatory kill", "kind": "kill", "status": "canceled", "arrived": NOW, **fields}
    return told(name, "KILL: Banker stole millions", version, **values)


def is_live(page: Page) -> None:
    expect(page.locator("#live")).to_have_text("Live")


def test_an_open_story_that_is_killed_hides_its_text_and_says_so(page: Page, served: Served) -> None:
    page.goto("/story/libel")
    is_live(page)
    expect(page.locator(".text")).to_contain_text("Banker stole millions")
    served.write(killed("libel"))
    alarm = page.get_by_role("alert").filter(has_text="KILLED")
    expect(
        alarm.get_by_text("KILLED by the agency. Do not publish. Remove anything already published.")
    ).to_be_visible()
    expect(page.locator(".text")).to_have_count(0)
    assert "The text of" not in page.content()
    facts = page.locator("main .facts")
    for words in ("US-BANKER", "AP", "Filed", "libel"):
        expect(facts).to_contain_text(words)
    expect(facts.locator("del")).to_have_text("Banker stole millions")
    assert page.content().count("Banker") == 1
    assert page.title().startswith("KILLED")
    colour = alarm.locator("h1").evaluate("node => getComputedStyle(node).color")
    assert colour == "rgb(161, 22, 42)"
    expect(alarm.get_by_role("link")).to_have_attribute("href", "/story/libel")


def test_an_open_story_that_is_corrected_leads_to_what_changed(page: Page, served: Served) -> None:
    page.goto("/story/libel")
    is_live(page)
    served.write(told("libel", "Banker kept millions", 2, NOW, kind="correction"))
    page.get_by_role("link", name="Corrected: see changes").click()
    page.wait_for_url("**#versions")
    expect(page.locator("h1")).to_have_text("Banker kept millions")
    expect(page.locator("#versions del").first).to_have_text("stole")
    is_live(page)
    served.write(told("libel", "Banker kept the millions", 3, NOW, kind="update"))
    expect(page.get_by_role("link", name="Updated: see changes")).to_be_visible()
    served.write(killed("libel", 4))
    expect(page.get_by_role("alert").filter(has_text="KILLED")).to_be_visible()


@pytest.mark.parametrize(
    "newer",
    [
        told("libel", "Banker stole millions", 2, NOW, status="withheld"),
        told("libel", "Banker stole millions", 2, NOW, embargo_until=NOW + timedelta(days=9)),
    ],
    ids=["withheld", "embargoed"],
)
def test_an_open_story_that_is_taken_back_is_not_shown_any_longer(page: Page, served: Served, newer: Document) -> None:
    page.goto("/story/libel")
    is_live(page)
    served.write(newer)
    expect(page.get_by_role("alert").filter(has_text="no longer available")).to_be_visible()
    assert "Banker" not in page.content()


def test_a_forgotten_story_goes_from_open_pages_without_a_word(page: Page, served: Served) -> None:
    page.goto("/")
    is_live(page)
    served.write(killed("libel", format=FORGOTTEN, editorial_note=""))
    row = page.locator(".row-kill")
    expect(row).to_contain_text("Removed")
    expect(row).to_contain_text("REMOVED by this archive's operator")
    expect(page.locator("#notices")).to_contain_text("Removed")
    assert not re.search("killed|do not publish", row.inner_text(), re.IGNORECASE), "the agency did nothing"
    assert "Banker" not in page.content()
    assert "US-BANKER" not in page.locator(".row-kill").inner_html()


def test_an_open_story_that_is_forgotten_says_that_the_operator_removed_it(page: Page, served: Served) -> None:
    page.goto("/story/libel")
    is_live(page)
    served.write(killed("libel", format=FORGOTTEN, editorial_note=""))
    expect(page.get_by_role("alert")).to_contain_text("REMOVED by this archive's operator")
    expect(page).to_have_title("REMOVED")


def test_the_wire_says_which_story_was_killed_at_once(page: Page, served: Served) -> None:
    page.goto("/")
    is_live(page)
    row = page.locator('.row[data-id="libel"]')
    expect(row).to_contain_text("Banker stole millions")
    served.write(killed("libel"))
    expect(row).to_contain_text("Do not publish. Remove anything already published.")
    expect(row).to_contain_text("US-BANKER")
    panel = page.locator("#notices")
    expect(panel).to_contain_text("US-BANKER")
    expect(panel.locator("li > p > time")).to_have_count(1)
    expect(row.locator("h3 del")).to_have_text("Banker stole millions")  # by which it is told from others of US-BANKER
    expect(row.locator(".row-slug")).to_have_text("US-BANKER")
    expect(panel.locator("del")).to_have_text("Banker stole millions")
    page.reload()
    is_live(page)
    expect(panel).to_contain_text("US-BANKER")
    assert "Banker" not in page.content(), "the headline is for those with the right, and pages that have shown it"


def test_readers_with_the_right_see_the_headline_of_a_kill(browser: Browser, tmp_path: Path) -> None:
    running = Served(tmp_path / "index.db")
    running.write(told("libel", "Banker stole millions", slugline="US-BANKER"))
    with serving(running, hidden=True), tab(browser, running) as page:
        page.goto("/")
        is_live(page)
        running.write(killed("libel"))
        panel = page.locator("#notices")
        expect(panel.locator("del")).to_have_text("Banker stole millions")
        expect(panel).to_contain_text("US-BANKER")
        expect(page.locator(".row-kill del")).to_have_text("Banker stole millions")


def test_a_corrected_row_is_changed_where_it_stands_and_marked(page: Page, served: Served) -> None:
    page.goto("/")
    is_live(page)
    scroll(page, 1500, past=400)
    for name in ("many20", "many37"):  # one among the newest that are watched, one further down
        served.write(told(name, f"{name} corrected", 2, NOW, kind="correction"))
        row = page.locator(f'.row[data-id="{name}"]')
        expect(row.locator("h3 a")).to_have_text(f"{name} corrected")
        expect(row).to_contain_text("Corrected just now")
    ids = page.locator("#stories .row").evaluate_all("rows => rows.map(row => row.dataset.id)")
    assert (ids.index("many20"), ids.index("many37")) == (21, 38)
    expect(page.locator("#arrived")).to_be_hidden()


def test_new_stories_wait_in_sight_and_are_counted_in_the_title(page: Page, served: Served) -> None:
    page.goto("/?q=story&view=full")
    is_live(page)
    title = page.title()
    scroll(page, 2500, past=900)
    served.write(told("new1", "New story one", arrived=NOW), told("new2", "New story two", arrived=NOW))
    bar = page.get_by_role("button", name="Show 2 new stories")
    expect(bar).to_be_in_viewport()
    assert page.title() == f"(2) {title}"
    bar.click()
    expect(page.locator("#stories .row h3 a").first).to_have_text(re.compile("New story"))
    assert page.title() == title


def test_what_arrives_last_stands_first_and_odd_times_are_marked(page: Page, served: Served) -> None:
    page.goto("/")
    is_live(page)
    served.write(told("old", "Dated last year", arrived=NOW, version_created=NOW - timedelta(days=400)))
    expect(page.locator("#stories .row h3 a").first).to_have_text("Dated last year")
    ahead = told("ahead", "Dated 2199", arrived=NOW + timedelta(seconds=1), version_created=NOW.replace(year=2199))
    unread = (
        "version_created: 'yesterday' cannot be read as a time",
        "version_created: unknown, taken from the time of receipt",
    )
    served.write(ahead)
    expect(page.locator("#stories .row h3 a").first).to_have_text("Dated 2199")
    served.write(told("unread", "Dated yesterday", arrived=NOW + timedelta(seconds=2), notes=unread))
    expect(page.locator("#stories .row h3 a").first).to_have_text("Dated yesterday")
    expect(page.locator('.row[data-id="ahead"] .badge .long')).to_have_text("Future date")
    expect(page.locator('.row[data-id="ahead"] .row-other')).to_contain_text("2199")
    expect(page.locator('.row[data-id="unread"] .row-when')).to_contain_text("date unreadable: time of receipt")
    expect(page.locator('.row[data-id="unread"] .badge')).to_have_count(0)
    page.reload()
    first = page.locator("#stories .row h3 a").all_inner_texts()[:3]
    assert first == ["Dated yesterday", "Dated 2199", "Dated last year"]


def test_a_folded_event_stays_one_row_and_its_older_reports_do_not_come_live(page: Page, served: Served) -> None:
    at = [NOW - timedelta(minutes=number) for number in (3, 2, 1)]
    reports = [told(f"flood{n}", f"Flood {n}", arrived=arrived) for n, arrived in enumerate(at)]
    served.write(*reports)
    served.group(EventSummary("flood0", "Flood 0", 3, ("AP",), at[0], at[2]), *(one.id for one in reports))
    page.goto("/?fold=1")
    is_live(page)
    flood = page.locator("#stories .row", has_text="Flood")
    served.write(told("fresh", "Something else", arrived=NOW))
    expect(page.locator("#stories .row h3 a").first).to_have_text("Something else")
    expect(flood).to_have_count(1)
    expect(flood.locator("h3 a")).to_have_text("Flood 2")
    expect(flood.locator(".row-event")).to_contain_text("+2")
    served.write(told("flood2", "Flood 2 corrected", 2, at[2], kind="correction"))
    expect(flood.locator("h3 a")).to_have_text("Flood 2 corrected")
    expect(flood.locator(".row-event")).to_contain_text("+2")
    served.write(told("flood3", "Flood goes on", arrived=NOW + timedelta(seconds=1)))
    expect(flood).to_have_count(2)  # new, and as the events' page says not folded before the page is loaded again


def test_the_count_is_of_one_story_or_of_several(page: Page, served: Served) -> None:
    served.write(told("rare1", "Unicorn found"), told("rare2", "Unicorn lost"))
    page.goto("/?q=unicorn")
    is_live(page)
    for story_id, left in (("rare1", "1 story"), ("rare2", "0 stories")):
        served.write(told(story_id, "", 2, NOW, kind="kill", status="canceled"))
        expect(page.locator("#total")).to_have_text(left)


def test_lists_on_other_pages_hear_of_kills_too(page: Page, served: Served) -> None:
    served.write(call())
    page.goto("/entity?name=United+States")
    row = page.locator('.row[data-id="call"]')
    expect(row).to_be_visible()
    served.write(killed("call", slugline="PUTIN"))
    expect(row).to_contain_text("Do not publish")
    served.write(story("again", "Putin backs it", call().body, call().annotations))
    page.goto("/stances/pair?holder=Vladimir+Putin&target=United+States")
    proof = page.locator('.proofs li[data-id="again"]')
    expect(proof.locator("blockquote")).to_be_visible()
    served.write(killed("again", slugline="PUTIN"))
    expect(proof).to_contain_text("KILLED by the agency")
    expect(proof.locator("blockquote")).to_have_count(0)
