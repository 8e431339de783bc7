"""Kibana's pages in a browser: takes an address, gives what was drawn, or why it was not.

Kibana marks each panel of a dashboard as its own reporting does: the attributes ``data-shared-items-count`` on the
dashboard, ``data-shared-item`` and ``data-render-complete`` on each panel, ``data-render-error`` on one that failed.
"""

from dataclasses import dataclass

from playwright.sync_api import Page

SECONDS = 120
READY = """(alone) => {
    const board = document.querySelector("[data-shared-items-count]");
    const panels = [...document.querySelectorAll("[data-shared-item]")];
    const wanted = alone ? 1 : board && Number(board.dataset.sharedItemsCount);
    return wanted > 0 && panels.length >= wanted && panels.every((one) => one.dataset.renderComplete === "true");
}"""
SEEN = """() => ({
    panels: document.querySelectorAll("[data-shared-item]").length,
    errors: [
        ...[...document.querySelectorAll("[data-render-error]")].map((one) => one.dataset.renderError || one.innerText),
        ...[...document.querySelectorAll('[data-test-subj*="embeddableError" i], [data-test-subj="euiToastHeader"]')]
            .map((one) => one.innerText),
    ],
})"""


@dataclass(frozen=True)
class Drawn:
    """How many panels a page has, and what its errors say."""

    panels: int
    errors: tuple[str, ...]


def open_page(page: Page, address: str, *, alone: bool = False, seconds: float = SECONDS) -> Drawn:
    """Open ``address`` and wait until all is drawn; ``alone`` for a page that is one item and no dashboard.

    A page that is not ready in time raises Playwright's TimeoutError.
    """
    page.goto("about:blank")  # where only what follows # differs, the page before would be taken for this one
    page.goto(address)
    page.wait_for_function(READY, arg=alone, timeout=seconds * 1000)
    seen = page.evaluate(SEEN)
    return Drawn(seen["panels"], tuple(seen["errors"]))
