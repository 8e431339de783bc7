"""Whose side people are on, as a text says it. Takes a text, gives country codes by surname.

"Russian President Vladimir Putin", "China's Xi Jinping", "the president of China, Xi Jinping", "Xi Jinping, China's
president": so that "Putin said Moscow backs the plan" can be Putin's own stance and not only Russia's.
"""

import re
from functools import cache

from processors.vocabulary.countries import country, pattern

_NAME = r"[A-Z][\w'’-]+(?: (?:(?:al|bin|de|der|van|von|el|la|da|dos|du|di|ben|ibn) )*[A-Z][\w'’-]+){0,3}"
_LINK = r"(?:and|or|but|with|against|to|from|in|on|at|over|by|for|as|after|when|that|said|says|is|was|has|had)"
_ROLE = (
    rf"(?:(?!{_LINK}\b)[a-z][\w-]*|"
    r"President|Prime|Minister|Foreign|Defen[cs]e|Secretary|Chancellor|Premier|Leader|State|Vice|King)"
)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    known = pattern().pattern
    owned, described = rf"['’]s? (?:{_ROLE},? ){{0,6}}", rf" (?:{_ROLE},? ){{1,6}}"
    before = re.compile(rf"({known})(?:{owned}|{described})({_NAME})")
    after = re.compile(rf"({_NAME}),? (?:(?:the|a|an) )?(?:{_ROLE} ){{0,4}}of (?:the )?({known})")
    return before, after


def affiliations(text: str) -> dict[str, str]:
    """Surname → country code for each person whom the text introduces with a country; the first time counts."""
    before, after = _patterns()
    found: dict[str, str] = {}
    pairs = [(match[2], match[1]) for match in before.finditer(text)]
    pairs += [(match[1], match[2]) for match in after.finditer(text)]
    for name, side in pairs:
        known = country(side)
        if known is None or country(name) is not None:
            continue
        words = [word for word in name.split() if not re.fullmatch(_ROLE, word)]
        for word in {*words[:1], *words[-1:]}:  # family names come first in some languages
            found.setdefault(word.removesuffix("'s").removesuffix("’s"), known.code)
    return found
