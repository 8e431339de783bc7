"""Which versions of a story may stand: what is known of its kills, corrections and receipts, as numbers. Pure.

A version's *order* is its ``version``: the milliseconds of its time above `LOW_BITS` that matter only at equal times.
The time is the provider's, but none later than its receipt plus a day: then, and where there is none, the order rests
on the receipt. Of the versions that may stand the one with the highest order does. Which those are is said here:

* A kill is never superseded by a version received before it: that one, and all that is ordered below it, may no longer
  stand (`KnownVersions.horizon`). Nor may what is ordered below the kill, nor any version whose order rests on
  receipt: feeding a killed story again gives a new receipt, and must not revive it.
* A correction is not superseded by a version received before it whose time cannot be right: one that rests on receipt,
  or that claims a time after its receipt (`KnownVersions.shadow`).

What is known is a set of facts that only grows, and two sets of facts are one by union, so it does not matter in which
order versions come, how often, or through whom. Each is known by its order, with its first receipt.

Copies of one version may differ in their receipt, and so in whether its time can be right. A version may stand if any
of its copies may (`VersionOrder.with_copy`): a copy that comes late can then only add what it brings itself, and never
calls for a version that was let go. What a correction invalidates counts every copy.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from processors.annotations import Record
from search.articles import LOW_BITS

LOW = (1 << LOW_BITS) - 1
FORGOTTEN = 2**63 - 2  # the version of what is forgotten on request: above all others, whenever it was received
DAY = 86_400_000
CLAIM = 31 * DAY  # how far ahead a time may be that a version claimed when it was killed, to be remembered
MOST = 20  # versions of a story known one by one, the highest; those below are known together


class VersionOrder(Record, frozen=True):
    """How one version is ordered. ``receipt`` is in milliseconds; ``reach`` is the order that its own time claims."""

    order: int
    receipt: int
    reach: int
    by_receipt: bool = False
    untrusted: bool = False
    role: Literal["version", "correction", "kill"] = "version"

    def with_copy(self, other: "VersionOrder") -> "VersionOrder":
        """Of two copies of one version, as the one says whose time is doubted less."""
        by_receipt, untrusted = self.by_receipt and other.by_receipt, self.untrusted and other.untrusted
        return msgspec.structs.replace(self, by_receipt=by_receipt, untrusted=untrusted)


def sign_of(fields: Mapping[str, Any]) -> VersionOrder:
    """The sign of a document, from its fields; times as ISO 8601 where it is a stored one.

    A version made before times were held to their receipt is ordered as it would be today.
    """
    version, receipt = int(fields.get("version") or 0), _milliseconds(fields.get("received_at"))
    basis, made = fields.get("ordered_by") or "", version >> LOW_BITS
    ahead = version < FORGOTTEN and made > receipt + DAY
    order = receipt << LOW_BITS | version & LOW if ahead else version
    by_receipt = ahead or basis == "receipt" or (not basis and made == receipt)
    claimed = _milliseconds(fields.get("version_created")) if by_receipt else 0
    reach = max(order, claimed << LOW_BITS | version & LOW) if claimed <= receipt + CLAIM else order
    role: Literal["version", "correction", "kill"] = "version"
    if fields.get("status") == "canceled":
        role = "kill"
    elif fields.get("kind") == "correction":
        role = "correction"
    untrusted = role == "version" and (by_receipt or made > receipt)
    return VersionOrder(order, receipt, reach, by_receipt, untrusted, role)


def _milliseconds(moment: object) -> int:
    """A stored time; 0 for one that is not of our making."""
    try:
        made = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    except ValueError:
        return 0
    return max(0, int(made.timestamp() * 1000)) if isinstance(made, datetime) else 0


class SeenVersion(Record, frozen=True, array_like=True):
    """A version that was seen: its order, its first receipt, the order that it claims, whether its time is doubted."""

    order: int
    receipt: int
    reach: int
    untrusted: bool = False


class KnownVersions(Record, frozen=True):
    """What is known of a story's versions. ``seen`` are those that are no kills, ``corrections`` some of them.

    ``rest`` and ``doubted`` stand for those below the `MOST` highest: the first receipt and the highest reach of all of
    them, and of the untrusted ones.
    """

    seen: tuple[SeenVersion, ...] = ()
    kills: tuple[SeenVersion, ...] = ()
    corrections: tuple[SeenVersion, ...] = ()
    rest: SeenVersion | None = None
    doubted: SeenVersion | None = None

    def add(self, sign: VersionOrder) -> "KnownVersions":
        """With one more version."""
        fact = SeenVersion(sign.order, sign.receipt, sign.reach, sign.untrusted)
        if sign.role == "kill":
            return msgspec.structs.replace(self, kills=_united([*self.kills, fact])[-MOST:])
        seen = _united([*self.seen, fact])
        if self.rest and fact.order <= self.rest.order:
            seen = tuple(one for one in seen if one.order != fact.order)
            below = [fact]
        else:
            below, seen = list(seen[:-MOST]), seen[-MOST:]
        corrections = _united([*self.corrections, fact])[-MOST:] if sign.role == "correction" else self.corrections
        doubted = _of_order(below)
        return KnownVersions(seen, self.kills, corrections, _summed(self.rest, below), _summed(self.doubted, doubted))

    @property
    def first(self) -> int:
        """When the first of the versions that are known one by one was made, in milliseconds since 1970; 0 for none."""
        return min((fact.order for fact in self.seen), default=0) >> LOW_BITS

    @property
    def first_standing(self) -> int:
        """When the first version that no kill took back was made, in milliseconds since 1970; 0 where none is known.

        Of those that are known together only their first receipt is.
        """
        horizon = -1 if self.horizon is None else self.horizon
        found = [fact.order >> LOW_BITS for fact in self.seen if fact.order > horizon]
        if self.rest and self.rest.order > horizon:
            found.append(self.rest.receipt)
        return min(found, default=0)

    @property
    def horizon(self) -> int | None:
        """The order up to which everything is killed; ``None`` where no kill is known."""
        if not self.kills:
            return None
        last = max(kill.receipt for kill in self.kills)
        return max(_before(last, self.seen, self.rest), *(kill.reach for kill in self.kills))

    @property
    def shadow(self) -> int:
        """The order up to which untrusted versions are superseded by a correction received later."""
        if not self.corrections:
            return -1
        last = max(correction.receipt for correction in self.corrections)
        return _before(last, _of_order(self.seen), self.doubted)

    def allows(self, sign: VersionOrder) -> bool:
        """Whether this version, which is no kill, may stand."""
        horizon = self.horizon
        if horizon is not None and (sign.by_receipt or sign.order <= horizon):
            return False
        return not (sign.untrusted and sign.order <= self.shadow)

    def accounts_for(self, version: int) -> bool:
        """Whether the version with this order was seen, or would change nothing."""
        horizon = self.horizon
        below = max(self.rest.order if self.rest else -1, -1 if horizon is None else horizon)
        return version <= below or any(fact.order == version for fact in (*self.seen, *self.kills))


def _united(facts: Iterable[SeenVersion]) -> tuple[SeenVersion, ...]:
    """Facts by order, lowest first, each once: with its first receipt and its farthest reach."""
    found: dict[int, SeenVersion] = {}
    for fact in facts:
        other = found.get(fact.order, fact)
        found[fact.order] = SeenVersion(
            fact.order,
            min(fact.receipt, other.receipt),
            max(fact.reach, other.reach),
            fact.untrusted or other.untrusted,
        )
    return tuple(found[order] for order in sorted(found))


def _of_order(facts: Iterable[SeenVersion]) -> list[SeenVersion]:
    """The untrusted ones, reaching no farther than they are ordered."""
    return [SeenVersion(fact.order, fact.receipt, fact.order) for fact in facts if fact.untrusted]


def _summed(rest: SeenVersion | None, facts: list[SeenVersion]) -> SeenVersion | None:
    """Facts as one that stands for all of them."""
    every = [*([rest] if rest else []), *facts]
    if not every:
        return None
    orders, receipts, reaches = zip(*((fact.order, fact.receipt, fact.reach) for fact in every), strict=True)
    return SeenVersion(max(orders), min(receipts), max(reaches))


def _before(receipt: int, facts: Iterable[SeenVersion], rest: SeenVersion | None) -> int:
    """The farthest reach of what was received before a time."""
    every = [*facts, *([rest] if rest else [])]
    return max((fact.reach for fact in every if fact.receipt < receipt), default=-1)
