r"""Characters that act instead of being read, by name, and ways to make a stranger's text harmless: text in, text out.

Escape sequences steer a terminal, line ends forge log lines, marks of direction and invisible characters make one name
look like another. One set of them, `ACTING`, holds for whatever is shown; each medium writes them out in its own way:

- a terminal: `escaped` (``\x1b``), or `without` where the rest must stay readable, as in headlines and CSV;
- a headline or a name: `shown_line`, `without` them and on one line;
- a log line or a file's name: `on_one_line`, which escapes tabs and line ends too; a label: `printable`;
- XML: `for_xml`, without what no document may hold;
- the page: `numbered` (⟨U+202E⟩). Escaping for HTML is the template engine's.

What is stored has lost most of them already: `UNSTORED`, which the reader of the wire takes out for good. It is the
smaller set, since a private-use character is somebody's text.
"""

import re

CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 but tab and newline
DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # turn the direction of writing
SEPARATORS = "\u2028\u2029"  # of lines and paragraphs
INVISIBLE = "\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb\U000e0000-\U000e0fff"
PRIVATE = "\ue000-\uf8ff\U000f0000-\U0010ffff"  # private use: no two fonts show the same
HALVES = "\ud800-\udfff"  # of surrogate pairs

ACTING = re.compile(f"[{CONTROLS}{DIRECTION}{SEPARATORS}{INVISIBLE}{PRIVATE}{HALVES}]")
IN_A_LINE = re.compile(f"[\t\n{ACTING.pattern[1:]}")
ON_A_PAGE = re.compile(rf"(?!\r){ACTING.pattern}")  # HTML takes a carriage return for a space
UNASKED = re.compile(f"[\x00-\x1f{HALVES}]")  # no stored text can hold them, so no question can either
NOT_IN_XML = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f{HALVES}\ufffe\uffff]")  # XML 1.0, section 2.2
# Next line (x85) becomes a newline before. Also the soft hyphen, the marks that stores put around what matched, and
# what is no character at all.
UNSTORED = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\xad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    f"\ue000\ue001\ufeff\ufdd0-\ufdef\ufffe\uffff{HALVES}\U000e0000-\U000e007f]"
)


def escaped(text: str) -> str:
    r"""The text with every character that acts written out as in Python, as in ``\x1b``; line ends stay."""
    return ACTING.sub(_escape, text)


def on_one_line(text: str) -> str:
    r"""The text as `escaped` gives it, with tabs and line ends written out too."""
    return IN_A_LINE.sub(_escape, text)


def without(text: str) -> str:
    """The text without the characters that act."""
    return ACTING.sub("", text)


def shown_line(text: str) -> str:
    """The text on one line, without the characters that act, as headlines and names are shown."""
    return " ".join(without(" ".join(text.split())).split())


def for_xml(text: str) -> str:
    """The text without the characters that no XML document may hold, not even escaped."""
    return NOT_IN_XML.sub("", text)


def numbered(text: str) -> str:
    """The text with every character that acts as its number, as ⟨U+202E⟩."""
    if text.isascii() and text.isprintable():  # nearly always, and much quicker to see
        return text
    return ON_A_PAGE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def printable(text: str) -> str:
    """The text as a name or label: a question mark for all that is not printed, odd spaces among them."""
    return text if text.isprintable() else "".join(char if char.isprintable() else "?" for char in text)


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
