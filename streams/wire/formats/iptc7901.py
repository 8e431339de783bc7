"""IPTC 7901: takes one framed message as text, returns a draft. Source: IPTC 7901 (1995), and dpa's use of it.

The format has no id but numbers each message: the guid is service, day and number, and an advisory that cites a
number lands on that message.
"""

import re
from typing import NamedTuple

from search.articles import Concept
from streams.wire.draft import Draft
from streams.wire.formats.reflow import dateline_of, reflow
from streams.wire.publication.lifecycle import Signs
from streams.wire.times import MONTHS

FORMAT = "iptc-7901"
OPENING = 4000  # characters: as far as an embargo's line is looked for
STX, ETX = "\x02", "\x03"
_HEAD = re.compile(
    r"\s{0,20}(?:ZCZC\s{0,20})?\x01?\s{0,20}([a-z]{1,7}) ?(\d{1,5}) (\d) ([a-z]{1,3}) (\d{1,5})"
    r"(?:[ \t]+([^\n\x02]{0,80}))?[ \t]{0,20}\n",
    re.IGNORECASE,
)
_TRAILER = re.compile(r"\b(\d{2})(\d{2})(\d{2})[ \t]*([A-Z]{3,4}[ \t]+)?([A-Za-zä]{3})[a-z]*\.?[ \t]+(\d{4}|\d{2})\b")
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
        slug, _, content = text[head.end() :].lstrip("\n").partition("\n")
    content, etx, trailer = content.partition(ETX)
    content = content.replace("NNNN", "") if text.lstrip().startswith("ZCZC") else content
    draft = Draft(format=FORMAT, notes=notes, urgency=priority)
    stamp = trailer_stamp(trailer if etx else content[-200:])
    content = content if etx else _TRAILER.sub("", content)
    public, draft.editorial_note = _parted(content)
    draft.slugline = "-".join(part.strip(" /\n") for part in slug.split("\n") if part.strip(" /\n"))
    _text(public, draft)
    draft.provider = service
    draft.version_created = stamp.time
    draft.subjects.append(Concept("", f"iptc7901:{category.lower()}"))
    draft.keywords += [rest.strip()] if rest and rest.strip() else []
    draft.guid = _guid(service, number, stamp.day)
    cited = re.search(rf"\b({re.escape(service)}) ?(\d{{1,5}})\b", public, re.IGNORECASE)
    target = _guid(cited[1], cited[2], stamp.day) if cited else ""
    draft.signs = Signs(has_status=False, target=target)
    draft.asides.append(public[:OPENING])
    return draft


def _parted(content: str) -> tuple[str, str]:
    """The text for the public, and what the desk adds for editors only below a line that says so."""
    match = _NOT_PUBLIC.search(content)
    if not match:
        return content, ""
    public = content[: content.rfind("\n", 0, match.start()) + 1].rstrip("* \n")
    return public, content[match.end() :].partition("\n")[2].strip()


def trailer_stamp(trailer: str) -> Stamp:
    """The time after ETX, such as ``211259 Nov 18`` (day, hour, minute, month, year), empty where there is none."""
    match = next(reversed(list(_TRAILER.finditer(trailer))), None)
    month = MONTHS.get(match[5].lower(), 0) if match else 0
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
    lines = content.strip("\n").split("\n")
    end = next((n for n, line in enumerate(lines[:8]) if line.rstrip().endswith("=")), -1)
    if end < 0 and len(lines) > 1 and not lines[1].strip():
        end = 0
    heading = [line.strip(" =\t") for line in lines[: end + 1]]
    bylines = [line for line in heading if re.match(r"(?:By|Von|Par|Por|Di) [A-Z]", line)]
    draft.headline = " ".join(line for line in heading if line and line not in bylines)
    draft.byline = ", ".join(bylines)
    draft.body = reflow("\n".join(lines[end + 1 :]))
    draft.dateline = dateline_of(draft.body)


def _month_name(number: int) -> str:
    return next((name for name, month in MONTHS.items() if month == number), "")
