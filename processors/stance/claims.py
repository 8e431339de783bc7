"""Whether a sentence states a stance itself, or says that somebody denies it or only attributes it to another. Pure.

"Iran denied backing the group" and "the US accused Iran of backing the group" both mention Iran's backing, and neither
states it as fact. A plain attribution ("an aide said") counts as stated: nearly everything in news has one.
"""

import re
from typing import Literal

from processors.annotations import Stance

Claim = Literal["", "denied", "reported"]

MOST_WORDS = 9  # between a word that denies or claims and what is denied or claimed
_DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied|ying|ials?)|disput(?:e|es|ed|ing)|"
    r"(?:reject|dismiss|refut)(?:e?s|ed|ing)?(?: the| any| those| these)? "
    r"(?:accusations?|allegations?|charges?|claims?|reports?|suggestions?))\b([^.;:!?]*)$",
    re.IGNORECASE,
)
_SAID_TO = re.compile(
    r"\b(?:alleged(?:ly)?|reportedly|purported(?:ly)?|supposed(?:ly)?|rumou?red|"
    r"(?:is|are|was|were|been) (?:said|believed|thought|understood) to|(?:accused|suspected) of)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_ACCUSES = re.compile(r"\b(?:accus(?:e|es|ed|ing)|suspect(?:s|ed|ing)?)\s+(?:[\w’'.-]+\s+){0,3}$", re.IGNORECASE)
_CLAIMS = re.compile(r"\b(?:alleg(?:e|es|ed|ing)|claim(?:s|ed|ing)?)\s+(?:that\s+)?(?:the\s+)?$", re.IGNORECASE)
_BREAKS = re.compile(r",|\b(?:and|but|while|after|before|as|because|when)\b", re.IGNORECASE)


def claim_of(stance: Stance) -> Claim:
    """Whether the evidence denies or only reports the stance; "" if it states it."""
    sentence, start = stance.evidence.text, stance.evidence.start
    holder = stance.holder_span.start - start, stance.holder_span.end - start
    cue = _place(sentence, stance.cue, holder)
    if cue < 0:
        return ""
    before = sentence[:cue]
    if (denied := _DENIES.search(before)) and _reaches(denied[1]):
        return "denied"
    if _SAID_TO.search(before):
        return "reported"
    if 0 < holder[0] < holder[1] <= cue:
        said, between = sentence[: holder[0]], sentence[holder[1] : cue]
        if _ACCUSES.search(said) and re.match(r"\s+of\b", between) and _reaches(between):
            return "reported"
        if _CLAIMS.search(said) and _reaches(between):
            return "reported"
    return ""


def _place(sentence: str, cue: str, holder: tuple[int, int]) -> int:
    """Where the cue begins: its first place after the holder, or else anywhere; -1 if it is not in the sentence."""
    if not cue:
        return -1
    behind = sentence.find(cue, max(0, holder[1]))
    return behind if behind >= 0 else sentence.find(cue)


def _reaches(between: str) -> bool:
    """Whether what is denied or claimed extends as far as the cue."""
    return not _BREAKS.search(between) and len(between.split()) <= MOST_WORDS
