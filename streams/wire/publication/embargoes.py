"""Finds embargoes in words: takes the lines of a story, returns the embargo that they state, with its end.

A line counts where it speaks as wires do and not as prose does. The word must begin a phrase ("EMBARGOED UNTIL …",
"Sperrfrist: …", "0001 GMT FRIDAY – EMBARGO", "(EMBARGOED)"), or be said of the story itself ("This story is embargoed
until …"), and what stands around it must be times, or nothing: "EMBARGO ON CUBA EXTENDED" and "Embargo: EU mulls arms
ban" tell of trade. Where the end is not surely understood, the story is withheld.
"""

import re
from collections.abc import Callable
from datetime import datetime, tzinfo
from itertools import islice, pairwise, takewhile
from typing import NamedTuple

from streams.wire.publication import embargo_words as words
from streams.wire.publication.embargo_ends import read_end
from streams.wire.publication.embargo_orders import is_reported, order_in
from streams.wire.publication.embargo_scripts import in_english, lines_in_english
from streams.wire.publication.embargo_tokens import (
    MARKS,
    Token,
    fits,
    has_clock,
    has_date,
    has_day,
    has_held_phrase,
    has_time,
    tokens_of,
)
from streams.wire.publication.folding import folded
from streams.wire.publication.time_words import MONTHS
from streams.wire.text import plain

OPENING_LINES = 15
LONGEST_LINE = 400
LONGEST_OPENING = 12_000  # characters of a text among which those lines are
MOST_LINES = 2  # behind an embargo's line, on which its end may stand
# The day for which AP sends a story in advance: a line of its own, "$adv29", or in the slug, "BC-Trees, Adv29".
_ADVANCE = re.compile(r"(?:^[\W_]*|,\s?)[Aa][Dd][Vv] ?(?P<day>\d{1,2})(?:-\d{1,2})?(?=\W*$|,)")
MOST_UNKNOWN = 3
FARTHEST = 16  # words from a verb to the embargo's word
_FULL_DATE = re.compile(r"(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-]")
_EXACT_HOUR = re.compile(r"(?:[01]?\d|2[0-4])[:.h][0-5]\d(?![.\d])|0\d[0-5]\d$")
_QUOTES = frozenset('"“”«»„')
_UNKNOWN_END = "until 99:99"  # an end that nobody can read, in which no following line is taken for it
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_] ){5,20}[^\W\d_](?!\w)")  # E M B A R G O
_LETTERS_APART = re.compile(r" [^\W\d_] [^\W\d_] ")  # found fast, and in every such word


class Embargo(NamedTuple):
    """An embargo found in words. ``until`` is ``None`` where its end cannot be read; ``line`` is what was found."""

    until: datetime | None
    line: str
    timed: bool = True  # whether it names an end at all, understood or not
    advance: bool = False  # whether it is only the mark of a day, "$adv29"


def find_embargo(
    received: datetime, *texts: str, titles: tuple[str, ...] = (), zone: tzinfo | None = None
) -> Embargo | None:
    """The embargo that the opening lines of these texts state, the longest where there are several, or ``None``.

    ``titles`` are headlines and sluglines: there the bare word "EMBARGO" names a subject. ``zone`` is the source's.
    """
    opening = _opening(*texts, *titles)
    if not words.TRIGGERS.is_in(opening):
        return None
    may_state = words.TRIGGERS.narrowed(opening)
    embargoes = [
        embargo
        for text, title in [*((text, True) for text in titles), *((text, False) for text in texts)]
        for embargo in _in_text(text, may_state, received, zone, title=title)
    ]
    if any(not embargo.advance and (embargo.until or embargo.timed) for embargo in embargoes):
        embargoes = [embargo for embargo in embargoes if not embargo.advance]  # the day is that of its hour
    endless = next((embargo for embargo in embargoes if embargo.until is None and embargo.timed), None)
    return endless or max(
        embargoes, key=lambda embargo: (embargo.until is not None, embargo.until or received), default=None
    )


def _opening(*texts: str) -> str:
    """The lines of these texts that may state an embargo, each once, as triggers are looked for in them."""
    lines = dict.fromkeys(line for text in filter(None, texts) for line in _lines(text)[:OPENING_LINES])
    return folded(lines_in_english("\n".join(lines)))


def _lines(text: str) -> list[str]:
    """The lines at the beginning of a text, as far as each is read: the opening ones, and those that may end them."""
    if "\n" not in text:  # as titles are, of which a story has many
        line = text[:LONGEST_OPENING].strip()[:LONGEST_LINE]
        return [line] if line else []
    stripped = map(str.strip, text[:LONGEST_OPENING].split("\n"))
    return [line[:LONGEST_LINE] for line in islice(filter(None, stripped), OPENING_LINES + MOST_LINES)]


def _in_text(
    text: str, may_state: Callable[[str], bool], received: datetime, zone: tzinfo | None, *, title: bool
) -> list[Embargo]:
    originals = _lines(text)
    lines, found = [in_english(line) for line in originals], []
    for number, line in enumerate(lines[:OPENING_LINES]):
        low = plain(line)
        if not may_state(low):
            continue
        said = stated_in(line, low, title=title)
        if said is None:
            continue
        end = read_end(said, received, zone)
        for following in map(plain, lines[number + 1 : number + 1 + MOST_LINES]):
            if not goes_on(said, following):
                break
            said = f"{said} {following}"
            end = read_end(said, received, zone)
        found.append(Embargo(end, originals[number][:200], _names_an_end(said), said.startswith("adv ")))
    return found


def goes_on(said: str, following: str) -> bool:
    """Whether the next line gives the end that an embargo lacks, or the hour of its day."""
    tokens = tokens_of(following)
    if not all(map(fits, tokens)):
        return False
    if not re.search(r"\d", said):
        return has_time(tokens)
    hour_alone = has_clock(tokens) and not any(token.text in MONTHS or _FULL_DATE.match(token.text) for token in tokens)
    return hour_alone and not has_clock(tokens_of(said))


def _names_an_end(said: str) -> bool:
    tokens = tokens_of(said)
    return any(token.text[0].isdigit() or token.text in words.UNTIL for token in tokens) or has_day(tokens)


def stated_in(line: str, low: str, *, title: bool = False) -> str | None:
    """The part of a line that states an embargo, with its time where it has one; ``None`` for no embargo.

    ``low`` is the line as `plain` makes it. Only one with one of the `TRIGGERS` can state an embargo.
    """
    if "adv" in low and (advance := _ADVANCE.search(line)):
        return f"adv {advance['day']}"
    if _LETTERS_APART.search(line):
        line = _SPACED.sub(lambda match: match[0].replace(" ", ""), line)
        low = plain(line)
    found: list[str] = []
    if any(root in low for root in words.ROOTS) or has_held_phrase(low):
        tokens = tokens_of(low)
        for number, token in enumerate(tokens):
            asked = token.text == "l'embargo" and "respect" in low
            if token.text in words.NOUNS or token.text in words.HELD or token.text == "gesperrt" or asked:
                said = _stated(line, low, tokens, number, title=title)
                found += [] if said is None else [said]
    timed = next(filter(_names_an_end, found), None)
    if timed is not None:
        return timed
    order = order_in(line, low)
    return order if order or not found else found[0]


def _stated(line: str, low: str, tokens: list[Token], at: int, *, title: bool) -> str | None:
    """What is stated around an embargo's word: the words about times that it stands among, where they suffice."""
    left = right = at
    while left > 0 and fits(tokens[left - 1]) and not _is_glued(low, tokens[left - 1]):
        left -= 1
    while right + 1 < len(tokens) and fits(tokens[right + 1]):
        right += 1
    held, shouted = tokens[at].text in words.HELD, "EMBARGO" in line
    if (verb := _verb_of_the_story(tokens, at)) is not None:
        return low[tokens[verb + 1].start : tokens[right].end]
    doubtful = _is_doubtful(tokens[at + 1 :])
    if tokens[at].text == "gesperrt" or _is_lifted(tokens, at) or (_is_until_now(tokens, at, right) and not doubtful):
        return None
    if left > 0 and not (held and (tokens[left - 1].text in MARKS or _is_sender(line[: tokens[left].start]))):
        # Words before it that are no times: only what follows a mark can be a phrase of its own.
        mark = next((number for number in range(left, at) if tokens[number].text in MARKS), None)
        if mark is None:
            return None
        left = mark
    whole = left == 0 and right + 1 == len(tokens)
    closed = right + 1 == len(tokens) or any(token.text in MARKS for token in tokens[at + 1 : right + 1])
    window = tokens[left : right + 1]
    if _suffices(window, at - left, held=held, closed=closed, title=title) or (
        shouted
        and (_is_bracketed(tokens, at) or (whole and not title and all(t.text in (*MARKS, "embargo") for t in window)))
    ):
        quoted = window[0].text in _QUOTES and is_reported(tokens[right + 1 :])
        return None if quoted else low[window[0].start : window[-1].end]
    return _UNKNOWN_END if doubtful else None


def _suffices(window: list[Token], at: int, *, held: bool, closed: bool, title: bool) -> bool:
    """Whether the words around an embargo's word tell that it is one of publication."""
    after = [token.text for token in window[at + 1 :] if token.text not in MARKS]
    before = [token.text for token in window[:at] if token.text not in MARKS]
    clock, date, day = has_clock(window), has_date(window), has_day(window)
    until = any(text in words.UNTIL_BEHIND for text in after[:4])
    ends = bool(words.ENDS & set(after))
    trade = not held and bool(words.OTHER_ENDS & set(after))  # "Embargo endet am 30. November"
    if title and not held and any(token.text in words.MOVED for token in window):
        return clock  # "Embargo extended until 31 December"
    if clock or (until and (date or day)) or (closed and ((date and not trade) or (day and not ends))):
        return True
    if held:
        return closed or until or (after[:1] in (["to"], ["for"]) and (date or day))
    event = bool(words.EVENTS & set(after))
    until = until or after[:1] == ["against"]
    return closed and ((until and (event or len(after) <= 3)) or _is_under(before))  # noqa: PLR2004 - words


def _is_bracketed(tokens: list[Token], at: int) -> bool:
    around = tokens[at - 1].text if at else "", tokens[at + 1].text if at + 1 < len(tokens) else ""
    return around in (("(", ")"), ("[", "]"), ("{", "}"), ("<", ">"), ("*", "*"))


def _is_sender(before: str) -> bool:
    """Whether only an agency's letters stand before: "PA Embargoed to 0001 Monday"."""
    return bool(re.fullmatch(r"\s*[A-Z]{2,6}\s*", before))


def _is_under(before: list[str]) -> bool:
    return bool(before) and (before[-1] in words.UNDER or before[-1] in words.STRICT)


def _is_glued(low: str, token: Token) -> bool:
    """Whether a hyphen or slash joins two words to one, as in the slugs of desks."""
    return token.text in "-/" and token.start > 0 and low[token.start - 1] not in " -/"


def _is_lifted(tokens: list[Token], at: int) -> bool:
    after = [token.text for token in tokens[at + 1 : at + 5]]
    lifted = next((number for number, text in enumerate(after) if text in words.LIFTED), None)
    return lifted is not None and not any(text in words.TO_BE for text in after[:lifted])


def _is_until_now(tokens: list[Token], at: int, right: int) -> bool:
    texts = [token.text for token in tokens[at : right + 2]]
    return texts[-1] in words.NOW or any(a in words.UNTIL and b in words.NOW for a, b in pairwise(texts))


def _is_doubtful(after: list[Token]) -> bool:
    """Whether an embargo's word is followed by an end of which some words are not known, as in languages not listed.

    They stand beside its figures: "Embargo do 28. listopadu 6:00" if that month were not known.
    """
    if not after or not fits(after[0]):
        return False
    plain_words = [token for token in after if token.text not in MARKS and token.text != ","]
    unknown = [number for number, token in enumerate(plain_words) if not fits(token)]
    figures = {number for number, token in enumerate(plain_words) if token.text[0].isdigit()}
    ends = plain_words[:1] == after[:1] and after[0].text in words.UNTIL_BEHIND and 1 in figures
    hour = any(_EXACT_HOUR.match(plain_words[number].text) for number in figures)
    beside = all({number - 1, number + 1} & figures for number in unknown)
    return 0 < len(unknown) <= MOST_UNKNOWN and (ends or hour) and beside


def _verb_of_the_story(tokens: list[Token], at: int) -> int | None:
    """The place of the verb in "this story is (under) embargo(ed)"; ``None`` where it is not said of the story."""
    texts = [token.text for token in tokens[:at]]
    verb = next((number for number in range(at - 1, max(at - FARTHEST, -1), -1) if texts[number] in words.IS), None)
    if verb is None:
        return None
    between = tokens[verb + 1 : at]
    if tokens[at].text in words.NOUNS and not any(token.text in words.UNDER for token in between):
        return None
    if not all(fits(token) for token in between):
        return None
    phrase = texts[max(0, verb - 8) : verb]
    # "The following is embargoed": what follows is the story.
    story = any(text in words.STORY for text in phrase[-6:]) or phrase[-1:] in (["following"], ["this"])
    if story and {*phrase} & (words.POINTING | words.ADDRESSES):
        return verb
    # "The report is embargoed until 0001 GMT": with an hour, and where nobody is said to have said it.
    behind = list(takewhile(fits, tokens[at + 1 :]))
    opens = verb <= 4 and texts[0] in words.ARTICLES  # noqa: PLR2004 - words
    times = [*between, *behind]
    stated = story and opens and has_clock(times) and not is_reported(tokens[at + 1 + len(behind) :])
    return verb if stated else None
