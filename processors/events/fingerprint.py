"""What is kept of a story to find others that report the same: takes its texts, gives a `Fingerprint`. Pure."""

import msgspec

from processors.annotations import Record
from processors.events import copies, words

LONGEST_HEADLINE = 300  # characters
SKETCH_WORDS = 8  # hashes by which near-copies in other languages are looked up


class Fingerprint(Record, frozen=True):
    """What is kept of one story as it stands. Times are milliseconds since 1970.

    ``made`` is the time by which stories are ordered: that of the story's first version. Nobody may see the story
    before ``visible_from``. Without ``words`` only near-copies of it are found.
    """

    id: str
    source: str
    headline: str
    made: int
    visible_from: int = 0
    words: dict[str, int] = msgspec.field(default_factory=dict)
    sketch: tuple[int, ...] = ()


def fingerprint(
    story: str, source: str, headline: str, body: str, made: int, *, language: str = "", visible_from: int = 0
) -> Fingerprint:
    """The fingerprint of a story. How rare words are is known for English only, so another language has none.

    Where no language is given, it is taken for English.
    """
    is_english = not language or language.lower().split("-")[0] == "en"
    weighed = words.weights(headline, body) if is_english else {}
    shown = " ".join(headline.split())[:LONGEST_HEADLINE]
    return Fingerprint(story, source, shown, made, visible_from, weighed, copies.sketch(headline, body))


def keys_of(one: Fingerprint) -> list[str]:
    """What a story is looked up by: two stories that share none of these are never compared."""
    return list(one.words)[: words.LOOKED_UP] or [f"#{value}" for value in one.sketch[:SKETCH_WORDS]]
