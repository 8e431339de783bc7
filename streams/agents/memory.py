"""Texts annotated before, in bounded memory: resends and updates of a story's other fields need no model.

Takes an annotator and texts; gives what `annotate_each` gives. One memory serves one annotator, in one thread. A
story's versions have one id, so one partition, so mostly one process; a model that changes while it runs is asked anew.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import msgspec

from processors.annotator import Annotator, Failure, annotate_each
from streams import metrics

OVERHEAD = 200  # bytes of an entry beside its content


class Memory:
    """The annotations of the texts met last, at most ``megabytes`` of them; of 0 it remembers nothing.

    They are kept encoded: that takes a tenth of the memory of the objects, and says how much it is.
    """

    def __init__(self, name: str, annotator: Annotator[Any], kind: Any, megabytes: float) -> None:
        self._name = name
        self._annotator = annotator
        self._decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(kind)
        self._most = int(megabytes * 2**20)
        self._known: OrderedDict[bytes, bytes] = OrderedDict()
        self.bytes = 0

    def annotate(self, texts: Sequence[str]) -> list[Any]:
        """The annotation of each text, or its `Failure`; the model is asked only for texts that are new."""
        model = repr(self._annotator.model).encode()  # changes when an administrator's names do
        keys = [hashlib.blake2b(model + text.encode(), digest_size=16).digest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        found = {key: self._decoder.decode(self._recalled(key)) for key in keys if key in self._known}
        metrics.REUSED.labels(self._name).inc(len(texts) - len(new))
        for key, part in zip(new, annotate_each(self._annotator, list(new.values())), strict=True):
            found[key] = part
            if not isinstance(part, Failure):
                self._remember(key, msgspec.msgpack.encode(part))
        return [found[key] for key in keys]

    def _recalled(self, key: bytes) -> bytes:
        self._known.move_to_end(key)
        return self._known[key]

    def _remember(self, key: bytes, part: bytes) -> None:
        self._known[key] = part
        self.bytes += len(part) + OVERHEAD
        while self.bytes > self._most:
            _, oldest = self._known.popitem(last=False)
            self.bytes -= len(oldest) + OVERHEAD
