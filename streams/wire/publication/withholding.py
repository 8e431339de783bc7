"""Decides whether and until when a story is withheld: takes its statements, returns status and embargo end. Pure.

Fields are judged first (`embargo_fields`), then words (`embargoes`); both fail closed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from search.articles import Status
from streams.wire.publication.embargo_fields import Claim, EmptyEmbargo, hold
from streams.wire.publication.embargoes import find_embargo
from streams.wire.publication.lifecycle import Signs
from streams.wire.publication.statuses import bare_status

A_DAY_EVERYWHERE = timedelta(hours=50)  # as much later may the end of a day without a zone be than the hour meant
EMBARGOED = frozenset(["embargoed", "embargo", "underembargo", "sperrfrist"])


class Statements(NamedTuple):
    """What may hold a story back: its fields, and the texts and titles in which words of an embargo may stand.

    ``zone`` and ``empty`` are habits of its source: the zone of embargoes without one, and what an empty field means.
    """

    claims: Sequence[Claim]
    signs: Signs
    texts: tuple[str, ...]
    titles: tuple[str, ...]
    zone: tzinfo | None = None
    empty: EmptyEmbargo = ""


class Decision(NamedTuple):
    """The status that a story ends with, the end of its embargo if it has one, and notes on how it was read."""

    status: Status
    until: datetime | None
    notes: tuple[str, ...] = ()


def embargo_of(stated: Statements, status: Status, created: datetime, received: datetime) -> Decision:
    """Status and the embargo's end, from fields and from words. One that cannot be read, in either, withholds."""
    held = hold(stated.claims, created, stated.zone, stated.empty)
    if status == "canceled":
        return Decision(status, held.until)
    notes = tuple(held.notes)
    if held.withheld:
        return Decision("withheld", None, notes)
    until = held.until
    if until and not stated.signs.statuses and bare_status(str(stated.signs.status)) in EMBARGOED:
        status = "usable"  # withheld until then, and no longer
    embargo = find_embargo(received, *stated.texts, titles=stated.titles, zone=stated.zone)
    if embargo is None or (until and (embargo.until is None or embargo.until < until + A_DAY_EVERYWHERE)):
        return Decision(status, until, notes)
    notes += (f"embargo in words, {'read' if embargo.until else 'not understood'}: {embargo.line[:200]!r}",)
    return Decision(status if embargo.until else "withheld", embargo.until, notes)
