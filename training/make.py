"""Makes the model that ships: trains it, a teacher and then it again under the teacher, exports and scores it.

In: the corpora. Out: `processors/models` written anew, and its scores beside the run. Interrupted, it goes on
where it was. Run: `python -m training.make --work runs/news`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from processors.encoder import encoder
from training import evaluate, export, mpnet, train

# By labels alone. Each stage shortens the schedule that the one before it had begun: processor time was short.
STAGES = (
    "--epochs 3 --rate 8e-5 --stop 624",
    "--epochs 2 --rate 8e-5 --stop 1249",
    "--epochs 2 --rate 1.6e-4 --steps 1550 --average 0.99",
)
FIRST = "step1550.pt"
TEACHER = "--bf16 --rate 4e-5 --epochs 2 --warm 100 --average 0.997 --positive 1.2 --tasks sentiment finance stance"
TAUGHT = (  # the second goes on from where the first ended, with other sentences
    (
        "--bf16 --rate 1e-4 --epochs 3 --steps 3000 --warm 100 --average 0.997 --positive 1.2 --retarget 0.15 "
        "--shares entities=0.5 --unlabelled 60000"
    ),
    (
        "--bf16 --rate 8e-5 --epochs 1 --steps 800 --warm 40 --average 0.99 --positive 1.2 --retarget 0.1 "
        "--shares entities=0.8 --unlabelled 12000 --seed 2"
    ),
)


def newest(folder: Path) -> Path:
    """The last checkpoint of a run."""
    return max(folder.glob("step*.pt"), key=lambda path: int(path.stem[4:]))


def main() -> None:
    """Train, export, score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="for checkpoints")
    parser.add_argument("--out", type=Path, default=encoder.MODELS)
    parser.add_argument("--threads", default="2")
    options = parser.parse_args()
    first, teacher = options.work / "first", options.work / "teacher"

    def run(folder: Path, *line: str) -> None:
        train.train(train.arguments(["--out", str(folder), "--threads", options.threads, *line]))

    for stage in STAGES:
        run(first, *stage.split())
    base = str(mpnet.weights(options.work / "mpnet"))
    run(teacher, "--base", base, *TEACHER.split())
    student = first / FIRST
    for number, stage in enumerate(TAUGHT, 1):
        taught = options.work / f"taught{number}"
        lesson = ("--start", str(student), "--teacher", str(newest(teacher)), "--teacher-base", base)
        run(taught, *lesson, *stage.split())
        student = newest(taught)
    export.export(student, options.out, per_channel=True, reduce_range=True, steady=True)
    found = evaluate.report(encoder.load(options.out))
    (options.work / "scores.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(evaluate.brief(found))


if __name__ == "__main__":
    main()
