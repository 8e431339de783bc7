"""Recognizes requests to kill a story in fourteen languages: takes lines, returns yes or no.

As in `advisories`, prose never kills. A sentence must begin with a request to the receiver that names the act and a
story, or say that this very story is withdrawn (`kill_requests`), or a line must be the act alone as a keyword
("ANULAR", "INTREKKING"). A keyword with a headline behind it ("ANNULATION - Pont fermé"), "The story … is withdrawn"
and "X has retracted its story" are also what a newspaper prints, so they need a second sign: a request or such a
sentence in the opening lines, an instruction to the receivers, a headline that says that this is a notice, or that X
is who sends it. Whoever else withdraws a story, a report or an item, that is news, whatever the readers are told.
"""

import re
from collections.abc import Iterable

from streams.wire.publication.kill_requests import is_request
from streams.wire.publication.kill_sentences import is_reported
from streams.wire.publication.kill_statements import is_instruction, is_statement, names_transmission, withdraws
from streams.wire.publication.kill_stems import may_confirm, may_kill
from streams.wire.publication.kills_by_sender import by_somebody
from streams.wire.publication.openings import SAYS_NOTHING, Opening, is_slug, read_opening, said
from streams.wire.publication.senders import is_sender
from streams.wire.text import plain

# Everything here is matched against text in lower case without accents.
_STORY = r"(?:story|stories|article|dispatch|dispatches|copy|snap)"
_THING = r"(?:item|items|report|alert|version|text)"
# Alone in a line, or with a slug or number behind it, these are desks' keywords.
_KEYWORD = re.compile(
    r"""
    ^ \W{0,6} (?: a \s | te \s | da \s | to \s )?
    (?: annulation | annuler | annulee? | anular | anulacion | anulacao | anulad[ao] | annullamento | annullare
      | annullat[ao] | annulla (?: \se\s(?:sostituisce|riemette) )? | anula\sy\s(?:sustituye|reemplaza)
      | intrekking | intrekken | ingetrokken | zuruckgezogen | zuruckziehung | streichung | storno | stornierung
      | retrait | retiree? | makuler(?:as|ing|at|ad|es)
      | anul(?:ujemy|owan[aeoy]|owanie|acja) | wycof(?:ujemy|an[aeoy]|anie)
      | аннулир(?:овано?|уется|ование|уем) | отозвано?
      | storn(?:ujeme|ovano) | zrus(?:eno|ena|eni|ime) | peru(?:taan|ttu|utus|utettu)
      | (?:kill | withdrawal | retraction) (?:\s(?:notice|advisory))? )
    (?: \s de \s (?: depeche | notizia | noticia ) )?
    \s* (?: [-–—:]+ \s* (?P<rest>.*) )? [\W]* $
    """,
    re.VERBOSE,
)
_ALSO_NEWS = re.compile(r"^\W{0,6}retrait\W*$")  # of troops, of a bill
_IN_CAPITALS = re.compile(r"^\W{0,6}(?:[A-ZÀ-ÞА-Я]{2}|[AÀ] )")
# Only a request can have these words; a newspaper does not put them before a headline.
_ORDERS = re.compile(r"^\W{0,6}(?:a |da |te )?(?:anular|annuler|annullare|intrekken)\s*[-–—:]")
_NUMBER = re.compile(r"^[a-z]{0,4}\d{3,6}\b", re.IGNORECASE)
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
# Said of a story or dispatch, in the words between two commas.
_NAMED = (
    r"(?:bericht|artikel|meldung|nachricht|depeche|article|noticia|informacion|information|nota|notizia|dispaccio"
    r"|texten)"
)
_ACTS = (
    r"(?:ingetrokken|zuruckgezogen|storniert|annulee?|retiree?|anulad[ao]|retirad[ao]|annullat[ao]|ritirat[ao]"
    r"|makuler\w+)"
)
_TO_DO = (
    r"(?:in te trekken|intrekken|zuruckziehen|streichen|annuler|retirer|anular|retirar|annullare|ritirare|makulera"
    r"|anulen|annullate|annulez)"
)
_LOOSELY = re.compile(
    rf"\b(?:{_NAMED}\b[^.,\n]{{0,60}}?\b(?:{_ACTS}|{_TO_DO})|{_TO_DO}\b(?: \w+){{0,3}} {_NAMED}"
    r"|(?:story|dispatch)\b[^.,\n]{0,60}?\b(?:killed|withdrawn|retracted))\b"
)
LONGEST_LINE = 400
MOST_LINES = 4  # in which a keyword's headline is taken up again


def requests_kill(headline: str, lines: Iterable[str], senders: tuple[str, ...]) -> bool:
    """Whether a headline and the opening lines ask for a story to be killed. ``senders`` name who sends it."""
    lines = list(lines)
    if not may_kill("\n".join((headline, *lines))):
        return False
    headline, *written = (line.strip()[:LONGEST_LINE] for line in (headline, *lines))
    title = read_opening(headline)
    openings = list(map(_read, written))
    spoken = [sentence for opening in openings for sentence in opening.sentences]
    if any(map(is_request, (*title.sentences[:1], *spoken))):
        return True
    shouted = filter(_IN_CAPITALS.match, dict.fromkeys((headline, *written, *(one.line for one in openings))))
    if any(_is_keyword(line, plain(line)) for line in shouted):
        return True
    instructed = any(map(is_instruction, spoken))
    return (
        (instructed and any(map(_KILL.match, (headline, *written))))
        or (
            _begins_with_keyword(headline, plain(headline))
            and any(map(_LOOSELY.search, map(said, written[:MOST_LINES])))
        )
        or _is_notice(said(headline), openings[:MOST_LINES])
        or _states_it(said(headline), openings, instructed=instructed)
        or _sender_does(said(headline), [title, *openings[:3]], senders, instructed=instructed)
    )


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


def _sender_does(title: str, openings: list[Opening], senders: tuple[str, ...], *, instructed: bool) -> bool:
    """Whether a sentence says that a story is withdrawn by who sends the item, or names what was sent and how."""
    notice = _NOTICE.match(title)
    noticed = (notice and notice["sure"]) or (instructed and (notice or _NOTICE_FIRST.match(title)))
    for opening in openings:
        known = senders if any(senders) else (opening.agency,)
        for sentence in opening.sentences[:2]:
            match = by_somebody(sentence)
            if not match or is_reported(sentence):
                continue
            unsure = not any(known) and match["object"] in ("a", "an")
            which = match["which"] or (match["named"] and not match["quoted"])
            if noticed or which or (not unsure and is_sender(match["who"], known)):
                return True
    return False


def _is_keyword(line: str, low: str) -> bool:
    """Whether a line is a desk's keyword in capitals, alone or before a slug; infinitives also before a headline.

    ``low`` is the line as `plain` makes it.
    """
    match = _KEYWORD.match(low)
    if not match or not _begins_with_keyword(line, low):
        return False
    rest = (match["rest"] or "").strip()
    written = line[len(line) - len(rest) :] if rest else ""
    ordered = bool(_ORDERS.match(low)) and not written.isupper()
    alone = not rest and not _ALSO_NEWS.match(low)
    return alone or ordered or is_slug(written) or bool(_NUMBER.match(written))


def _begins_with_keyword(line: str, low: str) -> bool:
    match = _KEYWORD.match(low)
    return match is not None and line[: len(line) - len(match["rest"] or "")].isupper()
