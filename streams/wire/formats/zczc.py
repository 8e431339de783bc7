"""Messages framed by ZCZC and NNNN whose header is an agency's own, as ANSA's: takes text, returns a draft.

    ZCZC0832/SX4
    XCI60832_SX4_QBXB
    R CRO S04 QBXB
    = Headline =
     (V. an earlier message)
       (ANSA) - PRATO, 26 NOV - Text.
         YH9-ABC
    26-NOV-26 15:30 NNNN

Header lines are codes in capitals. A headline goes as far as a line that ends in "=", or to a blank or indented line.
"""

import re

from search.articles import Concept
from streams.wire.datelines import agency_of, dateline_of
from streams.wire.draft import Draft
from streams.wire.formats.reflow import reflow
from streams.wire.months import month_of
from streams.wire.publication.embargo_lines import without_embargoes_above

FORMAT = "iptc-7901"  # whose frame it is
OPENING = 4000  # characters: as far as an embargo's line is looked for
MOST_CODES = 5  # lines of a header
LONGEST_HEADING = 6  # lines
_START = re.compile(r"\s{0,40}ZCZC(?![a-z])([ \w/.:-]{0,60})\n")
_NUMBER = re.compile(r"\s*(?:([A-Z]{1,4}) ?)?(\d{1,6})(?:/([A-Z0-9]{1,6}))?\s*")
_CODES = re.compile(r"\.?[A-Z0-9_/-]{1,20}(?: +[A-Z0-9_/-]{1,5}){0,7} ?/?")
_LOWER_CODES = re.compile(r"\d [a-z]{3}(?: [a-z]{2}\d{2})+(?: [A-Z]{2,5})?")  # 4 cro gn00 XFLA
_CATEGORY = re.compile(r"([FBUR]) ([A-Z]{3})\b")
_SENT = re.compile(
    r"\n?[ \t]*(\d{1,2})[-/. ]([^\W\d_]{3,9}|\d{1,2})[-/. ](\d{4}|\d{2})[ ,]+(\d{1,2})[:.](\d{2})[ \t]*\s*$"
)
_STAMPED = re.compile(
    r"\n[ \t]*(?:[A-Z][a-z]{1,3}(?:/[A-Z][a-z]{1,3})*[ \t]+)?((\d{8})T\d{4,6}Z?)\s*$"
)  # Abc 20261126T153000Z
_SIGNATURE = re.compile(r"\n {4,}[A-Z]{2,4}\s*$|\n[ \t]*(?=[A-Z]{0,3}\d)[A-Z\d]{2,5}-[A-Z]{2,4}\s*$")
_AGENCY = re.compile(r"\s*\(([A-Z][A-Za-z]{1,14})\) ?[-–—]")
_REFERENCE = re.compile(r"\s*\((?:V\.|vedi|see|cf\.?|siehe|voir)\s[^()]{1,300}\)\s*", re.IGNORECASE)


def is_zczc(text: str) -> bool:
    r"""Whether a message, newlines as ``\n``, begins with such a frame."""
    return bool(_START.match(text))


def read_zczc(text: str, notes: list[str]) -> Draft:
    """The draft of one message for which `is_zczc` holds."""
    start = _START.match(text)
    assert start
    content = text[start.end() :].rpartition("NNNN")[0] or text[start.end() :]
    draft = Draft(format=FORMAT, notes=notes)
    content, day = _sent(content.rstrip("\x03\x04 \n\t"), draft)
    content = _SIGNATURE.sub("", content)
    lines = content.split("\n")
    codes = _codes(lines)
    _header([start[1].strip(), *codes], day, draft)
    _text(lines, draft)
    draft.asides += [content[:OPENING], *codes]
    draft.notes.append("header: an agency's own, between ZCZC and NNNN")
    return draft


def _sent(content: str, draft: Draft) -> tuple[str, str]:
    """The content without the line that says when it was sent, and that day."""
    if stamped := _STAMPED.search(content[-60:]):
        draft.version_created = stamped[1]
        return content[: len(content) - len(stamped[0])], stamped[2]
    match = _SENT.search(content[-120:])
    month = (int(match[2]) if match[2].isdigit() else month_of(match[2])) if match else 0
    if not match or not 1 <= month <= 12:  # noqa: PLR2004
        return content, ""
    day, _, year, hour, minute = match.groups()
    year = year if len(year) == 4 else f"20{year}"  # noqa: PLR2004
    draft.version_created = f"{year}-{month:02}-{int(day):02} {int(hour):02}:{minute}"
    return content[: len(content) - len(match[0])], f"{year}{month:02}{int(day):02}"


def _codes(lines: list[str]) -> list[str]:
    """Take the lines of codes from the beginning."""
    codes: list[str] = []
    while lines and len(codes) < MOST_CODES and (not lines[0].strip() or _are_codes(lines[0].strip())):
        if line := lines.pop(0).strip():
            codes.append(line)
        elif codes:
            break
    return codes


def _are_codes(line: str) -> bool:
    words = line.split()
    has_digit = any(c.isdigit() for c in line)
    if _LOWER_CODES.fullmatch(line):
        return True
    return bool(_CODES.fullmatch(line)) and (has_digit or line[0] == "." or all(len(word) < 5 for word in words[:9]))  # noqa: PLR2004


def _header(codes: list[str], day: str, draft: Draft) -> None:
    number = _NUMBER.fullmatch(codes[0])
    if number and day:
        service = (number[3] or number[1] or "").lower()
        draft.guid = f"urn:newswire:zczc:{service}:{day}:{int(number[2])}"
    elif day and any(c.isdigit() for c in codes[0]):
        draft.guid = f"urn:newswire:zczc:{day}:{codes[0].lower()}"
    for line in codes[1:]:
        if match := _CATEGORY.match(line):
            draft.urgency = match[1]
            draft.subjects.append(Concept("", f"iptc7901:{match[2].lower()}"))


def _text(lines: list[str], draft: Draft) -> None:
    embargoes, text = without_embargoes_above("\n".join(lines))
    draft.add_editorial_note(*embargoes)
    lines = text.lstrip("\n").split("\n")
    end = next(
        (n for n, line in enumerate(lines[:LONGEST_HEADING]) if line.rstrip().endswith("=") and n + 1 < len(lines)), -1
    )
    if end < 0:
        ends = (n for n, line in enumerate(lines[:LONGEST_HEADING]) if n and (not line.strip() or line[0] in " \t("))
        end = next(ends, 1) - 1
    heading = [stripped for line in lines[: end + 1] if (stripped := line.strip(" =+\t"))]
    if len(heading) > 1 and heading[0].isupper() and " " not in heading[0]:
        draft.slugline = heading.pop(0)
    draft.headline = " ".join(heading)
    rest = lines[end + 1 :]
    while rest and (not rest[0].strip() or _REFERENCE.fullmatch(rest[0])):
        if line := rest.pop(0).strip():
            draft.add_editorial_note(line.strip("()"))
    draft.body = reflow("\n".join(rest))
    draft.dateline = dateline_of(draft.body)
    agency = _AGENCY.match(draft.body)
    draft.provider = agency[1] if agency else agency_of(draft.body)
