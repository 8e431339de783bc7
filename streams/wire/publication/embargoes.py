"""Finds embargoes in words: takes the lines of a story, returns the embargo that they state, with its end.

A line counts where it speaks as wires do and not as prose does. The word must begin a phrase ("EMBARGOED UNTIL …",
"Sperrfrist: …", "0001 GMT FRIDAY – EMBARGO", "(EMBARGOED)"), or be said of the story itself ("This story is embargoed
until …"), and what stands around it must be times, or nothing: "EMBARGO ON CUBA EXTENDED" and "Embargo: EU mulls arms
ban" tell of trade. Where the end is not surely understood, the story is withheld.
"""

import re
from datetime import datetime
from typing import NamedTuple

from streams.wire.publication import embargo_words as words
from streams.wire.publication.embargo_ends import ZONE_HOURS, read_end
from streams.wire.publication.folding import LONGEST_OPENING, folded, plain

OPENING_LINES = 15
LONGEST_LINE = 400
_TOKEN = re.compile(r"\d[\w:./+'°]*|[ap]\.\s?m\b\.?|[^\W\d_][^\W_]*(?:'[^\W\d_]+)*|[^\w\s]|_")
_MARKS = frozenset('.:;!?()[]{}<>*|=/"«»“”–—-#>~^_')
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}|\d{1,2}h$|\d{1,2}(?:am|pm)$|\d{4}(?:z|gmt|utc|h|hrs|uhr)$")
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}(?:[./]|$)")
_VOCABULARY = (
    words.FILLERS | words.UNDER | words.STRICT | words.UNTIL | words.ENDS | words.HOURS | words.PARTS | words.EVENTS
    | words.NOUNS | words.HELD | words.MONTHS.keys() | words.WEEKDAYS.keys() | words.TODAY.keys() | words.NOONS.keys()
    | ZONE_HOURS.keys() | words.ADDRESSES | words.BEFORE | words.STORY
)  # fmt: skip
_HELD_PHRASE = re.compile(rf"\b(?:{'|'.join(words.HELD_PHRASES)})\b")
_START = r"(?:^|[.:;!?(\[*<>|–—-])\W*(?:(?:eds?|editors?|note|attention|achtung)\W+)*"
_RELEASE = re.compile(rf"{_START}(?P<said>{'|'.join(words.RELEASE_PHRASES)})\b\W*(?P<rest>.*)")
# "For Sunday release", as services mark what is sent ahead.
_DAY_RELEASE = re.compile(
    rf"{_START}(?P<said>for (?:{'|'.join(words.DAYS)})[a-z]*\b[^:;!?]{{0,30}}?"
    r" (?:release|use|publication|papers|ams|pms|editions?)\b)[\W]*$"
)
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_] ){5,20}[^\W\d_](?!\w)")  # E M B A R G O
_NEGATION = re.compile(
    rf"{_START}(?P<said>(?:strictly )?(?:{'|'.join(sorted(words.NEGATIONS, key=len, reverse=True))}))\b(?P<rest>.*)"
)


class Embargo(NamedTuple):
    """An embargo found in words. ``until`` is ``None`` where its end cannot be read; ``line`` is what was found."""

    until: datetime | None
    line: str
    timed: bool = True  # whether it names an end at all, understood or not


class _Token(NamedTuple):
    text: str
    start: int
    end: int


def find_embargo(received: datetime, *texts: str, titles: tuple[str, ...] = ()) -> Embargo | None:
    """The embargo that the opening lines of these texts state, the longest where there are several, or ``None``.

    ``titles`` are headlines and sluglines: there the bare word "EMBARGO" names a subject.
    """
    if not may_speak(*texts, *titles):
        return None
    embargoes = [
        embargo
        for text, title in [*((text, True) for text in titles), *((text, False) for text in texts)]
        for embargo in _in_text(text, received, title=title)
    ]
    endless = next((embargo for embargo in embargoes if embargo.until is None and embargo.timed), None)
    return endless or max(
        embargoes, key=lambda embargo: (embargo.until is not None, embargo.until or received), default=None
    )


def may_speak(*texts: str) -> bool:
    """Whether one of the texts has a word that an embargo could be stated by. Quick, and says yes too often."""
    return any(map(folded(*texts).__contains__, words.TRIGGERS))


def _in_text(text: str, received: datetime, *, title: bool) -> list[Embargo]:
    if not text or not may_speak(text):
        return []
    lines = [line.strip()[:LONGEST_LINE] for line in text[: LONGEST_OPENING * 2].split("\n") if line.strip()]
    found = []
    for number, line in enumerate(lines[:OPENING_LINES]):
        said = _in_line(line, title=title)
        if said is None:
            continue
        end = read_end(said, received)
        following = plain(lines[number + 1]) if number + 1 < len(lines) else ""
        if end is None and not re.search(r"\d", said) and following and _only_times(following):
            end = read_end(f"{said} {following}", received)
        found.append(Embargo(end, line[:200], _names_an_end(said)))
    return found


def _names_an_end(said: str) -> bool:
    tokens = _tokens(said)
    return any(token.text[0].isdigit() or token.text in words.UNTIL for token in tokens) or _has_day(tokens)


def _in_line(line: str, *, title: bool) -> str | None:
    """The part of a line that states an embargo, with its time where it has one; ``None`` for no embargo."""
    if not any(map(plain(line).__contains__, words.TRIGGERS)):
        return None
    line = _SPACED.sub(lambda match: match[0].replace(" ", ""), line)
    low = plain(line)
    if any(root in low for root in words.ROOTS) or _HELD_PHRASE.search(low):
        tokens = _tokens(low)
        for number, token in enumerate(tokens):
            if token.text in words.NOUNS or token.text in words.HELD or token.text == "gesperrt":
                said = _stated(line, low, tokens, number, title=title)
                if said is not None:
                    return said
    forbidden = _forbidden(line, low)
    return forbidden if forbidden is not None else _released(line, low)


def _tokens(low: str) -> list[_Token]:
    joined = _HELD_PHRASE.sub(lambda match: "embargoed".ljust(len(match[0])), low)
    return [
        _Token(match[0].rstrip(".:/'") or match[0], match.start(), match.end()) for match in _TOKEN.finditer(joined)
    ]


def _stated(line: str, low: str, tokens: list[_Token], at: int, *, title: bool) -> str | None:
    """What is stated around an embargo's word: the words about times that it stands among, where they suffice."""
    left = right = at
    while left > 0 and _fits(tokens[left - 1]) and not _is_glued(low, tokens[left - 1]):
        left -= 1
    while right + 1 < len(tokens) and _fits(tokens[right + 1]):
        right += 1
    held, shouted = tokens[at].text in words.HELD, "EMBARGO" in line
    if _said_of_the_story(tokens, at):
        return low[tokens[at].start : tokens[right].end]
    if tokens[at].text == "gesperrt" or _is_lifted(tokens, at):
        return None
    if left > 0 and not (held and (tokens[left - 1].text in _MARKS or _is_sender(line[: tokens[left].start]))):
        # Words before it that are no times: only what follows a mark can be a phrase of its own.
        mark = next((number for number in range(left, at) if tokens[number].text in _MARKS), None)
        if mark is None:
            return None
        left = mark
    whole = left == 0 and right + 1 == len(tokens)
    closed = right + 1 == len(tokens) or any(token.text in _MARKS for token in tokens[at + 1 : right + 1])
    window = tokens[left : right + 1]
    if _suffices(window, at - left, held=held, closed=closed) or (
        shouted
        and (_is_bracketed(tokens, at) or (whole and not title and all(t.text in (*_MARKS, "embargo") for t in window)))
    ):
        return low[window[0].start : window[-1].end]
    return None


def _suffices(window: list[_Token], at: int, *, held: bool, closed: bool) -> bool:
    """Whether the words around an embargo's word tell that it is one of publication."""
    after = [token.text for token in window[at + 1 :] if token.text not in _MARKS]
    before = [token.text for token in window[:at] if token.text not in _MARKS]
    clock, date, day = _has_clock(window), _has_date(window), _has_day(window)
    until = any(text in words.UNTIL for text in after[:4])
    if clock or (until and (date or day)) or (closed and (date or (day and not words.ENDS & set(after)))):
        return True
    if held:
        return closed or until
    event = bool(words.EVENTS & set(after))
    return closed and ((until and (event or len(after) <= 3)) or _is_under(before))  # noqa: PLR2004 - words


def _is_bracketed(tokens: list[_Token], at: int) -> bool:
    around = tokens[at - 1].text if at else "", tokens[at + 1].text if at + 1 < len(tokens) else ""
    return around in (("(", ")"), ("[", "]"), ("{", "}"), ("<", ">"), ("*", "*"))


def _is_sender(before: str) -> bool:
    """Whether only an agency's letters stand before: "PA Embargoed to 0001 Monday"."""
    return bool(re.fullmatch(r"\s*[A-Z]{2,6}\s*", before))


def _is_under(before: list[str]) -> bool:
    return bool(before) and (before[-1] in words.UNDER or before[-1] in words.STRICT)


def _fits(token: _Token) -> bool:
    text = token.text
    return text in _VOCABULARY or text in _MARKS or text in (",", "'", "&", "+") or text[0].isdigit()


def _is_glued(low: str, token: _Token) -> bool:
    """Whether a hyphen or slash joins two words to one, as in the slugs of desks."""
    return token.text in "-/" and token.start > 0 and low[token.start - 1] not in " -/"


def _has_clock(window: list[_Token]) -> bool:
    texts = [token.text for token in window]
    for number, text in enumerate(texts):
        following = next((t for t in texts[number + 1 : number + 3] if t != "("), "")
        if text in words.NOONS or _CLOCK.match(text):
            return True
        unit = following in words.HOURS or following in ZONE_HOURS or following.startswith(("a.", "p."))
        if text.isdigit() and unit:
            return True
    return False


def _has_date(window: list[_Token]) -> bool:
    texts = [token.text for token in window if token.text not in (".", ",")]
    pairs = zip(texts, [*texts[1:], ""], strict=False)
    return any(
        _DATE.match(first)
        or (first[0].isdigit() and second in words.MONTHS)
        or (first in words.MONTHS and second[:1].isdigit())
        or (first[0].isdigit() and second == "de")
        for first, second in pairs
    )


def _has_day(window: list[_Token]) -> bool:
    return any(token.text in words.WEEKDAYS or token.text in words.TODAY for token in window)


def _is_lifted(tokens: list[_Token], at: int) -> bool:
    after = [token.text for token in tokens[at + 1 : at + 5]]
    lifted = next((number for number, text in enumerate(after) if text in words.LIFTED), None)
    return lifted is not None and not any(text in words.TO_BE for text in after[:lifted])


def _said_of_the_story(tokens: list[_Token], at: int) -> bool:
    """Whether it says "this story is (under) embargo(ed)", up to the embargo's word."""
    texts = [token.text for token in tokens[:at]]
    verb = next((number for number in range(at - 1, max(at - 8, -1), -1) if texts[number] in words.IS), None)
    if verb is None:
        return False
    between = tokens[verb + 1 : at]
    if tokens[at].text in words.NOUNS and not any(token.text in words.UNDER for token in between):
        return False
    if not all(_fits(token) for token in between):
        return False
    phrase = texts[max(0, verb - 8) : verb]
    story = any(text in words.STORY for text in phrase[-6:])
    return story and bool({*phrase} & (words.POINTING | words.ADDRESSES))


def _forbidden(line: str, low: str) -> str | None:
    """An order not to publish before a time: the order is what begins the phrase."""
    match = _NEGATION.search(low)
    if not match:
        return None
    order = match["said"] + match["rest"]
    tokens = _tokens(order)
    texts = [token.text for token in tokens]
    act = next((n for n, text in enumerate(texts[:14]) if text in words.PUBLISH or text in words.USE), None)
    if act is None:
        return None
    limits = words.BEFORE | {"erst", "pas", "ab"}
    limit = next((n for n, text in enumerate(texts[:20]) if text in limits), None)
    until = tokens[limit + 1 :] if limit is not None else []
    until = until[: next((n for n, token in enumerate(until) if not _fits(token)), len(until))]
    said = order[until[0].start : until[-1].end] if until else ""
    timed = _has_clock(until) or _has_date(until) or _has_day(until)
    bare = match["said"].removeprefix("strictly ") in words.BARE_NOS
    ordered = texts[act] in words.PUBLISH or line[match.start("said") :][: tokens[act].end].isupper()
    if limit is not None and (timed or (ordered and not bare)):
        return said
    closed = all(token.text in _MARKS for token in tokens[act + 1 :]) and match.start() == 0
    return "" if closed and texts[act] in words.PUBLISH and act <= 4 and not bare else None  # noqa: PLR2004


def _released(line: str, low: str) -> str | None:
    """A time from which a story is free: only as a line's keyword, with a time and little else behind it."""
    if len(low) == len(line) and (day := _DAY_RELEASE.search(low)) and line[day.start("said")].isupper():
        return day["said"]
    match = _RELEASE.search(low)
    if not match or not (line[match.start("said") : match.start("said") + 1].isupper()):
        return None
    tokens = _tokens(match["rest"])
    end = next((n for n, token in enumerate(tokens) if not _fits(token)), len(tokens))
    window = tokens[:end]
    if not window or not (_has_clock(window) or (end == len(tokens) and (_has_date(window) or _has_day(window)))):
        return None
    return match["rest"][: window[-1].end]


def _only_times(low: str) -> bool:
    tokens = _tokens(low)
    return all(_fits(token) for token in tokens) and (_has_clock(tokens) or _has_date(tokens) or _has_day(tokens))
