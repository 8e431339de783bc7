"""``newswire dead …``: shows what was refused and why, and puts it back where it came from."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import wraps
from typing import Any

import click
import msgspec
from rich.table import Table
from rich.text import Text

from search.characters import escaped
from streams.cli.options import FORMS, CommandGroup, Moment
from streams.cli.terminal import cell, console, progress
from streams.dead_letters.choosing import LetterSelection
from streams.dead_letters.store import DeadStore
from streams.errors import NewswireError
from streams.kafka.reader import TopicReader, of_existing
from streams.kafka.stages import STAGES
from streams.operations.admin_log import logged_action, unless_dry_run
from streams.records import DeadLetter
from streams.settings import settings

VALUE_SHOWN = 2000  # bytes
MEMBERS_SHOWN = 20


@click.group(cls=CommandGroup)
def dead() -> None:
    r"""Show and re-queue dead letters.

    A message that a stage rejects goes to news.dead in full, with the reason.

    \b
    Examples:
      newswire dead list --stage read --since 24h
      newswire dead show news.raw:3:14
      newswire dead replay --error Rejected --source reuters --dry-run
      newswire dead export --all > letters.jsonl
    """


def choosing(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that choose dead letters, as one ``selection``."""

    @click.option("--stage", type=click.Choice(list(STAGES)), help="Rejected by this stage.")
    @click.option("--error", help="Rejected with this error class, such as Rejected.")
    @click.option("--source", help="From this agency or feed.")
    @click.option("--since", type=Moment(), help=f"Rejected since: {FORMS}.")
    @click.option("--until", type=Moment(end=True), help="Rejected before this time; a date includes that whole day.")
    @click.option("--id", "ids", multiple=True, help="This dead letter; repeatable.")
    @wraps(command)
    def wrapped(
        stage: str | None,
        error: str | None,
        source: str | None,
        since: datetime | None,
        until: datetime | None,
        ids: tuple[str, ...],
        **others: Any,
    ) -> None:
        selection = LetterSelection(ids, stage or "", error or "", source or "", since, until)
        command(selection=selection, **others)

    return wrapped


@contextmanager
def catalogue() -> Iterator[tuple[DeadStore, TopicReader]]:
    """All dead letters, read now."""
    with TopicReader(settings()) as reader, closing(DeadStore(settings())) as store, progress() as bar:
        total = sum(bound.end - bound.start for bound in of_existing(store.topic, reader.bounds(store.topic)))
        task = bar.add_task("reading dead letters", total=total)
        store.read_on(reader, seen=lambda: bar.advance(task))
        bar.stop()
        for where, why in store.unreadable:
            click.echo(f"newswire: {where} is not a dead letter: {escaped(why)}", err=True)
        if store.unreadable_count > len(store.unreadable):
            click.echo(f"newswire: {store.unreadable_count} such messages in total", err=True)
        yield store, reader


@dead.command(name="list")
@choosing
@click.option("--all", "replayed", is_flag=True, help="Include those already replayed.")
@click.option("--each", is_flag=True, help="List each dead letter, newest first, instead of groups.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines.")
def list_letters(selection: LetterSelection, *, replayed: bool, each: bool, as_json: bool) -> None:
    """Count dead letters by stage, error and source.

    The newest of each group is its example; --each lists every dead letter.
    """
    selection = msgspec.structs.replace(selection, replayed=replayed)
    with catalogue() as (store, _):
        found: Iterator[Any] = store.summaries(selection) if each else iter(store.groups(selection))
        if as_json:
            for one in found:
                click.echo(msgspec.json.encode(one))
        elif each:
            _print_each(found)
        else:
            _print_groups(list(found))


def _print_groups(groups: list[Any]) -> None:
    out = console()
    for group in groups:
        line = cell(f"{group.letters} × {group.stage}: {group.error}")
        line.stylize("bold")
        tried = f", up to {group.attempts} attempts" if group.attempts > 1 else ""
        last = f"{group.last:%Y-%m-%d %H:%M:%S}"
        line.append(f"  source {escaped(group.source) or '-'}, last at {last} UTC{tried}", style="not bold")
        out.print(line)
        out.print(Text("  ").append(cell(f"{group.example}  {group.message}", 500)))
    if not groups:
        click.echo("no dead letters", err=True)


def _print_each(letters: Iterator[Any]) -> None:
    out = console()
    for letter in letters:
        line = cell(f"{letter.failed_at:%Y-%m-%d %H:%M:%S}  {letter.id}")
        line.stylize("bold")
        state = {"": "", "begun": "  (replay started)", "done": "  (replayed)"}[letter.replayed]
        line.append(f"  {letter.stage}  {escaped(letter.error)}  {escaped(letter.source)}{state}", style="not bold")
        out.print(line)
        out.print(Text("  ").append(cell(letter.message, 500)))


@dead.command()
@click.argument("letter_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print the whole record as JSON, bytes as base64.")
@click.option("--bytes", "as_bytes", is_flag=True, help="Print only the rejected bytes.")
def show(letter_id: str, *, as_json: bool, as_bytes: bool) -> None:
    """Show one dead letter in full, replayed or not."""
    if as_json and as_bytes:
        raise click.UsageError("--json and --bytes cannot be combined")
    selection = LetterSelection((letter_id,), replayed=True)
    with catalogue() as (store, reader):
        summary = next(store.summaries(selection), None)
        letter = next(store.letters(selection, reader), None)
    if summary is None:
        raise NewswireError(f"there is no dead letter {letter_id!r}; newswire dead list --each --all shows the ids")
    if letter is None:
        place = f"{summary.topic}[{summary.partition}]@{summary.offset}"
        raise NewswireError(f"{summary.message} (its {summary.size} bytes were at {place} and are no longer there)")
    if as_bytes:
        sys.stdout.buffer.write(letter.value)
    elif as_json:
        click.echo(msgspec.json.encode(letter))
    else:
        _print_letter(letter, summary.replayed)


def _print_letter(letter: DeadLetter, replayed: str) -> None:
    facts = {
        "id": letter.id,
        "rejected by": f"{letter.stage}{f', part {letter.part}' if letter.part else ''}",
        "error": letter.error,
        "reason": letter.message,
        "source": letter.source or "-",
        "came from": f"{letter.topic}[{letter.partition}]@{letter.offset}",
        "rejected at": letter.failed_at.isoformat(timespec="seconds"),
        "attempts": letter.attempts,
        "version": letter.software_version,
        "article": letter.article_id or "-",
        "replayed": {"": "no", "begun": "started, not known to have finished", "done": "yes"}[replayed],
        "key": (letter.key or b"").decode("utf-8", "backslashreplace"),
        **{f"rejected {one.member}": one.reason for one in letter.refused[:MEMBERS_SHOWN]},
        **({"rejected": f"{_more(letter)} more"} if _more(letter) else {}),
        **{f"header {name}": value.decode("utf-8", "backslashreplace") for name, value in letter.headers},
    }
    out = console()
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        table.add_row(cell(name), cell(value, 3000))
    out.print(table)
    size = len(letter.value)
    more = f", the first {VALUE_SHOWN}" if size > VALUE_SHOWN else ""
    out.print(f"\n{size} bytes{more} (--bytes prints all):", style="dim")
    out.print(escaped(letter.value[:VALUE_SHOWN].decode("utf-8", "backslashreplace")))


def _more(letter: DeadLetter) -> int:
    """How many refused members are not shown."""
    return letter.unlisted + max(0, len(letter.refused) - MEMBERS_SHOWN)


@dead.command()
@choosing
@click.option("--everything", is_flag=True, help="All dead letters, if no other option selects.")
@click.option("--dry-run", is_flag=True, help="Only count; send nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def replay(selection: LetterSelection, *, everything: bool, dry_run: bool, as_json: bool) -> None:
    """Re-queue dead letters, each once.

    Each goes back to the topic that it came from. Safe to repeat and to interrupt: what was replayed is not replayed
    again. A message that fails again becomes a new dead letter, with one more attempt.
    """
    from streams.dead_letters.replay import Replayer

    if selection == LetterSelection() and not everything:
        raise click.UsageError("say which: --stage, --error, --source, --since, --until, --id, or --everything")
    act = logged_action(settings(), "dead replay", **msgspec.structs.asdict(selection))
    with unless_dry_run(dry_run, act) as outcome, catalogue() as (store, reader), progress() as bar:
        total = sum(group.letters for group in store.groups(selection))
        task = bar.add_task("replaying", total=total)
        counts = Replayer(settings(), store, reader).run(selection, dry_run=dry_run, seen=lambda: bar.advance(task))
        outcome.update(msgspec.structs.asdict(counts))
    if as_json:
        click.echo(msgspec.json.encode({"dry_run": dry_run, **msgspec.structs.asdict(counts)}))
        return
    would = "would re-queue" if dry_run else "re-queued"
    click.echo(f"{counts.letters} dead letters selected, {would} {counts.messages} messages")
    if counts.found:
        click.echo(f"  {counts.found} were re-queued by an interrupted run")
    if counts.foreign:
        click.echo(f"  {counts.foreign} left alone: they come from topics of another pipeline")
    if counts.gone:
        click.echo(f"  {counts.gone} cannot be re-queued: their messages are no longer in Kafka")


@dead.command()
@choosing
@click.option("--all", "replayed", is_flag=True, help="Include those already replayed.")
def export(selection: LetterSelection, *, replayed: bool) -> None:
    """Print dead letters in full, as JSON Lines.

    The fields are those of docs/schemas/DeadLetter.json; bytes are in base64.
    """
    selection = msgspec.structs.replace(selection, replayed=replayed)
    with catalogue() as (store, reader):
        for letter in store.letters(selection, reader):
            click.echo(msgspec.json.encode(letter))
