"""Recognizes kills in a wire's advisories: takes the lines of an article, returns whether they kill a story.

Used only where a format has no field for the status. Prose never kills: a line must shout the act as its own
keyword (``BULLETIN KILL``), or address editors and name the act upon a story ("EDITORS: the story … is
WITHDRAWN"). "Three killed in blast", "Editors at the Lancet said the article was retracted" and "EDITORS: recall
the withdrawn bill" do neither: an address ends in a colon or a dash.
"""

import re

from streams.wire.publication.kill_words import requests_kill

OPENING_LINES = 8  # an advisory stands at the top
LONGEST_LINE = 600

_THING = r"(?:story|item|article|report|dispatch|copy|alert|snap|version)"
_THINGS = r"(?:stories|items|articles|reports|dispatches|alerts|snaps|versions)"
_ACT = r"(?:withdrawn|killed|cancell?ed|retracted|recalled)"
_WRONG = r"(?:wrong and (?:is |are |should be )?)?(?:hereby |being )?"
# Words of the same clause: no full stop, and no clause of its own whose verb could be meant.
_CLAUSE = r"(?:(?!\b(?:that|which|who|whose|where|when|how|why|if|after|as|because)\b)(?:[^.\n]|\.(?=\w)))"
_ADDRESS = (
    r"^\W{0,6}(?:(?:attn|attention|note to|notice to|advisory to)\W{1,3}(?:editors?|eds|subscribers|clients)\b"
    r"|(?:editors?|eds|subscribers|clients)\s?[:;–—-])[\s:;,.–—-]{1,6}"
)
_QUOTED = re.compile(r"\"[^\"\n]{0,200}\"|“[^”\n]{0,200}”|«[^»\n]{0,200}»|(?<!\w)'[^'\n]{3,200}'(?!\w)")
_SHOUTED = re.compile(r"^\W{0,6}(?:MANDATORY|BULLETIN|URGENT|STORY) KILL(?: ADVISORY| NOTICE)?\s*(?:$|[:;,.(–—-])")
# Alone, or with nothing behind it but a story's slug or number: "KILL: A FILM REVIEW" is a headline.
_KEYWORD = re.compile(
    r"^\W{0,6}(?:KILL(?:[ ,]+KILL)*(?: ADVISORY| NOTICE)?|ANNULATION|ANULACI[OÓ]N)\s*"
    r"(?:$|[:;(–—-]+\s*(?:$|(?:BC|AM|PM)-\w|[a-z]{0,2}\d{3,6}\b))"
    r"|^\W{0,6}(?:PLEASE )?KILL (?:BC|AM|PM)-\w"
)
_PREFIX = re.compile(r"^(?:WITHDRAWN|WITHDRAWAL|RETRACTED)\s?[-–—:]+(?P<rest>.*)")
_IMPERATIVE = re.compile(
    _ADDRESS + r"(?:please )?(?:kill|withdraw|disregard)(?: and (?:kill|withdraw|disregard|do not use))? "
    rf"(?:(?:BC|AM|PM)-\w|(?:the|our|this|all|any|an?|earlier|previous)\b{_CLAUSE}{{0,120}}?\b(?:{_THING}|{_THINGS})\b)",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    _ADDRESS
    + rf"{_CLAUSE}{{0,200}}?\b(?:{_THING}\b{_CLAUSE}{{0,200}}?\b(?:is|was|has been|should be)"
    + rf"|{_THINGS}\b{_CLAUSE}{{0,200}}?\b(?:are|were|have been|should be)) {_WRONG}{_ACT}\b",
    re.IGNORECASE,
)
_SHOUTED_ACT = re.compile(
    rf"(?i:{_ADDRESS})"
    rf"{_CLAUSE}{{0,300}}?\b(?i:is|are|has been|have been|was) (?i:{_WRONG})(?:WITHDRAWN|KILLED|RETRACTED)\b"
)
_UNADDRESSED = re.compile(
    rf"^\W{{0,6}}(?:the|this|our)\b{_CLAUSE}{{0,200}}?\b{_THING}\b{_CLAUSE}{{0,200}}?"
    rf"\b(?:is|has been) {_WRONG}withdrawn\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    rf"^\W{{0,6}}this(?: [A-Z][a-z]+ \d{{1,2}})? {_THING} (?:has been|is|was) (?:hereby )?(?:withdrawn|retracted)\b"
    r"|^\W{0,6}(?:die|diese) (?:\w{1,12}-)?meldung\b[^.\n]{0,200}\b(?:wird|ist|wurde) (?:hiermit )?zurückgezogen\b",
    re.IGNORECASE,
)
_NO_SUBSTITUTE = re.compile(r"no (?:substitute|replacement) (?:story|item|version)|\bSTORY_NUMBER\b", re.IGNORECASE)
_SLUG = re.compile(r"(?:^|,\s?)(?:(?:MANDATORY|BULLETIN|URGENT|STORY) )?KILL\s*$", re.IGNORECASE)
_SLUG_SHOUTED = re.compile(r"\b(?:MANDATORY|BULLETIN) KILL\b")


def advises_kill(headline: str, slugline: str, body: str, senders: tuple[str, ...] = ()) -> bool:
    """Whether the slugline's keyword, the headline or one of the first lines of the body kills a story.

    ``senders`` are the names of who sends it, as far as they are known.
    """
    if _SLUG.search(slugline) or _SLUG_SHOUTED.search(slugline):
        return True
    if (match := _PREFIX.match(headline)) and not match["rest"].isupper():
        return True
    lines = [line for line in body[:4000].split("\n") if line.strip()][:OPENING_LINES]
    if any(_line_kills(line) for line in (headline, *lines)) or requests_kill(headline, lines, senders):
        return True
    opening = " ".join(lines[:3])[:LONGEST_LINE]
    return bool(_UNADDRESSED.match(_QUOTED.sub("…", opening)) and _NO_SUBSTITUTE.search(body[:4000]))


def _line_kills(line: str) -> bool:
    bare = _QUOTED.sub("…", line.strip()[:LONGEST_LINE])
    if any(pattern.match(bare) for pattern in (_SHOUTED, _KEYWORD, _IMPERATIVE, _PASSIVE, _OWN)):
        return True
    match = _SHOUTED_ACT.match(bare)
    return bool(match and not match[0].isupper())
