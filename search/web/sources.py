"""How a source is shown: its display name and colour. Whoever serves the page says where they come from."""

import re
from collections.abc import Callable

from processors.annotations import Record

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


class SourceLook(Record, frozen=True):
    """A source's display name, and its colour as #rrggbb; "" for none."""

    name: str = ""
    colour: str = ""


SourceLooks = Callable[[str], SourceLook]
PLAIN = SourceLook()


def plain_looks(_: str) -> SourceLook:
    """Sources by the names that they are kept under."""
    return PLAIN


def safe(looks: SourceLooks) -> SourceLooks:
    """Looks of which nothing but a colour gets into an attribute that means one."""

    def look(source: str) -> SourceLook:
        found = looks(source)
        return found if not found.colour or COLOUR.fullmatch(found.colour) else SourceLook(found.name)

    return look
