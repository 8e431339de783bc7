"""Places for those who come at once: takes who comes, says whether there is a place, and holds it.

One who comes in several capacities, by a key and from an address, has a share in each. So nobody takes all places.
Processes that serve one port have their places together.
"""

import ipaddress
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext

from search.http.shared_counts import SharedCounts

Shares = Mapping[str, int]  # who it is → the most places that they may hold

WHOLE_SITE = 64  # bits of an IPv6 address that one network has, of which its owner chooses the rest at will


EVERYBODY = "everybody"  # in whose name all places are counted


class ClientSlots:
    """``most`` places, of all processes that ``shared`` belongs to. Belongs to one event loop."""

    def __init__(self, most: int, shared: SharedCounts | None = None) -> None:
        self._most = most
        self._held: Counter[str] = Counter()
        self._shared = shared
        self.taken = 0

    @property
    def full(self) -> bool:
        """Whether all places are taken."""
        return self.taken + self._elsewhere(EVERYBODY) >= self._most

    def exhausted(self, shares: Shares) -> bool:
        """Whether one of these already has all that they may have."""
        return any(self._held[who] + self._elsewhere(who) >= most for who, most in shares.items())

    @contextmanager
    def held(self, shares: Shares) -> Iterator[bool]:
        """Hold a place for this block; gives whether there was one."""
        if not self._take(shares):
            yield False
            return
        try:
            yield True
        finally:
            self.taken -= 1
            self._held -= Counter(shares.keys())  # which keeps no zeros
            self._tell(shares, -1)

    def _take(self, shares: Shares) -> bool:
        with self._shared.alone() if self._shared else nullcontext():
            if self.full or self.exhausted(shares):
                return False
            self.taken += 1
            self._held.update(shares.keys())
            self._tell(shares, 1)
            return True

    def _elsewhere(self, who: str) -> int:
        return self._shared.elsewhere(who) if self._shared else 0

    def _tell(self, shares: Shares, change: int) -> None:
        if self._shared:
            for who in (EVERYBODY, *shares):
                self._shared.add(who, change)


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 the network, in which a single machine has as many as it likes."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if known.version == 4:  # noqa: PLR2004
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, WHOLE_SITE), strict=False))
