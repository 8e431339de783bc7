"""The documentation site: it builds strictly, every page is in the navigation, nothing comes from another server."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.site import api_page
from deploy.site.links import ROOT, rewritten
from tests.search.web.browser import chromium

FETCHED = re.compile(r"""<(?:img|script|iframe|source|video|audio)\b[^>]*?\bsrc=["']?(?:https?:)?//"""
                     r"""|<link\b(?![^>]*\brel=["']?(?:canonical|prev|next|alternate))[^>]*\bhref=["']?(?:https?:)?//"""
                     r"""|@import\s+url\(["']?(?:https?:)?//""")  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", folder],
        cwd=ROOT, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.mark.servers
def test_every_page_is_built_and_the_front_page_is_the_readme(site: Path) -> None:
    for page in (ROOT / "docs").glob("*.md"):
        assert (site / page.stem / "index.html").is_file(), f"{page.name} is not a page"
    front = (site / "index.html").read_text("utf-8")
    first = (ROOT / "README.md").read_text("utf-8").split("\n\n")[1].split("\n")[0]
    assert first[:40] in front
    assert "images/wire.png" in front
    assert (site / "images" / "wire.png").is_file()


@pytest.mark.servers
def test_a_readers_browser_asks_no_other_server(site: Path) -> None:
    pages = [*site.rglob("*.html"), *site.rglob("*.css")]
    assert len(pages) > 20
    assert {str(page.relative_to(site)): found for page in pages if (found := FETCHED.findall(page.read_text()))} == {}
    assert 'data-md-component="source"' not in (site / "index.html").read_text(), "the theme would ask GitHub for stars"


@pytest.mark.servers
def test_the_page_of_the_api_has_every_request_and_parameter(site: Path) -> None:
    described = json.loads((site / "openapi.json").read_text("utf-8"))
    shown = api_page.page(described)
    assert len(described["paths"]) > 5
    for path, ways in described["paths"].items():
        assert set(ways) == {"get"}, "the page says that all are GET"
        assert f"\n## {path}\n" in shown
        for parameter in ways["get"].get("parameters", ()):
            assert f"| `{parameter['name']}` |" in shown
    assert "| `person` | text; may be repeated | A person's full name" in shown
    assert "integer 1 to 100; default 20" in shown
    assert "../fields/" in (site / "api" / "index.html").read_text("utf-8")


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and logs nothing."""

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def served(site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.servers
def test_pages_fit_a_phone_and_load_without_an_error(served: str) -> None:
    wrong: list[str] = []
    with chromium() as browser:
        tab = browser.new_page(viewport={"width": 390, "height": 844})
        tab.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(served) else None)
        tab.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        for page in ("", "first-steps/", "settings/", "security/", "formats/", "decisions/"):
            tab.goto(f"{served}/{page}")
            if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append(f"{page} is wider than a phone")
    assert wrong == []


def test_every_schema_is_on_the_page_of_the_messages() -> None:
    folder = ROOT / "docs" / "schemas"
    page = (folder / "README.md").read_text("utf-8")
    assert set(re.findall(r"\((\w+\.json)\)", page)) == {path.name for path in folder.glob("*.json")}


def test_links_fit_the_place_where_a_page_is_shown() -> None:
    pages = {"README.md": "index.md", "docs/feeds.md": "feeds.md", "docs/schemas/README.md": "schemas/README.md"}

    def change(text: str, source: str) -> str:
        return rewritten(text, source, pages, "https://host/us", "v1")

    assert change("[a](docs/feeds.md#rss)", "README.md") == "[a](feeds.md#rss)"
    assert change("[a](docs/schemas)", "README.md") == "[a](schemas/README.md)"
    assert change("[a](../feeds.md)", "docs/schemas/README.md") == "[a](../feeds.md)"
    assert change("[a](../deploy/check)", "docs/feeds.md") == "[a](https://host/us/blob/v1/deploy/check)"
    assert change("[a](../deploy)", "docs/feeds.md") == "[a](https://host/us/tree/v1/deploy)"
    assert change("![a](docs/images/wire.png)", "README.md") == "![a](https://host/us/raw/v1/docs/images/wire.png)"
    for kept in ("[a](#here)", "[a](https://x.org/y.md)", "[a](nothing.md)"):
        assert change(kept, "README.md") == kept
