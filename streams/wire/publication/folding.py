"""Normalizes texts before words are searched in them: lower case, no accents, straight apostrophes. Pure."""

import unicodedata


def caseless(text: str) -> str:
    """The text in lower case as patterns that ignore case compare it, so that their words can be looked for first."""
    if not text.isascii():
        # These patterns take for i and s; ``str.lower`` leaves them as they are, or makes two of one.
        text = text.replace("İ", "i").replace("ı", "i").replace("ſ", "s")
    return text.lower()


def folded(*texts: str) -> str:
    """Texts, each in lines of its own, in lower case and without accents or anything else that is not ASCII."""
    lowered = "\n".join(texts).lower().replace("’", "'")
    if lowered.isascii():
        return lowered
    return unicodedata.normalize("NFD", lowered).encode("ascii", "ignore").decode()
