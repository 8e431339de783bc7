"""Two editors at their desks, each in a real Chromium: what one does, the other sees; with forms that work anyway."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from search.desk import Desk, open_database
from tests.search.samples import document
from tests.search.web.browser import Served, serving, tab
from tests.search.web.test_desk_pages import ByHeader
from tests.waiting import wait_for

pytestmark = pytest.mark.servers

# A public key of our notifications, and what a browser gets from its push service for it.
PUSH_KEY = base64.urlsafe_b64encode(b"\4" + bytes(range(64))).rstrip(b"=").decode()
SUBSCRIPTION = {"endpoint": "https://push.example.org/abc", "keys": {"p256dh": "BA", "auth": "AA"}}
AXE = Path(__file__).with_name("axe.min.js")


@pytest.fixture(scope="module")
def served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("desk")
    running = Served(folder / "index.db")
    running.write(document("one", headline="Copper rises"), document("two", 2, headline="Tin falls"))
    desk = Desk(open_database(f"sqlite:///{folder / 'desk.db'}", seconds=20))
    with serving(running, login=ByHeader(), desk=desk, push_key=PUSH_KEY):
        yield running


def findings(page: Page) -> list[object]:
    page.evaluate(AXE.read_text("utf-8"))
    violations = page.evaluate("axe.run().then(found => found.violations)")
    return [(one["id"], node["target"], node["failureSummary"][:200]) for one in violations for node in one["nodes"]]


def test_two_editors_take_one_story_and_one_takes_it_over(browser: Browser, served: Served) -> None:
    with (
        tab(browser, served, extra_http_headers={"X-Name": "ada"}) as ada,
        tab(browser, served, extra_http_headers={"X-Name": "eve"}) as eve,
    ):
        ada.goto("/?q=copper&open=one")
        eve.goto("/story/one")
        expect(eve.locator("#live")).to_contain_text("Live")
        ada.get_by_role("button", name="Take", exact=True).click()  # the form's Origin and token are right
        ada.wait_for_url("**/?q=copper&open=one")
        expect(ada.locator("#desk")).to_contain_text("Taken by Ada")
        expect(eve.locator("#desk")).to_contain_text("Taken by Ada")  # without a new page
        expect(eve.get_by_role("button", name="Take", exact=True)).to_be_hidden()
        assert findings(eve) == []
        eve.get_by_role("button", name="Take over from Ada").click()
        expect(eve.locator("#desk")).to_contain_text("Taken by Eve")
        expect(ada.locator("#desk")).to_contain_text("(from Ada)")  # who had it sees it at once
        expect(ada.get_by_role("button", name="Take over from Eve")).to_be_visible()
        expect(ada.get_by_role("button", name="Give back")).to_be_hidden()
        ada.get_by_text("Save this search").click()
        ada.get_by_label("Name", exact=True).fill("Copper")
        ada.locator(".desk-save").get_by_role("button", name="Save").click()
        ada.goto("/desk")
        expect(ada.get_by_role("button", name="Copper")).to_be_visible()
        assert findings(ada) == []
        ada.get_by_role("button", name="Copper").click()
        ada.wait_for_url("**/?q=copper*")


def test_a_kill_stays_in_the_ticker_until_it_is_read(browser: Browser, served: Served) -> None:
    served.write(document("libel", 3, headline="Libel", slugline="LIBEL-1"))
    with tab(browser, served, extra_http_headers={"X-Name": "ada"}, viewport={"width": 420, "height": 600}) as page:
        page.goto("/ticker?q=copper")  # a kill of any story is told, whatever the search
        expect(page.locator("#live")).to_contain_text("Live")
        expect(page.locator("#kills")).to_be_hidden()
        served.write(document("libel", 4, status="canceled", kind="kill", editorial_note="Kill it"))
        expect(page.locator("#kills .notice")).to_contain_text("Kill it")
        page.reload()
        expect(page.locator("#kills .notice")).to_contain_text("Kill it")
        assert findings(page) == []
        page.get_by_role("button", name="Read").click()
        expect(page.locator("#kills")).to_be_hidden()
        page.reload()
        expect(page.locator("#live")).to_contain_text("Live")
        expect(page.locator("#kills")).to_be_hidden()


def test_without_scripts(browser: Browser, served: Served) -> None:
    with tab(browser, served, java_script_enabled=False, extra_http_headers={"X-Name": "ada"}) as page:
        page.goto("/story/two")
        page.get_by_text("Note", exact=True).click()
        page.get_by_label("Note for everybody").fill("Ask the minister")
        page.locator('form[action="/desk/story/note"] button').click()
        expect(page.locator("#desk")).to_contain_text("Ask the minister")


def test_a_browser_is_told_of_a_saved_search_and_of_its_correction(browser: Browser, served: Served) -> None:
    """Only the push service is not there: its answer is given, and what it would deliver is handed to the browser."""
    told = {"title": "Copper rises", "body": "A lead.", "tag": "t1", "url": f"{served.url}/story/one"}
    with tab(browser, served, extra_http_headers={"X-Name": "ida"}) as page:
        page.context.grant_permissions(["notifications"])
        page.add_init_script(f"PushManager.prototype.subscribe = async () => ({json.dumps(SUBSCRIPTION)})")
        # The browser has one that was made for another key, which must go.
        page.add_init_script(
            "PushManager.prototype.getSubscription = async () => ({ options: { applicationServerKey: new ArrayBuffer(65) }, "
            "unsubscribe: async () => { document.title = 'the old one is gone'; } })"
        )
        devtools = page.context.new_cdp_session(page)
        registered: list[str] = []
        devtools.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda said: registered.extend(one["registrationId"] for one in said["registrations"]),
        )
        devtools.send("ServiceWorker.enable")
        page.goto("/?q=copper")
        page.get_by_text("Save this search").click()
        page.get_by_label("Name", exact=True).fill("Copper")
        page.get_by_label("Alert me").check()
        page.get_by_label("In this browser").check()
        expect(page.locator("input[name=push]")).to_have_value(json.dumps(SUBSCRIPTION).replace(" ", ""))
        expect(page).to_have_title("the old one is gone")
        page.evaluate("navigator.serviceWorker.ready.then(() => null)")  # what is pushed to one that is not yet is lost
        for title in ("Copper rises", "CORRECTED: Copper falls"):
            data = {"origin": served.url, "registrationId": registered[0], "data": json.dumps({**told, "title": title})}
            wait_for(lambda: delivered(page, devtools, data) == [[title, "A lead."]], title)  # noqa: B023 - used at once
        page.locator(".desk-save").get_by_role("button", name="Save").click()
        page.goto("/desk")
        expect(page.get_by_role("button", name="Copper")).to_be_visible()
        expect(page.locator(".fact")).to_contain_text("alerts at once")


def delivered(page: Page, devtools: CDPSession, push: dict[str, str]) -> object:
    """The notifications on the screen a moment after a push: on a busy machine Chromium may drop one, and nobody hears."""
    devtools.send("ServiceWorker.deliverPushMessage", push)
    page.wait_for_timeout(500)
    asked = "navigator.serviceWorker.ready.then(one => one.getNotifications()).then(all => all.map(one => [one.title, one.body]))"
    return page.evaluate(asked)
