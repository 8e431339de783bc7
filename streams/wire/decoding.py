"""Detects the encoding of bytes: takes bytes, returns UTF-8 or text, with a note if the declared encoding is wrong.

A byte order mark or zero bytes show UTF-16 and UTF-32. One bad byte in UTF-8 costs that byte alone; where more are bad
than good, the text is Windows-1252.
"""

import codecs
import re

from streams.errors import Rejected

BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\x00\x00", "utf-32-le"), (b"\x00\x00\xfe\xff", "utf-32-be"),
        (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))  # fmt: skip
# Without a byte order mark, an ASCII character first tells where the zero bytes lie (RFC 4627, section 3).
_NOT_WESTERN = re.compile(rb"[\xc0-\xff]{4}")  # Cyrillic or Greek, which only a profile can tell apart
REPLACEMENT = "\ufffd"
# Where such a byte stands alone, the rest of its character was cut off. Others are a Windows-1252 character that
# somebody pasted in.
_CUT_OFF = frozenset(b"\xc2\xc3\xe2\xf0")


def to_utf8(value: bytes) -> bytes:
    """The bytes without a byte order mark, converted from UTF-16 or UTF-32 to UTF-8."""
    for mark, encoding in BOMS:
        if value.startswith(mark):
            rest = value[len(mark) :]
            if encoding != "utf-8":
                return _decoded(rest, encoding)
            while rest.startswith(mark):  # of files that were joined, or saved twice
                rest = rest[len(mark) :]
            return rest
    head = value[:4]
    if len(head) == 4:  # noqa: PLR2004
        zeros = head[0] == 0, head[1] == 0, head[2] == 0, head[3] == 0
        encoding = {
            (False, True, False, True): "utf-16-le", (True, False, True, False): "utf-16-be",
            (False, True, True, True): "utf-32-le", (True, True, True, False): "utf-32-be",
        }.get(zeros, "")  # fmt: skip
        if encoding:
            try:
                return value.decode(encoding).encode()
            except UnicodeError:  # zeros by chance, as films and archives have
                return value
    return value


def is_mostly_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8 but for a few: more good characters beyond ASCII than bad bytes."""
    text = data.decode("utf-8", "replace")
    return len(text) - len(text.encode("ascii", "ignore")) > 2 * text.count("\ufffd")


def from_broken_utf8(data: bytes) -> tuple[str, int]:
    """The text of UTF-8 in which some bytes are wrong, and how many; ("", 0) where it is another encoding.

    Windows-1252 seldom looks like UTF-8 even once: a text with as many good characters as bad bytes is UTF-8.
    """
    text = data.decode("utf-8", "replace")
    own = data.count(REPLACEMENT.encode())
    broken = text.count(REPLACEMENT) - own
    good = len(text) - len(text.encode("ascii", "ignore")) - broken
    return (data.decode("utf-8", "newswire-byte"), broken) if good >= broken else ("", 0)


def from_utf8(data: bytes, notes: list[str], what: str) -> str:
    """The text of what should be UTF-8. What is wrong with it is noted as said of ``what``."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        text, broken = from_broken_utf8(data)
    if text:
        notes.append(f"{what}: {broken} bytes that are no UTF-8, each replaced")
        return text
    if _NOT_WESTERN.search(data):
        raise Rejected(f"{what}: neither UTF-8 nor Windows-1252")
    notes.append(f"{what}: not UTF-8, taken as Windows-1252")
    return data.decode("windows-1252", "replace")


def _instead(error: UnicodeError) -> tuple[str, int]:
    """What stands in the place of bytes that are no UTF-8."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    if len(wrong) > 1 or wrong[0] in _CUT_OFF:
        return REPLACEMENT, error.end
    return wrong.decode("windows-1252", "replace"), error.end


codecs.register_error("newswire-byte", _instead)


def _decoded(value: bytes, encoding: str) -> bytes:
    try:
        return value.decode(encoding).encode()
    except UnicodeError as error:
        if b"\0" in value[:64] and encoding.startswith("utf-32"):  # no text begins so by chance, but a film may
            raise Rejected("unknown format: binary, with no text that can be read") from error
        raise Rejected(f"invalid {encoding.upper()}: {str(error)[:200]}") from error
