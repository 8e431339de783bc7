"""Makes the model that ships: trains in the three stages it was trained in, exports and scores it.

In: the corpora. Out: `processors/models` written anew, and its scores beside the run. Interrupted, it goes on
where it was. Run: `python -m training.make --work runs/news`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from processors import encoder
from training import evaluate, export, train

# Each stage shortens the schedule that the one before it had begun: processor time was short.
STAGES = (
    "--epochs 3 --rate 8e-5 --stop 624",
    "--epochs 2 --rate 8e-5 --stop 1249",
    "--epochs 2 --rate 1.6e-4 --steps 1550 --average 0.99",
)
CHOSEN = "step1550.pt"


def main() -> None:
    """Train, export, score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="for checkpoints")
    parser.add_argument("--out", type=Path, default=encoder.MODELS)
    parser.add_argument("--threads", default="2")
    options = parser.parse_args()
    for stage in STAGES:
        train.train(train.arguments(["--out", str(options.work), "--threads", options.threads, *stage.split()]))
    export.export(options.work / CHOSEN, options.out, per_channel=True, reduce_range=True, steady=True)
    found = evaluate.report(encoder.load(options.out))
    (options.work / "scores.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(evaluate.brief(found))


if __name__ == "__main__":
    main()
