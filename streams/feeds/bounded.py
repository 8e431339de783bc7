"""Undoes gzip within a bound: takes compressed bytes, gives the plain ones or ``Rejected``."""

import zlib

from streams.errors import Rejected

GZIP_WINDOW = 16 + zlib.MAX_WBITS  # zlib's way to say: with a gzip header


def gunzip(data: bytes, max_bytes: int) -> bytes:
    """The plain bytes of gzip data, members one after the other. Never holds much more than ``max_bytes``."""
    plain, rest = bytearray(), data
    try:
        while rest.strip(b"\0"):  # zeros may pad the end
            inflater = zlib.decompressobj(GZIP_WINDOW)
            plain += inflater.decompress(rest, max_bytes - len(plain) + 1)
            if len(plain) > max_bytes:
                raise Rejected(f"larger than {max_bytes} bytes once decompressed")
            if not inflater.eof:
                raise Rejected("gzip data end too early")
            rest = inflater.unused_data
    except zlib.error as error:
        raise Rejected(f"not valid gzip: {error}") from error
    return bytes(plain)
