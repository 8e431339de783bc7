"""Which language a text is in. Takes a text and what its provider says, gives a BCP 47 tag.

py3langid decides (Lui and Baldwin, ACL 2012, retrained by Barbaresi); it knows 97 languages and needs no network.
"""

import threading
from functools import cache
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

ENGLISH = "en"
SURE = 0.9  # probability from which the detector's word counts more than the provider's
LOOKED_AT = 2_000  # characters of a text, which is plenty
FEWEST = 20  # letters; of fewer nothing can be said

_lock = threading.Lock()


@cache
def _identifier() -> Any:
    with _lock:
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


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
        return declared or (found if likely >= SURE else "")
    return found


def primary(tag: str) -> str:
    """The language of a BCP 47 tag without region or script: "en" of "en-GB"."""
    return tag.replace("_", "-").split("-")[0].lower()
