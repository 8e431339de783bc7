"""The shared encoder at run time: one int8 pass a sentence serves entities, sentiment and stance alike.

In: texts. Out: for each an `Encoded` with sub-token offsets, hidden states, names, and chances that its words carry
a stance; the stances that it states; and, for spans given as character offsets, sentiment toward a target and stance
between a pair. Pure: it reads its weight files once, checks them against the manifest's SHA-256, and needs numpy,
onnxruntime and tokenizers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from processors.encoder import given, heads, native_runs, stances
from processors.encoder.heads import Floats, Weights
from processors.encoder.pieces import Offsets, Pieces, cut, kept, pieces_of, to_pieces
from processors.encoder.stances import StatedStance

onnxruntime.disable_telemetry_events()  # for a program that imported it before us, and so without our switch
onnxruntime.set_default_logger_severity(3)  # errors only: its lines are coloured, and no JSON. What fails is raised

MODELS = Path(__file__).parents[1] / "models"
ARTICLES = frozenset({"a", "an", "the"})  # name nothing by themselves
NUMERIC = frozenset({"DATE", "MONEY"})
BATCH_TOKENS = 768  # larger batches fall out of the cache of one core and run slower


Chances = tuple[float, ...]


class Sessions(NamedTuple):
    """The graphs: the encoder with the heads that tag words, and the reader of roles."""

    encoder: Any
    roles: Any


class BadWeightsError(RuntimeError):
    """A weight file is missing or is not the one that the manifest names."""


class TaggedSpan(NamedTuple):
    """A name, date or sum in the text, by character offsets, with its OntoNotes type and the model's confidence."""

    start: int
    end: int
    type: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text as the encoder saw it.

    Row i of ``hidden`` belongs to sub-token i of ``pieces``; row i of ``cues`` to its word i, with the chances that the
    word is no part of a cue, begins one in favor, goes on with it, begins one against, goes on with that.
    """

    text: str
    pieces: Pieces
    hidden: Floats
    mentions: tuple[TaggedSpan, ...]
    cues: Floats

    @property
    def offsets(self) -> list[Offsets]:
        """Where each sub-token stands in the text; empty for the two marks at the ends."""
        return self.pieces.offsets


class Encoder:
    """Weights in memory; safe to use from several threads at once."""

    def __init__(
        self, sessions: Sessions, tokenizer: Any, weights: Weights, manifest: Mapping[str, Any], folder: Path = MODELS
    ) -> None:
        """Keep what `load` has read and checked."""
        self._sessions, self._manifest, self._folder = sessions, manifest, folder
        self._tokenizer = tokenizer
        self._weights = weights
        self._types: Sequence[str] = manifest["types"]  # of the first columns of tags: dates, sums and others
        self._names: Sequence[str] = manifest["names"]  # of the columns after them
        self._certainty: Sequence[float] = manifest["certainty"]

    @property
    def weights(self) -> Weights:
        """The heads' weights by name."""
        return self._weights

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode the texts, each by itself; the order of the result is that of the texts."""
        pieces = to_pieces(self._tokenizer, texts)
        width = self._weights["target.query.weight"].shape[0]
        columns = 2 * (len(self._types) + len(self._names)) + 2 + heads.CUE_TAGS
        hidden = [np.zeros((len(p.ids), width), dtype=np.float32) for p in pieces]
        logits = [np.zeros((len(p.ids), columns), dtype=np.float32) for p in pieces]
        windows = [(text, start, end) for text, p in enumerate(pieces) for start, end in cut(len(p.ids))]
        windows.sort(key=lambda w: w[2] - w[1])
        for group in grouped(windows):
            states, tags = self._run([(pieces[text], start, end) for text, start, end in group])
            for (text, start, end), state, tag in zip(group, states, tags, strict=True):
                low, high = kept(start, end, len(pieces[text].ids))
                hidden[text][low:high] = state[low - start : high - start]
                logits[text][low:high] = tag[low - start : high - start]
        return [self._encoded(*each) for each in zip(texts, pieces, hidden, logits, strict=True)]

    def _encoded(self, text: str, pieces: Pieces, hidden: Floats, logits: Floats) -> Encoded:
        rows = logits[pieces.firsts]
        others = 2 * len(self._types) + 1
        names = self._mentions(pieces, rows[:, others : -heads.CUE_TAGS], self._names)
        rest = [m for m in self._mentions(pieces, rows[:, :others], self._types) if m.type in NUMERIC]
        found = [m for m in names if text[m.start : m.end].casefold() not in ARTICLES]
        found += [m for m in rest if not any(m.start < name.end and name.start < m.end for name in names)]
        return Encoded(text, pieces, hidden, tuple(sorted(found)), heads.softmax(rows[:, -heads.CUE_TAGS :]))

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
            inputs = {"ids": ids, "shapes": shapes, "mask": mask}
            hidden, tags = self._sessions.encoder.run(["hidden", "tags"], inputs)
        return hidden, tags

    @staticmethod
    def _mentions(pieces: Pieces, rows: Floats, types: Sequence[str]) -> list[TaggedSpan]:
        """Read names off the tags of each word's first sub-token."""
        if not len(rows):
            return []
        places = pieces.places
        return [
            TaggedSpan(places[a][0], places[b - 1][1], types[kind], sure)
            for a, b, kind, sure in heads.tag_runs(*heads.best_tags(rows))
        ]

    def stated(self, texts: Sequence[Encoded]) -> list[list[StatedStance]]:
        """The stances that each text states, surest first, by character offsets."""
        asked = [(text, cue) for text, each in enumerate(texts) for cue in stances.cues(each.cues)]
        asked.sort(key=lambda one: len(texts[one[0]].pieces.ids))
        said: list[list[StatedStance]] = [[] for _ in texts]
        windows = [(at, 0, len(texts[text].pieces.ids)) for at, (text, _) in enumerate(asked)]
        for group in grouped(windows):
            some = [asked[at] for at, _, _ in group]
            for (text, cue), roles in zip(some, self._roles(texts, some), strict=True):
                said[text] += stances.stated(texts[text].text, texts[text].pieces, cue, roles, self._certainty)
        return [stances.distinct(each) for each in said]

    def _roles(self, texts: Sequence[Encoded], some: Sequence[tuple[int, stances.Run]]) -> list[Floats]:
        """For each cue the chances of each word of its text to be of its holder or target."""
        longest = max(len(texts[text].pieces.ids) for text, _ in some)
        width = texts[some[0][0]].hidden.shape[1]
        hidden = np.zeros((len(some), longest, width), dtype=np.float32)
        mask = np.zeros((len(some), longest), dtype=np.float32)
        marks = np.zeros((len(some), longest), dtype=np.int64)
        for row, (text, cue) in enumerate(some):
            pieces = texts[text].pieces
            hidden[row, : len(pieces.ids)] = texts[text].hidden
            mask[row, : len(pieces.ids)] = 1
            marks[row, pieces.of_words(cue.first, cue.last)] = 1 + cue.kind
        with native_runs.native():
            (roles,) = self._sessions.roles.run(["roles"], {"hidden": hidden, "mask": mask, "marks": marks})
        return [heads.softmax(each[texts[text].pieces.firsts]) for each, (text, _) in zip(roles, some, strict=True)]

    def tones(self, asked: Sequence[tuple[Encoded, Sequence[Offsets]]]) -> list[list[Chances]]:
        """As `sentiments`, toward names as they come in news, most of which are spoken of neutrally."""
        return self.sentiments(asked, "target.mentions")

    def sentiments(
        self, asked: Sequence[tuple[Encoded, Sequence[Offsets]]], out: str = "target.out"
    ) -> list[list[Chances]]:
        """Give the chances of negative, neutral and positive sentiment toward each character span of each text."""
        return targeted(asked, partial(heads.target_logits, self._weights, out=out))

    def opinions(self, asked: Sequence[tuple[Encoded, Sequence[Offsets]]]) -> list[list[Chances]]:
        """As `sentiments`, toward targets that somebody chose: by a larger head, where the model has one."""
        return (
            targeted(asked, partial(given.logits, self._given)) if "given" in self._manifest else self.sentiments(asked)
        )

    @cached_property
    def _given(self) -> Weights:
        """Read on first use: the pipeline has no use for it."""
        return read_weights(self._folder / self._manifest["given"])

    @cached_property
    def meaning(self) -> Weights:
        """Of the head that `processors.encoder.meaning` is; none where the model has none."""
        return read_weights(self._folder / self._manifest["meaning"]) if "meaning" in self._manifest else {}

    def stances(self, asked: Sequence[tuple[Encoded, Sequence[tuple[Offsets, Offsets]]]]) -> list[list[Chances]]:
        """Give, for each pair of spans, the chances of none, p→q favor, q→p favor, p→q against, q→p against."""
        some = [(encoded, pairs) for encoded, pairs in asked if pairs]
        if not some:
            return [[] for _ in asked]
        found = [[(pieces_of(p, each.pieces), pieces_of(q, each.pieces)) for p, q in pairs] for each, pairs in some]
        logits = heads.pair_logits(self._weights, [encoded.hidden for encoded, _ in some], found)
        return dealt(logits, [len(pairs) for _, pairs in asked])

    def target_sentiment(self, encoded: Encoded, spans: Sequence[Offsets]) -> list[Chances]:
        """As `sentiments`, of one text."""
        return self.sentiments([(encoded, spans)])[0]

    def pair_stance(self, encoded: Encoded, p_spans: Sequence[Offsets], q_spans: Sequence[Offsets]) -> list[Chances]:
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


def targeted(
    asked: Sequence[tuple[Encoded, Sequence[Offsets]]], score: Callable[[list[Floats], list[list[list[int]]]], Floats]
) -> list[list[Chances]]:
    """The chances that a head gives the spans of each text."""
    some = [(encoded, spans) for encoded, spans in asked if spans]
    if not some:
        return [[] for _ in asked]
    found = [[pieces_of(span, encoded.pieces) for span in spans] for encoded, spans in some]
    return dealt(score([encoded.hidden for encoded, _ in some], found), [len(spans) for _, spans in asked])


def dealt(logits: Floats, counts: Sequence[int]) -> list[list[Chances]]:
    """Turn scores into chances, and deal them out to the texts that they belong to."""
    rows = iter(heads.softmax(logits).tolist())
    return [[tuple(next(rows)) for _ in range(count)] for count in counts]


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
    sessions = Sessions(
        *(
            onnxruntime.InferenceSession(str(path / manifest[graph]), options, providers=["CPUExecutionProvider"])
            for graph in ("graph", "roles")
        )
    )
    tokenizer = Tokenizer.from_file(str(path / manifest["tokenizer"]))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return Encoder(sessions, tokenizer, read_weights(path / manifest["heads"]), manifest, path)


def read_weights(path: Path) -> dict[str, Floats]:
    """Read the weights of heads by name."""
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}


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
