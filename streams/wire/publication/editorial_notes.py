"""Reads notes between desks: takes notes and a text's opening lines, returns the kind of version that they state.

``Eds: UPDATES with reaction``, ``ATTENTION - CORRIGE para 4 ///``, ``(Adds quote, background)``. Only a verb that
such a line begins with counts. Lines that are for editors alone are taken out of the text.
"""

import re
from typing import NamedTuple

from streams.wire.publication.editorial_signs import SignedKind

OPENING_LINES = 4  # of the text: such lines stand at the top
LONGEST_LINE = 400
LONGEST_NOTE = 2000

_CORRECTS = (
    r"correct(?:s|ing)|corrected version|corrects|refiles|refiling|corrige|rectifie|rectifica|retifica"
    r"|corregge|rettifica"
    r"|corrigeert|korrigiert|berichtigt|korrektur|berichtigung|korrigerer|korrigerar|rättar|retter|rectificatif|erratum"
    r"|(?:the )?(?:story|item|version|report|dispatch) (?:is|has been|was) (?:being )?corrected"
    r"|this (?:\w{3,9}\.? \d{1,2} )?(?:story|item|version|report|article) (?:corrects|has been corrected"
    r"|was corrected|is corrected)"
    r"|clarif(?:ies|ying)|con correcci[óo]n|con rettifica|met correctie|version corrigée|versi[óo]n corregida"
    r"|this [^.\n]{0,40}?(?:story|item|version|report) (?:was|is|has been) refiled"
    r"|replaces? (?:an )?(?:incorrect|erroneous|earlier incorrect)"
    r"|repetici[óo]n corregida|ripetizione corretta|исправляет|исправлен\w{0,3}|уточняет|poprawia"
)
_UPDATES = (
    r"updat(?:es|ing)|adds|adding|recasts|subs|substitutes|inserts|rewrites|leads with|edits|raises|trims|restores"
    r"|incorporates|combines|expands|new throughout|new approach|changes (?:dateline|headline|short headline|byline)"
    r"|writethru|repeats|rpts|moves|releads|tops"
    r"|ajoute|ajout|actualise|actualisation|compl[èe]te (?:avec|par|l[ae'’])|pr[ée]cise|d[ée]veloppe"
    r"|modifie|enrichit|remplace|reprend|met à jour|mise à jour"
    r"|actualiza|a[ñn]ade|precisa|modifica|ampl[íi]a|agrega|incluye|atualiza|acrescenta|adiciona|inclui|aggiorna|aggiunge"
    r"|replaces|nouvelle version|nueva versi[óo]n|nova vers[ãa]o|neue version|neufassung|präzisiert"
    r"|omarbetad|ny versjon"
    r"|aktualisiert|aktualisierung|ergänzt|erweitert|durchgehend neu|neu:|voegt toe|legger til|lägger till|tilføjer"
    r"|sostituisce|sustituye|reemplaza|substitui|ersetzt|vervangt|ersätter|erstatter|korvaa|дополняет|добавляет"
)
_DESK = (
    r"(?:\W{0,6}(?:(?:eds?|editors?)\b\.?\s?[:;,–—-]+|(?:attention|attn|att|achtung|atenci[óo]n|aten[çc][ãa]o|attenzione)\b\s?(?:eds?|editors)?\s?[:–—-]+"
    r"|apnewsnow\.?|note\s?:))"
)
_VERB = rf"(?:(?P<fix>{_CORRECTS})|(?P<new>{_UPDATES}))(?!\w)"
_NOTE = re.compile(rf"{_DESK}{{0,3}}\W{{0,6}}{_VERB}", re.IGNORECASE)
_DESK_LINE = re.compile(rf"{_DESK}{{1,3}}\W{{0,6}}{_VERB}", re.IGNORECASE)
_SHOUTED = re.compile(
    r"\W{0,6}(?:ATTENTION\W{1,4})?(?P<fix>CORRECTIONS?|CORRECTED|CORRIG[ÉE]E?|KORREKTUR|CORRECCI[ÓO]N)"
    r"\s?(?:[:–—-]|to\b|$|§|par)"
)
# Nouns say so in brackets, where what is changed follows: "(Corrección: la edad)", "(Ampliación con reacciones)".
_FIXING = (
    r"correction|correctif|rectification|correcci[óo]n|rectificaci[óo]n|correzione|errata(?: corrige)?|corre[çc][ãa]o"
    r"|retifica[çc][ãa]o|berichtigung|korrektur|korrigierte fassung|correctie|rectificatie|rättelse|korrigering"
    r"|rettelse|retting|oikaisu|korjaus|sprostowanie|исправление"
)
_RENEWING = (
    r"update|actualisation|ampliaci[óo]n|actualizaci[óo]n|aggiornamento|atualiza[çc][ãa]o|amplia[çc][ãa]o|aktualisierung"
    r"|aanvulling|oppdatering|uppdatering|opdatering|päivitys"
)
_ORDINAL = (
    r"(?:(?:\d{1,2}\s?(?:[ªaºo.]|st|nd|rd|th|[èe]?me|e)?|second|third|segunda|tercera|nueva|zweite|neue|seconda)\s?)?"
)
_CHANGED = (
    r"(?=\s?(?:[:;,–—-]|\))|\s(?:to|of|in|on|with|adds|de|del|della|al|au|aux|du|en|con|avec|i|im|zu|mit|met|med|para"
    r"|par|no|na|nel|nella|al)\b)"
)
_IN_BRACKETS = (
    rf"(?:\(|(?P<square>\[))\s?(?:{_VERB}|{_ORDINAL}(?:(?P<fixing>{_FIXING})|(?P<renewing>{_RENEWING}))(?!\w){_CHANGED})"
    r"[^()\[\]]{0,300}(?:\([^()]{0,80}\)[^()\[\]]{0,100}){0,2}(?(square)\]|\))"
)
_BRACKETED = re.compile(rf"{_IN_BRACKETS}\s*$", re.IGNORECASE)
_BEFORE_A_HEADLINE = re.compile(rf"\s*{_IN_BRACKETS}[\s:–—-]*(?=[^\s)])", re.IGNORECASE)
_BEHIND_A_HEADLINE = re.compile(
    rf"\s\((?:(?:{_CORRECTS})(?!\w)|(?:{_FIXING})(?!\w){_CHANGED})[^()]{{0,300}}\)\s*$", re.IGNORECASE
)
_CORRECTED_STORY = re.compile(
    r"\W{0,3}(?:(?:this|the) (?:[a-z]{3,9}\.? \d{1,2} )?(?:story|item|version|report|article) "
    r"(?:corrects|(?:has been|was|is) corrected"
    r"|(?:cancels and )?(?:replaces|supersedes) (?:the|an|all) (?:previous|earlier))"
    r"|(?:(?:cette|la présente) (?:dépêche|version|information|note|alerte) )?annule et remplace\b"
    r"|cette (?:dépêche|version|information) (?:corrige|rectifie|a été (?:corrigée|rectifiée))"
    r"|(?:esta (?:nota|noticia|informaci[óo]n|versi[óo]n) )?(?:anula y (?:sustituye|reemplaza)|sustituye y anula)\b"
    r"|esta (?:nota|noticia|informaci[óo]n|versi[óo]n) (?:corrige|rectifica|ha sido corregida)"
    r"|(?:questa (?:notizia|versione|nota) )?annulla e sostituisce\b"
    r"|(?:esta (?:not[íi]cia|vers[ãa]o) )?anula e substitui\b"
    r"|diese (?:meldung|fassung|version) (?:ersetzt|berichtigt|korrigiert|wurde (?:berichtigt|korrigiert))"
    r"|(?:in )?(?:dit bericht|deze versie) (?:vervangt|corrigeert|is gecorrigeerd))",
    re.IGNORECASE,
)
CLOSING_LINES = 3  # of the text: such a note may stand below it
_STARRED = re.compile(r"\*{1,6}\s?([^*]{1,300}?)\s?\*{1,6}$")
_FOR_DESKS = re.compile(r"^\s*ATTENTION\s?[-–—:]|/{3}\s*$")
_SENTENCES = re.compile(r"(?<=[.;])\s+|\n+")


class EditorsLines(NamedTuple):
    """A text without the lines that are for editors alone, those lines, and the kind that its opening gives it."""

    body: str
    lines: tuple[str, ...] = ()
    kind: SignedKind = ""


def kind_in_note(note: str) -> SignedKind:
    """The kind that a note to editors gives a version; "" where it gives none."""
    if not note:
        return ""
    note = note[:LONGEST_NOTE]
    found = [_kind(part) for part in _SENTENCES.split(note)]
    found += [_kind_in_brackets(line) for line in note.split("\n")]
    return "correction" if "correction" in found else next(filter(None, found), "")


def read_opening(body: str) -> EditorsLines:
    """A text's opening lines: those for editors are taken out, all of them are read."""
    head, found, kinds = body, list[str](), set[SignedKind]()
    for _ in range(OPENING_LINES):
        line, newline, rest = head.partition("\n")
        line = line.strip()
        if len(line) > LONGEST_LINE:
            break
        for_desks = _is_for_desks(line)
        kind = _kind_of_opening(line, for_desks=for_desks)
        if not (newline and rest.strip() and for_desks and (kind or line.endswith("///"))):
            kinds.add(kind)
            break
        found.append(line.rstrip("/ "))
        kinds.add(kind)
        head = rest.lstrip("\n")
    kind = "correction" if "correction" in kinds else "update" if "update" in kinds else ""
    return EditorsLines(head if found else body, tuple(found), kind)


def kind_of_closing(body: str) -> SignedKind:
    """The kind that a text's last lines give it: ``(This story has been corrected to …)``."""
    lines = body[-LONGEST_LINE * CLOSING_LINES :].rsplit("\n", CLOSING_LINES)[1:]
    return "correction" if any(_CORRECTED_STORY.match(line) for line in lines) else ""


def is_note(line: str) -> bool:
    """Whether a line above a headline is for editors alone, and says what this version changes."""
    line = _STARRED.sub(r"(\1)", line.strip())
    return len(line) <= LONGEST_LINE and bool(_kind_of_opening(line, for_desks=_is_for_desks(line)))


def without_note(text: str) -> tuple[str, str]:
    """A text without a first line that is such a note, in brackets or between stars, and that note."""
    first, _, rest = text.partition("\n")
    is_one = rest.strip() and first.lstrip()[:1] in {"(", "[", "*"} and is_note(first)
    return (rest.lstrip("\n"), first.strip()) if is_one else (text, "")


def split_headline(headline: str) -> tuple[str, str]:
    """A headline and the note in brackets before or behind it: ``(Corrige edad en segundo párrafo) El Gobierno…``."""
    if "(" not in headline and "[" not in headline:
        return headline, ""
    if match := _BEFORE_A_HEADLINE.match(headline):
        return headline[match.end() :], match[0].strip(" :–—-")
    if (match := _BEHIND_A_HEADLINE.search(headline)) and match.start():
        return headline[: match.start()].rstrip(), match[0].strip()
    return headline, ""


def _is_for_desks(line: str) -> bool:
    marked = "///" in line or "ATTENTION" in line  # told in a hundredth of the pattern's time
    return bool(marked and _FOR_DESKS.search(line)) or bool(_DESK_LINE.match(line))


def _kind_of_opening(line: str, *, for_desks: bool) -> SignedKind:
    if kind := _kind_in_brackets(line):
        return kind
    if for_desks:
        return _kind(line) or _kind(line.lstrip("( "))
    return "correction" if _CORRECTED_STORY.match(line) else ""


def _kind_in_brackets(line: str) -> SignedKind:
    match = _BRACKETED.match(line) if line[:1] in {"(", "["} else None
    if not match:
        return ""
    return "correction" if match["fix"] or match["fixing"] else "update"


def _kind(part: str) -> SignedKind:
    match = _NOTE.match(part) or _SHOUTED.match(part)
    if not match:
        return ""
    return "correction" if match["fix"] else "update"
