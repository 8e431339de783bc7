"""Alerts to webhooks: signed JSON of our own, and the formats of Slack and Teams.

Our own follows Standard Webhooks (standardwebhooks.com): ``webhook-id`` is the message's stable id, by which a receiver
recognizes a duplicate, and ``webhook-signature`` covers id, time and body. Each URL has a key of its own, derived from
NEWSWIRE_ALERT_SECRET, so that no receiver can sign requests to another, and no key is stored on Kafka.
"""

import base64
import hashlib
import hmac
from functools import lru_cache
from typing import Any

import msgspec

from search.alerts.saved import Channel
from search.alerts.wording import Message, line_of, link_of, sentence_of, subject_of
from streams.alerts.channels.http import Poster
from streams.alerts.channels.needed import lacking
from streams.alerts.channels.outcome import PermanentFailure
from streams.alerts.clock import utc_now
from streams.settings import Settings

MOST_SHOWN = 20  # stories of a digest in a chat
KEYS_KEPT = 10_000


class WebhookSender:
    """Posts JSON with a signature."""

    def __init__(self, settings: Settings, poster: Poster) -> None:
        self._settings = settings
        self._poster = poster

    async def send(self, message: Message, channel: Channel) -> None:
        """Post one message."""
        if lack := lacking(self._settings, "webhook"):
            raise PermanentFailure(lack)
        body = msgspec.json.encode(as_json(message))
        stamp = str(int(utc_now().timestamp()))
        key = webhook_key(self._settings, channel.to)
        headers = {
            "content-type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(key, message.id, stamp, body),
        }
        await self._poster.post(channel.to, body, headers)

    async def close(self) -> None:
        """Nothing to do: the poster is shared."""


class SlackSender:
    """Posts to an incoming webhook of Slack, or of a compatible server (Mattermost, Rocket.Chat)."""

    def __init__(self, poster: Poster) -> None:
        self._poster = poster

    async def send(self, message: Message, channel: Channel) -> None:
        """Post one message."""
        await self._poster.post(
            channel.to, msgspec.json.encode(as_slack(message)), {"content-type": "application/json"}
        )

    async def close(self) -> None:
        """Nothing to do: the poster is shared."""


class TeamsSender:
    """Posts an adaptive card to a workflow of Teams."""

    def __init__(self, poster: Poster) -> None:
        self._poster = poster

    async def send(self, message: Message, channel: Channel) -> None:
        """Post one message."""
        await self._poster.post(
            channel.to, msgspec.json.encode(as_teams(message)), {"content-type": "application/json"}
        )

    async def close(self) -> None:
        """Nothing to do: the poster is shared."""


def webhook_key(settings: Settings, url: str) -> bytes:
    """The key by which messages to a URL are signed."""
    return _webhook_key(settings.alert_secret.get_secret_value(), url)


@lru_cache(KEYS_KEPT)
def _webhook_key(secret: str, url: str) -> bytes:
    return hmac.digest(secret.encode(), b"webhook " + url.encode(), hashlib.sha256)


def shown_key(settings: Settings, url: str) -> str:
    """The key in the form in which its receiver is given it."""
    return "whsec_" + base64.b64encode(webhook_key(settings, url)).decode()


def signature(key: bytes, message_id: str, stamp: str, body: bytes) -> str:
    """The signature of a message."""
    signed = f"{message_id}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def as_json(message: Message) -> dict[str, Any]:
    """The message for programs."""
    return {
        "id": message.id,
        "kind": message.kind,
        "search": {"id": message.search, "name": message.name},
        "digest": message.digest,
        "refers_to": list(message.refers_to),
        "stories": [
            {"kind": item.kind, "url": link_of(message, item.notice), **msgspec.to_builtins(item.notice)}
            for item in message.items
        ],
    }


def as_slack(message: Message) -> dict[str, Any]:
    """The message for Slack. Its control characters are escaped, so that no headline can mention users or add links."""
    blocks: list[dict[str, Any]] = []
    if message.digest:
        blocks.append(_section(f"*{_slack(message.name)}*: {len(message.items)} stories"))
    for item in message.items[:MOST_SHOWN]:
        link, line = link_of(message, item.notice), _slack(line_of(item))
        parts = [f"*<{link}|{line}>*" if link else f"*{line}*", _slack(sentence_of(item))]
        parts += [
            f"_was:_ {_slack(change.before)}\n_now:_ {_slack(change.after)}" for change in item.notice.changes[:3]
        ]
        if item.kind not in ("kill", "hold") and not message.digest:
            parts.append(_slack(item.notice.lead))
        blocks.append(_section("\n".join(part for part in parts if part)))
    return {"text": _slack(subject_of(message)), "blocks": blocks, "unfurl_links": False}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:3000]}}


def _slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("*", "∗").replace("|", "¦")


def as_teams(message: Message) -> dict[str, Any]:
    """The message for Teams: plain text runs, in which Markdown is not interpreted."""
    body: list[dict[str, Any]] = []
    if message.digest:
        body.append(_run(f"{message.name}: {len(message.items)} stories", weight="Bolder", size="Large"))
    for item in message.items[:MOST_SHOWN]:
        link, is_retraction = link_of(message, item.notice), item.kind in ("kill", "hold")
        headline = _run(line_of(item), weight="Bolder", color="Attention" if is_retraction else "Default", link=link)
        body.append(headline)
        if sentence_of(item):
            body.append(_run(sentence_of(item)))
        body += [
            _run(f"was: {change.before} / now: {change.after}", isSubtle=True) for change in item.notice.changes[:3]
        ]
        if item.notice.lead and not is_retraction and not message.digest:
            body.append(_run(item.notice.lead))
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": subject_of(message),
        "body": body,
    }
    return {
        "type": "message",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
        ],
    }


def _run(text: str, *, link: str = "", **style: Any) -> dict[str, Any]:
    run: dict[str, Any] = {"type": "TextRun", "text": text, **style}
    if link:
        run["selectAction"] = {"type": "Action.OpenUrl", "url": link}
    return {"type": "RichTextBlock", "inlines": [run]}
