"""Embargoes in other scripts: takes a line, returns it with the words of embargoes and times in English.

Russian, Ukrainian, Bulgarian, Serbian, Greek, Arabic, Japanese, Chinese and Korean. What is not known of a line
stays as it is, so that it counts as any other word does that tells of trade: "Эмбарго на поставки нефти".
"""

import re
import unicodedata
from functools import lru_cache

from streams.wire.months import month_of
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
# Japanese, Chinese and Korean. What they say behind a time ("until … do not report") is written as one "embargo".
_ASIAN_WORDS = {
    "エンバーゴ": "embargo", "報道解禁": "embargo", "情報解禁日時": "embargo", "报道禁发": "embargo",
    "情報解禁": "embargo", "解禁日時": "embargo", "解禁時間": "embargo",
    "解禁": "lifts", "公開禁止": "not for publication", "報道禁止": "not for publication",
    "使用禁止": "do not use", "掲載禁止": "not for publication", "まで": "until", "以前": "until", "以降": "after",
    "新闻禁发期": "embargo", "新闻禁发": "embargo", "新聞禁發": "embargo", "禁发期": "embargo", "禁發期": "embargo",
    "禁发": "embargo", "禁發": "embargo", "解禁时间": "embargo", "限时发布": "embargo",
    "禁止发布": "not for publication",
    "請勿發布": "do not publish", "请勿发布": "do not publish", "不得发布": "not for publication",
    "不得早于": "not for release before", "之前": "until", "至": "until",
    "엠바고": "embargo", "보도유예": "embargo", "보도시점": "embargo", "보도 시점": "embargo", "보도일시": "embargo",
    "보도 일시": "embargo", "보도가능시점": "embargo",
    "까지": "until", "부터": "from", "이전": "until", "이후": "after",
    "日本時間": "jst", "北京时间": "beijing time", "北京時間": "beijing time", "한국시간": "kst", "协调世界时": "utc",
    "月曜日": "monday", "火曜日": "tuesday", "水曜日": "wednesday", "木曜日": "thursday", "金曜日": "friday",
    "土曜日": "saturday", "日曜日": "sunday", "星期一": "monday", "星期二": "tuesday", "星期三": "wednesday",
    "星期四": "thursday", "星期五": "friday", "星期六": "saturday", "星期日": "sunday", "周一": "monday",
    "周二": "tuesday", "周三": "wednesday", "周四": "thursday", "周五": "friday", "周六": "saturday", "周日": "sunday",
    "월요일": "monday", "화요일": "tuesday", "수요일": "wednesday", "목요일": "thursday", "금요일": "friday",
    "토요일": "saturday", "일요일": "sunday", "明日": "tomorrow", "明天": "tomorrow", "내일": "tomorrow",
    "付朝刊": "morning", "朝刊用": "morning", "朝刊": "morning", "夕刊用": "evening", "夕刊": "evening",
    "조간용": "morning", "조간": "morning", "석간용": "evening", "석간": "evening",
    "正午": "noon", "정오": "noon", "【": "[", "】": "]", "「": "[", "」": "]", "『": "[", "』": "]", "、": ", ",
    "。": ". ", "・": " ", "の": " ", "は": " ", "に": " ",
}  # fmt: skip
_ASIAN_WORD = re.compile("|".join(sorted(map(re.escape, _ASIAN_WORDS), key=len, reverse=True)))
# Japan also lifts bans on fishing: only where the word stands in brackets with a time, or begins the line, ...
_LIFTED = re.compile(
    r"^[※*\s]{0,3}[\[【(]?解禁[】\])]?(?=\s?[:\dは])|(?<=[、,(\s])解禁(?=[は:])|(?<=[\d時分刊])\s?解禁(?=\s?[】\])])"
)
# ... or where the rest of the line is a time with an hour.
_LIFTED_AT = re.compile(
    r"^(?:[此本该]稿|稿件)?((?=.*(?:\d\s?[時时點点]|\d:\d|[朝夕]刊))"
    r"[\d年月日号時时點点分半午前後上下晚早凌晨付朝夕刊星期周曜火水木金土()\s:./-]{2,40})に?解禁。?$"
)
_UNTIL = {
    "ja": r"(?:まで|より前|以前|前)(?:の|は|に)*(?:報道|公開|掲載|使用|放送|配信|公表|発表|転載)[をはの]?"
    r"(?:しないで|せず|お?控え|見合わせ|自粛|禁止|厳禁|不可|なさらない|ご?遠慮|できません)",
    "zh": r"(?:之前|以前|前)[,\s]?(?:请|請|切|均|一律)?(?:勿|不要|不得|禁止|严禁|嚴禁|不可|暂不|暫不)"
    r"(?:对外|對外|提前|公开)?(?:发布|發布|报道|報道|報導|刊发|刊登|播发|播出|公开|公開|发表|發表|传播|见报)",
    "ko": r"(?:까지|전|이전)(?:는|에는|에)?\s?(?:보도|공개|게재|방송|배포|인용)(?:를|을)?\s?"
    r"(?:금지|유예|하지|말아|삼가|자제|불가|제한)",
}
_FROM = {
    "ja": r"(?:以降|から|より)[にの]?\s?(?:報道|公開|掲載|使用|放送|配信|公表)[がをはも]?\s?"
    r"(?:可|でき|お?願い|解禁|して)",
    "zh": r"(?:之后|以后|之後|以後|后|後|起)(?:方可|才可|才能|再|可|予以|统一)?(?:对外|對外|公开)?"
    r"(?:发布|發布|刊发|报道|報道|播发|播出|见报|公开)(?=$|[。.!])",
    "ko": r"(?:부터|이후)(?:에)?\s?(?:보도|공개|게재|방송|사용|기사화)(?:가|를|을)?\s?"
    r"(?:가능|바랍|하여|해|부탁|요망|허용)",
}
_FORBIDDEN_UNTIL = re.compile(rf"^(.{{1,40}}?)(?:{'|'.join(_UNTIL.values())}).{{0,14}}$")
_ALLOWED_FROM = re.compile(rf"^(?:请|請)?(?:于|於|在)?(.{{1,40}}?)(?:{'|'.join(_FROM.values())}).{{0,14}}$")
_FOR_AN_EDITION = re.compile(r"^\W*(\d{1,2}日付?[朝夕]刊用|\d{1,2}일\s?[조석]간용?)\W*$")
_DAY = re.compile(r"(?:(\d{4})\s?[年년]\s?)?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]?")
_DAY_ALONE = re.compile(r"(?<=\d)일")
_DAY_OF_WEEK = re.compile(r"\(([月火水木金土日월화수목금토일])\)")
_HOUR = re.compile(
    r"(午前|午後|上午|下午|晚上|早上|凌晨|오전|오후)?\s?(\d{1,2})\s?"
    r"(?:[時时點点시]\s?(半|(?:\d{1,2})(?=\s?[分분]))?\s?[分분]?|:(\d{2}))"
)
_AFTERNOON = frozenset(["午後", "下午", "晚上", "오후"])
_WEEK = ("月월", "火화", "水수", "木목", "金금", "土토", "日일")
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


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
    text = _from_asian(text)
    low = _MONTH.sub(_month, text.lower())
    english = _WORD.sub(lambda match: _WORDS[match[0]], low)
    shouted = text.isupper() or not any(c.islower() or c.isupper() for c in text)
    # The first letter of an order is a capital one.
    return " ".join((english.upper() if shouted else english.strip().capitalize()).split())


def _month(match: "re.Match[str]") -> str:
    name = plain(match[1])
    number = month_of(name) or _BEGINNINGS.get(name[:3]) or _BEGINNINGS.get(name[:4], 0)
    return _MONTHS[number - 1] if number else match[0]


def _from_asian(text: str) -> str:
    """A line with the words for embargoes and times in English."""
    text = _LIFTED_AT.sub(r"\1 embargo", text)
    text = _FORBIDDEN_UNTIL.sub(_until, _LIFTED.sub(" embargo ", text))
    text = _FOR_AN_EDITION.sub(r"\1 embargo", _ALLOWED_FROM.sub(r"\1 from embargo", text))
    text = _DAY_OF_WEEK.sub(lambda match: f" {_weekday(match[1])} ", text)
    text = _HOUR.sub(_clock, _DAY_ALONE.sub("日", _DAY.sub(_date, text)))
    return _ASIAN_WORD.sub(lambda match: f" {_ASIAN_WORDS[match[0]]} ", text)


def _until(match: "re.Match[str]") -> str:
    """A time until which nothing may be published; or an event, which has no figures."""
    has_figures = any(map(str.isdigit, match[1]))
    return f"{match[1]} until embargo" if has_figures else f"do not publish before {match[1]}"


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
