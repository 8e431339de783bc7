"""Where a text names the agency that sends it, and nobody that it reports on. Takes a text, gives stretches of it.

An agency stands in the dateline, "LONDON, March 3 (Reuters) - ", and at the end, alone: "… last year. REUTER". Counted
as organizations, they would be the most frequent ones of any wire.
"""

import re
from functools import lru_cache

from processors.story_text import story_text
from processors.text.passages import Passage, after_dateline
from processors.vocabulary.lexicon import lexicon

FIRST = 3  # sentences among which the dateline is: there may be a headline before it
TAIL = 80  # characters at the end
# What has ended, or a line of its own; then the name, perhaps in brackets or between dashes or slashes.
_END = re.compile(
    r"(?:^|\n|[.!?…\"”’)\]>])\s*+[(\[–—/-]*+\s*+(?P<name>[A-Za-z]\w*+(?:-\w+)*+(?: [A-Z]\w*){0,2})\s*+[)\]–—/-]*+\s*$"
)


def signatures(text: str) -> list[Passage]:
    """The dateline with the agency, and the agency at the end; as far as they are there."""
    found = []
    for sentence in story_text(text).sentences[:FIRST]:
        start = after_dateline(text, sentence).start
        if start > sentence.start:
            found.append(Passage(sentence.start, start))
    tail = max(0, len(text) - TAIL)
    end = _END.search(text[tail:])
    if end and is_agency(end["name"]):
        found.append(Passage(tail + end.start("name"), tail + end.end("name")))
    return found


def is_agency(name: str) -> bool:
    """Whether this is the name of a news agency or paper, in whatever case."""
    return name.casefold() in _agencies()


@lru_cache(1)
def _agencies() -> frozenset[str]:
    return frozenset(name.casefold() for name in lexicon().agencies)
