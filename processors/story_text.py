"""A text as all annotators see it: its headline, paragraphs, sentences and spelling, each found once.

Annotators take plain strings, one after another, and often the same ones: what one of them has found in a text the
next ones have too, as long as the text is among the newest.
"""

from functools import cached_property, lru_cache

from processors.text.passages import Passage, headline, paragraphs, sentences
from processors.vocabulary.casing import natural_case

NEWEST = 128  # texts whose parts are kept: more than a stage annotates at a time


class StoryText:
    """A text with its parts; each is found on first use."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def headline(self) -> Passage | None:
        """The headline, where the text has one."""
        return headline(self.text)

    @cached_property
    def body(self) -> list[Passage]:
        """The paragraphs but for the headline."""
        return [each for each in paragraphs(self.text) if each != self.headline]

    @cached_property
    def sentences(self) -> list[Passage]:
        """The sentences, in order."""
        return sentences(self.text)

    @cached_property
    def spelt(self) -> str:
        """The text with lines in capitals or title case in sentence case, at the same length."""
        return natural_case(self.text)


@lru_cache(NEWEST)
def story_text(text: str) -> StoryText:
    """The parts of a text."""
    return StoryText(text)
