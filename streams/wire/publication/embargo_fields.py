"""Evaluates embargo fields: takes names and raw values, returns whether and until when a story is withheld.

Every format gives its embargo fields here unread, known ones and any other whose name speaks of an embargo. A field
that is absent, false, empty or a placeholder holds nothing; one with a readable time holds until then; anything else
withholds. What is missing from a time never opens a story early (see `times.read_latest`).
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, tzinfo
from enum import Enum
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from streams.wire.text import word_set
from streams.wire.times import in_zone, read_latest, read_time

Kind = Literal["", "end", "about", "lifted", "flag", "release"]
EmptyEmbargo = Literal["", "none", "withhold"]  # what a source means by an embargo field that is there and empty


class Empty(Enum):
    """The value of a field that is there and empty where its format means something by that."""

    EMPTY = "empty"


class Claim(NamedTuple):
    """One field that may hold a story back: its name as the format writes it, and its raw value."""

    name: str
    value: Any
    kind: Kind = ""  # of the field, where its name alone does not tell


class Hold(NamedTuple):
    """What the fields come to: until when, or withheld for good; and why."""

    until: datetime | None
    withheld: bool
    notes: list[str]


LONGEST_NAME = 100


def _letters(name: str) -> str:
    """The letters of a name, without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", name[:LONGEST_NAME]).lower() if c.isalpha())


_OTHER_SCRIPTS = "エンバーゴ 解禁日時 解禁時間 解禁时间 禁发期 禁發期 엠바고 эмбарго ембарго εμπάργκο".split()  # noqa: SIM905
_ROOT = re.compile(
    r"embargo(?:ed|es)?|embargad[oa]s?|embargiert|(?:sende)?sperrfrist(?:en)?|sperrvermerk|sperrefrist|ambargo"
    rf"|publiceringsstopp|klausul(?:eret|ert)|{'|'.join(map(_letters, _OTHER_SCRIPTS))}"
)
# What may stand around the word in the name of a field that gives an embargo's end, or says that there is one.
_END_WORDS = re.compile(
    r"(?:until|till|to|tot|bis|hasta|fino|end|ends|date|datum|fecha|data|time|zeit|stamp|utc|gmt|iso|expires|expiry"
    r"|expiration|lift|lifts|release|releases|on|at|in|is|has|under|press|media|news|item|story|content|article|value)*"
)
_LIFTED = re.compile(r"lifted|removed|cleared|expired|ended|passed|over$|free$")
_WITHOUT = re.compile(r"(?:is|has)?(?:no|un|not|non|without)$")
_HELD_BEFORE = word_set(
    """
    restricteduntil restrictedtill blockeduntil holduntil holdtill holdrelease holdforrelease heldtill helduntil
    notbefore notbeforedate notbeforetime
    donotpublishbefore donotpublishuntil donotreleasebefore donotreleaseuntil donotusebefore notforpublicationbefore
    notforreleasebefore publishafter publishnotbefore releaseafter releasenotbefore withholduntil withhelduntil
    gesperrtbis nichtvor nichtveroffentlichenvor nichtveroeffentlichenvor sperrebis
    nonpublieravant nepaspublieravant nepasdiffuseravant apublierapres nopublicarantes nopublicarantesde
    nodifundirantes nodifundirantesde naopublicarantes naopublicarantesde nonpubblicareprima nonpubblicareprimadi
    nietvoor nietpublicerenvoor ejforpublicering blackout blackoutuntil blackoutend newsblackout
    """
)
_FLAGS = word_set(
    """
    hold onhold isonhold held isheld withhold withheld iswithheld draft isdraft unpublished isunpublished
    donotpublish donotuse donotrelease notforpublication notforrelease isprivate spiked isspiked scheduled
    isscheduled confidential isconfidential restricted isrestricted
    """
)
# A time of release lies ahead only sometimes; a film has one too.
_RELEASES = word_set(
    """
    releasedate releasetime releasedatetime releaseat releaseon daterelease datereleased releasetimestamp publishat
    publishfrom publishup publishingstart publicationstart startpublishing scheduledat scheduledfor scheduleddate
    scheduledtime scheduleddatetime scheduledpublishtime available availablefrom availableat dateavailable
    availabledate availabletime validfrom visiblefrom displayfrom onlinefrom golive goliveat golivedate golivetime
    livefrom unlockat publishablefrom releasefrom availableafter visibleafter displayafter liveafter liveat livedate
    livedatetime gultigab gueltigab freiab freigabe freigabeab julkaisuvapaa freigabedatum freigabezeit
    veroffentlichungab veroeffentlichungab veroffentlichenab publierapartirdu diffusionapartirdu publicarapartirde
    vrijvanaf vrijgave fripublicering pubblicaredal
    """
)
_NO = word_set(
    """
    no n false f off none null nil na 0 0.0 - -- --- nein nee non niet nicht keine kein pas aucun aucune nessuno
    ninguno geen not_embargoed not-embargoed notembargoed unembargoed lifted expired undefined
    """
) | {"n/a", "not embargoed", "no embargo", "not under embargo", "kein embargo", "sin embargo"}  # fmt: skip
_YES = word_set(
    """
    yes y true t on x 1 1.0 ja oui si sí sì sim embargo embargoed embargado strict strictly active
    """
) | {"under embargo", "strictly embargoed"}
_ZEROS = re.compile(r"(?=.{0,40}0)[0\s:/.+TZtz-]{1,40}$")
_FIRST_DAY = re.compile(r"0001-?01-?01(?:[T ]00:?00:?00(?:\.0+)?)?(?:Z|\+00:?00)?$", re.IGNORECASE)
_LETTERS = frozenset("ycjamdthsgnzf")  # of the parts of a date, in the templates of several languages
_YEARS = ("yyyy", "ccyy", "jjjj", "aaaa")


@lru_cache(maxsize=8192)
def kind_of(name: str) -> Kind:
    """What a field of this name says of an embargo, "" for nothing."""
    letters = _letters(name)
    if root := _ROOT.search(letters):
        around = letters[: root.start()], letters[root.end() :]
        if _WITHOUT.match(around[0]) or _LIFTED.search(around[0]) or _LIFTED.search(around[1]):
            return "lifted"
        alone = around[1] not in ("at", "on") and all(_END_WORDS.fullmatch(part) for part in around)
        return "end" if alone else "about"
    if "embarg" in letters:
        return "about"
    if letters in _HELD_BEFORE:
        return "end"
    if letters in _FLAGS:
        return "flag"
    return "release" if letters in _RELEASES else ""


def hold(claims: Iterable[Claim], created: datetime, zone: tzinfo | None = None, empty: EmptyEmbargo = "") -> Hold:
    """What all fields of a story come to. ``created`` is its own time: a release before it holds nothing back.

    ``zone`` and ``empty`` are habits of the source. Only a field without any value is empty: one that cannot be read
    withholds, whatever they are.
    """
    ends: list[datetime] = []
    notes: list[str] = []
    why: list[str] = []  # withholds, whatever else is said
    unless: list[str] = []  # withholds where no field gives an end
    for name, value, stated in claims:
        kind = stated or kind_of(name)
        said = f"{name[:60]} {_shown(value)}"
        time, note = _time(value, zone)
        if kind == "end" and is_empty(value) and empty:
            unless += [said] if empty == "withhold" else []
            continue
        if kind == "lifted":
            over = value is None or (isinstance(value, str) and not value.strip()) or _is_yes(value)
            unless += [] if over or time else [said]
        elif kind == "release":
            plain = in_zone(read_time(value), zone).time if time else None
            time = time if plain and plain > created else None
        elif not kind or is_none(value):
            time = None
        elif kind == "about" or (time is None and _is_yes(value)):
            time = None
            unless.append(said)
        elif time is None:
            why.append(said)
        if time:
            ends.append(time)
            notes += [f"{name[:60]}: {str(value)[:60]!r} {note}"] if note else []
    if not ends:
        why += unless
    notes += [f"withheld: the embargo's end is not known ({reason})" for reason in why[:5]]
    return Hold(max(ends, default=None), bool(why), notes)


def is_none(value: Any) -> bool:
    """Whether a value says that there is no embargo: absent, false, no text, zero, "no", a placeholder, or only such.

    An empty list or object does not say so, and ``{"lifted": false}`` says the opposite.
    """
    level = [value]
    while level:
        if not all(one if isinstance(one, dict | list) else says_no(one) for one in level):
            return False
        if any(key for one in level if isinstance(one, dict) for key, inner in one.items() if _not_lifted(key, inner)):
            return False
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return True


def _not_lifted(key: str, value: Any) -> bool:
    return bool(_LIFTED.search(key[:LONGEST_NAME].lower())) and not isinstance(value, dict | list)


def is_placeholder(text: str) -> bool:
    """Whether a text is a date that was never filled in, such as ``YYYYMMDD000000-HHMM`` or ``0000-00-00``."""
    text = text.strip()[:LONGEST_NAME]
    if _ZEROS.match(text) or _FIRST_DAY.match(text):
        return True
    letters = "".join(c for c in text.lower() if c.isalpha())
    return set(letters) <= _LETTERS and "mm" in letters and any(year in letters for year in _YEARS)


def says_no(value: Any) -> bool:
    """Whether a plain value means no: ``null``, false, zero, an empty text, a word for no, or a placeholder."""
    if value is None or value is False:
        return True
    if isinstance(value, int | float):
        return value == 0
    if not isinstance(value, str):
        return False
    text = value.strip().casefold()
    return not text or text in _NO or is_placeholder(text)


def is_empty(value: Any) -> bool:
    """Whether a field has no value at all."""
    return value is None or value is Empty.EMPTY or (isinstance(value, str) and not value.strip())


def _is_yes(value: Any) -> bool:
    return (
        value is True
        or value is Empty.EMPTY
        or value == 1
        or (isinstance(value, str) and value.strip().casefold() in _YES)
    )


def _time(value: Any, zone: tzinfo | None) -> tuple[datetime | None, str]:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None, ""
    read = in_zone(read_latest(value), zone, latest=True)
    return read.time, read.note


def _shown(value: Any) -> str:
    if value is True or value is Empty.EMPTY:
        return "says yes"
    if isinstance(value, int | float) and abs(value) >= 10**18:
        return "is a number of too many digits"
    return f"is {str(value)[:60]!r}"
