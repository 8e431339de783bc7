"""``newswire annotate``: reads JSON Lines of texts, prints JSON Lines of annotations. Needs no Kafka."""

import gzip
import itertools
import sys
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, Protocol

import click
import msgspec

from processors import pipeline as processors
from processors.annotations import Annotations
from processors.text.bounds import bounded
from processors.text.language import ENGLISH, language_of, read_as
from search.characters import escaped
from streams.agents.annotation_bounds import bounds_of, truncation_note
from streams.cli.explain import explained
from streams.records import annotated_text
from streams.settings import settings

BATCH = 16
LONGEST_LINE = 4 * 1024 * 1024  # bytes; a longer line is refused without being held in memory


class Lines(Protocol):
    """Bytes that are read line by line: a file, standard input or an unpacked .gz."""

    def readline(self, size: int = -1, /) -> bytes:
        """The next line, or its first ``size`` bytes; empty at the end."""


class Given(NamedTuple):
    """One input line: its id and text, or why it is refused."""

    line: int
    id: str
    text: str
    refused: str = ""
    language: str = ""
    note: str = ""


class _Story(msgspec.Struct):
    """The fields that are read of an input line; others are ignored."""

    id: str | int | None = None
    headline: str | None = None
    body: str | None = None
    language: str | None = None


@click.command()
@click.argument("file", type=click.Path(allow_dash=True, path_type=Path))
@click.option(
    "--pipeline",
    default=None,
    help="newsreader (built in), or a spaCy pipeline: a package or a folder.  [default: NEWSWIRE_PIPELINE]",
)
@click.option("--batch", default=BATCH, show_default=True, type=click.IntRange(1, 1000), help="Texts per batch.")
@click.option(
    "--longest", default=200_000, show_default=True, type=click.IntRange(1), help="Maximum characters per text."
)
@click.option(
    "--explain", is_flag=True, help="Print text for people: each stance with its level, score, cue and evidence."
)
def annotate(file: Path, pipeline: str | None, batch: int, longest: int, explain: bool) -> None:
    r"""Annotate texts without Kafka: entities, sentiment and stance.

    FILE has one JSON object per line, with headline or body or both, and an id. "-" is standard input; .gz files are
    unpacked. Each line gives one JSON object, in the same order: id, language, text, entities,
    sentiment, stance, models, failures and notes. All offsets count the characters of "text", which is headline, blank
    line, body. A line that cannot be read gives {"line", "refused"}; the exit status is 1 only if no line could
    be read. Only the beginning of a very long text is annotated, and a note says so
    (NEWSWIRE_ANNOTATED_CHARACTERS, _SENTENCES, _TOKENS).

    Aliases and pipelines for languages other than English come from the settings. Where a language has no pipeline,
    entities, sentiment and stance are null.

    --explain prints text instead: the tone toward each entity, and of each stance its level (high, medium or low), its
    score, the cue and the evidence.

    \b
    Examples:
      newswire annotate stories.jsonl.gz > annotations.jsonl
      echo '{"id": "1", "headline": "Putin backs Xi"}' | newswire annotate -
      newswire annotate --explain stories.jsonl | less
      newswire annotate --pipeline en_core_web_trf stories.jsonl
    """
    with ExitStack() as stack:
        lines = _lines(stack, file)
        ours = settings()
        try:
            annotators = processors.load(pipeline or ours.pipeline, ours.others, ours.aliases)
        except ValueError as error:
            raise click.UsageError(f"--pipeline or settings: {error}") from None
        shown = _told if explain else _json
        read, refused = _run(annotators, _given(lines, longest), batch, shown, frozenset(ours.others))
    if refused:
        click.echo(f"newswire: {refused} of {read + refused} lines rejected", err=True)
    if refused and not read:
        sys.exit(1)


def _run(
    annotators: processors.Annotators,
    given: Iterable[Given],
    batch: int,
    shown: Callable[[Given, Annotations | None], bytes],
    others: Collection[str],
) -> tuple[int, int]:
    """Annotate batch by batch, write as it goes, and count the lines read and refused."""
    read = refused = 0
    out, bounds = sys.stdout.buffer, bounds_of(settings())
    for some in _batched(given, batch):
        annotations = iter(annotators.annotate([each.text for each in some if not each.refused], bounds))
        for each in some:
            out.write(shown(each, None if each.refused else in_language(next(annotations), each.language, others)))
            read, refused = read + (not each.refused), refused + bool(each.refused)
        out.flush()
    return read, refused


def in_language(found: Annotations, language: str, others: Collection[str]) -> Annotations:
    """The annotations that apply to a text in that language; ``others`` have a pipeline for entities."""
    spoken = read_as(language)
    if spoken == ENGLISH:
        return found
    kept = {"entities"} if spoken in others else set()
    models = {name: model for name, model in found.models.items() if name in kept}
    entities = found.entities if "entities" in kept else None
    return msgspec.structs.replace(found, entities=entities, sentiment=None, stance=None, models=models)


def _json(given: Given, found: Annotations | None) -> bytes:
    refusal = {"line": given.line, "refused": given.refused}
    row = (
        refusal
        if found is None
        else {
            "id": given.id,
            "language": given.language,
            "text": given.text,
            **msgspec.structs.asdict(found),
            "notes": [given.note] if given.note else [],
        }
    )
    return msgspec.json.encode(row) + b"\n"


def _told(given: Given, found: Annotations | None) -> bytes:
    if found is None:
        return f"line {given.line} rejected: {escaped(given.refused)}\n\n".encode()
    note = f"{given.note}\n" if given.note else ""
    return f"{explained(given.id, given.text, found)}\n{note}".encode(errors="replace")


def _batched(given: Iterable[Given], size: int) -> Iterator[tuple[Given, ...]]:
    rest = iter(given)
    while some := tuple(itertools.islice(rest, size)):
        yield some


def _lines(stack: ExitStack, file: Path) -> Lines:
    if str(file) == "-":
        return sys.stdin.buffer
    try:
        opened = stack.enter_context(file.open("rb"))
    except OSError as error:
        raise click.FileError(str(file), error.strerror or str(error)) from None
    return stack.enter_context(gzip.GzipFile(fileobj=opened)) if file.suffix == ".gz" else opened


def _given(lines: Lines, longest: int) -> Iterator[Given]:
    """The input line by line; blank lines are passed over, and what cannot be read says why."""
    number = 0
    try:
        while line := lines.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                _skip_line(lines, line)
                yield Given(number, "", "", f"longer than {LONGEST_LINE} bytes")
            elif line.strip():
                yield _read(number, line, longest)
    except (OSError, EOFError, zlib.error) as error:  # a .gz that is none, or is cut short
        yield Given(number + 1, "", "", f"cannot read further: {error}")


def _skip_line(lines: Lines, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = lines.readline(LONGEST_LINE)


def _read(number: int, line: bytes, longest: int) -> Given:
    try:
        story = msgspec.json.decode(line, type=_Story)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return Given(number, "", "", f"not a JSON object of a story: {error}")
    text = annotated_text(story.headline or "", story.body or "")
    identity = str(number if story.id is None else story.id)
    if not text.strip():
        return Given(number, identity, "", "neither headline nor body has text")
    if len(text) > longest:
        return Given(number, identity, "", f"{len(text)} characters, {longest} allowed (--longest)")
    bounds = bounds_of(settings())
    note = truncation_note(text, bounded(text, bounds), bounds)
    return Given(number, identity, text, language=language_of(text, story.language or ""), note=note)
