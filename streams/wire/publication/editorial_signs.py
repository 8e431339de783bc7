"""Reads the signs that desks put on a new version: takes a headline, slugline or note, returns its kind and the rest.

``UPDATE 2-``, ``(CORRECTED)``, ``2ND LEAD``, ``Rectificatif :`` and ``(ACTUALISATION)`` say what a version is and are
no part of its headline. A headline that merely has such a word keeps it: a sign stands at an end of the line,
in capitals, in brackets or before a colon. Every repetition is bounded.
"""

import re
from typing import Literal, NamedTuple

from streams.wire.publication.any_of import AnyOf
from streams.wire.publication.folding import caseless
from streams.wire.text import word_set

SignedKind = Literal["correction", "update", ""]
MOST_SIGNS = 4  # on one headline: REFILE-UPDATE 2-
LONGEST_SIGN = 80  # characters, at either end of a headline
LONGEST_HEADLINE = 600

_CORRECTIONS = (
    r"CORRECTED(?: VERSION)?|CORRECTIONS?(?: (?:FROM|BY) SOURCE)?|CORRECT(?:S|IVE)|CORRECTING(?: AND REPLACING)?"
    r"|REFIL(?:E|ED|ES|ING)|ERRAT(?:UM|A)(?: CORRIGE)?|CORRIGENDUM|REPLACEMENT|RECTIF|CORRECTIF"
    r"|RECTIFI(?:CATIF|CATION|É|E|ED|ES)"
    r"|(?:VERSION )?CORRIG(?:[ÉE]E?S?|[ÉE]R)|ANNULE ET REMPLACE|BERICHTIG(?:UNG|T|TE FASSUNG)|RICHTIGSTELLUNG|KORR"
    r"|KORREKTUR|KORRIGIERT(?:E FASSUNG)?|CORRECCI[ÓO]N|CORREGID[AO]|RECTIFICACI[ÓO]N|RECTIFICAD[AO]|FE DE ERRORES"
    r"|CORREZIONE|RETTIFICA|CORRETT[AO]|CORRE[CÇ]?[CÇ][ÃA]O|CORRIGID[AO]|RE(?:C)?TIFICA[CÇ][ÃA]O|CORRECTIE"
    r"|CORR|CLARIF(?:ICATION|IES)|PRÉCISION|FE DE ERRATAS|RIPETIZIONE CORRETTA|OPRAVA|KOREKTA|HELYESB[ÍI]T[ÉE]S"
    r"|D[ÜU]ZELTME|УТОЧНЕН(?:ИЕ|О)"
    r"|RECTIFICATIE|GECORRIGEERD|R[ÄA]TTELSE|R[ÄA]TTAD|RETTELSE|RETTET|KORRIGER(?:T|ET|ING)|KORJAUS|KORJATTU"
    r"|ИСПРАВЛЕН(?:ИЕ|О)|ПОПРАВКА|訂正|更正|勘误|勘誤|정정(?:보도)?|수정|تصحيح|תיקון|ΔΙΟΡΘΩΣΗ|ВИПРАВЛЕН(?:НЯ|О)|SPROSTOWANIE|ISPRAVAK"
)
_UPDATES = (
    r"UPDAT(?:E|ED|ES|ING)|UPD|WRAP-?UP|RECASTS?|REPEATS?|RPT|WRITE-?TH(?:RU|ROUGH)|ROUND-?UP|ADDING MULTIMEDIA"
    r"|(?:R[ÉE])?ACTUALIS(?:ATION|[ÉE]E?S?)|MISE? [ÀA] JOUR|MIS [ÀA] JOUR|MAJ|ACTUALIZA(?:CI[ÓO]N|D[AO])?|AMPLIACI[ÓO]N"
    r"|AMPL[ÍI]A|AGGIORNA(?:MENTO|T[AO])?|ATUALIZA(?:[CÇ][ÃA]O|D[AO])?|ACTUALIZA[CÇ][ÃA]O|AKTUALISIER(?:UNG|T)"
    r"|WDH(?:LG)?|WIEDERHOLUNG|RIPETIZIONE|REPETI(?:[CÇ][ÃA]O|CI[ÓO]N|SJON)|REENV[ÍI]O|HERHALING|TOISTO|ПОВТОР"
    r"|ДОПОЛНЕН(?:ИЕ|О)|VERSI[ÓO]N ACTUALI[SZ](?:[ÉE]E|ADA)|UUSI VERSIO|NY VERSJON"
    r"|ZUSAMMENFASSUNG(?: \d{4})?|NEUE FASSUNG|UPPDATER(?:AD|ING)|NY VERSION|OPPDATER(?:T|ING)|OPDATER(?:ET|ING)"
    r"|P[ÄA]IVITYS|P[ÄA]IVITETTY|ОБНОВЛЕН(?:ИЕ|О)|更新|업데이트|갱신|종합|재송|تحديث|עדכון|ОНОВЛЕН(?:НЯ|О)|ACTUALIZARE"
)
# What counts takes: the first lead, the third net. A number is needed, since lead is also a metal.
_TAKES = r"(?:LEAD|LD|NET|SUB|UPDATE|WRITE-?TH(?:RU|ROUGH)|ROUND-?UP|WRAP-?UP|ZUSAMMENFASSUNG|ZF|VERSION)"
_NUMBERED = (
    rf"(?:\d{{1,2}} ?(?:ST|ND|RD|TH|[EÈ]?ME|E|ER|º|\.)[ -]?{_TAKES}(?:[ -]{{1,2}}(?:WRITE-?TH(?:RU|ROUGH)|ALL))?"
    rf"|(?:FIRST|SECOND|THIRD|FOURTH|FIFTH|NEW) (?:LEAD|LD)|(?:LEAD|LD|NET|UPDATE) ?\d{{1,2}}(?![-–:]?\d)"
    r"|NEU \d(?![-–:]?\d))"
)
_SIGN = rf"(?:(?P<fix>{_CORRECTIONS})|(?P<take>{_NUMBERED})|(?P<new>{_UPDATES}))"
# In brackets these are signs too.
_SIGN_INSIDE = _SIGN.replace("(?P<new>", r"(?P<new>(?-i:LEAD|Lead|L[Dd])|NEU(?=:)|ZUS\.?(?:FASS\.?)?|").replace(
    "(?P<fix>", "(?P<fix>PRECISION|"
)
_COUNT = r"(?:\s?(?:NO\.? ?|#|№ ?)?\d{1,3})?(?!\w)"
# Stars, bullets, arrows, warning signs and the like.
_EDGE = '[*+#=/\\\\|\\s"“”«»•·※\u2190-\u21ff\u25a0-\u27bf\ufe0f\U0001f300-\U0001faff]{0,6}'
_STOP = r"\s{0,2}(?:\.?[-–—:：/|]{1,3}|\.{2,3})\s{0,2}"
_EXTRA = r"(?:\s?\((?-i:[A-Z][A-Z ,&]{1,40}|OFFICIAL)\))?"  # CORRECTED (OFFICIAL)-
_ATTENTION = r"(?:(?:ATTENTION|ATTN|ATT|EDS)\s{0,2}[-–—:]\s{0,2})?"
_BRACKETED = (
    rf"[(\[【（]\s?{_ATTENTION}{_SIGN_INSIDE}{_COUNT}\s?"
    r"(?:[,;:/–—-][^()\[\]]{0,60}|(?:WITH|TO|IN|AT|ON|AVEC|CON|MIT|UM)\s[^()\[\]]{1,60})?[)\]】）]"
)
# Without one of these, in lower case, a headline has no sign.
_ROOTS = AnyOf([
    "corr", "refil", "errat", "rectif", "retific", "rettif", "rettel", "rettet", "rätt", "ratt", "korr", "korj",
    "bericht", "richtigst", "replace", "remplace", "upda", "uppd", "oppd", "opdat", "wrap", "recast", "repeat",
    "rpt", "thru", "through", "round", "multimedia", "actuali", "ampl", "aggiorn", "atuali", "aktuali", "zusamm",
    "fassung", "version", "päivit", "paivit", "lead", "обновл", "исправл", "поправк", "訂正", "更正", "更新", "clarif",
    "precis", "précis", "fe de err", "ripeti", "oprav", "korekt", "helyesb", "düzelt", "duzelt", "уточнен",
    "дополнен", "wdh", "wiederh", "repeti", "reenv", "herhal", "toisto", "versio", "versjon", "zus", "повтор", "neu",
    "勘误", "勘誤", "정정", "수정", "تصحيح", "תיקון", "διορθωσ", "виправл", "sprost", "isprav",
    "업데이트", "갱신", "종합", "재송", "تحديث", "עדכון", "оновл", ".-", ". -",
])  # fmt: skip
_SHORT_ROOTS = AnyOf(["upd", "jour", "maj", "ld", "net", "sub"])  # these count as words only
_SHORT_WORD = re.compile(r"(?:upd|jour|maj|\dld)\b|\b(?:ld|net|sub)\b")
_LETTER_BY_LETTER = re.compile(r"(?:[a-z] ){5}")
_SPACED = re.compile(r"^(/?\s?)((?:[A-Z] ){4,20}[A-Z])(?= ?(?:--|[-–—:]))")  # C O R R E C T I O N --
_START_BRACKETED = re.compile(rf"{_EDGE}{_BRACKETED}{_EDGE}(?:[-–—:]\s?)?", re.IGNORECASE)
_START_CAPITALS = re.compile(rf"{_EDGE}(?i:{_ATTENTION}){_SIGN}{_COUNT}{_EXTRA}(?P<stop>{_STOP}|[*+]{{1,3}}\s?)")
_START_WORD = re.compile(rf"{_EDGE}{_ATTENTION}{_SIGN}{_COUNT}(?:\s?:\s{{1,2}}|：|\s[-–—]{{1,2}}\s)", re.IGNORECASE)
_START_TAKE = re.compile(
    rf"{_EDGE}(?:URGENT\s)?(?P<take>{_NUMBERED})(?:\s{{0,2}}[-–—:,/]{{1,3}}\s{{0,2}}|\s)", re.IGNORECASE
)
_START_BARE = re.compile(
    rf"(?i:{_ATTENTION})(?:(?P<fix>CORRECTED|CORRECTION|CORRECTING (?:AND|and) REPLACING|CORRIG[ÉE]E?"
    rf"|CORRIGE|RECTIFICATIF|KORREKTUR"
    r"|BERICHTIGUNG|R[ÄA]TTELSE|CORRECCI[ÓO]N|REFILE)|(?P<new>UPDATED?(?: \d{1,2})?|WRAPUP(?: \d{1,2})?|ACTUALISATION"
    r"|ADDING MULTIMEDIA(?: (?:AND|and) REPLACING)?|ACTUALIZACI[ÓO]N))\s{1,2}(?=[\w“\"«])"
)
_START_SHORTENED = re.compile(
    rf"{_EDGE}(?:(?P<fix>RECT|CORR)|(?P<new>AMPL?|ACT))\s?\d{{0,2}}\.\s?[-–—]\s{{0,2}}"
)  # AMP.-
_LEAD = re.compile(r"(?P<new>LEAD|LD|LEAD ALL|ROUNDUP)(?::\s{1,2}|\s{1,2}(?=[A-Z][a-z]))")
_PREFIXED = re.compile(rf"(?P<before>[A-Z0-9]{{2,12}} ?\d{{0,2}}[-–]){_SIGN}{_COUNT}(?P<stop>\s?[-–:]\s?)")
_END_BRACKETED = re.compile(rf"\s{{0,3}}{_BRACKETED}{_EDGE}$", re.IGNORECASE)
_END_CAPITALS = re.compile(rf"\s{{0,2}}(?:[,;/|]|\s[-–—*+]{{1,2}})\s{{0,2}}{_SIGN}{_COUNT}[-–—]{{0,2}}{_EDGE}$")
_END_TAKE = re.compile(rf"\s{{0,2}}[,;/|–—-]{{1,2}}\s{{0,2}}(?P<take>{_NUMBERED}){_EDGE}$", re.IGNORECASE)
_STARTS = (_START_BRACKETED, _START_CAPITALS, _START_WORD, _START_TAKE, _START_BARE, _START_SHORTENED, _LEAD)
_ENDS = (_END_BRACKETED, _END_CAPITALS, _END_TAKE)
_SLUG = re.compile(rf"[(\[]\s?{_SIGN}{_COUNT}[^()\[\]]{{0,60}}[)\]]", re.IGNORECASE)
# Said before a colon or a dash, these are subjects as well.
_NO_SIGNS_AS_WORDS = word_set(
    """
    repeat repeats replacement roundup round-up wrap-up wrapup correct corrects recast recasts net ampliación ampliacion
    version wiederholung ripetizione repetición repeticion repetição precision précision corr herhaling toisto
    повтор
    """
)
_AS_WRITTEN = re.compile(r"\b(?:\d\w\w ?)?L[dD]\b|hru|rough")


class SignedLine(NamedTuple):
    """A headline without its signs, the kind that they give it, and the signs as they stood there."""

    line: str
    kind: SignedKind = ""
    signs: tuple[str, ...] = ()


def read_headline(headline: str) -> SignedLine:
    """A headline, bare of its editorial signs."""
    if len(headline) > LONGEST_HEADLINE or not _may_have_signs(headline):
        return SignedLine(headline)
    line, kinds, signs = headline.strip(), set[str](), list[str]()
    if spaced := _SPACED.match(line):
        line = f"{spaced[1]}{spaced[2].replace(' ', '')}{line[spaced.end() :]}"
    for _ in range(MOST_SIGNS):
        found = _at_start(line) or _at_end(line)
        if not found or not found[0].strip():
            break
        line, kind, sign = found[0].strip(), found[1], found[2]
        kinds.add(kind)
        signs.append(sign)
    kind = _stronger(kinds)
    if signs and headline.strip().startswith("/"):
        line = line.rstrip("/ ")
    return SignedLine(line, kind or _alone(line), tuple(signs)) if signs else SignedLine(headline, _alone(line))


def _may_have_signs(headline: str) -> bool:
    low = caseless(headline)
    return (
        _ROOTS.is_in(low)
        or (_SHORT_ROOTS.is_in(low) and _SHORT_WORD.search(low) is not None)
        or _LETTER_BY_LETTER.search(low) is not None
    )


def kind_in_slug(slugline: str) -> SignedKind:
    """The kind that a slugline's bracket gives: ``EXAMPLE-BRIDGE/ (UPDATE 1, PIX)``."""
    return _stronger({_kind(match) for match in _SLUG.finditer(slugline[:LONGEST_HEADLINE])})


def _stronger(kinds: set[str]) -> SignedKind:
    return "correction" if "correction" in kinds else "update" if "update" in kinds else ""


def _kind(match: "re.Match[str]") -> SignedKind:
    return "correction" if match.groupdict().get("fix") else "update"


def _alone(line: str) -> SignedKind:
    """A headline that is nothing but a sign stays, and counts."""
    match = re.fullmatch(rf"{_EDGE}{_SIGN}{_COUNT}{_EDGE}", line) if len(line) <= LONGEST_SIGN else None
    return _kind(match) if match else ""


def _at_start(line: str) -> tuple[str, SignedKind, str] | None:
    for pattern in _STARTS:
        match = pattern.match(line)
        if match and _is_sign(pattern, match, line):
            return line[match.end() :], _kind(match), match[0].strip()
    if (match := _PREFIXED.match(line)) and not line.isupper():
        return match["before"] + line[match.end() :], _kind(match), match[0][len(match["before"]) :].strip()
    return None


def _at_end(line: str) -> tuple[str, SignedKind, str] | None:
    for pattern in _ENDS:
        if match := pattern.search(line, max(0, len(line) - LONGEST_SIGN)):
            return line[: match.start()], _kind(match), match[0].strip()
    return None


def _is_sign(pattern: "re.Pattern[str]", match: "re.Match[str]", line: str) -> bool:
    """Whether what looks like a sign is one, and not the first word of a headline."""
    word = (match.groupdict().get("fix") or match.groupdict().get("new") or "").lower()
    if pattern is _START_CAPITALS and line.isupper():  # REPEAT-OFFENDERS JAILED
        return any(c.isspace() or c.isdigit() or c in ":*" for c in match[0]) or word in ("corrected", "refile", "rpt")
    if pattern is _START_WORD and word:
        return word not in _NO_SIGNS_AS_WORDS
    rest = line[match.end() :]
    if pattern in (_START_WORD, _START_TAKE):
        take, stopped = match["take"], match[0].rstrip()[-1:] in "-:–—,/"
        return take.isupper() or bool(_AS_WRITTEN.search(take)) or (stopped and take[:1].isdigit())
    if pattern is _START_BARE:
        return not line.isupper() and (rest[:1].isupper() or rest[:1] in '“"«0123456789')
    return True
