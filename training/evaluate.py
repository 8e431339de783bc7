"""Scores a shipped or exported model on the dev files.

In: a model folder as `processors.encoder.encoder.load` reads it. Out: a JSON report of every score the model card
tells. Run: `python -m training.evaluate --models processors/models`. Files are only scored, never learned from.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from processors.encoder import encoder
from processors.encoder.encoder import Encoded, Encoder
from processors.evaluation import opinion_scores, seesaw
from processors.evaluation import scoring as score
from processors.stance.pairs import Paired
from training import corpora

SCORED = ("PERSON", "ORG", "LOC")
KINDS = {"PERSON": "PERSON", "ORGANIZATION": "ORG", "LOCATION": "LOC", "GPE": "LOC", "FACILITY": "FAC"}
PENALTY = 300.0  # of the sentence head; the features are as many as a third of the ratings


def entities(model: Encoder, path: Path) -> dict[str, Any]:
    """Score exact spans; the model sees each sentence by itself, tokens joined by spaces."""
    sentences = corpora.read_columns(path)
    texts = [" ".join(token for token, _ in rows) for rows in sentences]
    begun = time.perf_counter()
    encoded = model.encode(texts)
    seconds = time.perf_counter() - begun
    rows = []
    for sentence, found in zip(sentences, encoded, strict=True):
        tokens = [token for token, _ in sentence]
        predicted = score.token_spans(tokens, [(m.start, m.end, kind(m.type)) for m in found.mentions])
        labelled = [(a, b, kind(name)) for a, b, name in score.bio_spans([tag for _, tag in sentence])]
        rows.append((tokens, labelled, predicted))
    overall, by_type = score.entity_f1(rows, SCORED)
    return {"overall": overall, "by_type": by_type, "words_per_second": sum(map(len, sentences)) / seconds}


def kind(name: str) -> str:
    """The type that the score counts by: cities and buildings are places, as in the file."""
    return KINDS.get(name.upper(), name.upper())


def stance(model: Encoder, path: Path) -> opinion_scores.OpinionScores:
    """Score the stance head by itself on given pairs."""

    def judge(some: Sequence[Paired]) -> list[int]:
        encoded = model.encode([each.text for each in some])
        chances = model.stances([(e, [(each.p, each.q)]) for e, each in zip(encoded, some, strict=True)])
        return [int(np.argmax(row[0])) for row in chances]

    return opinion_scores.stance(judge, corpora.stance_pairs(path))


def sentences(path: Path) -> tuple[list[str], list[str], list[float]]:
    """Read the rated editorial sentences: ids, texts, ratings between −1 and 1."""
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return [line[0] for line in lines], [line[2] for line in lines], [float(line[1]) / 4 for line in lines]


def features(model: Encoder, encoded: Sequence[Encoded]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Describe each text as the sentence head sees it."""
    return model.sentence_features(encoded)


def ridge(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any], penalty: float) -> tuple[np.ndarray[Any, Any], float]:
    """Fit a line with a penalty on all but its constant."""
    mean, middle = x.mean(axis=0), y.mean()
    spread = x.std(axis=0) + 1e-6
    z = (x - mean) / spread
    weight = np.linalg.solve(z.T @ z + penalty * np.eye(z.shape[1]), z.T @ (y - middle)) / spread
    return weight, float(middle - mean @ weight)


def crossed(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any], ids: Sequence[str], penalty: float) -> float:
    """Correlate ratings with predictions made by five folds; one editorial's sentences share a fold."""
    editorials = sorted({i.split("_")[0] for i in ids}, key=int)
    fold = np.array([editorials.index(i.split("_")[0]) % 5 for i in ids])
    predicted = np.zeros(len(y))
    for number in range(5):
        weight, constant = ridge(x[fold != number], y[fold != number], penalty)
        predicted[fold == number] = x[fold == number] @ weight + constant
    return score.pearson(predicted.tolist(), y.tolist())


def report(model: Encoder) -> dict[str, Any]:
    """Score everything."""
    root = corpora.folder()
    ids, texts, ratings = sentences(root / "sentiment/nyt_sentences.tsv")
    x = features(model, model.encode(texts))
    return {
        "entities": entities(model, root / "ner/worldwide.dev.tsv"),
        **{
            f"sentiment_{part}": opinion_scores.sentiment(
                model, corpora.news_sentiment(root / f"sentiment/newsmtsc.dev_{part}.jsonl")
            )
            for part in ("rw", "mt")
        },
        "stance": stance(model, root / "stance/dse.dev.tsv"),
        "seesaw": seesaw.scores(model, seesaw.read((root / "stance/seesaw.valid.jsonl").open(encoding="utf-8"))),
        "sentence_pearson": crossed(x, np.array(ratings), ids, PENALTY),
    }


def brief(found: dict[str, Any]) -> str:
    """Put the report's main scores on one line."""
    by = found["stance"]["by_class"]
    return (
        f"entities {found['entities']['overall']['f1']:.1f}  "
        f"sentiment {found['sentiment_rw']['macro_f1']:.1f} / {found['sentiment_mt']['macro_f1']:.1f}  "
        f"stance {found['stance']['macro_f1']:.1f} favor {by['favor']['f1']:.1f} against {by['against']['f1']:.1f}  "
        f"seesaw {found['seesaw']['micro_f1']:.1f}  sentence r {found['sentence_pearson']:.3f}"
    )


def main() -> None:
    """Score one model folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=encoder.MODELS)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the whole report here")
    options = parser.parse_args()
    found = report(encoder.load(options.models, intra_op_threads=options.threads))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(brief(found))


if __name__ == "__main__":
    main()
