"""Caches annotations in bounded memory, so that resends and updates with an unchanged text need no model.

Takes an annotator and texts; gives what `annotate_each` gives. One cache serves one annotator, in one thread. All
versions of a story have one id, and so mostly reach the same process.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import msgspec

from processors.annotations import Model
from processors.annotator import Annotator, Failure, annotate_each
from streams import metrics
from streams.agents.received_article import AnnotatorInput

OVERHEAD = 200  # bytes of an entry in addition to its content


class AnnotationCache:
    """The annotations of the latest texts, at most ``megabytes`` of them; 0 switches the cache off.

    They are kept encoded: that takes a tenth of the memory of the objects, and its size is known.
    """

    def __init__(self, name: str, annotator: Annotator[Any], kind: Any, megabytes: float) -> None:
        self._name = name
        self._annotator = annotator
        self._decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(kind)
        self._most = int(megabytes * 2**20)
        self._known: OrderedDict[bytes, bytes] = OrderedDict()
        self._model: Model | None = None  # that made what is known
        self.bytes = 0

    def annotate(self, texts: Sequence[AnnotatorInput]) -> list[Any]:
        """The annotation of each text, or its `Failure`; the model runs only for new texts."""
        self._forget_other_models()
        new = {text.digest: text.text for text in texts if text.digest not in self._known}
        parts = {
            text.digest: self._decoder.decode(self._recall(text.digest)) for text in texts if text.digest not in new
        }
        metrics.REUSED.labels(self._name).inc(len(texts) - len(new))
        for digest, part in zip(new, annotate_each(self._annotator, list(new.values())), strict=True):
            parts[digest] = part
            if not isinstance(part, Failure):
                self._keep(digest, msgspec.msgpack.encode(part))
        return [parts[text.digest] for text in texts]

    def _forget_other_models(self) -> None:
        """Start over when the model has changed, as it does with an administrator's names."""
        if (model := self._annotator.model) != self._model:
            self._model = model
            self._known.clear()
            self.bytes = 0

    def _recall(self, digest: bytes) -> bytes:
        self._known.move_to_end(digest)
        return self._known[digest]

    def _keep(self, digest: bytes, part: bytes) -> None:
        self._known[digest] = part
        self.bytes += len(part) + OVERHEAD
        while self.bytes > self._most:
            _, oldest = self._known.popitem(last=False)
            self.bytes -= len(oldest) + OVERHEAD
