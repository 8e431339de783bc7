"""Recognizes requests to kill a story in fourteen languages: takes lines, returns an advice.

As in `advisories`, prose never kills. A sentence must begin with a request to the receiver that names the act and a
story, or say that this very story is withdrawn (`kill_requests`), or a line must be the act alone as a keyword
("ANULAR", "INTREKKING"). "The story … is withdrawn" and "X has retracted its story" are also what a newspaper prints,
so they need a second sign: an instruction to the receivers, a headline that says that this is a notice, or that X is
who sends it. Even then X may report of itself: what it "retracted", or tells at length, is withheld. Whoever else
withdraws a story, a report or an item, that is news, whatever the readers are told.
"""

import re
from collections.abc import Iterable

from streams.wire.publication.kill_keywords import is_keyword
from streams.wire.publication.kill_notes import Advice
from streams.wire.publication.kill_requests import is_request
from streams.wire.publication.kill_sentences import is_reported
from streams.wire.publication.kill_statements import is_instruction, is_statement, names_transmission, withdraws
from streams.wire.publication.kill_stems import may_confirm, may_kill
from streams.wire.publication.kills_by_sender import advice_of_sender
from streams.wire.publication.openings import SAYS_NOTHING, Opening, read_opening, said

# Everything here is matched against text in lower case without accents.
_STORY = r"(?:story|stories|article|dispatch|dispatches|copy|snap)"
_THING = r"(?:item|items|report|alert|version|text)"
# A whole headline that says so; words outside its group are also said of wares and people.
_NOTICE = re.compile(
    r"^\W{0,6}(?:(?P<sure>(?:story |bulletin |mandatory )?kill (?:notice|advisory|message)"
    r"|(?:story|article|dispatch) (?:killed|withdrawn|retracted|removed|deleted|kill|withdrawal|retraction)"
    r"(?: notice)?)"
    r"|notice of (?:withdrawal|retraction)|(?:withdrawal|retraction)(?: notice)?"
    r"|annulation|anulacion|annullamento|intrekking|zuruckziehung|ruckruf|retrait|makulering)\W{0,6}$"
)
_NOTICE_FIRST = re.compile(
    r"^\W{0,6}(?:(?!story|article)\w{2,8} )?(?:(?P<sure>(?:story |mandatory )?kill(?: notice| advisory)?|makulerar"
    r"|(?:story|article|dispatch) (?:killed|withdrawn|retracted|removed|deleted|retraction|withdrawal))"
    r"|(?:retraction|withdrawal)(?: notice| advisory)?)\s?[:–—-]"
)
_KILL = re.compile(r"^\W{0,6}(?:(?:MANDATORY|BULLETIN|URGENT|STORY) )?KILL(?: NOTICE| ADVISORY)?\s?[:.–—-]")
_WITHDRAWN = r"(?:killed|withdrawn|retracted|cancell?ed)\b(?! from\b)"
_SAID_SO = re.compile(rf"\b(?:{_STORY}|{_THING})\b[^.\n]{{0,120}}?\b{_WITHDRAWN}")
_SAID_SURELY = re.compile(
    r"^\W{0,6}(?:the|this|our) (?:[^.,\n]{0,60} )?(?:story|newsflash)\b[^.\n]{0,120}?\b"
    rf"{_WITHDRAWN}(?! (?:by|in|on|at)\b)"
)
_TO_EDITORS = re.compile(
    r"^\W{0,6}(?:notice|note|attention|attn|advisory)\W{1,3}(?:to )?(?:editors?|eds|clients|subscribers)\W{0,6}$"
)
_NOT_TO_BE_USED = re.compile(
    rf"^\W{{0,6}}(?:the|this|our)\b[^.\n]{{0,80}}?\b(?:{_STORY}|{_THING})\b[^.\n]{{0,120}}?"
    r"\b(?:should|must) not be (?:used|published)\b"
)
LONGEST_LINE = 400
MOST_LINES = 4  # in which a notice says what it is
LONGEST_NOTICE = 900  # characters of the opening lines; what is longer is a report


def advice_of_words(headline: str, lines: Iterable[str], senders: tuple[str, ...]) -> Advice:
    """What a headline and the opening lines advise to do with a story. ``senders`` name who sends it."""
    lines = list(lines)
    if not may_kill("\n".join((headline, *lines))):
        return ""
    headline, *written = (line.strip()[:LONGEST_LINE] for line in (headline, *lines))
    title = read_opening(headline)
    openings = list(map(_read, written))
    spoken = [sentence for opening in openings for sentence in opening.sentences]
    if any(map(is_request, (*title.sentences[:1], *spoken))):
        return "kill"
    if any(map(is_keyword, dict.fromkeys((headline, *written, *(one.line for one in openings))))):
        return "kill"
    instructed = any(map(is_instruction, spoken))
    bare = said(headline)
    if (
        (instructed and any(map(_KILL.match, (headline, *written))))
        or _is_notice(bare, openings[:MOST_LINES])
        or _states_it(bare, openings, instructed=instructed)
    ):
        return "kill"
    is_long = sum(map(len, lines)) > LONGEST_NOTICE
    notice = _NOTICE.match(bare)
    noticed = bool((notice and notice["sure"]) or (instructed and (notice or _NOTICE_FIRST.match(bare))))
    return advice_of_sender([title, *openings[:3]], senders, noticed=noticed, is_long=is_long)


def _read(line: str) -> Opening:
    return read_opening(line) if may_confirm(line) else SAYS_NOTHING


def _is_notice(title: str, openings: list[Opening]) -> bool:
    """Whether a headline says that this is a notice, and the text that a story is not to be used."""
    sentences = [sentence for opening in openings for sentence in opening.sentences if not is_reported(sentence)]
    if _TO_EDITORS.match(title):
        return any(map(_NOT_TO_BE_USED.search, sentences))
    if not (match := _NOTICE.match(title)):
        return False
    said_so = _SAID_SO if match["sure"] else _SAID_SURELY
    return any(map(said_so.search, sentences)) or bool(match["sure"] and any(map(is_instruction, sentences)))


def _states_it(title: str, openings: list[Opening], *, instructed: bool) -> bool:
    """Whether a line states that a story is withdrawn or wrong, and another sign says that this is meant."""
    notice = _NOTICE_FIRST.match(title)
    confirmed = instructed or (notice is not None and notice["sure"] is not None)
    for opening in openings:
        for sentence in filter(is_statement, opening.sentences):
            if confirmed or (withdraws(sentence) and (opening.addressed or names_transmission(sentence))):
                return True
    return False
