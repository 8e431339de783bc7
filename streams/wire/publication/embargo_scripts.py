"""Embargoes in other scripts: takes a line, returns it with the words of embargoes and times in English.

Russian and Ukrainian, Japanese, Chinese, Korean, Arabic. What is not known of a line stays as it is, so that it counts
as any other word does that tells of trade: "Эмбарго на поставки нефти".
"""

import re
import unicodedata
from functools import lru_cache

from streams.wire.months import month_of

# These, and letters in circles, in squares and of mathematics, with which lines are made to stand out.
_OTHER = re.compile("[\u0400-\u06ff\u24b6-\u24e9\u3000-\ufdff\uff00-\U0001f149]")
# The longest first. A word of letters stands alone; East Asian ones are found within others.
_WORDS = {
    "пресс-релиз": "press release", "под эмбарго": "under embargo", "строгое": "strict", "полное": "total",
    "эмбарго": "embargo", "ембарго": "embargo",
    "не для публикации": "not for publication", "не подлежит публикации": "not for publication",
    "не публиковать": "do not publish", "не распространять": "do not publish", "не использовать": "do not use",
    "просьба": "please", "просим": "please", "пожалуйста": "please", "публикация запрещена": "not for publication",
    "запрещено к публикации": "not for publication", "запрещена публикация": "not for publication",
    "не публікувати": "do not publish", "можно публиковать": "for release", "к публикации": "for release",
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
    "لا ينشر": "do not publish", "قبل": "before", "حتى": "until", "بتوقيت غرينتش": "gmt", "غرينتش": "gmt", "الساعة": "",
}  # fmt: skip
_EAST_ASIAN = {
    "エンバーゴ": "embargo", "報道解禁": "embargo", "情報解禁日時": "embargo", "报道禁发": "embargo",
    "情報解禁": "embargo", "解禁日時": "embargo", "解禁時間": "embargo",
    "解禁": "lifts", "公開禁止": "not for publication", "報道禁止": "not for publication",
    "使用禁止": "do not use", "掲載禁止": "not for publication", "まで": "until", "以前": "until", "以降": "after",
    "新闻禁发期": "embargo", "新闻禁发": "embargo", "新聞禁發": "embargo", "禁发期": "embargo", "禁發期": "embargo",
    "禁发": "embargo", "禁發": "embargo", "解禁时间": "embargo", "限时发布": "embargo",
    "禁止发布": "not for publication",
    "請勿發布": "do not publish", "请勿发布": "do not publish", "不得发布": "not for publication",
    "不得早于": "not for release before", "之前": "until", "至": "until",
    "엠바고": "embargo", "보도유예": "embargo", "까지": "until", "부터": "from", "이전": "until",
    "日本時間": "jst", "北京时间": "beijing time", "北京時間": "beijing time", "한국시간": "kst", "协调世界时": "utc",
    "月曜日": "monday", "火曜日": "tuesday", "水曜日": "wednesday", "木曜日": "thursday", "金曜日": "friday",
    "土曜日": "saturday", "日曜日": "sunday", "星期一": "monday", "星期二": "tuesday", "星期三": "wednesday",
    "星期四": "thursday", "星期五": "friday", "星期六": "saturday", "星期日": "sunday", "周一": "monday",
    "周二": "tuesday", "周三": "wednesday", "周四": "thursday", "周五": "friday", "周六": "saturday", "周日": "sunday",
    "월요일": "monday", "화요일": "tuesday", "수요일": "wednesday", "목요일": "thursday", "금요일": "friday",
    "토요일": "saturday", "일요일": "sunday", "明日": "tomorrow", "明天": "tomorrow", "내일": "tomorrow",
    "正午": "noon", "정오": "noon", "【": "[", "】": "]", "「": "[", "」": "]", "『": "[", "』": "]", "、": ", ",
    "。": ". ", "・": " ", "の": " ", "は": " ", "に": " ",
}  # fmt: skip
# Japan also lifts bans on fishing: only where the word stands in brackets with a time, or begins the line.
_LIFTED = re.compile(r"^[※*\s]{0,3}解禁(?=\s?[::\dは])|(?<=[\d時分])\s?解禁(?=\s?[】\])])")
_FORBIDDEN_UNTIL = re.compile(r"(.{1,40}?)まで(?:の)?(?:報道|公開|掲載|使用)(?:を)?禁止")
_WORD = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, _WORDS), key=len, reverse=True))})(?!\w)")
_ASIAN_WORD = re.compile("|".join(sorted(map(re.escape, _EAST_ASIAN), key=len, reverse=True)))
_DAY = re.compile(r"(?:(\d{4})\s?[年년]\s?)?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]?")
_DAY_OF_WEEK = re.compile(r"\(([月火水木金土日월화수목금토일])\)")
_HOUR = re.compile(
    r"(午前|午後|上午|下午|晚上|早上|凌晨|오전|오후)?\s?(\d{1,2})\s?(?:[時时點点시]\s?(半|(?:\d{1,2})(?=\s?[分분]))?\s?[分분]?|:(\d{2}))"
)
_AFTERNOON = frozenset(["午後", "下午", "晚上", "오후"])
_WEEK = ("月월", "火화", "水수", "木목", "金금", "土토", "日일")
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CYRILLIC = re.compile(r"(?<=\d )([а-яіїє]{3,9})\b\.?")
_UKRAINIAN = dict(
    zip(
        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня".split(),  # noqa: SIM905
        range(1, 13),
        strict=True,
    )
)
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
    text = _FORBIDDEN_UNTIL.sub(r"\1まで embargo ", _LIFTED.sub(" embargo ", text))
    text = _DAY_OF_WEEK.sub(lambda match: f" {_weekday(match[1])} ", text)
    text = _HOUR.sub(_clock, _DAY.sub(_date, text))
    text = _ASIAN_WORD.sub(lambda match: f" {_EAST_ASIAN[match[0]]} ", text)
    low = _CYRILLIC.sub(_month, text.lower())
    english = _WORD.sub(lambda match: _WORDS[match[0]], low)
    shouted = text.isupper() or not any(c.islower() or c.isupper() for c in text)
    # The first letter of an order is a capital one.
    return " ".join((english.upper() if shouted else english.strip().capitalize()).split())


def _weekday(sign: str) -> str:
    return next(name for name, signs in zip(_NAMES, _WEEK, strict=True) if sign in signs)


def _date(match: "re.Match[str]") -> str:
    year, month, day = match.groups()
    if not 1 <= int(month) <= len(_MONTHS):
        return match[0]
    return f" {int(day)} {_MONTHS[int(month) - 1]} {year or ''} "


def _clock(match: "re.Match[str]") -> str:
    half, hour, minute, figures = match.groups()
    number = int(hour) + (12 if half in _AFTERNOON and int(hour) < 12 else 0)  # noqa: PLR2004
    return f" {number}:{'30' if minute == '半' else f'{int(minute or figures or 0):02}'} "


def _month(match: "re.Match[str]") -> str:
    number = month_of(match[1]) or _UKRAINIAN.get(match[1], 0)
    return _MONTHS[number - 1] if number else match[0]
