"""ANPA 1312: takes one framed message as text, returns a draft.

Source: ANPA Wire Service Transmission Guidelines 1312, and how AP fills them: ``^`` lines for keyword, headline and
byline, tabs for paragraphs, the time in a trailer such as ``AP-WF-02-20-16 0337GMT``.

The format has no id. Its keyword line names a story for its day, so the guid is sender, day and keyword: a ``1st
Ld-Writethru`` or a ``KILL`` lands on its story. An ``Add`` stays an item of its own.
"""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from search.articles import Concept
from streams.wire.datelines import dateline_of
from streams.wire.draft import Draft
from streams.wire.formats.reflow import reflow
from streams.wire.publication.embargo_lines import without_embargoes, without_embargoes_above
from streams.wire.publication.lifecycle import Signs
from streams.wire.times import MONTHS, read_time

FORMAT = "anpa-1312"
STX, ETX = "\x02", "\x03"
PRIORITIES = {"f": "1", "b": "2", "u": "3", "r": "4", "d": "5", "a": "6", "s": "6", "w": "6", "z": "6"}
# Every repetition is bounded: these run on whatever came, before anything is known of it.
_HEAD = re.compile(r"[\x16\s]{0,20}(\x01?)[\x16 ]{0,20}([a-z]{1,2})(\d{3,4})([\w\x1f -]{0,60})\n", re.IGNORECASE)
_SECOND = re.compile(r"([a-z]) ?([a-z]{0,3}) ?[\x11-\x14]{0,2} ?", re.IGNORECASE)
_DAY_AND_COUNT = re.compile(r"\b(\d{1,2})-(\d{1,2})(?:[ \x1f]{1,20}\d{0,5})?$")
_KEYWORD = re.compile(r"(?:am|pm|bc|ap)-", re.IGNORECASE)
_OF_WRITERS = re.compile(r"\b(?:Writers?|Press|Editors?|Correspondents?|Columnists?|Reporters?|Critic|Producer|AP)\b")
MOST_BYLINES = 4  # lines
MOST_HEADLINE_LINES = 4
OPENING = 4000  # characters: as far as an embargo's line is looked for
LONGEST_LINE = 200  # of the header, and of the keyword
_TRAILER = re.compile(
    r"\b([A-Z]{2,8})-[A-Z]{2}-(\d{2})-(\d{2})-(\d{2})[ \t]+(\d{2})(\d{2})([A-Z]{3,4})?", re.IGNORECASE
)
_LOCAL_TRAILER = re.compile(r"\b([A-Z]{2,8})-(\d{2}):(\d{2})-(\d{2})-(\d{2})-(\d{2})\b")  # KWS-21:37-20-11-26
_SIGNATURE = re.compile(r"\n==([^\n=]{1,60})\s*$")
_WORD_COUNT = re.compile(r",\s*\d{2,5}\s*$")
_VERSION_TAG = re.compile(
    r",?\s*(?:\b\d{1,2}(?:st|nd|rd|th) ?(?:Ld|Lead|Sub)\b(?:-?Write-?thr(?:u|ough))?|\bWrite-?thr(?:u|ough)\b"
    r"|\b(?:BULLETIN|MANDATORY|URGENT)? ?KILL\b|\bCorrect(?:ion|ive|s)\b|\bURGENT\b|\bBULLETIN\b)",
    re.IGNORECASE,
)
_SLUG_CITED = re.compile(r"\b(?:BC|AM|PM|AP)-[A-Za-z][\w.-]+(?: [A-Z][\w.-]+){0,2}")
_NOT_HEADLINE = re.compile(
    r"(?:AP Photo|AP Graphic|AP Video|Eds?[:.]|Editors?[:.]|By |With |For Immediate|\(?Eds|[\d/.: -]{4,20}$)",
    re.IGNORECASE,
)


class _Stamp(NamedTuple):
    """A message's time as text for `read_time`, its day for the guid, and who sent it."""

    time: str = ""
    day: str = ""
    sender: str = ""


class _Header(NamedTuple):
    """The two header lines: story number, priority, category, keyword, and the day as (month, day)."""

    number: str
    priority: str
    category: str
    keyword: str
    day: tuple[int, int] | None
    end: int  # where the text begins
    sure: bool  # framed by controls, or with a keyword and a day


def _header(text: str) -> _Header | None:
    head = _HEAD.match(text)
    line = text[head.end() : head.end() + LONGEST_LINE].partition("\n") if head else ("", "", "")
    second = _SECOND.match(line[0])
    if not head or not second or not line[1]:
        return None
    rest = line[0][second.end() :].strip(" \x11\x12\x13\x14\x1f")
    count = _DAY_AND_COUNT.search(rest)
    keyword = rest[: count.start()].strip() if count else rest
    day = (int(count[1]), int(count[2])) if count else None
    sure = bool(head[1]) or bool(day and _KEYWORD.match(keyword))
    number = f"{head[2]}{head[3]}"
    return _Header(number, second[1], second[2], keyword, day, head.end() + len(line[0]) + 1, sure)


def is_anpa(text: str) -> bool:
    r"""Whether a message, newlines as ``\n``, has ANPA's two header lines."""
    header = _header(text)
    return header is not None and header.sure


def read_anpa(text: str, received: datetime, notes: list[str]) -> Draft:
    """The draft of one message for which `is_anpa` holds."""
    header = _header(text)
    assert header
    content, _, trailer = text[header.end :].strip(STX + "\n ").partition(ETX)
    content = content.replace(STX, "")
    draft = Draft(format=FORMAT, notes=notes, urgency=PRIORITIES.get(header.priority.lower(), ""))
    stamp = _stamp(trailer, content) or _header_stamp(header, received)
    content = _LOCAL_TRAILER.sub("", _TRAILER.sub("", content)).rstrip("<\n\t ")
    if signed := _SIGNATURE.search(content):
        draft.credit, content = signed[1].strip(), content[: signed.start()]
    headers, body = _lines(content)
    keyword = headers.pop(0) if headers and _is_keyword(headers[0]) else header.keyword
    keyword = keyword[:LONGEST_LINE]
    draft.slugline = _WORD_COUNT.sub("", keyword).strip(" ,")
    embargoes, headers = without_embargoes(headers)
    if not headers:
        above, body = without_embargoes_above(body)
        embargoes += above
    draft.editorial_note = "\n".join(embargoes)
    left = _headers(headers, draft)
    if not headers:
        body = _headline_above(body, draft)
    draft.dateline = dateline_of(_reflowed(body))
    draft.body = _reflowed("\n".join((*(f"\t{line}" for line in left), "", body)))
    if header.category:
        draft.subjects.append(Concept("", f"anpa:{header.category.lower()}"))
    draft.provider = stamp.sender
    draft.version_created = stamp.time
    draft.guid = _guid(stamp, draft.slugline, header.number)
    cited = _SLUG_CITED.search(body)
    target = _guid(stamp, cited[0], "") if cited and not _VERSION_TAG.search(draft.slugline) else ""
    draft.signs = Signs(target=target)
    draft.asides.append(content[:OPENING])
    return draft


def _stamp(trailer: str, content: str) -> _Stamp | None:
    """The time that the trailer gives, after ETX or where that was stripped at the end of the text."""
    match = _TRAILER.search(trailer) or next(reversed(list(_TRAILER.finditer(content[-400:]))), None)
    if not match:
        return _local_stamp(trailer, content)
    sender, month, day, year, hour, minute, zone = match.groups()
    century = "19" if int(year) >= 70 else "20"  # noqa: PLR2004 - the standard is of 1979
    time = f"{int(day)} {_month_name(int(month))} {century}{year} {hour}:{minute} {zone or ''}".strip()
    read = read_time(time).time
    return _Stamp(time, read.strftime("%Y%m%d") if read else "", sender.upper())


def _local_stamp(trailer: str, content: str) -> _Stamp | None:
    """The time of a trailer that gives the clock first, then day, month and year, all of the sender's own zone."""
    match = _LOCAL_TRAILER.search(trailer) or next(reversed(list(_LOCAL_TRAILER.finditer(content[-400:]))), None)
    if not match:
        return None
    sender, hour, minute, day, month, year = match.groups()
    name = _month_name(int(month))
    read = read_time(f"{int(day)} {name} 20{year}").time if name else None
    return _Stamp(f"{int(day)} {name} 20{year} {hour}:{minute}", read.strftime("%Y%m%d"), sender) if read else None


def _header_stamp(header: _Header, received: datetime) -> _Stamp:
    """Only the day, from the header's month and day and the year of receipt."""
    if header.day is None:
        return _Stamp()
    for year in (received.year, received.year - 1):
        day = read_time(f"{year}-{header.day[0]:02}-{header.day[1]:02}").time
        if day and day <= received + timedelta(days=2):
            return _Stamp("", day.strftime("%Y%m%d"))
    return _Stamp()


def _month_name(number: int) -> str:
    return next((name for name, month in MONTHS.items() if month == number), "")


def _lines(content: str) -> tuple[list[str], str]:
    """The ``^`` lines before the text, and the text."""
    lines = content.split("\n")
    headers: list[str] = []
    for number, line in enumerate(lines):
        if line.startswith("\t") or (line.strip() and not line.startswith("^") and (headers or number > 8)):  # noqa: PLR2004
            return headers, "\n".join(_line_of_text(bare) for bare in lines[number:])
        if bare := line.strip("^<= \t"):
            headers.append(bare)
    return headers, ""


def _line_of_text(line: str) -> str:
    """A line of the text without the sign of its end, "<"; with ``^`` it stands alone, as a heading within it does."""
    return f"\t{line.strip('^<=')}" if line[:1] == "^" else line.rstrip("< \t")


def _reflowed(text: str) -> str:
    return reflow(text).replace("``", '"').replace("''", '"').replace(" _ ", " – ")


def _headline_above(body: str, draft: Draft) -> str:
    """Take the headline off a text that begins with it.

    It goes to a line that ends in ``+`` or ``=``, or behind which the text is indented.
    """
    lines = body.lstrip("\n").split("\n")
    for end, line in enumerate(lines[:MOST_HEADLINE_LINES]):
        if not line.strip() or line[:2].isspace():
            break
        following = lines[end + 1] if end + 1 < len(lines) else ""
        if line.rstrip().endswith(("+", "=")) or (following[:1] == "\t" or following[:2] == "  "):
            draft.headline = " ".join(one.strip(" +=<") for one in lines[: end + 1])
            return "\n".join(lines[end + 1 :])
    return body


def _is_keyword(line: str) -> bool:
    return bool(re.match(r"(?:[A-Z]{2}-[A-Z]|[A-Z]{2,4}--)", line) or _WORD_COUNT.search(line))


def _headers(headers: list[str], draft: Draft) -> list[str]:
    """Note, byline and headline from the lines before the text; gives the lines that are none of these."""
    left: list[str] = []
    byline: list[str] = []
    for line in headers:
        if re.match(r"\(?Eds?[:.]|\(?Editors?[:.]", line, re.IGNORECASE):
            draft.add_editorial_note(line)
        elif (line.lower().startswith("by ") and not byline) or (
            byline and len(byline) < MOST_BYLINES and not left and _OF_WRITERS.search(line)
        ):
            byline.append(line)
        elif not draft.headline and not _NOT_HEADLINE.match(line):
            draft.headline = line
        elif not _NOT_HEADLINE.match(line):
            left.append(line)
    draft.byline = ", ".join(byline)
    return left


def _guid(stamp: _Stamp, keyword: str, number: str) -> str:
    story = re.sub(r"\s+", "-", _VERSION_TAG.sub("", keyword).strip(" ,").lower())
    if not stamp.day or not (story or number):
        return ""
    return f"urn:newswire:anpa:{stamp.sender.lower()}:{stamp.day}:{story or number.lower()}"
