"""The shared encoder at run time: one int8 pass a sentence serves entities, sentiment and stance alike.

In: texts. Out: for each an `Encoded` with sub-token offsets, hidden states and entity mentions; and, for
spans given as character offsets, sentiment toward a target and stance between a pair. Pure: it reads its
weight files once, checks them against the manifest's SHA-256, and needs numpy, onnxruntime and tokenizers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from processors.encoder import heads, native_runs
from processors.encoder.heads import Floats, Weights
from processors.encoder.pieces import Pieces, Span, pieces_of, to_pieces

onnxruntime.disable_telemetry_events()  # for a program that imported it before us, and so without our switch
onnxruntime.set_default_logger_severity(3)  # errors only: its lines are coloured, and no JSON. What fails is raised

MODELS = Path(__file__).parents[1] / "models"
WINDOW = 192  # sub-tokens the model was trained on at most, marks included
OVERLAP = 48
ARTICLES = frozenset({"a", "an", "the"})  # name nothing by themselves
BATCH_TOKENS = 768  # larger batches fall out of the cache of one core and run slower


Chances = tuple[float, ...]


class BadWeightsError(RuntimeError):
    """A weight file is missing or is not the one that the manifest names."""


class Mention(NamedTuple):
    """An entity in the text, by character offsets, with its type and the model's confidence."""

    start: int
    end: int
    type: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text as the encoder saw it; row i of `hidden` belongs to sub-token i of `pieces`."""

    text: str
    pieces: Pieces
    hidden: Floats
    mentions: tuple[Mention, ...]

    @property
    def offsets(self) -> list[Span]:
        """Where each sub-token stands in the text; empty for the two marks at the ends."""
        return self.pieces.offsets


class Encoder:
    """Weights in memory; safe to use from several threads at once."""

    def __init__(self, session: Any, tokenizer: Any, weights: Weights, types: Sequence[str]) -> None:
        """Keep what `load` has read and checked."""
        self._session = session
        self._tokenizer = tokenizer
        self._weights = weights
        self._types = tuple(types)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode the texts, each by itself; the order of the result is that of the texts."""
        pieces = to_pieces(self._tokenizer, texts)
        width = self._weights["target.query.weight"].shape[0]
        hidden = [np.zeros((len(p.ids), width), dtype=np.float32) for p in pieces]
        logits = [np.zeros((len(p.ids), 2 * len(self._types) + 1), dtype=np.float32) for p in pieces]
        windows = [(text, start, end) for text, p in enumerate(pieces) for start, end in cut(len(p.ids))]
        windows.sort(key=lambda w: w[2] - w[1])
        for group in grouped(windows):
            states, tags = self._run([(pieces[text], start, end) for text, start, end in group])
            for (text, start, end), state, tag in zip(group, states, tags, strict=True):
                low, high = kept(start, end, len(pieces[text].ids))
                hidden[text][low:high] = state[low - start : high - start]
                logits[text][low:high] = tag[low - start : high - start]
        return [
            Encoded(t, p, h, tuple(m for m in self._mentions(p, tag) if t[m.start : m.end].casefold() not in ARTICLES))
            for t, p, h, tag in zip(texts, pieces, hidden, logits, strict=True)
        ]

    def _run(self, windows: Sequence[tuple[Pieces, int, int]]) -> tuple[Floats, Floats]:
        """Pad one batch and put it through the graph."""
        longest = max(end - start for _, start, end in windows)
        ids = np.zeros((len(windows), longest), dtype=np.int64)
        shapes = np.full_like(ids, 7)
        mask = np.zeros(ids.shape, dtype=np.float32)
        for row, (pieces, start, end) in enumerate(windows):
            ids[row, : end - start] = pieces.ids[start:end]
            shapes[row, : end - start] = pieces.shapes[start:end]
            mask[row, : end - start] = 1
        with native_runs.native():
            hidden, tags = self._session.run(["hidden", "tags"], {"ids": ids, "shapes": shapes, "mask": mask})
        return hidden, tags

    def _mentions(self, pieces: Pieces, logits: Floats) -> tuple[Mention, ...]:
        """Read the entities off the tags of each word's first sub-token."""
        firsts = [i for i, w in enumerate(pieces.words) if w >= 0 and w != pieces.words[i - 1]]
        if not firsts:
            return ()
        ends = {word: end for word, (_, end) in zip(pieces.words, pieces.offsets, strict=True)}
        runs = heads.tag_runs(*heads.best_tags(logits[firsts]))
        return tuple(
            Mention(pieces.offsets[firsts[a]][0], ends[pieces.words[firsts[b - 1]]], self._types[kind], sure)
            for a, b, kind, sure in runs
        )

    def sentiments(self, asked: Sequence[tuple[Encoded, Sequence[Span]]]) -> list[list[Chances]]:
        """Give the chances of negative, neutral and positive sentiment toward each character span of each text."""
        some = [(encoded, spans) for encoded, spans in asked if spans]
        if not some:
            return [[] for _ in asked]
        found = [[pieces_of(span, encoded.pieces) for span in spans] for encoded, spans in some]
        logits = heads.target_logits(self._weights, [encoded.hidden for encoded, _ in some], found)
        return dealt(logits, [len(spans) for _, spans in asked])

    def stances(self, asked: Sequence[tuple[Encoded, Sequence[tuple[Span, Span]]]]) -> list[list[Chances]]:
        """Give, for each pair of spans, the chances of none, p→q favor, q→p favor, p→q against, q→p against."""
        some = [(encoded, pairs) for encoded, pairs in asked if pairs]
        if not some:
            return [[] for _ in asked]
        found = [[(pieces_of(p, each.pieces), pieces_of(q, each.pieces)) for p, q in pairs] for each, pairs in some]
        logits = heads.pair_logits(self._weights, [encoded.hidden for encoded, _ in some], found)
        return dealt(logits, [len(pairs) for _, pairs in asked])

    def target_sentiment(self, encoded: Encoded, spans: Sequence[Span]) -> list[Chances]:
        """As `sentiments`, of one text."""
        return self.sentiments([(encoded, spans)])[0]

    def pair_stance(self, encoded: Encoded, p_spans: Sequence[Span], q_spans: Sequence[Span]) -> list[Chances]:
        """As `stances`, of one text."""
        return self.stances([(encoded, list(zip(p_spans, q_spans, strict=True)))])[0]

    def sentence_features(self, encoded: Sequence[Encoded]) -> Floats:
        """Describe whole texts as the sentence head sees them."""
        return heads.sentence_features(self._weights, [each.hidden for each in encoded])

    def sentence_sentiments(self, encoded: Sequence[Encoded]) -> list[float]:
        """Give the sentiment of each whole text, −1 to 1."""
        if not encoded:
            return []
        values = self.sentence_features(encoded) @ self._weights["sentence.weight"] + self._weights["sentence.bias"]
        return [float(value) for value in np.clip(values, -1, 1)]


def dealt(logits: Floats, counts: Sequence[int]) -> list[list[Chances]]:
    """Turn scores into chances, and deal them out to the texts that they belong to."""
    rows = iter(heads.softmax(logits).tolist())
    return [[tuple(next(rows)) for _ in range(count)] for count in counts]


def cut(length: int) -> Iterator[Span]:
    """Cut a text of so many sub-tokens into windows that overlap."""
    start = 0
    while True:
        end = min(length, start + WINDOW)
        yield start, end
        if end == length:
            return
        start = end - OVERLAP


def kept(start: int, end: int, length: int) -> Span:
    """Say which part of a window counts: up to the middle of what it shares with its neighbours."""
    return start + (OVERLAP // 2 if start else 0), end - (OVERLAP // 2 if end < length else 0)


def grouped(windows: Sequence[tuple[int, int, int]]) -> Iterator[list[tuple[int, int, int]]]:
    """Put windows, sorted by length, into batches of at most BATCH_TOKENS."""
    group: list[tuple[int, int, int]] = []
    for window in windows:
        if group and (len(group) + 1) * (window[2] - window[1]) > BATCH_TOKENS:
            yield group
            group = []
        group.append(window)
    if group:
        yield group


def load(path: Path = MODELS, *, intra_op_threads: int = 1, verify: bool = True) -> Encoder:
    """Load the model in `path`; refuse files that differ from its manifest."""
    manifest = read_manifest(path, verify=verify)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = intra_op_threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path / manifest["graph"]), options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(path / manifest["tokenizer"]))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    with np.load(path / manifest["heads"], allow_pickle=False) as stored:
        weights = {name: stored[name].astype(np.float32) for name in stored.files}
    return Encoder(session, tokenizer, weights, manifest["types"])


def read_manifest(path: Path, *, verify: bool = True) -> dict[str, Any]:
    """Read the manifest and, unless told not to, check every file that it names."""
    try:
        manifest: dict[str, Any] = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise BadWeightsError(f"no manifest.json in {path}: train or install a model first") from missing
    for name, wanted in manifest["sha256"].items() if verify else ():
        if not (path / name).is_file():
            raise BadWeightsError(f"{path / name} is missing")
        found = hashlib.sha256((path / name).read_bytes()).hexdigest()
        if found != wanted:
            raise BadWeightsError(f"{path / name} is not the file in the manifest: {found}, wanted {wanted}")
    return manifest
