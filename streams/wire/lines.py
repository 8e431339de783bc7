"""Cleans the short texts of an article: byline, dateline, urgency. Takes a string, returns what readers should see."""

import re
from functools import lru_cache

from streams.wire.months import month_of
from streams.wire.text import plain, word_set
from streams.wire.zones import ZONES

# What systems call their users.
_SYSTEMS = word_set(
    """
    admin administrator root webmaster user wordpress editor cms system import feed api bot superuser test unknown none
    null anonymous nobody
    """
)
_LOGIN = re.compile(
    r"\S*[@\\_]\S*"  # an address, DOMAIN\user, erika_m
    r"|[a-z]+(?:[.-][a-z]+)*\.[a-z]+\d*"  # mustermann.erika
    r"|(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z\d.-]+|\d+"  # desk12, u123456
    r"|[a-z]{1,4}(?:/[a-z]{1,5})+"  # ab/cd: initials of those who wrote and edited it
)
# Of those who wrote and edited a text, behind it: abc/def/gh, bur-dar-gl/fz, dpa abc yyzz n1 def, ABC // DEF
_PERSON = r"(?:[a-z]{1,5}|[A-Z]{2,4})(?:-[a-z]{1,4}){0,3}"
_INITIALS = re.compile(
    r"(?:\n\s*|(?<=[.!?…»”\")/]) |(?<=[A-Z]{2}) |(?<=[A-Z]{2}\n)|(?<=[.!?…»”\")/]\n))(?:\d{6,8}\s+)?"
    rf"\(?((?=[A-Z/-]{{0,20}}[a-z]){_PERSON}(?:\s?/\s?{_PERSON}){{1,5}}/?"
    r"|dpa(?:/\w{2,4})? [a-z]{2,4} (?:[a-z]{2,4} ){0,2}[a-z]{1,2}\d [a-z]{2,4}|[A-Z]{2,4} // [A-Z]{2,4}"
    r"|Red/[A-Z][a-z]{1,3})\)?\s*=?\s*$"
)
_NO_INITIALS = word_set("and/or und/oder et/ou y/o he/she she/her he/him they/them his/her km/h n/a w/o c/o m/s l/min")
LONGEST_INITIALS = 60
_ADDRESS = re.compile(r"[<(]?\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}\b[>)]?")
_NO_NAME = re.compile(r"https?://\S*|www\.\S*|n\.?/?a\.?|tb[acd]|k\.\s?a\.|s/n|[\W\d_]*", re.IGNORECASE)  # URL, N/A, -
# A line above a text that says who wrote it: Par Jeanne WRITER, By Anna Berg and Eva Holm, AFP
_NAME = r"[A-ZÀ-Þ][\w'’.-]*"
_JOINED = r"(?:(?:and|und|et|y|e|en|och|og|de|van|von|der|den|del|della|da|di|la|le|in)\s){0,2}"
_SIGNED = re.compile(
    rf"(?:By|BY|Von|VON|Par|PAR|Por|POR|Di|De|DE|Door|Av|Af)\s{_NAME}(?:\s{_JOINED}{_NAME}){{1,6}}"
    r"(?:,\s[A-ZÀ-Þ][\w .-]{1,40})?\s*(?:\n|$)"
)
_PARTS = re.compile(r"\s*[,;|]\s*|\s+/\s+|\n+")
_BY = re.compile(r"(?:by|von|par|por|di|de|door|av|af)\s+(?=\w)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s{0,3}[,;/&|]\s{0,3}|\s{1,3}(?:and|et|und|y|e|en|og|och)\s{1,3}|\s{1,3}", re.IGNORECASE)
_NAME_IN_BRACKETS = re.compile(r"(?P<name>[^()]{3,100}?)\s?\((?P<again>[^()]{3,100})\)$")
LONGEST_ABBREVIATION = 5  # letters; a longer word of a date alone, such as a weekday, is no place
LONGEST_BYLINE = 400  # characters that are looked through for one name that is given twice
_WORDS = re.compile(r"[^\W\d_]+")
_OF_DATES = word_set(
    """
    am pm a p m t z uhr h de del of at the le el um à th st nd rd er
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
    lundi mardi mercredi jeudi vendredi samedi dimanche montag dienstag mittwoch donnerstag freitag samstag sonntag
    lunes martes miercoles jueves viernes sabado domingo lunedi martedi mercoledi giovedi venerdi domenica
    segunda terca quarta quinta sexta feira
    """
)
_URGENCIES = {
    1: word_set("flash blitz blitzmeldung critical highest immediate"),
    2: word_set("bulletin alert alerte alerta snap eil eilmeldung lampo newsalert breaking"),
    3: word_set(
        "urgent urgente urgence dringend vorrang vorrangmeldung rush high haut haute alta hoch priority important u"
    ),
    4: word_set("routine regular r standard medium mittel moyen media"),
    5: word_set("normal deferred d default basic"),
    6: word_set("low lower weekend feature advance bas basse baja niedrig"),
    8: word_set("lowest"),
}
_URGENCY_WORDS = {word: number for number, words in _URGENCIES.items() for word in words} | {"f": 1, "b": 2}
_MOST_URGENT, _LEAST_URGENT = 1, 9


def is_login(name: str) -> bool:
    """Whether a name is how a system calls its user, and not how a person signs."""
    bare = name.strip()
    return bool(_LOGIN.fullmatch(bare)) or bare.lower() in _SYSTEMS


def creator_name(name: str, code: str, provider: str = "") -> str:
    """The name of who made an item; "" for a login. One word in lower case that is also its code is one."""
    if is_login(name):
        return ""
    alone = name.islower() and " " not in name and name.casefold() != provider.casefold()
    return "" if alone and code and name == code.rpartition(":")[2] else name


@lru_cache(maxsize=1024)  # the same people write again and again
def byline_of(text: str) -> str:
    """A byline with each name once, and without logins and addresses."""
    if not text or _NO_NAME.fullmatch(text.strip()):
        return ""
    line = _ADDRESS.sub("", text) if "@" in text else text
    if line != text:
        line = re.sub(r"\(\s*\)|<\s*>", "", line).strip(" ,;()<>") if not is_login(text) else ""
    line = _said_once(line)
    parts = [part for part in _PARTS.split(line) if part]
    kept: dict[str, str] = {}
    for part in parts:
        if not is_login(part) and not _NO_NAME.fullmatch(part):
            kept.setdefault(_BY.sub("", part).casefold(), part)
    return line if len(kept) == len(parts) else ", ".join(kept.values())


def byline_above(body: str) -> str:
    """The line that says who wrote a text, where it stands above it; "" where none does."""
    match = _SIGNED.match(body)
    return match[0].strip() if match and body[match.end() :].strip() else ""


def _said_once(line: str) -> str:
    """A name without its repetition: ``A. Writer and A. Writer``."""
    if (match := _NAME_IN_BRACKETS.match(line)) and match["name"].casefold() == match["again"].casefold():
        return match["name"]
    for match in _BETWEEN.finditer(line) if len(line) <= LONGEST_BYLINE else ():
        first, second = line[: match.start()], line[match.end() :]
        whole = " " in first or match[0].strip()  # Duran Duran is one name
        if len(first) > 2 and whole and _BY.sub("", first).casefold() == _BY.sub("", second).casefold():  # noqa: PLR2004
            return first
    return line


def without_initials(body: str, notes: list[str]) -> str:
    """A text without the initials of its authors and editors behind it, which are noted."""
    if "/" not in body[-LONGEST_INITIALS:] and "dpa " not in body[-LONGEST_INITIALS:]:
        return body
    match = _INITIALS.search(body, max(0, len(body) - LONGEST_INITIALS))
    if not match or match[1] in _NO_INITIALS:
        return body
    notes.append(f"body: without the initials {match[1]!r}")
    return body[: match.start()].rstrip()


def dateline_of_place(text: str) -> str:
    """A dateline that names a place; "" for one that is a time alone."""
    words = [plain(word) for word in _WORDS.findall(text)]
    if not any(c.isdigit() for c in text) and not (len(words) == 1 and len(words[0]) > LONGEST_ABBREVIATION):
        return text
    return "" if all(word in _OF_DATES or word in ZONES or _is_month(word) for word in words) else text


def _is_month(word: str) -> bool:
    return bool(month_of(word)) and word != "augusta"  # in Georgia, and "of August" in Slovak


def urgency_of(value: str | float, notes: list[str]) -> int | None:
    """1 (flash) to 9, as in IPTC's editorial urgency, from figures or words; anything else is noted and left out."""
    text = str(value).strip()
    if not text:
        return None
    said = text.removesuffix(".0").rpartition(":")[2].rpartition("/")[2].strip() or text
    figures = re.findall(r"(?<![\d.])-?\d+(?![\d.]*\d)", said[:60])
    if len(figures) == 1 and _MOST_URGENT <= int(figures[0][:4]) <= _LEAST_URGENT:
        return int(figures[0])
    if not figures:
        words = _WORDS.findall(plain(said[:60]))
        numbers = [_URGENCY_WORDS[word] for word in ("".join(words), *words) if word in _URGENCY_WORDS]
        if numbers:
            return numbers[0]
    notes.append(f"urgency: {text[:40]!r} is not 1 to 9, left out")
    return None
