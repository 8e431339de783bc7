"""IPTC 7901: takes one framed message as text, returns a draft. Source: IPTC 7901 (1995), and dpa's use of it.

The format has no id but numbers each message: the guid is service, day and number, and an advisory that cites a
number lands on that message.
"""

import re
from typing import NamedTuple

from search.articles import Concept
from streams.wire.datelines import dateline_of
from streams.wire.draft import Draft
from streams.wire.formats.reflow import reflow
from streams.wire.months import month_of
from streams.wire.publication.editorial_notes import is_note
from streams.wire.publication.editorial_signs import read_headline
from streams.wire.publication.embargo_lines import without_embargoes, without_embargoes_above
from streams.wire.publication.lifecycle import Signs
from streams.wire.times import MONTHS

FORMAT = "iptc-7901"
MOST_NOTES = 3  # above a headline
LINES_OF_A_NOTE = 4
OPENING = 4000  # characters: as far as an embargo's line is looked for
STX, ETX = "\x02", "\x03"
_HEAD = re.compile(
    r"\s{0,20}(?:ZCZC\s{0,20})?\x01?\s{0,20}([a-z]{1,7}) ?(\d{1,5}) (\d) ([a-z]{1,3}) (\d{1,5})"
    r"(?:[ \t]+([^\n\x02]{0,80}))?[ \t]{0,20}\n",
    re.IGNORECASE,
)
_TRAILER = re.compile(r"\b(\d{2})(\d{2})(\d{2})[ \t]*([A-Z]{3,4}[ \t]+)?([^\W\d_]{3,12})\.?[ \t]+(\d{4}|\d{2})\b")
_SENT = re.compile(r"\b(\d{1,2})-([^\W\d_]{3,9})-(\d{4}|\d{2}) (\d{2})[:.](\d{2})\s*$")  # 26-NOV-26 15:30
_ISSN = re.compile(r"\n\s*ISSN [\d -]{8,14}\s*$")
# The agency in brackets and a dash, behind a place and a date or before them.
_TEXT_BEGINS = re.compile(r"\s*(?:[A-ZÀ-Þ][^()\n]{1,60})?\([A-Z][\w/ .-]{1,20}\)\s?\.?\s?[-–—_]")
_TOPICS = re.compile(r"[^\s/]{2,30}(?:/[^\s/]{1,30}){0,5}/")  # Brücke/Verkehr/
_NOT_PUBLIC = re.compile(
    r"following information is not (?:intended )?for publication"
    r"|folgenden Informationen sind nicht zur Veröffentlichung",
    re.IGNORECASE,
)


class Stamp(NamedTuple):
    """A trailer's time as text for `read_time`, and its day for the guid."""

    time: str = ""
    day: str = ""


def is_iptc7901(text: str) -> bool:
    r"""Whether a message, newlines as ``\\n``, has the header of IPTC 7901."""
    return bool(_HEAD.match(text))


def read_iptc7901(text: str, notes: list[str]) -> Draft:
    """The draft of one message for which `is_iptc7901` holds."""
    head = _HEAD.match(text)
    assert head
    service, number, priority, category, _, rest = head.groups()
    slug, stx, content = text[head.end() :].partition(STX)
    if not stx:  # the controls were stripped: the slug ends at the first blank line, or is the first line
        slug, content = _without_controls(text[head.end() :].lstrip("\n"))
    content, etx, trailer = content.partition(ETX)
    content = content.replace("NNNN", "") if text.lstrip().startswith("ZCZC") else content
    draft = Draft(format=FORMAT, notes=notes, urgency=priority)
    stamp = trailer_stamp(trailer if etx else content[-200:])
    content = content if etx else _ISSN.sub("", _SENT.sub("", _TRAILER.sub("", content).rstrip()))
    public, draft.editorial_note = _split_public(content)
    draft.slugline = "-".join(part.strip(" /\n") for part in slug.split("\n") if part.strip(" /\n"))
    _text(public, draft)
    draft.provider = service
    draft.version_created = stamp.time
    draft.subjects.append(Concept("", f"iptc7901:{category.lower()}"))
    draft.keywords += [rest.strip()] if rest and rest.strip() else []
    draft.guid = _guid(service, number, stamp.day)
    cited = re.search(rf"\b({re.escape(service)}) ?(\d{{1,5}})\b", public, re.IGNORECASE)
    target = _guid(cited[1], cited[2], stamp.day) if cited else ""
    draft.signs = Signs(target=target)
    draft.asides.append(public[:OPENING])
    return draft


def _without_controls(text: str) -> tuple[str, str]:
    """Slug and content; the first line is no slug where it is marked as a headline, or the text follows it."""
    first, _, rest = text.partition("\n")
    is_heading = first.rstrip().endswith("=") or _TEXT_BEGINS.match(rest)
    return ("", text) if is_heading else (first, rest)


def _split_public(content: str) -> tuple[str, str]:
    """Split off the note to editors, which follows a line such as "not for publication"; gives text and note."""
    match = _NOT_PUBLIC.search(content)
    if not match:
        return content, ""
    public = (
        content[: content.rfind("\n", 0, match.start()) + 1].rstrip("* \n").removesuffix("# dpa-Notizblock").rstrip()
    )
    return public, content[match.end() :].partition("\n")[2].strip()


def trailer_stamp(trailer: str) -> Stamp:
    """The time after ETX, such as ``211259 Nov 18`` (day, hour, minute, month, year), empty where there is none."""
    if sent := _SENT.search(trailer.rstrip()):
        day, name, year, hour, minute = sent.groups()
        trailer = f"{int(day):02}{hour}{minute} {name} {year}"
    match = next(reversed(list(_TRAILER.finditer(trailer))), None)
    month = month_of(match[5]) if match else 0
    if not match or not month:
        return Stamp()
    day, hour, minute, zone, _, year = match.groups()
    full = year if len(year) == 4 else f"{'19' if int(year) >= 70 else '20'}{year}"  # noqa: PLR2004
    time = f"{int(day)} {_month_name(month)} {full} {hour}:{minute} {(zone or '').strip()}".strip()
    return Stamp(time, f"{full}{month:02}{day}")


def _guid(service: str, number: str, day: str) -> str:
    return f"urn:newswire:iptc7901:{service.lower()}:{day}:{int(number)}" if day else ""


def _text(content: str, draft: Draft) -> None:
    """The heading is what stands before a line that ends in ``=``, else the first line where a blank one follows."""
    embargoes, content = without_embargoes_above(content)
    lines = _without_notes(content.strip("\n").split("\n"), draft)
    end = next((n for n, line in enumerate(lines[:8]) if line.rstrip().endswith("=")), -1)
    if end < 0 and len(lines) > 1 and (not lines[1].strip() or _TEXT_BEGINS.match(lines[1])):
        end = 0
    within, heading = without_embargoes([line.strip(" =\t") for line in lines[: end + 1]])
    draft.add_editorial_note(*embargoes, *within, *(line for line in heading if is_note(line)))
    heading = _with_sign_first([line for line in heading if not is_note(line)], draft)
    heading = _without_kicker(heading, draft)
    bylines = [line for line in heading if re.match(r"(?:By|Von|Par|Por|Di) [A-Z]", line)]
    draft.headline = " ".join(line for line in heading if line and line not in bylines)
    draft.byline = ", ".join(bylines)
    draft.body = reflow("\n".join(lines[end + 1 :]))
    draft.dateline = dateline_of(draft.body)


def _without_notes(lines: list[str], draft: Draft) -> list[str]:
    """The lines from the first on that is no note to editors, such as ``(Corrige edad en segundo párrafo)``."""
    notes: list[str] = []
    while lines and len(notes) < MOST_NOTES:
        goes_over = next((n for n, line in enumerate(lines[:LINES_OF_A_NOTE]) if line.rstrip().endswith(")")), 0)
        candidates = (" ".join(line.strip() for line in lines[: n + 1]) for n in sorted({0, goes_over}))
        note = next((one for one in candidates if is_note(one)), "")
        if not note and lines[0].strip():
            break
        notes += [note] if note else []
        lines = lines[1 if not note or note == lines[0].strip() else goes_over + 1 :]
    draft.add_editorial_note(*notes)
    return lines


def _with_sign_first(heading: list[str], draft: Draft) -> list[str]:
    """The lines of a heading from the one that is a sign on, since it belongs to the headline; topics stand before."""
    heading = [line for line in heading if line]
    if len(heading) > 1 and _TOPICS.fullmatch(heading[0]):
        draft.slugline = heading.pop(0).rstrip("/ ")
    for number, line in enumerate(heading[1:-1], 1):
        sign = next((said for said in (f"{line} ", f"{line}: ") if read_headline(f"{said}X").line == "X"), "")
        if sign:
            draft.slugline = draft.slugline or " ".join(heading[:number])
            return [f"{sign}{heading[number + 1]}", *heading[number + 2 :]]
    return heading


def _without_kicker(heading: list[str], draft: Draft) -> list[str]:
    """The lines of a heading behind one that ends in a colon, if that says the topic as the slug does."""
    heading = [line for line in heading if line]
    colon = next((n for n, line in enumerate(heading[:-1]) if line.endswith(":")), -1)
    if colon < 0:
        return heading
    kicker = " ".join(heading[: colon + 1]).rstrip(" :")
    topics = set(re.findall(r"\w{3,}", draft.slugline.casefold()))
    if not topics.intersection(re.findall(r"\w{3,}", kicker.casefold())):
        return heading
    draft.keywords.append(kicker)
    return heading[colon + 1 :]


def _month_name(number: int) -> str:
    return next((name for name, month in MONTHS.items() if month == number), "")
