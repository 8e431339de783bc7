"""From the settings to who may come by HTTP. Takes `Settings`, gives a `search.http.keys.KeyGate`."""

from pathlib import Path

from search.http.keys import KeyGate, KeyRing, KeysError
from streams.errors import SettingsError
from streams.settings import Settings


def gate_of(settings: Settings, path: Path | None = None) -> KeyGate:
    """A server's key check; the keys are in the settings and in ``path``, else in NEWSWIRE_KEYS_FILE."""
    try:
        ring = KeyRing(settings.keys.get_secret_value(), path or settings.keys_file, "NEWSWIRE_KEYS")
    except KeysError as error:
        raise SettingsError(str(error)) from None
    if not ring.keys:
        raise SettingsError("no keys, so nobody could connect: set NEWSWIRE_KEYS_FILE (newswire key makes a key)")
    return KeyGate(ring, settings.key_rate, settings.wrong_key_rate)
