"""Converts a message's bytes to UTF-8 if a byte order mark or zero bytes show their encoding."""

from streams.errors import Rejected

BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\x00\x00", "utf-32-le"), (b"\x00\x00\xfe\xff", "utf-32-be"),
        (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))  # fmt: skip
# Without a byte order mark, an ASCII character first tells where the zero bytes lie (RFC 4627, section 3).


def to_utf8(value: bytes) -> bytes:
    """The bytes without a byte order mark, converted from UTF-16 or UTF-32 to UTF-8."""
    for mark, encoding in BOMS:
        if value.startswith(mark):
            rest = value[len(mark) :]
            return rest if encoding == "utf-8" else _decoded(rest, encoding)
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


def _decoded(value: bytes, encoding: str) -> bytes:
    try:
        return value.decode(encoding).encode()
    except UnicodeError as error:
        raise Rejected(f"invalid {encoding.upper()}: {str(error)[:200]}") from error
