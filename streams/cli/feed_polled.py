"""``newswire feed api`` and ``newswire feed pull``: feed what agencies' APIs and servers have."""

import sys
from pathlib import Path

import click

from streams.cli.feeding import Duration, run_polled
from streams.feeds.apis.description import read_description, shipped, text_of
from streams.feeds.polling import EVERY
from streams.feeds.producer import Feeder
from streams.feeds.pulls.sources import PullOptions, check_secrets, read_pulls, source_at
from streams.feeds.state import FeedState
from streams.settings import settings


@click.command()
@click.argument("descriptions", nargs=-1)
@click.option("--secrets", type=click.Path(path_type=Path), help="Folder of secrets.  [default: NEWSWIRE_API_SECRETS]")
@click.option("--allow-private", is_flag=True, help="Allow private and loopback addresses, and secrets without TLS.")
@click.option("--once", is_flag=True, help="Poll each API once, then stop; exit status 1 if one failed.")
@click.option("--show", is_flag=True, help="Print the descriptions and stop.")
def api(descriptions: tuple[str, ...], secrets: Path | None, *, allow_private: bool, once: bool, show: bool) -> None:
    r"""Feed every new item of agencies' polling APIs.

    DESCRIPTIONS are TOML files that say how an API is asked, or names of those that come with Newswire: ap, pa,
    reuters. Keys and passwords are in files of their own, in the folder of secrets. docs/feeds.md explains all fields.

    \b
    Examples:
      newswire feed api --show ap > ap.toml
      newswire feed api ap.toml pa --secrets /run/secrets
    """
    from streams.feeds.apis.poller import ApiPoller

    if not descriptions:
        raise click.UsageError(f"give a DESCRIPTION: a TOML file, or one of {', '.join(shipped())}")
    if show:
        click.echo("\n".join(map(text_of, descriptions)), nl=False)
        return
    apis = [read_description(name, allow_private=allow_private) for name in descriptions]

    def poller(feeder: Feeder, state: FeedState) -> ApiPoller:
        return ApiPoller(apis, secrets or settings().api_secrets, feeder, state, allow_private=allow_private)

    sys.exit(run_polled(apis, poller, once=once))


@click.command()
@click.argument("addresses", nargs=-1)
@click.option("--pulls", type=click.Path(path_type=Path), help="TOML file of sources; see deploy/pulls.example.toml.")
@click.option("--every", type=Duration(), default=f"{EVERY:g}s", show_default=True, help="How often to poll each.")
@click.option("--source", default="", help="Name of the provider of ADDRESSES.  [default: as the articles say]")
@click.option("--settle", default="", help="How long a file must stay unchanged (SFTP, FTP).  [default: 5s]")
@click.option("--password-file", default="", help="File with the password, or the key's passphrase.")
@click.option("--key-file", default="", help="Private key (SFTP).")
@click.option("--known-hosts", default="", help="File of known hosts (SFTP).  [default: ~/.ssh/known_hosts]")
@click.option("--host-key", default="", help="The server's key, instead of known hosts (SFTP): SHA256:…")
@click.option("--ca", default="", help="PEM file of the authority that signed the server's certificate.")
@click.option("--endpoint", default="", help="URL of an S3-compatible server.  [default: AWS]")
@click.option("--region", default="", help="Region of the bucket (S3).")
@click.option("--done", default="", help="Folder or mailbox on the server to which taken files are moved.")
@click.option("--failed", default="", help="Folder or mailbox on the server to which rejected files are moved.")
@click.option("--once", is_flag=True, help="Poll each once, then stop; exit status 1 if one failed.")
def pull(addresses: tuple[str, ...], pulls: Path | None, every: float, *, once: bool, **options: str) -> None:
    r"""Feed every finished file on SFTP, FTP, IMAP and S3 servers.

    ADDRESSES are sftp://user@host/folder, ftps://user@host/folder, imaps://user@host/mailbox and s3://bucket/prefix.
    A file is done when Kafka has confirmed all of it. It is then remembered, so that no process takes it again, and
    moved to --done if that is given. Passwords are in files. SFTP and S3 need: pip install 'newswire[pull]'

    \b
    Examples:
      newswire feed pull sftp://me@wire.example.com/outgoing --key-file ~/.ssh/wire --source example
      newswire feed pull s3://my-bucket/news/ --region eu-west-1
      newswire feed pull --pulls pulls.toml
    """
    from streams.feeds.pulls.puller import Puller

    sources = [source_at(address, PullOptions(**options), every=every) for address in addresses]
    sources += read_pulls(pulls, every) if pulls else []
    if not sources:
        raise click.UsageError("give an address, such as sftp://user@host/folder, or --pulls FILE")
    check_secrets(sources)

    def poller(feeder: Feeder, state: FeedState) -> Puller:
        return Puller(sources, feeder, state)

    sys.exit(run_polled(sources, poller, once=once))
