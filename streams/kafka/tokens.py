"""Bearer tokens for Kafka: takes the settings, returns a function that returns a currently valid token.

A token is given itself, lies in a file that somebody renews, or is asked of a token server with a client's id and
secret (OAuth 2.0, RFC 6749, section 4.4) and requested again when four fifths of its lifetime are over.
"""

import base64
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

from streams.errors import SettingsError, Unavailable
from streams.settings import Settings

TokenSource = Callable[[], str]
TIMEOUT = 10.0  # seconds
MAX_BYTES = 64 * 1024
FRESH = 0.8  # of a token's life


def token_source(settings: Settings) -> TokenSource:
    """The function that the settings select to get a token."""
    if path := settings.kafka_token_file:
        return lambda: _from_file(path)
    if token := settings.kafka_token.get_secret_value():
        return lambda: token
    return _Asked(settings).token


def _from_file(path: Path) -> str:
    try:
        with path.open(encoding="ascii") as file:
            token = file.read(MAX_BYTES).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"NEWSWIRE_KAFKA_TOKEN_FILE: {path} cannot be read: {type(error).__name__}") from None
    if not token:
        raise SettingsError(f"NEWSWIRE_KAFKA_TOKEN_FILE: {path} is empty")
    return token


class _Asked:
    """Tokens of a server, each kept while it is fresh."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._token, self._until = "", 0.0

    def token(self) -> str:
        if time.monotonic() >= self._until:
            self._token, lasts = self._ask()
            self._until = time.monotonic() + FRESH * lasts
        return self._token

    def _ask(self) -> tuple[str, float]:
        settings = self._settings
        form = {"grant_type": "client_credentials"}
        if settings.kafka_token_scope:
            form["scope"] = settings.kafka_token_scope
        who = f"{settings.kafka_user}:{settings.kafka_password.get_secret_value()}"
        request = urllib.request.Request(  # noqa: S310 - the setting takes https, and http on loopback only
            settings.kafka_token_url,
            urllib.parse.urlencode(form).encode(),
            {"Authorization": f"Basic {base64.b64encode(who.encode()).decode()}", "Accept": "application/json"},
        )
        where = f"NEWSWIRE_KAFKA_TOKEN_URL: {settings.kafka_token_url}"
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - as above
                known = json.loads(answer.read(MAX_BYTES))
            return str(known["access_token"]), float(known.get("expires_in", 60))
        except urllib.error.HTTPError as error:
            raise Unavailable(f"{where} answers {error.code}: see NEWSWIRE_KAFKA_USER and …_PASSWORD") from None
        except OSError as error:
            raise Unavailable(f"{where} cannot be reached: {error}") from None
        except (ValueError, KeyError, TypeError):  # the answer is not shown: it may hold the token
            raise Unavailable(f"{where} returned no token: expected JSON with access_token") from None
