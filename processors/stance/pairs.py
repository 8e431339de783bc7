"""A sentence with two names in it, of which it is asked how one stands to the other."""

from typing import NamedTuple

from processors.encoder.pieces import Offsets


class Paired(NamedTuple):
    """A sentence with two entities and how one stands to the other: DSE's labels 0 to 4."""

    text: str
    p: Offsets
    q: Offsets
    label: int
