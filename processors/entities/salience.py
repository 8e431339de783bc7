"""How much a text is about each of its entities. Takes entities, gives them with ``salience`` filled in."""

from collections.abc import Collection, Sequence

import msgspec

from processors.annotations import Entity
from processors.story_text import story_text
from processors.text.passages import after_dateline
from processors.vocabulary.names import NUMERIC

# Shares of the score; they add up to 1. Chosen by hand: the headline says what a story is about.
HEADLINE, OPENING, FREQUENCY, EARLINESS, SUBJECT = 0.3, 0.2, 0.3, 0.1, 0.1
FARTHEST_SUBJECT = 30  # characters from a sentence's start to its subject: "Russian President "
NUMERIC_SHARE = 0.3  # a date or a sum is seldom what a story is about


def salience(text: str, entities: Sequence[Entity]) -> list[Entity]:
    """The same entities with their salience, 0…1.

    In the headline, in the first paragraph of the body, how often against the most frequent, how early, and how many
    of its mentions open a sentence, where subjects stand.
    A text without a headline shares that part out over the first paragraph.
    """
    parts = story_text(text)
    top, opening = parts.headline, parts.body[0] if parts.body else (0, 0)
    most = max((each.count for each in entities if each.type not in NUMERIC), default=1)
    starts = {after_dateline(text, sentence).start for sentence in parts.sentences}
    return [
        msgspec.structs.replace(each, salience=_score(each, text, top, opening, most, _subject(text, each, starts)))
        for each in entities
    ]


def _subject(text: str, entity: Entity, starts: Collection[int]) -> float:
    """The share of an entity's mentions that open a sentence, articles and titles before them aside."""
    opening = 0
    for mention in entity.mentions:
        reach = range(max(0, mention.start - FARTHEST_SUBJECT), mention.start + 1)
        start = next((at for at in reversed(reach) if at in starts), None)
        opening += start is not None and not any(word.islower() for word in text[start : mention.start].split())
    return opening / len(entity.mentions)


def _score(
    entity: Entity, text: str, top: tuple[int, int] | None, opening: tuple[int, int], most: int, subject: float
) -> float:
    opens = _within(entity, opening)
    score = FREQUENCY * min(1.0, entity.count / most)
    score += EARLINESS * (1 - entity.mentions[0].start / max(1, len(text))) + SUBJECT * subject
    score += OPENING * opens + HEADLINE * (_within(entity, top) if top else opens)
    return round(score * (NUMERIC_SHARE if entity.type in NUMERIC else 1.0), 4)


def _within(entity: Entity, stretch: tuple[int, int]) -> bool:
    return any(stretch[0] <= mention.start < stretch[1] for mention in entity.mentions)
