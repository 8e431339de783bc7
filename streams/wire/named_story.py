"""Finds the story that a kill in words names: takes the notice's lines, returns the names that it gives.

Six languages. Only what is marked as a name is one: what follows "slugged", "Stichwort" or "intitulée", a slug of the
wires (``BC-Acme``), an id (``urn:newsml:…``). What the story is about is never one. Where the lines have two names of
a kind they are kept together, so that they match no story and the desk decides.
"""

import re

from search.articles import NamedStory
from streams.wire.slugs import SLUGS

OPENING_LINES = 4  # of the text: what is wanted is said first
LONGEST_LINE = 600
LONGEST_NAME = 300
LONGEST_NOTICE = 2000  # characters; what is longer may have the text of the story that it kills

_QUOTED = (
    r"(?:\"([^\"\n]{2,300})\"|“([^”\n]{2,300})[”“]|„([^“”\"\n]{2,300})[“”\"]|«\s?([^»\n]{2,300})»"
    r"|‘([^’\n]{2,300})’|'([^'\n]{2,300})'(?!\w))"
)
# Up to a stop, or to words that say when it was sent or what is wrong: never a word too few, which were another slug.
_UNQUOTED = (
    r"(?-i:([A-ZÀ-Þ0-9][^\n,;:()\"“”„«»]{0,100}?))(?=\s{0,3}(?:[,;:()]|[./]{1,3}(?:\s|$)|$"
    r"|\s(?:is|are|was|has|have|sent|moved|dated|timed|transmitted|issued|filed|headlined|titled|because|"
    r"ist|wird|wurde|gesendet|nicht|streichen|löschen|zurückziehen|zu streichen|est|envoyée?|diffusée?|è|va|inviat[ao]"
    r"|diffus[ao]|enviad[ao]|transmitid[ao]|queda|wordt|verzonden|niet|in te trekken|intrekken|verwijderen"
    r"|(?:at|of|on|from|vom|um|von|du|de|à|del|delle|alle|a las|de las|van|om)\s[^\w\s]?\d)))"
)
_SLUG_WORDS = (
    r"\b(?:slugged|slug(?:line)?|keyworded|keyword|sluggée?s?|stichwort|schlagwort|kennwort|mot[- ]cl[ée]|trefwoord"
    r"|parola chiave|palabra clave)\s{0,3}[:=]?\s{0,3}"
)
_TITLE_WORDS = (
    r"\b(?:headlined|headline|titled|entitled|headed|betitelt|überschrieben|überschrift|titel|schlagzeile|intitulée?"
    r"|titrée?|titre|getiteld|kop|titolo|intitolat[ao]|titulad[ao]|título|titular"
    r"|story|item|report|article|dispatch|alert|meldung|eilmeldung|nachricht|dépêche|depêche|information|bericht"
    r"|artikel|notizia|articolo|dispaccio|noticia|información|nota|despacho|teletipo|notícia|matéria|texten|artikeln"
    r"|nyheten|nyheden|telegrammet|notisen|meldingen|saken|artikkelen|artiklen|historien)\s{0,3}:?\s{0,3}"
)
_KEYWORDS = (
    r"(?:(?:MANDATORY |BULLETIN |STORY )?KILL(?: NOTICE| ADVISORY)?|WITHDRAWN|WITHDRAWAL|RETRACTED|RETRACTION"
    r"|ANNUL[ÉE]E?|ANNULATION|ANNULER|ANULAD[AO]|ANULAR|ANULACI[OÓ]N|ANNULLAT[AO]|ANNULLAMENTO|ANNULLARE"
    r"|INGETROKKEN|INTREKKING|INTREKKEN|STORNO|STORNIERUNG|STREICHUNG|ZURÜCKGEZOGEN|ZURÜCKZIEHUNG)"
)
_SLUGS = (
    re.compile(_SLUG_WORDS + _QUOTED, re.IGNORECASE),
    re.compile(_SLUG_WORDS + _UNQUOTED, re.IGNORECASE),
    re.compile(r"(?<![\w-])((?:BC|AM|PM)-[\w&+.'’-]{1,80})"),
    re.compile(
        rf"^\W{{0,6}}{_KEYWORDS}\s?[-–—:]+\s?([A-Z][\w&+.'’]{{0,30}}(?:[-/][\w&+.'’]{{1,30}}){{1,6}})\W{{0,3}}$"
    ),
)
# Other services' slugs, where no word says that this is one.
_OTHER_SLUGS = (re.compile(rf"\b(?i:kill|killed|withdraw|withdrawn)(?:\s?:)?\s(?:the\s)?({SLUGS})"),)
# A headline behind the keyword: of another story, or of this very one, renamed.
_RENAMED = re.compile(rf"^\W{{0,6}}{_KEYWORDS}\s?[-–—:]+\s{{0,3}}(\S.{{3,300}})$", re.IGNORECASE)
_TITLES = (
    re.compile(_TITLE_WORDS + _QUOTED, re.IGNORECASE),
    re.compile(  # to the end of the line, or to when it was sent
        r"\b(?:headlined|headed|titled|entitled|betitelt|intitulée?|getiteld|dal titolo|intitolat[ao]|titulad[ao])"
        r"\s{1,3}([^\s\"“”„«»‘'].{2,200}?)(?:,\s(?:sent|moved|transmitted|issued|timed|filed|which)\b.*)?\.?$",
        re.IGNORECASE,
    ),
)
_GUIDS = (
    re.compile(r"\b(urn:[\w-]{2,30}:[^\s\"'<>«»“”]{3,300})", re.IGNORECASE),
    re.compile(r"\b(?:guid|item[ -]?id|story[ -]?id)\s{0,3}[:=]?\s{0,3}([\w][\w:./-]{4,200})", re.IGNORECASE),
)
_CLOCK = re.compile(
    r"\b([01]?\d|2[0-3])[:.h]([0-5]\d)(?: Uhr)? ?(?:GMT|UTC|TU)\b|\b([01]\d|2[0-3])([0-5]\d) ?(?:GMT|UTC)\b"
)


def named_in(headline: str, slugline: str, texts: tuple[str, ...]) -> NamedStory | None:
    """The story that a notice names, ``None`` where it names none. ``texts`` are its note to editors and its body."""
    lines = [headline, slugline]
    for text in texts:
        lines += [line for line in text[:4000].split("\n") if line.strip()][:OPENING_LINES]
    lines = [line.strip()[:LONGEST_LINE] for line in lines]
    slug, title, guid = (_found(patterns, lines) for patterns in (_SLUGS, _TITLES, _GUIDS))
    slug = slug or _found(_OTHER_SLUGS, lines)
    if slug or title or guid:
        return NamedStory(slug, title, guid, _clock(lines), sure=sum(map(len, texts)) <= LONGEST_NOTICE)
    renamed = _RENAMED.match(headline)
    return NamedStory(headline=renamed[1].strip()[:LONGEST_NAME], sent=_clock(lines), sure=False) if renamed else None


def _found(patterns: tuple[re.Pattern[str], ...], lines: list[str]) -> str:
    names: dict[str, str] = {}
    for line in lines:
        for pattern in patterns:
            for match in pattern.finditer(line):
                name = next(filter(None, match.groups())).strip().rstrip(".,;:/")
                names.setdefault(name.casefold(), name)
    return " | ".join(names.values())[:LONGEST_NAME]


def _clock(lines: list[str]) -> str:
    found = {f"{int(a or c):02}:{b or d}" for line in lines for a, b, c, d in _CLOCK.findall(line)}
    return found.pop() if len(found) == 1 else ""
