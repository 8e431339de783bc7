"""Stances that somebody had once: "a former supporter of the bill". Takes a sentence and a cue, says whether. Pure."""

import re

from processors.encoder.pieces import Offsets

LOOKED_BACK = 40  # characters before the cue
_SIDE = (
    r"(?:admirer|advocate|ally|allies|backer|champion|critic|defender|detractor|enemy|enemies|fan|foe|friend|opponent|"
    r"proponent|rival|supporter|sympathizer|sympathiser)s?\b"
)
_FORMERLY = r"(?:former|formerly|one-time|onetime|erstwhile|ex|once)\b[ -](?:an? |the )?(?:[a-z]+ ){0,2}"
_WAS_ON_A_SIDE = re.compile(rf"\b{_FORMERLY}{_SIDE}", re.IGNORECASE)
_DID_ONCE = re.compile(r"(?<!^)(?<![,;:] )\bonce (?:[a-z]+ly )?$")  # where it begins a clause, it means "as soon as"


def is_past(text: str, cue: Offsets) -> bool:
    """Whether the words before the cue, or the cue itself, say that the stance was held once and may be no more."""
    start = max(0, cue[0] - LOOKED_BACK)
    if _DID_ONCE.search(text[start : cue[0]]):
        return True
    return any(match.end() > cue[0] - start for match in _WAS_ON_A_SIDE.finditer(text[start : cue[1]]))
