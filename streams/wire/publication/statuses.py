"""Reads a story's status: takes the value of a format's status field, returns a ``Status`` and a note.

It fails closed: only words that are known to mean "publishable" let a story through. A word that is not known,
and anything that is no text, withholds, and the note says so.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from search.articles import Status
from streams.wire.text import word_set


class StatedStatus(NamedTuple):
    """What the field says, or ``status`` "" where it says nothing; ``word`` is its text bare of scheme and marks."""

    status: Status | Literal[""]
    word: str = ""
    note: str = ""


# IPTC's words, those of content systems, and what services write of a transfer that went well.
USABLE = word_set(
    """
    usable published publish publishable active live public final finalized approved released release cleared
    corrected correction correct updated update modified revised new original initial current online available
    normal ok okay success successful succeeded 200 200ok complete completed done sent delivered transmitted
    distributed processed ingested imported fetched crawled scraped parsed indexed archived verified publiziert
    veröffentlicht freigegeben frei publié publiée diffusé diffusée publicado publicada pubblicato pubblicata
    gepubliceerd vrijgegeven publicerad publisert
    """
)
WITHHELD = word_set(
    """
    embargoed embargo underembargo withheld withhold hold held onhold draft autodraft unpublished pending scheduled
    future private restricted spiked review inreview submitted inprogress confidential internal notpublished trash
    test gesperrt sperrfrist entwurf brouillon borrador bozza concept
    """
)
CANCELED = word_set(
    """
    canceled cancelled cancel killed kill deleted delete withdrawn withdraw retracted recalled zurückgezogen
    storniert gelöscht annulé annulée supprimé supprimée anulado anulada retirado retirada eliminado annullato
    annullata ritirato ritirata ingetrokken geannuleerd verwijderd
    """
)
_STATES: tuple[tuple[frozenset[str], Status], ...] = (
    (USABLE, "usable"),
    (WITHHELD, "withheld"),
    (CANCELED, "canceled"),
)
STATUSES: dict[str, Status] = {word: status for words, status in _STATES for word in words}
# Names of fields for it, bare of case and marks, that mean the story's own status whatever lies around them.
CERTAIN_NAMES = word_set(
    """
    pubstatus publicationstatus publishstatus publishingstatus publishedstatus releasestatus managementstatus
    editorialstatus pubstate publicationstate publishstate publishingstate
    """
)
NAMES = CERTAIN_NAMES | word_set(
    """
    status itemstatus storystatus articlestatus newsstatus contentstatus documentstatus poststatus workflowstatus
    workflowstate
    """
)
# Names that may mean a place or a reader's rights as well: here only a word that is known to hide counts.
LOOSE_NAMES = word_set(
    """
    state visibility availability stage workflow publicationmode
    """
)
_CODE = re.compile(r"^[A-Za-z][\w.-]{0,40}:(?P<code>[^\s:/]{1,60})$")
_MARKS = re.compile(r"[\W_]+")


def read_status(value: Any) -> StatedStatus:
    """The status that a field's raw value states."""
    if value is None or value in ("", [], {}):
        return StatedStatus("")
    if not isinstance(value, str):
        if type(value) is int and value == 200:  # noqa: PLR2004 - the answer of HTTP that all is well
            return StatedStatus("usable", "200")
        return StatedStatus("withheld", "", f"status: {_shown(value)} is no text, so the story is withheld")
    word = bare_status(value)
    if not word and not value.strip():
        return StatedStatus("")
    if word in STATUSES:
        plain = STATUSES[word] != "withheld" or word in ("withheld", "embargoed")
        return StatedStatus(STATUSES[word], word, "" if plain else f"status: {value[:40]!r} is taken as withheld")
    return StatedStatus("withheld", word, f"status: {value[:40]!r} is not known, so the story is withheld")


def worst(statuses: Iterable[StatedStatus]) -> StatedStatus:
    """Of several fields the one that counts: a kill before what withholds, and that before all else."""
    rows = list(statuses)
    for status in ("canceled", "withheld", "usable"):
        if row := next((row for row in rows if row.status == status), None):
            return row
    return StatedStatus("")


@lru_cache(maxsize=4096)
def bare_status(text: str) -> str:
    """A status bare of vocabulary, case and punctuation: ``stat:usable`` and ``Usable`` are one."""
    text = text.strip()[:400]
    if text.lower().startswith(("http://", "https://")):
        text = text.rstrip("/").rpartition("/")[2]
    elif code := _CODE.match(text):
        text = code["code"]
    return _MARKS.sub("", text.lower())


def _shown(value: Any) -> str:
    return repr(value)[:60] if not isinstance(value, int) or abs(value) < 10**18 else "a number of too many digits"
