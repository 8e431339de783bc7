"""Places for those who come at once: takes who comes, says whether there is a place, and holds it.

One who comes in several capacities, by a key and from an address, has a share in each. So nobody takes all places.
"""

import ipaddress
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

Shares = Mapping[str, int]  # who it is → the most places that they may hold

WHOLE_SITE = 64  # bits of an IPv6 address that one network has, of which its owner chooses the rest at will


class ClientSlots:
    """``most`` places. Belongs to one event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: Counter[str] = Counter()
        self.taken = 0

    @property
    def full(self) -> bool:
        """Whether all places are taken."""
        return self.taken >= self._most

    def exhausted(self, shares: Shares) -> bool:
        """Whether one of these already has all that they may have."""
        return any(self._held[who] >= most for who, most in shares.items())

    @contextmanager
    def held(self, shares: Shares) -> Iterator[bool]:
        """Hold a place for this block; gives whether there was one."""
        if self.full or self.exhausted(shares):
            yield False
            return
        self.taken += 1
        self._held.update(shares.keys())
        try:
            yield True
        finally:
            self.taken -= 1
            self._held -= Counter(shares.keys())  # which keeps no zeros


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
