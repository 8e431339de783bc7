"""Removes what stands before the first word of an advisory: takes a line, returns its sentences in plain letters.

A dateline ("Madrid, 26 nov (EFE).-") and an address ("Note to editors:", "Hinweis an die Redaktionen:") are no part of
what is said. An address has only words that address somebody, and ends in a colon or a dash: "Editors say:" and
"The minister told clients:" are none. What stands in quotation marks was said by somebody else, or is a headline, so
only the marks are kept. A slug of the wires becomes `SLUG`, since plain letters no longer show it.
"""

import re
from typing import NamedTuple

from streams.wire.datelines import agency_of, without_dateline
from streams.wire.slugs import SLUGS
from streams.wire.text import plain, word_set

MOST_SENTENCES = 4
LONGEST_ADDRESS = 90
SLUG = "bc-slug"

_A_SLUG = re.compile(SLUGS)
_MAY_BE_SLUG = re.compile("[A-Z]-")
_QUOTED = re.compile(
    r"\"[^\"\n]{0,300}\"|“[^”\n]{0,300}[”“]|„[^“”\"\n]{0,300}[“”\"]|«[^»\n]{0,300}»|»[^«\n]{0,300}«|”[^”\n]{0,300}”"
    r"|‘[^’\n]{0,300}’(?!\w)|(?<!\w)'[^'\n]{3,300}'(?!\w)"
)
_SENTENCE_END = re.compile(r"(?<=[\w\"…)»”][.!?])\s+(?=\W{0,3}[^\W\d_a-zß-öø-ÿ])|(?<=[!?])\s+")
_ABBREVIATED = re.compile(
    r"(?:\b(?:no|nr|nos|jan|feb|mar|apr|jun|jul|aug|sept?|oct|okt|nov|dec|dez|dic|st|mr|mrs|dr|ca|bzw|ref|hrs|[a-z])\.)$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"^\W{0,6}(?P<words>[^:!\n–—]{2,80}?)\s?(?:[:!–—]|\.\s?-{1,2}|/{2,3}|(?<=\s)-{1,2}(?=\s))\s{0,3}(?=\S)"
)
_RECEIVERS = word_set(
    """
    editor editors editors' editor's eds desk desks newsdesk newsdesks newsroom newsrooms subscriber subscribers client
    clients customers publishers broadcasters webmasters redaction redactions redacteurs abonnes journaux medias
    redaktion redaktionen kunden abonnenten bezieher bezieherinnen redaccion redacciones abonados clientes
    suscriptores editores redazione redazioni abbonati clienti redacao redacoes assinantes redactie redacties abonnees
    klanten redaksjon redaksjonen redaksjonene redaksjoner redaktionerna redaktioner redaktionerne redaktionen kunder
    kunderne kundene prenumeranter abonnenter abonnenterne desken deskene toimitukset toimituksille
    redakcja redakcje redakcji klienci klientow abonenci abonentow odbiorcy odbiorcow redakce redakcim klientum
    odberatele odberatelum редакция редакции редакциям редакторам клиентам подписчикам подписчики абонентам
    """
)
_NOTES = word_set(
    """
    note notes notice advisory attention attn att achtung hinweis redaktionshinweis anmerkung avis avviso aviso nota
    atencion attenzione atencao attentie obs ob nb n.b n.b. ndlr important importante wichtig belangrijk viktig viktigt
    vigtigt urgent urgente dringend mededeling mitteilung meddelande melding merknad meddelelse huom huomio
    uwaga uwagi upozorneni pozor внимание вниманию примечание важно huomautus korjaus
    anmarkning bemaerk bemærk bemerk merk correction kill withdrawal withdrawn retraction retracted ruckruf
    zuruckziehung annulation retrait annullamento anulacion intrekking makulering eil eilt
    """
)
_FILLERS = word_set(
    """
    to the our all and for of please kindly dear legal editorial media news picture pictures photo web online technical
    internal mandatory bulletin story an die alle der unsere liebe redaktioneller redaktionelle wichtiger interner aux
    a les nos et la l'attention des de aux chers los las el y e ai agli alle le gli aos as os della del di aan onze let
    op para do dla dla do pro k всем для просим
    drodzy szanowni panstwo wszystkie vazene vazeni
    toutes tous todas todos tutti tutte allen till til alla våra vara ap afp dpa apa sda pa aap cp efe
    ansa anp ntb tt lusa belga reuters kyodo xinhua ritzau upi red ctk pti lusa
    """
)
# "Please note", "Let op": these need no other word.
_PHRASES = frozenset(
    [
        "please note",
        "let op",
        "bitte beachten",
        "kindly note",
        "please be advised",
        "zur beachtung",
        "anp",
        "ntb",
        "tt",
        "ritzau",
        "belga",
        "lusa",
        "ansa",
        "apa",
        "dpa",
    ]
)


# Words of courtesy before what is said: "Please note this story …", "Liebe Redaktionen, bitte …".
_COURTESY = re.compile(
    r"\W{0,6}(?:(?:please|kindly) note(?: that)?|please be (?:advised|aware|informed)(?: that)?"
    r"|(?:bitte )?beachten sie(?: bitte)?, dass|veuillez noter que|merci de noter que"
    r"|(?:dear|liebe[rs]?|sehr geehrte[rs]?|werte|chers|cheres|estimad[oa]s|gentili|cari|caros|prezados|beste|geachte"
    r"|kjære|kära|kære|bästa|hyvät|drodzy|szanowni|vážen[ií]|уважаемые) (?:[\w/]+ ){0,4}?[\w/]+,) (?=\w)",
    re.IGNORECASE,
)


class Opening(NamedTuple):
    """A line without what stands before its first word: as it is written, and its sentences in plain letters."""

    line: str
    sentences: tuple[str, ...]
    addressed: bool  # whether it addresses those who receive the wire
    agency: str  # that its dateline names


SAYS_NOTHING = Opening("", (), addressed=False, agency="")


def read_opening(line: str) -> Opening:
    """What a line says, bare of its dateline and its address."""
    bare, addressed, agency = _bare(line)
    return Opening(bare, tuple(_sentences(bare)), addressed, agency)


def bare_line(line: str) -> str:
    """A line without its dateline and its address."""
    return _bare(line)[0]


def said(line: str) -> str:
    """A line in plain letters: a slug is `SLUG`, and of what is quoted only the marks are left."""
    return plain(_without_names(line))


def _bare(line: str) -> tuple[str, bool, str]:
    bare, addressed, agency = line, False, ""
    for _ in range(3):
        before = bare
        if end := _end_of_address(bare):
            bare, addressed = bare[end:], True
        elif match := _COURTESY.match(bare[:LONGEST_ADDRESS]):
            bare, addressed = bare[match.end() :], True
        elif (bare := without_dateline(bare)) != before:
            agency = agency or agency_of(before)
        else:
            break
    return bare, addressed, agency


def _without_names(line: str) -> str:
    line = _QUOTED.sub("“…”", line)
    return _A_SLUG.sub(SLUG, line) if _MAY_BE_SLUG.search(line) else line


def is_slug(text: str) -> bool:
    """Whether a text begins with a slug, and goes on with nothing that would make it a headline."""
    match = _A_SLUG.match(text)
    return match is not None and (
        match[0][:3] in ("BC-", "AM-", "PM-") or text[match.end() :].lstrip()[:1] in ("", *",.;(")
    )


def _sentences(line: str) -> list[str]:
    text, parts, start = _without_names(line), list[str](), 0
    for match in _SENTENCE_END.finditer(text):
        if len(parts) == MOST_SENTENCES - 1:
            break
        if not _ABBREVIATED.search(text[: match.start()][-8:]):
            parts.append(text[start : match.start()])
            start = match.end()
    return [plain(part) for part in (*parts, text[start:])]


def _end_of_address(line: str) -> int:
    match = _ADDRESS.match(line[:LONGEST_ADDRESS])
    if not match:
        return 0
    words = [word.strip(".,()") for word in plain(match["words"]).replace("/", " ").replace("-", " ").split()]
    marked = any(word in _RECEIVERS or word in _NOTES for word in words) or " ".join(words) in _PHRASES
    known = all(word in _RECEIVERS or word in _NOTES or word in _FILLERS for word in words)
    return match.end() if words and marked and (known or " ".join(words) in _PHRASES) else 0
