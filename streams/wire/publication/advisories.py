"""Recognizes kills in a wire's advisories: takes the lines of an article, returns what they advise.

Used only where a format has no field for the status. Prose never kills: a line must shout the act as its own
keyword (``BULLETIN KILL``), or address editors and name the act upon a story ("EDITORS: the story … is
WITHDRAWN"). "Three killed in blast", "Editors at the Lancet said the article was retracted" and "EDITORS: recall
the withdrawn bill" do neither: an address ends in a colon or a dash.
"""

import re

from streams.wire.publication.any_of import AnyOf
from streams.wire.publication.folding import caseless
from streams.wire.publication.kill_keywords import advice_of_headline
from streams.wire.publication.kill_notes import Advice
from streams.wire.publication.kill_words import advice_of_words
from streams.wire.publication.openings import bare_line
from streams.wire.slugs import SLUGS

OPENING_LINES = 8  # an advisory stands at the top
LONGEST_LINE = 600
# Without one of these, in lower case, no line kills: looked for first, since nearly all stories have none.
_ACTS = AnyOf(["kill", "withdr", "disregard", "cancel", "retract", "recall", "annulation", "anulaci", "zurückgezogen"])

_THING = r"(?:story|item|article|report|dispatch|copy|alert|snap|version)"
_THINGS = r"(?:stories|items|articles|reports|dispatches|alerts|snaps|versions)"
_ACT = r"(?:withdrawn|killed|cancell?ed|retracted|recalled)"
_WRONG = r"(?:wrong and (?:is |are |should be )?)?(?:hereby |being )?"
# Words of the same clause: no full stop, and no clause of its own whose verb could be meant.
_CLAUSE = r"(?:(?!\b(?:that|which|who|whose|where|when|how|why|if|after|as|because)\b)(?:[^.\n]|\.(?=\w|\s\d)))"
_ADDRESS = (
    r"^\W{0,6}(?:(?:attn|attention|note to|notice to|advisory to)\W{1,3}(?:editors?|eds|subscribers|clients)\b"
    r"|(?:editors?|eds|subscribers|clients)\s?[:;–—-])[\s:;,.–—-]{1,6}"
)
# Which story is meant is said between commas: ", which moved at 1000 GMT,".
_MOVED = re.compile(r", (?:which|that) (?:moved|ran|was (?:sent|moved|issued|transmitted|filed))\b[^,\n]{0,80},")
_QUOTED = re.compile(r"\"[^\"\n]{0,200}\"|“[^”\n]{0,200}”|«[^»\n]{0,200}»|(?<!\w)'[^'\n]{3,200}'(?!\w)")
_SHOUTED = re.compile(r"^\W{0,6}(?:MANDATORY|BULLETIN|URGENT|STORY) KILL(?: ADVISORY| NOTICE)?\s*(?:$|[:;,.(–—-])")
# Alone, or with nothing behind it but a story's slug or number: "KILL: A FILM REVIEW" is a headline.
_KEYWORD = re.compile(
    r"^\W{0,6}(?:KILL(?:[ ,]+KILL)*(?: ADVISORY| NOTICE)?|ANNULATION|ANULACI[OÓ]N)\s*"
    rf"(?:$|[:;(–—-]+\s*(?:$|{SLUGS}\s?(?:$|[,.;(])|(?:BC|AM|PM)-\w|[a-z]{{0,2}}\d{{3,6}}\b))"
    rf"|^\W{{0,6}}(?:PLEASE )?KILL (?:{SLUGS}\s?(?:$|[,.;(])|(?:BC|AM|PM)-\w)"
)
_IMPERATIVE = re.compile(
    _ADDRESS + r"(?:please )?(?:kill|withdraw|disregard)(?: and (?:kill|withdraw|disregard|do not use))? "
    rf"(?:(?-i:{SLUGS}(?:$|[,.;( ])|(?:BC|AM|PM)-\w)"
    rf"|(?:the|our|this|all|any|an?|earlier|previous)\b{_CLAUSE}{{0,120}}?\b(?:{_THING}|{_THINGS})\b)",
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
# Wares and papers are withdrawn too.
_SENT_STORY = (
    r"(?:story|dispatch|(?:item|article|report|alert|version|copy)\W{1,3}(?:slugged|headlined|titled|sent|moved))"
)
_UNADDRESSED = re.compile(
    rf"^\W{{0,6}}(?:the|this|our)\b{_CLAUSE}{{0,200}}?\b{_SENT_STORY}\b{_CLAUSE}{{0,200}}?"
    rf"\b(?:is|has been) {_WRONG}withdrawn\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"^\W{0,6}(?:editor[’']?s?[’']? note\W{1,3})?this(?: [A-Z][a-z]+ \d{1,2})? (?:(?:story|dispatch) "
    r"(?:has been|is|was) (?:hereby )?(?:withdrawn|retracted)\b(?! from (?!(?:our|the) (?:wire|service|site)))"
    r"|(?:item|article|copy|alert) "
    r"(?:has been|is|was) (?:hereby )?(?:withdrawn|retracted)(?=\W*$|[.;] |,? for legal reasons\b))"
    r"|^\W{0,6}(?:die|diese) (?:\w{1,12}-)?meldung\b[^.\n]{0,200}\b(?:wird|ist|wurde) (?:hiermit )?zurückgezogen\b",
    re.IGNORECASE,
)
_NO_SUBSTITUTE = re.compile(r"no (?:substitute|replacement) (?:story|item|version)|\bSTORY_NUMBER\b", re.IGNORECASE)
_SLUG = re.compile(r"(?:^|,\s?)(?:(?:MANDATORY|BULLETIN|URGENT|STORY) )?KILL(?: ADVISORY| NOTICE)?\s*$", re.IGNORECASE)
_SLUG_SHOUTED = re.compile(r"\b(?:MANDATORY|BULLETIN) KILL\b")


def advice(headline: str, slugline: str, body: str, senders: tuple[str, ...] = ()) -> Advice:
    """What the slugline's keyword, the headline and the first lines of the body advise to do with a story.

    ``senders`` are the names of who sends it, as far as they are known.
    """
    if _SLUG.search(slugline) or _SLUG_SHOUTED.search(slugline):
        return "kill"
    lines = [line for line in body[:4000].split("\n") if line.strip()][:OPENING_LINES]
    advices = {advice_of_headline(headline, lines), advice_of_words(headline, lines, senders)}
    if "kill" in advices or _lines_kill(headline, lines, body):
        return "kill"
    return "withhold" if "withhold" in advices else ""


def _lines_kill(headline: str, lines: list[str], body: str) -> bool:
    if not _ACTS.is_in(caseless("\n".join((headline, *lines)))):
        return False
    bare = list(map(bare_line, lines))
    if any(_line_kills(line) for line in dict.fromkeys((headline, *lines, *bare))):
        return True
    opening = " ".join(bare[:3])[:LONGEST_LINE]
    return bool(_UNADDRESSED.match(_QUOTED.sub("…", opening)) and _NO_SUBSTITUTE.search(body[:4000]))


def _line_kills(line: str) -> bool:
    bare = _MOVED.sub("", _QUOTED.sub("…", line.strip()[:LONGEST_LINE]))
    if any(pattern.match(bare) for pattern in (_SHOUTED, _KEYWORD, _IMPERATIVE, _PASSIVE, _OWN)):
        return True
    match = _SHOUTED_ACT.match(bare)
    return bool(match and not match[0].isupper())
