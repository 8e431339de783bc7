"""Takes the README's pictures: ``python -m tests.search.web.screenshots [FOLDER]``, or ``make screenshots``.

The demo makes an index of the sample wire (half a minute), the page is served over it, and this machine's Chromium looks.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.search.web.browser import Served, chromium, serving

FOLDER = Path("docs/images")
LARGEST = 300_000  # bytes
DESK = {"viewport": {"width": 1280, "height": 800}}
NIGHT = {**DESK, "color_scheme": "dark"}
PHONE = {"viewport": {"width": 390, "height": 780}}
CALL = "headline:interference"


def wire(page: Page) -> None:
    """The wire as it opens."""
    page.goto("/")
    page.locator(".live-on").wait_for()


def story(page: Page) -> None:
    """A story with one of its stances pointed at."""
    page.goto(f"/?q={CALL}")
    page.locator(".row h3 a").first.click()
    page.locator("[data-stance]", has_text="rejected").first.hover()


def stances(page: Page) -> None:
    """The graph."""
    page.goto("/stances")


PICTURES = {"wire": (DESK, wire), "story": (NIGHT, story), "stances": (DESK, stances), "phone": (PHONE, wire)}


def take(browser: Browser, served: Served, folder: Path) -> None:
    """Take every picture."""
    for name, (options, look) in PICTURES.items():
        context = browser.new_context(base_url=served.url, **options)  # type: ignore[arg-type]
        page = context.new_page()
        look(page)
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(500)
        path = folder / f"{name}.png"
        page.screenshot(path=path)
        context.close()
        size = path.stat().st_size
        sys.stdout.write(f"{path}: {size // 1000} kB\n")
        if size > LARGEST:
            sys.exit(f"{path} is larger than {LARGEST // 1000} kB")


def main() -> None:
    """Make the index, serve it, look at it."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as kept:
        subprocess.run([sys.executable, "-m", "streams", "demo", "--once", "--keep", kept], check=True)
        served = Served(Path(kept) / "news.sqlite")
        with serving(served), chromium() as browser:
            take(browser, served, folder)


if __name__ == "__main__":
    main()
