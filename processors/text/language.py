"""Which language a text is in. Takes a text and what its provider says, gives a BCP 47 tag.

py3langid decides (Lui and Baldwin, ACL 2012, retrained by Barbaresi), among the languages of the world's news
agencies; it needs no network.
"""

import threading
from functools import cache
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

ENGLISH = "en"
UNDETERMINED = "und"  # BCP 47: some language that cannot be told; of a text in other letters that is too short
LATIN_ENDS = "\u0250"
SURE = 0.9  # probability from which the detector's word counts more than the provider's
LOOKED_AT = 2_000  # characters of a text, which is plenty
FEWEST = 20  # letters; of fewer nothing can be said

_WRITTEN = (
    "ar az be bg bn bs ca cs da de el en es et fa fi fr he hi hr hu hy id it ja ka kk ko lt lv mk ms nl no pl pt ro ru "
    "sk sl sq sr sv sw ta th tr uk ur vi zh"
)

_lock = threading.Lock()


@cache
def _identifier() -> Any:
    with _lock:
        identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        identifier.set_languages(_WRITTEN.split())
        return identifier


def detect(text: str) -> tuple[str, float]:
    """The likeliest language of the text as an ISO 639-1 code, and how likely it is; "" and 0 for too little text.

    Lines in capitals are lowered, since the detector has hardly seen any.
    """
    head = text[:LOOKED_AT]
    if sum(character.isalpha() for character in head) < FEWEST:
        return "", 0.0
    lines = (line.lower() if line.isupper() else line for line in head.splitlines())
    code, likely = _identifier().classify("\n".join(lines))
    return str(code), float(likely)


def language_of(text: str, declared: str = "") -> str:
    """The language of the text: the provider's tag unless the text is surely in another one; "" if nobody knows."""
    found, likely = detect(text)
    if not found or likely < SURE or found == primary(declared):
        # English is what a text counts as in doubt: then it may as well be called so.
        return declared or (found if likely >= SURE or found == ENGLISH else "" if _is_latin(text) else UNDETERMINED)
    return found


def _is_latin(text: str) -> bool:
    """Is at least half of the text's beginning in Latin letters, or without any?"""
    letters = [character for character in text[:LOOKED_AT] if character.isalpha()]
    return 2 * sum(character < LATIN_ENDS for character in letters) >= len(letters)


def read_as(tag: str) -> str:
    """The language that a text with that BCP 47 tag is annotated in: English where nobody knows."""
    return primary(tag) or ENGLISH


def primary(tag: str) -> str:
    """The language of a BCP 47 tag without region or script: "en" of "en-GB"."""
    return tag.replace("_", "-").split("-")[0].lower()
