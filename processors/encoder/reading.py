"""Texts read by the encoder once, however many annotators ask. Takes texts, gives a `TextReading` for each.

Entities, sentiment and stance work one after another, or side by side, on the same articles, and all need the same
hidden states. Whoever asks first for a text encodes it; who asks meanwhile waits for that; who asks later finds
it, as long as it has not been read by everyone or pushed out by newer texts.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple, Protocol

from processors.annotations import Model
from processors.encoder import encoder
from processors.encoder.encoder import Encoded, Encoder
from processors.story_text import story_text
from processors.text.passages import level

READERS = 3  # entities, sentiment, stance
MEGABYTES = 128  # of hidden states held for who asks later: some hundred articles
ROW_BYTES = 1024  # what even an empty text costs
SENTENCE_BATCH = 256  # sentences given to the encoder at once, which bounds what it holds beside its results


class EncodedSentence(NamedTuple):
    """``text[start:end]`` as the encoder saw it: ``encoded.text`` is as long, in natural case, on one line."""

    start: int
    end: int
    encoded: Encoded

    def local(self, start: int, end: int) -> tuple[int, int]:
        """Offsets of the article's text as offsets of ``encoded``."""
        return start - self.start, end - self.start


class TextReading(NamedTuple):
    """A text's sentences in order, separated by rule (`processors.text.passages`); they leave out only white space."""

    sentences: tuple[EncodedSentence, ...]

    @property
    def bytes(self) -> int:
        """About the memory that it takes, most of it hidden states."""
        return ROW_BYTES + sum(4 * each.end - 4 * each.start + each.encoded.hidden.nbytes for each in self.sentences)


class Encodes(Protocol):
    """The one thing that reading needs of an encoder."""

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode the texts, each by itself."""


class _Held:
    """A text's reading, being made or made, and how many are still expected to ask for it."""

    def __init__(self, readers: int) -> None:
        self.future: Future[TextReading] = Future()
        self.left = readers


class TextReader:
    """Reads each text once for ``readers`` who ask; safe to use from several threads at once.

    A text that ``readers`` have asked for is forgotten, and so are the oldest when what is held exceeds
    ``megabytes``: asking again then only costs time.
    """

    def __init__(self, encodes: Encodes, *, readers: int = READERS, megabytes: float = MEGABYTES) -> None:
        self._encodes = encodes
        self._readers = readers
        self._most = int(megabytes * 2**20)
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def read(self, texts: Sequence[str]) -> list[TextReading]:
        """The reading of each text, in order. What the encoder raises reaches everyone who waits for that text."""
        asked: dict[str, _Held] = {}
        mine: list[str] = []
        with self._lock:
            for text in dict.fromkeys(texts):
                if text not in self._held:
                    self._held[text] = _Held(self._readers)
                    mine.append(text)
                asked[text] = self._held[text]
        if mine:
            self._make({text: asked[text] for text in mine})
        readings = {text: held.future.result() for text, held in asked.items()}
        with self._lock:
            for text, held in asked.items():
                held.left -= 1
                if held.left <= 0:
                    self._forget(text, held)
        return [readings[text] for text in texts]

    def _make(self, wanted: dict[str, _Held]) -> None:
        try:
            made = _readings(self._encodes, list(wanted))
        except BaseException as error:
            with self._lock:
                for text in wanted:
                    del self._held[text]
            for held in wanted.values():
                held.future.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        with self._lock:
            for held, reading in zip(wanted.values(), made, strict=True):
                held.future.set_result(reading)
                self._bytes += reading.bytes
            for text, held in list(self._held.items()):
                if self._bytes <= self._most:
                    break
                self._forget(text, held)

    def _forget(self, text: str, held: _Held) -> None:
        """Let go of a finished reading; who holds it already keeps it."""
        if self._held.get(text) is held and held.future.done():
            del self._held[text]
            self._bytes -= held.future.result().bytes

    @property
    def held(self) -> tuple[int, int]:
        """How many texts are held, and about the bytes of their readings."""
        with self._lock:
            return len(self._held), self._bytes


class SharedReader(TextReader):
    """A `TextReader` on an encoder of ours: its heads and its model beside what it reads."""

    def __init__(self, encoder: Encoder, model: Model, *, megabytes: float = MEGABYTES) -> None:
        super().__init__(encoder, megabytes=megabytes)
        self.encoder = encoder
        self.model = model


def load(path: Path = encoder.MODELS, *, megabytes: float = MEGABYTES) -> SharedReader:
    """A reader on the encoder in ``path``, whose weights it loads and checks."""
    manifest = encoder.read_manifest(path, verify=False)  # `encoder.load` verifies
    model = Model(manifest["name"], f"{manifest['version']}+{manifest['sha256'][manifest['graph']][:12]}")
    return SharedReader(encoder.load(path), model, megabytes=megabytes)


def _readings(encodes: Encodes, texts: Sequence[str]) -> list[TextReading]:
    """The reading of each text; sentences of all the texts go to the encoder together, many at a time."""
    spelt = [level(story_text(text).spelt) for text in texts]
    places = [(index, each.start, each.end) for index, text in enumerate(texts) for each in story_text(text).sentences]
    found: list[list[EncodedSentence]] = [[] for _ in texts]
    for at in range(0, len(places), SENTENCE_BATCH):
        some = places[at : at + SENTENCE_BATCH]
        encoded = encodes.encode([spelt[index][start:end] for index, start, end in some])
        for (index, start, end), each in zip(some, encoded, strict=True):
            found[index].append(EncodedSentence(start, end, each))
    return [TextReading(tuple(each)) for each in found]
