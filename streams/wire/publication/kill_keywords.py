"""Judges desks' words for a kill that stand before a headline, behind it, or alone: takes lines, returns an advice.

One rule holds for all of them, in every language. Alone in a line, or with a slug or number behind it, the word kills;
so does an order ("ANULAR - …") and what names a story ("(Story withdrawn)"). Before a headline ("WITHDRAWN: Osaka out
of Melbourne", "ANNULATION - Pont fermé", "[RETRACTED] Effects of vitamin D") it is also what newspapers, racecourses
and journals print: it kills only where the text says that a story is withdrawn, and withholds where nothing does.
"""

import re
from collections.abc import Sequence

from streams.wire.publication.kill_notes import Advice
from streams.wire.publication.openings import is_slug, said
from streams.wire.text import plain

# Everything here but the signs is matched against text in lower case without accents.
# Alone in a line, or with a slug or number behind it, these are desks' keywords.
_KEYWORD = re.compile(
    r"""
    ^ \W{0,6} (?: a \s | te \s | da \s | to \s )?
    (?: annulation | annuler | annulee? | anular | anulacion | anulacao | anulad[ao] | annullamento | annullare
      | annullat[ao] | annulla (?: \se\s(?:sostituisce|riemette) )? | anula\sy\s(?:sustituye|reemplaza)
      | intrekking | intrekken | ingetrokken | zuruckgezogen | zuruckziehung | streichung
      | storno | storniert | stornierung
      | retrait | retiree? | retirad[ao] | ritirat[ao] | geannuleerd | tilbaketrukket | makuler(?:as|ing|at|ad|es)
      | anul(?:ujemy|owan[aeoy]|owanie|acja) | wycof(?:ujemy|an[aeoy]|anie)
      | аннулир(?:овано?|уется|ование|уем) | отозвано?
      | storn(?:ujeme|ovano) | zrus(?:eno|ena|eni|ime) | peru(?:taan|ttu|utus|utettu)
      | withdrawn | retracted
      | (?:kill | withdrawal | retraction) (?:\s(?:notice|advisory))? )
    (?: \s de \s (?: depeche | notizia | noticia ) )?
    \s* (?: [-–—:]+ \s* (?P<rest>.*) )? [\W]* $
    """,
    re.VERBOSE,
)
_ALSO_NEWS = re.compile(r"^\W{0,6}(?:retrait|withdrawn|retracted)\W*$")  # of troops, of horses
_IN_CAPITALS = re.compile(r"^\W{0,6}(?:[A-ZÀ-ÞА-Я]{2}|[AÀ] )")
# Only a request can have these words; a newspaper does not put them before a headline.
_ORDERS = re.compile(r"^\W{0,6}(?:a |da |te )?(?:anular|annuler|annullare|intrekken)\s*[-–—:]")
_NUMBER = re.compile(r"^[a-z]{0,4}\d{3,6}\b", re.IGNORECASE)
# In brackets, at either end.
_SIGN = re.compile(r"[(\[](?:WITHDRAWN|RETRACTED|KILLED)[)\]]|.*\S\s*[(\[](?:WITHDRAWN|RETRACTED|KILLED)[)\]]\s*$")
_NAMES_STORY = re.compile(
    r"^\(STORY (?:WITHDRAWN|RETRACTED|KILLED)\)|[(\[](?:STORY|Story) (?i:withdrawn|retracted|killed|removed)[)\]]\s*$"
)
# In small letters, this may also be said of a horse or a bill.
_SUFFIX = re.compile(
    r"[(\[](?:withdrawn|retracted|killed|zurückgezogen|retirée?|annulée?|anulad[ao]|ritirata|ingetrokken)[)\]]\s*$",
    re.IGNORECASE,
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
_TAKEN_UP = re.compile(
    rf"\b(?:{_NAMED}\b[^.,\n]{{0,60}}?\b(?:{_ACTS}|{_TO_DO})|{_TO_DO}\b(?: \w+){{0,3}} {_NAMED}"
    r"|(?:story|dispatch)\b(?! of\b)[^.,\n]{0,60}?\b(?:killed|withdrawn|retracted)"
    r"(?! (?:by|from) (?!(?:our|the) (?:wire|service|site)))"
    r"|(?:story|item|dispatch|copy)\b[^.\n]{0,80}?\bnot be (?:used|published)"
    r"|(?:killed|withdrawn|retracted|removed|deleted) for legal reasons)\b"
)
MOST_LINES = 4  # in which a keyword's headline is taken up again


def advice_of_headline(headline: str, lines: Sequence[str]) -> Advice:
    """What a word before or behind a headline advises; ``lines`` are the first of the text."""
    if "(" not in headline and "[" not in headline and not _IN_CAPITALS.match(headline):
        return ""
    if _NAMES_STORY.search(headline):
        return "kill"
    sign, low = _SIGN.match(headline), plain(headline)
    marked = sign is not None or (_begins_with_keyword(headline, low) and not is_keyword(headline))
    if (marked or _SUFFIX.search(headline)) and any(map(_TAKEN_UP.search, map(said, lines[:MOST_LINES]))):
        return "kill"
    return "withhold" if marked and not headline.isupper() else ""


def is_keyword(line: str) -> bool:
    """Whether a line is a desk's keyword in capitals, alone or before a slug; infinitives also before a headline."""
    if not _IN_CAPITALS.match(line):
        return False
    low = plain(line)
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
