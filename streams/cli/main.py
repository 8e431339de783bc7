"""The ``newswire`` command. Takes arguments, gives an exit status; loads a subcommand's module on first use."""

import importlib
import os
import sys

import click

from streams.cli.options import CommandGroup
from streams.errors import NewswireError
from streams.operations.extras import extra_for

COMMANDS = {
    "annotate": "Annotate texts without Kafka: JSON Lines in, JSON Lines out.",
    "archive": "Check the archive of raw messages, or remove forgotten stories from it.",
    "audit": "Account for every accepted article.",
    "corrections": "Export what people corrected in stories, as training rows.",
    "dead": "Show and re-queue dead letters.",
    "doctor": "Check settings, models, Kafka, index and clocks, and suggest fixes.",
    "evaluate": "Score the models on labelled files.",
    "demo": "Run the whole pipeline on this machine, on a sample wire or your files.",
    "feed": "Send articles to Kafka from files, folders, servers, RSS, APIs and HTTP.",
    "forget": "Delete stories for good, on request.",
    "index": "Create and migrate the search index, and count stories.",
    "items": "List pictures, videos, events and other items that are not articles.",
    "key": "Create a key for HTTP clients.",
    "parse": "Show how wire files are parsed, as JSON Lines.",
    "reenrich": "Annotate indexed stories again.",
    "replay": "Send past messages through the pipeline again.",
    "search": "Search enriched articles.",
    "searches": "Save searches that alert, and try them.",
    "sources": "Show each source: its last story, pace, refusals and silence.",
    "skipped": "Show skipped items: pictures, events and other non-articles.",
    "top": "Watch stages, rates, lag, latency and dead letters live.",
    "serve": "Serve the search page and the JSON API.",
    "topics": "Create and list the Kafka topics.",
    "worker": "Run the stages: read, enrich, index, alert and, if configured, archive.",
}


OTHERS = 0o077


class LazyGroup(CommandGroup):
    """A group whose commands are imported when asked for, so that ``--help`` costs no models."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command called ``cmd_name``, from the module of that name."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(f"streams.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return with_examples(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from the table, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


def with_examples(command: click.Command) -> click.Command:
    r"""The command, its own commands too, with help texts whose examples keep their lines.

    click leaves lines as they are after a backspace character, which raw docstrings can only spell: ``\b``.
    """
    command.help = (command.help or "").replace("\\b\n", "\b\n")
    for inner in getattr(command, "commands", {}).values():
        with_examples(inner)
    return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="newswire")
def newswire() -> None:
    r"""Turn news wires into a searchable archive of who is for or against whom.

    Settings come from the environment and .env. The main ones are NEWSWIRE_KAFKA (host:port,…) and NEWSWIRE_INDEX
    (http://host:9200 or sqlite:///file); docs/settings.md lists all.

    \b
    Examples:
      newswire topics create
      newswire worker
      newswire feed files wire/*.xml stories.jsonl.gz
      newswire search '"one-China policy"' --holder Putin --label favor
    """


def main() -> None:
    """Run ``newswire`` and exit: 0 done, 1 failed, 2 wrong usage. Our own errors print as one line."""
    with_examples(newswire)
    os.umask(os.umask(OTHERS) | OTHERS)  # what we and our libraries write is for its owner
    try:
        newswire(standalone_mode=True)
    except NewswireError as error:
        click.echo(f"newswire: {error}", err=True)
        sys.exit(1)
    except ModuleNotFoundError as error:
        if (missing := extra_for(" ".join(["newswire", *sys.argv[1:2]]), error)) is None:
            raise
        click.echo(f"newswire: {missing}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); point stdout away so that the exit stays quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
