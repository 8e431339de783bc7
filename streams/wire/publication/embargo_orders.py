"""Orders not to publish before a time, and times of release: takes a line, returns the time that it states.

An order begins a phrase ("Not for publication before …"), behind a courtesy too ("Merci de ne pas publier avant …"),
or is given about the text itself ("This release may not be published before …", "Publication before … is forbidden").
A sentence about who may publish what, or one that reports of an order, is prose.
"""

import re
from typing import NamedTuple

from streams.wire.publication import embargo_words as words
from streams.wire.publication import order_words as orders
from streams.wire.publication.embargo_tokens import (
    MARKS,
    WORD,
    Token,
    fits,
    has_clock,
    has_date,
    has_day,
    has_time,
    tokens_of,
)
from streams.wire.publication.time_words import DAYS

# A phrase begins the line, or behind a mark; a symbol of any kind is one, unless it stands within phrases.
START = r"(?:^|[^\w\s,'’‘\"“”«»„/&%$€£+@=#)\]~^])[\W_\u2460-\u249b]*(?:(?:eds?|editors?|note|attention|achtung)\W+)*"
FAR = 24  # words from an order's beginning to its time
NEAR = 14  # words to its act, where nothing stands before it
_SECONDS = frozenset(["prior", "ahead", "earlier", "eerder"])  # "prior to", "earlier than"
_THAN = frozenset(["than", "dan"])
_LIMITS = words.BEFORE | orders.ONLY | _SECONDS | _THAN | {"ab"}  # without one of these, `_limit` finds none
_BY_LENGTH = sorted(orders.NEGATIONS, key=len, reverse=True)
_NEGATION = re.compile(rf"{START}(?P<said>(?:strictly )?(?:{'|'.join(_BY_LENGTH)}))\b(?P<rest>.*)")
_ASKED = re.compile(
    rf"{START}(?:(?:{'|'.join(orders.COURTESIES)})\W+){{1,3}}(?P<order>(?:[\w-]{{1,30}}\W){{0,6}}?"
    rf"(?P<said>{'|'.join(sorted((*orders.ASKED, *_BY_LENGTH), key=len, reverse=True))})\b.*)"
)
_ABOUT = re.compile(
    rf"{START}(?P<about>(?:[\w'/-]{{1,30}}[ ,]{{1,2}}){{1,8}}?)(?P<said>{'|'.join(orders.MODALS)})\b(?P<rest>.*)"
)
_ACT = re.compile(
    rf"{START}(?:(?:strictly|any|all|every|the|no|toute?|jede|die|la|l|qualsiasi|toda|qualquer|elke|iedere|all|enhver)\W+)?"
    rf"(?P<said>{'|'.join(sorted(orders.PUBLISH | orders.USE))})\b(?P<rest>.*)"
)
_FORBIDDEN = re.compile(rf"\b(?:{'|'.join(orders.FORBIDDEN)})\b")
_REPORTED = re.compile(rf"\b(?:{'|'.join(orders.REPORTED)})\b")
_LEAD = (
    r"(?:(?:moved|moving|sent|filed|transmitted|story|copy)\W+){0,2}(?:in\W+)?(?:adv(?:ance)?\W+)(?:(?:copy|story)\W+)?"
)
_PHRASES = "|".join(sorted(orders.RELEASE_PHRASES, key=len, reverse=True))
_RELEASE = re.compile(
    rf"{START}(?P<said>(?:{_LEAD})?(?:{_PHRASES})\b(?:\W+(?:{_PHRASES}|use|release|publication|broadcast|print|only)\b)*)"
    r"\W*(?P<rest>.*)"
)
_ALONE = re.compile(
    r"^\W*(?:(?:eds?|editors?|note|attention|achtung)\W+)*"
    rf"(?P<said>{'|'.join(sorted(orders.ALONE_PHRASES, key=len, reverse=True))})\b(?P<rest>.*)"
)
# "For Sunday release", as services mark what is sent ahead.
_DAY_RELEASE = re.compile(
    rf"{START}(?P<said>for (?:{'|'.join(DAYS)})[a-z]*\b[^:;!?]{{0,30}}?"
    r" (?:release|use|publication|papers|ams|pms|editions?)\b)[\W]*$"
)


class _Limit(NamedTuple):
    """The words of a time behind one such as "before", up to the first that is none of a time."""

    at: int
    time: list[Token]
    rest: list[Token]

    @property
    def timed(self) -> bool:
        return has_time(self.time)


def order_in(line: str, low: str) -> str | None:
    """The time until which a line forbids publication, "" for an order without one, ``None`` for no order.

    ``low`` is the line in lower case without accents.
    """
    if words.ORDER_TRIGGERS.is_in(low) and words.ORDERED_ACTS.is_in(low):
        if (found := _negated(line, low)) is not None:
            return found
        for find in (_asked, _about_a_text, _forbidden) if _may_have_limit(low) else ():
            if (found := find(low)) is not None:
                return found
    return _released(line, low)


def _may_have_limit(low: str) -> bool:
    return not _LIMITS.isdisjoint(WORD.findall(low))


def _negated(line: str, low: str) -> str | None:
    """An order that begins a phrase."""
    match = _NEGATION.search(low)
    if not match:
        return None
    order = match["said"] + match["rest"]
    tokens = tokens_of(order)
    texts = [token.text for token in tokens]
    act = next((n for n, text in enumerate(texts[:NEAR]) if text in orders.PUBLISH or text in orders.USE), None)
    limit = _limit(tokens, match["said"])
    if act is None or (limit and (is_reported(limit.rest) or _is_of_things(tokens, act, limit))):
        return None
    bare = match["said"].removeprefix("strictly ") in orders.BARE_NOS
    ordered = (
        texts[act] in orders.PUBLISH
        or match["said"] == "not for"
        or line[match.start("said") :][: tokens[act].end].isupper()
    )
    if limit and (limit.timed or (ordered and not bare)):
        return _said(order, limit)
    closed = all(token.text in MARKS for token in tokens[act + 1 :]) and match.start() == 0
    return "" if closed and texts[act] in orders.PUBLISH and act <= 4 and not bare else None  # noqa: PLR2004


def _asked(low: str) -> str | None:
    """An order behind a courtesy."""
    match = _ASKED.search(low)
    if not match:
        return None
    order = match["order"]
    tokens = tokens_of(order)
    acts = [n for n, t in enumerate(tokens[:FAR]) if t.text in orders.PUBLISH or t.text in orders.USE]
    limit = _limit(tokens, match["said"])
    if not acts or not limit or is_reported(limit.rest) or _is_of_things(tokens, acts[0], limit):
        return None
    ordered = tokens[acts[0]].text in orders.PUBLISH and _is_event(limit)
    return _said(order, limit) if limit.timed or ordered else None


def _about_a_text(low: str) -> str | None:
    """An order about the text itself, or one that only the press gets."""
    for match in _ABOUT.finditer(low):
        about = [token.text.removeprefix("l'") for token in tokens_of(match["about"])]
        order = match["said"] + match["rest"]
        tokens = tokens_of(order)
        acts = any(token.text in orders.PUBLISH or token.text in orders.USE for token in tokens[:FAR])
        limit = _limit(tokens, match["said"])
        is_this = about[-1] in words.POINTING or about[-1] == "following"  # "This is not for release until 6 pm"
        if not acts or not limit or is_reported(limit.rest) or not (is_this or words.STORY.intersection(about)):
            continue
        pointed = bool((words.POINTING | orders.ATTACHED).intersection(about))
        closed = all(fits(t) or t.text in orders.PUBLISH or t.text in orders.USE for t in limit.rest)
        definite = (about[0] in words.THIS or about[0] in ("the", "det", "den")) and (
            bool(orders.FOR_PRESS.intersection(about)) or (closed and has_clock(limit.time))
        )
        alone = len(about) == 1 and closed and has_clock(limit.time)  # "Content is not to be used before …"
        if is_this and not all(map(fits, limit.rest)):
            continue
        if (pointed or definite or alone or is_this) and (limit.timed or _is_event(limit)):
            return _said(order, limit)
    return None


def _forbidden(low: str) -> str | None:
    """A sentence that forbids publication before a time."""
    match = _ACT.search(low)
    if not match or not _FORBIDDEN.search(match["rest"]):
        return None
    tokens = tokens_of(match["rest"])
    limit = _limit(tokens, "")
    if not limit or not limit.timed or is_reported(limit.rest):
        return None
    around = _FORBIDDEN.sub(" ", match["rest"][: limit.time[0].start] + match["rest"][limit.time[-1].end :])
    if not all(fits(t) or t.text in orders.PUBLISH or t.text in orders.STRICTLY | words.IS for t in tokens_of(around)):
        return None
    return _said(match["rest"], limit)


def _limit(tokens: list[Token], said: str) -> _Limit | None:
    """What an order waits for: the first time behind a word like "before", or else what stands behind the first."""
    texts = [token.text for token in tokens[:FAR]]
    only = any(word in orders.ONLY for word in said.split())
    french = re.search(r"\bn[e']", said) or "pas de" in said
    found: list[_Limit] = []
    for number, text in enumerate(texts):
        following = texts[number + 1] if number + 1 < len(texts) else ""
        counts = (
            text in words.BEFORE
            or text in ("erst", "ab")
            or (text == "pas" and not french)
            or (only and text in orders.AFTER)
        )
        if text in _THAN:  # "niet eerder publiceren dan"
            counts = any(before in _SECONDS for before in texts[:number])
        elif text in _SECONDS:
            counts = following in ("to", "of", "a")
        if not counts:
            continue
        behind = tokens[number + 1 :]
        end = next((n for n, token in enumerate(behind) if not fits(token)), len(behind))
        found.append(_Limit(number, behind[:end], behind[end:]))
    return next((limit for limit in found if limit.timed), found[0] if found else None)


def _is_event(limit: _Limit) -> bool:
    """Whether it waits for what has no hour: delivery, further notice."""
    return any(token.text in words.EVENTS for token in (*limit.time, *limit.rest)[:4])


def _is_of_things(tokens: list[Token], act: int, limit: _Limit) -> bool:
    """Whether it is about the use of what is no text: "do not use the bridge before Monday"."""
    return tokens[act].text in orders.USE and not all(map(fits, tokens[act + 1 : limit.at]))


def is_reported(rest: list[Token]) -> bool:
    """Whether the sentence goes on to say whose order it is."""
    sentence: list[str] = []
    for token in rest:
        if token.text in ".;!?":
            break
        sentence.append(token.text)
    return bool(_REPORTED.search(" ".join(sentence)))


def _said(order: str, limit: _Limit) -> str:
    return order[limit.time[0].start : limit.time[-1].end] if limit.time else ""


def _released(line: str, low: str) -> str | None:
    """A time from which a story is free: only as a line's keyword, with a time and little else behind it."""
    of_a_day = "for " in low and len(low) == len(line)
    if of_a_day and (day := _DAY_RELEASE.search(low)) and line[day.start("said")].isupper():
        return day["said"]
    if (alone := _ALONE.match(low)) and _is_only_a_time(alone):
        return alone["rest"]
    match = _RELEASE.search(low)
    if not match or not (line[match.start("said") : match.start("said") + 1].isupper()):
        return None
    tokens = tokens_of(match["rest"])
    end = next((n for n, token in enumerate(tokens) if not fits(token)), len(tokens))
    window = tokens[:end]
    if window and match["said"].endswith(("use", "broadcast")) and window[0].text in words.UNTIL:
        return None  # "For use until 31 December": how long it may be used
    if not window or not (has_clock(window) or (end == len(tokens) and (has_date(window) or has_day(window)))):
        return None
    return match["rest"][: window[-1].end]


def _is_only_a_time(match: "re.Match[str]") -> bool:
    """Whether behind such words a line has nothing but a time: an hour, or behind "not before" also a date."""
    tokens = tokens_of(match["rest"])
    return all(map(fits, tokens)) and (has_clock(tokens) or (match["said"][0] in "np" and has_date(tokens)))
