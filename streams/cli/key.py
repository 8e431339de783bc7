"""``newswire key``: makes a key for HTTP clients; and the check of keys that the settings name."""

from pathlib import Path

import click

from search.http.keys import SCOPES, KeyGate, KeyRing, KeysError, make_key
from search.http.shared_counts import SharedCounts
from streams.errors import SettingsError
from streams.settings import Settings


@click.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(SCOPES),
    help="What it allows; repeatable.  [default: feed]",
)
@click.option("--source", default="", help="Source of what it feeds; * lets each request say.  [default: NAME]")
def key(name: str, scopes: tuple[str, ...], source: str) -> None:
    r"""Create a key for feed http or the search page: its line on stdout, the key itself, once, on stderr.

    Put the line into the file that NEWSWIRE_KEYS_FILE names. It holds the key's hash, not the key. Remove the line to
    revoke the key at once.

    \b
    Examples:
      newswire key reuters >> keys.txt
      newswire key desk --scope search >> keys.txt
      newswire key legal --scope search --scope embargoed >> keys.txt
    """
    try:
        secret, line = make_key(name, source, scopes)
    except KeysError as error:
        raise SettingsError(str(error)) from None
    click.echo(line)
    click.echo(f"key for {name}, shown only now: {secret}", err=True)


def gate_of(settings: Settings, path: Path | None = None, shared: SharedCounts | None = None) -> KeyGate:
    """A server's key check; the keys are in the settings and in ``path``, else in NEWSWIRE_KEYS_FILE.

    Processes of one port count their requests in what is ``shared``.
    """
    try:
        ring = KeyRing(settings.keys.get_secret_value(), path or settings.keys_file, "NEWSWIRE_KEYS")
    except KeysError as error:
        raise SettingsError(str(error)) from None
    if not ring.keys:
        raise SettingsError("no keys, so nobody could connect: set NEWSWIRE_KEYS_FILE (newswire key makes a key)")
    return KeyGate(ring, settings.key_rate, settings.wrong_key_rate, shared)
