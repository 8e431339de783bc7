"""The wire in a real Chromium, in short: what else the page does there is tested in the second tier."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from processors.annotations import Annotations
from tests.search.web.browser import Served, serving, tab
from tests.search.web.samples import NOW, library, story

BARE = Annotations((), None, ())


def test_a_story_is_opened_by_keyboard_and_its_correction_arrives(browser: Browser, tmp_path: Path) -> None:
    served = Served(tmp_path / "index.db")
    served.write(*library(), story("fresh", "Dollar rises", "It rose.", BARE, version_created=NOW))
    with serving(served), tab(browser, served) as page:
        page.goto("/")
        expect(page.locator("#live")).to_have_text("Live")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.locator("#pane .headline")).to_have_text("Dollar rises")
        served.write(
            story("fresh", "Dollar sinks", "It sank.", BARE, version=2, kind="correction", version_created=NOW)
        )
        row = page.locator('.row[data-id="fresh"]')
        expect(row.locator("h3 a")).to_have_text("Dollar sinks")
        expect(row).to_contain_text("Corrected just now")
        expect(page.get_by_role("link", name="Corrected: see changes")).to_be_visible()
