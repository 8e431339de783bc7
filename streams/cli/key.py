"""``newswire key``: makes a key for those who come by HTTP."""

import click

from search.http.keys import SCOPES, KeysError, make_key
from streams.errors import SettingsError


@click.command()
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="What it allows; repeatable.  [default: feed]"
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
