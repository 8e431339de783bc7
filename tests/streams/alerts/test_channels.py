"""What servers get: mails, webhooks, chats and browser push, byte for byte."""

import base64
import email
import email.policy
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import http_ece
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from search.alerts.notices import Change, Notice
from search.alerts.saved import Channel
from search.alerts.wording import Message, MessageItem, as_html, as_text, subject_of
from streams.alerts.channels.http import Poster
from streams.alerts.channels.mail import mail_of
from streams.alerts.channels.outcome import PermanentFailure, TemporaryFailure
from streams.alerts.channels.push import PushSender, public_key
from streams.alerts.channels.webhooks import WebhookSender, as_slack, as_teams, signature, webhook_key
from streams.errors import SettingsError
from streams.settings import read_settings

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOSTILE = "Floods <script>alert(1)</script> & *more* | <!channel>\r\nBcc: x@example.org"


def notice(**fields: Any) -> Notice:
    values: dict[str, Any] = {"headline": "Floods close road", "source": "AP", "lead": "Floods closed the road."}
    return Notice("flood", 1, version_created=NOW, **(values | fields))


def message(*told: MessageItem, **fields: Any) -> Message:
    items = told or (MessageItem("alert", notice()),)
    values: dict[str, Any] = {"kind": items[0].kind, "page": "https://wire.example.org", "items": items}
    return Message("ab" * 24, "one", name="Floods", **(values | fields))


def secret_settings(**fields: Any) -> Any:
    return read_settings(alert_secret="for tests", alert_smtp="mail.example.org:25", **fields)


def test_a_mail_has_both_forms_and_every_header_on_its_own_line() -> None:
    change = Change("headline", HOSTILE, HOSTILE)
    told = MessageItem("correction", notice(headline=" ".join(HOSTILE.split()), changes=(change,)))
    made = mail_of(message(told, refers_to=("cd" * 24,)), Channel("mail", "ann@example.org"), secret_settings())
    mail: Any = email.message_from_bytes(made.as_bytes(), policy=email.policy.default)
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Correction: Floods <script>")
    assert mail["Message-ID"] == f"<{'ab' * 24}@mail.example.org>"
    assert mail["In-Reply-To"] == mail["References"] == f"<{'cd' * 24}@mail.example.org>"
    assert "https://wire.example.org" in mail["List-Unsubscribe"]
    html = mail.get_body(("html",)).get_content()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert not [word for word in ("src=", "@import", "url(") if word in html], "it loads nothing"
    assert "was: Floods <script>" in " ".join(mail.get_body(("plain",)).get_content().split())


def test_a_kill_says_so_first_and_has_no_word_of_the_story() -> None:
    told = MessageItem("kill", notice(lead="", headline="Floods close road"))
    for text in (as_text(message(told)), as_html(message(told))):
        assert "Do not publish" in text
        assert text.index("Do not publish") < text.index("Floods close road", text.index("Do not publish"))
    assert "(the headline was removed on request)" in as_text(
        message(MessageItem("kill", notice(headline="", lead="")))
    )


def test_a_story_that_the_operator_removed_is_not_said_to_be_killed_by_the_agency() -> None:
    told = message(MessageItem("kill", notice(headline="", lead="", removed=True)))
    for text in (as_text(told), as_html(told), json.dumps(as_slack(told)), json.dumps(as_teams(told))):
        assert "REMOVED" in text
        assert "removed by the archive's operator" in text.replace("&#39;", "'")
        assert not re.search("killed|agency|KILL|Do not publish", text)
    assert subject_of(told).startswith("REMOVED: ")


def test_chats_show_a_headline_as_it_is() -> None:
    told = MessageItem("alert", notice(headline=" ".join(HOSTILE.split())))
    slack = json.dumps(as_slack(message(told)), ensure_ascii=False)
    assert "<!channel>" not in slack
    assert "<script>" not in slack
    card = as_teams(message(told))["attachments"][0]["content"]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}, "in which no Markdown is read"


class Receiver:
    """A server that keeps what it gets."""

    def __init__(self) -> None:
        self.requests: list[tuple[Any, bytes]] = []
        self.status = 204

    async def take(self, request: web.Request) -> web.Response:
        self.requests.append((request.headers, await request.read()))
        return web.Response(status=self.status, headers={"location": "/elsewhere"})


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    taking, app = Receiver(), web.Application()
    app.router.add_post("/{tail:.*}", taking.take)
    server = TestServer(app)
    await server.start_server()
    yield taking, str(server.make_url("/hook"))
    await server.close()


async def test_a_webhook_is_signed_with_the_key_of_its_url(receiver: tuple[Receiver, str]) -> None:
    taking, url = receiver
    settings = secret_settings(alert_allow_private=True)
    poster = Poster(settings)
    await WebhookSender(settings, poster).send(message(), Channel("webhook", url))
    await poster.close()
    ((headers, body),) = taking.requests
    expected = signature(webhook_key(settings, url), headers["webhook-id"], headers["webhook-timestamp"], body)
    assert headers["webhook-signature"] == expected
    assert webhook_key(settings, url) != webhook_key(settings, url + "2")
    assert json.loads(body)["stories"][0]["url"] == "https://wire.example.org/story/flood"


@pytest.mark.parametrize(
    ("status", "error"),
    [(302, PermanentFailure), (410, PermanentFailure), (429, TemporaryFailure), (503, TemporaryFailure)],
)
async def test_what_a_server_answers(receiver: tuple[Receiver, str], status: int, error: type[Exception]) -> None:
    taking, url = receiver
    taking.status = status
    poster = Poster(secret_settings(alert_allow_private=True))
    with pytest.raises(error, match=str(status)):
        await poster.post(url, b"{}", {})
    await poster.close()
    assert len(taking.requests) == 1, "no redirect is followed"


async def test_nobody_is_asked_inside_our_own_network(receiver: tuple[Receiver, str]) -> None:
    taking, url = receiver
    poster = Poster(secret_settings())
    for address in (url, url.replace("127.0.0.1", "localhost"), "http://[::1]:9/", "http://169.254.169.254/latest"):
        with pytest.raises((PermanentFailure, TemporaryFailure)) as refused:
            await poster.post(address, b"{}", {})
        assert "private address" in str(refused.value)
    await poster.close()
    assert taking.requests == []


@pytest.mark.parametrize("url", ["https://[x", "https://a:99999/", f"https://{'a' * 70}.example/", "https://a..b/"])
async def test_a_url_that_leads_nowhere_is_given_up(url: str) -> None:
    poster = Poster(secret_settings(alert_allow_private=True))
    with pytest.raises(PermanentFailure, match="no URL"):
        await poster.post(url, b"{}", {})
    await poster.close()


@pytest.mark.parametrize("keys", ["abc", ["a"], {"p256dh": "", "auth": ""}, {"p256dh": 5, "auth": 6}, None])
async def test_a_subscription_without_usable_keys_is_given_up(keys: Any) -> None:
    settings = secret_settings(alert_push_key=base64.urlsafe_b64encode(bytes(range(1, 33))).decode().rstrip("="))
    subscription = Channel("push", json.dumps({"endpoint": "https://push.example.org/", "keys": keys}))
    with pytest.raises(PermanentFailure, match="subscription cannot be used"):
        await PushSender(settings, Poster(settings)).send(message(), subscription)


async def test_a_browser_reads_what_its_push_service_cannot(receiver: tuple[Receiver, str]) -> None:
    taking, url = receiver
    browser, ours = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    point = browser.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    auth = b"sixteen bytes ok"
    key = base64.urlsafe_b64encode(ours.private_numbers().private_value.to_bytes(32, "big")).decode().rstrip("=")
    settings = secret_settings(alert_allow_private=True, alert_push_key=key)
    keys = {"p256dh": base64.urlsafe_b64encode(point).decode(), "auth": base64.urlsafe_b64encode(auth).decode()}
    subscription = msgspec.json.encode({"endpoint": url, "keys": keys}).decode()
    poster = Poster(settings)
    await PushSender(settings, poster).send(
        message(MessageItem("kill", notice(lead=""))), Channel("push", subscription)
    )
    await poster.close()
    ((headers, body),) = taking.requests
    shown = json.loads(http_ece.decrypt(body, private_key=browser, auth_secret=auth, version="aes128gcm"))
    assert shown["title"] == "KILL: Floods close road (AP)"
    assert shown["url"] == "https://wire.example.org/story/flood"
    assert headers["urgency"] == "high"
    assert headers["authorization"].startswith("vapid t=")
    assert public_key(settings) in headers["authorization"]
    assert public_key(read_settings()) == ""
    with pytest.raises(SettingsError, match="is not a VAPID private key"):
        public_key(read_settings(alert_push_key="not one"))
    assert b"Floods" not in body
