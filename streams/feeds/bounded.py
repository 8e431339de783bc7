"""Decompresses gzip up to a limit: takes compressed bytes, returns the plain ones or raises ``Rejected``."""

import zlib

from streams.errors import Rejected

GZIP_WINDOW = 16 + zlib.MAX_WBITS  # zlib's way to say: with a gzip header
MAX_MEMBERS = 10_000  # each costs a decompressor, however few bytes it has
FIRST_PIECE, LARGEST_PIECE = 2048, 256 * 1024  # bytes


def gunzip(data: bytes, max_bytes: int, max_members: int = MAX_MEMBERS) -> bytes:
    """The plain bytes of gzip data, members one after the other. Never holds much more than ``max_bytes``."""
    plain, at = bytearray(), 0
    if not data:
        return b""
    try:
        for _ in range(max_members):
            at += _member(data, at, plain, max_bytes)
            if at >= len(data) or (not data[at] and not data[at:].strip(b"\0")):  # zeros may pad the end
                return bytes(plain)
    except zlib.error as error:
        raise Rejected(f"not valid gzip: {error}") from error
    raise Rejected(f"more than {max_members} gzip members")


def _member(data: bytes, start: int, plain: bytearray, max_bytes: int) -> int:
    """Add what the member at ``start`` holds; says how long it is.

    What zlib is given beyond the member's end it copies back, so a member is given in pieces that begin small: handing
    over all that is left would take the square of the number of members.
    """
    inflater, at, piece = zlib.decompressobj(GZIP_WINDOW), start, FIRST_PIECE
    while not inflater.eof:
        if at >= len(data):
            raise Rejected("gzip data end too early")
        plain += inflater.decompress(data[at : at + piece], max_bytes - len(plain) + 1)
        if len(plain) > max_bytes:
            raise Rejected(f"larger than {max_bytes} bytes once decompressed")
        at += piece
        piece = min(2 * piece, LARGEST_PIECE)
    return min(at, len(data)) - len(inflater.unused_data) - start
