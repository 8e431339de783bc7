"""How surely a careful reader would stand by a stance as a row of its own: one logistic map, taught on judged rows.

In: a sentence as the encoder saw it, and a stance that it states. Out: a chance, 0…1. The score of a stance says how
surely the sentence means it; a row must also be understood without its sentence, as "merger" is not and "merger
of the two banks" is. The map sees the chances of the stance's parts, what its phrases look like, and the hidden states
of holder, target and cue. `training.agreement` teaches it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from processors.encoder import heads
from processors.encoder.encoder import Encoded
from processors.encoder.pieces import Offsets, pieces_of
from processors.encoder.stances import FAVOR, StatedStance, logit, meet
from processors.stance.phrases import ENDS
from processors.vocabulary.bare_words import DETERMINERS, PRONOUNS
from processors.vocabulary.names import NUMERIC

_WORD = re.compile(r"[\w’']+|[^\w\s]")
_INDEFINITE = frozenset({"a", "an", "another", "any"})
_GLUED = re.compile(r"\b(?!Mc|Mac|De|O')\w*[a-z][A-Z][a-z]")  # navigation text run together: "TrumpSenators"
_LONG = 4  # words


def described(encoded: Encoded, stance: StatedStance) -> list[float]:
    """What the words of a stance look like, as numbers near one."""
    text, target, holder = encoded.text, stance.target, stance.holder
    phrase = text[slice(*target)]
    words = phrase.split()
    before, after = _beside(text, target)
    named = _names(encoded, target)
    plain = not named and not any(map(str.isupper, phrase))
    definite, indefinite = before in DETERMINERS - _INDEFINITE, before in _INDEFINITE
    one, two = plain and len(words) == 1, plain and len(words) == 2  # noqa: PLR2004 - two, as the name says
    said = text[slice(*holder)]
    return [
        *map(logit, stance.chances),
        float(named),
        float(one),
        float(one and definite),
        float(one and indefinite),
        float(two),
        float(two and definite),
        float(two and indefinite),
        float(len(words) > _LONG),
        float(words[0].casefold() in DETERMINERS),
        float(phrase.casefold() in PRONOUNS),
        float(_is_cut(phrase)),
        float(after.isalpha() and after not in ENDS),
        float(before.isalpha() and before not in ENDS and before not in DETERMINERS),
        float(before == "to"),
        float(_names(encoded, holder)),
        float(said.casefold() in PRONOUNS),
        float(said.islower() and " " not in said),
        float(stance.cue < target),
        float(holder < target),
        float(stance.label == FAVOR),
        float("?" in text),
        float(bool(_GLUED.search(text))),
        float(text[-1:] in '.!?"”'),
        min(len(text), 600) / 200,
        min(abs(target[0] - holder[1]), 300) / 100,
    ]


def seen(encoded: Encoded, stance: StatedStance) -> heads.Floats:
    """The features of a stance: its description, and the hidden states of the sentence, holder, target and cue."""
    spans = [pieces_of(place, encoded.pieces) for place in (stance.holder, stance.target, stance.cue)]
    states = heads.pooled(encoded.hidden, [[0], *spans]).ravel()
    return np.concatenate([np.array(described(encoded, stance), dtype=np.float32), states])


def chances(weights: heads.Weights, asked: Sequence[tuple[Encoded, StatedStance]]) -> list[float]:
    """How surely a reader agrees with each stance."""
    if not asked:
        return []
    odds = heads.linear(weights, "agreement", np.stack([seen(*each) for each in asked]))
    return [float(chance) for chance in 1 / (1 + np.exp(-odds[:, 0]))]


def _names(encoded: Encoded, place: Offsets) -> bool:
    """Does the place begin, end or lie in a name?"""
    return any(each.type not in NUMERIC and meet((each.start, each.end), place) for each in encoded.mentions)


def _beside(text: str, place: Offsets) -> tuple[str, str]:
    """The words before and after a place, in small letters; empty at the sentence's ends."""
    before = _WORD.findall(text[max(0, place[0] - 40) : place[0]])
    after = _WORD.match(text[place[1] :].lstrip())
    return (before[-1].casefold() if before else ""), (after.group().casefold() if after else "")


def _is_cut(phrase: str) -> bool:
    return phrase.count('"') % 2 == 1 or phrase.count("“") != phrase.count("”")
