"""What strangers wrote, made fit to be shown: text in, text out that shows whatever would hide, turn or end it.

Escaping for HTML is the template engine's; this is about characters that no escaping makes harmless: controls, marks
that turn the direction of writing, invisible ones, halves of surrogate pairs. Each becomes its number, as ⟨U+202E⟩.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from search.store import MARKS

ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ue000-\uf8ff\ufeff\ufff0-\ufffb\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)


def plain(text: str) -> str:
    """The text with every character that must not act written out."""
    return ODD.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def shortened(text: str, longest: int) -> str:
    """At most about ``longest`` characters on one line, cut between words."""
    text = " ".join(text[: longest * 4].split())
    if len(text) <= longest:
        return text
    cut = text[:longest]
    return (cut.rpartition(" ")[0] or cut) + " …"


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
    odd = ODD.search(url) or "@" in parts.netloc or re.search(r"[\\\s]", url)
    return url if parts.scheme in ("http", "https") and host and not odd else ""
