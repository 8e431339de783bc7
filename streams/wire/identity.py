"""Stable story identity: takes identifiers as agencies send them, returns a guid that no revision changes.

Some put the version or the time of the version into what should name the item: it is taken out where it can be told.
What does not change between revisions is left, and what keeps different stories apart is kept. Each function is the
same for all revisions of a story, since each of them is read alone.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

# NewsML 1.2

_REVISION = re.compile(r":\d+[NUA]?$")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_MARKED_VERSION = re.compile(
    r"^(?P<stem>.*\w)(?:[-_.:;/~ ]{1,3}(?:v|ver|vers|version|rev|revision|r)[-_.:= ]?\d{1,4}"
    r"|(?<=\d)(?:v|ver|version|rev)\d{1,4}|\((?:v|ver|version|rev)?\.?\d{1,4}\))$",
    re.IGNORECASE,
)
_BARE_VERSION = re.compile(r"^(?P<stem>.*\w)[-_.:;/~ ]{1,3}0{0,3}(?P<number>\d{1,4})[NUA]?$")
_SPECIFIC_URN = re.compile(r"urn:newsml:[^:]+:[^:]+:.+", re.IGNORECASE)
SHORT = 2  # characters: an item id as short as that, with an hour beside it, is not the only one of its day
LONGEST_ITEM = 200  # characters; no longer id is taken apart
DAY = len("2026-11-20")


class Newsml1Id(NamedTuple):
    """The identity fields of a NewsML 1.2 item, unchanged."""

    provider: str = ""
    date: str = ""
    item: str = ""
    revision: str = ""
    public: str = ""
    first_created: str = ""
    this_created: str = ""
    named: str = ""  # its label, slugline or headline: for items that have nothing else to be recognized by


def newsml1_guid(fields: Newsml1Id) -> str:
    """``urn:newsml:provider:date:item``, of what is the same in every revision; "" where nothing names the item."""
    if not fields.item:
        return _without_item(fields)
    if not fields.provider:
        return fields.item
    stem = _without_version(fields)
    date = _stable_date(fields, whole=stem != fields.item or (len(fields.item) <= SHORT and len(fields.date) > DAY))
    return f"urn:newsml:{fields.provider}:{date}:{stem}"


def newsml1_former(fields: Newsml1Id) -> list[str]:
    """The guids that releases before 2026-11-26 gave to this revision, and to the first one."""
    if fields.provider and fields.item:
        dates = dict.fromkeys((fields.date, fields.first_created) if fields.first_created else (fields.date,))
        return [f"urn:newsml:{fields.provider}:{date}:{fields.item}" for date in dates]
    return [fields.item or without_revision(fields.public)]


def without_revision(urn: str) -> str:
    """``urn:newsml:provider:date:item:revision`` without its last part."""
    return _REVISION.sub("", urn) if urn.startswith("urn:newsml:") and urn.count(":") > 4 else urn  # noqa: PLR2004


def newsml1_reference(reference: str) -> tuple[str, str]:
    """The guid of the item that a reference names, and what earlier releases took for it."""
    urn = f"urn:newsml:{reference}" if not reference.startswith("urn:") and reference.count(":") > 1 else reference
    former = without_revision(urn)
    parts = former.split(":", 4)
    if len(parts) > 4 and len(parts[3]) > DAY and (day := _day(parts[3])) and len(parts[4]) > SHORT:  # noqa: PLR2004
        return ":".join((*parts[:3], day, parts[4])), former
    return former, former


def _without_item(fields: Newsml1Id) -> str:
    """An item without an id of its own: by a public one that names it, else by when it was first created."""
    if _SPECIFIC_URN.match(fields.public):
        return without_revision(fields.public)
    first = fields.first_created or fields.date
    if not first:
        return without_revision(fields.public)
    base = fields.public or f"urn:newsml:{fields.provider}"
    has_hour = len(re.sub(r"\D", "", first)) > 8  # noqa: PLR2004 - more than a day
    return f"{base}:{first}" if has_hour or not fields.named else f"{base}:{first}:{fields.named[:80]}"


def _stable_date(fields: Newsml1Id, *, whole: bool) -> str:
    """The date of an item's id: ``DateId``, or the first creation's where that may be the revision's.

    To the day, since both are written with and without the hour; ``whole`` keeps the hour.
    """
    day, first, this = _day(fields.date), _day(fields.first_created), _day(fields.this_created)
    if whole:
        return fields.first_created or fields.date
    if first and (not day or day in (first, this)):
        return first
    return day if day and not first else fields.date


def _day(text: str) -> str:
    match = _DAY.match(text)
    return "".join(match.groups()) if match else ""


def _without_version(fields: Newsml1Id) -> str:
    """An item's id without the version or the version's time at its end."""
    item = fields.item
    if len(item) > LONGEST_ITEM:
        return item
    digits = re.sub(r"\D", "", fields.this_created)[:14]
    for stamp in (fields.this_created, digits, f"{digits[:8]}T{digits[8:]}", digits[:12]):
        if len(stamp) >= 12 and item.endswith(stamp) and (stem := item.removesuffix(stamp).rstrip("-_.:;/~ ")):  # noqa: PLR2004
            return stem
    if match := _MARKED_VERSION.match(item):
        return match["stem"]
    match = _BARE_VERSION.match(item) if fields.first_created else None
    if match and fields.revision.lstrip("0") and match["number"].lstrip("0") == fields.revision.lstrip("0"):
        return match["stem"]
    return item


# URIs, as in ninjs

# Query parameters that say which version, when, or who may see it, and never which item.
VERSION_PARAMETERS = frozenset(
    "et qt etag v ver version rev revision ts t time timestamp token sig signature expires key apikey".split()  # noqa: SIM905
)
ITEM_ROLES = ("itemid", "item_id", "item", "id", "guid", "contentid", "articleid", "storyid")
_CLOCK = r"(?:[T_ ]?\d{2}[:.]?\d{2}(?:[:.]?\d{2}(?:[.,]\d+)?)?)?(?:Z|[+-]\d{2}:?\d{2})?"
_TIME = rf"(?:\d{{4}}-?\d{{2}}-?\d{{2}}{_CLOCK}|\d{{10}}|\d{{13}})"
_TIME_AND_VERSION = re.compile(rf"[/:;](?P<time>{_TIME})[/:;]v?\d{{1,4}}$", re.IGNORECASE)
_DAY_ALONE = re.compile(r"\d{4}-?\d{2}-?\d{2}$")
_NAMED_VERSION = re.compile(r"[/;#](?:v|ver|version|versions|rev|revision|revisions)[/=:.-]?\d{1,10}/?$", re.IGNORECASE)
_PARTS = re.compile(r"[/:;]")
_SEPARATORS = re.compile(r"[/:;?#&=._+-]+")
_TOKEN = re.compile(
    r"(?:v?\d{0,14}|\d{1,8}T\d{1,9}Z?|\d{1,9}Z|etag|et|qt|v|ver|version|versions|rev|revision|revisions)", re.IGNORECASE
)
LONGEST = 1000  # characters; no longer identifier is taken apart
SHORTEST_ITEM_ID = 6  # characters; a shorter one may be part of anything


def stable_uri(uri: str, version: str = "", item_ids: Iterable[str] = ()) -> str:
    """A URI without what says which version it is. ``item_ids`` are other names that the provider gives the item."""
    if not uri or len(uri) > LONGEST:
        return uri
    names = [name for name in item_ids if len(name) >= SHORTEST_ITEM_ID]
    for name in names:
        before, middle, behind = uri.partition(name)
        if middle and behind and (behind[0] in "?&#" or _is_version(behind)):
            return before + middle
    stem = _without_parameters(uri)
    match = _TIME_AND_VERSION.search(stem)
    shorter = stem[: match.start()] if match and _names_an_item(stem[: match.start()], match["time"]) else stem
    if shorter == stem:
        shorter = _NAMED_VERSION.sub("", stem)
    if shorter == stem and version and stem.lower().startswith("urn:newsml:") and stem.count(":") > 4:  # noqa: PLR2004
        shorter = re.sub(rf":0*{re.escape(version)}[NUA]?$", "", stem)
    if shorter == uri:
        return uri
    # What is left must still name something; else the item's own id does.
    if len(shorter.partition("//")[2].partition("/")[2]) > 1 or not shorter.startswith("http"):
        return shorter
    return next(iter(names), uri)


def _names_an_item(stem: str, time: str) -> bool:
    """Whether what stands before a time and a number names an item, so that they tell its version.

    Else they name it themselves: ``urn:newsml:wire.example:20261126:12`` is the twelfth item of that day.
    """
    last = _PARTS.split(stem)[-1]
    if _DAY_ALONE.match(time) or not stem.lower().startswith(("http:", "https:", "urn:", "tag:")):
        return len(last) >= SHORTEST_ITEM_ID and any(c.isdigit() for c in last) and not {".", ","} & {*last}
    return stem.lower().startswith("http") or stem.count(":") > (1 if stem.lower().startswith("tag:") else 2)


def _is_version(text: str) -> bool:
    """Whether a text is made of times, numbers and words for versions alone."""
    return text[0] in "/:;._-" and all(_TOKEN.fullmatch(part) for part in _SEPARATORS.split(text))


def _without_parameters(uri: str) -> str:
    """A web address without query parameters that name a version; others may name the item."""
    if "?" not in uri or not uri.startswith(("http:", "https:")):
        return uri
    try:
        parts = urlsplit(uri)
        query = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=50)
        kept = [(name, value) for name, value in query if name.lower() not in VERSION_PARAMETERS]
        if len(kept) == len(query):
            return uri
        return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept), ""))
    except ValueError:  # no address, too many parameters, or half a character in one of them
        return uri
