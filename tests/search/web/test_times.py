"""Times on pages: every moment is one that the browser can put into the reader's zone, and rows show the list's own."""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from search.open import open_store
from search.web import Options, create_app
from search.web.login.access import OpenAccess
from tests.search.samples import document
from tests.search.web.browser import Served, serving, tab
from tests.search.web.conftest import asking
from tests.search.web.samples import NOW, call, library, story
from tests.waiting import wait_for

TEMPLATES = sorted((Path(__file__).parents[3] / "search/web/templates").glob("*.html"))
WRITERS = re.compile(r"\{%-? *macro (?:when|titled)\(.*?endmacro *-?%\}")
IN_TIME = re.compile(r'<time (?:class="row-time" )?datetime="\{\{ .*?</time>', re.DOTALL)
BY_MACRO = re.compile(r"(?:macros\.)?(?:when|titled)\([^{}]*\)")
WRITES = re.compile(r"\|\s*(?:moment|short|clock)\b|%H")
WRITTEN = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d|(?<![\d:])\d\d:\d\d(?!:)")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_writes_no_moment_outside_of_an_element_of_time(template: Path) -> None:
    text = template.read_text()
    for written in (WRITERS, IN_TIME, BY_MACRO):
        text = written.sub("", text)
    assert [line for line in text.splitlines() if WRITES.search(line)] == []


class Moments(HTMLParser):
    """The moments in a page's texts and attributes that the browser would leave in the page's zone."""

    def __init__(self) -> None:
        super().__init__()
        self._times: list[bool] = []
        self.left: list[str] = []
        self.bars = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Check the attributes, and note that a time begins."""
        given = dict(attributes)
        if tag == "time":
            self._times.append("T" in (given.get("datetime") or ""))
        known = (tag == "time" and self._times[-1]) or "data-titled" in given
        self.left += [f"{name}={value}" for name, value in given.items()
                      if name in ("title", "aria-label") and WRITTEN.search(value or "") and not known]  # fmt: skip
        self.bars += tag == "a" and "data-start" in given

    def handle_endtag(self, tag: str) -> None:
        """Note that a time, or a bar, ends."""
        if tag == "time":
            self._times.pop()
        self.bars -= tag == "a" and self.bars > 0

    def handle_data(self, data: str) -> None:
        """Check a text."""
        if WRITTEN.search(data) and not any(self._times) and not self.bars:
            self.left.append(data.strip())


@pytest.fixture
async def prague(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The page in the zone of Prague, over the sample stories."""
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await store.set_up()
    late = {"received_at": NOW, "version_created": NOW - timedelta(days=400)}
    await store.write([*library(), document("late", 2, headline="Filed late", **late)])
    app = create_app(store, login=OpenAccess(alone=True), options=Options(remember=0.0, zone="Europe/Prague"))
    async with asking(app) as client:
        yield client
    await app.state.site.library.close()


ADDRESSES = (
    "/?open=call", "/?open=killed&view=full&since=yesterday", "/?sort=newest", "/?q=cent", "/story/call", "/story/killed",
    "/story/fixed", "/similar/call", "/event/late", "/entity?name=Vladimir+Putin&since=7d", "/stances/pair?holder=Vladimir+Putin&target=United+States",
    "/ticker", "/pipeline",
)  # fmt: skip


async def test_no_page_has_a_moment_that_stays_in_its_own_zone(prague: httpx.AsyncClient) -> None:
    for address in ADDRESSES:
        page = Moments()
        html = (await prague.get(address)).text
        page.feed(html)
        assert page.left == [], address
        assert address == "/pipeline" or WRITTEN.search(html), address


def test_what_is_looked_for_is_found_where_it_stays() -> None:
    page = Moments()
    page.feed('<p title="14:00">Killed 27 November 2026, 14:00</p><time datetime="2026-11-27T13:00:00Z">14:00</time>')
    assert page.left == ["title=14:00", "Killed 27 November 2026, 14:00"]


@pytest.mark.parametrize("order", ["newest", "oldest"])
async def test_a_row_shows_the_time_that_its_list_is_ordered_by(prague: httpx.AsyncClient, order: str) -> None:
    made = NOW - timedelta(days=400)
    html = (await prague.get(f"/?q=headline:filed&sort={order}")).text
    shown = html.split('data-id="late"')[1].split("<article>")[0]
    assert f'datetime="{made:%Y-%m-%dT%H:%M:%SZ}"' in shown.split('class="row-time"')[1].split(">")[0]
    assert 'data-by="agency"' in shown
    assert ">arrived</span>" in shown
    arrived = (await prague.get("/?q=headline:filed")).text.split('data-id="late"')[1].split("<article>")[0]
    assert f'datetime="{NOW:%Y-%m-%dT%H:%M:%SZ}"' in arrived.split('class="row-time"')[1].split(">")[0]
    assert ">agency</span>" in arrived
    assert "data-by" not in arrived


async def test_one_story_is_counted_as_one(prague: httpx.AsyncClient) -> None:
    for address in ("/", "/values?field=source", "/?q=cent"):
        read = re.sub(r"<[^>]+>", "", (await prague.get(address)).text)
        assert not re.search(r"(?<![\d,.])1\s+stories", read), address
        assert re.search(r"(?<![\d,.])1\s+story", read), address


# --- in a browser of New York


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("zones") / "index.db")
    with serving(served, zone="Europe/Prague"):
        yield served


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    served.write(
        call(), story("gone", "Libel", "Libel", call().annotations, slugline="LIBEL", status="canceled", kind="kill"),
        story("late", "Filed late", "Text.", call().annotations, received_at=NOW, version_created=MADE),
    )  # fmt: skip
    with tab(browser, served, expects=410, timezone_id="America/New_York") as page:  # for the killed story
        yield page


MADE = datetime(2026, 1, 14, 3, 30, tzinfo=UTC)  # 04:30 in Prague, on the 13th in New York


def in_prague(page: Page) -> list[str]:
    """Whatever a page still says in Prague's time: by its elements of time, and all that is written anywhere."""
    return page.evaluate(  # type: ignore[no-any-return]
        """() => {
          const prague = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Prague", hour: "2-digit", minute: "2-digit" });
          const moments = [...document.querySelectorAll("time[datetime*=T], [data-titled], a[data-start]")]
            .map((one) => one.dateTime || one.dataset.titled || one.dataset.start);
          const clocks = new Set(moments.map((one) => prague.format(new Date(one))));
          const texts = [...document.querySelectorAll("body *")].flatMap((one) => [one.title || "", one.childElementCount ? "" : one.textContent]);
          return texts.filter((text) => [...text.matchAll(/(?<![\\d:])\\d\\d:\\d\\d(?!:)/g)].some(([clock]) => clocks.has(clock)));
        }"""
    )


@pytest.mark.servers
def test_all_times_are_those_of_the_readers_zone(page: Page, served: Served) -> None:
    for address in (
        "/?since=2026-01-01&open=call",
        "/?sort=newest",
        "/?q=filed&sort=relevance",
        "/entity?name=Xi+Jinping",
        "/similar/call",
    ):
        page.goto(address)
        expect(page.locator(".page-zone").first).to_have_text("America/New York")
        assert in_prague(page) == [], address
    page.goto("/?sort=newest")
    late = page.locator('.row[data-id="late"] .row-time')
    expect(late).to_have_text("Tue 22:30")
    expect(late).to_have_attribute("title", re.compile("Agency time: Tuesday, 13 January 2026"))
    with page.expect_response("**/story/gone", timeout=5000) as answer:
        page.goto("/story/gone")
    assert answer.value.status == 410
    assert in_prague(page) == []


@pytest.mark.servers
def test_what_comes_while_a_page_is_open_is_of_the_readers_zone_too(page: Page, served: Served) -> None:
    page.goto("/")
    expect(page.locator(".live-text")).to_have_text("Live")
    made = NOW - timedelta(hours=30, minutes=7)  # not six hours from another, as the zones are
    served.write(story("more", "More", "More", call().annotations, slugline="MORE", status="canceled", kind="kill", received_at=NOW, version_created=made))  # fmt: skip
    expect(page.locator("#notices")).to_contain_text("MORE")
    wait_for(lambda: in_prague(page) == [], "times of the reader's zone")


@pytest.mark.servers
@pytest.mark.parametrize(
    ("address", "shown"), [("/?sort=newest", "Tue 22:31"), ("/?q=headline:filed&sort=relevance", "2026, ")]
)
def test_a_row_that_is_corrected_shows_the_time_that_its_list_is_ordered_by(
    page: Page, served: Served, address: str, shown: str
) -> None:
    page.goto(address)
    row = page.locator('.row[data-id="late"]')
    expect(row.locator(".row-time")).to_have_text(re.compile(shown.replace("31", "30")))
    newer = {"received_at": NOW, "version_created": MADE + timedelta(minutes=1), "kind": "correction"}
    number = 2 if "newest" in address else 3
    served.write(story("late", "Filed late again", "Text.", call().annotations, version=number, **newer))
    expect(row).to_contain_text("Corrected just now")
    expect(row.locator(".row-time")).to_have_text(re.compile(shown))
    assert in_prague(page) == []
