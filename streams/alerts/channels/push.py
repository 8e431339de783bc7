"""Alerts to browsers (web push): encrypted for the browser, so that its push service reads nothing, and signed (VAPID).

Takes messages and a browser's subscription as JSON. A notification is small: headline, source, link, and a tag, by
which a correction replaces the notification that it corrects.
"""

import asyncio
import base64
from typing import Any
from urllib.parse import urlsplit

import msgspec

from search.alerts.saved import Channel
from search.alerts.wording import Message, line_of, link_of, sentence_of, subject_of
from streams.alerts.channels.http import Poster
from streams.alerts.channels.needed import lacking
from streams.alerts.channels.outcome import PermanentFailure
from streams.errors import SettingsError
from streams.settings import Settings

KEPT_SECONDS = 24 * 3600  # how long a push service keeps it for a browser that is closed
LONGEST_BODY = 400


class PushSender:
    """Posts to the push services that browsers name."""

    def __init__(self, settings: Settings, poster: Poster) -> None:
        self._settings = settings
        self._poster = poster

    async def send(self, message: Message, channel: Channel) -> None:
        """Post one notification."""
        if lack := lacking(self._settings, "push"):
            raise PermanentFailure(lack)
        subscription = msgspec.json.decode(channel.to, type=dict[str, Any])
        body, headers = await asyncio.to_thread(self._encrypted, message, subscription)
        await self._poster.post(subscription["endpoint"], body, headers)

    async def close(self) -> None:
        """Nothing to do: the poster is shared."""

    def _encrypted(self, message: Message, subscription: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        try:
            from http_ece import ECEException  # noqa: PLC0415 - an extra, which other channels do not need
            from py_vapid import Vapid02  # noqa: PLC0415
            from pywebpush import WebPusher, WebPushException  # noqa: PLC0415
        except ModuleNotFoundError:
            raise PermanentFailure("browser push needs pip install 'newswire[push]'") from None
        data = msgspec.json.encode(as_notification(message))
        try:
            body = WebPusher(subscription).encode(data)["body"]
            vapid = Vapid02.from_string(self._settings.alert_push_key.get_secret_value())
            endpoint = urlsplit(subscription["endpoint"])
            claims = {"sub": self._settings.alert_push_contact, "aud": f"{endpoint.scheme}://{endpoint.netloc}"}
            signed = vapid.sign(claims)
        except (WebPushException, ECEException, AttributeError, LookupError, TypeError, ValueError) as error:
            raise PermanentFailure(f"the browser's subscription cannot be used: {type(error).__name__}") from None
        is_urgent = message.kind in ("kill", "hold", "correction")
        return bytes(body), {
            **signed,
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(KEPT_SECONDS),
            "urgency": "high" if is_urgent else "normal",
            "topic": _topic(message),
        }


def as_notification(message: Message) -> dict[str, Any]:
    """What the page's service worker shows."""
    item = message.items[0]
    is_retraction = message.kind in ("kill", "hold")
    body = sentence_of(item) if is_retraction else " ".join((sentence_of(item), item.notice.lead)).strip()
    several = message.digest and len(message.items) > 1
    return {
        "id": message.id,
        "kind": message.kind,
        "title": subject_of(message) if several else line_of(item),
        "body": "\n".join(line_of(item) for item in message.items)[:LONGEST_BODY] if several else body[:LONGEST_BODY],
        "url": f"{message.page}/" if several else link_of(message, item.notice),
        "tag": _topic(message),
    }


def _topic(message: Message) -> str:
    """The tag by which later notifications replace this one: base64, at most 32 characters, for push services."""
    first = message.refers_to[0] if message.refers_to else message.id
    return base64.urlsafe_b64encode(bytes.fromhex(first)[:24]).decode()


def public_key(settings: Settings) -> str:
    """The public key that a page gives to the browser when it subscribes; "" where there is none.

    Raises ``SettingsError`` if the private key is not valid, or the push extra is not installed.
    """
    secret = settings.alert_push_key.get_secret_value()
    if not secret:
        return ""
    try:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415
        from py_vapid import Vapid02  # noqa: PLC0415

        point = Vapid02.from_string(secret).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    except ModuleNotFoundError:
        raise SettingsError("NEWSWIRE_ALERT_PUSH_KEY: browser push needs pip install 'newswire[push]'") from None
    except (ValueError, TypeError) as error:
        raise SettingsError(f"NEWSWIRE_ALERT_PUSH_KEY is not a VAPID private key: {type(error).__name__}") from None
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()
