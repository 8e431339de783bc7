"""A model that breaks on some texts."""

import time
from collections.abc import Sequence

from processors import sentiment


def model_that_breaks_on_a_word() -> None:
    """A sentiment model that hangs on one word, raises on another and eats memory on a third. No bug of ours."""
    annotate = sentiment.SentimentAnnotator.annotate

    def annotate_or_break(self: sentiment.SentimentAnnotator, texts: Sequence[str]) -> list[sentiment.Tones]:
        if any("HANGWORD" in text for text in texts):
            time.sleep(3600)
        if any("RAISEWORD" in text for text in texts):
            raise ValueError("planted")
        if any("HOARDWORD" in text for text in texts):
            hoard = [bytearray(b"x" * 2**20) for _ in range(4000)]
            time.sleep(len(hoard))
        return annotate(self, texts)

    sentiment.SentimentAnnotator.annotate = annotate_or_break  # type: ignore[method-assign]  # planting is the purpose
