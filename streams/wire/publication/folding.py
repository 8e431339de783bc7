"""Normalizes texts before words are searched in them: lower case, no accents, straight apostrophes. Pure."""

import re
import unicodedata

LONGEST_OPENING = 6000
_ACCENTS = re.compile("[\u0300-\u036f]+")


def folded(*texts: str) -> str:
    """The openings of texts in lower case, without accents or anything else that is not ASCII."""
    opening = "\n".join([text[:LONGEST_OPENING] for text in texts]).lower().replace("’", "'")
    if opening.isascii():
        return opening
    return unicodedata.normalize("NFD", opening).encode("ascii", "ignore").decode()


def plain(text: str) -> str:
    """A text in lower case without accents, with straight apostrophes."""
    lowered = text.lower().replace("’", "'")
    if lowered.isascii():
        return lowered
    return _ACCENTS.sub("", unicodedata.normalize("NFD", lowered.replace("ß", "ss")))
