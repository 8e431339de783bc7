"""Determines a story's life cycle: takes a format's signals and lines, returns status, kind and a kill's target.

Order of evidence: the format's status field; its signals and editorial messages; the conventions of sluglines
and headlines (``UPDATE 2-``, ``1st Ld-Writethru``); last, and only where no field states a status, the words of an
advisory (see `advisories`). A note to editors that contradicts the field (`kill_notes`) withholds.
"""

import re
from typing import Any, NamedTuple

import msgspec

from search.articles import Kind, Status
from streams.wire.publication.advisories import advice
from streams.wire.publication.any_of import AnyOf
from streams.wire.publication.editorial_signs import SignedKind
from streams.wire.publication.folding import caseless
from streams.wire.publication.kill_notes import read_note
from streams.wire.publication.statuses import read_status, worst
from streams.wire.text import word_set


class Signs(msgspec.Struct):
    """The life-cycle signals of a format, in its own words."""

    status: Any = ""  # usable, withheld, canceled …, as the item has it; "" where it states none
    statuses: list[Any] = []  # what other fields of the item say of it
    signals: list[str] = []  # sig:correction, ed-msg texts, instruction names, genres
    evolved: bool = False  # the format links an earlier version
    target: str = ""  # guid of the story that a kill says it kills, where it is not this item's own
    forerunner: str = ""  # guid that the item evolved from: what a kill means that is an item of its own


class Verdict(NamedTuple):
    """The judged life cycle of one article. ``target`` is set for a kill of another item only."""

    status: Status
    kind: Kind
    target: str
    notes: list[str]
    in_words: bool = False  # whether the words of an advisory kill a story


# Signals, bare of scheme, case and punctuation (`_bare`).
KILLS = frozenset(
    "kill kills killed mandatorykill bulletinkill storykill killnotice killadvisory canceled cancelled withdrawal"  # noqa: SIM905
    " withdrawn annulation annullamento anulada intrekking ingetrokken storno retraction delete".split()
)
CORRECTIONS = word_set(
    """
    clarification correction corrected corrective corrects correcting refile rectify rectification berichtigung
    rectificatif
    """
)
UPDATES = frozenset(
    [
        "update",
        "updated",
        "writethru",
        "writethrough",
        "rewrite",
        "rewriteof",
        "upd",
        "wrapup",
        "lead",
        "recast",
        "recasts",
        "sub",
        "subs",
    ]
)
HOLDS = word_set(
    """
    embargo embargoed underembargo strictembargo strictlyembargoed embargoedcontent sperrfrist withhold withheld
    hold onhold holdforrelease donotuse donotpublish notforpublication
    """
)
ADVISORIES = frozenset("advisory embargolift embargolifted embargolifting editorsnote noteeditors".split())  # noqa: SIM905

# Upper case is part of the convention: "Update your phone" and "Correction fluid sales soar" are headlines.
_CORRECTION = re.compile(
    r"^(?:[A-Z0-9]{2,12} ?\d{0,2}[-–])?(?:CORRECTED|CORRECTION|REFILE)(?: ?\d{1,2})?(?: ?\([^)]{1,40}\))? ?[-–:]"
    r"|^Correct(?:ed|ion): "
    r"|^\(?(?i:Berichtigung|Korrektur|Correcci[oó]n|Rectificati(?:f|on)|Rettifica|Corre[cç][aã]o) ?[:(–-]"
    r"|, ?(?:\d{1,2}(?:st|nd|rd|th) Ld[-– ]\s?)?(?:Correction|Corrective|Corrects|CORRECTION|CORRECTIVE)\b"
)
_UPDATE = re.compile(
    r"^(?:[A-Z]{2,10}[-–])?(?:UPDATE|WRAPUP|UPD|RECAST|RPT|REPEAT)(?: ?\d{1,3})? ?[-–](?=\S)"
    r"|^(?:UPDATE|WRAPUP|RECAST)(?: \d{1,3})?: "
    r"|(?<![\w-])\d{1,2}(?:st|nd|rd|th) ?(?:Ld|LD|Lead|Add|Sub)\b"
    r"|\bWrite-?[Tt]hr(?:u|ough)\b"
    r"|^(?:\d{1,2}(?:st|nd|rd|th) )?(?:LEAD|ROUNDUP)(?: \d{1,2})?:? (?=[A-Z])"
)
_ADVISORY = re.compile(r"^(?:ADVISORY|EDITORS?’?'? NOTE|NOTE TO EDITORS|EMBARGO LIFTED)\b|^[A-Z]{2,14}[-–]ADVISORY[-–]")
_ADVISORY_OPENING = re.compile(
    r"^\W{0,6}(?:ATTN\W{1,3})?(?:EDITORS?|EDS|NOTE TO EDITORS|ADVISORY|EMBARGO LIFTED)\s?[:–-]"
)
HIGHEST_VERSION = 999  # a larger number is a date or a counter of the whole service, and says nothing of updates


# Without one of these, in lower case, none of the four patterns above matches a line.
_MARKS = AnyOf([
    "corre", "refile", "bericht", "korrektur", "rectific", "rettifica", "upd", "wrapup", "recast", "rpt", "repeat",
    "ld", "lead", "add", "sub", "write", "roundup", "advisory", "editor", "embargo lifted",
])  # fmt: skip


def judge(
    signs: Signs,
    headline: str,
    slugline: str,
    body: str,
    provider_version: str,
    editorial_note: str = "",
    senders: tuple[str, ...] = (),
    said: SignedKind = "",
) -> Verdict:
    """Status, kind and target of an article from its signs, its lines, and (without a status field) its prose.

    ``said`` is the kind that its editorial signs and notes state (`streams.wire.headlines`).
    """
    notes: list[str] = []
    stated = worst(read_status(value) for value in (signs.status, *signs.statuses))
    status: Status = stated.status or "usable"
    notes += [stated.note] if stated.note else []
    signals = {word for signal in signs.signals for word in _words(signal)} | ({stated.word} & CORRECTIONS)
    if status == "usable" and signals & KILLS:
        status = "canceled"
    elif status == "usable" and signals & HOLDS:
        status = "withheld"
        notes.append(f"status: withheld by the signal {min(signals & HOLDS)}")
    noted = read_note(editorial_note) if status != "canceled" and editorial_note else ""
    texts = () if status != "usable" else (editorial_note, body) if editorial_note else (body,)
    advices = {advice(headline, slugline, text, senders) for text in texts}
    advised = "kill" in (noted, *advices)
    if advised and stated.status != "usable":
        status = "canceled"
        notes.append("status: canceled by the words of an advisory, since no field states one")
    elif noted:
        status = "withheld"
        notes.append("status: withheld, since the note to editors says that the story is killed or not to be used")
    elif advised:
        notes.append("status: the words advise a kill, but the format says usable")
    elif "withhold" in advices and not stated.status:
        status = "withheld"
        notes.append("status: withheld, since it may be a kill, or a report of one: nothing says which")
    if status == "canceled":
        return Verdict(status, "kill", signs.target, notes, advised)
    if advised:
        return Verdict(status, "advisory", "", notes, advised)
    evolved = signs.evolved or is_later(provider_version)
    return Verdict(status, _kind(signals, (headline, slugline), body, said, evolved=evolved), "", notes)


def _kind(signals: set[str], lines: tuple[str, ...], body: str, said: SignedKind, *, evolved: bool) -> Kind:
    lines = lines if _MARKS.is_in(caseless("\n".join(lines))) else ()
    if said == "correction" or signals & CORRECTIONS or any(_CORRECTION.search(line) for line in lines):
        return "correction"
    if signals & ADVISORIES or any(_ADVISORY.search(line) for line in lines) or _ADVISORY_OPENING.match(body):
        return "advisory"
    if said or evolved or signals & UPDATES or any(_UPDATE.search(line) for line in lines):
        return "update"
    return "new"


def is_later(version: str) -> bool:
    """Whether a provider's version number says that the item came before."""
    digits = version if version.isascii() and version.isdigit() else "0"
    return 1 < int(digits[:9]) <= HIGHEST_VERSION


def _words(signal: str) -> set[str]:
    """A signal, and the keyword that it begins with where a reason follows, as in ``KILL: story is wrong``."""
    keyword = _bare(re.split(r"[:.,;!]\s|\s[-–—]+\s", signal.strip(), maxsplit=1)[0])
    return {_bare(signal)} | ({keyword} & (KILLS | CORRECTIONS))


def _bare(text: str) -> str:
    """A term bare of scheme, case and punctuation: ``sig:Correction`` and ``CORRECTION`` are one."""
    return re.sub(r"[^a-z]", "", text.strip().rstrip("/").lower().rpartition(":")[2].rpartition("/")[2])
