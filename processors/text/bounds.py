"""How much of a text is annotated. Takes a text, gives the beginning of it that the annotators are shown.

What annotating costs goes by sentences and tokens. A page of dots has a sentence every two characters, and Chinese a
token each: both take a hundred times as long as prose of that length. So these are counted, before any model sees them.
"""

import re
from typing import NamedTuple

from processors.annotations import Record
from processors.text.passages import LONGEST, sentences

LETTERS_A_TOKEN = 4
TOKENS_A_SENTENCE = 12  # what a sentence costs however short it is
ENDS = ".!?…。！？\n\u2029"  # a sentence ends at one of these, or where it is cut for its length

# At least as many as the encoder's and spaCy's tokenizers make of the same characters, for all but rare words: a token
# for each ideograph, kana and syllable of Hangul, for each mark or symbol, and for every few letters of a word.
_EACH_ALONE = r"\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_EACH_ALONE}]|[^\W{_EACH_ALONE}]{{1,8}}|[^\w\s]")


class TextBounds(Record, frozen=True):
    """The most of one text that is annotated; what is reached first counts."""

    characters: int = 100_000
    sentences: int = 2_000
    tokens: int = 25_000


DEFAULT_BOUNDS = TextBounds()


class BoundedText(NamedTuple):
    """The beginning of a text that is annotated: all of it where nothing is ``exceeded``, else up to a sentence's end.

    ``exceeded`` is the name of the bound; ``cost`` is about what it is annotated for, in tokens.
    """

    text: str
    exceeded: str = ""
    cost: int = 0


def bounded(text: str, bounds: TextBounds = DEFAULT_BOUNDS) -> BoundedText:
    """The part of ``text`` that lies within ``bounds``. Takes time in the bounds, not in the text's length."""
    if _is_surely_within(text, bounds):
        return BoundedText(text, cost=len(text) // LETTERS_A_TOKEN)
    head = text[: bounds.characters]
    exceeded, end, cost = "characters" if len(text) > len(head) else "", 0, 0
    for number, sentence in enumerate(sentences(head)):
        tokens = sum(1 for _ in _TOKEN.finditer(head, sentence.start, sentence.end))
        if number == bounds.sentences or cost + tokens > bounds.tokens:
            exceeded = "sentences" if number == bounds.sentences else "tokens"
            return BoundedText(head[:end], exceeded, max(cost, TOKENS_A_SENTENCE * number))
        end, cost = sentence.end, cost + tokens
    return BoundedText(head, exceeded, cost)


def _is_surely_within(text: str, bounds: TextBounds) -> bool:
    """Whether a text is too short to exceed anything, whatever is in it. Most are, and need not be looked through."""
    if len(text) > min(bounds.characters, bounds.tokens):
        return False
    ends = sum(text.count(mark) for mark in ENDS) + len(text) // (LONGEST // 2)
    return ends < bounds.sentences
