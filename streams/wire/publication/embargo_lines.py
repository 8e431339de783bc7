"""Separates embargoes from headlines: takes the lines above a text, returns those of an embargo and the others.

Teletype has no field for an embargo, so it stands where the headline does: "HOLD FOR RELEASE AT 4 P.M.", "$adv29".
"""

import re

from streams.wire.publication import embargo_words as words
from streams.wire.publication import order_words as orders
from streams.wire.publication.embargo_scripts import in_english
from streams.wire.publication.embargo_tokens import MARKS, fits, tokens_of
from streams.wire.publication.embargoes import goes_on, stated_in
from streams.wire.text import plain

MOST_LINES = 8
_LETTERS = re.compile(r"[^\W\d_]+")
# Of orders, beside those that stand in any embargo.
_ORDER_WORDS = (
    orders.PUBLISH
    | orders.USE
    | frozenset(
        _LETTERS.findall(
            " ".join((
                *orders.NEGATIONS, *orders.COURTESIES, *orders.ASKED, *orders.MODALS, *orders.FORBIDDEN,
                *orders.RELEASE_PHRASES, *orders.ALONE_PHRASES, *words.HELD_PHRASES, "moved",
            )).replace("\\w", "")
        )
    )
)  # fmt: skip


def without_embargoes(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines that say nothing but an embargo, and the others. Where there are no others, none is taken out."""
    found: list[str] = []
    others: list[str] = []
    before = ""
    for line in lines:
        is_one = says_embargo(line) or bool(before and line.strip() and _goes_on(before, line))
        (found if is_one else others).append(line)
        before = line.strip() if is_one else before if not line.strip() else ""
    return (found, others) if any(line.strip() for line in others) else ([], lines)


def without_embargoes_above(text: str) -> tuple[list[str], str]:
    """The lines with which a text begins that say nothing but an embargo, and the text without them."""
    lines = text.lstrip("\n").split("\n")
    end = 0
    for number, line in enumerate(lines[:MOST_LINES]):
        if line.strip() and not says_embargo(line) and not (end and _goes_on(lines[end - 1], line)):
            break
        end = number + 1 if line.strip() else end
    found = [line.strip() for line in lines[:end] if line.strip()]
    rest = "\n".join(lines[end:])
    return (found, rest) if found and rest.strip() else ([], text)


def _goes_on(said: str, following: str) -> bool:
    low = plain(following)
    return goes_on(plain(said), low) or all(token.text in words.FILLERS | MARKS for token in tokens_of(low))


def says_embargo(line: str) -> bool:
    """Whether a line says nothing but an embargo."""
    english = in_english(line.strip())
    low = plain(english)
    said = stated_in(english, low) if words.TRIGGERS.is_in(low) else None
    if said is None:
        return False
    if said.startswith("adv "):
        return "," not in english
    return all(fits(token) or token.text in _ORDER_WORDS for token in tokens_of(low))
