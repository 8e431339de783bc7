"""What strangers wrote, fitted to a page: text in, pieces and addresses out. `search.characters` makes it safe."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from search.characters import ON_A_PAGE
from search.store import MARKS


def shortened(text: str, longest: int) -> str:
    """At most about ``longest`` characters on one line, cut between words."""
    text = " ".join(text[: longest * 4].split())
    if len(text) <= longest:
        return text
    cut = text[:longest]
    return (cut.rpartition(" ")[0] or cut) + " …"


def initials(name: str) -> str:
    """Two letters for somebody's name or address: of two words the first of each, of one word its first two."""
    words = re.findall(r"[^\W_]+", name.partition("@")[0]) or [name]
    return "".join(word[0] for word in words[:2]).upper() if words[1:] else words[0][:2]


def marked(passage: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a highlighted passage, and whether each is what matched."""
    inside = False
    for piece in re.split(f"([{''.join(MARKS)}])", passage):
        if piece in MARKS:
            inside = piece == MARKS[0]
        elif piece:
            yield piece, inside


def web_address(url: str) -> str:
    """The address where it is one of the web, to be linked to; else "".

    None with a user or password: a browser would send them, and "https://agency.example@evil.example" looks like the
    agency's. None that browsers read in another way than we do: they take a backslash for a slash, and drop line ends.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    odd = ON_A_PAGE.search(url) or "@" in parts.netloc or re.search(r"[\\\s]", url)
    return url if parts.scheme in ("http", "https") and host and not odd else ""
