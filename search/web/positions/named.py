"""The positions of a name: of exactly this name, or where there are none, of the names that contain its words."""

import re
from typing import NamedTuple

import msgspec

from search.query.checking import ParsedQuery
from search.views import MOST_VALUES, Facets, is_about, parted
from search.web.names.same import shown_as
from search.web.site import Site


class NamedPositions(NamedTuple):
    """Positions with their counts; of every name where ``about`` is "".

    ``about`` is the name as stories show it. With ``part`` no position is of exactly it, and these are of the names
    with its words.
    """

    facets: Facets
    about: str
    part: bool = False

    def has(self, statement: str) -> bool:
        """Whether a position, as one value, is one of those that are meant."""
        if not (self.about and self.part):
            return not self.about or is_about(statement, self.about)
        ends = parted(statement)
        return ends is not None and any(has_words(end, self.about) for end in (ends[0], ends[2]))

    @property
    def names(self) -> list[str]:
        """Whose positions these are: the name itself, or the names with its words; none where any name was meant."""
        if not self.part:
            return [self.about] if self.about else []
        ends = [parted(one.value) for one in self.facets.counts["stance"]]
        names = [name for one in ends if one for name in (one[0], one[2])]
        return [name for name in dict.fromkeys(names) if has_words(name, self.about)]


async def positions_of(site: Site, query: ParsedQuery, about: str, level: str, size: int) -> NamedPositions:
    """The ``size`` most frequent positions of a name, or those of any where it is ""."""

    async def found(name: str) -> NamedPositions:
        asked = of_name(query, name)
        return NamedPositions(await site.library.facets(asked, ("stance",), size=size, about=name, level=level), name)

    exact = await found(about)
    if exact.facets.counts["stance"] or not any(char.isalnum() for char in about):
        return exact
    if (shown := await shown_as(site, about)) != about and (merged := await found(shown)).facets.counts["stance"]:
        return merged
    facets = await site.library.facets(
        of_name(query, about), ("stance",), size=MOST_VALUES, containing=about.strip(), level=level
    )
    wider = NamedPositions(facets, about, part=True)
    kept = tuple(one for one in facets.counts["stance"] if wider.has(one.value))[:size]
    return wider._replace(facets=msgspec.structs.replace(facets, counts={"stance": kept}))


def of_name(query: ParsedQuery, name: str) -> ParsedQuery:
    """The stories of a query in which somebody of this name holds or receives a stance; all of them for ""."""
    about = name if any(char.isalnum() for char in name) else ""
    return msgspec.structs.replace(query.naming(about=about), sort="newest", position=None, limit=1)


def has_words(name: str, part: str) -> bool:
    """Whether a name contains these words, next to each other and whole, in any case."""
    return bool(re.search(rf"(?<!\w){re.escape(part.strip())}(?!\w)", name, re.IGNORECASE))
