"""What to try where nothing was found: wider searches that find something, with how much. Asks the library."""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence

from processors.annotations import Record
from search.query.addresses import SearchParameters
from search.query.checking import ParsedQuery
from search.query.request import QueryError

PLAIN = re.compile(r"[\w’'-]+(?:\s+[\w’'-]+)+")  # words without any sign of the query language
OPERATORS = re.compile(r"\b(?:AND|OR|NOT)\b|(?:^|\s)-")
Parameters = Sequence[tuple[str, str]]


class WayOut(Record, frozen=True):
    """A wider search: what is different about it, its address, and how many stories it finds."""

    text: str
    link: str
    stories: int


def wider(asked: SearchParameters) -> Iterator[tuple[str, Parameters]]:
    """Wider searches than one, as words and parameters, the nearest first."""
    given = asked.given
    if asked.value("since") or asked.value("until"):
        yield "At any time", [one for one in given if one[0] not in ("since", "until")]
    if asked.narrowed:
        yield "Without filters", [one for one in given if one not in asked.narrowed]
    words = asked.value("q")
    either = " OR ".join(words.split()) if PLAIN.fullmatch(words) and not OPERATORS.search(words) else ""
    if either:
        yield "With any of the words", [("q", either), *(one for one in given if one[0] != "q")]
    if words and len(given) > 1:
        yield "These words alone", [("q", words)]
    if either and len(given) > 1:
        yield "Any of these words alone", [("q", either)]


async def ways_out(
    asked: SearchParameters,
    read: Callable[[Parameters], SearchParameters],
    count: Callable[[ParsedQuery], Awaitable[int]],
) -> list[WayOut]:
    """The wider searches that find anything. ``read`` understands parameters, ``count`` says how much a query finds."""
    found: dict[str, WayOut] = {}
    for text, parameters in wider(asked):
        try:
            question = read(parameters)
        except QueryError:
            continue
        link = question.link("/")
        if link not in found and (stories := await count(question.query)):
            found[link] = WayOut(text, link, stories)
    return list(found.values())
