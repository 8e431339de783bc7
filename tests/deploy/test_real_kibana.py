"""Our objects in a real Kibana: imported by import.sh, and every dashboard and the search opened in Chromium.

Needs NEWSWIRE_TEST_KIBANA: a Kibana without security, on the Elasticsearch that NEWSWIRE_TEST_INDEX names. CI has one
(.github/workflows/tests.yml). NEWSWIRE_TEST_PICTURES names a folder for pictures of what was drawn. What waits for
Kibana's panels is tested here without it.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from deploy.kibana import build
from deploy.kibana.source import read_dashboards
from tests.deploy.kibana_pages import Drawn, open_page
from tests.search.web.browser import chromium

KIBANA = os.environ.get("NEWSWIRE_TEST_KIBANA", "").rstrip("/")
TIME = "?_g=(time:(from:now-24h,to:now))"
SCRIPT = Path(build.__file__).parent / "import.sh"


@pytest.fixture
def page() -> Iterator[Page]:
    """A tab; while it is open no other event loop can run, so what is asynchronous comes before it."""
    with chromium() as browser:  # tall: no panel waits to be scrolled to
        # Playwright asks again with `eval`, which Kibana's policy forbids.
        yield browser.new_page(viewport={"width": 1600, "height": 4000}, bypass_csp=True)


def board(*panels: str, count: int | None = None) -> str:
    """A page with Kibana's marks, on which the panels are drawn one after another."""
    items = "".join(f"<div data-shared-item>{panel}</div>" for panel in panels)
    return f"""data:text/html,<div data-shared-items-count="{len(panels) if count is None else count}">{items}</div><script>
        [...document.querySelectorAll("[data-shared-item]")].forEach((one, at) =>
            setTimeout(() => one.setAttribute("data-render-complete", "true"), 100 * (at + 1)))
    </script>"""


@pytest.mark.servers
def test_panels_are_waited_for(page: Page) -> None:
    assert open_page(page, board("a", "b", "c")) == Drawn(3, ())


@pytest.mark.servers
def test_a_panel_that_is_missing_is_not_taken_for_drawn(page: Page) -> None:
    with pytest.raises(Error, match="Timeout"):
        open_page(page, board("a", "b", count=3), seconds=1)
    with pytest.raises(Error, match="Timeout"):
        open_page(page, "data:text/html,<p>Kibana server is not ready yet</p>", seconds=1)


@pytest.mark.servers
def test_errors_of_panels_are_found(page: Page) -> None:
    failed = board(
        "a", '<p data-render-error="No such field">x</p>', '<p data-test-subj="embeddableErrorMessage">boom</p>'
    )
    assert open_page(page, failed) == Drawn(3, ("No such field", "boom"))


@pytest.fixture
def imported(filled: str, tmp_path: Path) -> list[dict[str, Any]]:
    """The objects in Kibana, over an index with one story of every kind."""
    if not KIBANA:
        pytest.skip("no Kibana here: NEWSWIRE_TEST_KIBANA is not set")
    objects = tmp_path / "newswire.ndjson"
    objects.write_text(build.ndjson(filled))
    done = subprocess.run(
        [SCRIPT, KIBANA], env=os.environ | {"KIBANA_LOGIN": "none", "KIBANA_FILE": str(objects)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in objects.read_text().splitlines()]


def ids(objects: list[dict[str, Any]], kind: str) -> dict[str, str]:
    return {one["attributes"]["title"]: one["id"] for one in objects if one["type"] == kind}


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("NEWSWIRE_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.integration
def test_kibana_draws_every_dashboard_and_the_search(imported: list[dict[str, Any]], page: Page) -> None:
    panels = {dashboard.title: len(dashboard.panel) for dashboard in read_dashboards()}
    found = {}
    for title, name in ids(imported, "dashboard").items():
        try:
            found[title] = open_page(page, f"{KIBANA}/app/dashboards#/view/{name}{TIME}")
        finally:
            picture(page, title)
    assert found == {title: Drawn(count, ()) for title, count in panels.items()}
    search = ids(imported, "search")["Wire"]
    drawn = open_page(page, f"{KIBANA}/app/discover#/view/{search}{TIME}", alone=True)
    picture(page, "Wire")
    assert drawn.errors == ()
