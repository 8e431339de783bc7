"""Embargoes in other scripts: takes a line, returns it with the words of embargoes and times in English.

Russian, Ukrainian, Bulgarian, Serbian, Greek, Arabic; `embargo_asian` has Japanese, Chinese and Korean. What is not
known of a line stays as it is, so that it counts as any other word does that tells of trade:
"Эмбарго на поставки нефти".
"""

import re
import unicodedata
from functools import lru_cache

from streams.wire.months import month_of
from streams.wire.publication.embargo_asian import asian_in_english
from streams.wire.text import plain

# These, and letters in circles, in squares and of mathematics, with which lines are made to stand out.
_OTHER = re.compile("[\u0370-\u06ff\u24b6-\u24e9\u3000-\ufdff\uff00-\U0001f149]")
# The longest first. A word of letters stands alone; East Asian ones are found within others.
_WORDS = {
    "пресс-релиз": "press release", "под эмбарго": "under embargo", "строгое": "strict", "полное": "total",
    "эмбарго": "embargo", "ембарго": "embargo",
    "не для публикации": "not for publication", "не подлежит публикации": "not for publication",
    "не публиковать": "do not publish", "не распространять": "do not publish", "не использовать": "do not use",
    "просьба": "please", "просим": "please", "пожалуйста": "please", "публикация запрещена": "not for publication",
    "запрещено к публикации": "not for publication", "запрещена публикация": "not for publication",
    "не публікувати": "do not publish", "можно публиковать": "for release", "к публикации": "for release",
    "для публикации": "for release", "публикация разрешена": "for release", "публикация возможна": "for release",
    "не ранее": "not before", "не раньше": "not before", "после": "after", "под": "under",
    "снятие эмбарго": "end of embargo", "окончание эмбарго": "end of embargo",
    "εμπάργκο": "embargo", "εμπαργκο": "embargo",
    "до": "until", "ранее": "before", "раньше": "before", "с": "from", "в": "at", "по": "", "об": "at",
    "московского времени": "moscow time", "московскому времени": "moscow time", "времени": "", "мск": "msk",
    "часов": "hrs", "час": "hrs", "часа": "hrs", "г": "", "года": "", "на": "for", "строго": "strictly",
    "внимание": "attention",
    "понедельника": "monday", "понедельник": "monday", "вторника": "tuesday", "вторник": "tuesday",
    "среды": "wednesday", "среду": "wednesday", "среда": "wednesday", "четверга": "thursday", "четверг": "thursday",
    "пятницы": "friday", "пятницу": "friday", "пятница": "friday", "субботы": "saturday", "субботу": "saturday",
    "суббота": "saturday", "воскресенья": "sunday", "воскресенье": "sunday", "завтра": "tomorrow",
    "сегодня": "today",
    "محظور النشر": "not for publication", "محظور": "embargoed", "حظر النشر": "embargo",
    "يمنع النشر": "not for publication",
    "للنشر": "for release", "يسمح بالنشر": "for release", "بعد": "after",
    "لا ينشر": "do not publish", "قبل": "before", "حتى": "until", "بتوقيت غرينتش": "gmt", "غرينتش": "gmt", "الساعة": "",
}  # fmt: skip
_WORD = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, _WORDS), key=len, reverse=True))})(?!\w)")
_MONTH = re.compile(r"(?<=\d )([а-яіїєј]{3,9}|[α-ώ]{3,11})\b\.?")
# How months begin in Ukrainian, Bulgarian, Serbian and Greek.
_BEGINNINGS = {
    beginning: number
    for number, beginnings in enumerate(
        (
            "січ яну јан ιαν", "лют фев феб φεβ", "бер мар μαρ", "кві апр απρ", "тра мај μαι", "чер јун юни ιουν",
            "лип јул юли ιουλ", "сер авг αυγ", "вер сеп σεπ", "жов окт οκτ", "лис ное нов νοε", "гру дек дец δεκ",
        ),
        1,
    )
    for beginning in beginnings.split()
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def in_english(line: str) -> str:
    """A line with the words for embargoes and times in English where it has any in another script."""
    return line if line.isascii() or not _OTHER.search(line) else _translated(line)


def lines_in_english(text: str) -> str:
    """A text with `in_english` done to each of its lines."""
    if text.isascii() or not _OTHER.search(text):
        return text
    return "\n".join(map(in_english, text.split("\n")))


@lru_cache(maxsize=512)  # a story's lines are looked at for whether they may speak of an embargo, and then for what
def _translated(line: str) -> str:
    text = unicodedata.normalize("NFKC", line)
    text = asian_in_english(text)
    low = _MONTH.sub(_month, text.lower())
    english = _WORD.sub(lambda match: _WORDS[match[0]], low)
    shouted = text.isupper() or not any(c.islower() or c.isupper() for c in text)
    # The first letter of an order is a capital one.
    return " ".join((english.upper() if shouted else english.strip().capitalize()).split())


def _month(match: "re.Match[str]") -> str:
    name = plain(match[1])
    number = month_of(name) or _BEGINNINGS.get(name[:3]) or _BEGINNINGS.get(name[:4], 0)
    return _MONTHS[number - 1] if number else match[0]
