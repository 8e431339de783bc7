"""``newswire evaluate sentiment``, ``… stance`` and ``… frames``: how good opinions are, on files that you bring."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec
from rich.console import Console
from rich.table import Table

from streams.settings import settings

T = TypeVar("T")
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")


@click.command()
@FILE
@JSON
def sentiment(file: Path, as_json: bool) -> None:
    r"""Score sentiment toward given targets on FILE: JSON Lines with NewsMTSC's fields, compared with VADER.

    A line has sentence, mention or from and to (the target's characters), and polarity (-1, 0 or 1; null leaves it
    out). Scores are in percent: macro_f1 over negative, neutral and positive, micro_f1 (which is accuracy),
    and by_class.

    \b
    Examples:
      newswire evaluate sentiment newsmtsc.dev_rw.jsonl
      newswire evaluate sentiment newsmtsc.dev_mt.jsonl --json | jq .macro_f1
      newswire evaluate sentiment mentions.dev.jsonl
    """
    from processors.encoder import encoder
    from processors.evaluation import labelled_sentences, opinion_scores

    examples = _read(file, labelled_sentences.read_targets)
    _show(opinion_scores.sentiment(encoder.load(), examples), "Sentiment toward targets", as_json)


@click.command()
@FILE
@JSON
def stance(file: Path, as_json: bool) -> None:
    r"""Score directed stance between given pairs on FILE, compared with always giving the most common answer.

    FILE ends in .tsv with DSE's fields: sentence, p, q (both in brackets in the sentence) and label 0 none, 1 p favors
    q, 2 q favors p, 3 p against q, 4 q against p. Each row counts twice, once each way: favor, against or none.

    If FILE ends in .jsonl, it has SEESAW's articles: the polarity (favor or against) of each stance annotated in a
    sentence is predicted, given its source and target; by_article predicts it for each pair from the whole article.

    \b
    Examples:
      newswire evaluate stance dse.dev.tsv
      newswire evaluate stance seesaw.valid.jsonl --json | jq .micro_f1
    """
    from processors.encoder import reading
    from processors.evaluation import labelled_sentences, opinion_scores, seesaw
    from processors.stance.judging import StanceAnnotator

    if file.suffix == ".jsonl":
        articles = _read(file, seesaw.read)
        gold = [each.label for article in articles for each in article.stances]
        if not gold:
            raise click.BadParameter(f"{file}: no stance is annotated, so there is nothing to score", param_hint="FILE")
        found = seesaw.scores(reading.load().encoder, articles)
        beside = opinion_scores.majority(gold, ("favor", "against"))
        return _show({**found, "beside": beside}, "Polarity of stances", as_json)
    pairs = _read(file, labelled_sentences.read_pairs)
    return _show(opinion_scores.stance(StanceAnnotator(reading.load()).judge, pairs), "Stance between pairs", as_json)


@click.command()
@FILE
@JSON
def frames(file: Path, as_json: bool) -> None:
    r"""Score the stances found in sentences on FILE: JSON Lines, each a sentence with all its stances.

    A line has sentence and stances, each with holder and target as [from, to] in characters, and label (favor or
    against). Relaxed: the label is correct, and holder and target each overlap the labelled ones. Strict: they have the
    same words, ignoring a leading article or possessive. calibration_error is the mean gap between a row's score and
    the share of such rows that are correct (relaxed).

    \b
    Examples:
      newswire evaluate frames frames.dev.jsonl
      newswire evaluate frames frames.dev.jsonl --json | jq '.by_least_score[] | {least, relaxed}'
    """
    from processors.evaluation import frames as scoring
    from processors.pipeline import load

    sentences = _read(file, scoring.read)
    config = settings()
    found = scoring.score(load(config.pipeline, aliases=config.aliases).stance, sentences)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
        return
    columns = ("relaxed P", "R", "F1", "strict P", "R", "F1")
    table = Table("score", "rows", *columns, title="Stances by least score, percent")
    for row in found["by_least_score"]:
        both = [
            each for way in (row["relaxed"], row["strict"]) for each in (way["precision"], way["recall"], way["f1"])
        ]
        table.add_row(f"≥ {row['least']:g}", str(row["rows"]), *(f"{each:.1f}" for each in both))
    Console().print(table)
    Console().print(f"calibration error {found['calibration_error']:.3f}")


def _read(file: Path, reader: Callable[[list[str]], list[T]]) -> list[T]:
    from processors.evaluation.labelled_sentences import BadLine

    try:
        examples = reader(file.read_text(encoding="utf-8-sig").splitlines())
    except (BadLine, UnicodeDecodeError, OSError) as error:
        raise click.BadParameter(f"{file}: {error}", param_hint="FILE") from None
    if not examples:
        raise click.BadParameter(f"{file}: it is empty, so there is nothing to score", param_hint="FILE")
    return examples


def _show(found: Mapping[str, Any], title: str, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
        return
    table = Table("", "precision", "recall", "F1", "examples", title=f"{title}, percent")
    for name, each in found["by_class"].items():
        numbers = (f"{each[key]:.1f}" for key in ("precision", "recall", "f1"))
        table.add_row(name, *numbers, str(each["support"]))
    table.add_section()
    table.add_row("macro-F1", "", "", f"{found['macro_f1']:.1f}", str(found["examples"]))
    table.add_row("micro-F1", "", "", f"{found['micro_f1']:.1f}", str(found["examples"]))
    for name, value in found["beside"].items():
        table.add_row(f"beside it, {name.replace('_', ' ')}", "", "", f"{value:.1f}", "")
    if "by_article" in found:
        table.add_row(
            "by article, micro-F1", "", "", f"{found['by_article']['micro_f1']:.1f}", str(found["by_article"]["pairs"])
        )
    table.add_row("sentences per second", "", "", f"{found['sentences_per_second']:,.0f}", "")
    Console().print(table)
