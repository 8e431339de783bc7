"""Month names in the languages of the wires: takes a name or its beginning, returns the month's number.

A beginning counts where it can be one month only: ``sept``, ``déc.`` and ``Okt`` are clear, French ``jui`` is not.
"""

import re
from functools import lru_cache

from streams.wire.text import plain

SHORTEST = 3
_NAMES = (
    "january janvier januar januari janner enero gennaio janeiro января январь jan",
    "february fevrier februar februari feber febrero febbraio fevereiro февраля февраль feb",
    "march mars marz marzo marco maart marts марта март mar mrz mrt",
    "april avril abril aprile апреля апрель apr",
    "may mai mayo maggio maio mei maj мая май",
    "june juin juni junio giugno junho июня июнь jun",
    "july juillet juli julio luglio julho июля июль jul",
    "august aout agosto augustus augusti августа август aug",
    "september septembre septiembre setiembre settembre setembro сентября сентябрь sep",
    "october octobre oktober octubre ottobre outubro октября октябрь oct",
    "november novembre noviembre novembro ноября ноябрь nov",
    "december decembre dezember diciembre dicembre dezembro desember декабря декабрь dec",
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_WHOLE = {  # Finnish, whose beginnings are other languages' months
    name: number
    for number, stem in enumerate(
        "tammi helmi maalis huhti touko kesa heina elo syys loka marras joulu".split(),  # noqa: SIM905
        1,
    )
    for name in (f"{stem}kuu", f"{stem}kuuta", f"{stem}kuun")
}
_EAST_ASIAN = re.compile(
    r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?"
    r"(?:\s*(\d{1,2})\s*[時时点點시:]\s*(?:(\d{1,2})\s*[分분]?)?(?::?\s*(\d{1,2})\s*[秒초]?)?)?"
)


@lru_cache(1024)
def month_of(name: str) -> int:
    """The number of the month that a name or its beginning means; 0 where it means none, or several."""
    bare = plain(name.strip(". "))
    if bare in _MONTHS or bare in _WHOLE:
        return _MONTHS.get(bare) or _WHOLE[bare]
    if len(bare) < SHORTEST:
        return 0
    found = {number for month, number in _MONTHS.items() if month.startswith(bare)}
    return found.pop() if len(found) == 1 else 0


def in_figures(text: str) -> str:
    """A date as Japanese, Chinese and Korean write it (``2026年11月20日``) with slashes; any other text as it is."""
    return _EAST_ASIAN.sub(_with_slashes, text) if not text.isascii() else text


def _with_slashes(match: "re.Match[str]") -> str:
    year, month, day, hour, minute, second = match.groups()
    clock = f" {hour}:{minute or '00'}:{second or '00'}" if hour else ""
    return f"{year}/{month}/{day}{clock}"
