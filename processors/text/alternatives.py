"""One of many words as part of a pattern. Takes words, gives the part. Pure.

Python tries the alternatives of a pattern one after another: of a thousand names, a thousand at every word of a text.
Grouped by their first letter they are a few dozen, and a word that begins like none of them costs nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterable


def any_of(words: Iterable[str]) -> str:
    """The part that matches any of the words, the longest that fits first."""
    by_letter: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words, key=lambda word: (-len(word), word)):
        by_letter[word[0]].append(re.escape(word[1:]))
    groups = (f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())
    return f"(?:{'|'.join(groups)})"
